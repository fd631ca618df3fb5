//! Checkout: one resumable function, [`Service::advance`], that runs all steps which are possible now.
//! It is called by the buyer's request, by events of `payment` and by the sweeper.
//!
//! # Steps
//!
//! | step | whose commit | what a crash right after it costs | who goes on |
//! |---|---|---|---|
//! | hold_cart | cart; need not be on the disk before the order is | a cart that nobody can change for twice [`HOLD_LEASE`](feira_cart::HOLD_LEASE) at most | the buyer, with any key; else the job `order.held_carts` |
//! | reserve | catalog | a hold that ends by itself | the buyer, with the same key: the same hold |
//! | place | order: the whole order, its checkout in `paying`, [`OrderPlaced`](crate::OrderPlaced) | nothing | the sweeper, after `checkout_stale_after` |
//! | pay | payment | nothing: the attempt's key is derived, a repeat gets the same payment | sweeper, or the payment's event |
//! | (wait) | order: `awaiting`, [`PaymentAwaited`](crate::PaymentAwaited); may be lost | the sweeper asks once more | sweeper |
//! | commit_stock | catalog | nothing: idempotent by the hold's key | sweeper, or the event's redelivery |
//! | close_cart | cart | nothing: idempotent by the order | the same |
//! | confirm | order: `confirmed`, settlements paid, [`OrderConfirmed`](crate::OrderConfirmed) | nothing is left to do | |
//!
//! Before `place` no row of ours exists: an error there is the answer, and a repeat tries again.
//!
//! # The cart
//!
//! It is held first, in the version that was read and priced, so that what is placed is what it
//! has: no line comes to it between the reading and the payment, and none has to be moved. Held,
//! it names the id that the order will have.
//!
//! - A crash, or a failure that a repeat may mend, leaves it held. Whoever tries to buy it next,
//!   with the same key or another, goes on with that id, in one process after whoever is at it.
//! - Whoever is refused gives the cart back (`give_up`). First the id is ruled out: of an order
//!   being placed under it and of its being given up only one is written, by the primary key of
//!   `decided_ids`. A try in another process that was about to place the order is told so, and
//!   begins anew. The job does the same for carts held for longer than the lease.
//! - Once the order exists it alone decides: paid, the cart is completed (`close_cart`); ended, it
//!   is released (`release_cart`), after the stock, and again until the checkout is `cancelled`;
//!   what came of that is kept with the order. A `close` that comes after a release changes
//!   nothing, a release after a `close` neither. Processes of release 0.1.0 end orders without
//!   releasing their carts; the job does it.
//! - Carts of orders that release 0.1.0 placed are not held: such a one is completed with what was
//!   bought, and what was added to it since stays in an open cart.
//!
//! # Stores that are paid themselves
//!
//! Paid on delivery an order is confirmed at once (`service::on_delivery`). By PIX, by a transfer or in a chat it waits
//! as for any payment, until each store has said that it has the money or that it will not get it; at `expires_at` the
//! legs that are open are given up. If a store was paid by then, its part is sold and the others are cancelled
//! (`in_part`); if none was, the whole order is. Another attempt is refused while a store has its money: what it paid
//! would have to go back by hand.
//!
//! A card that is captured at once costs two commits of ours, a PIX three.
//!
//! # States of a checkout
//!
//! ```text
//!            +--- next attempt ---+
//!            v                    |
//! place -> paying -> awaiting ----+
//!            |          |
//!            +----+-----+---- captured ----> confirmed ---+
//!                 |                                       | the buyer, before anything is sent
//!                 +---- expired, or the buyer ----> cancelling -> cancelled
//! ```
//!
//! - `paying`: the current attempt is to be started, or its answer was lost. The sweeper comes
//!   when it is stale; past `expires_at` it goes backwards.
//! - `awaiting`: the attempt was started; the payer or the provider is to act, or it failed and
//!   the buyer may try another way. The sweeper comes at `expires_at`.
//! - `confirmed`: paid, stock sold, cart closed. Nothing is due.
//! - `cancelling`: the order *is* cancelled (that is one transaction, the point of no return);
//!   stock, cart and money are still to be given back. The sweeper repeats until all are.
//! - `cancelled`: all is back. Nothing is due.
//!
//! # Backwards
//!
//! At expiry the payment is ended first; if it turns out captured, the way is forward. The buyer's
//! own cancel is final at once, and money that was or will be captured is refunded by the sweeper:
//! nobody waits for the provider; the stock and the cart of an order that was not paid go back before
//! the answer, and the order says from then on where the lines are. A capture
//! that finds the hold ended reserves again under a derived key; if the stock is gone the order
//! is cancelled with a refund. A capture after a cancel, or a second one of the same order, is
//! refunded. A refund that nobody has made yet is waited for: payment's event wakes the checkout, and the
//! sweeper looks after longer and longer pauses. It is for all that payment has left of it by then, and what
//! is still on its way back is waited for (`refunds`). A refund that the provider refuses for good, or beside which
//! another one failed or came back, is followed by another under a next key,
//! once per look of the sweeper, which waits longer each time.
//!
//! # Concurrency
//!
//! Each write is guarded by the state (and attempt) that it was decided on, under the lock of the
//! order's row; a caller that finds another state decides again. Each call to another module carries a
//! derived key. Within one process [`OrderLocks`](crate::order_locks::OrderLocks) saves doing the same
//! work twice. A payment that was started for an order which was cancelled meanwhile is cancelled or
//! refunded by its starter or by its event.

mod backward;
mod cancel;
mod draft;
mod forward;
mod hold;
mod in_part;
mod late;
mod place;
mod progress;
mod refund;
mod release;
mod request;
mod retry;

use feira_kernel::failpoint;
use feira_payment::{Payment, PaymentId};
use uuid::Uuid;

pub(crate) use cancel::Cancellation;
pub(crate) use late::leading;
pub(crate) use progress::Progress;

use crate::{OrderError, OrderId, service::Service, status::CheckoutState};

/// Where a test may kill the process, here and in `refunds`: for each step just before and just after its commit, whichever
/// module's that is. `wait`, `hold_cart` and `release_cart` are one statement: their first point lies
/// before it.
pub const FAILPOINTS: &[&str] = &[
    "checkout.hold_cart.before",
    "checkout.hold_cart.after",
    "checkout.reserve.before",
    "checkout.reserve.after",
    "checkout.place.before",
    "checkout.place.after",
    "checkout.pay.before",
    "checkout.pay.after",
    "checkout.wait.before",
    "checkout.wait.after",
    "checkout.commit_stock.before",
    "checkout.commit_stock.after",
    "checkout.close_cart.before",
    "checkout.close_cart.after",
    "checkout.confirm.before",
    "checkout.confirm.after",
    "checkout.cancel.before",
    "checkout.cancel.after",
    "checkout.release_stock.before",
    "checkout.release_stock.after",
    "checkout.release_cart.before",
    "checkout.release_cart.after",
    "checkout.restock.before",
    "checkout.restock.after",
    "checkout.end_payment.before",
    "checkout.end_payment.after",
    "checkout.refund.before",
    "checkout.refund.after",
    "checkout.cancelled.before",
    "checkout.cancelled.after",
    "refund.request.before",
    "refund.request.after",
    "refund.ask.before",
    "refund.ask.after",
    "refund.settle.before",
    "refund.settle.after",
];

/// More changes of state than this in one call mean that another worker is changing it.
const MAX_STEPS: usize = 8;

/// Why a checkout is advanced.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cause {
    /// The payment that changed or was just started.
    pub(crate) payment: Option<PaymentId>,
    /// The consumer and event, for the inbox row in the transaction of the effect.
    pub(crate) event: Option<(&'static str, Uuid)>,
}

/// The result of a step.
pub(crate) enum Next {
    /// Nothing more to do now; with the payment, if the step read one.
    Done(Option<Box<Payment>>),
    /// The state changed, by this step or another worker: run the step of the new state. With the payment
    /// that the next step must take into account.
    Repeat(Option<PaymentId>),
}

/// What became of a payment's money on the way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MoneyBack {
    /// There was none.
    Nothing,
    Returned,
    /// Somebody has yet to send it; that is told by an event.
    Waits,
    /// Whoever was to send it will not, or it came back: nothing asks for it again by itself.
    Kept,
}

impl Service {
    /// Runs all steps of an order's checkout that are possible now.
    pub(crate) async fn advance(
        &self,
        order: OrderId,
        cause: Cause,
    ) -> Result<Option<Payment>, OrderError> {
        let _turn = self.order_locks.take(order).await;
        let at = self.progress(order).await?.ok_or(OrderError::NotFound)?;
        self.run_steps(at, cause).await
    }

    /// The same from what was just read, which is read again if another worker had the lock.
    pub(crate) async fn advance_from(
        &self,
        mut at: Progress,
        cause: Cause,
    ) -> Result<Option<Payment>, OrderError> {
        let turn = self.order_locks.take(at.order).await;
        if turn.waited() {
            at = self.progress(at.order).await?.ok_or(OrderError::NotFound)?;
        }
        self.run_steps(at, cause).await
    }

    async fn run_steps(
        &self,
        mut at: Progress,
        mut cause: Cause,
    ) -> Result<Option<Payment>, OrderError> {
        for _ in 0..MAX_STEPS {
            let next = match at.state {
                CheckoutState::Paying if at.expires_at <= self.env.now() => {
                    self.expire(&at, cause).await?
                }
                CheckoutState::Paying => self.pay(&at, cause).await?,
                CheckoutState::Awaiting => self.check_payment(&at, cause).await?,
                CheckoutState::Cancelling => self.give_back(&at).await?,
                CheckoutState::Confirmed | CheckoutState::Cancelled => {
                    self.settle_late(&at, cause).await?
                }
            };
            match next {
                Next::Done(payment) => return Ok(payment.map(|payment| *payment)),
                Next::Repeat(payment) => cause.payment = payment.or(cause.payment),
            }
            at = self.progress(at.order).await?.ok_or(OrderError::NotFound)?;
        }
        Err(OrderError::Unavailable(
            "the checkout changes too fast".to_owned(),
        ))
    }
}

fn pass(point: &'static str) {
    debug_assert!(FAILPOINTS.contains(&point), "{point} is not listed");
    failpoint::pass(point);
}

/// Runs the call of a step between its two points.
pub(crate) async fn step<T>(points: [&'static str; 2], call: impl Future<Output = T>) -> T {
    let [before, after] = points;
    debug_assert!(FAILPOINTS.contains(&before), "{before} is not listed");
    let done = failpoint::before_commit(before, call).await;
    pass(after);
    done
}
