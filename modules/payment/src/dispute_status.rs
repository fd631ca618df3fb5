//! What may become of a dispute. Pure.
//!
//! ```text
//! opened -> evidence_sent -> won
//!    |            |         |  ^ on appeal
//!    +------------+-------> | lost
//!    ^                      |
//!    +----------------------+ taken again
//! ```
//!
//! A provider takes what is disputed, whatever became of the payment before. Of the same cent a store is debited
//! once, by a refund or by a dispute, and credited once:
//!
//! | what | what it does to the store | to the marketplace |
//! |---|---|---|
//! | opened | what is left of its parts is kept back: `held`, of `amount` | the same of its commission, when it is lost |
//! | told to be over less, or more | as much less is kept back, or gone; or more, up to what is left | |
//! | a refund fails, or comes back, while it is open | what that leaves is kept back, too, up to `amount` | |
//! | won | what was kept back is there again | |
//! | lost | what was kept back is gone, and counts as given back | the rest of `amount` is `written_off`: the provider took what had gone back already, or was on its way |
//! | a refund fails, or comes back, after it was lost | the refund takes nothing any more, and the dispute takes it instead | as much less is written off |
//! | won on appeal | all that it took is there again, where the earning is by then | so is the commission, and what was written off |
//! | open or lost after it was won | what is left by then is kept back again, as when it was opened | as when it was opened |
//!
//! One of which no amount is told takes what is left and no more: of it nothing is written off.
//!
//! What is written off stands on the account `write_offs`, and in the dispute's history. A dispute that was lost and is
//! told to be open is no step: somebody is told of it. A provider's fee is told by itself, in any state; what is given
//! back of it goes to whoever bore it.

use crate::{
    DisputeState as S, PaymentError,
    provider::DisputeFact as F,
    sentences::{LOST_BEFORE, Sentence},
};

/// What happens to a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DisputeStep {
    SendEvidence,
    Win,
    Lose,
    /// The provider has the money once more of one that was won.
    Reopen,
}

/// The state after the step; an illegal one is loud.
pub(crate) fn next(from: S, step: DisputeStep) -> Result<S, PaymentError> {
    let to = match (from, step) {
        (S::Opened, DisputeStep::SendEvidence) => S::EvidenceSent,
        // Of one that was lost: on appeal.
        (S::Opened | S::EvidenceSent | S::Lost, DisputeStep::Win) => S::Won,
        (S::Opened | S::EvidenceSent, DisputeStep::Lose) => S::Lost,
        (S::Won, DisputeStep::Reopen) => S::Opened,
        _ => return Err(PaymentError::DisputeMove(from)),
    };
    Ok(to)
}

/// Whether its money is kept back.
pub(crate) fn is_open(state: S) -> bool {
    matches!(state, S::Opened | S::EvidenceSent)
}

/// The step that leads to what is true, if it is not so here already.
pub(crate) fn step_to(state: S, fact: F) -> Result<Option<DisputeStep>, Sentence> {
    Ok(match (fact, state) {
        (F::Open, S::Opened | S::EvidenceSent)
        | (F::Answered, S::EvidenceSent)
        | (F::Won, S::Won)
        | (F::Lost, S::Lost) => None,
        (F::Answered, S::Opened) => Some(DisputeStep::SendEvidence),
        // One that was lost may be won on appeal.
        (F::Won, S::Opened | S::EvidenceSent | S::Lost) => Some(DisputeStep::Win),
        (F::Lost, S::Opened | S::EvidenceSent) => Some(DisputeStep::Lose),
        // What was disputed is only asked about again: the money is back.
        (F::Inquiry, S::Opened | S::EvidenceSent) => Some(DisputeStep::Win),
        (F::Inquiry, S::Won) => None,
        (F::Open | F::Answered | F::Inquiry, S::Lost) => {
            return Err(LOST_BEFORE);
        }
        // An appeal of the payer's, or of her bank: what else is true of it comes after that.
        (F::Open | F::Answered | F::Lost, S::Won) => Some(DisputeStep::Reopen),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_and_what_is_known() {
        let facts = [F::Inquiry, F::Open, F::Answered, F::Won, F::Lost];
        let grid = S::ALL.map(|state| {
            facts.map(|fact| match step_to(state, fact) {
                Ok(None) => "-",
                Ok(Some(DisputeStep::SendEvidence)) => "sent",
                Ok(Some(DisputeStep::Win)) => "win",
                Ok(Some(DisputeStep::Lose)) => "lose",
                Ok(Some(DisputeStep::Reopen)) => "reopen",
                Err(_) => "alarm",
            })
        });
        assert_eq!(
            grid,
            [
                ["win", "-", "sent", "win", "lose"],
                ["win", "-", "-", "win", "lose"],
                ["-", "reopen", "reopen", "-", "reopen"],
                ["alarm", "alarm", "alarm", "win", "-"],
            ]
        );
    }

    #[test]
    fn all_states_by_all_steps() {
        use DisputeStep as D;
        let steps = [D::SendEvidence, D::Win, D::Lose, D::Reopen];
        let grid = S::ALL.map(|from| {
            let to = steps.map(|step| next(from, step).map_or("-", S::as_str));
            (from.as_str(), to)
        });
        assert_eq!(
            grid,
            [
                ("opened", ["evidence_sent", "won", "lost", "-"]),
                ("evidence_sent", ["-", "won", "lost", "-"]),
                ("won", ["-", "-", "-", "opened"]),
                ("lost", ["-", "won", "-", "-"]),
            ]
        );
        let open = S::ALL.into_iter().filter(|state| is_open(*state));
        assert_eq!(open.collect::<Vec<_>>(), [S::Opened, S::EvidenceSent]);
    }
}
