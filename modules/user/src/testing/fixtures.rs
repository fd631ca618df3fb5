use feira_kernel::{Actor, Surface, UserId};
use time::macros::datetime;
use uuid::Uuid;

use crate::{LogIn, NewUser, Registration, Tokens, User, UserError, UserStatus, Users};

/// The password of everybody that a fixture makes.
pub const PASSWORD: &str = "correct horse 7 staple";

/// A verified customer for the fake; the same number is the same person.
pub fn person(number: u128) -> User {
    User {
        id: UserId(Uuid::from_u128(number)),
        email: format!("person{number}@feira.example"),
        email_verified: true,
        username: None,
        first_name: format!("Person{number}"),
        last_name: "Silva".to_owned(),
        phone_number: None,
        locale: "en".to_owned(),
        roles: Vec::new(),
        status: UserStatus::Active,
        created_at: datetime!(2026-03-02 12:00 UTC),
    }
}

/// What a form sends for a new customer.
pub fn registration(email: &str) -> Registration {
    Registration {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        first_name: "Ana".to_owned(),
        last_name: "Souza".to_owned(),
        username: None,
        phone_number: None,
        locale: Some("pt-BR".to_owned()),
        address: None,
    }
}

/// A person of the real module who can sign in with [`PASSWORD`], without the way over a mail.
/// Roles are names of operator roles; none for a customer or seller.
pub async fn registered_and_verified(
    api: &dyn Users,
    email: &str,
    roles: &[&str],
) -> Result<User, UserError> {
    let Registration {
        email,
        password,
        first_name,
        last_name,
        locale,
        ..
    } = registration(email);
    let new = NewUser {
        email,
        password,
        first_name,
        last_name,
        locale,
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    };
    api.create(&Actor::system("demo"), new).await
}

/// Signs in a person whom a fixture made.
pub async fn log_in(api: &dyn Users, email: &str, surface: Surface) -> Result<Tokens, UserError> {
    let log_in = LogIn {
        login: email.to_owned(),
        password: PASSWORD.to_owned(),
        surface,
        device: None,
        address: None,
        device_token: None,
    };
    api.log_in(&Actor::stranger(), log_in).await
}
