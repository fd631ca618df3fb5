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
/// Checkouts that are taken up together.
const CONCURRENCY: usize = 8;
/// After so long a run begins nothing more: with what it has begun it ends within a job's lease.
const MAX_RUN: Duration = Duration::seconds(30);

pub(crate) fn jobs(service: &Service) -> Vec<Job> {
    let settings = &service.settings;
    let (sweep, complete) = (settings.sweep_every, settings.complete_every);
    vec![
        Job::new("order.checkouts", sweep, service, |service| async move {
            service.sweep().await
        }),
        Job::new("order.complete", complete, service, |service| async move {
            service.complete_delivered().await
        }),
        Job::new(
            "order.held_carts",
            HOLD_LEASE,
            service,
            |service| async move { service.release_orphaned_carts().await },
        ),
    ]
}

/// What is further ahead, but for the end of the time to pay, was put there by a clock that has
/// gone back since.
const LONGEST_PAUSE: Duration = Duration::seconds(10 << 8);

#[derive(FromQueryResult)]
struct Due {
    order_id: OrderId,
    tries: i32,
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

    /// All that are begun are finished, whatever becomes of one of them.
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

    /// One that fails again and again waits longer each time and keeps none of the others back.
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

    /// Carts that are held for an order which never came to be, because its request died, or which
    /// was ended by a process of release 0.1.0, which releases none.
    async fn release_orphaned_carts(&self) -> Result<(), OrderError> {
        let mut page = PageRequest::first(BATCH);
        loop {
            let found = self.deps.carts.held(&SELF, page).await;
            let found = found.map_err(neighbours::cart)?;
            self.release_all(found.items).await?;
            let Some(next) = found.next_cursor else {
                break;
            };
            page = PageRequest::new(Some(BATCH), Some(next))
                .map_err(|e| OrderError::Internal(e.to_string()))?;
        }
        self.forget_decided().await
    }

    /// Those whose order lives are left out here, and looked at once more by `give_up`.
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

    /// One that cannot be completed is tried again by the next run and keeps none of the others back.
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

    /// Store orders whose return window is over, after this place in the order of their ends.
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
