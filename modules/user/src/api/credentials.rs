//! What people type, and what they are given to sign in with.

use feira_kernel::{Surface, Time};
use serde::{Deserialize, Serialize};

use super::{SessionId, User};

#[derive(Clone, Serialize, Deserialize)]
pub struct Registration {
    pub email: String,
    /// 8 to 128 characters, not one of the commonest.
    pub password: String,
    pub first_name: String,
    pub last_name: String,
    pub username: Option<String>,
    pub phone_number: Option<String>,
    /// `en` or `pt-BR`; anything else becomes the default.
    pub locale: Option<String>,
    /// The client's address, which is slowed down after many tries.
    pub address: Option<String>,
}

/// A request for a lost confirmation link.
#[derive(Clone, Serialize, Deserialize)]
pub struct LostConfirmation {
    pub email: String,
    /// The password given at registration.
    pub password: String,
    /// The client's address, which is slowed down after many tries.
    pub address: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct ForgottenPassword {
    pub email: String,
    /// The client's address, which is slowed down after many tries.
    pub address: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct PasswordReset {
    /// From the link.
    pub token: String,
    pub password: String,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct PasswordChange {
    pub current_password: String,
    pub new_password: String,
    /// The device that stays signed in.
    pub session: SessionId,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct EmailChange {
    /// The new address.
    pub email: String,
    pub password: String,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLink {
    pub email: String,
    pub token: String,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct NewUser {
    pub email: String,
    pub password: String,
    pub first_name: String,
    pub last_name: String,
    pub locale: Option<String>,
    /// Names of operator roles: `admin`, `support`. Empty for a customer.
    pub roles: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct LogIn {
    /// E-mail or username.
    pub login: String,
    pub password: String,
    pub surface: Surface,
    /// The device's name, from the user agent.
    pub device: Option<String>,
    /// The client's address, for the device list; it is slowed down after many failures.
    pub address: Option<String>,
    /// The device token of an earlier sign-in ([`Tokens::device_token`]).
    pub device_token: Option<String>,
}

/// A request for a sign-in link.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignInLinkRequest {
    /// E-mail or username.
    pub login: String,
    pub surface: Surface,
    /// The client's address, which is slowed down after many tries.
    pub address: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct LinkLogIn {
    /// From the mail.
    pub token: String,
    /// The device's name, from the user agent.
    pub device: Option<String>,
    /// The client's address, for the device list.
    pub address: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Tokens {
    pub access_token: String,
    /// Seconds that the access token lives.
    pub expires_in: u32,
    pub refresh_token: String,
    /// Identifies the device at its next sign-in, also after signing out: its tries are counted
    /// separately. Gives no access.
    pub device_token: String,
    pub user: User,
    pub surface: Surface,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct BrowserSession {
    /// For the cookie; only its hash is kept.
    pub token: String,
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: Time,
    /// As [`Tokens::device_token`], for a separate cookie.
    pub device_token: String,
    /// Whether [`LogIn::device_token`] belongs to this person.
    pub known_device: bool,
    pub user: User,
    pub surface: Surface,
}

/// `Debug` of types with secrets shows nothing of them.
macro_rules! secretive {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }
    )+};
}
secretive!(
    Registration,
    LostConfirmation,
    ForgottenPassword,
    PasswordReset,
    PasswordChange,
    EmailChange,
    AccountLink,
    NewUser,
    LogIn,
    LinkLogIn,
    Tokens,
    BrowserSession
);
