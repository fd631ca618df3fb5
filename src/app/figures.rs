//! The figures that `/metrics` shows.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;

/// What durations are sorted into.
const SECONDS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// One recorder per process, also where a test builds several applications.
pub(super) fn recorder() -> anyhow::Result<PrometheusHandle> {
    static HANDLE: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    let mut handle = HANDLE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*handle {
        return Ok(handle.clone());
    }
    // Histograms with few buckets: a summary takes hundreds of kilobytes for each route.
    let made = PrometheusBuilder::new()
        .set_buckets(&SECONDS)?
        .install_recorder()?;
    *handle = Some(made.clone());
    Ok(made)
}

/// The recorder keeps every single duration until this, or until somebody reads `/metrics`.
pub(super) async fn fold_durations(figures: PrometheusHandle, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs(5)) => figures.run_upkeep(),
        }
    }
}
