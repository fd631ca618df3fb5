//! What is kept of a message, and how it is written from that when it is sent or looked at.

use feira_notification::{MessageStatus, testing::order_facts};
use feira_user::ConfirmationId;
use uuid::Uuid;

use crate::support::{World, operator};

/// Everything in the table, as text.
async fn rows(world: &World) -> String {
    let owner = world.db.owner().await;
    let sql = "SELECT string_agg(n::text, ' ') FROM notifications.notifications n";
    let found = feira_kernel::db::scalar(&owner, sql, vec![]).await;
    found.unwrap().unwrap()
}

#[feira_testkit::test("notifications")]
async fn no_text_and_no_token_is_kept(world: World) {
    let casa = world.store("Casa", &[1]);
    let order = world.order(1, "en", &[(casa, "Casa")]);
    let user = world.person(7, "en");
    let confirmation = ConfirmationId(Uuid::from_u128(8));
    world.registered(user, confirmation).await;
    world.confirmed(order).await;
    for _ in 0..2 {
        world.settle().await;
        let kept = rows(&world).await;
        for secret in ["token", "Rua das Flores", "Rede de algod", "://"] {
            assert!(!kept.contains(secret), "{secret}: {kept}");
        }
    }
    let sent = world.letters();
    assert_eq!(sent.len(), 3);
    let links = ["fake-token-of", "guest-token"];
    for link in links {
        assert!(sent.iter().any(|mail| mail.text.contains(link)), "{link}");
    }
}

#[feira_testkit::test("notifications")]
async fn an_operator_sees_what_was_sent_until_it_is_forgotten(world: World) {
    let casa = world.store("Casa", &[1]);
    let order = world.order(1, "pt-BR", &[(casa, "Casa")]);
    world.confirmed(order).await;
    world.settle().await;
    let letters = world.letters();
    for summary in world.all().await {
        let letter = letters.iter().find(|l| l.to == summary.recipient).unwrap();
        let message = world.module.api.message(&operator(), summary.id).await;
        let message = message.unwrap();
        assert_eq!(message.summary.subject, letter.subject);
        // But for what opens the order.
        let seen = |sent: &str| {
            sent.replace("guest-token_1.x", "-----")
                .trim_end()
                .to_owned()
        };
        assert_eq!(message.text.trim_end(), seen(&letter.text));
        assert_eq!(message.html.trim_end(), seen(&letter.html));
        assert_eq!(message.message_id, format!("<{}>", letter.id));
    }
}

/// Rows of a release that kept what it would send.
#[feira_testkit::test("notifications")]
async fn what_was_written_already_is_sent_as_it_is(world: World) {
    world
        .sql(
            "INSERT INTO notifications.notifications (id, kind, locale, recipient, recipient_name, subject, \
                    body_text, body_html, dedupe_key, message_id, event_id, next_attempt_at, created_at) \
             VALUES (gen_random_uuid(), 'order_confirmed', 'en', 'guest@example.com', '', 'As it was', 'Text', \
                     '<p>HTML</p>', 'k', '<old@shop.example.com>', gen_random_uuid(), '2026-01-01', '2026-01-01')",
        )
        .await;
    world.settle().await;
    let id = world.all().await[0].id;
    let seen = world.module.api.message(&operator(), id).await.unwrap();
    assert_eq!(seen.text, "", "its link cannot be hidden");
    let letters = world.letters();
    assert_eq!(letters.len(), 1);
    let letter = &letters[0];
    assert_eq!(
        [
            &letter.id,
            &letter.subject,
            letter.text.trim_end(),
            letter.html.trim_end()
        ],
        ["old@shop.example.com", "As it was", "Text", "<p>HTML</p>"]
    );
}

/// Messages that could not be sent yet, about an order and a confirmation; what was read of them is
/// old by now.
async fn some_that_wait(world: &World) -> (Uuid, ConfirmationId) {
    let casa = world.stores.add(feira_store::testing::store("Casa"));
    let order = world.order(1, "en", &[(casa, "Casa")]);
    let confirmation = ConfirmationId(Uuid::from_u128(8));
    std::fs::remove_dir_all(&world.dir).unwrap();
    world.confirmed(order).await;
    world.registered(world.person(7, "en"), confirmation).await;
    world.settle().await;
    std::fs::create_dir(&world.dir).unwrap();
    world.db.clock().advance(time::Duration::minutes(2));
    (order, confirmation)
}

async fn states(world: &World) -> Vec<MessageStatus> {
    world.all().await.iter().map(|m| m.status).collect()
}

#[feira_testkit::test("notifications")]
async fn what_cannot_be_looked_up_now_is_sent_later(world: World) {
    use MessageStatus::{Pending, Written};
    let (order, _) = some_that_wait(&world).await;
    world.orders.set_down(true);
    world.settle().await;
    let mut found = states(&world).await;
    found.sort_by_key(|status| *status == Written);
    assert_eq!(found, [Pending, Written], "the other one does not wait");
    let all = world.all().await;
    let waiting = all.iter().find(|m| m.status == Pending).unwrap();
    let looked_at = world.module.api.message(&operator(), waiting.id).await;
    let looked_at = looked_at.expect("the page is there");
    assert_eq!(looked_at.text, "");
    assert!(looked_at.last_error.unwrap().contains("no answer"));
    world.orders.set_down(false);
    // As it is by then.
    let mut facts = order_facts(order, "en", &[]);
    facts.order_token = Some("another".to_owned());
    world.orders.put(facts);
    world.db.clock().advance(time::Duration::minutes(2));
    world.settle().await;
    assert_eq!(states(&world).await, [Written, Written]);
    let letters = world.letters();
    assert!(letters.iter().any(|l| l.text.contains("/l/order/another")));
}

#[feira_testkit::test("notifications")]
async fn what_has_nothing_to_say_any_more_is_given_up_with_its_reason(world: World) {
    let (order, confirmation) = some_that_wait(&world).await;
    world.orders.forget(order);
    world.users.confirm(confirmation);
    world.settle().await;
    let all = world.all().await;
    assert_eq!(all.len(), 2);
    for summary in all {
        assert_eq!(summary.status, MessageStatus::Failed, "{}", summary.kind);
        let message = world.module.api.message(&operator(), summary.id).await;
        let message = message.unwrap();
        assert_eq!((message.text.as_str(), message.html.as_str()), ("", ""));
        let why = message.last_error.unwrap();
        let said = match summary.kind.as_str() {
            "verify_email" => "nothing to say any more",
            _ => "not there any more",
        };
        assert!(why.contains(said), "{why}");
    }
    assert_eq!(world.letters().len(), 0);
}
