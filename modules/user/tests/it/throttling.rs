//! Guessing is slowed down; nobody is locked out by somebody else, and no account told from none.

use feira_kernel::{ErrorKind, ModuleError, Surface};
use feira_testkit::TestDb;
use feira_user::{
    LogIn, LostConfirmation, Registration, UserError, Users,
    testing::{PASSWORD, registered_and_verified, registration},
};
use time::Duration;

use crate::support::*;

const HOME: &str = "198.51.100.1";
const ANA: &str = "ana@feira.example";
const NOBODYS: &str = "eva@feira.example";

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
async fn no_account_is_told_from_none_by_how_it_is_slowed_down(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, ANA, &[]).await.unwrap();
    // Where she signed in before, too.
    api.log_in(&NOBODY, from(HOME, ANA, PASSWORD))
        .await
        .unwrap();
    for address in [HOME, "203.0.113.7", "2001:db8::7"] {
        let mut codes = Vec::new();
        for login in [ANA, NOBODYS, "eva"] {
            let mut of_login = Vec::new();
            for _ in 0..14 {
                let answer = api.log_in(&NOBODY, from(address, login, "wrong horse"));
                of_login.push(answer.await.expect_err("wrong").code());
            }
            codes.push(of_login);
        }
        let free = codes[0].iter().filter(|c| **c == "user.bad_credentials");
        assert_eq!(free.count(), 10, "{:?}", codes[0]);
        assert_eq!(codes[0][10..], ["user.too_many_tries"; 4]);
        assert!(codes.iter().all(|of| *of == codes[0]), "{codes:?}");
    }
}

#[feira_testkit::test(SCHEMA)]
async fn who_guesses_waits_longer_and_longer_and_the_owner_is_not_kept_out(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, ANA, &[]).await.unwrap();
    let home = from(HOME, ANA, PASSWORD);
    let device = api.log_in(&NOBODY, home.clone()).await.unwrap();
    let elsewhere = "203.0.113.99";
    for _ in 0..10 {
        assert_eq!(guess(&*api, elsewhere, ANA).await, None);
    }
    for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
        assert_eq!(guess(&*api, elsewhere, ANA).await, Some(seconds));
        // On a new device she signs in as if nobody had tried.
        let new = from("192.0.2.1", ANA, PASSWORD);
        api.log_in(&NOBODY, new).await.unwrap();
        db.clock().advance(Duration::seconds(seconds.into()));
        assert_eq!(guess(&*api, elsewhere, ANA).await, None);
    }

    // Where somebody at her own address guesses, a device of hers is told from his.
    while guess(&*api, HOME, ANA).await.is_none() {}
    assert!(wait(api.log_in(&NOBODY, home.clone()).await).is_some());
    let hers = |token: &str| LogIn {
        device_token: Some(token.to_owned()),
        ..home.clone()
    };
    for _ in 0..3 {
        let again = api.log_in(&NOBODY, hers(&device.device_token)).await;
        api.log_out(&NOBODY, again.unwrap().refresh_token)
            .await
            .unwrap();
    }
    // What is no device of hers is none.
    registered_and_verified(&*api, "bia@feira.example", &[])
        .await
        .unwrap();
    let bia = from("192.0.2.2", "bia@feira.example", PASSWORD);
    let bia = api.log_in(&NOBODY, bia).await.unwrap().device_token;
    for wrong in ["", "x.y", &device.refresh_token, &bia] {
        let refused = api.log_in(&NOBODY, hers(wrong)).await;
        assert!(wait(refused).is_some(), "{wrong}");
    }
    // Nor does one that was taken away guess faster.
    let taken = LogIn {
        password: "wrong horse".to_owned(),
        ..hers(&device.device_token)
    };
    for _ in 0..10 {
        let wrong = api.log_in(&NOBODY, taken.clone()).await;
        assert!(matches!(wrong, Err(UserError::BadCredentials)));
    }
    assert_eq!(wait(api.log_in(&NOBODY, taken).await), Some(1));
    // That keeps her out where it was taken from no more than anybody, and elsewhere not at all.
    let elsewhere = LogIn {
        address: Some("192.0.2.3".to_owned()),
        ..hers(&device.device_token)
    };
    api.log_in(&NOBODY, elsewhere).await.unwrap();
}

#[feira_testkit::test(SCHEMA)]
async fn a_device_of_before_the_password_changed_is_like_any_other(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, ANA, &[]).await.unwrap();
    let home = from(HOME, ANA, PASSWORD);
    let old = api.log_in(&NOBODY, home.clone()).await.unwrap();
    db.clock().advance(Duration::SECOND);
    let later = "UPDATE users.users SET credentials_changed_at = credentials_changed_at + interval '1 second'";
    by_owner(&db, later).await;
    // As a change of the password does.
    by_owner(&db, "UPDATE users.sessions SET revoked_at = opened_at").await;
    let new = api.log_in(&NOBODY, home.clone()).await.unwrap();
    while guess(&*api, HOME, ANA).await.is_none() {}
    for (device, waits) in [(old, true), (new, false)] {
        let log_in = LogIn {
            device_token: Some(device.device_token),
            ..home.clone()
        };
        let answer = api.log_in(&NOBODY, log_in).await;
        assert_eq!(wait(answer).is_some(), waits);
    }
}

#[feira_testkit::test(SCHEMA)]
async fn addresses_and_networks_are_slowed_down_over_all_accounts(db: TestDb) {
    let mut settings = settings(&db);
    settings.throttle.client_tries = 4;
    settings.throttle.network_tries = 6;
    let api = feira_user::start(db.env(SCHEMA), settings).unwrap().api;
    registered_and_verified(&*api, ANA, &[]).await.unwrap();
    for n in 0..4 {
        let login = format!("person{n}@feira.example");
        assert_eq!(guess(&*api, HOME, &login).await, None);
    }
    let error = api.log_in(&NOBODY, from(HOME, ANA, PASSWORD)).await;
    let error = error.expect_err("too early");
    assert_eq!(error.kind(), ErrorKind::Throttled);
    assert_eq!(error.code(), "user.too_many_tries");
    for n in 2..4 {
        assert_eq!(
            guess(&*api, &format!("198.51.100.{n}"), NOBODYS).await,
            None
        );
    }
    let neighbour = from("198.51.100.9", ANA, PASSWORD);
    assert!(wait(api.log_in(&NOBODY, neighbour).await).is_some());
    let elsewhere = from("198.51.101.1", ANA, PASSWORD);
    api.log_in(&NOBODY, elsewhere).await.unwrap();
    db.clock().advance(Duration::SECOND);
    api.log_in(&NOBODY, from(HOME, ANA, PASSWORD))
        .await
        .unwrap();
}

#[feira_testkit::test(SCHEMA)]
async fn mails_are_asked_for_slowly_whether_the_address_is_known_or_not(db: TestDb) {
    let mut settings = settings(&db);
    settings.throttle.account_tries = 3;
    let api = feira_user::start(db.env(SCHEMA), settings).unwrap().api;
    registered_and_verified(&*api, ANA, &[]).await.unwrap();
    for email in [ANA, NOBODYS] {
        let new = |address: &str| Registration {
            address: Some(address.to_owned()),
            ..registration(email)
        };
        let lost = LostConfirmation {
            email: email.to_ascii_uppercase(),
            password: PASSWORD.to_owned(),
            address: Some(HOME.to_owned()),
        };
        for _ in 0..2 {
            api.register(&NOBODY, new(HOME)).await.unwrap();
        }
        api.resend_confirmation(&NOBODY, lost.clone())
            .await
            .unwrap();
        let again = api.resend_confirmation(&NOBODY, lost).await;
        assert_eq!(wait(again), Some(1));
        assert_eq!(wait(api.register(&NOBODY, new(HOME)).await), Some(1));
        // That is nobody else's trouble.
        api.register(&NOBODY, new("203.0.113.7")).await.unwrap();
        db.clock().advance(Duration::SECOND);
        api.register(&NOBODY, new(HOME)).await.unwrap();
        assert_eq!(wait(api.register(&NOBODY, new(HOME)).await), Some(2));
    }
    // What is wrong at once costs nothing.
    let wrong = registration("no address");
    for _ in 0..5 {
        assert_eq!(wait(api.register(&NOBODY, wrong.clone()).await), None);
    }
}
