//! The directory of `.eml` files, and what may never get into a mail.

use std::fs;

use feira_notification::{MessageFilter, MessageStatus, NotificationError, testing::order_facts};
use uuid::Uuid;

use crate::support::{World, operator};

/// A crash between sending and marking: the same mail again, over the same file.
#[feira_testkit::test("notifications")]
async fn a_repeat_overwrites_itself(world: World) {
    world.one_order().await;
    let files = || {
        let mut files: Vec<_> = fs::read_dir(&world.dir)
            .unwrap()
            .map(|e| e.unwrap().path())
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        files.sort();
        files
    };
    let before = files();
    assert_eq!(before.len(), 2);
    world
        .sql(
            "UPDATE notifications.notifications SET status = 'pending', sent_at = NULL, next_attempt_at = created_at, \
                    lease_until = now() - interval '1 second'",
        )
        .await;
    world.settle().await;
    assert!(
        world
            .all()
            .await
            .iter()
            .all(|m| m.attempts == 2 && m.status == MessageStatus::Written)
    );
    assert_eq!(files(), before, "the same names and the same bytes");
}

/// While somebody else's lease runs, a message is not touched.
#[feira_testkit::test("notifications")]
async fn a_leased_message_is_left_alone(world: World) {
    world.one_order().await;
    world
        .sql(
            "UPDATE notifications.notifications SET status = 'pending', sent_at = NULL, next_attempt_at = created_at, \
                    lease_until = now() + interval '2 minutes'",
        )
        .await;
    world.settle().await;
    assert!(
        world
            .all()
            .await
            .iter()
            .all(|m| m.attempts == 1 && m.status == MessageStatus::Pending)
    );
}

#[feira_testkit::test("notifications")]
async fn a_name_cannot_add_a_header(world: World) {
    let mut person = feira_user::testing::person(1);
    person.first_name = "Ana\r\nBcc: spy@example.com\r\n\r\nbody".to_owned();
    person.last_name = "<script>{{7*7}}\0\" <x@example.com>, y@example.com".to_owned();
    let mut store = feira_store::testing::store("Casa\r\nX-Evil: 1 <script>alert(1)</script>");
    store.owner = world.users.add(person);
    let name = store.name.clone();
    let casa = world.stores.add(store);
    let order = world.order(1, "en", &[(casa, name.as_str())]);
    world.confirmed(order).await;
    let paid = serde_json::json!({"payout": order, "version": 2, "store": casa});
    world.event("payment.payout_paid.v1", paid).await;
    world.settle().await;
    let letters = world.letters();
    assert_eq!(letters.len(), 3);
    for letter in &letters {
        for header in ["Bcc", "X-Evil", "Cc"] {
            assert!(
                !letter
                    .headers
                    .iter()
                    .any(|h| h.eq_ignore_ascii_case(header)),
                "{letter:#?}"
            );
        }
        assert!(!letter.html.contains("<script"), "{}", letter.html);
        assert!(
            !letter
                .text
                .lines()
                .any(|l| l.starts_with("Bcc") || l.starts_with("X-Evil"))
        );
    }
    let seller = letters
        .iter()
        .find(|l| l.to == "person1@feira.example")
        .unwrap();
    assert!(
        seller
            .to_name
            .as_deref()
            .unwrap()
            .starts_with("Ana Bcc: spy@example.com body <script>{{7*7}}")
    );
    assert!(
        letters
            .iter()
            .any(|l| l.subject.contains("Casa X-Evil: 1 <script>"))
    );
}

/// A message that can never be sent fails at once and holds up no other.
#[feira_testkit::test("notifications")]
async fn an_impossible_address_fails_alone(world: World) {
    let mut person = feira_user::testing::person(1);
    person.email = "not an address".to_owned();
    let mut store = feira_store::testing::store("Casa");
    store.owner = world.users.add(person);
    let casa = world.stores.add(store);
    let order = world.order(1, "en", &[(casa, "Casa")]);
    world.confirmed(order).await;
    world.settle().await;
    assert_eq!(
        world.shown().await,
        [
            "new_order not an address Failed 1",
            "order_confirmed guest@example.com Written 1"
        ]
    );
    let failed = world
        .filtered(MessageFilter {
            status: Some(MessageStatus::Failed),
            recipient: None,
        })
        .await;
    let message = world
        .module
        .api
        .message(&operator(), failed[0].id)
        .await
        .unwrap();
    assert!(message.last_error.unwrap().contains("address is not valid"));
}

/// When the directory goes away, messages wait, and are tried again later.
#[feira_testkit::test("notifications")]
async fn a_mailbox_that_cannot_be_written_is_tried_again(world: World) {
    let casa = world.store("Casa", &[1]);
    let order = world.order(1, "en", &[(casa, "Casa")]);
    fs::remove_dir_all(&world.dir).unwrap();
    world.confirmed(order).await;
    world.settle().await;
    assert!(
        world
            .all()
            .await
            .iter()
            .all(|m| m.status == MessageStatus::Pending && m.attempts == 1)
    );
    world.settle().await;
    assert!(
        world.all().await.iter().all(|m| m.attempts == 1),
        "not before the wait is over"
    );
    fs::create_dir(&world.dir).unwrap();
    world.db.clock().advance(time::Duration::seconds(23));
    world.settle().await;
    assert!(
        world
            .all()
            .await
            .iter()
            .all(|m| m.status == MessageStatus::Written && m.attempts == 2)
    );
    assert_eq!(
        world
            .count("SELECT count(*) FROM notifications.notification_logs")
            .await,
        2,
        "the attempts that failed"
    );
}

#[feira_testkit::test("notifications")]
async fn what_old_mails_said_is_forgotten(world: World) {
    world.one_order().await;
    let id = world.all().await[0].id;
    let message = || async { world.module.api.message(&operator(), id).await.unwrap() };
    world.db.clock().advance(time::Duration::days(89));
    world.settle().await;
    assert_ne!(message().await.text, "");
    world.db.clock().advance(time::Duration::days(2));
    world.settle().await;
    assert_eq!(
        (message().await.text, message().await.html),
        (String::new(), String::new())
    );
    let again = world.module.api.resend(&operator(), id).await.unwrap();
    assert_eq!(
        again.summary.status,
        MessageStatus::Pending,
        "nobody got it"
    );
}

/// Thousands wait: all are sent in batches, each once.
#[feira_testkit::test("notifications")]
async fn a_backlog_is_sent_in_batches(world: World) {
    let casa = world.store("Casa", &[1]);
    for n in 1..=600 {
        let mut facts = order_facts(Uuid::from_u128(n << 64), "en", &[(casa, "Casa")]);
        facts.email = format!("guest{n}@example.com");
        let order = facts.id;
        world.orders.put(facts);
        world.confirmed(order).await;
    }
    world.settle().await;
    assert_eq!(world.letters().len(), 1_200);
    let once = "SELECT count(*) FROM notifications.notifications WHERE status = 'written' AND attempts = 1";
    assert_eq!(world.count(once).await, 1_200);
    // Marked by the batch: one transaction writes many rows.
    let marks = "SELECT count(DISTINCT xmin::text) FROM notifications.notifications";
    assert!(
        world.count(marks).await <= 6,
        "{}",
        world.count(marks).await
    );
}
