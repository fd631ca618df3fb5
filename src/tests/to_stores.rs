//! Buyers who pay each store itself before anything is sold: two stores are two codes, each store says when it has its
//! money, and owes the commission.

use feira_testkit::TestDb;
use serde_json::json;
use time::Duration;

use crate::support::{
    Answer, Browser, Market, Seller, cart_with, choose_shipping, give_payout_account, pix,
    two_sellers,
};

const OPERATOR: &str = "operator@test.example";

/// By hand alone, and the stores themselves.
const BY_STORES: &str = "[payments]\norder = [\"hand\"]\n\
    [payments.providers.hand]\nkind = \"manual\"\npayee = \"store\"";

/// A guest's order of one unit of each.
async fn placed(market: &Market, sellers: &[&Seller], key: &str) -> Answer {
    let units: Vec<_> = sellers.iter().map(|one| (one.variant(0), 1)).collect();
    let (guest, cart) = cart_with(market, &units).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    guest.check_out(key, &cart, pix()).await
}

/// The part of this store.
fn part(placed: &Answer, seller: &Seller) -> String {
    let parts = placed.json["order"]["store_orders"].as_array();
    let mut parts = parts.expect("parts").iter();
    let part = parts.find(|part| part["store_id"] == seller.store.as_str());
    let id = part.expect("its part")["id"].as_str();
    id.expect("an id").to_owned()
}

async fn received(seller: &Seller, part: &str, key: &str) -> Answer {
    let keyed = seller.client.with("idempotency-key", key);
    let path = format!("/api/v1/seller/orders/{part}/collected");
    keyed.post(&path, json!({"note": "on my account"})).await
}

#[feira_testkit::test]
async fn two_stores_are_two_codes_and_a_sale_once_both_have_theirs(db: TestDb) {
    let market = Market::start_with(&db, BY_STORES).await;
    let (_, ana, bento) = two_sellers(&market).await;
    give_payout_account(&ana.client).await;
    let refused = placed(&market, &[&ana, &bento], "early").await;
    let refused = refused.problem(409, "payment.store_cannot_receive");
    assert_eq!(refused.json["store_ids"], json!([bento.store]));
    give_payout_account(&bento.client).await;

    let order = placed(&market, &[&ana, &bento], "both").await.expect(201);
    assert_eq!(order.str("/order/status"), "pending");
    assert_eq!(order.str("/payment/next_action/type"), "pay_stores");
    let legs = order.json["payment"]["legs"].as_array().expect("legs");
    let code = |n: usize| legs[n]["next_action"]["br_code"].as_str().expect("a code");
    assert_eq!(legs.len(), 2);
    assert_ne!(code(0), code(1));
    let page = format!("/l/order/{}", order.str("/order_token"));
    let shown = market.client().get(&page).await.expect(200).text;
    assert!(
        shown.contains(code(0)) && shown.contains(code(1)),
        "{shown}"
    );
    market.settle().await;
    let expected =
        "SELECT count(*) FROM notifications.notifications WHERE kind = 'payment_expected'";
    assert!(market.count(expected).await >= 2);

    let [of_ana, of_bento] = [part(&order, &ana), part(&order, &bento)];
    let path = format!("/api/v1/seller/orders/{of_ana}");
    let shown = ana.client.get(&path).await.expect(200);
    assert_eq!(shown.str("/leg/status"), "open");
    // By what her bank tells of it, not on which account.
    assert!(shown.json["leg"]["statement"].is_string(), "{}", shown.text);
    assert!(!shown.text.contains("br_code"), "{}", shown.text);
    let ship = json!({"carrier": "Courier"});
    let path = format!("/api/v1/seller/orders/{of_ana}/ship");
    let early = ana.client.post(&path, ship.clone()).await;
    early.problem(409, "order.illegal_move");
    received(&bento, &of_ana, "foreign").await.expect(404);
    for key in ["once", "once", "twice"] {
        let said = received(&ana, &of_ana, key).await.expect(200);
        assert_eq!(said.str("/settlement"), "unpaid");
        assert_eq!(said.str("/leg/status"), "paid");
    }
    assert_eq!(market.order(&order).await.str("/status"), "pending");
    // The other one says so on her page.
    let browser = Browser::sign_in(&market, "/seller/login", &bento.email).await;
    let page = format!("/seller/orders/{of_bento}");
    let shown = browser.open(&page).await.text;
    let txid = order.json["payment"]["legs"].as_array().expect("legs");
    let txid = txid
        .iter()
        .find(|leg| leg["store_id"] == bento.store.as_str());
    let txid = txid.expect("a leg")["statement"].as_str().expect("a txid");
    assert!(shown.contains(txid), "{shown}");
    let action = format!("{page}/collected");
    let said = [("sure", "yes"), ("note", "seen on Monday")];
    let pressed = browser.submit(&page, &action, &said).await;
    pressed.expect(303);
    market.settle().await;
    // What they wrote is for operators.
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let payment = format!("/admin/payments/{}", order.str("/payment/id"));
    let shown = browser.open(&payment).await.text;
    for note in ["on my account", "seen on Monday"] {
        assert!(shown.contains(note), "{note}: {shown}");
    }
    let hers = format!("/l/order/{}", order.str("/order_token"));
    let hers = market.client().get(&hers).await.expect(200).text;
    assert!(!hers.contains("seen on Monday"), "{hers}");
    assert_eq!(market.order(&order).await.str("/status"), "confirmed");
    // A courier has no tracking number.
    ana.client.post(&path, ship).await.expect(200);
    let operator = market.log_in(OPERATOR, "admin").await;
    let books = operator.get("/api/v1/admin/books").await.expect(200);
    assert_eq!(books.json["balanced"], true, "{}", books.text);
    let owed = "SELECT count(*) FROM payments.ledger_entries WHERE account = 'seller_receivable'";
    assert_eq!(market.count(owed).await, 2);
}

/// The messages of this kind to this person.
async fn messages(market: &Market, kind: &str, to: &Seller) -> i64 {
    let sql = format!(
        "SELECT count(*) FROM notifications.notifications WHERE kind = '{kind}' AND recipient = '{}'",
        to.email
    );
    market.count(&sql).await
}

/// Its money was told to come by an attempt that another took the place of, and then the order ended.
#[feira_testkit::test]
async fn who_was_told_to_expect_money_hears_that_it_will_not_come(db: TestDb) {
    let by_both = "[payments]\norder = [\"hand\", \"sandbox\"]\n\
        [payments.providers.hand]\nkind = \"manual\"\npayee = \"store\"";
    let market = Market::start_with(&db, by_both).await;
    let (_, ana, bento) = two_sellers(&market).await;
    for seller in [&ana, &bento] {
        give_payout_account(&seller.client).await;
    }
    let order = placed(&market, &[&ana], "both").await.expect(201);
    market.settle().await;
    assert_eq!(messages(&market, "payment_expected", &ana).await, 1);
    let holder = market.holder(&order);
    let retry = format!("/api/v1/payments/{}/retry", order.str("/payment/id"));
    let declined = json!({"payment": {"method": "card", "token": "tok_declined"}});
    let keyed = holder.with("idempotency-key", "retry");
    let retried = keyed.post(&retry, declined).await;
    assert!(retried.status < 300, "{}", retried.text);
    market.settle().await;
    assert_eq!(messages(&market, "part_cancelled", &ana).await, 0);
    let cancel = format!("/api/v1/orders/{}/cancel", order.str("/order/id"));
    let reason = json!({"reason": "changed my mind"});
    holder.post(&cancel, reason).await.expect(200);
    market.settle().await;
    assert_eq!(market.order(&order).await.str("/status"), "cancelled");
    assert_eq!(messages(&market, "part_cancelled", &ana).await, 1);
    assert_eq!(messages(&market, "part_cancelled", &bento).await, 0);
}

/// A chat with the one store of an order leads to the order; one of several stores sees its own part.
#[feira_testkit::test]
async fn a_chat_with_a_store_leads_to_what_it_sells(db: TestDb) {
    let market = Market::start_with(&db, BY_STORES).await;
    let (_, ana, bento) = two_sellers(&market).await;
    for seller in [&ana, &bento] {
        give_payout_account(&seller.client).await;
    }
    let by_chat = async |sellers: &[&Seller], key: &str| {
        let units: Vec<_> = sellers.iter().map(|one| (one.variant(0), 1)).collect();
        let (guest, cart) = cart_with(&market, &units).await;
        let cart = choose_shipping(&guest, &cart).await.json;
        let way = json!({"method": "whatsapp"});
        guest.check_out(key, &cart, way).await.expect(201)
    };
    let one = by_chat(&[&ana], "one").await;
    let url = one.str("/payment/legs/0/next_action/url");
    let token = one.str("/order_token");
    assert!(url.starts_with("https://wa.me/"), "{url}");
    assert!(url.ends_with(&format!("%2Fl%2Forder%2F{token}")), "{url}");
    let page = market.client().get(&format!("/l/order/{token}")).await;
    let link = format!("%2Fl%2Forder%2F{token}");
    assert!(page.expect(200).text.contains(&link));
    // Nobody but its buyer is told the link that makes her one.
    let operator = market.log_in(OPERATOR, "admin").await;
    let seen = format!("/api/v1/admin/payments/{}", one.str("/payment/id"));
    let seen = operator.get(&seen).await.expect(200).text;
    assert!(!seen.contains(&token), "{seen}");

    let both = by_chat(&[&ana, &bento], "both").await;
    let token = both.str("/order_token");
    for leg in both.json["payment"]["legs"].as_array().expect("legs") {
        let url = leg["next_action"]["url"].as_str().expect("a chat");
        let part = leg["store_order_id"].as_str().expect("its part");
        assert!(
            url.ends_with(&format!("%2Fseller%2Forders%2F{part}")),
            "{url}"
        );
        assert!(!url.contains(&token), "{url}");
        // On the buyer's own page it is the same link. Its store opens it, and the other does not.
        let page = market.client().get(&format!("/l/order/{token}")).await;
        let link = format!("%2Fseller%2Forders%2F{part}");
        assert!(page.expect(200).text.contains(&link));
        for seller in [&ana, &bento] {
            let is_own = leg["store_id"] == seller.store.as_str();
            let own = Browser::sign_in(&market, "/seller/login", &seller.email).await;
            let opened = own.client.get(&format!("/seller/orders/{part}")).await;
            assert_eq!(opened.status, if is_own { 200 } else { 404 });
        }
    }
}

/// The store says that it sent the one refund of its part.
async fn sent_back(seller: &Seller, part: &str) {
    let path = format!("/api/v1/seller/orders/{part}/refunds-to-send");
    let to_send = seller.client.get(&path).await.expect(200);
    let refund = to_send.str("/items/0/refund/id").to_owned();
    let path = format!("/api/v1/seller/refunds/{refund}/mark-sent");
    let keyed = seller.client.with("idempotency-key", "sent");
    let sent = keyed.post(&path, json!({"reference": "PIX back"})).await;
    assert_eq!(sent.expect(200).str("/status"), "completed");
}

#[feira_testkit::test]
async fn what_a_store_has_of_a_cancelled_order_it_gives_back_itself(db: TestDb) {
    let market = Market::start_with(&db, BY_STORES).await;
    let (_, ana, bento) = two_sellers(&market).await;
    for seller in [&ana, &bento] {
        give_payout_account(&seller.client).await;
    }
    let order = placed(&market, &[&ana, &bento], "both").await.expect(201);
    let of_ana = part(&order, &ana);
    received(&ana, &of_ana, "once").await.expect(200);
    // The other is not paid in time: its part is cancelled, and this one is sold.
    market.pass(Duration::hours(49)).await;
    let shown = market.order(&order).await;
    assert_eq!(shown.str("/status"), "confirmed");
    // It comes after all: recorded, and sent back.
    let of_bento = part(&order, &bento);
    let bento = Seller {
        client: market.log_in(&bento.email, "seller").await,
        ..bento
    };
    let late = received(&bento, &of_bento, "late").await.expect(200);
    assert_eq!(late.str("/leg/status"), "paid");
    market.settle().await;
    sent_back(&bento, &of_bento).await;
    market.settle().await;
    let told = "SELECT count(*) FROM notifications.notifications WHERE kind = 'order_refunded'";
    assert_eq!(market.count(told).await, 1);
    assert_eq!(market.order(&order).await.str("/status"), "confirmed");
    let guest = market
        .client()
        .with("x-order-token", &order.str("/order_token"));
    let path = format!("/api/v1/orders/{}/cancel", order.str("/order/id"));
    let reason = json!({"reason": "changed my mind"});
    guest.post(&path, reason).await.expect(200);
    market.settle().await;
    let ana = Seller {
        client: market.log_in(&ana.email, "seller").await,
        ..ana
    };
    sent_back(&ana, &of_ana).await;
    market.pass(Duration::hours(1)).await;
    assert_eq!(market.order(&order).await.str("/status"), "cancelled");
    let owed = "SELECT coalesce(sum(amount), 0)::bigint FROM payments.ledger_entries WHERE account = 'seller_receivable'";
    assert_eq!(market.count(owed).await, 0);
}

/// By the page of one store, and by the API of the other.
#[feira_testkit::test]
async fn a_store_imports_the_statement_of_its_own_bank(db: TestDb) {
    const PAGE: &str = "/seller/orders/bank-statement";
    let market = Market::start_with(&db, BY_STORES).await;
    let (_, ana, bento) = two_sellers(&market).await;
    for seller in [&ana, &bento] {
        give_payout_account(&seller.client).await;
    }
    let order = placed(&market, &[&ana, &bento], "both").await.expect(201);
    let legs = order.json["payment"]["legs"].as_array().expect("legs");
    let row = |seller: &Seller| {
        let mut legs = legs.iter();
        let leg = legs.find(|leg| leg["store_id"] == seller.store.as_str());
        let leg = leg.expect("its leg");
        let (txid, amount) = (leg["statement"].as_str(), leg["amount"]["amount"].as_str());
        format!(
            "2026-03-17,PIX {},{}\n",
            txid.expect("a txid"),
            amount.expect("an amount")
        )
    };
    // Both are on it: as if a store knew the other's code.
    let file = format!("date,description,amount\n{}{}", row(&ana), row(&bento));
    let browser = Browser::sign_in(&market, "/seller/login", &ana.email).await;
    let orders = browser.open("/seller/orders").await.text;
    assert!(orders.contains(PAGE), "{orders}");
    let refused = browser.upload(PAGE, PAGE, &[], "nothing").await;
    assert!(refused.expect(422).text.contains("id=\"f-file-error\""));
    let tried = browser
        .upload(PAGE, PAGE, &[], &file)
        .await
        .expect(200)
        .text;
    assert!(tried.contains("nothing was changed"), "{tried}");
    assert_eq!(
        market.order(&order).await.str("/payment/legs/0/status"),
        "open"
    );
    let done = browser.upload(PAGE, PAGE, &[("dry_run", "")], &file).await;
    let done = done.expect(200).text;
    assert!(done.contains("One order is paid"), "{done}");
    // The other's line has no order here.
    assert!(done.contains("No payment found"), "{done}");
    let paid = "SELECT count(*) FROM payments.payment_legs WHERE status = 'paid'";
    assert_eq!(market.count(paid).await, 1);
    let part = part(&order, &ana);
    let shown = ana
        .client
        .get(&format!("/api/v1/seller/orders/{part}"))
        .await;
    assert_eq!(shown.expect(200).str("/leg/status"), "paid");

    let path = "/api/v1/seller/bank-statements";
    let send = async |seller: &Seller, kind: &str| {
        let request = seller.client.request(reqwest::Method::POST, path);
        let request = request.header("content-type", kind).body(file.clone());
        seller.client.send(request).await
    };
    assert_eq!(send(&bento, "application/pdf").await.status, 415);
    let told = send(&bento, "text/csv").await.expect(200);
    assert_eq!(told.json["matched"], 1);
    assert_eq!(told.str("/unmatched/0/reason"), "unknown");
    assert_eq!(told.json["unmatched"][0]["store_order_id"], json!(null));
    market.settle().await;
    assert_eq!(market.order(&order).await.str("/status"), "confirmed");
    let again = send(&bento, "text/csv").await.expect(200);
    assert_eq!(
        (&again.json["matched"], &again.json["were_paid"]),
        (&json!(0), &json!(1))
    );
}
