//! The sweeper of checkouts, and the end of return windows.

use feira_cart::{HOLD_LEASE, HeldCart};
use feira_kernel::{
    PageRequest, Time,
    db::{self, Change, Find},
    jobs::Job,
    values,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    Set,
    sea_query::{Expr, ExprTrait},
};
use time::Duration;
use tokio::task::{JoinError, JoinSet};
use uuid::Uuid;

use crate::{
    Fulfilment, OrderError, OrderId, Settlement, StoreOrderId,
    access::SELF,
    checkout::Cause,
    entities::{checkout, store_order},
    neighbours,
    service::Service,
    status::CheckoutState,
};

const BATCH: u32 = 100;
/// Batches of one run: what is left waits for the next.
const MAX_BATCHES: usize = 10;
/// Checkouts that are resumed at the same time.
const CONCURRENCY: usize = 8;
/// A run starts nothing after this time, so that it ends within the job's lease.
const MAX_RUN: Duration = Duration::seconds(30);

pub(crate) fn jobs(service: &Service) -> Vec<Job> {
    let settings = &service.settings;
    let (sweep, complete) = (settings.sweep_every, settings.complete_every);
    let refunds = settings.refunds_every;
    vec![
        Job::new("order.checkouts", sweep, service, |service| async move {
            service.sweep().await
        }),
        Job::new("order.refunds", refunds, service, |service| async move {
            service.advance_refunds().await
        }),
        Job::new("order.complete", complete, service, |service| async move {
            service.complete_delivered().await
        }),
        Job::new(
            "order.held_earnings",
            complete,
            service,
            |service| async move { service.release_held().await },
        ),
        Job::new(
            "order.held_carts",
            HOLD_LEASE,
            service,
            |service| async move { service.release_orphaned_carts().await },
        ),
    ]
}

/// A later due time, other than the end of the time to pay, comes from a clock that was set back since.
const LONGEST_PAUSE: Duration = Duration::seconds(10 << 8);

#[derive(FromQueryResult)]
struct Due {
    order_id: OrderId,
    tries: i32,
}

fn finished(task: Option<Result<Result<(), OrderError>, JoinError>>) -> Result<(), OrderError> {
    match task {
        Some(Ok(done)) => done,
        Some(Err(failed)) => Err(OrderError::defect(failed)),
        None => Ok(()),
    }
}

impl Service {
    /// Resumes every due checkout: its request crashed, its time to pay is over, or compensation is not
    /// done. Several at once, because a provider may be slow, and for a limited time, because of the
    /// lease and the module's other jobs. The rest is due at the next run.
    async fn sweep(&self) -> Result<(), OrderError> {
        let until = self.env.now() + MAX_RUN;
        for _ in 0..MAX_BATCHES {
            let now = self.env.now();
            let due: Vec<Due> = db::rows(
                self.env.pool.read(),
                include_str!("sql/due_checkouts.sql"),
                values![now, i64::from(BATCH), now + LONGEST_PAUSE],
            )
            .await?;
            let last = due.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
            self.resume_all(due, now, until).await?;
            if last || self.env.now() >= until {
                break;
            }
        }
        Ok(())
    }

    /// Waits for all that were started, even if one fails.
    async fn resume_all(&self, due: Vec<Due>, now: Time, until: Time) -> Result<(), OrderError> {
        let mut running = JoinSet::new();
        let mut result = Ok(());
        for checkout in due {
            if running.len() == CONCURRENCY {
                result = result.and(finished(running.join_next().await));
            }
            if self.env.now() >= until {
                break;
            }
            let service = self.clone();
            running.spawn(async move { service.resume(&checkout, now).await });
        }
        while !running.is_empty() {
            result = result.and(finished(running.join_next().await));
        }
        result
    }

    async fn resume(&self, checkout: &Due, now: Time) -> Result<(), OrderError> {
        let order = checkout.order_id;
        if let Err(error) = self.advance(order, Cause::default()).await {
            tracing::warn!(%order, tries = checkout.tries, %error, "a checkout could not go on; it is tried again");
            self.postpone(checkout, now).await?;
        }
        Ok(())
    }

    /// Nothing has failed: somebody has yet to send money, and what tells of it may be late.
    pub(crate) async fn look_later(&self, order: OrderId) -> Result<(), OrderError> {
        let row = checkout::Entity::find()
            .filter(checkout::Column::OrderId.eq(order))
            .row(self.env.pool.write())
            .await?;
        let Some(row) = row else { return Ok(()) };
        let due = Due {
            order_id: order,
            tries: row.tries,
        };
        self.postpone(&due, self.env.now()).await
    }

    /// Exponential backoff, so that a failing checkout does not delay others.
    async fn postpone(&self, due: &Due, now: Time) -> Result<(), OrderError> {
        use checkout::Column;
        let seconds = 10_i64 << due.tries.clamp(0, 8); // at most LONGEST_PAUSE
        let later = checkout::ActiveModel {
            due_at: Set(Some(now + Duration::seconds(seconds))),
            ..Default::default()
        };
        let ahead = Condition::all()
            .add(Column::State.ne(CheckoutState::Awaiting))
            .add(Column::DueAt.gt(now + LONGEST_PAUSE));
        let still_due = Condition::any().add(Column::DueAt.lte(now)).add(ahead);
        checkout::Entity::update_many()
            .set(later)
            .col_expr(Column::Tries, Expr::col(Column::Tries).add(1))
            .filter(Column::OrderId.eq(due.order_id))
            .filter(still_due)
            .run(self.env.pool.write())
            .await?;
        Ok(())
    }

    /// Releases carts whose order was never placed because its request crashed, or was cancelled by
    /// release 0.1.0, which did not release carts.
    async fn release_orphaned_carts(&self) -> Result<(), OrderError> {
        let mut page = PageRequest::first(BATCH);
        loop {
            let found = self.deps.carts.held(&SELF, page).await;
            let found = found.map_err(neighbours::cart)?;
            self.release_all(found.items).await?;
            let Some(next) = found.next_cursor else {
                break;
            };
            page = PageRequest::new(Some(BATCH), Some(next)).map_err(OrderError::defect)?;
        }
        self.forget_decided().await
    }

    /// Skips carts of live orders; `give_up` checks again.
    async fn release_all(&self, mut held: Vec<HeldCart>) -> Result<(), OrderError> {
        use checkout::Column;
        let living: Vec<OrderId> = checkout::Entity::find()
            .filter(Column::OrderId.eq_any(held.iter().map(|cart| cart.order)))
            .filter(Column::State.ne(CheckoutState::Cancelled))
            .select_only()
            .column(Column::OrderId)
            .into_tuple()
            .rows(self.env.pool.read())
            .await?;
        held.retain(|cart| !living.contains(&OrderId(cart.order)));
        for HeldCart { cart, order } in held {
            tracing::warn!(%cart, %order, "a cart is held for an order that does not live");
            self.give_up(cart, OrderId(order)).await;
        }
        Ok(())
    }

    /// A failure is logged and tried again by the next run.
    async fn complete_delivered(&self) -> Result<(), OrderError> {
        let mut after = (Time::UNIX_EPOCH, StoreOrderId(Uuid::nil()));
        for _ in 0..MAX_BATCHES {
            let over = self.delivered_and_over(after).await?;
            let place = |part: &store_order::Model| Some((part.return_window_ends_at?, part.id));
            let Some(last) = over.last().and_then(place) else {
                break;
            };
            after = last;
            for part in over {
                let (order, part) = (part.order_id, part.id);
                if let Err(error) = self.complete(order, part).await {
                    tracing::warn!(%order, %part, %error, "a store order could not be completed; it is tried again");
                }
            }
        }
        Ok(())
    }

    /// Store orders whose return window is over, by its end, after this key.
    async fn delivered_and_over(
        &self,
        (ended, id): (Time, StoreOrderId),
    ) -> Result<Vec<store_order::Model>, OrderError> {
        use store_order::Column;
        let place = [Column::ReturnWindowEndsAt, Column::Id].map(Expr::col);
        let after = Expr::tuple(place).gt(Expr::tuple([Expr::val(ended), Expr::val(id)]));
        let delivered = db::is(Column::Fulfilment, Fulfilment::Delivered);
        let over = store_order::Entity::find()
            .filter(delivered)
            .filter(Column::CompletedAt.is_null())
            .filter(Column::Settlement.is_in([Settlement::Paid, Settlement::PartiallyRefunded]))
            .filter(Column::ReturnWindowEndsAt.lte(self.env.now()))
            .filter(after)
            .order_by_asc(Column::ReturnWindowEndsAt)
            .order_by_asc(Column::Id)
            .limit(u64::from(BATCH))
            .rows(self.env.pool.read())
            .await?;
        Ok(over)
    }
}
