//! What `feira check` says when it is broken on purpose, and what the schema refuses by itself.

use feira_kernel::{db, values};
use feira_testkit::violations;

use crate::support::World;

async fn fired(world: &World) -> Vec<String> {
    let found = violations(&world.db.url(), Some("notifications")).await;
    found
        .into_iter()
        .map(|v| format!("{} {}", v.invariant, v.row))
        .collect()
}

#[feira_testkit::test("notifications")]
async fn i29_sees_a_second_message_and_a_second_sending(world: World) {
    world.one_order().await;
    assert_eq!(fired(&world).await, Vec::<String>::new());

    world
        .sql(
            "ALTER TABLE notifications.notifications DROP CONSTRAINT notifications_dedupe_key; \
             INSERT INTO notifications.notifications (id, kind, params, locale, recipient, recipient_name, subject, \
                    has_body, dedupe_key, event_id, next_attempt_at) \
             SELECT 'aaaaaaaa-0000-7000-8000-000000000000', kind, params, locale, recipient, recipient_name, subject, \
                    has_body, dedupe_key, event_id, next_attempt_at \
             FROM notifications.notifications WHERE kind = 'order_confirmed'",
        )
        .await;
    let found = fired(&world).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("i29_messages_are_sent_once") && found[0].contains("same dedupe key")
    );
    world
        .sql(
            "DELETE FROM notifications.notifications WHERE id = 'aaaaaaaa-0000-7000-8000-000000000000'; \
             ALTER TABLE notifications.notifications ADD CONSTRAINT notifications_dedupe_key UNIQUE (dedupe_key)",
        )
        .await;

    // As a release that logged what was sent; and as a worker that outlived its lease.
    for (attempt, status, error, says) in [
        (1, "sent", "NULL", "sent by its log"),
        (2, "temporary", "'later'", "an attempt that it did not have"),
    ] {
        world
            .sql(&format!(
                "INSERT INTO notifications.notification_logs (id, notification_id, attempt, status, error_message, logged_at) \
                 SELECT gen_random_uuid(), id, {attempt}, '{status}', {error}, sent_at \
                 FROM notifications.notifications WHERE kind = 'new_order'; \
                 UPDATE notifications.notifications SET status = 'failed', sent_at = NULL WHERE kind = 'new_order'"
            ))
            .await;
        let found = fired(&world).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].contains(says) && found[0].contains("new_order:"),
            "{found:?}"
        );
        world
            .sql(
                "DELETE FROM notifications.notification_logs; \
                 UPDATE notifications.notifications SET status = 'written', sent_at = now() WHERE kind = 'new_order'",
            )
            .await;
    }
}

/// The module's own role can neither rewrite the log nor make a second message or a bad header.
#[feira_testkit::test("notifications")]
async fn the_schema_refuses_what_the_code_never_does(world: World) {
    world.one_order().await;
    let env = world.db.env("notifications");
    for (sql, why) in [
        (
            "UPDATE notification_logs SET attempt = 9",
            "permission denied",
        ),
        ("DELETE FROM notification_logs", "permission denied"),
        (
            "UPDATE notifications SET dedupe_key = 'same'",
            "notifications_dedupe_key",
        ),
        (
            "UPDATE notifications SET params = NULL",
            "notifications_written",
        ),
        (
            "UPDATE notifications SET subject = E'a\\r\\nBcc: b'",
            "check constraint",
        ),
        (
            "UPDATE notifications SET status = 'pending'",
            "check constraint",
        ),
        (
            "UPDATE notifications SET has_body = true, body_text = ''",
            "check constraint",
        ),
    ] {
        let error = db::exec(env.pool.write(), sql, values![])
            .await
            .unwrap_err();
        assert!(error.to_string().contains(why), "{sql}: {error}");
    }
}
