use std::sync::Arc;

use feira_kernel::Surface;
use feira_testkit::TestDb;
use feira_user::{
    Tokens, UserError, Users,
    testing::{log_in, registered_and_verified},
};
use futures::future::join_all;
use time::Duration;

use crate::support::*;

const ANA: &str = "ana@feira.example";

async fn ana(api: &dyn Users) -> Tokens {
    if let Err(error) = registered_and_verified(api, ANA, &[]).await {
        assert!(matches!(error, UserError::EmailTaken), "{error}");
    }
    log_in(api, ANA, Surface::Shop).await.expect("signs in")
}

async fn dead(api: &dyn Users, token: &str) {
    let answer = api.refresh(&NOBODY, token.to_owned()).await;
    assert!(matches!(answer, Err(UserError::TokenInvalid)), "{answer:?}");
}

#[feira_testkit::test(SCHEMA)]
async fn a_refresh_gives_the_next_token_of_the_same_device(db: TestDb) {
    let api = users(&db);
    let mut tokens = ana(&*api).await;
    let first = api.authenticate(&NOBODY, tokens.access_token.clone()).await;
    let session = first.unwrap().session;
    for _ in 0..3 {
        db.clock().advance(Duration::days(20));
        let next = api.refresh(&NOBODY, tokens.refresh_token.clone()).await;
        let next = next.unwrap();
        assert_ne!(next.refresh_token, tokens.refresh_token);
        let principal = api.authenticate(&NOBODY, next.access_token.clone()).await;
        assert_eq!(principal.unwrap().session, session);
        tokens = next;
    }
    assert_eq!(tokens.user.email, ANA);
}

#[feira_testkit::test(SCHEMA)]
async fn of_sixteen_at_once_exactly_one_wins_and_the_device_lives(db: TestDb) {
    let api = users(&db);
    for _ in 0..5 {
        let tokens = ana(&*api).await;
        let tasks = (0..16).map(|_| {
            let (api, token) = (api.clone(), tokens.refresh_token.clone());
            tokio::spawn(async move { api.refresh(&NOBODY, token).await })
        });
        let answers = join_all(tasks).await;
        let mut won = Vec::new();
        for answer in answers {
            match answer.unwrap() {
                Ok(tokens) => won.push(tokens),
                Err(error) => assert!(matches!(error, UserError::TokenInvalid), "{error}"),
            }
        }
        assert_eq!(won.len(), 1);
        let next = won.remove(0).refresh_token;
        api.refresh(&NOBODY, next).await.expect("no theft was seen");
    }
}

#[feira_testkit::test(SCHEMA)]
async fn a_reused_token_ends_its_device_and_no_other(db: TestDb) {
    let api = users(&db);
    let stolen = ana(&*api).await;
    let other = ana(&*api).await;
    let second = api.refresh(&NOBODY, stolen.refresh_token.clone()).await;
    let second = second.unwrap();
    db.clock().advance(Duration::seconds(11));
    dead(&*api, &stolen.refresh_token).await;
    dead(&*api, &second.refresh_token).await;
    api.refresh(&NOBODY, other.refresh_token).await.unwrap();
}

#[feira_testkit::test(SCHEMA)]
async fn right_after_its_use_a_token_only_fails(db: TestDb) {
    let api = users(&db);
    let tokens = ana(&*api).await;
    let second = api.refresh(&NOBODY, tokens.refresh_token.clone()).await;
    let second = second.unwrap();
    db.clock().advance(Duration::seconds(10));
    dead(&*api, &tokens.refresh_token).await;
    api.refresh(&NOBODY, second.refresh_token).await.unwrap();
}

#[feira_testkit::test(SCHEMA)]
async fn a_device_ends_also_while_it_refreshes(db: TestDb) {
    let api = users(&db);
    for _ in 0..10 {
        let tokens = ana(&*api).await;
        let chain = tokio::spawn(chain(api.clone(), tokens.refresh_token.clone()));
        let log_out = {
            let (api, token) = (api.clone(), tokens.refresh_token.clone());
            tokio::spawn(async move { api.log_out(&NOBODY, token).await })
        };
        log_out.await.unwrap().unwrap();
        // Whatever the race gave, it is dead once the log-out was answered.
        let last = chain.await.unwrap();
        dead(&*api, &last).await;
        let live = "SELECT count(*) FROM users.sessions \
             WHERE revoked_at IS NULL AND rotated_at IS NULL";
        assert_eq!(count(&db, live).await, 0);
    }
}

/// Refreshes as often as it can and gives the last token.
async fn chain(api: Arc<dyn Users>, mut token: String) -> String {
    for _ in 0..8 {
        match api.refresh(&NOBODY, token.clone()).await {
            Ok(next) => token = next.refresh_token,
            Err(_) => break,
        }
    }
    token
}

#[feira_testkit::test(SCHEMA)]
async fn tokens_end_by_themselves(db: TestDb) {
    let api = users(&db);
    let unused = ana(&*api).await;
    db.clock().advance(Duration::days(30));
    dead(&*api, &unused.refresh_token).await;

    // However often a device refreshes, after half a year it signs in again.
    let mut token = ana(&*api).await.refresh_token;
    for _ in 0..9 {
        db.clock().advance(Duration::days(19));
        let next = api.refresh(&NOBODY, token).await;
        token = next.expect("within half a year").refresh_token;
    }
    db.clock().advance(Duration::days(9));
    dead(&*api, &token).await;
}

#[feira_testkit::test(SCHEMA)]
async fn blocking_and_new_credentials_end_devices(db: TestDb) {
    let api = users(&db);
    for change in [
        "status = 'blocked'",
        "credentials_changed_at = credentials_changed_at + interval '1 day'",
    ] {
        by_owner(&db, "UPDATE users.users SET status = 'active'").await;
        let tokens = ana(&*api).await;
        by_owner(&db, &format!("UPDATE users.users SET {change}")).await;
        dead(&*api, &tokens.refresh_token).await;
        // The sessions of this test were left behind on purpose.
        by_owner(&db, "DELETE FROM users.sessions").await;
    }
}

#[feira_testkit::test(SCHEMA)]
async fn a_refresh_token_is_no_access_token_and_the_other_way_round(db: TestDb) {
    let api = users(&db);
    let tokens = ana(&*api).await;
    let answer = api
        .authenticate(&NOBODY, tokens.refresh_token.clone())
        .await;
    assert!(matches!(answer, Err(UserError::TokenInvalid)));
    dead(&*api, &tokens.access_token).await;
    for rubbish in ["", "\0", "x", &"y".repeat(100_000)] {
        dead(&*api, rubbish).await;
        api.log_out(&NOBODY, rubbish.to_owned()).await.unwrap();
    }
    let browser = api.browser_principal(&NOBODY, tokens.refresh_token.clone());
    assert!(matches!(browser.await, Err(UserError::TokenInvalid)));

    api.log_out(&NOBODY, tokens.refresh_token.clone())
        .await
        .unwrap();
    api.log_out(&NOBODY, tokens.refresh_token.clone())
        .await
        .unwrap();
    dead(&*api, &tokens.refresh_token).await;
}
