//! What somebody took back of a transfer at the provider itself, as on its pages: it is booked as if the marketplace
//! had asked for it. The store is owed that again, and the next payout has it.

use feira_kernel::db::{self, Change, Find};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};

use super::{Service, rows, store_money::lock_money};
use crate::{
    PaymentError, ReversalState,
    entities::{
        payout_transfer::{self, Model},
        transfer_reversal::{ActiveModel, Column, Entity},
    },
    postings,
    provider::{Provider, paying::ToldReversal},
};

impl Service {
    /// Whether the transfer is ours.
    pub(super) async fn look_at_reversals(
        &self,
        provider: &dyn Provider,
        transfer: &str,
    ) -> Result<bool, PaymentError> {
        let paying = provider.paying().ok_or(PaymentError::NoSuchProvider)?;
        let found = payout_transfer::Entity::find()
            .filter(payout_transfer::Column::Provider.eq(provider.name()))
            .filter(payout_transfer::Column::TransferId.eq(transfer));
        let Some(row) = found.row(self.env.pool.read()).await? else {
            return Ok(false);
        };
        for told in self.asked(provider, paying.reversals(transfer)).await? {
            let input = (self.clone(), row.clone(), told);
            let written: Result<(), PaymentError> = self
                .env
                .pool
                .transaction(input, |tx, (service, row, told)| {
                    Box::pin(async move { service.reversed_in(tx, &row, told).await })
                })
                .await;
            written?;
        }
        Ok(true)
    }

    /// Once, under the lock of the store's money. What was asked for here is written by whoever asked.
    async fn reversed_in(
        &self,
        tx: &db::Tx,
        row: &Model,
        told: ToldReversal,
    ) -> Result<(), PaymentError> {
        lock_money(tx, row.store_id, &row.currency).await?;
        if self.is_known(tx, row, &told).await? {
            return Ok(());
        }
        let amount = rows::total(told.amount.amount(), &row.currency)?;
        let (now, id) = (self.env.now(), self.env.uuid());
        let back = Expr::col(payout_transfer::Column::Reversed).add(told.amount.amount());
        let left = Expr::col(payout_transfer::Column::Amount).sub(told.amount.amount());
        let counted = payout_transfer::Entity::update_many()
            .set(payout_transfer::ActiveModel {
                updated_at: Set(now),
                ..Default::default()
            })
            .col_expr(payout_transfer::Column::Reversed, back)
            .filter(payout_transfer::Column::PayoutId.eq(row.payout_id))
            .filter(Expr::col(payout_transfer::Column::Reversed).lte(left));
        let fits = told.amount.currency().code() == row.currency && told.amount.is_positive();
        if !fits || counted.run(&**tx).await? != 1 {
            tracing::error!(
                payout = %row.payout_id, reversal = told.id, amount = %told.amount,
                "more was taken back of a transfer than was sent, as its provider says; nothing is booked"
            );
            return Ok(());
        }
        let reversal = ActiveModel {
            id: Set(id),
            payout_id: Set(row.payout_id),
            store_id: Set(row.store_id),
            provider: Set(row.provider.clone()),
            transfer_id: Set(row.transfer_id.clone().unwrap_or_default()),
            amount: Set(told.amount.amount()),
            currency: Set(row.currency.clone()),
            state: Set(ReversalState::Made),
            reversal_id: Set(Some(told.id)),
            ended_at: Set(Some(now)),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        };
        Entity::insert(reversal).run(&**tx).await?;
        let posting = postings::payout_reversed(id, (row.payout_id.0, row.store_id), amount);
        self.post(tx, &posting).await
    }

    async fn is_known(
        &self,
        tx: &db::Tx,
        row: &Model,
        told: &ToldReversal,
    ) -> Result<bool, PaymentError> {
        if let Some(key) = told.key
            && Entity::find_by_id(key).row(&**tx).await?.is_some()
        {
            return Ok(true);
        }
        let same = Entity::find()
            .filter(Column::PayoutId.eq(row.payout_id))
            .filter(Column::ReversalId.eq(told.id.as_str()));
        Ok(same.row(&**tx).await?.is_some())
    }
}
