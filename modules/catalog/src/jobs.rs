//! Work that comes due.

use std::sync::Arc;

use feira_kernel::jobs::Job;
use time::Duration;

use crate::service::Service;

const EXPIRE_EVERY: Duration = Duration::seconds(30);
const PURGE_EVERY: Duration = Duration::hours(6);

pub(crate) fn jobs(service: &Arc<Service>) -> Vec<Job> {
    vec![
        Job::new(
            "catalog.expire_reservations",
            EXPIRE_EVERY,
            service,
            |service| async move { service.expire().await },
        ),
        Job::new(
            "catalog.purge_imports",
            PURGE_EVERY,
            service,
            |service| async move { service.purge_imports().await },
        ),
    ]
}
