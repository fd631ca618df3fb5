//! Signing in by what is mailed.

use feira_kernel::{
    Actor, Surface,
    db::{exec, scalar},
    outbox::Event,
};
use feira_testkit::TestDb;
use feira_user::{
    AccountLinkId, LinkLogIn, SignInLinkRequest, SignInLinkRequested, UserError, Users,
    testing::{PASSWORD, registered_and_verified, registration},
};
use sea_orm::TransactionTrait;
use serde_json::json;
use time::Duration;

use crate::support::*;

const ANA: &str = "ana@feira.example";

/// What was published, oldest first.
async fn asked(db: &TestDb) -> Vec<SignInLinkRequested> {
    published_as(db, SignInLinkRequested::NAME).await
}

async fn ask(api: &dyn Users, login: &str, surface: Surface) -> Result<(), UserError> {
    let request = SignInLinkRequest {
        login: login.to_owned(),
        surface,
        address: None,
    };
    api.request_sign_in_link(&NOBODY, request).await
}

/// The token in the newest mail.
async fn mailed(db: &TestDb, api: &dyn Users) -> String {
    let link = asked(db).await.pop().expect("somebody asked").link;
    token(api, link).await.expect("it is good")
}

async fn token(api: &dyn Users, link: AccountLinkId) -> Result<String, UserError> {
    let link = api
        .account_link(&Actor::system("notification"), link)
        .await?;
    Ok(link.token)
}

fn by(token: &str) -> LinkLogIn {
    LinkLogIn {
        token: token.to_owned(),
        device: None,
        address: Some("192.0.2.1".to_owned()),
    }
}

fn is_dead<T>(answer: &Result<T, UserError>) -> bool {
    matches!(answer, Err(UserError::TokenInvalid))
}

#[feira_testkit::test(SCHEMA)]
async fn a_link_signs_in_once_on_its_surface(db: TestDb) {
    let api = users(&db);
    let ana = registered_and_verified(&*api, ANA, &["support"])
        .await
        .unwrap();
    for surface in [Surface::Shop, Surface::Seller, Surface::Admin] {
        ask(&*api, "ANA@feira.example", surface).await.unwrap();
        let token = mailed(&db, &*api).await;
        let opened = api.log_in_by_link(&NOBODY, by(&token)).await.unwrap();
        assert_eq!((opened.user.id, opened.surface), (ana.id, surface));
        let principal = api.authenticate(&NOBODY, opened.access_token).await;
        assert_eq!(principal.unwrap().surface, surface);
        api.refresh(&NOBODY, opened.refresh_token).await.unwrap();
        assert!(is_dead(&api.log_in_by_link(&NOBODY, by(&token)).await));
    }
    for surface in [Surface::Seller, Surface::Admin] {
        ask(&*api, ANA, surface).await.unwrap();
        let token = mailed(&db, &*api).await;
        let opened = api.open_browser_session_by_link(&NOBODY, by(&token)).await;
        let opened = opened.unwrap();
        let principal = api.browser_principal(&NOBODY, opened.token).await;
        assert_eq!(principal.unwrap().surface, surface);
    }
    // What pages cannot open is not used up by trying.
    ask(&*api, ANA, Surface::Shop).await.unwrap();
    let token = mailed(&db, &*api).await;
    let no_page = api.open_browser_session_by_link(&NOBODY, by(&token)).await;
    assert!(matches!(no_page, Err(UserError::Invalid(_))), "{no_page:?}");
    api.log_in_by_link(&NOBODY, by(&token)).await.unwrap();
    let event = asked(&db).await.remove(0);
    let written = serde_json::to_value(&event).unwrap();
    let expected = json!({"link": event.link, "version": 1, "user": ana.id, "surface": "shop"});
    assert_eq!(written, expected, "what other releases read");
}

#[feira_testkit::test(SCHEMA)]
async fn of_nobody_nothing_is_mailed_and_nothing_is_told(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, ANA, &[]).await.unwrap();
    registered_and_verified(&*api, "bia@feira.example", &[])
        .await
        .unwrap();
    by_owner(
        &db,
        "UPDATE users.users SET status = 'blocked' WHERE email LIKE 'bia@%'",
    )
    .await;
    let unverified = "eva@feira.example";
    api.register(&NOBODY, registration(unverified))
        .await
        .unwrap();
    for (login, surface) in [
        (unverified, Surface::Shop),
        ("nobody@feira.example", Surface::Shop),
        ("", Surface::Seller),
        ("%", Surface::Shop),
        ("bia@feira.example", Surface::Shop),
        (ANA, Surface::Admin),
    ] {
        ask(&*api, login, surface).await.unwrap();
        assert_eq!(asked(&db).await, [], "{login}");
    }
    let rows = "SELECT count(*) FROM users.account_links WHERE user_id IS NULL";
    assert_eq!(count(&db, rows).await, 6, "both wait for the same disk");
    let long = ask(&*api, &"x".repeat(1_000), Surface::Shop).await;
    assert!(matches!(long, Err(UserError::Invalid(_))));
}

#[feira_testkit::test(SCHEMA)]
async fn who_asks_again_and_again_makes_few_mails_and_one_is_always_good(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, ANA, &[]).await.unwrap();
    for mails in 1..4 {
        for _ in 0..3 {
            ask(&*api, ANA, Surface::Shop).await.unwrap();
            db.clock().advance(Duration::minutes(10));
        }
        let asked = asked(&db).await;
        assert_eq!(asked.len(), mails);
        token(&*api, asked[mails - 1].link).await.expect("good");
    }
    // On another surface, or after it was used, it is another matter.
    ask(&*api, ANA, Surface::Seller).await.unwrap();
    let used = mailed(&db, &*api).await;
    api.log_in_by_link(&NOBODY, by(&used)).await.unwrap();
    db.clock().advance(Duration::seconds(2));
    ask(&*api, ANA, Surface::Seller).await.unwrap();
    assert_eq!(asked(&db).await.len(), 5);
}

#[feira_testkit::test(SCHEMA)]
async fn who_asks_at_once_makes_no_more_mails(db: TestDb) {
    let api = users(&db);
    for email in [ANA, "bia@feira.example"] {
        registered_and_verified(&*api, email, &["support"])
            .await
            .unwrap();
    }
    let asks = (0..8).map(|_| ask(&*api, ANA, Surface::Shop));
    for answer in futures::future::join_all(asks).await {
        answer.unwrap();
    }
    assert_eq!(asked(&db).await.len(), 1);
    let surfaces = [Surface::Shop, Surface::Seller, Surface::Admin];
    let asks = surfaces.iter().cycle().take(9);
    let asks = asks.map(|surface| ask(&*api, "BIA@feira.example", *surface));
    for answer in futures::future::join_all(asks).await {
        answer.unwrap();
    }
    assert_eq!(asked(&db).await.len(), 3, "two over all surfaces");
    db.clock().advance(Duration::hours(1));
    ask(&*api, "bia@feira.example", Surface::Admin)
        .await
        .unwrap();
    assert_eq!(asked(&db).await.len(), 4);
}

#[feira_testkit::test(SCHEMA)]
async fn who_waits_for_a_person_holds_none_of_her_links(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, ANA, &[]).await.unwrap();
    ask(&*api, ANA, Surface::Shop).await.unwrap();
    let token = mailed(&db, &*api).await;
    // As who gives her another password: the person first, then her links.
    let owner = db.owner().await;
    let other = owner.begin().await.unwrap();
    let person = "SELECT id FROM users.users FOR UPDATE";
    exec(&other, person, Vec::new()).await.unwrap();
    let watcher = db.owner().await;
    let changes = async {
        let waits = "SELECT count(*) FROM pg_stat_activity \
                     WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let waiting = async || scalar::<i64>(&watcher, waits, Vec::new()).await.unwrap();
        while waiting().await == Some(0) {
            tokio::task::yield_now().await;
        }
        let links = "SELECT id FROM users.account_links FOR UPDATE NOWAIT";
        exec(&other, links, Vec::new())
            .await
            .expect("nobody has it");
        let links = "DELETE FROM users.account_links";
        exec(&other, links, Vec::new()).await.unwrap();
        other.commit().await.unwrap();
    };
    let (answer, ()) = tokio::join!(api.log_in_by_link(&NOBODY, by(&token)), changes);
    assert!(is_dead(&answer));
}

#[feira_testkit::test(SCHEMA)]
async fn a_link_ends_with_its_hour_and_with_the_password(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, ANA, &[]).await.unwrap();
    ask(&*api, ANA, Surface::Shop).await.unwrap();
    let late = mailed(&db, &*api).await;
    db.clock().advance(Duration::hours(1));
    assert!(is_dead(&api.log_in_by_link(&NOBODY, by(&late)).await));
    let link = asked(&db).await.remove(0).link;
    assert!(is_dead(&token(&*api, link).await), "nothing is mailed");

    for change in [
        "credentials_changed_at = credentials_changed_at + interval '2 hours'",
        "status = 'blocked'",
    ] {
        ask(&*api, ANA, Surface::Shop).await.unwrap();
        let token = mailed(&db, &*api).await;
        db.clock().advance(Duration::minutes(1));
        by_owner(&db, &format!("UPDATE users.users SET {change}")).await;
        assert!(is_dead(&api.log_in_by_link(&NOBODY, by(&token)).await));
        db.clock().advance(Duration::hours(2));
    }
    assert_eq!(count(&db, "SELECT count(*) FROM users.sessions").await, 0);
}

#[feira_testkit::test(SCHEMA)]
async fn only_the_mailer_learns_it_and_no_other_token_passes(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, ANA, &[]).await.unwrap();
    ask(&*api, ANA, Surface::Shop).await.unwrap();
    let link = asked(&db).await.remove(0).link;
    for actor in [NOBODY, Actor::system("order"), Actor::system("gateway")] {
        let refused = api.account_link(&actor, link).await;
        assert!(matches!(refused, Err(UserError::Forbidden)));
    }
    let good = mailed(&db, &*api).await;
    let opened = api.log_in(&NOBODY, shop(ANA)).await.unwrap();
    let (id, _) = good.split_once('.').unwrap();
    for wrong in [
        "",
        ".",
        id,
        &format!("{id}."),
        &opened.device_token,
        PASSWORD,
    ] {
        let refused = api.log_in_by_link(&NOBODY, by(wrong)).await;
        assert!(is_dead(&refused), "{wrong}");
    }
    assert!(is_dead(&api.verify_email(&NOBODY, good.clone()).await));
    // Of many at once, one.
    let tries = (0..8).map(|_| api.log_in_by_link(&NOBODY, by(&good)));
    let opened = futures::future::join_all(tries).await;
    assert_eq!(opened.iter().filter(|answer| answer.is_ok()).count(), 1);
}
