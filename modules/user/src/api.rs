//! The public face of `user`: people, their credentials and operators' roles.

mod credentials;
mod error;
mod events;

use std::collections::BTreeSet;

use feira_kernel::{Actor, Permission, Surface, Time, UserId, id, remote};
use serde::{Deserialize, Serialize};

pub use credentials::*;
pub use error::UserError;
pub use events::*;

id! {
    /// One signed-in device: a family of refresh tokens, or a browser session.
    SessionId,
    /// A single-use, expiring confirmation; the secret part is derived, never stored.
    ConfirmationId,
    /// A single-use, expiring link for an account that is there; the secret part is derived, never
    /// stored.
    AccountLinkId,
}

/// Permission of an operator to see and manage people.
pub const MANAGE_USERS: &str = "users.manage";

remote! {
    /// People and their credentials. `user` calls no other module.
    pub trait Users, client HttpUsers, dispatch dispatch_users, service crate::service::Service {
        /// Keeps an account that waits for its link, and publishes [`Registered`], from which the
        /// mail is made. Answers the same, in the same time, for a known e-mail: a verified account
        /// stays as it is, and of one that is not verified the five newest registrations wait, each
        /// with its own link; no more than five are made in an hour. Errors: `Invalid`,
        /// `TooManyTries`. Safe to repeat.
        async fn register(&self, actor: &Actor, registration: Registration) -> Result<(), UserError>;
        /// Confirms the address that the token was derived for. Of a registration: the account gets
        /// its password and its profile, and the other links of the address are dead. Of another
        /// address ([`Self::change_email`]): the account has it from now on, every device is signed
        /// out, and its other links are dead. `TokenInvalid` if it is wrong, expired or used; repeating
        /// a used one fails.
        async fn verify_email(&self, actor: &Actor, token: String) -> Result<(), UserError>;
        /// Publishes [`Registered`] once more, with a new link in place of the one that was lost or
        /// has expired. The password says whose registration it is, for several may wait for one
        /// address; it is compared with the newest, and a link of the last 12 minutes stays as it is.
        /// Answers the same, whatever it finds. Errors: `Invalid`, `TooManyTries`, `Busy`. Safe to
        /// repeat.
        async fn resend_confirmation(&self, actor: &Actor, lost: LostConfirmation) -> Result<(), UserError>;
        /// Publishes [`PasswordForgotten`], from which a mail with a link is made. Answers the same,
        /// in the same time, for an address that nobody has; five links of a person wait at most.
        /// Errors: `Invalid`, `TooManyTries`, of which others' tries are no cause. Safe to repeat.
        async fn forgot_password(&self, actor: &Actor, forgotten: ForgottenPassword) -> Result<(), UserError>;
        /// Sets a new password by that link: every device is signed out, the account's other links
        /// are dead, and [`PasswordChanged`] is published. Tells whose account it is. `TokenInvalid` if
        /// it is wrong, expired or used; repeating a used one fails.
        async fn reset_password(&self, actor: &Actor, reset: PasswordReset) -> Result<User, UserError>;
        /// Sets another password, if the old one is right: all devices but this one are signed out,
        /// the account's links are dead, and [`PasswordChanged`] is published. Errors: `Invalid` (also
        /// of the old password), `TooManyTries`. Not idempotent.
        async fn change_password(&self, actor: &Actor, change: PasswordChange) -> Result<(), UserError>;
        /// Publishes [`EmailChangeAsked`], from which a mail with a link to the new address is made,
        /// for [`Self::verify_email`], and one that tells the present address. Answers the same for
        /// an address that somebody has. Errors: `Invalid` (also of the password), `TooManyTries`, also
        /// after five of them in a day. Safe to repeat.
        async fn change_email(&self, actor: &Actor, change: EmailChange) -> Result<(), UserError>;
        /// Checks a person's password before an action that needs it again. `Invalid` (of `/password`)
        /// if it is wrong; `TooManyTries`. For `store`.
        async fn confirm_password(&self, actor: &Actor, user: UserId, password: String) -> Result<(), UserError>;
        /// Opens a device for the surface. `BadCredentials` alike for unknown people and wrong
        /// passwords; `EmailNotVerified` only after the right password of the newest registration.
        /// `TooManyTries` after many failures from the same address or network, alike for people who
        /// exist and who do not; a device that signed in before waits for its own failures only. Not
        /// idempotent.
        async fn log_in(&self, actor: &Actor, log_in: LogIn) -> Result<Tokens, UserError>;
        /// Mails a link, or a code for the shop, with which the person signs in once, whatever others
        /// did to keep her out, and publishes [`SignInLinkRequested`]. While one that she was sent a
        /// moment ago is good it is not sent again. Answers the same, in the same time, whether there
        /// is such a person or not. Errors: `Invalid`, `TooManyTries`. Safe to repeat.
        async fn request_sign_in_link(&self, actor: &Actor, request: SignInLinkRequest) -> Result<(), UserError>;
        /// Opens a device by the token of such a mail, on the surface that it was asked for. Works
        /// once: `TokenInvalid` if it is wrong, expired or used, or the password changed since.
        async fn log_in_by_link(&self, actor: &Actor, log_in: LinkLogIn) -> Result<Tokens, UserError>;
        /// The same for a browser session on the seller or admin surface.
        async fn open_browser_session_by_link(&self, actor: &Actor, log_in: LinkLogIn) -> Result<BrowserSession, UserError>;
        /// Rotates a refresh token. Single use: a reused one revokes its family (`TokenInvalid`),
        /// except within ten seconds, when it only fails (a lost answer, not a theft).
        async fn refresh(&self, actor: &Actor, refresh_token: String) -> Result<Tokens, UserError>;
        /// Revokes the family of a refresh token, or a browser session. Unknown ones are no error.
        async fn log_out(&self, actor: &Actor, token: String) -> Result<(), UserError>;
        /// Who an access token speaks for: by its signature, algorithm, audience and time. One of a
        /// device that was signed out is `TokenInvalid`, at once in this process, within five seconds
        /// in others.
        async fn authenticate(&self, actor: &Actor, access_token: String) -> Result<Principal, UserError>;
        /// Opens a browser session on the seller or admin surface.
        async fn open_browser_session(&self, actor: &Actor, log_in: LogIn) -> Result<BrowserSession, UserError>;
        /// Who a browser session speaks for; asked of the database at each request, so that
        /// log-out and blocking take effect at once.
        async fn browser_principal(&self, actor: &Actor, token: String) -> Result<Principal, UserError>;
        /// One person. Herself, an operator with [`MANAGE_USERS`], or a module.
        async fn user(&self, actor: &Actor, id: UserId) -> Result<User, UserError>;
        /// People by id, at most 100; unknown ids are left out. For modules.
        async fn users(&self, actor: &Actor, ids: Vec<UserId>) -> Result<Vec<User>, UserError>;
        /// Active operators who may do this, by the permission's name; at most 100. For modules.
        async fn operators(&self, actor: &Actor, permission: String) -> Result<Vec<UserId>, UserError>;
        /// Whether nobody has an account; for the composition root.
        async fn is_empty(&self, actor: &Actor) -> Result<bool, UserError>;
        /// Makes a verified account with operator roles: for the command line and the demo
        /// (`System` "cli" or "demo"). `EmailTaken` if it is known.
        async fn create(&self, actor: &Actor, new: NewUser) -> Result<User, UserError>;
        /// A one-time token to create the first operator, while there is none; for the composition
        /// root. `None` once an operator exists. The same one until it expires.
        async fn invite_first_operator(&self, actor: &Actor) -> Result<Option<String>, UserError>;
        /// Redeems that token: a verified account with the `admin` role.
        async fn accept_operator_invitation(&self, actor: &Actor, token: String, new: NewUser) -> Result<User, UserError>;
        /// What became of the link to create the first operator, for the page behind it.
        async fn operator_invitation(&self, actor: &Actor, token: String) -> Result<InvitationState, UserError>;
        /// Where a link for an account is mailed to, to set a password, confirm another address or
        /// sign in, and its token (`System` "notification"). `TokenInvalid` once it was used, or has
        /// expired.
        async fn account_link(&self, actor: &Actor, id: AccountLinkId) -> Result<AccountLink, UserError>;
        /// Derives the token of a confirmation, for the mail that carries it (`System` "notification").
        async fn confirmation_token(&self, actor: &Actor, id: ConfirmationId) -> Result<String, UserError>;
    }
}

/// The state of the link that creates the first operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    Open,
    /// An operator exists already.
    Used,
    /// Wrong, or expired: a new one is shown at the next start.
    Ended,
}

/// The caller that a credential identifies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    pub user: UserId,
    pub surface: Surface,
    pub session: SessionId,
    /// An operator's permissions; empty on other surfaces.
    pub permissions: BTreeSet<Permission>,
    pub locale: String,
    /// The name for the page's header; empty for an access token.
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub email_verified: bool,
    pub username: Option<String>,
    pub first_name: String,
    pub last_name: String,
    pub phone_number: Option<String>,
    pub locale: String,
    pub roles: Vec<String>,
    pub status: UserStatus,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: Time,
}

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum UserStatus {
        Active = "active",
        Blocked = "blocked",
    }
}
