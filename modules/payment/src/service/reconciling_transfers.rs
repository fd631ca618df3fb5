//! What went to stores' accounts at a provider, and what was taken back, for the provider's report.

use feira_kernel::{Time, db, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use time::Duration;
use uuid::Uuid;

use super::{
    Service,
    reconciling::{BATCH, BATCHES},
    rows::total,
};
use crate::{
    PaymentError, PayoutId,
    reconciliation::{Fact, FactKind},
};

#[derive(FromQueryResult)]
struct Sent {
    id: Uuid,
    payout: PayoutId,
    named: Option<String>,
    amount: Decimal,
    currency: String,
    at: Time,
}

impl Service {
    pub(super) async fn add_transfers(
        &self,
        facts: &mut Vec<Fact>,
        provider: &str,
        (from, until): (Time, Time),
    ) -> Result<(), PaymentError> {
        let mut after = (from - Duration::SECOND, Uuid::nil());
        for _ in 0..BATCHES {
            let rows: Vec<Sent> = db::rows(
                self.env.pool.search(),
                include_str!("../sql/reconciled_transfers.sql"),
                values![provider.to_owned(), from, until, after.0, after.1, BATCH],
            )
            .await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = (last.at, last.id);
            for row in rows {
                facts.push(row.fact()?);
            }
        }
        let why = "it is of a longer time than can be looked at at once";
        Err(PaymentError::BadReport(why.to_owned()))
    }
}

impl Sent {
    fn fact(self) -> Result<Fact, PaymentError> {
        Ok(Fact {
            kind: FactKind::ToStore,
            own: self.named.into_iter().collect(),
            of_payment: Vec::new(),
            amount: total(self.amount, &self.currency)?,
            fee: None,
            payment: None,
            reference: None,
            payout: Some(self.payout),
            at: self.at,
        })
    }
}
