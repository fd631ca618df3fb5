use feira_kernel::{FieldError, module_error};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, thiserror::Error, Serialize, Deserialize)]
pub enum UserError {
    #[error("some fields are not acceptable")]
    Invalid(Vec<FieldError>),
    #[error("the e-mail or the password is not right")]
    BadCredentials,
    #[error("confirm your e-mail address first; the link is in your mailbox")]
    EmailNotVerified,
    #[error("this e-mail address already has an account")]
    EmailTaken,
    #[error("the token is wrong, expired or was used")]
    TokenInvalid,
    #[error("you may not do this")]
    Forbidden,
    #[error("there is no such person")]
    NotFound,
    #[error("too many sign-ins at this moment; try again in a few seconds")]
    Busy,
    #[error("too many tries; try again in {retry_after} seconds")]
    TooManyTries {
        /// Seconds.
        retry_after: u32,
    },
    #[error("accounts are not available now; try again")]
    Unavailable(String),
    #[error("an error on our side")]
    Internal(String),
}

module_error!(UserError,
    kind: |e| {
        use feira_kernel::ErrorKind as K;
        match e {
            Self::Invalid(_) => K::Invalid,
            Self::BadCredentials | Self::TokenInvalid => K::Unauthenticated,
            Self::EmailNotVerified | Self::Forbidden => K::Forbidden,
            Self::EmailTaken => K::Conflict,
            Self::NotFound => K::NotFound,
            Self::Busy | Self::TooManyTries { .. } => K::Throttled,
            Self::Unavailable(_) => K::Unavailable,
            Self::Internal(_) => K::Internal,
        }
    },
    codes: {
        Self::Invalid(_) => "user.invalid",
        Self::BadCredentials => "user.bad_credentials",
        Self::EmailNotVerified => "user.email_not_verified",
        Self::EmailTaken => "user.email_taken",
        Self::TokenInvalid => "user.token_invalid",
        Self::Forbidden => "user.forbidden",
        Self::NotFound => "user.not_found",
        Self::Busy => "user.busy",
        Self::TooManyTries { .. } => "user.too_many_tries",
        Self::Unavailable(_) => "user.unavailable",
        Self::Internal(_) => "user.internal",
    },
);
