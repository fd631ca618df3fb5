//! What waits for an operator, or for a store that is paid itself: she looks at the bank account, and says what came and
//! what was sent.

use feira_kernel::{Ref, StoreId, db, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{Service, rows::money};
use crate::{
    PartTask, PaymentError, PaymentId, PaymentStatus, StoreTasks, WaitingByHand, WaitingPayment,
};

/// Those that are named.
const NAMED: usize = 10;

/// Of a store, of each kind.
const MOST_TASKS: i64 = 50;

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Waits {
        Payment = "payment",
        Refund = "refund",
        OfStore = "of_store",
        Returned = "returned",
    }
}

#[derive(FromQueryResult)]
struct Row {
    kind: Waits,
    payment: PaymentId,
    description: String,
    amount: Decimal,
    currency: String,
}

#[derive(FromQueryResult)]
struct TaskRow {
    to_send: bool,
    part: Uuid,
    description: String,
    amount: Decimal,
    currency: String,
}

impl Service {
    pub(super) async fn tasks_of_store(&self, store: StoreId) -> Result<StoreTasks, PaymentError> {
        let rows: Vec<TaskRow> = db::rows(
            self.env.pool.read(),
            include_str!("../sql/tasks_of_store.sql"),
            values![store, MOST_TASKS, PaymentStatus::Pending],
        )
        .await?;
        let mut tasks = StoreTasks::default();
        for row in rows {
            let of_kind = match row.to_send {
                true => &mut tasks.to_send,
                false => &mut tasks.to_confirm,
            };
            of_kind.push(PartTask {
                part: Ref::new(row.part),
                description: row.description,
                amount: money(row.amount, &row.currency)?,
            });
        }
        Ok(tasks)
    }

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
            let (named, count) = match row.kind {
                Waits::Payment => (&mut waiting.payments, &mut waiting.payments_count),
                Waits::Refund => (&mut waiting.refunds, &mut waiting.refunds_count),
                Waits::OfStore => (&mut waiting.of_stores, &mut waiting.of_stores_count),
                Waits::Returned => (&mut waiting.returned, &mut waiting.returned_count),
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
