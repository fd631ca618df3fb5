use feira_kernel::{ModuleError, Permission, Surface};
use feira_testkit::TestDb;
use feira_user::{
    Principal, UserError, Users,
    testing::{PASSWORD, registered_and_verified},
};
use time::Duration;

use crate::support::*;

async fn open(api: &dyn Users, email: &str, surface: Surface) -> String {
    let session = api
        .open_browser_session(&NOBODY, log_in_of(email, PASSWORD, surface))
        .await
        .expect("opens");
    session.token
}

async fn who(api: &dyn Users, token: &str) -> Result<Principal, UserError> {
    api.browser_principal(&NOBODY, token.to_owned()).await
}

async fn dead(api: &dyn Users, token: &str) {
    let answer = who(api, token).await;
    assert!(matches!(answer, Err(UserError::TokenInvalid)), "{answer:?}");
}

#[feira_testkit::test(SCHEMA)]
async fn a_session_says_who_and_what_she_may(db: TestDb) {
    let api = users(&db);
    let op = registered_and_verified(&*api, "op@feira.example", &["support"])
        .await
        .unwrap();
    let token = open(&*api, "op@feira.example", Surface::Admin).await;
    let principal = who(&*api, &token).await.unwrap();
    assert_eq!(principal.user, op.id);
    assert_eq!(principal.surface, Surface::Admin);
    assert_eq!(principal.name, "Ana Souza");
    assert_eq!(principal.locale, "pt-BR");
    assert_eq!(principal.permissions.len(), 3);
    assert!(
        principal
            .permissions
            .contains(&Permission::new("orders.see"))
    );

    let token = open(&*api, "op@feira.example", Surface::Seller).await;
    assert!(who(&*api, &token).await.unwrap().permissions.is_empty());
    let shop = log_in_of("op@feira.example", PASSWORD, Surface::Shop);
    let refused = api.open_browser_session(&NOBODY, shop).await;
    assert_eq!(refused.expect_err("refused").code(), "user.invalid");
}

#[feira_testkit::test(SCHEMA)]
async fn logging_out_and_blocking_take_effect_at_once(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, "op@feira.example", &["admin"])
        .await
        .unwrap();
    let left = open(&*api, "op@feira.example", Surface::Admin).await;
    let other = open(&*api, "op@feira.example", Surface::Admin).await;
    api.log_out(&NOBODY, left.clone()).await.unwrap();
    dead(&*api, &left).await;
    who(&*api, &other).await.expect("another browser stays");

    for (change, undo) in [
        (
            "UPDATE users.users SET status = 'blocked'",
            "UPDATE users.users SET status = 'active'",
        ),
        (
            "UPDATE users.users SET credentials_changed_at = credentials_changed_at + interval '1 s'",
            "UPDATE users.users SET credentials_changed_at = credentials_changed_at - interval '1 s'",
        ),
        (
            "DELETE FROM users.user_roles",
            "INSERT INTO users.user_roles (user_id, role) SELECT id, 'admin' FROM users.users",
        ),
    ] {
        by_owner(&db, change).await;
        dead(&*api, &other).await;
        by_owner(&db, undo).await;
        who(&*api, &other).await.expect("as before");
    }
}

#[feira_testkit::test(SCHEMA)]
async fn a_session_ends_when_it_is_idle_and_in_any_case(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, "ana@feira.example", &[])
        .await
        .unwrap();
    let idle = open(&*api, "ana@feira.example", Surface::Seller).await;
    db.clock().advance(Duration::hours(12));
    dead(&*api, &idle).await;

    let used = open(&*api, "ana@feira.example", Surface::Seller).await;
    for _ in 0..15 {
        db.clock().advance(Duration::hours(11));
        who(&*api, &used).await.expect("used and young");
    }
    db.clock().advance(Duration::hours(3));
    dead(&*api, &used).await;
}

#[feira_testkit::test(SCHEMA)]
async fn the_last_use_is_written_at_most_once_a_minute(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, "ana@feira.example", &[])
        .await
        .unwrap();
    let token = open(&*api, "ana@feira.example", Surface::Seller).await;
    let writes = "SELECT xmin::text::bigint FROM users.sessions";
    let opened = count(&db, writes).await;
    db.clock().advance(Duration::seconds(59));
    who(&*api, &token).await.unwrap();
    assert_eq!(count(&db, writes).await, opened);
    db.clock().advance(Duration::seconds(1));
    who(&*api, &token).await.unwrap();
    assert_ne!(count(&db, writes).await, opened);
}

#[feira_testkit::test(SCHEMA)]
async fn a_cookie_is_worth_nothing_elsewhere(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, "ana@feira.example", &[])
        .await
        .unwrap();
    let token = open(&*api, "ana@feira.example", Surface::Seller).await;
    let refreshed = api.refresh(&NOBODY, token.clone()).await;
    assert!(matches!(refreshed, Err(UserError::TokenInvalid)));
    let bearer = api.authenticate(&NOBODY, token.clone()).await;
    assert!(matches!(bearer, Err(UserError::TokenInvalid)));
    for rubbish in ["", "\0", &format!("{token} "), &token.to_uppercase()] {
        dead(&*api, rubbish).await;
    }
    who(&*api, &token).await.expect("still good");
}
