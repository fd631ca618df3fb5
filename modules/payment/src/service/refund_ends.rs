//! What a person says of a refund, beside that it was sent: that nobody will send it, or that its money came back. The
//! book of what is sent by hand, the refund and the ledger are written in one transaction: a process that ends before has
//! done nothing, one that ends after has done all.

use feira_kernel::{
    Actor, IdempotencyKey, audit,
    db::{self, Change, Find},
    idempotency::{self, Keyed},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;

use super::{Service, by_hand::not_in_the_book, pass, refunded::Ended, refunding::RefundRow, rows};
use crate::{
    PaymentError, Refund, RefundId, RefundStatus, access,
    acts::{REFUND_RETURNED, REFUND_WITHDRAWN},
    entities::{
        manual_refund::{Column, Entity, ManualRefundState},
        payment, refund,
    },
};

#[derive(Clone, Copy)]
enum Said {
    WillNotBeSent,
    CameBack,
}

impl Service {
    pub(crate) async fn withdraw_refund(
        &self,
        actor: &Actor,
        id: RefundId,
        key: Option<IdempotencyKey>,
    ) -> Result<Refund, PaymentError> {
        let ended = self
            .end_by_hand(actor, id, key, Said::WillNotBeSent)
            .await?;
        pass("payment.refund_withdrawn");
        Ok(ended)
    }

    pub(crate) async fn return_refund(
        &self,
        actor: &Actor,
        id: RefundId,
        key: Option<IdempotencyKey>,
    ) -> Result<Refund, PaymentError> {
        let ended = self.end_by_hand(actor, id, key, Said::CameBack).await?;
        pass("payment.refund_returned");
        Ok(ended)
    }

    async fn end_by_hand(
        &self,
        actor: &Actor,
        id: RefundId,
        key: Option<IdempotencyKey>,
        said: Said,
    ) -> Result<Refund, PaymentError> {
        self.may_say(actor, id).await?;
        let keyed = IdempotencyKey::of(key, actor);
        let input = (self.clone(), actor.clone(), keyed);
        self.env
            .pool
            .transaction(input, move |tx, (service, by, keyed)| {
                Box::pin(async move {
                    match said {
                        Said::WillNotBeSent => service.withdraw_in(tx, &by, id, keyed).await,
                        Said::CameBack => service.return_in(tx, &by, id, keyed).await,
                    }
                })
            })
            .await
    }

    /// An operator, or the store of what it was paid itself.
    pub(super) async fn may_say(&self, actor: &Actor, id: RefundId) -> Result<(), PaymentError> {
        if let Some(own) = access::say_refund(actor)? {
            self.gives_back_itself(own, id).await?;
        }
        Ok(self.providers.refresh().await?)
    }

    async fn withdraw_in(
        &self,
        tx: &db::Tx,
        by: &Actor,
        id: RefundId,
        keyed: Option<Keyed>,
    ) -> Result<Refund, PaymentError> {
        let known = idempotency::first(tx, &self.env, keyed.as_ref(), &id).await?;
        let (row, _) = locked(tx, id).await?;
        if known.is_some() || row.withdrawn {
            return row.view();
        }
        self.by_hand(&row.gateway)?;
        if row.status != RefundStatus::Pending {
            return Err(PaymentError::RefundMove(row.status));
        }
        match in_the_book(tx, id).await? {
            None => return Err(not_in_the_book()),
            Some(ManualRefundState::Waiting) => {}
            // Somebody said so just now.
            Some(ManualRefundState::Sent | ManualRefundState::Returned) => {
                return Err(PaymentError::RefundMove(RefundStatus::Completed));
            }
            Some(ManualRefundState::Withdrawn) => {
                return Err(PaymentError::RefundMove(RefundStatus::Failed));
            }
        }
        self.write_in_the_book(tx, id, ManualRefundState::Withdrawn)
            .await?;
        let details = json!({"payment": row.payment_id, "amount": row.amount()?});
        let row = self
            .write_refund_in(tx, row, None, Ended::Withdrawn)
            .await?;
        audit::record(tx, &self.env, by, REFUND_WITHDRAWN, id.0, details).await?;
        RefundRow {
            withdrawn: true,
            ..row
        }
        .view()
    }

    async fn return_in(
        &self,
        tx: &db::Tx,
        by: &Actor,
        id: RefundId,
        keyed: Option<Keyed>,
    ) -> Result<Refund, PaymentError> {
        let known = idempotency::first(tx, &self.env, keyed.as_ref(), &id).await?;
        let (row, payment) = locked(tx, id).await?;
        if known.is_some() || row.came_back {
            return row.view();
        }
        let provider = self.provider(&row.gateway)?;
        if provider.capabilities().returns_told {
            return Err(PaymentError::NotByHand);
        }
        if row.status != RefundStatus::Completed {
            return Err(PaymentError::RefundMove(row.status));
        }
        if provider.capabilities().by_hand {
            self.write_in_the_book(tx, id, ManualRefundState::Returned)
                .await?;
        }
        let reference = row.reference.clone().unwrap_or_default();
        self.write_back(tx, payment.id, id, &reference).await?;
        let details = json!({"payment": row.payment_id, "amount": row.amount()?});
        audit::record(tx, &self.env, by, REFUND_RETURNED, id.0, details).await?;
        locked(tx, id).await?.0.view()
    }

    async fn write_in_the_book(
        &self,
        tx: &db::Tx,
        id: RefundId,
        state: ManualRefundState,
    ) -> Result<(), PaymentError> {
        let written = crate::entities::manual_refund::ActiveModel {
            state: Set(state),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        let written = Entity::update_many().set(written).filter(Column::Id.eq(id));
        written.run(&**tx).await?;
        Ok(())
    }
}

/// Under the lock of its payment.
async fn locked(tx: &db::Tx, id: RefundId) -> Result<(RefundRow, payment::Model), PaymentError> {
    let found = refund::Entity::find_by_id(id).row(&**tx).await?;
    let payment = found.ok_or(PaymentError::NotFound)?.payment_id;
    let payment = rows::lock(tx, payment).await?;
    let found = refund::Entity::find_by_id(id).row(&**tx).await?;
    let found = found.ok_or(PaymentError::NotFound)?;
    Ok((RefundRow::of(found, &payment), payment))
}

async fn in_the_book(tx: &db::Tx, id: RefundId) -> Result<Option<ManualRefundState>, PaymentError> {
    let found = Entity::find_by_id(id).lock_exclusive().row(&**tx).await?;
    Ok(found.map(|row| row.state))
}
