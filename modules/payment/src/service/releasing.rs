//! Making a store's earning payable.

use feira_kernel::{
    Money,
    db::{self, Change},
    values,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    Service,
    rows::{self, internal},
    split_rows::{self, SplitRow},
};
use crate::{
    Account, LedgerKind, PaymentError, PaymentId, ReleaseEarning,
    entities::{payment_split, payout_item},
    ledger::{self, Entry, Share},
};

#[derive(FromQueryResult)]
struct Captured {
    payment_id: PaymentId,
    gateway: String,
    charge: Option<String>,
    /// Whether nobody knows yet if its provider paid it.
    asked_there: Option<bool>,
}

impl Service {
    /// Once per split, whatever the key: what was given back before is not in it.
    pub(super) async fn release(&self, release: ReleaseEarning) -> Result<(), PaymentError> {
        let found: Option<Captured> = db::optional(
            self.env.pool.read(),
            include_str!("../sql/payment_of_part.sql"),
            values![release.reference, release.part, release.payment],
        )
        .await?;
        let found = found.ok_or(PaymentError::NotFound)?;
        let payment = found.payment_id;
        if found.asked_there == Some(true) {
            self.try_to_book(payment, &found.gateway, found.charge.as_deref())
                .await;
        }
        self.env
            .pool
            .transaction(
                (self.clone(), payment, release),
                |tx, (service, payment, release)| {
                    Box::pin(
                        async move { service.release_split(tx, payment, release.part.0).await },
                    )
                },
            )
            .await
    }

    async fn release_split(
        &self,
        tx: &db::Tx,
        payment: PaymentId,
        part: Uuid,
    ) -> Result<(), PaymentError> {
        rows::lock(tx, payment).await?;
        let splits = split_rows::splits(&**tx, payment).await?;
        let split = splits.iter().find(|split| split.part == part);
        let split = split.ok_or(PaymentError::NotFound)?;
        if split.is_asked_there() {
            return self.release_once_told(tx, split).await;
        }
        self.release_left(tx, payment, split).await
    }

    /// What its provider perhaps paid is not released: it is by whoever learns that it was not.
    async fn release_once_told(&self, tx: &db::Tx, split: &SplitRow) -> Result<(), PaymentError> {
        let now = self.env.now();
        let kept = payment_split::Entity::update_many()
            .set(payment_split::ActiveModel {
                release_asked_at: Set(Some(now)),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(payment_split::Column::Id.eq(split.id))
            .filter(payment_split::Column::ReleaseAskedAt.is_null());
        kept.run(&**tx).await?;
        Ok(())
    }

    /// Of what went back whole, by refunds or lost disputes, what a store has left, or owes for it, is for the next
    /// payout, as nobody will release it. It is not released by that: what comes back of it yet is pending, as it
    /// was. What was payable so and is less by now, or held by a refund that runs, is not payable any more. What a
    /// store was paid itself is never payable.
    pub(super) async fn release_given_back(
        &self,
        tx: &db::Tx,
        payment: PaymentId,
    ) -> Result<(), PaymentError> {
        for split in split_rows::splits(&**tx, payment).await? {
            if split.leg.is_some() {
                continue;
            }
            let (left, settled) = (split.earning_free()?, split.settled()?);
            let to = match split.is_given_back() {
                true => left,
                false if settled.is_positive() && left.minor() < settled.minor() => left,
                false => settled,
            };
            // Perhaps its provider paid it: of that nothing is payable, as far as anybody knows.
            let to = match split.is_asked_there() && to.is_positive() {
                true => settled,
                false => to,
            };
            if split.released_at.is_none() && to != settled {
                let more = to.checked_sub(settled).map_err(internal)?;
                self.settle_rest(tx, payment, &split, more).await?;
            }
        }
        Ok(())
    }

    async fn settle_rest(
        &self,
        tx: &db::Tx,
        payment: PaymentId,
        split: &SplitRow,
        more: Money,
    ) -> Result<(), PaymentError> {
        use payment_split::Column;
        let settled = Expr::col(Column::Settled).add(more.amount());
        payment_split::Entity::update_many()
            .set(payment_split::ActiveModel {
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .col_expr(Column::Settled, settled)
            .filter(Column::Id.eq(split.id))
            .run(&**tx)
            .await?;
        let rest = Share {
            earning: more,
            ..split.share()?
        };
        self.post(
            tx,
            &ledger::rest_released(payment.0, self.env.uuid(), &rest),
        )
        .await
    }

    /// Once.
    pub(super) async fn release_left(
        &self,
        tx: &db::Tx,
        payment: PaymentId,
        split: &SplitRow,
    ) -> Result<(), PaymentError> {
        let now = self.env.now();
        let released = payment_split::Entity::update_many()
            .set(payment_split::ActiveModel {
                released_at: Set(Some(now)),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(payment_split::Column::Id.eq(split.id))
            .filter(payment_split::Column::ReleasedAt.is_null())
            .run(&**tx)
            .await?;
        if released == 0 {
            return Ok(());
        }
        // What is disputed is released when the dispute is won, what refunds hold when they fail; what is payable
        // already stays so.
        let earning = split.earning_free()?.checked_sub(split.settled()?);
        let earning = earning.map_err(internal)?;
        let left = Share {
            earning,
            ..split.share()?
        };
        let posting = ledger::release(payment.0, &left);
        let entries = ledger::post(tx, &self.env, &posting).await?;
        open_items(tx, posting.kind, &entries).await
    }
}

/// What the entries add to, or take from, the next payout.
pub(super) async fn open_items(
    tx: &db::Tx,
    kind: LedgerKind,
    entries: &[(Uuid, Entry)],
) -> Result<(), PaymentError> {
    let item = |(id, entry): &(Uuid, Entry)| match (entry.account, entry.store) {
        (Account::SellerPayable, Some(store)) => Some(payout_item::ActiveModel {
            entry_id: Set(*id),
            kind: Set(kind),
            split_id: Set(entry.split),
            store_id: Set(store),
            amount: Set(entry.amount.negated().amount()),
            currency: Set(entry.amount.currency().code().to_owned()),
            ..Default::default()
        }),
        _ => None,
    };
    let items: Vec<_> = entries.iter().filter_map(item).collect();
    if items.is_empty() {
        return Ok(());
    }
    let insert = payout_item::Entity::insert_many(items);
    insert.run(&**tx).await?;
    Ok(())
}
