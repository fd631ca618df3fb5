//! A mail server that refuses, stalls and hangs up.

use feira_notification::{MessageStatus, MessageSummary, NotificationError, testing::order_facts};
use feira_testkit::{FromTestDb, TestDb};
use time::Duration;
use uuid::Uuid;

use crate::{
    sink::{Reply, Sink},
    support::{SentMail, World, operator},
};

/// A world with one message waiting: the buyer's, from a shop whose owner has no account.
async fn one_message(db: TestDb, sink: &Sink) -> World {
    let world = World::smtp(db, sink.url.clone()).await;
    let casa = world.stores.add(feira_store::testing::store("Casa"));
    let order = world.order(1, "pt-BR", &[(casa, "Casa")]);
    world.confirmed(order).await;
    world
}

async fn only(world: &World) -> MessageSummary {
    let all = world.all().await;
    assert_eq!(all.len(), 1);
    all[0].clone()
}

async fn logs(world: &World) -> Vec<String> {
    let owner = world.db.owner().await;
    let rows: Option<Vec<String>> = feira_kernel::db::scalar(
        &owner,
        "SELECT array_agg(attempt || ' ' || status ORDER BY attempt) FROM notifications.notification_logs",
        vec![],
    )
    .await
    .unwrap();
    owner.close().await.unwrap();
    rows.unwrap_or_default()
}

#[feira_testkit::test("notifications")]
async fn a_mail_goes_over_the_wire(db: TestDb) {
    let sink = Sink::start().await;
    let world = one_message(db, &sink).await;
    world.settle().await;
    assert_eq!(only(&world).await.status, MessageStatus::Sent);
    let letter = SentMail::parse(sink.mails()[0].as_bytes());
    let message = world
        .module
        .api
        .message(&operator(), only(&world).await.id)
        .await
        .unwrap();
    assert_eq!(message.message_id, format!("<{}>", letter.id));
    // Who looks at the message gets no token of the order.
    let shown = |sent: &str| sent.trim_end().replace("guest-token_1.x", "-----");
    assert!(letter.text.contains("guest-token_1.x"));
    assert_eq!(shown(&letter.text), message.text.trim_end());
    assert_eq!(shown(&letter.html), message.html.trim_end());
    assert!(
        letter
            .headers
            .iter()
            .any(|h| h.eq_ignore_ascii_case("auto-submitted"))
    );
}

#[feira_testkit::test("notifications")]
async fn a_domain_beyond_ascii_goes_to_a_server_that_knows_ascii(db: TestDb) {
    let sink = Sink::start().await;
    let world = World::smtp(db, sink.url.clone()).await;
    let casa = world.stores.add(feira_store::testing::store("Casa"));
    let id = Uuid::from_u128(1);
    let mut order = order_facts(id, "en", &[(casa, "Casa")]);
    order.email = "guest@exämple.com".to_owned();
    world.orders.put(order);
    world.confirmed(id).await;
    world.settle().await;
    let sent = only(&world).await;
    assert_eq!(sent.status, MessageStatus::Sent);
    assert_eq!(sent.recipient, "guest@exämple.com");
    assert!(sink.mails()[0].contains("To: guest@xn--exmple-cua.com\r\n"));
}

/// Refused for now, then hung up on: tried again later and later, always as the same mail.
#[feira_testkit::test("notifications")]
async fn what_fails_for_now_is_tried_again_under_the_same_message_id(db: TestDb) {
    let sink = Sink::start().await;
    sink.reply(&[Reply::Say("451 later\r\n"), Reply::HangUp]);
    let world = one_message(db, &sink).await;
    world.settle().await;
    let after = only(&world).await;
    assert_eq!((after.status, after.attempts), (MessageStatus::Pending, 1));
    world.db.clock().advance(Duration::seconds(13));
    world.settle().await;
    assert_eq!(only(&world).await.attempts, 1, "15 s at least");
    world.db.clock().advance(Duration::seconds(9));
    world.settle().await;
    assert_eq!(only(&world).await.attempts, 2);
    world.db.clock().advance(Duration::seconds(45));
    world.settle().await;
    let after = only(&world).await;
    assert_eq!((after.status, after.attempts), (MessageStatus::Sent, 3));
    assert_eq!(logs(&world).await, ["1 temporary", "2 temporary"]);
    let mails = sink.mails();
    assert_eq!(mails.len(), 3);
    assert!(
        mails.iter().all(|mail| *mail == mails[0]),
        "the same to the last byte"
    );
}

#[feira_testkit::test("notifications")]
async fn a_final_no_fails_at_once_and_an_operator_may_send_it_again(db: TestDb) {
    let sink = Sink::start().await;
    sink.reply(&[Reply::Say("550 no such mailbox\r\n")]);
    let world = one_message(db, &sink).await;
    world.settle().await;
    let failed = only(&world).await;
    assert_eq!((failed.status, failed.attempts), (MessageStatus::Failed, 1));
    let api = &world.module.api;
    let message = api.message(&operator(), failed.id).await.unwrap();
    assert!(message.last_error.unwrap().contains("no such mailbox"));

    // Pressed twice.
    for _ in 0..2 {
        let message = api.resend(&operator(), failed.id).await.unwrap();
        assert_eq!(message.summary.status, MessageStatus::Pending);
    }
    world.settle().await;
    assert_eq!(only(&world).await.status, MessageStatus::Sent);
    let ids: Vec<String> = sink
        .mails()
        .iter()
        .map(|m| SentMail::parse(m.as_bytes()).id)
        .collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    let error = api.resend(&operator(), failed.id).await.unwrap_err();
    assert!(matches!(error, NotificationError::AlreadySent), "{error}");
}

#[feira_testkit::test("notifications")]
async fn what_was_written_can_be_sent_once_there_is_a_server(db: TestDb) {
    let without = World::start(&db).await;
    without.one_order().await;
    let written = without.all().await;
    assert_eq!(written.len(), 2);
    let of_directory = |m: &MessageSummary| m.status == MessageStatus::Written;
    assert!(written.iter().all(of_directory));

    let sink = Sink::start().await;
    let world = World::smtp(db, sink.url.clone()).await;
    assert!(world.module.api.sends(&operator()).await.unwrap());
    let casa = world.store("Casa", &[1]);
    world.order(1, "en", &[(casa, "Casa")]);
    for message in &written {
        let again = world.module.api.resend(&operator(), message.id).await;
        assert_eq!(again.unwrap().summary.status, MessageStatus::Pending);
    }
    world.settle().await;
    let sent = world.all().await;
    assert!(sent.iter().all(|m| m.status == MessageStatus::Sent));
    assert_eq!(sink.mails().len(), 2);
    let late = world.module.api.resend(&operator(), written[0].id).await;
    assert!(
        matches!(late, Err(NotificationError::AlreadySent)),
        "{late:?}"
    );
}

#[feira_testkit::test("notifications")]
async fn it_gives_up_after_as_many_tries_as_are_set_and_again_after_a_resend(db: TestDb) {
    let sink = Sink::start().await;
    sink.reply(&vec![Reply::Say("451 later\r\n"); 6]);
    let world = one_message(db, &sink).await;
    for round in 1..=2_u32 {
        for _ in 0..5 {
            world.settle().await;
            world.db.clock().advance(Duration::hours(2));
        }
        let after = only(&world).await;
        assert_eq!(
            (after.status, after.attempts),
            (MessageStatus::Failed, 3 * round)
        );
        world
            .module
            .api
            .resend(&operator(), after.id)
            .await
            .unwrap();
    }
    world.settle().await;
    assert_eq!(only(&world).await.status, MessageStatus::Sent);
}

/// A refused sign-in is about us, not about the message: it waits.
#[feira_testkit::test("notifications")]
async fn a_refused_sign_in_fails_no_message(db: TestDb) {
    let sink = Sink::start().await;
    sink.reply(&[Reply::Say("535 who are you\r\n")]);
    let world = one_message(db, &sink).await;
    world.settle().await;
    assert_eq!(only(&world).await.status, MessageStatus::Pending);
}

#[feira_testkit::test("notifications")]
async fn without_a_server_messages_wait(db: TestDb) {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut sink = Sink::start().await;
    sink.url = format!("smtp://{}", taken.local_addr().unwrap());
    drop(taken);
    let world = one_message(db, &sink).await;
    world.settle().await;
    assert_eq!(
        (only(&world).await.status, only(&world).await.attempts),
        (MessageStatus::Pending, 1)
    );
}

/// A worker that outlived its lease: another sends and marks; the late one changes nothing.
#[feira_testkit::test("notifications")]
async fn a_late_worker_marks_nothing(db: TestDb) {
    let sink = Sink::start().await;
    sink.reply(&[Reply::Hold, Reply::Say("451 later\r\n")]);
    let world = one_message(db, &sink).await;
    // Makes the message without sending it: the job is another worker's now.
    let of_orders = world
        .module
        .runtime
        .subscriptions
        .iter()
        .find(|s| s.source == "order")
        .unwrap();
    let order = Uuid::from_u128(1 << 64);
    (of_orders.handler)(feira_kernel::outbox::Envelope {
        id: Uuid::from_u128(77),
        name: "order.confirmed.v1".to_owned(),
        aggregate_id: order,
        aggregate_version: 2,
        occurred_at: world.db.clock().now(),
        payload: serde_json::json!({"order": order}),
    })
    .await
    .unwrap();
    let send = &world.module.runtime.jobs[0];
    let late = tokio::spawn((send.run)());
    sink.wait_for_a_mail().await;
    world
        .sql("UPDATE notifications.notifications SET lease_until = now() - interval '1 second'")
        .await;
    (send.run)().await.unwrap();
    assert_eq!(only(&world).await.attempts, 2);
    sink.release();
    late.await.unwrap().unwrap();
    let after = only(&world).await;
    assert_eq!(
        (after.status, after.attempts),
        (MessageStatus::Pending, 2),
        "the second attempt's mark stands"
    );
    assert_eq!(logs(&world).await, ["2 temporary"]);
    let mails = sink.mails();
    assert_eq!(mails[0], mails[1]);
}
