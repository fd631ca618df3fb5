//! The sweeper of checkouts, and the end of return windows.

use feira_cart::{HOLD_LEASE, HeldCart};
use feira_kernel::{PageRequest, Time, db, jobs::Job, values};
use sea_orm::FromQueryResult;
use time::Duration;
use tokio::task::{JoinError, JoinSet};
use uuid::Uuid;

use crate::{
    OrderError, OrderId,
    checkout::Cause,
    neighbours::{self, ORDER},
    service::Service,
};

const BATCH: i64 = 100;
/// Batches of one run: what is left waits for the next.
const BATCHES: usize = 10;
/// Checkouts that are taken up together.
const AT_ONCE: usize = 8;
/// After so long a run begins nothing more: with what it has begun it ends within a job's lease.
const RUN: Duration = Duration::seconds(30);

pub(crate) fn jobs(service: &Service) -> Vec<Job> {
    let [sweeper, completer, releaser] = [service.clone(), service.clone(), service.clone()];
    vec![
        Job::new("order.checkouts", service.settings.sweep_every, move || {
            let service = sweeper.clone();
            async move { service.sweep().await }
        }),
        Job::new(
            "order.complete",
            service.settings.complete_every,
            move || {
                let service = completer.clone();
                async move { service.complete_delivered().await }
            },
        ),
        Job::new("order.held_carts", HOLD_LEASE, move || {
            let service = releaser.clone();
            async move { service.release_unneeded().await }
        }),
    ]
}

/// What is further ahead, but for the end of the time to pay, was put there by a clock that has
/// gone back since.
const LONGEST_PAUSE: Duration = Duration::seconds(10 << 8);

#[derive(FromQueryResult)]
struct Due {
    order_id: Uuid,
    tries: i32,
}

#[derive(FromQueryResult)]
struct Over {
    id: Uuid,
    order_id: Uuid,
    ended: Time,
}

fn finished(task: Option<Result<Result<(), OrderError>, JoinError>>) -> Result<(), OrderError> {
    match task {
        Some(Ok(done)) => done,
        Some(Err(failed)) => Err(OrderError::Internal(failed.to_string())),
        None => Ok(()),
    }
}

impl Service {
    /// Takes up every checkout that is due: its request died, its time to pay is over, or
    /// something is still to be given back. A few at once, because each may wait for a provider
    /// that does not answer; and not for ever, because the module's other jobs come after this one,
    /// and so does whoever finds its lease ended. What is left is still due at the next run.
    async fn sweep(&self) -> Result<(), OrderError> {
        let until = self.env.now() + RUN;
        for _ in 0..BATCHES {
            let now = self.env.now();
            let due: Vec<Due> = db::rows(
                self.env.pool.reads(),
                "(SELECT order_id, tries FROM checkouts WHERE due_at <= $1 ORDER BY due_at LIMIT $2) \
                 UNION ALL (SELECT order_id, tries FROM checkouts \
                            WHERE due_at > $3 AND state <> 'awaiting' LIMIT $2) LIMIT $2",
                values![now, BATCH, now + LONGEST_PAUSE],
            )
            .await?;
            let last = due.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
            self.take_up(due, now, until).await?;
            if last || self.env.now() >= until {
                break;
            }
        }
        Ok(())
    }

    /// All that are begun are finished, whatever becomes of one of them.
    async fn take_up(&self, due: Vec<Due>, now: Time, until: Time) -> Result<(), OrderError> {
        let mut running = JoinSet::new();
        let mut result = Ok(());
        for checkout in due {
            if running.len() == AT_ONCE {
                result = result.and(finished(running.join_next().await));
            }
            if self.env.now() >= until {
                break;
            }
            let service = self.clone();
            running.spawn(async move { service.go_on(&checkout, now).await });
        }
        while !running.is_empty() {
            result = result.and(finished(running.join_next().await));
        }
        result
    }

    async fn go_on(&self, checkout: &Due, now: Time) -> Result<(), OrderError> {
        let order = OrderId(checkout.order_id);
        if let Err(error) = self.advance(order, Cause::default()).await {
            tracing::warn!(%order, tries = checkout.tries, %error, "a checkout could not go on; it is tried again");
            self.later(checkout, now).await?;
        }
        Ok(())
    }

    /// One that fails again and again waits longer each time and keeps none of the others back.
    async fn later(&self, checkout: &Due, now: Time) -> Result<(), OrderError> {
        let seconds = 10_i64 << checkout.tries.clamp(0, 8); // at most LONGEST_PAUSE
        db::exec(
            self.env.pool.reads(),
            "UPDATE checkouts SET tries = tries + 1, due_at = $3 \
             WHERE order_id = $1 AND (due_at <= $2 OR (state <> 'awaiting' AND due_at > $4))",
            values![
                checkout.order_id,
                now,
                now + Duration::seconds(seconds),
                now + LONGEST_PAUSE
            ],
        )
        .await?;
        Ok(())
    }

    /// Carts that are held for an order which never came to be, because its request died, or which
    /// was ended by a process of release 0.1.0, which releases none.
    async fn release_unneeded(&self) -> Result<(), OrderError> {
        let limit = u32::try_from(BATCH).unwrap_or(u32::MAX);
        let mut page = PageRequest::first(limit);
        loop {
            let found = self.deps.carts.held(&ORDER, page).await;
            let found = found.map_err(neighbours::cart)?;
            self.release_all(found.items).await?;
            let Some(next) = found.next_cursor else {
                break;
            };
            page = PageRequest::new(Some(limit), Some(next))
                .map_err(|e| OrderError::Internal(e.to_string()))?;
        }
        self.forget_decided().await
    }

    /// Those whose order lives are left out here, and looked at once more by `give_up`.
    async fn release_all(&self, mut held: Vec<HeldCart>) -> Result<(), OrderError> {
        let orders: Vec<Uuid> = held.iter().map(|cart| cart.order).collect();
        let sql = "SELECT coalesce(json_agg(order_id), '[]') FROM checkouts \
                   WHERE order_id = ANY ($1) AND state <> 'cancelled'";
        let living: Option<Vec<Uuid>> = self.document(sql, values![orders]).await?;
        let living = living.unwrap_or_default();
        held.retain(|cart| !living.contains(&cart.order));
        for HeldCart { cart, order } in held {
            tracing::warn!(%cart, %order, "a cart is held for an order that does not live");
            self.give_up(cart, OrderId(order)).await;
        }
        Ok(())
    }

    /// One that cannot be completed is tried again by the next run and keeps none of the others back.
    async fn complete_delivered(&self) -> Result<(), OrderError> {
        let mut after = (Time::UNIX_EPOCH, Uuid::nil());
        for _ in 0..BATCHES {
            let over: Vec<Over> = db::rows(
                self.env.pool.reads(),
                "SELECT id, order_id, return_window_ends_at AS ended FROM store_orders \
                 WHERE fulfilment = 'delivered' AND completed_at IS NULL \
                   AND settlement IN ('paid', 'partially_refunded') AND return_window_ends_at <= $1 \
                   AND (return_window_ends_at, id) > ($3, $4) \
                 ORDER BY return_window_ends_at, id LIMIT $2",
                values![self.env.now(), BATCH, after.0, after.1],
            )
            .await?;
            let Some(last) = over.last() else { break };
            after = (last.ended, last.id);
            for part in &over {
                let order = OrderId(part.order_id);
                if let Err(error) = self.complete(order, part.id.into()).await {
                    tracing::warn!(%order, part = %part.id, %error, "a store order could not be completed; it is tried again");
                }
            }
        }
        Ok(())
    }
}
