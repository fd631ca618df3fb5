use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};

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
