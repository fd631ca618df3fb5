//! Guessing is slowed down; nobody is locked out by somebody else.

use feira_kernel::{ErrorKind, ModuleError, Surface};
use feira_testkit::TestDb;
use feira_user::{
    LogIn, LostConfirmation, Registration, UserError, Users,
    testing::{PASSWORD, registered_and_verified, registration},
};
use time::Duration;

use crate::support::*;

const HOME: &str = "198.51.100.1";

fn from(address: &str, login: &str, password: &str) -> LogIn {
    LogIn {
        address: Some(address.to_owned()),
        ..log_in_of(login, password, Surface::Shop)
    }
}

/// Seconds that the next try must wait, if it must.
fn wait<T>(answer: Result<T, UserError>) -> Option<u32> {
    match answer {
        Err(UserError::TooManyTries { retry_after }) => Some(retry_after),
        Ok(_) | Err(_) => None,
    }
}

async fn guess(api: &dyn Users, address: &str, login: &str) -> Option<u32> {
    let guess = from(address, login, "wrong horse");
    wait(api.log_in(&NOBODY, guess).await)
}

#[feira_testkit::test(SCHEMA)]
async fn who_guesses_waits_longer_and_longer_and_the_owner_is_not_kept_out(db: TestDb) {
    let api = users(&db);
    let ana = "ana@feira.example";
    registered_and_verified(&*api, ana, &[]).await.unwrap();
    let home = from(HOME, ana, PASSWORD);
    api.log_in(&NOBODY, home.clone()).await.unwrap();

    // From everywhere, so that no address has many; also for an address that nobody has.
    for login in [ana, "eva@feira.example"] {
        for n in 0..10 {
            assert_eq!(guess(&*api, &format!("203.0.113.{n}"), login).await, None);
        }
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
            let elsewhere = "203.0.113.99";
            assert_eq!(guess(&*api, elsewhere, login).await, Some(seconds));
            // She is at home, and signs in.
            api.log_in(&NOBODY, home.clone()).await.unwrap();
            db.clock().advance(Duration::seconds(seconds.into()));
            assert_eq!(guess(&*api, elsewhere, login).await, None);
        }
    }
    // Elsewhere she waits a minute at most, whatever others did, and is at home there then.
    let away = from("198.51.100.2", ana, PASSWORD);
    db.clock().advance(Duration::minutes(1));
    api.log_in(&NOBODY, away.clone()).await.unwrap();
    assert_eq!(guess(&*api, "203.0.113.99", ana).await, None);
    assert!(guess(&*api, "203.0.113.99", ana).await.is_some());
    api.log_in(&NOBODY, away).await.unwrap();
}

#[feira_testkit::test(SCHEMA)]
async fn one_address_is_slowed_down_over_all_accounts_before_any_hashing(db: TestDb) {
    let mut settings = settings(&db);
    settings.throttle.client_tries = 4;
    let api = feira_user::start(db.env(SCHEMA), settings).unwrap().api;
    let ana = "ana@feira.example";
    registered_and_verified(&*api, ana, &[]).await.unwrap();
    for n in 0..4 {
        let login = format!("person{n}@feira.example");
        assert_eq!(guess(&*api, HOME, &login).await, None);
    }
    let error = api.log_in(&NOBODY, from(HOME, ana, PASSWORD)).await;
    let error = error.expect_err("too early");
    assert_eq!(error.kind(), ErrorKind::Throttled);
    assert_eq!(error.code(), "user.too_many_tries");
    let elsewhere = from("198.51.100.2", ana, PASSWORD);
    api.log_in(&NOBODY, elsewhere).await.unwrap();
    db.clock().advance(Duration::SECOND);
    api.log_in(&NOBODY, from(HOME, ana, PASSWORD))
        .await
        .unwrap();
}

#[feira_testkit::test(SCHEMA)]
async fn mails_to_an_address_are_slowed_down_whether_it_is_known_or_not(db: TestDb) {
    let mut settings = settings(&db);
    settings.throttle.account_tries = 3;
    let api = feira_user::start(db.env(SCHEMA), settings).unwrap().api;
    let ana = "ana@feira.example";
    registered_and_verified(&*api, ana, &[]).await.unwrap();
    for email in [ana, "eva@feira.example"] {
        let new = Registration {
            address: Some(HOME.to_owned()),
            ..registration(email)
        };
        let lost = LostConfirmation {
            email: email.to_ascii_uppercase(),
            password: PASSWORD.to_owned(),
            address: Some("203.0.113.7".to_owned()),
        };
        for _ in 0..2 {
            api.register(&NOBODY, new.clone()).await.unwrap();
        }
        api.resend_confirmation(&NOBODY, lost.clone())
            .await
            .unwrap();
        let again = api.resend_confirmation(&NOBODY, lost).await;
        assert_eq!(wait(again), Some(1));
        assert_eq!(wait(api.register(&NOBODY, new.clone()).await), Some(1));
        db.clock().advance(Duration::SECOND);
        api.register(&NOBODY, new.clone()).await.unwrap();
        assert_eq!(wait(api.register(&NOBODY, new).await), Some(2));
    }
    // What is wrong at once costs nothing.
    let wrong = registration("no address");
    for _ in 0..5 {
        assert_eq!(wait(api.register(&NOBODY, wrong.clone()).await), None);
    }
}
