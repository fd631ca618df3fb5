//! Confirms several orders in one transaction: lock, decide in memory, write.

use std::collections::BTreeMap;

use async_trait::async_trait;
use feira_kernel::{
    Env, UserId,
    batch::{Results, Work},
    db, outbox, values,
};
use feira_payment::PaymentId;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    Fulfilment, OrderConfirmed, OrderError, OrderId, OrderStatus, Settlement, StoreOrderRef,
    access::SELF,
    status::{self, CheckoutState, MoneyStep, StoreOrderState},
};

/// Orders to be confirmed together.
pub(crate) struct Confirming {
    pub(crate) env: Env,
}

#[derive(Clone)]
pub(crate) struct Confirmation {
    pub(crate) order: OrderId,
    pub(crate) user: Option<UserId>,
    pub(crate) parts: Vec<StoreOrderRef>,
    pub(crate) payment: PaymentId,
    /// Whether each store is paid when it hands its part over.
    pub(crate) on_delivery: bool,
    /// The consumer and event that told of the payment.
    pub(crate) event: Option<(&'static str, Uuid)>,
}

/// An order under its lock.
#[derive(FromQueryResult)]
struct Locked {
    id: OrderId,
    version: i64,
    status: OrderStatus,
    state: CheckoutState,
    attempt: i32,
}

#[derive(FromQueryResult)]
struct Written {
    order_id: OrderId,
    parts: i64,
}

#[async_trait]
impl Work for Confirming {
    const NAME: &'static str = "confirm";
    type Item = Confirmation;
    type Key = OrderId;
    type Done = Option<i32>;
    type Error = OrderError;

    fn key(confirmation: &Confirmation) -> OrderId {
        confirmation.order
    }

    async fn run(&self, all: Vec<Confirmation>) -> Results<Option<i32>, OrderError> {
        let pool = &self.env.pool;
        pool.transaction((self.env.clone(), all), |tx, (env, all)| {
            Box::pin(async move { confirm_all(tx, &env, all).await })
        })
        .await
    }
}

async fn confirm_all(
    tx: &db::Tx,
    env: &Env,
    all: Vec<Confirmation>,
) -> Results<Option<i32>, OrderError> {
    let ids: Vec<Uuid> = all.iter().map(|one| one.order.0).collect();
    let sql = include_str!("sql/lock_confirming.sql");
    let locked: Vec<Locked> = db::rows(&**tx, sql, values![ids]).await?;
    let locked: BTreeMap<OrderId, Locked> = locked.into_iter().map(|row| (row.id, row)).collect();
    let (mut results, mut confirmed) = (Vec::with_capacity(all.len()), Vec::new());
    for one in all {
        results.push(match locked.get(&one.order) {
            Some(row) if row.status != OrderStatus::Pending => Ok(None),
            Some(row) if matches!(row.state, CheckoutState::Paying | CheckoutState::Awaiting) => {
                confirmed.push((one, row.version + 1));
                Ok(Some(row.attempt))
            }
            Some(_) => Err(OrderError::defect(
                "a pending order whose checkout has ended",
            )),
            None => Ok(None),
        });
    }
    if !confirmed.is_empty() {
        write(tx, env, &confirmed).await?;
    }
    Ok(results)
}

/// Writes the confirmations, each with the new version of its order.
async fn write(
    tx: &db::Tx,
    env: &Env,
    confirmed: &[(Confirmation, i64)],
) -> Result<(), OrderError> {
    let before = StoreOrderState {
        fulfilment: Fulfilment::Pending,
        settlement: Settlement::Unpaid,
        completed: false,
    };
    let paid = before.settle(MoneyStep::Pay)?;
    let agreed = before.settle(MoneyStep::Agree)?;
    let mut events = Vec::with_capacity(confirmed.len());
    for (one, version) in confirmed {
        let told = OrderConfirmed {
            order: one.order,
            version: *version,
            user: one.user,
            parts: one.parts.clone(),
        };
        events.push(outbox::record(env, &told)?);
    }
    let ids: Vec<Uuid> = confirmed.iter().map(|(one, _)| one.order.0).collect();
    let payments: Vec<Uuid> = confirmed.iter().map(|(one, _)| one.payment.0).collect();
    let settlements = confirmed.iter().map(|(one, _)| match one.on_delivery {
        true => agreed.settlement.as_str().to_owned(),
        false => paid.settlement.as_str().to_owned(),
    });
    let settlements: Vec<String> = settlements.collect();
    let heard = confirmed.iter().filter_map(|(one, _)| one.event);
    let (consumers, heard): (Vec<String>, Vec<Uuid>) = heard
        .map(|(consumer, event)| (consumer.to_owned(), event))
        .unzip();
    let written: Vec<Written> = db::rows(
        &**tx,
        include_str!("sql/confirm.sql"),
        values![
            ids,
            payments,
            // All store orders have the same state, so one stands for all; so does one that is paid.
            status::project(&[before]),
            status::project(&[paid]),
            before.fulfilment,
            before.settlement,
            settlements,
            env.now(),
            SELF.label(),
            consumers,
            heard,
            db::recordset(&events)?
        ],
    )
    .await?;
    tx.mark_published();
    let written: BTreeMap<OrderId, i64> = written
        .into_iter()
        .map(|row| (row.order_id, row.parts))
        .collect();
    let whole = |one: &Confirmation| {
        let parts = written.get(&one.order).copied().unwrap_or(0);
        usize::try_from(parts) == Ok(one.parts.len())
    };
    match confirmed.iter().all(|(one, _)| whole(one)) {
        true => Ok(()),
        false => Err(OrderError::defect("a pending order has a part that is not")),
    }
}
