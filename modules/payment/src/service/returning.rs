//! A completed refund whose money came back from the payer's bank, such as of an account that was closed:
//! whatever it took is given back as it was taken.

use std::collections::BTreeMap;

use feira_kernel::{
    StoreId,
    db::{self, Change, Find},
    values,
};
use rust_decimal::Decimal;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Set,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    Service,
    refunding::MOST_PARTS,
    rows::{self, Exchanged, internal, total},
    split_rows,
};
use crate::{
    Account, PaymentError, PaymentId, PaymentStatus, RefundId, RefundStatus,
    entities::{payment, payment_split, refund, refund_part},
    ledger::{self, Entry},
    sentences::CAME_BACK,
    status::{self, Action},
};

/// An entry of the refund.
#[derive(FromQueryResult)]
struct EntryRow {
    account: Account,
    store_id: Option<StoreId>,
    amount: Decimal,
    currency: String,
    split_id: Option<Uuid>,
}

/// What a refund took of one split.
#[derive(Default)]
struct OfSplit {
    commission: Decimal,
    promotion: Decimal,
}

impl Service {
    /// Whether this call wrote it: told again, it changes nothing.
    pub(super) async fn come_back(
        &self,
        payment: PaymentId,
        refund: RefundId,
        gateway_id: String,
    ) -> Result<bool, PaymentError> {
        let input = (self.clone(), payment, refund, gateway_id);
        self.env
            .pool
            .transaction(input, |tx, (service, payment, refund, gateway_id)| {
                Box::pin(async move { service.write_back(tx, payment, refund, &gateway_id).await })
            })
            .await
    }

    pub(super) async fn write_back(
        &self,
        tx: &db::Tx,
        id: PaymentId,
        refund: RefundId,
        gateway_id: &str,
    ) -> Result<bool, PaymentError> {
        let payment = rows::lock(tx, id).await?;
        let now = self.env.now();
        let returned = refund::ActiveModel {
            status: Set(RefundStatus::Failed),
            returned_at: Set(Some(now)),
            updated_at: Set(now),
            ..Default::default()
        };
        let changed = refund::Entity::update_many()
            .set(returned)
            .filter(refund::Column::Id.eq(refund))
            .filter(refund::Column::Status.eq(RefundStatus::Completed))
            .run(&**tx)
            .await?;
        if changed == 0 {
            return Ok(false);
        }
        let taken = self.taken_by(tx, id, refund).await?;
        let back = self.give_splits_back(tx, refund, &taken).await?;
        let posting = ledger::refund_returned(id.0, refund.0, &taken);
        self.post(tx, &posting).await?;
        let mut payment = self.status_back(tx, payment, back).await?;
        self.keep_back_the_rest(tx, &mut payment).await?;
        let exchange = Exchanged {
            kind: "refund",
            gateway_id: Some(gateway_id),
            outcome: CAME_BACK.as_str().to_owned(),
        };
        rows::exchanged(&**tx, &self.env, id, exchange).await?;
        self.tell_failed(tx, &payment, refund, true).await?;
        Ok(true)
    }

    /// Its entries in the ledger, each with whether its split is released now.
    async fn taken_by(
        &self,
        tx: &db::Tx,
        payment: PaymentId,
        refund: RefundId,
    ) -> Result<Vec<(Entry, bool)>, PaymentError> {
        let sql = include_str!("../sql/entries_of_refund.sql");
        let entries: Vec<EntryRow> = db::rows(&**tx, sql, values![refund]).await?;
        let splits = split_rows::splits(&**tx, payment).await?;
        let released = |id: Option<Uuid>| {
            let mut released = splits.iter().filter(|split| split.released_at.is_some());
            released.any(|split| Some(split.id) == id)
        };
        entries
            .into_iter()
            .map(|row| {
                let entry = Entry {
                    account: row.account,
                    store: row.store_id,
                    amount: total(row.amount, &row.currency)?,
                    split: row.split_id,
                };
                Ok((entry, released(row.split_id)))
            })
            .collect()
    }

    /// Gives the sum.
    async fn give_splits_back(
        &self,
        tx: &db::Tx,
        refund: RefundId,
        taken: &[(Entry, bool)],
    ) -> Result<Decimal, PaymentError> {
        use payment_split::Column;
        let mut of_splits: BTreeMap<Uuid, OfSplit> = BTreeMap::new();
        for (entry, _) in taken {
            let Some(split) = entry.split else { continue };
            let of = of_splits.entry(split).or_default();
            match entry.account {
                Account::PlatformCommission => of.commission += entry.amount.amount(),
                Account::PlatformPromotions => of.promotion += entry.amount.amount(),
                _ => {}
            }
        }
        let parts = refund_part::Entity::find()
            .filter(refund_part::Column::RefundId.eq(refund))
            .limit(MOST_PARTS)
            .rows(&**tx)
            .await?;
        let mut sum = Decimal::ZERO;
        for part in parts {
            let of = of_splits.remove(&part.split_id).unwrap_or_default();
            let less = |column: Column, by: Decimal| Expr::col(column).sub(by);
            let given = payment_split::ActiveModel {
                updated_at: Set(self.env.now()),
                ..Default::default()
            };
            let changed = payment_split::Entity::update_many()
                .set(given)
                .col_expr(Column::Refunded, less(Column::Refunded, part.amount))
                .col_expr(
                    Column::CommissionReversed,
                    less(Column::CommissionReversed, of.commission),
                )
                .col_expr(
                    Column::CommissionKept,
                    less(Column::CommissionKept, part.commission_kept),
                )
                .col_expr(Column::Promoted, less(Column::Promoted, of.promotion))
                .filter(Column::Id.eq(part.split_id))
                .filter(Column::Refunded.gte(part.amount))
                .run(&**tx)
                .await?;
            if changed != 1 {
                return Err(internal("a refund came back that its split does not know"));
            }
            sum += part.amount;
        }
        Ok(sum)
    }

    async fn status_back(
        &self,
        tx: &db::Tx,
        payment: payment::Model,
        back: Decimal,
    ) -> Result<payment::Model, PaymentError> {
        let refunded = payment.refunded - back;
        let action = match refunded > Decimal::ZERO {
            true => Action::ReturnPart,
            false => Action::ReturnAll,
        };
        let to: PaymentStatus = match status::is_live(payment.status) {
            // A leg of it was paid, and others are open: they make it what it will be.
            true => payment.status,
            false => status::next(payment.status, action)?,
        };
        let changed = payment::Entity::update_many()
            .set(payment::ActiveModel {
                status: Set(to),
                refunded: Set(refunded),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(payment::Column::Id.eq(payment.id))
            .filter(payment::Column::Status.eq(payment.status))
            .run(&**tx)
            .await?;
        if changed == 0 {
            return Err(PaymentError::IllegalMove(payment.status));
        }
        Ok(payment::Model {
            status: to,
            refunded,
            ..payment
        })
    }
}
