use serde::{Deserialize, Serialize};

feira_kernel::text_enum! {
    /// Why an attempt to pay failed. What its provider said is in the attempt's log (`Payments::exchanges`).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case", from = "String")]
    pub enum PaymentFailure {
        /// The provider refused to make a charge.
        Refused = "refused",
        /// The provider ended the charge, or somebody did there.
        EndedByProvider = "ended_by_provider",
        /// It was not paid in time.
        Expired = "expired",
        /// The card's bank refused, and why is not the payer's to mend, or not told.
        CardDeclined = "card_declined",
        /// Or its date was mistyped.
        ExpiredCard = "expired_card",
        IncorrectNumber = "incorrect_number",
        IncorrectCvc = "incorrect_cvc",
        InsufficientFunds = "insufficient_funds",
        /// Its holder did not confirm it at her bank.
        AuthenticationFailed = "authentication_failed",
        /// The provider does not know the card that the token is for.
        CardTokenUnknown = "card_token_unknown",
        /// Declined in any other way, or by a word that is none of these.
        PaymentDeclined = "payment_declined",
    } else {
        "payment_intent_authentication_failure" => AuthenticationFailed,
        "card_unknown" => CardTokenUnknown,
        _ => PaymentDeclined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_the_same_in_tables_and_on_the_wire() {
        for failure in PaymentFailure::ALL {
            let word = serde_json::to_value(failure).unwrap();
            assert_eq!(word, failure.as_str());
            assert_eq!(
                serde_json::from_value::<PaymentFailure>(word).unwrap(),
                failure
            );
        }
    }

    #[test]
    fn what_earlier_releases_wrote_is_read() {
        for (word, failure) in [
            (
                "payment_intent_authentication_failure",
                PaymentFailure::AuthenticationFailed,
            ),
            ("card_declined", PaymentFailure::CardDeclined),
            ("declined", PaymentFailure::PaymentDeclined),
            ("failed", PaymentFailure::PaymentDeclined),
            ("processing_error", PaymentFailure::PaymentDeclined),
        ] {
            assert_eq!(PaymentFailure::parse(word), Some(failure), "{word}");
            let read: PaymentFailure = serde_json::from_value(word.into()).unwrap();
            assert_eq!(read, failure, "{word}");
        }
    }
}
