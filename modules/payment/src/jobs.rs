//! What runs by itself: looking at open payments, asking again for refunds, paying stores.

use feira_kernel::jobs::Job;
use time::Duration;

use crate::{access::SELF, service::Service};

/// Often enough to be seen in a log, and no flood.
const TELL_STUCK_EVERY: Duration = Duration::minutes(10);

pub(crate) fn jobs(service: &Service) -> Vec<Job> {
    let settings = &service.settings;
    let (poll, payout) = (settings.poll_every, settings.payout_every);
    vec![
        Job::new("payment.poll", poll, service, |service| async move {
            service.poll_due().await.map(|_| ())
        }),
        Job::new("payment.refunds", poll, service, |service| async move {
            service.retry_refunds().await
        }),
        Job::new("payment.payouts", payout, service, |service| async move {
            service.pay_out(&SELF, None).await.map(|_| ())
        }),
        Job::new(
            "payment.stuck",
            TELL_STUCK_EVERY,
            service,
            |service| async move { service.tell_stuck().await },
        ),
    ]
}
