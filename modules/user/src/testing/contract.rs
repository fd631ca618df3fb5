use feira_kernel::{Actor, Permission, Surface, UserId};
use uuid::Uuid;

use super::fixtures::PASSWORD;
use crate::{ConfirmationId, MANAGE_USERS, User, UserError, Users};

/// What every implementation keeps, the fake included. `known` are two people who exist;
/// `confirmation` is one that exists.
///
/// # Panics
/// When something is not kept.
pub async fn contract(users: &dyn Users, known: [&User; 2], confirmation: ConfirmationId) {
    people_are_seen_by_themselves_operators_and_modules(users, known).await;
    batches_leave_out_the_unknown_and_are_bounded(users, known).await;
    only_the_mailer_learns_tokens(users, confirmation).await;
    only_stores_ask_for_a_password(users, known).await;
}

fn operator(permission: &'static str) -> Actor {
    Actor::Person {
        user: UserId(Uuid::from_u128(u128::MAX)),
        surface: Surface::Admin,
        store: None,
        permissions: [Permission::new(permission)].into(),
    }
}

async fn only_stores_ask_for_a_password(users: &dyn Users, [one, _]: [&User; 2]) {
    let store = Actor::system("store");
    let ask = async |actor: &Actor, password: &str| {
        let password = password.to_owned();
        users.confirm_password(actor, one.id, password).await
    };
    let right = ask(&store, PASSWORD).await;
    assert!(right.is_ok(), "{right:?}");
    for wrong in ["", "wrong", &format!("{PASSWORD} ")] {
        let refused = ask(&store, wrong).await;
        let pointer = match &refused {
            Err(UserError::Invalid(fields)) => fields.first().map(|field| field.pointer.as_str()),
            _ => None,
        };
        assert_eq!(pointer, Some("/password"), "{wrong:?}: {refused:?}");
    }
    for actor in [
        Actor::customer(one.id),
        operator(MANAGE_USERS),
        Actor::stranger(),
        Actor::system("order"),
    ] {
        let refused = ask(&actor, PASSWORD).await;
        assert!(
            matches!(refused, Err(UserError::Forbidden)),
            "{actor:?}: {refused:?}"
        );
    }
}

async fn people_are_seen_by_themselves_operators_and_modules(
    users: &dyn Users,
    [one, other]: [&User; 2],
) {
    for actor in [
        Actor::customer(one.id),
        operator(MANAGE_USERS),
        Actor::system("store"),
        Actor::system("order"),
        Actor::system("notification"),
    ] {
        let found = users.user(&actor, one.id).await;
        assert_eq!(found.as_ref().ok(), Some(one), "{actor:?}: {found:?}");
    }
    for actor in [
        Actor::customer(other.id),
        Actor::stranger(),
        operator("orders.see"),
        Actor::system("catalog"),
    ] {
        // Somebody else looks like nobody.
        let foreign = users.user(&actor, one.id).await;
        assert!(
            matches!(foreign, Err(UserError::NotFound)),
            "{actor:?}: {foreign:?}"
        );
    }
    let nobody = UserId(Uuid::from_u128(0xdead));
    let found = users.user(&Actor::system("order"), nobody).await;
    assert!(matches!(found, Err(UserError::NotFound)), "{found:?}");
}

async fn batches_leave_out_the_unknown_and_are_bounded(users: &dyn Users, known: [&User; 2]) {
    let module = Actor::system("order");
    let nobody = UserId(Uuid::from_u128(0xdead));
    let ids = vec![known[0].id, nobody, known[1].id, known[0].id];
    let mut found = users.users(&module, ids).await.expect("a batch");
    found.sort_by_key(|user| user.id);
    let mut expected = known.map(User::clone).to_vec();
    expected.sort_by_key(|user| user.id);
    assert_eq!(found, expected);

    let none = users.users(&module, Vec::new()).await.expect("no ids");
    assert!(none.is_empty());
    let many = (0..101).map(|n| UserId(Uuid::from_u128(n))).collect();
    let refused = users.users(&module, many).await;
    assert!(matches!(refused, Err(UserError::Invalid(_))), "{refused:?}");
    let refused = users
        .users(&Actor::customer(known[0].id), vec![known[0].id])
        .await;
    assert!(matches!(refused, Err(UserError::Forbidden)), "{refused:?}");
}

async fn only_the_mailer_learns_tokens(users: &dyn Users, confirmation: ConfirmationId) {
    let mailer = Actor::system("notification");
    let token = users.confirmation_token(&mailer, confirmation).await;
    let again = users.confirmation_token(&mailer, confirmation).await;
    assert!(matches!((&token, &again), (Ok(a), Ok(b)) if a == b && !a.is_empty()));
    for actor in [
        Actor::system("order"),
        Actor::stranger(),
        operator(MANAGE_USERS),
    ] {
        let refused = users.confirmation_token(&actor, confirmation).await;
        assert!(matches!(refused, Err(UserError::Forbidden)), "{actor:?}");
    }
}
