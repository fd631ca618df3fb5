//! Who was told of what, and how often.

use serde_json::json;

use super::selling::Shop;
use crate::support::Market;

/// One message about a purchase to its buyer, and one to each seller in it.
pub(super) async fn everybody_was_told_once(market: &Market, ana: &Shop, bento: &Shop) {
    let told = market
        .rows(
            "SELECT kind, recipient, count(*) AS times FROM notifications.notifications \
             WHERE kind IN ('order_confirmed', 'new_order') GROUP BY 1, 2 ORDER BY 1, 2",
        )
        .await;
    // Bento sold to both.
    let expected = json!([
        {"kind": "new_order", "recipient": ana.seller.email, "times": 1},
        {"kind": "new_order", "recipient": bento.seller.email, "times": 2},
        {"kind": "order_confirmed", "recipient": "clara@test.example", "times": 1},
        {"kind": "order_confirmed", "recipient": "guest@test.example", "times": 1},
    ]);
    assert_eq!(json!(told), expected);
    each_was_sent_once(market).await;
}

/// Each message was written at its one attempt, none failed, and the mailbox has one file of each.
pub(super) async fn each_was_sent_once(market: &Market) {
    let attempts = market
        .rows(
            "SELECT n.id, concat_ws(' ', n.status, n.attempts, l.status) AS attempts FROM notifications.notifications n \
             LEFT JOIN notifications.notification_logs l ON l.notification_id = n.id",
        )
        .await;
    assert!(
        attempts.iter().all(|row| row["attempts"] == "written 1"),
        "{attempts:?}"
    );
    let mut made: Vec<String> = attempts
        .iter()
        .filter_map(|row| row["id"].as_str().map(str::to_owned))
        .collect();
    let named = |id: String| id.split('@').next().unwrap_or_default().to_owned();
    let mut sent: Vec<String> = market
        .mails()
        .into_iter()
        .map(|mail| named(mail.id))
        .collect();
    made.sort();
    sent.sort();
    assert_eq!(sent, made, "the mailbox has each message once");
}
