//! What is kept of exchanges with providers, and of what is amiss: short sentences of this module. People read them in
//! their own language, so each has its pattern here, from which nothing else is made, and the pages compare their
//! texts with these lists.

use std::fmt::Display;

use crate::DisputeState;

/// A sentence; amounts, names and what a provider said stand at `{}`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sentence(&'static str);

/// A sentence that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said(String);

macro_rules! sentences {
    ($(#[$meta:meta])* $list:ident: $($name:ident = $pattern:literal),+ $(,)?) => {
        $(pub(crate) const $name: Sentence = Sentence($pattern);)+
        $(#[$meta])*
        pub const $list: &[&str] = &[$($pattern),+];
    };
}

sentences! {
    /// What is amiss with a charge or a dispute.
    ALARMS:
    ANOTHER_PAYMENT = "is another payment's",
    ANOTHER_AMOUNT = "is over {}, not {}",
    ANOTHER_PAYEE = "has another payee",
    PAID_LESS = "is paid with {}, which is less than {}",
    PAID_OTHERWISE = "is paid with {} in instalments, where the payer was told {}",
    REFUND_UNSEEN = "does not tell whether its refund {} came back",
    REFUND_BACK = "has back {} of its refund {}; the buyer has not",
    FEE_NOT_BOOKED = "is said to have cost {}, which is not booked",
    GIVEN_BACK = "was given back there, at least in part, and not from here",
    MANY_DISPUTES = "has more disputes than are looked at",
    NOT_SPLIT = "was not split as it was asked for: the stores are paid by payouts",
    PERHAPS_SPLIT = "is paid, and its provider does not say whether it was split: say it on the payment's page",
    DISPUTED_MORE = "is disputed over {} ({}), and {} of it was left: the rest is not in the books",
    DISPUTE_OF_ANOTHER = "is told of with a dispute {} of another charge",
    DISPUTE_AMOUNT = "has a dispute {} over {}, which it cannot be",
    DISPUTE_CHANGED = "has a dispute {} that is over {} now, not {}",
    LOST_BEFORE = "has a dispute {} that was lost, and is told to be otherwise now",
    WON_BEFORE = "has a dispute {} that was won, and is told to be otherwise now",
    INQUIRY_ONLY = "dispute {}: only an inquiry so far",
    NOTHING_LEFT = "dispute {}: nothing was left to be disputed",
}

sentences! {
    /// What happened to a dispute, beside its states.
    DISPUTE_EVENTS:
    OPENED_OVER = "opened over {}",
    REOPENED_OVER = "reopened over {}",
    KEPT_MORE = "kept_more: {} in all",
    LOST_MORE = "lost_more: {} in all",
    WRITTEN_OFF = "written_off: {} in all",
    CHANGED = "changed: over {}, not {}",
    TOLD_AS = "told: {}",
    REGAINED = "regained",
    INQUIRY = "inquiry",
}

sentences! {
    /// What came of an exchange. What the module or the provider says of it may stand behind a colon.
    OUTCOMES:
    AUTHORIZED = "authorized",
    CAPTURED = "captured",
    COMPLETED = "completed",
    FAILED = "failed",
    CANCELLED = "cancelled",
    EXPIRED = "expired",
    REFUNDED = "refunded",
    CAME_BACK = "came back",
    DISPUTED = "disputed",
    DISPUTE_OVER = "dispute over",
    GAVE_BACK_OTHERWISE = "another amount",
    UNKNOWN_OUTCOME = "unknown outcome",
    REFUSED = "refused",
    NOT_ACCEPTED = "not accepted by the provider",
    NO_SUCH_THING = "the provider knows no such thing",
    NOT_SUPPORTED = "the provider cannot do this",
    GIVEN_BACK_THERE = "somebody else gave back what is asked back",
}

sentences! {
    /// Why an outcome is not known, in words of this module.
    REASONS:
    NO_ANSWER = "no answer by the deadline",
    BROKEN_ANSWER = "a broken answer: {}",
    ANSWERED = "answered {}",
    FORGOTTEN = "the provider no longer knows its charge",
}

impl Sentence {
    pub(crate) const fn as_str(self) -> &'static str {
        self.0
    }

    /// As many values as it has places.
    pub(crate) fn of(self, values: &[&dyn Display]) -> Said {
        let mut parts = self.0.split("{}");
        let mut said = parts.next().unwrap_or_default().to_owned();
        let mut values = values.iter();
        for part in parts {
            if let Some(value) = values.next() {
                said.push_str(&value.to_string());
            }
            said.push_str(part);
        }
        Said(said)
    }

    /// With what is known of why behind it.
    pub(crate) fn because(self, why: &str) -> Said {
        Said(format!("{}: {why}", self.0))
    }
}

impl Said {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Sentence> for Said {
    fn from(whole: Sentence) -> Self {
        whole.of(&[])
    }
}

impl From<DisputeState> for Said {
    fn from(state: DisputeState) -> Self {
        Self(state.as_str().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_at_their_places() {
        assert_eq!(
            PAID_LESS.of(&[&1, &2]).as_str(),
            "is paid with 1, which is less than 2"
        );
        assert_eq!(Said::from(REFUSED).as_str(), "refused");
        assert_eq!(REFUSED.because("no").as_str(), "refused: no");
        assert_eq!(
            INQUIRY_ONLY.of(&[&"{}"]).as_str(),
            "dispute {}: only an inquiry so far"
        );
    }
}
