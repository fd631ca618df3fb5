//! What waits for an operator: she looks at the bank account, and says what came and what was sent.

use feira_kernel::{db, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;

use super::{Service, rows::money};
use crate::{PaymentError, PaymentId, WaitingByHand, WaitingPayment};

/// Those that are named.
const NAMED: usize = 10;

#[derive(FromQueryResult)]
struct Row {
    kind: String,
    payment: PaymentId,
    description: String,
    amount: Decimal,
    currency: String,
}

impl Service {
    pub(super) async fn waiting_for_operators(&self) -> Result<WaitingByHand, PaymentError> {
        self.providers.refresh().await?;
        let by_hand = self.providers.all().into_iter();
        let by_hand = by_hand.filter(|one| one.capabilities().by_hand);
        let names: Vec<String> = by_hand.map(|one| one.name().to_owned()).collect();
        let rows: Vec<Row> = db::rows(
            self.env.pool.read(),
            include_str!("../sql/waiting_by_hand.sql"),
            values![names],
        )
        .await?;
        let mut waiting = WaitingByHand::default();
        for row in rows {
            let (named, count) = match row.kind.as_str() {
                "payment" => (&mut waiting.payments, &mut waiting.payments_count),
                "refund" => (&mut waiting.refunds, &mut waiting.refunds_count),
                _ => (&mut waiting.returned, &mut waiting.returned_count),
            };
            *count += 1;
            if named.len() < NAMED {
                named.push(WaitingPayment {
                    payment: row.payment,
                    description: row.description,
                    amount: money(row.amount, &row.currency)?,
                });
            }
        }
        Ok(waiting)
    }
}
