//! What a seller or an operator asks for.

use feira_kernel::{
    Actor, IdempotencyKey, Money, Time, audit,
    db::{self, Change, Find},
    idempotency::{self, Keyed},
    validate::Fields,
};
use feira_payment::{PaymentId, RefundDraft};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;

use super::{
    MOST,
    draft::{Divided, Part, divide},
    given, load,
    told::{asked_parts, borne_by, preview_of, refused},
};
use crate::{
    Order, OrderError, OrderId, OrderRefund, OrderRefundId, OrderRefundPreview, OrderRefundState,
    RefundOf, RefundRequest, Settlement, StoreOrderId,
    access::{self, Refunder, SELF},
    acts::ORDER_REFUNDED,
    checkout::step,
    entities::{refund, refund_part, store_order},
    neighbours::{PaymentOutcome, payment_outcome},
    service::{Service, change, change::LockedOrder},
    status::{CheckoutState, Illegal},
};

/// What is meant by a request that may be made.
#[derive(Clone)]
struct RefundTarget {
    order: OrderId,
    /// That the order is paid with.
    payment: PaymentId,
    /// Or one that came beside that.
    beside: bool,
    /// None: all of its store orders.
    only: Option<StoreOrderId>,
    by_operator: bool,
    request: RefundRequest,
}

impl RefundTarget {
    /// What its money is to a part that is settled so.
    fn settled(&self, settlement: Settlement) -> Settlement {
        match self.beside {
            true => Settlement::Paid,
            false => settlement,
        }
    }
}

impl Service {
    pub(crate) async fn may_refund(&self, actor: &Actor) -> Result<bool, OrderError> {
        Ok(access::may_refund(actor, self.settings.sellers_refund).is_some())
    }

    pub(crate) async fn preview_refund(
        &self,
        actor: &Actor,
        request: RefundRequest,
    ) -> Result<OrderRefundPreview, OrderError> {
        let (meant, document) = self.meant(actor, request).await?;
        self.preview(&meant, &document).await
    }

    pub(crate) async fn refund(
        &self,
        actor: &Actor,
        request: RefundRequest,
        key: Option<IdempotencyKey>,
    ) -> Result<OrderRefund, OrderError> {
        access::refunder(actor, self.settings.sellers_refund, &request)?;
        let keyed = IdempotencyKey::of(key, actor);
        let known: Option<OrderRefundId> = idempotency::earlier(&self.env, keyed.as_ref()).await?;
        let id = match known {
            Some(known) => known,
            None => {
                let (meant, document) = self.meant(actor, request).await?;
                // What payment would refuse is not begun; how much is left is decided under the lock.
                match self.preview(&meant, &document).await {
                    Ok(_) | Err(OrderError::RefundTooLarge { .. }) => {}
                    Err(refused) => return Err(refused),
                }
                let points = ["refund.request.before", "refund.request.after"];
                step(points, self.write_request(meant, actor.clone(), keyed)).await?
            }
        };
        if let Err(error) = self.advance_refund(id).await {
            tracing::warn!(refund = %id, %error, "a refund is asked for later");
        }
        Ok(load(self.env.pool.read(), id).await?.view())
    }

    /// Permission first, then what there is.
    async fn meant(
        &self,
        actor: &Actor,
        request: RefundRequest,
    ) -> Result<(RefundTarget, Order), OrderError> {
        let who = access::refunder(actor, self.settings.sellers_refund, &request)?;
        let mut fields = Fields::default();
        let note = fields.optional("/note", request.note.as_deref(), 500);
        if let Some(amount) = request.amount {
            fields.positive("/amount", amount);
        }
        let request = fields.or(RefundRequest { note, ..request })?;
        let (order, only) = match request.of {
            RefundOf::Order(order) => (order, None),
            RefundOf::StoreOrder(id) => (self.order_of_part(id, who).await?, Some(id)),
            RefundOf::PartOf(order, id) => (order, Some(id)),
            RefundOf::Payment(order, _) => (order, None),
        };
        let document = self.document_of(order).await?.ok_or(OrderError::NotFound)?;
        let at = self.progress(order).await?.ok_or(OrderError::NotFound)?;
        if at.state == CheckoutState::Cancelling {
            return Err(Illegal::new("cancelling", "refunded").into());
        }
        let payment = match (request.of, at.payment) {
            (RefundOf::Payment(_, named), _) => self.captured(order, Some(named)).await?,
            (_, Some(paid)) => paid,
            (_, None) => self.captured(order, None).await?,
        };
        let meant = RefundTarget {
            order,
            payment,
            beside: at.payment.is_some_and(|paid| paid != payment),
            only,
            by_operator: who == Refunder::Operator,
            request,
        };
        Ok((meant, document.order))
    }

    async fn order_of_part(&self, id: StoreOrderId, who: Refunder) -> Result<OrderId, OrderError> {
        let part = store_order::Entity::find_by_id(id)
            .row(self.env.pool.read())
            .await?;
        let seen = |part: &store_order::Model| match who {
            Refunder::Operator => true,
            Refunder::Seller(own) => part.store_id == own,
        };
        let part = part.filter(seen).ok_or(OrderError::NotFound)?;
        Ok(part.order_id)
    }

    /// The one that is named, or one that came for an order after its end, and is here again.
    async fn captured(
        &self,
        order: OrderId,
        named: Option<PaymentId>,
    ) -> Result<PaymentId, OrderError> {
        let attempts = self.attempts(order).await?.into_iter();
        let mut meant = attempts.filter(|one| named.is_none_or(|id| id == one.id));
        let captured = meant.find(|one| payment_outcome(one) == PaymentOutcome::Captured);
        match captured {
            Some(payment) => Ok(payment.id),
            None => Err(Illegal::new("unpaid", "refunded").into()),
        }
    }

    async fn preview(
        &self,
        meant: &RefundTarget,
        order: &Order,
    ) -> Result<OrderRefundPreview, OrderError> {
        let given = given(self.env.pool.read(), meant.order, meant.payment).await?;
        let parts = order.store_orders.iter().map(|part| {
            Ok(Part {
                id: part.id,
                settlement: meant.settled(part.settlement),
                left: given.left(part.id, part.totals.total)?,
            })
        });
        let parts = parts.collect::<Result<Vec<_>, OrderError>>()?;
        let divided = divide(&parts, meant.only, meant.request.amount)?;
        let draft = RefundDraft {
            payment: meant.payment,
            parts: asked_parts(&divided.parts),
            borne_by: borne_by(meant.request.borne_by, meant.beside),
        };
        let told = self.deps.payments.preview_refund(&SELF, draft).await;
        let told = told.map_err(|error| refused(error, divided.left))?;
        preview_of(order, &divided, &told)
    }

    async fn write_request(
        &self,
        meant: RefundTarget,
        actor: Actor,
        keyed: Option<Keyed>,
    ) -> Result<OrderRefundId, OrderError> {
        let id = OrderRefundId(self.env.uuid());
        let now = self.env.now();
        let times = (now, now + self.settings.checkout_stale_after);
        let input = (self.env.clone(), meant, (actor, keyed), (id, times));
        self.env
            .pool
            .transaction(input, |tx, (env, meant, (actor, keyed), (id, times))| {
                Box::pin(async move {
                    let order = change::lock(tx, meant.order).await?;
                    let order = order.ok_or(OrderError::NotFound)?;
                    if let Some(known) = idempotency::first(tx, &env, keyed.as_ref(), &id).await? {
                        return Ok(known);
                    }
                    let divided = left_of(tx, &order, &meant).await?;
                    insert(tx, (id, times), &actor, &meant, &divided).await?;
                    let details = json!({
                        "refund": id, "amount": divided.amount, "borne_by": meant.request.borne_by,
                        "reason": meant.request.reason,
                    });
                    audit::record(tx, &env, &actor, ORDER_REFUNDED, order.id.0, details).await?;
                    Ok(id)
                })
            })
            .await
    }
}

/// Under the lock of the order, so that of several at once no more is set aside than there is.
async fn left_of(
    tx: &db::Tx,
    order: &LockedOrder,
    meant: &RefundTarget,
) -> Result<Divided, OrderError> {
    if order.checkout == CheckoutState::Cancelling {
        return Err(Illegal::new("cancelling", "refunded").into());
    }
    let made = refund::Entity::find()
        .filter(refund::Column::OrderId.eq(order.id))
        .limit(MOST)
        .rows(&**tx)
        .await?;
    if u64::try_from(made.len()).unwrap_or(MOST) >= MOST {
        let why = "the order has as many refunds as it can have";
        return Err(OrderError::RefundNotPossible(why.to_owned()));
    }
    let given = given(&**tx, order.id, meant.payment).await?;
    let parts = order.parts.iter().map(|part| {
        let total = Money::new(part.total, order.total.currency())?;
        Ok(Part {
            id: part.id,
            settlement: meant.settled(part.state.settlement),
            left: given.left(part.id, total)?,
        })
    });
    let parts = parts.collect::<Result<Vec<_>, OrderError>>()?;
    divide(&parts, meant.only, meant.request.amount)
}

async fn insert(
    tx: &db::Tx,
    (id, (now, due)): (OrderRefundId, (Time, Time)),
    actor: &Actor,
    meant: &RefundTarget,
    divided: &Divided,
) -> Result<(), OrderError> {
    let row = refund::ActiveModel {
        id: Set(id),
        order_id: Set(meant.order),
        payment_id: Set(meant.payment),
        amount: Set(divided.amount.amount()),
        currency: Set(divided.amount.currency().code().to_owned()),
        borne_by: Set(meant.request.borne_by),
        reason: Set(meant.request.reason),
        note: Set(meant.request.note.clone()),
        actor: Set(actor.label()),
        by_operator: Set(meant.by_operator),
        state: Set(OrderRefundState::Requested),
        due_at: Set(Some(due)),
        created_at: Set(now),
        ..Default::default()
    };
    refund::Entity::insert(row).run(&**tx).await?;
    let part = |(store_order, amount): &(StoreOrderId, Money)| refund_part::ActiveModel {
        refund_id: Set(id),
        store_order_id: Set(*store_order),
        amount: Set(amount.amount()),
        ..Default::default()
    };
    let parts: Vec<_> = divided.parts.iter().map(part).collect();
    refund_part::Entity::insert_many(parts).run(&**tx).await?;
    Ok(())
}
