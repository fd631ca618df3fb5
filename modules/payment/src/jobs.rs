//! What runs by itself: looking at open payments, asking again for refunds, paying stores.

use feira_kernel::jobs::Job;
use time::Duration;

use crate::{access::SELF, service::Service};

/// Often enough to be seen in a log, and no flood.
const TELL_STUCK_EVERY: Duration = Duration::minutes(10);

/// Whether stores are to be paid now.
const LOOK_FOR_PAYOUTS_EVERY: Duration = Duration::minutes(15);
/// Whether stores owe what was transferred to them, and their accounts are open.
const LOOK_FOR_DEBTS_EVERY: Duration = Duration::minutes(5);
const LOOK_AT_ACCOUNTS_EVERY: Duration = Duration::minutes(5);
/// Of those that were made some are due, each once a day.
const LOOK_AT_REFUNDS_EVERY: Duration = Duration::minutes(1);
/// Nobody waits for it.
const ASK_FEES_EVERY: Duration = Duration::minutes(10);
/// What was not booked with the capture.
const BOOK_SPLITS_EVERY: Duration = Duration::minutes(10);
/// What is in stores' accounts, after a run of payouts.
const WITHDRAW_EVERY: Duration = Duration::minutes(2);
/// What is erased is days old.
const ERASE_TEXTS_EVERY: Duration = Duration::hours(1);
/// A reserve ends on a day, not in a minute.
const RELEASE_RESERVES_EVERY: Duration = Duration::minutes(15);

pub(crate) fn jobs(service: &Service) -> Vec<Job> {
    let mut jobs = of_buyers(service);
    jobs.extend(of_stores(service));
    jobs
}

/// What buyers paid, and what goes back to them.
fn of_buyers(service: &Service) -> Vec<Job> {
    let poll = service.settings.poll_every;
    vec![
        Job::new("payment.poll", poll, service, |service| async move {
            service.poll_due().await.map(|_| ())
        }),
        Job::new("payment.refunds", poll, service, |service| async move {
            service.retry_refunds().await
        }),
        Job::new(
            "payment.refunds_back",
            LOOK_AT_REFUNDS_EVERY,
            service,
            |service| async move { service.watch_refunds().await },
        ),
        Job::new("payment.disputes", poll, service, |service| async move {
            service.poll_disputes().await
        }),
        Job::new("payment.statements", poll, service, |service| async move {
            service.finish_lines(&SELF).await
        }),
        Job::new(
            "payment.exchange_texts",
            ERASE_TEXTS_EVERY,
            service,
            |service| async move { service.erase_exchange_texts().await },
        ),
        Job::new(
            "payment.stuck",
            TELL_STUCK_EVERY,
            service,
            |service| async move { service.tell_stuck().await },
        ),
    ]
}

/// What stores are paid, and owe.
fn of_stores(service: &Service) -> Vec<Job> {
    let poll = service.settings.poll_every;
    vec![
        Job::new(
            "payment.payouts",
            LOOK_FOR_PAYOUTS_EVERY,
            service,
            |service| async move { service.pay_out_when_due().await },
        ),
        Job::new("payment.transfers", poll, service, |service| async move {
            service.send_transfers().await
        }),
        Job::new(
            "payment.withdrawals",
            WITHDRAW_EVERY,
            service,
            |service| async move { service.withdraw_due().await },
        ),
        Job::new(
            "payment.reversals",
            LOOK_FOR_DEBTS_EVERY,
            service,
            |service| async move { service.reverse_transfers().await },
        ),
        Job::new(
            "payment.store_accounts",
            LOOK_AT_ACCOUNTS_EVERY,
            service,
            |service| async move { service.look_at_accounts().await },
        ),
        Job::new(
            "payment.reserves",
            RELEASE_RESERVES_EVERY,
            service,
            |service| async move { service.release_due_reserves().await },
        ),
        Job::new(
            "payment.fees",
            ASK_FEES_EVERY,
            service,
            |service| async move { service.ask_fees().await },
        ),
        Job::new(
            "payment.splits",
            BOOK_SPLITS_EVERY,
            service,
            |service| async move { service.book_splits().await },
        ),
    ]
}
