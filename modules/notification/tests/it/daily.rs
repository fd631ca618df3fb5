//! What one address is sent in a day.

use feira_notification::{MessageFilter, MessageStatus, testing::order_facts};
use feira_user::ConfirmationId;
use time::Duration;
use uuid::Uuid;

use crate::support::{World, operator};

const OF_KIND: &str = "SELECT count(*) FROM notifications.notifications WHERE kind = ";

async fn count(world: &World, kind: &str, status: &str) -> i64 {
    world
        .count(&format!("{OF_KIND}'{kind}' AND status = '{status}'"))
        .await
}

async fn settled(world: &World) {
    for _ in 0..5 {
        world.settle().await;
    }
}

#[feira_testkit::test("notifications")]
async fn a_flood_of_orders_ends_and_the_way_into_an_account_stays_open(world: World) {
    let user = world.person(7, "en");
    let casa = world.store("Casa", &[8]);
    let flood = async |from: u128| {
        for n in from..from + 53 {
            let mut facts = order_facts(Uuid::from_u128(n << 64), "en", &[(casa, "Casa")]);
            facts.email = "PERSON7@feira.example".to_owned();
            let order = facts.id;
            world.orders.put(facts);
            world.confirmed(order).await;
        }
        settled(&world).await;
    };
    flood(1).await;
    assert_eq!(count(&world, "order_confirmed", "written").await, 50);
    assert_eq!(count(&world, "new_order", "written").await, 53);
    let failed = MessageFilter {
        status: Some(MessageStatus::Failed),
        ..MessageFilter::default()
    };
    let refused = world.filtered(failed).await;
    assert_eq!(refused.len(), 3);
    for summary in &refused {
        let shown = world.module.api.message(&operator(), summary.id).await;
        let why = shown.unwrap().last_error.unwrap();
        assert!(why.contains("its messages of a day"), "{why}");
        assert_eq!(summary.attempts, 0, "nobody tried");
    }

    // What `user` made of it is mailed, however much that was.
    for n in 0..53 {
        let confirmation = ConfirmationId(Uuid::from_u128(n));
        world.registered(user, confirmation).await;
    }
    settled(&world).await;
    assert_eq!(count(&world, "verify_email", "written").await, 53);

    // What was refused counts for nothing: a day later there is room again, and an operator may
    // send it before.
    let resent = world.module.api.resend(&operator(), refused[0].id).await;
    assert_eq!(resent.unwrap().summary.status, MessageStatus::Pending);
    world.settle().await;
    assert_eq!(count(&world, "order_confirmed", "written").await, 51);
    world.db.clock().advance(Duration::DAY);
    flood(1_000).await;
    assert_eq!(count(&world, "order_confirmed", "written").await, 101);
}
