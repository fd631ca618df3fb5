//! An access token ends with its device, in every process.

use feira_kernel::{Surface, db::exec};
use feira_testkit::TestDb;
use feira_user::{
    UserError, Users, start,
    testing::{log_in, registered_and_verified},
};
use futures::{StreamExt, stream::FuturesUnordered};
use sea_orm::TransactionTrait;
use time::Duration;

use crate::support::*;

const ANA: &str = "ana@feira.example";

async fn refused(api: &dyn Users, access_token: &str) -> bool {
    match api.authenticate(&NOBODY, access_token.to_owned()).await {
        Ok(_) => false,
        Err(UserError::TokenInvalid) => true,
        Err(other) => panic!("{other:?}"),
    }
}

#[feira_testkit::test(SCHEMA)]
async fn a_device_that_was_signed_out_is_refused_in_every_process(db: TestDb) {
    let settings = settings(&db);
    let process = || start(db.env(SCHEMA), settings.clone()).unwrap().api;
    let (here, there) = (process(), process());
    registered_and_verified(&*here, ANA, &[]).await.unwrap();
    let mut devices = Vec::new();
    for surface in [Surface::Shop, Surface::Seller, Surface::Shop] {
        devices.push(log_in(&*here, ANA, surface).await.unwrap());
    }
    let stays = devices.pop().unwrap().access_token;
    for device in devices {
        let older = device.access_token;
        let next = here.refresh(&NOBODY, device.refresh_token).await.unwrap();
        assert!(!refused(&*there, &older).await);
        here.log_out(&NOBODY, next.refresh_token).await.unwrap();
        let started_later = process();
        for token in [&older, &next.access_token] {
            assert!(refused(&*here, token).await, "at once");
            assert!(refused(&*started_later, token).await);
        }
        db.clock().advance(Duration::seconds(5));
        for token in [&older, &next.access_token] {
            assert!(refused(&*there, token).await, "within five seconds");
        }
        for process in [&here, &there, &started_later] {
            assert!(!refused(&**process, &stays).await);
        }
    }
}

#[feira_testkit::test(SCHEMA)]
async fn a_copied_refresh_token_ends_the_access_tokens_too(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, ANA, &[]).await.unwrap();
    let first = log_in(&*api, ANA, Surface::Shop).await.unwrap();
    let spent = first.refresh_token;
    let second = api.refresh(&NOBODY, spent.clone()).await.unwrap();
    db.clock().advance(Duration::seconds(11));
    assert!(!refused(&*api, &second.access_token).await);
    api.refresh(&NOBODY, spent).await.expect_err("a theft");
    for token in [&first.access_token, &second.access_token] {
        assert!(refused(&*api, token).await);
    }
}

#[feira_testkit::test(SCHEMA)]
async fn a_request_costs_no_statement_of_its_own(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, ANA, &[]).await.unwrap();
    let tokens = log_in(&*api, ANA, Surface::Shop).await.unwrap();
    assert!(!refused(&*api, &tokens.access_token).await);
    by_owner(&db, "ALTER TABLE users.sessions RENAME TO away").await;
    for _ in 0..3 {
        assert!(!refused(&*api, &tokens.access_token).await);
    }
    // Who cannot be asked in time lets nobody in.
    db.clock().advance(Duration::seconds(5));
    let blind = api.authenticate(&NOBODY, tokens.access_token.clone()).await;
    assert!(!matches!(blind, Ok(_) | Err(UserError::TokenInvalid)));
    by_owner(&db, "ALTER TABLE users.away RENAME TO sessions").await;
    assert!(!refused(&*api, &tokens.access_token).await);
}

#[feira_testkit::test(SCHEMA)]
async fn who_wait_together_for_an_answer_fail_together(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, ANA, &[]).await.unwrap();
    let token = log_in(&*api, ANA, Surface::Shop)
        .await
        .unwrap()
        .access_token;
    db.clock().advance(Duration::seconds(5));
    let owner = db.owner().await;
    let other = owner.begin().await.unwrap();
    let lock = "LOCK TABLE users.sessions";
    exec(&other, lock, Vec::new()).await.unwrap();
    let requests = (0..4).map(|_| api.authenticate(&NOBODY, token.clone()));
    let mut answers: FuturesUnordered<_> = requests.collect();
    let first = answers.next().await.unwrap();
    assert!(matches!(first, Err(UserError::Unavailable(_))), "{first:?}");
    // Whoever asked now would have an answer.
    other.rollback().await.unwrap();
    while let Some(answer) = answers.next().await {
        assert!(
            matches!(answer, Err(UserError::Unavailable(_))),
            "{answer:?}"
        );
    }
    assert!(!refused(&*api, &token).await);
}
