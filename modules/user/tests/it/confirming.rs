//! One address, several registrations: each link is its own account, and only one is made.

use feira_kernel::Surface;
use feira_testkit::TestDb;
use feira_user::{
    LostConfirmation, Registered, Registration, UserError, Users,
    testing::{PASSWORD, registration},
};
use futures::future::join_all;
use time::Duration;

use crate::support::*;

const THIEFS: &str = "another password";

fn thief(email: &str) -> Registration {
    Registration {
        password: THIEFS.to_owned(),
        first_name: "Thief".to_owned(),
        username: Some("thief".to_owned()),
        phone_number: Some("+55 11 90000-0000".to_owned()),
        locale: Some("en".to_owned()),
        ..registration(email)
    }
}

/// Registers, and gives the token of the mail.
async fn link(db: &TestDb, api: &dyn Users, new: Registration) -> String {
    db.clock().advance(Duration::SECOND);
    api.register(&NOBODY, new).await.expect("answered");
    mailed_token(db, api).await
}

async fn refused(api: &dyn Users, token: String) {
    let answer = api.verify_email(&NOBODY, token).await;
    assert!(matches!(answer, Err(UserError::TokenInvalid)), "{answer:?}");
}

/// What signing in with the password answers; `None` when it opens a device.
async fn sign_in(api: &dyn Users, email: &str, password: &str) -> Option<UserError> {
    let log_in = log_in_of(email, password, Surface::Shop);
    api.log_in(&NOBODY, log_in).await.err()
}

#[feira_testkit::test(SCHEMA)]
async fn whoever_else_registers_her_address_before_or_after_gets_nothing(db: TestDb) {
    let api = users(&db);
    for (email, thief_first) in [("ana@feira.example", true), ("bia@feira.example", false)] {
        let hers = Registration {
            username: Some(email[..3].to_owned()),
            ..registration(email)
        };
        let shouted = email.to_ascii_uppercase();
        let (stolen, mine) = if thief_first {
            let stolen = link(&db, &*api, thief(&shouted)).await;
            (stolen, link(&db, &*api, hers).await)
        } else {
            let mine = link(&db, &*api, hers).await;
            (link(&db, &*api, thief(&shouted)).await, mine)
        };
        for password in [THIEFS, PASSWORD] {
            assert!(sign_in(&*api, email, password).await.is_some());
        }
        api.verify_email(&NOBODY, mine).await.unwrap();
        refused(&*api, stolen).await;

        let theirs = sign_in(&*api, email, THIEFS).await;
        assert!(matches!(theirs, Some(UserError::BadCredentials)));
        let user = api.log_in(&NOBODY, shop(email)).await.unwrap().user;
        assert_eq!(user.email, email);
        assert_eq!(user.username.as_deref(), Some(&email[..3]));
        assert_eq!((&*user.first_name, &*user.locale), ("Ana", "pt-BR"));
        assert_eq!(user.phone_number, None);
    }
}

#[feira_testkit::test(SCHEMA)]
async fn each_link_applies_what_was_given_with_it(db: TestDb) {
    let api = users(&db);
    let mut links = Vec::new();
    for number in 1..=3 {
        let new = Registration {
            password: format!("password number {number}"),
            first_name: format!("Ana {number}"),
            ..registration("ana@feira.example")
        };
        links.push(link(&db, &*api, new).await);
    }
    let third = links.pop().unwrap();
    let second = links.pop().unwrap();
    api.verify_email(&NOBODY, second).await.unwrap();
    for dead in [links.pop().unwrap(), third] {
        refused(&*api, dead).await;
    }
    for (number, opens) in [(1, false), (2, true), (3, false)] {
        let password = format!("password number {number}");
        let answer = sign_in(&*api, "ana@feira.example", &password).await;
        assert_eq!(answer.is_none(), opens, "{number}: {answer:?}");
    }
    let waiting = "SELECT count(*) FROM users.registrations";
    assert_eq!(
        count(&db, waiting).await,
        0,
        "no password of another is kept"
    );
}

#[feira_testkit::test(SCHEMA)]
async fn before_a_link_is_confirmed_there_is_no_password(db: TestDb) {
    let api = users(&db);
    link(&db, &*api, registration("ana@feira.example")).await;
    let none = "SELECT count(*) FROM users.users WHERE hashed_password IS NULL";
    assert_eq!(count(&db, none).await, 1);
    for surface in [Surface::Shop, Surface::Seller, Surface::Admin] {
        let early = log_in_of("ana@feira.example", PASSWORD, surface);
        let early = api.log_in(&NOBODY, early).await.err();
        assert!(matches!(early, Some(UserError::EmailNotVerified)));
    }
    assert_eq!(count(&db, "SELECT count(*) FROM users.sessions").await, 0);
}

#[feira_testkit::test(SCHEMA)]
async fn sixteen_at_once_make_one_place_and_five_links_and_mails(db: TestDb) {
    let mut settings = settings(&db);
    settings.throttle.account_tries = 16;
    let api = feira_user::start(db.env(SCHEMA), settings).unwrap().api;
    let tasks = (0..16).map(|_| {
        let api = api.clone();
        tokio::spawn(async move {
            api.register(&NOBODY, registration("ana@feira.example"))
                .await
        })
    });
    for answer in join_all(tasks).await {
        answer.unwrap().unwrap();
    }
    assert_eq!(count(&db, "SELECT count(*) FROM users.users").await, 1);
    let waiting = "SELECT count(*) FROM users.registrations \
         WHERE expires_at = (SELECT max(expires_at) FROM users.registrations)";
    assert_eq!(count(&db, waiting).await, 5);
    let mut events: Vec<Registered> = published(&db).await;
    events.sort_by_key(|event| event.version);
    let versions: Vec<i64> = events.iter().map(|event| event.version).collect();
    assert_eq!(versions, (1..=5).collect::<Vec<i64>>());
    let newest = events.pop().unwrap();
    let token = token_of(&*api, newest.confirmation).await.unwrap();
    api.verify_email(&NOBODY, token).await.unwrap();
}

#[feira_testkit::test(SCHEMA)]
async fn the_newest_five_wait(db: TestDb) {
    let api = users(&db);
    let mut links = Vec::new();
    for _ in 0..7 {
        links.push(link(&db, &*api, registration("ana@feira.example")).await);
        db.clock().advance(Duration::minutes(15));
    }
    for forgotten in &links[..2] {
        refused(&*api, forgotten.clone()).await;
    }
    api.verify_email(&NOBODY, links[2].clone()).await.unwrap();
}

#[feira_testkit::test(SCHEMA)]
async fn a_flood_makes_few_mails_an_hour_and_each_link_is_good(db: TestDb) {
    let mut settings = settings(&db);
    settings.throttle.account_tries = 100;
    let api = feira_user::start(db.env(SCHEMA), settings).unwrap().api;
    let hers = link(&db, &*api, registration("ana@feira.example")).await;
    let again = lost("ana@feira.example", PASSWORD);
    for _ in 0..3 {
        api.resend_confirmation(&NOBODY, again.clone())
            .await
            .unwrap();
    }
    assert_eq!(published(&db).await.len(), 1, "it lies in the mailbox");
    for mails in [5, 10] {
        for _ in 0..12 {
            api.register(&NOBODY, thief("ANA@feira.example"))
                .await
                .unwrap();
            let newest = published(&db).await.pop().unwrap().confirmation;
            token_of(&*api, newest).await.expect("it waits");
        }
        assert_eq!(published(&db).await.len(), mails);
        if mails == 5 {
            let open = "SELECT count(*) FROM users.registrations WHERE first_name = 'Ana'";
            assert_eq!(count(&db, open).await, 1, "hers is not pushed out");
        }
        db.clock().advance(Duration::minutes(61));
    }
    refused(&*api, hers).await;
}

#[feira_testkit::test(SCHEMA)]
async fn two_links_at_once_make_one_account(db: TestDb) {
    let api = users(&db);
    for round in 0..8 {
        let email = format!("ana{round}@feira.example");
        let stolen = Registration {
            username: None,
            ..thief(&email)
        };
        let theirs = link(&db, &*api, stolen).await;
        let hers = link(&db, &*api, registration(&email)).await;
        let (theirs, hers, again) = tokio::join!(
            api.verify_email(&NOBODY, theirs),
            api.verify_email(&NOBODY, hers),
            api.register(&NOBODY, registration(&email))
        );
        again.unwrap();
        assert_ne!(theirs.is_ok(), hers.is_ok(), "{theirs:?} {hers:?}");
        let opened = sign_in(&*api, &email, PASSWORD).await;
        assert_eq!(opened.is_none(), hers.is_ok(), "{opened:?}");
        let opened = sign_in(&*api, &email, THIEFS).await;
        assert_eq!(opened.is_none(), theirs.is_ok(), "{opened:?}");
    }
}

#[feira_testkit::test(SCHEMA)]
async fn an_expired_link_is_replaced_by_registering_again(db: TestDb) {
    let api = users(&db);
    let new = registration("ana@feira.example");
    api.register(&NOBODY, new.clone()).await.unwrap();
    let old = mailed_token(&db, &*api).await;
    db.clock().advance(Duration::hours(25));
    let late = api.verify_email(&NOBODY, old.clone()).await;
    assert!(matches!(late, Err(UserError::TokenInvalid)), "{late:?}");

    api.register(&NOBODY, new).await.unwrap();
    let token = mailed_token(&db, &*api).await;
    assert_ne!(token, old);
    api.verify_email(&NOBODY, token).await.unwrap();
    api.log_in(&NOBODY, shop("ana@feira.example"))
        .await
        .unwrap();
}

fn lost(email: &str, password: &str) -> LostConfirmation {
    LostConfirmation {
        email: email.to_owned(),
        password: password.to_owned(),
        address: None,
    }
}

#[feira_testkit::test(SCHEMA)]
async fn a_lost_or_expired_link_is_sent_again(db: TestDb) {
    let api = users(&db);
    let first = link(&db, &*api, registration("ana@feira.example")).await;
    db.clock().advance(Duration::hours(25));
    let ana = lost(" Ana@feira.example", PASSWORD);
    api.resend_confirmation(&NOBODY, ana.clone()).await.unwrap();
    let second = mailed_token(&db, &*api).await;
    refused(&*api, first).await;
    let waiting = "SELECT count(*) FROM users.registrations";
    assert_eq!(count(&db, waiting).await, 1, "no other one is pushed out");
    let versions: Vec<i64> = published(&db).await.iter().map(|e| e.version).collect();
    assert_eq!(versions, [1, 2]);

    api.verify_email(&NOBODY, second).await.unwrap();
    assert!(
        sign_in(&*api, "ana@feira.example", PASSWORD)
            .await
            .is_none()
    );
    api.resend_confirmation(&NOBODY, ana).await.unwrap();
    assert_eq!(published(&db).await.len(), 2, "nothing is left to confirm");
}

#[feira_testkit::test(SCHEMA)]
async fn a_link_is_sent_again_to_who_knows_its_password_only(db: TestDb) {
    let api = users(&db);
    link(&db, &*api, registration("ana@feira.example")).await;
    // Hers would be renewed by her own password only, theirs by theirs: never the other's.
    link(&db, &*api, thief("ana@feira.example")).await;
    for (email, password) in [
        ("ana@feira.example", "wrong horse"),
        ("ana@feira.example", PASSWORD),
        ("eva@feira.example", PASSWORD),
        ("ana@feira.example", ""),
    ] {
        let asked = lost(email, password);
        api.resend_confirmation(&NOBODY, asked).await.unwrap();
    }
    assert_eq!(published(&db).await.len(), 2, "nobody is written to");
    let nobody = lost("no address", PASSWORD);
    let nobody = api.resend_confirmation(&NOBODY, nobody).await;
    assert!(matches!(nobody, Err(UserError::Invalid(_))));
}
