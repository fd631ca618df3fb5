use std::sync::Arc;

use feira_kernel::{Actor, Module, Surface, outbox::Event, token::TokenKey, values};
use feira_testkit::TestDb;
use feira_user::{
    ConfirmationId, HashCost, LogIn, Registered, Settings, UserError, Users, generate_jwt_key,
    start, testing::PASSWORD,
};
use serde::de::DeserializeOwned;

pub(crate) const SCHEMA: &str = "users";
pub(crate) const NOBODY: Actor = Actor::Guest { token: None };

/// Hashing as cheap as the library allows: these tests are not about its cost.
pub(crate) fn settings(db: &TestDb) -> Settings {
    let key = generate_jwt_key(&db.entropy()).expect("a key");
    let token_key = TokenKey::new(vec![7; 32]).expect("long enough");
    let mut settings = Settings::new(vec![key], "https://feira.example", token_key);
    settings.hash_cost = HashCost {
        memory_kib: 64,
        passes: 1,
        lanes: 1,
    };
    settings
}

pub(crate) fn module(db: &TestDb) -> Module<dyn Users> {
    start(db.env(SCHEMA), settings(db)).expect("starts")
}

pub(crate) fn users(db: &TestDb) -> Arc<dyn Users> {
    module(db).api
}

pub(crate) fn log_in_of(login: &str, password: &str, surface: Surface) -> LogIn {
    LogIn {
        login: login.to_owned(),
        password: password.to_owned(),
        surface,
        device: Some("Firefox on Linux".to_owned()),
        address: Some("203.0.113.7".to_owned()),
        device_token: None,
    }
}

pub(crate) fn shop(login: &str) -> LogIn {
    log_in_of(login, PASSWORD, Surface::Shop)
}

/// Who registered, oldest first.
pub(crate) async fn published(db: &TestDb) -> Vec<Registered> {
    published_as(db, Registered::NAME).await
}

/// What was published under a name, oldest first.
pub(crate) async fn published_as<E: DeserializeOwned>(db: &TestDb, name: &str) -> Vec<E> {
    let owner = db.owner().await;
    let payloads: Vec<Payload> = feira_kernel::db::rows(
        &owner,
        "SELECT payload FROM users.outbox_event WHERE name = $1 ORDER BY transaction_id, id",
        values![name],
    )
    .await
    .expect("the outbox");
    payloads
        .into_iter()
        .map(|row| serde_json::from_value(row.payload).expect("an event of ours"))
        .collect()
}

#[derive(sea_orm::FromQueryResult)]
struct Payload {
    payload: serde_json::Value,
}

/// The token in the mail to who registered last.
pub(crate) async fn mailed_token(db: &TestDb, api: &dyn Users) -> String {
    let event = published(db).await.pop().expect("somebody registered");
    token_of(api, event.confirmation).await.expect("a token")
}

pub(crate) async fn token_of(api: &dyn Users, id: ConfirmationId) -> Result<String, UserError> {
    api.confirmation_token(&Actor::system("notification"), id)
        .await
}

/// Runs a statement as the owner, past every rule.
pub(crate) async fn by_owner(db: &TestDb, sql: &str) -> u64 {
    feira_kernel::db::exec(&db.owner().await, sql, Vec::new())
        .await
        .expect("the statement is valid")
}

pub(crate) async fn count(db: &TestDb, sql: &str) -> i64 {
    feira_kernel::db::scalar(&db.owner().await, sql, Vec::new())
        .await
        .expect("the statement is valid")
        .expect("a number")
}
