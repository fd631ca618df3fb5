//! What went to stores' accounts at a provider, and what was taken back, for the provider's report.

use feira_kernel::{Time, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{Service, reconciling::BookRow, rows::total};
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
        let sql = include_str!("../sql/reconciled_transfers.sql");
        let of = values![provider.to_owned(), from, until];
        facts.extend(self.facts::<Sent>(sql, of, from).await?);
        Ok(())
    }
}

impl BookRow for Sent {
    fn place(&self) -> (Time, Uuid) {
        (self.at, self.id)
    }

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
