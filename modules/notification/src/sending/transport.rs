//! The two ways out: a mail server, or a directory of `.eml` files.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
    sync::Arc,
    time::Duration,
};

use feira_kernel::db::DiskHealth;
use futures::{StreamExt, stream};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    transport::smtp::{Error, PoolConfig},
};

use super::{Outcome, outgoing_mail::OutgoingMail};

/// For each step of a conversation with the server.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Conversations at once.
const CONNECTIONS: u32 = 4;
/// Written and removed to see whether there is room; ends as what is no mail yet.
const TRIAL: &str = ".room.part";

#[derive(Clone)]
pub(crate) enum Sender {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Mailbox(Arc<Path>),
}

impl Sender {
    /// Opens no connection yet.
    pub(crate) fn smtp(url: &str) -> Result<Self, Error> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?;
        Ok(Self::Smtp(
            builder
                .timeout(Some(TIMEOUT))
                .pool_config(PoolConfig::new().max_size(CONNECTIONS))
                .build(),
        ))
    }

    /// Makes the directory, for its owner only: mails hold links that open accounts.
    pub(crate) fn mailbox(dir: &Path) -> io::Result<Self> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)?;
        for entry in fs::read_dir(dir)?.flatten() {
            // What a killed process had begun to write.
            if entry.path().extension().is_some_and(|e| e == "part") {
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(Self::Mailbox(dir.into()))
    }

    /// Whether anybody gets what it takes.
    pub(crate) fn sends(&self) -> bool {
        matches!(self, Self::Smtp(_))
    }

    /// Says how to find out whether there is room for mails again.
    pub(super) fn registers_trial(&self, disk_health: &DiskHealth) {
        if let Self::Mailbox(dir) = self {
            let dir = dir.clone();
            disk_health.probe_files_with(move || try_write(&dir));
        }
    }

    /// How many messages are claimed at once: as many as can be sent within the lease.
    pub(super) fn batch(&self) -> i64 {
        match self {
            Self::Smtp(_) => 32,
            Self::Mailbox(_) => 256,
        }
    }

    /// One outcome for each mail, in order.
    pub(super) async fn send(
        &self,
        mails: Vec<OutgoingMail>,
        disk_health: &DiskHealth,
    ) -> Vec<Outcome> {
        match self {
            Self::Smtp(server) => {
                stream::iter(mails)
                    .map(|outgoing| deliver(server, outgoing))
                    .buffered(CONNECTIONS as usize)
                    .collect()
                    .await
            }
            Self::Mailbox(dir) => {
                let count = mails.len();
                let (dir, disk_health) = (dir.clone(), disk_health.clone());
                let written = tokio::task::spawn_blocking(move || {
                    let kept = mails
                        .iter()
                        .map(|outgoing| keep(&dir, outgoing, &disk_health));
                    kept.collect()
                });
                written.await.unwrap_or_else(|error| {
                    vec![Outcome::Temporary(format!("writing ended early: {error}")); count]
                })
            }
        }
    }
}

async fn deliver(server: &AsyncSmtpTransport<Tokio1Executor>, outgoing: OutgoingMail) -> Outcome {
    match outgoing.mail {
        Err(outcome) => outcome,
        Ok(mail) => match server.send(mail).await {
            Ok(_) => Outcome::Sent,
            Err(error) if is_permanent(&error) => Outcome::Permanent(error.to_string()),
            Err(error) => Outcome::Temporary(error.to_string()),
        },
    }
}

/// The server's final word on this message. A refused sign-in (530 to 538) is about our
/// configuration, which somebody can mend while the message waits.
fn is_permanent(error: &Error) -> bool {
    let about_us = error
        .status()
        .is_some_and(|code| (530..540).contains(&u16::from(code)));
    (error.is_permanent() && !about_us) || error.is_client()
}

/// Writes `<id>.eml` so that it is there whole or not at all; the same message overwrites
/// itself. The table is the record, so the disk is not waited for.
fn keep(dir: &Path, outgoing: &OutgoingMail, disk_health: &DiskHealth) -> Outcome {
    let mail = match &outgoing.mail {
        Err(outcome) => return outcome.clone(),
        Ok(mail) => mail.formatted(),
    };
    let part = dir.join(format!(".{}.{}.part", outgoing.id, outgoing.attempt));
    let whole = dir.join(format!("{}.eml", outgoing.id));
    let written = fill(&part, &mail).and_then(|_| fs::rename(&part, &whole));
    match written {
        Ok(()) => Outcome::Written,
        Err(error) => {
            let _ = fs::remove_file(&part);
            disk_health.count_file_error(&error);
            Outcome::Temporary(format!("{}: {error}", whole.display()))
        }
    }
}

/// For its owner only.
fn fill(part: &Path, bytes: &[u8]) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(part)?;
    file.write_all(bytes)?;
    Ok(file)
}

fn try_write(dir: &Path) -> io::Result<()> {
    let part = dir.join(TRIAL);
    let written = fill(&part, &[b'\n'; 65_536]).and_then(|file| file.sync_all());
    // Another one who tries may have removed it.
    let _ = fs::remove_file(&part);
    written
}
