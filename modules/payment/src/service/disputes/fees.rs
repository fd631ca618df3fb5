//! What a provider takes for a dispute, or gives back of that, and who bears it.

use feira_kernel::{
    Money,
    db::{self, Change},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::rows::{self as found, weights};
use crate::{
    FeeBearer, PaymentError,
    entities::{
        dispute,
        dispute_part::{self, Column},
    },
    ledger,
    postings::Borne,
    service::{Service, rows::internal, split_rows},
};

impl Service {
    /// Books what the provider took for the dispute since, or gave back of it.
    pub(super) async fn book_dispute_fee(
        &self,
        tx: &db::Tx,
        row: &mut dispute::Model,
        told: Money,
    ) -> Result<(), PaymentError> {
        let known = row.fee()?.unwrap_or(Money::zero(told.currency()));
        if known == told {
            return Ok(());
        }
        let Ok(more) = told.checked_sub(known) else {
            tracing::error!(dispute = %row.id, "the fee of a dispute is told in another currency than before; it is not booked");
            return Ok(());
        };
        // What is posted has a source once: it is the dispute's own at first, and of each change another.
        let source = match row.fee_currency {
            None => row.id.0,
            Some(_) => self.env.uuid(),
        };
        let borne = self.fee_parts(tx, row, (known, more)).await?;
        let posting = ledger::dispute_fee(row.payment_id.0, source, more, &borne);
        self.post(tx, &posting.map_err(internal)?).await?;
        for one in &borne {
            self.bear_of_dispute(tx, row, one).await?;
        }
        let borne = borne.iter().map(|one| (one.split, one.fee));
        self.bear(tx, borne.collect()).await?;
        row.fee = told.amount();
        row.fee_currency = Some(told.currency().code().to_owned());
        dispute::Entity::update_many()
            .set(dispute::ActiveModel {
                fee: Set(row.fee),
                fee_currency: Set(row.fee_currency.clone()),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(dispute::Column::Id.eq(row.id))
            .run(&**tx)
            .await?;
        self.release_given_back(tx, row.payment_id).await
    }

    /// What each store bears more than before, or less. What is taken is divided by what of the dispute is its:
    /// nothing, where the marketplace bears it. What is given back is divided by who bore it until now.
    async fn fee_parts(
        &self,
        tx: &db::Tx,
        row: &dispute::Model,
        (known, more): (Money, Money),
    ) -> Result<Vec<Borne>, PaymentError> {
        if more.currency().code() != row.currency {
            return Ok(Vec::new());
        }
        let parts = found::parts(&**tx, row.id).await?;
        let fees = match more.is_negative() {
            true => shares_back(&parts, row, (known, more))?,
            false if self.settings.dispute_fee_borne_by == FeeBearer::Store => {
                let weights = weights(parts.iter().map(|part| part.amount), row)?;
                more.allocate(&weights)
            }
            false => return Ok(Vec::new()),
        };
        let splits = split_rows::splits(&**tx, row.payment_id).await?;
        let borne = parts.iter().zip(fees).filter(|(_, fee)| !fee.is_zero());
        let borne = borne.map(|(part, fee)| {
            let split = splits.iter().find(|split| split.id == part.split_id);
            let split = split.ok_or_else(|| internal("a dispute of another payment's split"))?;
            Ok(Borne {
                split: part.split_id,
                store: part.store_id,
                released: split.released_at.is_some(),
                fee,
            })
        });
        borne.collect()
    }

    async fn bear_of_dispute(
        &self,
        tx: &db::Tx,
        row: &dispute::Model,
        one: &Borne,
    ) -> Result<(), PaymentError> {
        use sea_orm::sea_query::{Expr, ExprTrait};
        let borne = dispute_part::Entity::update_many()
            .col_expr(Column::Fee, Expr::col(Column::Fee).add(one.fee.amount()))
            .filter(Column::DisputeId.eq(row.id))
            .filter(Column::SplitId.eq(one.split));
        borne.run(&**tx).await?;
        Ok(())
    }
}

/// Who bears what of a fee, and of what is given back, by part; the marketplace's share is left out.
fn shares_back(
    parts: &[dispute_part::Model],
    row: &dispute::Model,
    (known, more): (Money, Money),
) -> Result<Vec<Money>, PaymentError> {
    let mut weights = weights(parts.iter().map(|part| part.fee), row)?;
    let of_stores: u64 = weights.iter().sum();
    let whole = u64::try_from(known.minor()).unwrap_or(0);
    weights.push(match of_stores {
        // Nobody bore it: it is the marketplace's.
        0 => 1,
        _ => whole.saturating_sub(of_stores),
    });
    let mut shares = more.allocate(&weights);
    shares.pop();
    Ok(shares)
}
