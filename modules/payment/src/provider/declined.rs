use crate::PaymentFailure;

/// Why a payer's money was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declined {
    pub(crate) failure: PaymentFailure,
    /// The provider's own word, for the attempt's log.
    pub(crate) said: Option<String>,
}

impl Declined {
    /// Kept of its word is what is plain, and 64 characters of it.
    pub(crate) fn said(failure: PaymentFailure, said: Option<&str>) -> Self {
        let plain = |c: &char| c.is_ascii_alphanumeric() || "_.-".contains(*c);
        let said = said.map(|word| word.chars().filter(plain).take(64).collect::<String>());
        Self {
            failure,
            said: said.filter(|word| !word.is_empty() && word != failure.as_str()),
        }
    }
}

impl From<PaymentFailure> for Declined {
    fn from(failure: PaymentFailure) -> Self {
        Self::said(failure, None)
    }
}
