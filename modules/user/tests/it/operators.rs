use feira_kernel::{Actor, ModuleError, Surface};
use feira_testkit::TestDb;
use feira_user::{
    InvitationState, NewUser, UserError, Users,
    testing::{PASSWORD, log_in, registered_and_verified},
};
use futures::future::join_all;
use time::Duration;

use crate::support::*;

fn operator(email: &str) -> NewUser {
    NewUser {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        first_name: "Olga".to_owned(),
        last_name: String::new(),
        locale: None,
        roles: Vec::new(),
    }
}

async fn invite(api: &dyn Users) -> Option<String> {
    let root = Actor::system("cli");
    api.invite_first_operator(&root).await.expect("answers")
}

async fn state(api: &dyn Users, token: &str) -> InvitationState {
    let state = api.operator_invitation(&NOBODY, token.to_owned());
    state.await.expect("answers")
}

#[feira_testkit::test(SCHEMA)]
async fn the_first_operator_comes_by_a_link_that_works_once(db: TestDb) {
    let api = users(&db);
    let token = invite(&*api).await.unwrap();
    assert_eq!(state(&*api, &token).await, InvitationState::Open);

    let tasks = (0..8).map(|n| {
        let (api, token) = (api.clone(), token.clone());
        let new = operator(&format!("op{n}@feira.example"));
        tokio::spawn(async move { api.accept_operator_invitation(&NOBODY, token, new).await })
    });
    let answers: Vec<_> = join_all(tasks)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let made: Vec<_> = answers.iter().filter_map(|a| a.as_ref().ok()).collect();
    assert_eq!(made.len(), 1, "{answers:?}");
    assert_eq!(made[0].roles, ["admin"]);
    assert_eq!(count(&db, "SELECT count(*) FROM users.users").await, 1);
    log_in(&*api, &made[0].email, Surface::Admin).await.unwrap();
    assert_eq!(invite(&*api).await, None);
    assert_eq!(state(&*api, &token).await, InvitationState::Used);
    assert_eq!(state(&*api, "x.y").await, InvitationState::Ended);
}

/// Every start asks, also that of a second process beside the first.
#[feira_testkit::test(SCHEMA)]
async fn a_link_that_was_shown_goes_on_working(db: TestDb) {
    let api = users(&db);
    let shown = invite(&*api).await.unwrap();
    db.clock().advance(Duration::hours(23));
    let (one, other) = tokio::join!(invite(&*api), invite(&*api));
    assert_eq!((one.as_ref(), other.as_ref()), (Some(&shown), Some(&shown)));
    api.accept_operator_invitation(&NOBODY, shown, operator("op@feira.example"))
        .await
        .unwrap();
}

#[feira_testkit::test(SCHEMA)]
async fn an_invitation_expires_and_is_no_other_confirmation(db: TestDb) {
    let api = users(&db);
    let token = invite(&*api).await.unwrap();
    let verified = api.verify_email(&NOBODY, token.clone()).await;
    assert!(matches!(verified, Err(UserError::TokenInvalid)));
    db.clock().advance(Duration::hours(24));
    assert_eq!(state(&*api, &token).await, InvitationState::Ended);
    for token in [token, String::new(), "\0.\0".to_owned()] {
        let late = api
            .accept_operator_invitation(&NOBODY, token, operator("op@feira.example"))
            .await;
        assert!(matches!(late, Err(UserError::TokenInvalid)));
    }
    // A taken address does not burn the link.
    registered_and_verified(&*api, "ana@feira.example", &[])
        .await
        .unwrap();
    let token = invite(&*api).await.unwrap();
    let taken = api
        .accept_operator_invitation(&NOBODY, token.clone(), operator("ana@feira.example"))
        .await;
    assert!(matches!(taken, Err(UserError::EmailTaken)));
    api.accept_operator_invitation(&NOBODY, token, operator("op@feira.example"))
        .await
        .unwrap();
}

#[feira_testkit::test(SCHEMA)]
async fn a_link_is_dead_once_an_operator_was_made_otherwise(db: TestDb) {
    let api = users(&db);
    let token = invite(&*api).await.unwrap();
    registered_and_verified(&*api, "op@feira.example", &["admin"])
        .await
        .unwrap();
    let late = api
        .accept_operator_invitation(&NOBODY, token, operator("thief@feira.example"))
        .await;
    assert!(matches!(late, Err(UserError::TokenInvalid)));
}

#[feira_testkit::test(SCHEMA)]
async fn only_the_command_line_and_the_demo_make_accounts(db: TestDb) {
    let api = users(&db);
    for actor in [
        NOBODY,
        Actor::system("order"),
        Actor::system("notification"),
        Actor::customer(feira_user::testing::person(1).id),
    ] {
        let made = api.create(&actor, operator("op@feira.example")).await;
        assert!(matches!(made, Err(UserError::Forbidden)), "{actor:?}");
        let invited = api.invite_first_operator(&actor).await;
        assert!(matches!(invited, Err(UserError::Forbidden)), "{actor:?}");
        let asked = api.is_empty(&actor).await;
        assert!(matches!(asked, Err(UserError::Forbidden)), "{actor:?}");
    }
    let cli = Actor::system("cli");
    assert!(api.is_empty(&cli).await.unwrap());
    let both = NewUser {
        roles: ["support", "admin", "support"].map(str::to_owned).to_vec(),
        ..operator("op@feira.example")
    };
    let made = api.create(&cli, both).await.unwrap();
    assert_eq!(made.roles, ["admin", "support"]);
    assert!(made.email_verified);
    assert!(!api.is_empty(&cli).await.unwrap());
    let again = api.create(&cli, operator("OP@feira.example")).await;
    assert!(matches!(again, Err(UserError::EmailTaken)));
    for role in ["owner", "\0", ""] {
        let unknown = NewUser {
            roles: vec![role.to_owned()],
            ..operator("new@feira.example")
        };
        let refused = api.create(&cli, unknown).await.expect_err("unknown");
        assert_eq!(refused.code(), "user.invalid", "{role:?}");
    }
    for role in ["owner", "Admin", "seller"] {
        let unknown = NewUser {
            roles: vec!["admin".to_owned(), role.to_owned()],
            ..operator("new@feira.example")
        };
        let refused = api.create(&cli, unknown).await;
        let Err(UserError::Invalid(fields)) = refused else {
            panic!("{role}: {refused:?}");
        };
        assert_eq!(fields[0].detail, "no such role; there are: admin, support");
    }
    assert_eq!(count(&db, "SELECT count(*) FROM users.users").await, 1);
    assert!(published(&db).await.is_empty(), "nobody to confirm");
}
