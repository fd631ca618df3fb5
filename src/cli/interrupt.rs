use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Carries out a command unless the process is told to end. Then the command is dropped, and with
/// it the programs that it runs, the cluster that it started and its scratch directories. The exit
/// status is 128 and the signal's number, as of a process that the signal killed.
pub(super) async fn or(
    command: impl Future<Output = anyhow::Result<ExitCode>>,
) -> anyhow::Result<ExitCode> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = command => result,
        _ = interrupt.recv() => Ok(ExitCode::from(130)),
        _ = terminate.recv() => Ok(ExitCode::from(143)),
    }
}

/// Work that blocks. When nobody waits for it any more it is told to stop, and what it holds is
/// dropped when it has.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce(&CancellationToken) -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    let stop = CancellationToken::new();
    let _stopped = stop.clone().drop_guard();
    tokio::task::spawn_blocking(move || work(&stop)).await?
}
