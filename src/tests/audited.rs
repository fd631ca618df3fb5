//! Money that a person moves, and what she takes away or decides, is written down with who did it.

mod doing;
mod methods;
mod on_delivery;
mod splits;

use std::collections::{BTreeMap, BTreeSet};

use feira_kernel::audit::Act;
use feira_testkit::TestDb;
use serde_json::json;

use doing::{
    archive, bought, by_hand, decide, disputed, document, pay_out, refund_twice, retry_and_resend,
    save_and_remove, settle, statement, take_away, take_payments, undo_payouts,
};

use on_delivery::on_delivery;
use splits::say_split;

use crate::support::{BY_HAND, Browser, Market, payable, two_sellers};

fn acts() -> Vec<Act> {
    feira_web::modules::ACTS.concat()
}

/// The acts of all schemas, each with who did it and how often.
async fn written(market: &Market) -> BTreeMap<(String, String), i64> {
    let mut all = BTreeMap::new();
    for schema in feira_migrations::schemas() {
        let rows = format!(
            "SELECT action, concat_ws(' ', actor, module, surface) AS who, count(*) AS times \
             FROM {schema}.audit GROUP BY 1, 2"
        );
        for row in market.rows(&rows).await {
            let text = |field: &str| row[field].as_str().expect(field).to_owned();
            let times = row["times"].as_i64().expect("a number");
            all.insert((text("action"), text("who")), times);
        }
    }
    all
}

async fn the_page_finds_them(market: &Market, browser: &Browser, order: &str, store: &str) {
    let operator = "SELECT id::text AS id FROM users.users WHERE email = 'operator@test.example'";
    let operator = market.rows(operator).await[0]["id"].clone();
    let operator = operator.as_str().expect("an id");
    let shown = async |filter: &str| {
        let page = browser.open(&format!("/admin/audit?{filter}")).await;
        [order, store].map(|id| page.text.contains(&format!("<code>{id}</code>")))
    };
    // The newest stand on the first page.
    assert_eq!(shown("").await, [false, true]);
    assert_eq!(shown(&format!("subject={order}")).await, [true, false]);
    assert_eq!(shown("module=order").await, [true, false]);
    assert_eq!(shown(&format!("user={operator}")).await, [false, true]);
    assert_eq!(shown(&format!("subject={store}")).await, [false, true]);
    assert_eq!(shown("user=nobody").await, [false, false]);
    assert_eq!(shown("until=2001-01-01").await, [false, false]);
    assert_eq!(shown("until=tomorrow").await, [false, true]);
}

#[feira_testkit::test]
async fn each_act_is_written_down_with_who_did_it(db: TestDb) {
    let market = Market::start_with(&db, BY_HAND).await;
    let (_, ana, bento) = two_sellers(&market).await;
    let email = "operator@test.example";
    let operator = market.log_in(email, "admin").await;
    on_delivery(&market, &operator, &bento).await;
    let (order, holder, _) = bought(&market, &ana, "cancelled").await;
    let cancel = format!("/api/v1/orders/{order}/cancel");
    // Said again it is cancelled already.
    for _ in 0..2 {
        let cancelled = holder.post(&cancel, json!({"reason": "mine"})).await;
        cancelled.expect(200);
    }
    let (paid, _, part) = bought(&market, &ana, "paid").await;
    document(&ana, &part).await;
    payable(&market, &ana, &part).await;
    let operator = market.log_in(email, "admin").await;
    let browser = Browser::sign_in(&market, "/admin/login", email).await;
    settle(&market, &operator, &ana.store).await;
    pay_out(&operator).await;
    refund_twice(&operator, &paid).await;
    undo_payouts(&market, &operator, &browser, &ana.store).await;
    by_hand(&market, &operator, &bento).await;
    say_split(&market, &operator, &bento).await;
    statement(&operator).await;
    disputed(&market, &operator, &bento).await;
    retry_and_resend(&market, &operator, &browser).await;
    take_away(&market, &ana).await;
    archive(&market, &ana).await;
    decide(&market, &operator, &bento).await;
    take_payments(&operator).await;
    save_and_remove(&market).await;

    let expected = [
        ("catalog.category_added", "person admin", 1),
        ("catalog.category_changed", "person admin", 1),
        ("catalog.category_removed", "person admin", 1),
        ("catalog.image_removed", "person seller", 1),
        ("catalog.product_archived", "person seller", 1),
        ("catalog.variant_removed", "person seller", 1),
        ("event.retried", "person admin", 1),
        ("notification.message_resent", "person admin", 1),
        ("order.cancelled", "guest", 4),
        ("order.fiscal_document_set", "person seller", 1),
        ("order.refunded", "person admin", 1),
        ("payment.debt_invoiced", "person admin", 1),
        ("payment.debt_settled", "person admin", 1),
        ("payment.debt_written_off", "person admin", 1),
        ("payment.dispute_closed", "person admin", 1),
        ("payment.dispute_opened", "person admin", 1),
        ("payment.evidence_removed", "person admin", 1),
        ("payment.evidence_sent", "person admin", 1),
        ("payment.invoice_ended", "person admin", 1),
        ("payment.leg_paid", "person seller", 1),
        ("payment.leg_unpaid", "person admin", 1),
        ("payment.marked_paid", "person admin", 5),
        ("payment.method_limit_removed", "person admin", 1),
        ("payment.method_limit_set", "person admin", 1),
        ("payment.notes_changed", "person admin", 1),
        ("payment.payout_account_seen", "person admin", 1),
        ("payment.payout_cancelled", "person admin", 1),
        ("payment.payout_file_made", "person admin", 1),
        ("payment.payout_made", "person admin", 2),
        ("payment.payout_paid", "person admin", 1),
        ("payment.payout_returned", "person admin", 1),
        ("payment.provider_added", "person admin", 1),
        ("payment.provider_changed", "person admin", 1),
        ("payment.provider_removed", "person admin", 1),
        ("payment.refund_returned", "person admin", 1),
        ("payment.refund_sent", "person admin", 1),
        ("payment.refund_settled", "person admin", 1),
        ("payment.refund_withdrawn", "person admin", 1),
        ("payment.split_settled", "person admin", 1),
        ("payment.statement_imported", "person admin", 1),
        ("payment.statement_line_ignored", "person admin", 1),
        ("payment.reserve_held", "person admin", 1),
        ("payment.reserve_released", "person admin", 1),
        ("payment.saved_method_removed", "person shop", 1),
        ("store.approved", "person admin", 2),
        ("store.commission_rule_added", "person admin", 1),
        ("store.commission_rule_changed", "person admin", 1),
        ("store.commission_rule_removed", "person admin", 1),
        ("store.payout_account_changed", "person seller", 1),
        ("store.rejected", "person admin", 1),
        ("store.shipping_method_removed", "person seller", 1),
        ("store.suspended", "person admin", 1),
        ("user.operator_made", "system cli", 1),
    ];
    let every = acts().iter().map(|act| act.name).collect::<BTreeSet<_>>();
    assert_eq!(every, expected.iter().map(|(act, ..)| *act).collect());
    let expected = expected.map(|(act, who, n)| ((act.to_owned(), who.to_owned()), n));
    assert_eq!(written(&market).await, BTreeMap::from(expected));
    the_page_finds_them(&market, &browser, &order, &bento.store).await;
    market.stop().await;
}
