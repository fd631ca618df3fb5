use std::fmt;

use crate::sentences::{self, Said, Sentence};

/// Why there is no fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No answer, a late one or a broken one: it may or may not have happened.
    Unknown(String),
    /// The provider understood and refuses, for good.
    Refused(String),
    /// The provider does not accept our settings; nothing happened, and it is for somebody to mend.
    Misconfigured(String),
    NotFound,
    /// What the provider's capabilities deny; nothing happened.
    NotSupported,
    /// As much as is asked back is not there any more: somebody gave it back there, without us.
    GivenBack,
}

impl From<&Failure> for Said {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Unknown(why) => sentences::UNKNOWN_OUTCOME.because(why),
            Failure::Refused(why) => sentences::REFUSED.because(why),
            Failure::Misconfigured(why) => sentences::NOT_ACCEPTED.because(why),
            Failure::NotFound => sentences::NO_SUCH_THING.into(),
            Failure::NotSupported => sentences::NOT_SUPPORTED.into(),
            Failure::GivenBack => sentences::GIVEN_BACK_THERE.into(),
        }
    }
}

impl From<Sentence> for Failure {
    fn from(reason: Sentence) -> Self {
        Self::Unknown(reason.as_str().to_owned())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Said::from(self).as_str())
    }
}

impl std::error::Error for Failure {}
