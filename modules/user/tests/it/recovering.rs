//! A lost password, another one, and another address.

use feira_kernel::{Actor, Surface, UserId, outbox::Event};
use feira_testkit::TestDb;
use feira_user::{
    AccountLinkId, EmailChange, EmailChangeAsked, ForgottenPassword, PasswordChange,
    PasswordForgotten, PasswordReset, Principal, UserError, Users,
    testing::{PASSWORD, log_in, registered_and_verified, registration},
};
use futures::future::join_all;
use serde::de::DeserializeOwned;
use time::Duration;

use crate::support::*;

const ANA: &str = "ana@feira.example";
const OTHER: &str = "quite another password";

async fn forgotten(api: &dyn Users, email: &str) -> Result<(), UserError> {
    let forgotten = ForgottenPassword {
        email: email.to_owned(),
        address: Some("203.0.113.7".to_owned()),
    };
    api.forgot_password(&NOBODY, forgotten).await
}

async fn reset(api: &dyn Users, token: &str, password: &str) -> Result<(), UserError> {
    let (token, password) = (token.to_owned(), password.to_owned());
    let reset = PasswordReset { token, password };
    api.reset_password(&NOBODY, reset).await.map(|_| ())
}

async fn events<E: Event + DeserializeOwned>(db: &TestDb) -> Vec<E> {
    published_as(db, E::NAME).await
}

async fn token(api: &dyn Users, link: AccountLinkId) -> Result<String, UserError> {
    let mailer = Actor::system("notification");
    let link = api.account_link(&mailer, link).await?;
    Ok(link.token)
}

/// The token in the mail to who forgot her password last.
async fn reset_token(db: &TestDb, api: &dyn Users) -> String {
    let event: PasswordForgotten = events(db).await.pop().expect("somebody forgot");
    token(api, event.link).await.expect("a token")
}

async fn principal(api: &dyn Users, access: String) -> Principal {
    api.authenticate(&NOBODY, access).await.expect("signed in")
}

fn invalid(answer: Result<(), UserError>) {
    assert!(matches!(answer, Err(UserError::TokenInvalid)), "{answer:?}");
}

/// The place and the code of the refused field.
fn refused(answer: Result<(), UserError>) -> (String, String) {
    match answer {
        Err(UserError::Invalid(faults)) => (faults[0].pointer.clone(), faults[0].code.clone()),
        other => panic!("{other:?}"),
    }
}

#[feira_testkit::test(SCHEMA)]
async fn a_forgotten_password_is_replaced_by_a_link_once(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, ANA, &[]).await.unwrap();
    let device = log_in(&*api, ANA, Surface::Shop).await.unwrap();
    api.register(&NOBODY, registration("waits@feira.example"))
        .await
        .unwrap();
    for nobody in ["nobody@feira.example", "waits@feira.example"] {
        forgotten(&*api, nobody).await.unwrap();
        assert!(events::<PasswordForgotten>(&db).await.is_empty());
    }
    assert!(forgotten(&*api, "ana").await.is_err(), "no address");
    forgotten(&*api, "ANA@feira.example").await.unwrap();
    let lost = reset_token(&db, &*api).await;
    invalid(api.verify_email(&NOBODY, lost.clone()).await);
    forgotten(&*api, ANA).await.unwrap();
    let link = reset_token(&db, &*api).await;

    let common = refused(reset(&*api, &link, "password").await);
    assert_eq!(common.0, "/password");
    db.clock().advance(Duration::minutes(5));
    let answers = join_all([OTHER, "a third password"].map(|new| reset(&*api, &link, new))).await;
    assert_eq!(
        answers.iter().filter(|a| a.is_ok()).count(),
        1,
        "{answers:?}"
    );
    for dead in [&link, &lost] {
        invalid(reset(&*api, dead, OTHER).await);
    }
    let old = log_in(&*api, ANA, Surface::Shop).await;
    assert!(matches!(old, Err(UserError::BadCredentials)));
    let ended = api.refresh(&NOBODY, device.refresh_token).await;
    assert!(matches!(ended, Err(UserError::TokenInvalid)));
    let ended = api.authenticate(&NOBODY, device.access_token).await;
    assert!(matches!(ended, Err(UserError::TokenInvalid)), "at once");
    let live = "SELECT count(*) FROM users.sessions WHERE revoked_at IS NULL";
    assert_eq!(count(&db, live).await, 0);
}

#[feira_testkit::test(SCHEMA)]
async fn a_link_expires_and_strangers_use_none_up(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, ANA, &[]).await.unwrap();
    for answer in join_all((0..12).map(|_| forgotten(&*api, ANA))).await {
        answer.unwrap();
    }
    // The first five are in her mailbox, and each is good.
    let mailed: Vec<PasswordForgotten> = events(&db).await;
    assert_eq!(mailed.len(), 5);
    let first = token(&*api, mailed[0].link).await.unwrap();
    db.clock().advance(Duration::hours(1));
    invalid(reset(&*api, &first, OTHER).await);
    let late = token(&*api, mailed[1].link).await;
    assert!(matches!(late, Err(UserError::TokenInvalid)));
    forgotten(&*api, ANA).await.unwrap();
    let link = reset_token(&db, &*api).await;
    for wrong in ["", "x", &first, &link[..link.len() - 1]] {
        invalid(reset(&*api, wrong, OTHER).await);
    }
    reset(&*api, &link, OTHER).await.unwrap();
    let stranger = api.account_link(&NOBODY, mailed[0].link).await;
    assert!(matches!(stranger, Err(UserError::Forbidden)));
}

#[feira_testkit::test(SCHEMA)]
async fn another_password_ends_the_other_devices(db: TestDb) {
    let api = users(&db);
    let ana = registered_and_verified(&*api, ANA, &[]).await.unwrap().id;
    let here = log_in(&*api, ANA, Surface::Shop).await.unwrap();
    let there = log_in(&*api, ANA, Surface::Shop).await.unwrap();
    let page = log_in_of(ANA, PASSWORD, Surface::Seller);
    let page = api.open_browser_session(&NOBODY, page).await.unwrap();
    forgotten(&*api, ANA).await.unwrap();
    let link = reset_token(&db, &*api).await;
    let session = principal(&*api, here.access_token.clone()).await.session;
    let change = |current: &str, new: &str| PasswordChange {
        current_password: current.to_owned(),
        new_password: new.to_owned(),
        session,
    };
    let herself = Actor::customer(ana);
    let wrong = api.change_password(&herself, change("wrong", OTHER)).await;
    let expected = ("/current_password", "user.wrong_password");
    let (pointer, code) = refused(wrong);
    assert_eq!((&*pointer, &*code), expected);
    let short = api.change_password(&herself, change(PASSWORD, "short"));
    assert_eq!(refused(short.await).0, "/new_password");

    db.clock().advance(Duration::minutes(5));
    let changed = api.change_password(&herself, change(PASSWORD, OTHER));
    changed.await.unwrap();
    api.refresh(&NOBODY, here.refresh_token).await.unwrap();
    let ended = api.refresh(&NOBODY, there.refresh_token).await;
    assert!(matches!(ended, Err(UserError::TokenInvalid)));
    let ended = api.authenticate(&NOBODY, there.access_token).await;
    assert!(matches!(ended, Err(UserError::TokenInvalid)), "at once");
    principal(&*api, here.access_token).await;
    let ended = api.browser_principal(&NOBODY, page.token).await;
    assert!(matches!(ended, Err(UserError::TokenInvalid)));
    invalid(reset(&*api, &link, "a third password").await);
    let stranger = Actor::customer(UserId(uuid::Uuid::from_u128(9)));
    for actor in [NOBODY, Actor::system("order"), stranger] {
        let answer = api.change_password(&actor, change(OTHER, PASSWORD)).await;
        let denied = matches!(answer, Err(UserError::Forbidden | UserError::NotFound));
        assert!(denied, "{answer:?}");
    }
}

#[feira_testkit::test(SCHEMA)]
async fn another_address_is_confirmed_where_it_is(db: TestDb) {
    let api = users(&db);
    let ana = registered_and_verified(&*api, ANA, &[]).await.unwrap().id;
    registered_and_verified(&*api, "bia@feira.example", &[])
        .await
        .unwrap();
    // Somebody keeps the place of the address, and never confirms it.
    api.register(&NOBODY, registration("new@feira.example"))
        .await
        .unwrap();
    let herself = Actor::customer(ana);
    let change = |email: &str, password: &str| EmailChange {
        email: email.to_owned(),
        password: password.to_owned(),
    };
    for (email, password, pointer) in [
        ("new@feira.example", "wrong", "/password"),
        ("no address", PASSWORD, "/email"),
        ("Ana@feira.example", PASSWORD, "/email"),
    ] {
        let answer = api.change_email(&herself, change(email, password)).await;
        assert_eq!(refused(answer).0, pointer, "{email}");
    }
    for email in ["BIA@feira.example", "new@feira.example"] {
        let answer = api.change_email(&herself, change(email, PASSWORD)).await;
        answer.expect("the same answer for an address that somebody has");
    }
    let asked: Vec<EmailChangeAsked> = events(&db).await;
    let taken = token(&*api, asked[0].link).await;
    assert!(matches!(taken, Err(UserError::TokenInvalid)));
    let mailer = Actor::system("notification");
    let link = api.account_link(&mailer, asked[1].link).await.unwrap();
    assert_eq!(link.email, "new@feira.example");
    assert_eq!(api.user(&herself, ana).await.unwrap().email, ANA, "not yet");
    invalid(reset(&*api, &link.token, OTHER).await);
    let device = log_in(&*api, ANA, Surface::Shop).await.unwrap();
    let page = log_in_of(ANA, PASSWORD, Surface::Seller);
    let page = api.open_browser_session(&NOBODY, page).await.unwrap();
    db.clock().advance(Duration::minutes(5));

    api.verify_email(&NOBODY, link.token.clone()).await.unwrap();
    invalid(api.verify_email(&NOBODY, link.token).await);
    let user = api.user(&herself, ana).await.unwrap();
    assert_eq!(user.email, "new@feira.example");
    let ended = api.authenticate(&NOBODY, device.access_token).await;
    assert!(matches!(ended, Err(UserError::TokenInvalid)), "at once");
    let ended = api.refresh(&NOBODY, device.refresh_token).await;
    assert!(matches!(ended, Err(UserError::TokenInvalid)));
    let ended = api.browser_principal(&NOBODY, page.token).await;
    assert!(matches!(ended, Err(UserError::TokenInvalid)));
    log_in(&*api, "new@feira.example", Surface::Shop)
        .await
        .unwrap();
    let old = log_in(&*api, ANA, Surface::Shop).await;
    assert!(matches!(old, Err(UserError::BadCredentials)));
}

#[feira_testkit::test(SCHEMA)]
async fn one_person_has_few_strangers_written_to(db: TestDb) {
    let api = users(&db);
    let ana = registered_and_verified(&*api, ANA, &[]).await.unwrap().id;
    registered_and_verified(&*api, "bia@feira.example", &[])
        .await
        .unwrap();
    let ask = async |email: &str| {
        let change = EmailChange {
            email: email.to_owned(),
            password: PASSWORD.to_owned(),
        };
        api.change_email(&Actor::customer(ana), change).await
    };
    // An address that somebody has counts like another, and tells nothing.
    ask("bia@feira.example").await.unwrap();
    for n in 1..5 {
        ask(&format!("n{n}@feira.example")).await.unwrap();
    }
    for email in ["bia@feira.example", "n5@feira.example"] {
        let more = ask(email).await;
        assert!(matches!(more, Err(UserError::TooManyTries { .. })));
    }
    assert_eq!(events::<EmailChangeAsked>(&db).await.len(), 5);
    db.clock().advance(Duration::hours(25));
    ask("n6@feira.example").await.unwrap();
}
