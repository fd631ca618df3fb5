//! The figures that `/metrics` shows.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;

/// One recorder per process, also where a test builds several applications.
pub(super) fn recorder() -> anyhow::Result<PrometheusHandle> {
    static HANDLE: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    let mut handle = HANDLE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*handle {
        return Ok(handle.clone());
    }
    let made = PrometheusBuilder::new().install_recorder()?;
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
