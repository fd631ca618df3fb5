//! What may become of a payment. Pure; the guards of the SQL are made from this table.

use rust_decimal::Decimal;

use crate::{PaymentError, PaymentStatus as S};

/// What happens to a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Authorize,
    /// The provider has the whole amount.
    Capture,
    /// Declined or refused.
    Fail,
    Cancel,
    Expire,
    RefundPart,
    /// Nothing is left afterwards.
    RefundRest,
    /// The money of a refund, or of a dispute that was lost, came back; others still hold.
    ReturnPart,
    /// The same, and all of it is here again.
    ReturnAll,
    /// Money of it is kept back, while a dispute is open.
    Dispute,
    /// No dispute is open any more, and nothing went back, a part, or all.
    DisputeOver,
    DisputeOverPart,
    DisputeOverRest,
}

/// The status after the action; an illegal one is loud.
pub(crate) fn next(from: S, action: Action) -> Result<S, PaymentError> {
    let to = match (from, action) {
        (S::Pending, Action::Authorize) => S::Authorized,
        (S::Pending | S::Authorized, Action::Capture) => S::Completed,
        // Money that came after the end is money all the same: it is told as it is, and the
        // module above gives it back.
        (S::Failed | S::Cancelled | S::Expired, Action::Capture) => S::Completed,
        (S::Pending | S::Authorized, Action::Fail) => S::Failed,
        (S::Pending | S::Authorized, Action::Cancel) => S::Cancelled,
        (S::Pending | S::Authorized, Action::Expire) => S::Expired,
        (S::Completed | S::PartiallyRefunded, Action::RefundPart) => S::PartiallyRefunded,
        (S::Completed | S::PartiallyRefunded, Action::RefundRest) => S::Refunded,
        (S::PartiallyRefunded | S::Refunded, Action::ReturnPart) => S::PartiallyRefunded,
        (S::PartiallyRefunded | S::Refunded, Action::ReturnAll) => S::Completed,
        (S::Disputed, Action::ReturnPart | Action::ReturnAll) => S::Disputed,
        (S::Completed | S::PartiallyRefunded | S::Disputed, Action::Dispute) => S::Disputed,
        // Of what is not disputed.
        (S::Disputed, Action::RefundPart) => S::Disputed,
        (S::Disputed, Action::DisputeOver) => S::Completed,
        (S::Disputed, Action::DisputeOverPart) => S::PartiallyRefunded,
        (S::Disputed, Action::DisputeOverRest) => S::Refunded,
        _ => return Err(PaymentError::IllegalMove(from)),
    };
    Ok(to)
}

/// From where the action is legal.
pub(crate) fn sources(action: Action) -> Vec<String> {
    S::ALL
        .into_iter()
        .filter(|from| next(*from, action).is_ok())
        .map(|from| from.as_str().to_owned())
        .collect()
}

/// Whether something of it can go back: of one that stores are paid themselves, and of which one was, also
/// while others are not.
pub(crate) fn gives_back(from: S, leg_paid: bool) -> Result<(), PaymentError> {
    match from {
        S::Authorized if leg_paid => Ok(()),
        _ => next(from, Action::RefundPart).map(|_| ()),
    }
}

/// Once no leg of a payment to stores is open: by how it ends, captured if one was paid, and how much went back of how
/// much.
pub(crate) fn legs_ended(
    from: S,
    end: Action,
    (refunded, captured): (Decimal, Decimal),
) -> Result<S, PaymentError> {
    let ended = next(from, end)?;
    if refunded.is_zero() {
        return Ok(ended);
    }
    next(
        ended,
        match refunded < captured {
            true => Action::RefundPart,
            false => Action::RefundRest,
        },
    )
}

/// A leg was paid after it was given up: so much of what is captured by now went back.
pub(crate) fn leg_came_late(
    from: S,
    (refunded, captured): (Decimal, Decimal),
) -> Result<S, PaymentError> {
    match from {
        S::Completed | S::PartiallyRefunded | S::Refunded => Ok(match refunded {
            none if none.is_zero() => S::Completed,
            some if some < captured => S::PartiallyRefunded,
            _ => S::Refunded,
        }),
        S::Pending | S::Authorized => Err(PaymentError::IllegalMove(from)),
        _ => legs_ended(from, Action::Capture, (refunded, captured)),
    }
}

/// Still waiting for an outcome.
pub(crate) fn is_live(status: S) -> bool {
    matches!(status, S::Pending | S::Authorized)
}

/// The provider has, or had, the money.
pub(crate) fn is_captured(status: S) -> bool {
    matches!(
        status,
        S::Completed | S::PartiallyRefunded | S::Refunded | S::Disputed
    )
}

/// Paid and not given back: nothing more is asked for the same reference.
pub(crate) fn blocks_new_attempt(status: S) -> bool {
    is_captured(status) && status != S::Refunded
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    const ACTIONS: [Action; 13] = [
        Action::Authorize,
        Action::Capture,
        Action::Fail,
        Action::Cancel,
        Action::Expire,
        Action::RefundPart,
        Action::RefundRest,
        Action::ReturnPart,
        Action::ReturnAll,
        Action::Dispute,
        Action::DisputeOver,
        Action::DisputeOverPart,
        Action::DisputeOverRest,
    ];

    #[test]
    fn all_states_by_all_actions() {
        let mut grid = String::new();
        for from in S::ALL {
            for action in ACTIONS {
                let to = next(from, action).map_or("-", S::as_str);
                writeln!(
                    grid,
                    "{:<18} {:<10} {to}",
                    from.as_str(),
                    format!("{action:?}")
                )
                .unwrap();
            }
        }
        insta::assert_snapshot!(grid);
    }

    #[test]
    fn a_payment_to_stores_is_what_its_legs_made_of_it() {
        let ended = |from, end, refunded: i64, captured: i64| {
            let sums = (Decimal::from(refunded), Decimal::from(captured));
            legs_ended(from, end, sums).ok()
        };
        use Action::{Cancel, Capture, Expire};
        for (end, refunded, captured, to) in [
            (Cancel, 0, 0, S::Cancelled),
            (Expire, 0, 0, S::Expired),
            (Capture, 0, 10, S::Completed),
            (Capture, 4, 10, S::PartiallyRefunded),
            (Capture, 10, 10, S::Refunded),
            // Nothing is to be paid of a leg of nothing.
            (Capture, 0, 0, S::Completed),
        ] {
            for from in [S::Pending, S::Authorized] {
                assert_eq!(ended(from, end, refunded, captured), Some(to));
            }
        }
        assert_eq!(ended(S::Refunded, Capture, 0, 10), None);
        assert!(gives_back(S::Authorized, true).is_ok());
        assert!(gives_back(S::Authorized, false).is_err());
        assert!(gives_back(S::Cancelled, true).is_err());
    }

    #[test]
    fn names_are_read_back() {
        for status in S::ALL {
            assert_eq!(S::parse(status.as_str()), Some(status));
        }
        assert_eq!(S::parse("paid"), None);
    }

    #[test]
    fn guards_are_made_from_the_table() {
        assert_eq!(sources(Action::Fail), ["pending", "authorized"]);
        assert_eq!(
            sources(Action::RefundRest),
            ["completed", "partially_refunded"]
        );
    }
}
