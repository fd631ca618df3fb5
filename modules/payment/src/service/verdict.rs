//! What it means for a payment that a charge looks as it does. Pure.

use crate::{
    PaymentFailure,
    provider::{Charge, Declined, Fact},
    sentences,
    status::Action,
};

/// What was seen at the provider.
#[derive(Debug, Clone)]
pub(super) enum Observation {
    Charge(Box<Charge>),
    /// Refused before there was a charge.
    Refused(String),
    /// The provider knows no charge, and it is too late for one.
    Nothing,
}

impl From<Charge> for Observation {
    fn from(charge: Charge) -> Self {
        Self::Charge(Box::new(charge))
    }
}

/// Why it was looked at; decides what an ended charge means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Charge,
    /// A person says that it was paid.
    Hand,
    Webhook,
    Poll,
    Cancel,
    Expire,
}

impl Purpose {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Hand => "by_hand",
            Self::Webhook => "webhook",
            Self::Poll => "poll",
            Self::Cancel => "cancel",
            Self::Expire => "expire",
        }
    }
}

/// What it means for the payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Waiting,
    Move(Action),
    Failed(Declined),
}

pub(super) fn verdict(observed: &Observation, purpose: Purpose, late: bool) -> Verdict {
    let ended = match purpose {
        Purpose::Cancel => Verdict::Move(Action::Cancel),
        _ if late => Verdict::Move(Action::Expire),
        _ => Verdict::Failed(PaymentFailure::EndedByProvider.into()),
    };
    match observed {
        Observation::Nothing => ended,
        Observation::Refused(_) => Verdict::Failed(PaymentFailure::Refused.into()),
        Observation::Charge(charge) => match &charge.fact {
            Fact::Waiting => Verdict::Waiting,
            Fact::Authorized => Verdict::Move(Action::Authorize),
            Fact::Captured => Verdict::Move(Action::Capture),
            Fact::Declined(why) => Verdict::Failed(why.clone()),
            Fact::Cancelled => ended,
        },
    }
}

/// As exchanges are listed, with the provider's own word.
pub(super) fn outcome(action: Action, why: Option<&Declined>) -> String {
    let outcome = match action {
        Action::Authorize => sentences::AUTHORIZED,
        Action::Capture => sentences::CAPTURED,
        Action::Fail => sentences::FAILED,
        Action::Cancel => sentences::CANCELLED,
        Action::Expire => sentences::EXPIRED,
        Action::RefundPart | Action::RefundRest => sentences::REFUNDED,
        Action::ReturnPart | Action::ReturnAll => sentences::CAME_BACK,
        Action::Dispute => sentences::DISPUTED,
        Action::DisputeOver | Action::DisputeOverPart | Action::DisputeOverRest => {
            sentences::DISPUTE_OVER
        }
    };
    let name = outcome.as_str();
    let Some(Declined { failure, said }) = why else {
        return name.to_owned();
    };
    let code = failure.as_str();
    match said {
        None => format!("{name}: {code}"),
        Some(said) => format!("{name}: {code} ({said})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PaymentStatus, status};

    #[test]
    fn the_log_has_the_word_that_the_payer_is_not_told() {
        let why = Declined::said(PaymentFailure::CardDeclined, Some("<do not>_honor"));
        let told = outcome(Action::Fail, Some(&why));
        assert_eq!(told, "failed: card_declined (donot_honor)");
        let why = Declined::said(PaymentFailure::CardDeclined, Some("card_declined"));
        assert_eq!(outcome(Action::Fail, Some(&why)), "failed: card_declined");
        let long = Declined::said(PaymentFailure::CardDeclined, Some(&"x".repeat(500)));
        assert_eq!(long.said.unwrap().len(), 64);
    }

    #[test]
    fn an_ended_charge_means_what_it_was_looked_at_for() {
        let nothing = Observation::Nothing;
        let ended = |purpose, late| verdict(&nothing, purpose, late);
        assert_eq!(ended(Purpose::Cancel, true), Verdict::Move(Action::Cancel));
        assert_eq!(ended(Purpose::Poll, true), Verdict::Move(Action::Expire));
        assert_eq!(
            ended(Purpose::Webhook, false),
            Verdict::Failed(PaymentFailure::EndedByProvider.into())
        );
        assert_eq!(
            verdict(&Observation::Refused(String::new()), Purpose::Charge, false),
            Verdict::Failed(PaymentFailure::Refused.into())
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
            let mut targets: Vec<_> = status::sources(action)
                .iter()
                .map(|from| status::next(PaymentStatus::parse(from).unwrap(), action).unwrap())
                .collect();
            targets.dedup();
            assert_eq!(targets.len(), 1, "{action:?}");
        }
    }
}
