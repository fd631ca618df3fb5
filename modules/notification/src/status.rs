//! The life of a message: pending -> sent, or -> written or failed -> pending again by an operator.

use crate::MessageStatus;

/// What happens to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The server took it.
    Delivered,
    /// The mailbox has it: there is no server.
    Filed,
    /// It did not work now and may work later.
    Postponed,
    /// It did not work and will not, or was tried often enough.
    GivenUp,
    /// An operator wants it sent after all.
    Resent,
}

/// The step does not fit the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IllegalStep;

impl MessageStatus {
    pub(crate) fn after(self, step: Step) -> Result<Self, IllegalStep> {
        match (self, step) {
            (Self::Pending, Step::Delivered) => Ok(Self::Sent),
            (Self::Pending, Step::Filed) => Ok(Self::Written),
            (Self::Pending, Step::Postponed) => Ok(Self::Pending),
            (Self::Pending, Step::GivenUp) => Ok(Self::Failed),
            (Self::Written | Self::Failed, Step::Resent) => Ok(Self::Pending),
            (Self::Pending, Step::Resent) | (Self::Sent | Self::Written | Self::Failed, _) => {
                Err(IllegalStep)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_states_and_all_steps() {
        let mut grid = String::new();
        for status in [
            MessageStatus::Pending,
            MessageStatus::Sent,
            MessageStatus::Written,
            MessageStatus::Failed,
        ] {
            assert_eq!(MessageStatus::parse(status.as_str()), Some(status));
            for step in [
                Step::Delivered,
                Step::Filed,
                Step::Postponed,
                Step::GivenUp,
                Step::Resent,
            ] {
                let to = status.after(step).map_or("-", MessageStatus::as_str);
                let step = format!("{step:?}");
                grid.push_str(&format!("{:<8} {step:<9} {to}\n", status.as_str()));
            }
        }
        insta::assert_snapshot!(grid, @r"
        pending  Delivered sent
        pending  Filed     written
        pending  Postponed pending
        pending  GivenUp   failed
        pending  Resent    -
        sent     Delivered -
        sent     Filed     -
        sent     Postponed -
        sent     GivenUp   -
        sent     Resent    -
        written  Delivered -
        written  Filed     -
        written  Postponed -
        written  GivenUp   -
        written  Resent    pending
        failed   Delivered -
        failed   Filed     -
        failed   Postponed -
        failed   GivenUp   -
        failed   Resent    pending
        ");
    }
}
