use feira_kernel::{Surface, UserId};
use serde::{Deserialize, Serialize};

use super::{AccountLinkId, ConfirmationId};

/// An address was registered, perhaps again, or its link was lost: this confirmation confirms it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    pub user: UserId,
    pub version: i64,
    pub confirmation: ConfirmationId,
}

feira_kernel::event!(Registered, user, "user.registered.v1");

/// A link to set a new password was requested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordForgotten {
    pub user: UserId,
    pub version: i64,
    pub link: AccountLinkId,
}

feira_kernel::event!(PasswordForgotten, user, "user.password_forgotten.v1");

/// A person has another password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordChanged {
    pub user: UserId,
    pub version: i64,
}

feira_kernel::event!(PasswordChanged, user, "user.password_changed.v1");

/// A person wants another address: the link confirms it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailChangeAsked {
    pub user: UserId,
    pub version: i64,
    pub link: AccountLinkId,
}

feira_kernel::event!(EmailChangeAsked, user, "user.email_change_asked.v1");

/// A person is to be mailed the token of this link, which signs her in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInLinkRequested {
    pub link: AccountLinkId,
    pub version: i64,
    pub user: UserId,
    pub surface: Surface,
}

feira_kernel::event!(SignInLinkRequested, link, "user.sign_in_link_requested.v1");
