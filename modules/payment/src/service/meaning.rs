//! What it means for a payment that a charge looks as it does. Pure.

use crate::{
    machine::Action,
    provider::{Charge, Fact},
};

/// What was seen at the provider.
#[derive(Debug, Clone)]
pub(super) enum Looked {
    Charge(Charge),
    /// Refused before there was a charge.
    Refused(String),
    /// The provider knows no charge, and it is too late for one.
    Nothing,
}

/// Why it was looked at; decides what an ended charge means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Charge,
    Webhook,
    Poll,
    Cancel,
    Expire,
}

impl Purpose {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Webhook => "webhook",
            Self::Poll => "poll",
            Self::Cancel => "cancel",
            Self::Expire => "expire",
        }
    }
}

/// What it means for the payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    Waiting,
    Move(Action),
    /// A stable code.
    Failed(String),
}

pub(super) fn meaning(looked: &Looked, purpose: Purpose, late: bool) -> Meaning {
    let ended = match purpose {
        Purpose::Cancel => Meaning::Move(Action::Cancel),
        _ if late => Meaning::Move(Action::Expire),
        _ => Meaning::Failed("ended_by_provider".to_owned()),
    };
    match looked {
        Looked::Nothing => ended,
        Looked::Refused(_) => Meaning::Failed("refused".to_owned()),
        Looked::Charge(charge) => match &charge.fact {
            Fact::Waiting => Meaning::Waiting,
            Fact::Authorized => Meaning::Move(Action::Authorize),
            Fact::Captured => Meaning::Move(Action::Capture),
            Fact::Declined(code) => Meaning::Failed(code.clone()),
            Fact::Cancelled => ended,
        },
    }
}

/// As exchanges are listed.
pub(super) fn outcome(action: Action, failure: Option<&str>) -> String {
    let name = match action {
        Action::Authorize => "authorized",
        Action::Capture => "captured",
        Action::Fail => "failed",
        Action::Cancel => "cancelled",
        Action::Expire => "expired",
        Action::RefundPart | Action::RefundRest => "refunded",
    };
    failure.map_or_else(|| name.to_owned(), |code| format!("{name}: {code}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PaymentStatus, machine};

    #[test]
    fn an_ended_charge_means_what_it_was_looked_at_for() {
        let nothing = Looked::Nothing;
        let ended = |purpose, late| meaning(&nothing, purpose, late);
        assert_eq!(ended(Purpose::Cancel, true), Meaning::Move(Action::Cancel));
        assert_eq!(ended(Purpose::Poll, true), Meaning::Move(Action::Expire));
        assert_eq!(
            ended(Purpose::Webhook, false),
            Meaning::Failed("ended_by_provider".to_owned())
        );
        assert_eq!(
            meaning(&Looked::Refused(String::new()), Purpose::Charge, false),
            Meaning::Failed("refused".to_owned())
        );
    }

    #[test]
    fn each_action_has_one_target() {
        for action in [
            Action::Authorize,
            Action::Capture,
            Action::Fail,
            Action::Cancel,
            Action::Expire,
        ] {
            let mut targets: Vec<_> = machine::sources(action)
                .iter()
                .map(|from| machine::next(PaymentStatus::parse(from).unwrap(), action).unwrap())
                .collect();
            targets.dedup();
            assert_eq!(targets.len(), 1, "{action:?}");
        }
    }
}
