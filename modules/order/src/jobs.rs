//! The sweeper of checkouts, and the end of return windows.

use feira_kernel::{Time, db, jobs::Job, values};
use sea_orm::FromQueryResult;
use time::Duration;
use uuid::Uuid;

use crate::{OrderError, OrderId, checkout::Cause, service::Service};

const BATCH: i64 = 100;
/// Batches of one run: what is left waits for the next.
const BATCHES: usize = 10;

pub(crate) fn jobs(service: &Service) -> Vec<Job> {
    let [sweeper, completer] = [service.clone(), service.clone()];
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
    ]
}

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

impl Service {
    /// Takes up every checkout that is due: its request died, its time to pay is over, or
    /// something is still to be given back.
    async fn sweep(&self) -> Result<(), OrderError> {
        for _ in 0..BATCHES {
            let now = self.env.now();
            let due: Vec<Due> = db::rows(
                self.env.pool.reads(),
                "SELECT order_id, tries FROM checkouts WHERE due_at <= $1 ORDER BY due_at LIMIT $2",
                values![now, BATCH],
            )
            .await?;
            for checkout in &due {
                let order = OrderId(checkout.order_id);
                if let Err(error) = self.advance(order, Cause::default()).await {
                    tracing::warn!(%order, tries = checkout.tries, %error, "a checkout could not go on; it is tried again");
                    self.later(checkout, now).await?;
                }
            }
            if due.len() < usize::try_from(BATCH).unwrap_or(usize::MAX) {
                break;
            }
        }
        Ok(())
    }

    /// One that fails again and again waits longer each time and keeps none of the others back.
    async fn later(&self, checkout: &Due, now: Time) -> Result<(), OrderError> {
        let seconds = 10_i64 << checkout.tries.clamp(0, 8);
        db::exec(
            self.env.pool.reads(),
            "UPDATE checkouts SET tries = tries + 1, due_at = $3 WHERE order_id = $1 AND due_at <= $2",
            values![checkout.order_id, now, now + Duration::seconds(seconds)],
        )
        .await?;
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
