//! What buyers pay to a store when its part is handed over: its seller, or an operator, says that it was paid, or
//! never will be.
//!
//! | step | whose commit | what a crash right after it costs | who goes on |
//! |---|---|---|---|
//! | decide | order: the key, and whether the goods go back into the stock; nothing is settled yet | nothing | whoever says it again |
//! | settle the leg | payment: the commission is owed, `payment.leg_settled` | nothing | the event, or a repeat |
//! | put back | catalog, under a key of the part: only what was not paid, if its seller said so | nothing | the same |
//! | settle the part | order: `on_delivery -> paid`, or `unpaid` and returned | nothing is left to do | |
//!
//! The leg decides: of two who say something at once the first is right, and the other is refused. Before a part
//! is on its way nobody says either; the buyer may cancel until then, and after it she cannot.

use feira_catalog::{MovementReason, Restock, StockLine};
use feira_kernel::{
    Actor, IdempotencyKey,
    db::{self, Change, Find},
    idempotency::Keyed,
    validate::Fields,
};
use feira_payment::{PartReference, Reference, SettleLeg};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use super::{
    Service,
    change::{self, HistoryNote, LockedStoreOrder},
};
use crate::{
    Fulfilment, NotCollected, OrderError, OrderId, SellerOrder, Settlement, StoreOrderId,
    access::{self, SELF},
    entities::{order_item, store_order},
    keys, neighbours,
    service::receiving::is_paid_before,
    status::{Illegal, MoneyStep, Step},
};

/// What somebody says became of it.
#[derive(Clone)]
struct Said {
    order: OrderId,
    part: StoreOrderId,
    paid: bool,
    restock: bool,
}

impl LockedStoreOrder {
    /// Whether that was said before; an error if something else was, or it is too early.
    fn is_settled(&self, paid: bool) -> Result<bool, Illegal> {
        let given_up = self.state.fulfilment == Fulfilment::Returned
            && self.state.settlement == Settlement::Unpaid;
        match self.state.settlement {
            Settlement::Paid | Settlement::PartiallyRefunded | Settlement::Refunded if paid => {
                Ok(true)
            }
            _ if given_up && !paid => Ok(true),
            Settlement::OnDelivery => self.state.settle(MoneyStep::Collect).map(|_| false),
            other => {
                let to = if paid { "paid" } else { "not_collected" };
                Err(Illegal::new(other.as_str(), to))
            }
        }
    }
}

impl Service {
    pub(crate) async fn mark_collected(
        &self,
        actor: &Actor,
        id: StoreOrderId,
        note: Option<String>,
        key: Option<IdempotencyKey>,
    ) -> Result<SellerOrder, OrderError> {
        self.say_settled(actor, id, (None, note), key).await
    }

    pub(crate) async fn mark_not_collected(
        &self,
        actor: &Actor,
        id: StoreOrderId,
        outcome: NotCollected,
        key: Option<IdempotencyKey>,
    ) -> Result<SellerOrder, OrderError> {
        let NotCollected { restock, note } = outcome;
        self.say_settled(actor, id, (Some(restock), note), key)
            .await
    }

    /// It was paid, unless it was not: then, whether the goods can be sold again.
    async fn say_settled(
        &self,
        actor: &Actor,
        id: StoreOrderId,
        (restock, note): (Option<bool>, Option<String>),
        key: Option<IdempotencyKey>,
    ) -> Result<SellerOrder, OrderError> {
        let own = access::collector(actor)?;
        let mut fields = Fields::default();
        let note = fields.optional("/note", note.as_deref(), 500);
        fields.finish()?;
        let row = self.part_of(id).await?;
        let row = row.filter(|row| own.is_none_or(|own| own == row.store_id));
        let row = row.ok_or(OrderError::NotFound)?;
        if is_paid_before(&row) {
            let said = (restock.is_none(), note);
            return self.say_received(actor, &row, said, key).await;
        }
        let said = Said {
            order: row.order_id,
            part: id,
            paid: restock.is_none(),
            restock: restock.unwrap_or_default(),
        };
        let keyed = IdempotencyKey::of(key, actor);
        if !self.decide(said.clone(), keyed).await? {
            let settle = SettleLeg {
                reference: Reference::new(said.order.0),
                part: PartReference::new(id.0),
                paid: said.paid,
                late: false,
                by: actor.clone(),
                note: note.clone(),
            };
            let settled = self.deps.payments.settle_leg(&SELF, settle).await;
            settled.map_err(neighbours::payment)?;
            let note = HistoryNote::new(actor.label(), note);
            self.leg_settled(said.order, id, said.paid, note).await?;
        }
        let told = self.seller_order(id, row.store_id).await?;
        told.ok_or(OrderError::NotFound)
    }

    /// Whether it was settled so already. What is said anew is kept, as far as payment cannot know it; a key
    /// that was used before may have been cut short.
    async fn decide(&self, said: Said, keyed: Option<Keyed>) -> Result<bool, OrderError> {
        let input = (self.env.clone(), said, keyed);
        self.env
            .pool
            .transaction(input, |tx, (env, said, keyed)| {
                Box::pin(async move {
                    let Some(order) =
                        change::lock_once(tx, &env, said.order, keyed.as_ref()).await?
                    else {
                        return Ok(false);
                    };
                    let mut parts = order.parts.iter();
                    let part = parts.find(|part| part.id == said.part);
                    if part.ok_or(OrderError::NotFound)?.is_settled(said.paid)? {
                        return Ok(true);
                    }
                    let kept = store_order::ActiveModel {
                        restocks: Set(Some(said.restock)),
                        updated_at: Set(env.now()),
                        ..Default::default()
                    };
                    store_order::Entity::update_many()
                        .set(kept)
                        .filter(store_order::Column::Id.eq(said.part))
                        .run(&**tx)
                        .await?;
                    Ok(false)
                })
            })
            .await
    }

    /// Payment says what became of a leg: the part is settled by it, once.
    pub(crate) async fn leg_settled(
        &self,
        order: OrderId,
        id: StoreOrderId,
        paid: bool,
        note: HistoryNote,
    ) -> Result<(), OrderError> {
        let row = self.part_of(id).await?;
        let row = row.filter(|row| row.order_id == order);
        let Some(row) = row else {
            tracing::warn!(%order, part = %id, "a leg of nothing that this module knows");
            return Ok(());
        };
        if row.settlement != Settlement::OnDelivery {
            return Ok(());
        }
        if !paid && row.restocks == Some(true) {
            self.put_back(&row).await?;
        }
        let input = (self.env.clone(), note);
        self.env
            .pool
            .transaction(input, move |tx, (env, note)| {
                Box::pin(async move {
                    let locked = change::lock(tx, order).await?;
                    let mut locked = locked.ok_or(OrderError::NotFound)?;
                    let mut parts = locked.parts.iter_mut();
                    let part = parts.find(|part| part.id == id);
                    let part = part.ok_or(OrderError::NotFound)?;
                    if part.state.settlement != Settlement::OnDelivery {
                        return Ok(());
                    }
                    if paid {
                        part.settle(MoneyStep::Collect)?;
                        part.paid_at = Some(env.now());
                    } else {
                        part.step(Step::Return)?;
                        part.settle(MoneyStep::GiveUp)?;
                    }
                    change::save(tx, &env, &locked, 1, &note).await?;
                    Ok(())
                })
            })
            .await
    }

    /// The goods of a part that came back unpaid, all of them, once.
    pub(crate) async fn put_back(&self, row: &store_order::Model) -> Result<(), OrderError> {
        let at = self.progress(row.order_id).await?;
        let at = at.ok_or(OrderError::NotFound)?;
        let restock = Restock {
            key: keys::restock_part(row.id),
            reservation: Some(at.reservation),
            lines: self.lines_of(row.id).await?,
            reason: MovementReason::OrderCancelled,
            reference: row.number.clone(),
        };
        let back = self.deps.catalog.restock(&SELF, restock).await;
        back.map_err(neighbours::catalog)
    }

    pub(crate) async fn lines_of(&self, id: StoreOrderId) -> Result<Vec<StockLine>, OrderError> {
        let lines = order_item::Entity::find()
            .filter(order_item::Column::StoreOrderId.eq(id))
            .order_by_asc(order_item::Column::Position)
            .rows(self.env.pool.read())
            .await?;
        let line = |line: order_item::Model| {
            Ok(StockLine {
                variant: line.variant_id,
                quantity: u32::try_from(line.quantity).map_err(OrderError::defect)?,
            })
        };
        lines.into_iter().map(line).collect()
    }

    pub(crate) async fn part_of(
        &self,
        id: StoreOrderId,
    ) -> Result<Option<store_order::Model>, db::Error> {
        let found = store_order::Entity::find_by_id(id);
        found.row(self.env.pool.read()).await
    }
}
