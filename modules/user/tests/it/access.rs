use std::collections::BTreeSet;

use feira_kernel::{ErrorKind, ModuleError, Permission, Surface};
use feira_testkit::TestDb;
use feira_user::{
    UserError,
    testing::{log_in, registered_and_verified},
};
use time::Duration;

use crate::support::*;

fn set(names: &[&'static str]) -> BTreeSet<Permission> {
    names.iter().map(|name| Permission::new(name)).collect()
}

const SUPPORT: &[&str] = &["orders.see", "payments.see", "messages.see"];

#[feira_testkit::test(SCHEMA)]
async fn an_access_token_says_who_where_and_for_a_quarter_of_an_hour(db: TestDb) {
    let api = users(&db);
    let ana = registered_and_verified(&*api, "ana@feira.example", &[])
        .await
        .unwrap();
    for surface in [Surface::Shop, Surface::Seller] {
        let tokens = log_in(&*api, "ana@feira.example", surface).await.unwrap();
        let principal = api
            .authenticate(&NOBODY, tokens.access_token.clone())
            .await
            .unwrap();
        assert_eq!(principal.user, ana.id);
        assert_eq!(principal.surface, surface);
        assert_eq!(principal.permissions, BTreeSet::new());
        assert_eq!(
            (principal.locale.as_str(), principal.name.as_str()),
            ("pt-BR", "")
        );
        db.clock().advance(Duration::minutes(16));
        let late = api.authenticate(&NOBODY, tokens.access_token).await;
        let error = late.expect_err("expired");
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    }
}

#[feira_testkit::test(SCHEMA)]
async fn what_an_operator_may_do_is_asked_at_each_request(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, "op@feira.example", &["support"])
        .await
        .unwrap();
    let tokens = log_in(&*api, "op@feira.example", Surface::Admin)
        .await
        .unwrap();
    let permissions = || {
        let (api, token) = (api.clone(), tokens.access_token.clone());
        async move {
            api.authenticate(&NOBODY, token)
                .await
                .map(|p| p.permissions)
        }
    };
    assert_eq!(permissions().await.unwrap(), set(SUPPORT));
    by_owner(&db, "UPDATE users.user_roles SET role = 'admin'").await;
    assert_eq!(permissions().await.unwrap().len(), 12);
    by_owner(&db, "DELETE FROM users.user_roles").await;
    assert!(matches!(permissions().await, Err(UserError::TokenInvalid)));
    let refreshed = api.refresh(&NOBODY, tokens.refresh_token.clone()).await;
    assert!(matches!(refreshed, Err(UserError::TokenInvalid)));
}

#[feira_testkit::test(SCHEMA)]
async fn on_other_surfaces_an_operator_is_a_person_like_any(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, "op@feira.example", &["admin"])
        .await
        .unwrap();
    for surface in [Surface::Shop, Surface::Seller] {
        let tokens = log_in(&*api, "op@feira.example", surface).await.unwrap();
        let principal = api.authenticate(&NOBODY, tokens.access_token).await;
        assert_eq!(principal.unwrap().permissions, BTreeSet::new());
    }
}

#[feira_testkit::test(SCHEMA)]
async fn an_operators_access_ends_with_her_device(db: TestDb) {
    let api = users(&db);
    registered_and_verified(&*api, "op@feira.example", &["admin"])
        .await
        .unwrap();
    let tokens = log_in(&*api, "op@feira.example", Surface::Admin)
        .await
        .unwrap();
    let next = api.refresh(&NOBODY, tokens.refresh_token).await.unwrap();
    // The older access token is of the same device, which lives.
    api.authenticate(&NOBODY, tokens.access_token.clone())
        .await
        .unwrap();
    api.log_out(&NOBODY, next.refresh_token).await.unwrap();
    for token in [tokens.access_token, next.access_token] {
        let dead = api.authenticate(&NOBODY, token).await;
        assert!(matches!(dead, Err(UserError::TokenInvalid)));
    }
}
