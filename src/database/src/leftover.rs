//! What an owner that was killed left in the cluster's folder. The caller holds the lock of the
//! data directory, so whatever runs here belongs to nobody.

use std::path::Path;
use std::time::Duration;

use crate::Error;
use crate::files::remove_file;
use crate::pid_file::{Holder, PidFile, holder};
use crate::socket;
use crate::sys::{Signal, send};
use crate::wait::until;

const PATIENCE: [(Signal, Duration); 3] = [
    (Signal::Interrupt, Duration::from_secs(10)),
    (Signal::Quit, Duration::from_secs(6)),
    (Signal::Kill, Duration::from_secs(2)),
];

/// Stops a server that still runs, and removes the traces of one that does not: PostgreSQL
/// itself would refuse to start when the old process id has gone to another process.
pub(crate) fn clear(cluster: &Path, socket_dir: &Path) -> Result<(), Error> {
    if let Some(old) = PidFile::read(cluster) {
        if holder(old.pid, cluster) == Holder::Server {
            tracing::warn!(
                pid = old.pid,
                "stopping a PostgreSQL that an earlier run left behind"
            );
            stop(old.pid, cluster);
        }
        if holder(old.pid, cluster) != Holder::NotAServer {
            return Ok(());
        }
    }
    PidFile::remove(cluster)?;
    for file in socket::files(socket_dir) {
        remove_file(&file)?;
    }
    Ok(())
}

fn stop(pid: u32, cluster: &Path) {
    for (signal, patience) in PATIENCE {
        send(pid, signal);
        let gone = until(patience, || {
            (holder(pid, cluster) != Holder::Server).then_some(())
        });
        if gone.is_some() {
            return;
        }
    }
}
