//! Parts of which their provider does not say whether it paid them to the store's account: somebody who looked there
//! says it.

use feira_kernel::{
    Actor, IdempotencyKey, audit,
    db::{self, Find},
    idempotency,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::{
    Service,
    rows::{self, money},
    split_books::ToldSplits,
    split_rows,
};
use crate::{
    AskedSplit, PartReference, Payment, PaymentDetails, PaymentError, PaymentId, access,
    acts::SPLIT_SETTLED,
    entities::payment_split::{Column, Entity, Model, SplitThere},
    status,
};

/// The parts of one payment.
const MOST: u64 = 100;

impl Service {
    pub(crate) async fn settle_split(
        &self,
        actor: &Actor,
        id: PaymentId,
        part: PartReference,
        split: bool,
        key: Option<IdempotencyKey>,
    ) -> Result<PaymentDetails, PaymentError> {
        access::manage_payments(actor)?;
        let keyed = IdempotencyKey::of(key, actor);
        let input = (self.clone(), actor.clone(), keyed);
        self.env
            .pool
            .transaction(input, move |tx, (service, by, keyed)| {
                Box::pin(async move {
                    let known = idempotency::first(tx, &service.env, keyed.as_ref(), &id.0);
                    match known.await? {
                        Some(_) => Ok(()),
                        None => service.settle_split_in(tx, &by, (id, part.0), split).await,
                    }
                })
            })
            .await?;
        self.details_of(id).await
    }

    async fn settle_split_in(
        &self,
        tx: &db::Tx,
        by: &Actor,
        (id, part): (PaymentId, Uuid),
        split: bool,
    ) -> Result<(), PaymentError> {
        let payment = rows::lock(tx, id).await?;
        let rows = split_rows::splits(&**tx, id).await?;
        let row = rows.iter().find(|row| row.part == part);
        let row = row.ok_or(PaymentError::NotFound)?;
        let is = match split {
            true => SplitThere::Paid,
            false => SplitThere::Denied,
        };
        match row.there {
            Some(SplitThere::Asked) if payment.captured_at.is_some() => {}
            Some(there) if there == is => return Ok(()),
            _ => return Err(PaymentError::SplitMove),
        }
        let mut told = ToldSplits::default();
        match split {
            true => told.paid.push(row.id),
            false => told.denied.push(row.id),
        }
        let amount = row.split()?.earning;
        self.book_in(tx, id, &told).await?;
        let details = json!({"part": part, "split": split, "amount": amount});
        audit::record(tx, &self.env, by, SPLIT_SETTLED, id.0, details).await?;
        Ok(())
    }

    /// Of one that was captured: of which parts nobody knows yet whether they were split.
    pub(super) async fn asked_splits(
        &self,
        payment: &Payment,
    ) -> Result<Vec<AskedSplit>, PaymentError> {
        if !status::is_captured(payment.status) {
            return Ok(Vec::new());
        }
        let found = Entity::find()
            .filter(Column::PaymentId.eq(payment.id))
            .filter(Column::There.eq(SplitThere::Asked))
            .order_by_asc(Column::Position)
            .limit(MOST);
        let found = found.rows(self.env.pool.read()).await?.into_iter();
        let currency = payment.amount.currency();
        let view = |row: Model| {
            Ok(AskedSplit {
                store: row.store_id,
                part: PartReference::new(row.part),
                amount: money(row.earning, currency.code())?,
                account: row.account.unwrap_or_default(),
            })
        };
        found.map(view).collect()
    }
}
