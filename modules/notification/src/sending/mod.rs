//! Sends pending messages: claim a batch with a lease, write and send it outside any transaction,
//! mark it.

mod outgoing_mail;
mod queue;
mod transport;

use std::{sync::Arc, time::Duration};

use feira_kernel::{Env, db, failpoint};
use futures::{StreamExt, stream};
use lettre::message::Mailbox;
use tokio::time::Instant;

use crate::{MessageStatus, compose::MailComposer, status::Step};

pub(crate) use transport::Sender;

/// Batches in one run of the job, so that a stop need not wait long.
const BATCHES: usize = 8;

/// Mails that are written at the same time: each may wait for another module.
const WRITTEN_AT_ONCE: usize = 4;

/// In which a batch must be written, so that the lease is long enough to send it.
const WRITING: Duration = Duration::from_secs(60);

/// Longer than any pause before a retry, its jitter included.
const LONGEST_RETRY: time::Duration = time::Duration::minutes(91);

/// Where a test may have the process killed: messages are claimed and not sent, sent and not marked, and
/// marked.
pub const FAILPOINTS: &[&str] = &[CLAIMED, SENT, MARKED];
const CLAIMED: &str = "notification.claimed";
const SENT: &str = "notification.sent";
const MARKED: &str = "notification.marked";

/// What became of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Sent,
    /// To the mailbox.
    Written,
    /// May work later.
    Temporary(String),
    /// Will not work, however often it is tried.
    Permanent(String),
}

/// The way out.
#[derive(Clone)]
pub(crate) struct Outbound {
    env: Env,
    composer: Arc<MailComposer>,
    from: Mailbox,
    sender: Sender,
    max_attempts: u32,
}

impl Outbound {
    pub(crate) fn new(
        composer: Arc<MailComposer>,
        from: Mailbox,
        sender: Sender,
        max_attempts: u32,
    ) -> Self {
        let env = composer.env.clone();
        sender.registers_trial(env.pool.disk_health());
        Self {
            env,
            composer,
            from,
            sender,
            max_attempts,
        }
    }

    /// Sends what is due. Ends early when nothing of a batch could be sent: a server that is
    /// down is not asked again for every message that waits.
    pub(crate) async fn send_due(&self) -> Result<(), db::Error> {
        let disk_health = self.env.pool.disk_health();
        for _ in 0..BATCHES {
            let batch = queue::claim(&self.env, self.sender.batch()).await?;
            if batch.is_empty() {
                break;
            }
            failpoint::pass(CLAIMED);
            let end = Instant::now() + WRITING;
            let written: Vec<_> = batch
                .iter()
                .map(|claimed| outgoing_mail::write(&self.composer, &self.from, claimed, end))
                .collect();
            let mails = stream::iter(written).buffered(WRITTEN_AT_ONCE);
            let outcomes = self.sender.send(mails.collect().await, disk_health).await;
            failpoint::pass(SENT);
            let futile = outcomes
                .iter()
                .all(|outcome| matches!(outcome, Outcome::Temporary(_)));
            let results = batch
                .iter()
                .zip(outcomes)
                .map(|(claimed, outcome)| self.judge(claimed, outcome))
                .collect();
            queue::settle(&self.env, results).await?;
            failpoint::pass(MARKED);
            if futile {
                break;
            }
        }
        Ok(())
    }

    /// What the attempt means to the message.
    fn judge(&self, claimed: &queue::Claimed, outcome: Outcome) -> queue::Attempted {
        let tried = u32::try_from(claimed.attempts - claimed.attempts_before).unwrap_or(0);
        let (step, log, error) = match outcome {
            Outcome::Sent => (Step::Delivered, "sent", None),
            Outcome::Written => (Step::Filed, "sent", None),
            Outcome::Permanent(error) => (Step::GivenUp, "permanent", Some(error)),
            Outcome::Temporary(error) if tried >= self.max_attempts => {
                (Step::GivenUp, "temporary", Some(error))
            }
            Outcome::Temporary(error) => (Step::Postponed, "temporary", Some(error)),
        };
        // Claimed ones are pending, and from there each of these steps is legal.
        let status = MessageStatus::Pending
            .after(step)
            .unwrap_or(MessageStatus::Failed);
        if let Some(error) = &error {
            tracing::warn!(message = %claimed.kept.id, attempts = claimed.attempts, status = status.as_str(), error, "a message was not sent");
        }
        let jitter = self.env.entropy.below(1_000);
        queue::Attempted {
            id: claimed.kept.id.0,
            attempt: claimed.attempts,
            status,
            log,
            error,
            next_attempt_at: self.env.now() + retry_in(tried, jitter),
        }
    }
}

/// 15 s doubling up to an hour, and up to half of it again by the jitter of 0 to 999 thousandths,
/// so that what failed together does not come back together.
fn retry_in(tried: u32, jitter: u64) -> time::Duration {
    let base = 15_i64
        .saturating_mul(1 << tried.clamp(1, 9).saturating_sub(1))
        .min(3_600);
    let extra = base * i64::try_from(jitter.min(999)).unwrap_or(0) / 2;
    time::Duration::seconds(base) + time::Duration::milliseconds(extra)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour() {
        let waits: Vec<i64> = (0..12).map(|n| retry_in(n, 0).whole_seconds()).collect();
        assert_eq!(
            waits,
            [15, 15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
        );
        assert_eq!(retry_in(1, 999).whole_milliseconds(), 22_492);
        assert!(retry_in(u32::MAX, u64::MAX) < LONGEST_RETRY);
    }
}
