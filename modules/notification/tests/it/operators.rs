//! What operators see and do, and that nobody else does.

use std::collections::BTreeSet;

use feira_kernel::{Actor, Cursor, PageRequest, Permission, StoreId, Surface, UserId};
use feira_notification::{
    MessageFilter, MessageId, MessageStatus, NotificationError, SEE_MESSAGES,
};
use uuid::Uuid;

use crate::support::{World, operator};

#[feira_testkit::test("notifications")]
async fn only_operators_with_the_permission(world: World) {
    let api = &world.module.api;
    let person = |surface, permissions| Actor::Person {
        user: UserId(Uuid::from_u128(1)),
        surface,
        store: Some(StoreId(Uuid::from_u128(2))),
        permissions,
    };
    let granted = || BTreeSet::from([Permission::new(SEE_MESSAGES)]);
    let strangers = [
        Actor::stranger(),
        Actor::customer(UserId(Uuid::from_u128(1))),
        person(Surface::Seller, granted()),
        person(Surface::Shop, granted()),
        person(Surface::Admin, BTreeSet::new()),
        Actor::system("order"),
    ];
    let id = MessageId(Uuid::from_u128(5));
    for actor in strangers {
        let page = PageRequest::default();
        let list = api
            .messages(&actor, MessageFilter::default(), page)
            .await
            .unwrap_err();
        let one = api.message(&actor, id).await.unwrap_err();
        let again = api.resend(&actor, id).await.unwrap_err();
        for error in [list, one, again] {
            assert!(
                matches!(error, NotificationError::Forbidden),
                "{actor:?}: {error}"
            );
        }
    }
    let none = api.message(&operator(), id).await.unwrap_err();
    assert!(matches!(none, NotificationError::NotFound), "{none}");
    let none = api.resend(&operator(), id).await.unwrap_err();
    assert!(matches!(none, NotificationError::NotFound), "{none}");
    for asked in [operator(), Actor::system("gateway")] {
        assert!(!api.sends(&asked).await.unwrap(), "there is no mail server");
    }
    let refused = api.sends(&Actor::stranger()).await.unwrap_err();
    assert!(matches!(refused, NotificationError::Forbidden), "{refused}");
}

#[feira_testkit::test("notifications")]
async fn the_list_pages_newest_first_and_filters(world: World) {
    let casa = world.store("Casa", &[1]);
    for n in 1..=5 {
        let order = world.order(n, "en", &[(casa, "Casa")]);
        world.confirmed(order).await;
        world.settle().await;
    }
    let api = &world.module.api;
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = PageRequest::new(Some(3), cursor).unwrap();
        let page = api
            .messages(&operator(), MessageFilter::default(), page)
            .await
            .unwrap();
        seen.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 10);
    assert!(seen.is_sorted_by(|a, b| a.id > b.id && a.created_at >= b.created_at));
    let of = |status, recipient: Option<&str>| MessageFilter {
        status,
        recipient: recipient.map(str::to_owned),
    };
    assert_eq!(
        world
            .filtered(of(None, Some("Person1@feira.example")))
            .await
            .len(),
        5
    );
    assert_eq!(
        world.filtered(of(None, Some("person1@feira"))).await.len(),
        0,
        "exact"
    );
    assert_eq!(
        world
            .filtered(of(Some(MessageStatus::Written), Some("guest@example.com")))
            .await
            .len(),
        5
    );
    assert_eq!(
        world
            .filtered(of(Some(MessageStatus::Pending), None))
            .await
            .len(),
        0
    );
    assert_eq!(
        world
            .filtered(of(Some(MessageStatus::Failed), None))
            .await
            .len(),
        0
    );
    let foreign = PageRequest::new(None, Some(Cursor("x".to_owned()))).unwrap();
    let error = api
        .messages(&operator(), MessageFilter::default(), foreign)
        .await
        .unwrap_err();
    assert!(matches!(error, NotificationError::Invalid(_)), "{error}");
}
