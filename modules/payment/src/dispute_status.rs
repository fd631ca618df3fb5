//! What may become of a dispute. Pure.

use crate::{DisputeState as S, PaymentError};

/// What happens to a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DisputeStep {
    SendEvidence,
    Win,
    Lose,
}

/// The state after the step; an illegal one is loud.
pub(crate) fn next(from: S, step: DisputeStep) -> Result<S, PaymentError> {
    let to = match (from, step) {
        (S::Opened, DisputeStep::SendEvidence) => S::EvidenceSent,
        (S::Opened | S::EvidenceSent, DisputeStep::Win) => S::Won,
        (S::Opened | S::EvidenceSent, DisputeStep::Lose) => S::Lost,
        _ => return Err(PaymentError::DisputeMove(from)),
    };
    Ok(to)
}

/// Whether its money is kept back.
pub(crate) fn is_open(state: S) -> bool {
    matches!(state, S::Opened | S::EvidenceSent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_states_by_all_steps() {
        use DisputeStep as D;
        let steps = [D::SendEvidence, D::Win, D::Lose];
        let grid = S::ALL.map(|from| {
            let to = steps.map(|step| next(from, step).map_or("-", S::as_str));
            (from.as_str(), to)
        });
        assert_eq!(
            grid,
            [
                ("opened", ["evidence_sent", "won", "lost"]),
                ("evidence_sent", ["-", "won", "lost"]),
                ("won", ["-", "-", "-"]),
                ("lost", ["-", "-", "-"]),
            ]
        );
        let open = S::ALL.into_iter().filter(|state| is_open(*state));
        assert_eq!(open.collect::<Vec<_>>(), [S::Opened, S::EvidenceSent]);
    }
}
