//! A marketplace in production without any provider: one PIX key sells. An operator looks at the bank, says
//! what came, and sends back by hand.

use feira_payment::br_code::{BrCode, Merchant};
use feira_testkit::TestDb;
use reqwest::Method;
use serde_json::json;
use time::Duration;

use crate::support::{
    Answer, Browser, Client, Market, Seller, cart_with, choose_shipping, one_seller, pix,
};

const ONE_KEY: &str = "[payments]\norder = [\"pix\"]\n\
    [payments.providers.pix]\nkind = \"manual\"\npix_key = \"Ana@feira.example\"\n\
    pix_name = \"Ateliê da Ana\"\npix_city = \"São Paulo\"";
const OPERATOR: &str = "operator@test.example";

/// A guest's order of one unit that waits for its PIX.
async fn bought(market: &Market, seller: &Seller, key: &str) -> Answer {
    let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out(key, &cart, pix()).await.expect(201);
    assert_eq!(placed.str("/payment/status"), "pending");
    placed
}

/// The code has all that the payer's bank needs, and her page shows it.
async fn asked_to_pay(market: &Market, placed: &Answer) {
    let code = placed.str("/payment/next_action/br_code");
    let read = BrCode::parse(&code).expect("a code that banks read");
    let key = "ana@feira.example".to_owned();
    assert_eq!(read.merchant, Merchant::Static { key, text: None });
    assert_eq!(
        (read.name.as_str(), read.city.as_str()),
        ("Atelie da Ana", "Sao Paulo")
    );
    let amount = read.amount.expect("an amount").to_string();
    assert_eq!(amount, placed.str("/payment/amount/amount"));
    assert_eq!(read.txid.expect("a txid").len(), 25);
    let picture = placed.str("/payment/next_action/qr_svg");
    assert!(picture.contains("<svg"), "{picture}");
    let holder = market.holder(placed);
    let of = format!("/api/v1/payments/{}", placed.str("/payment/id"));
    for (file, kind, begins) in [
        ("qr.png", "image/png", "PNG"),
        ("qr.svg", "image/svg+xml", "<?xml"),
    ] {
        let path = format!("{of}/{file}");
        let shown = holder.get(&path).await.expect(200);
        assert_eq!(shown.header("content-type"), Some(kind));
        assert_eq!(shown.header("cache-control"), Some("no-store"));
        assert!(
            shown
                .text
                .get(..8)
                .is_some_and(|head| head.contains(begins))
        );
        let stranger = market.client().get(&path).await;
        assert!([401, 404].contains(&stranger.status), "{}", stranger.text);
    }
    let page = format!("/l/order/{}", placed.str("/order_token"));
    let page = market.client().get(&page).await.expect(200).text;
    assert!(page.contains(&code) && page.contains("data:image/png;base64,"));
}

async fn mark(operator: &Client, path: &str, key: &str) -> Answer {
    let keyed = operator.with("idempotency-key", key);
    let body = match path.ends_with("/mark-paid") {
        true => json!({"note": "by telephone"}),
        false => json!({"reference": "E1"}),
    };
    keyed.post(path, body).await
}

/// Without a body.
async fn mark_silently(operator: &Client, path: &str, key: &str) -> Answer {
    let request = operator.request(Method::POST, path);
    operator.send(request.header("idempotency-key", key)).await
}

async fn balanced(operator: &Client, transactions: u64) {
    let books = operator.get("/api/v1/admin/books").await.expect(200);
    assert_eq!(books.json["balanced"], true, "{}", books.text);
    assert_eq!(books.json["transactions"], transactions, "{}", books.text);
}

#[feira_testkit::test]
async fn one_pix_key_sells_in_production(db: TestDb) {
    let market = Market::start_in_production(&db, ONE_KEY).await;
    let (_, seller) = one_seller(&market, 10).await;
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let overview = browser.open("/admin").await.text;
    assert!(!overview.contains("payments.order"), "{overview}");

    let paid = bought(&market, &seller, "paid").await;
    asked_to_pay(&market, &paid).await;
    let told = market.client().post("/webhooks/pix", json!({})).await;
    told.problem(401, "payment.bad_signature");
    // Longer than a provider's PIX may take.
    market.pass(Duration::hours(47)).await;
    assert_eq!(market.order(&paid).await.str("/status"), "pending");
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let page = format!("/admin/payments/{}", paid.str("/payment/id"));
    let noted = [("note", "the transfer of Monday"), ("sure", "yes")];
    let done = browser.submit(&page, &format!("{page}/paid"), &noted).await;
    done.expect(303);
    let shown = browser.open(&page).await.text;
    assert!(shown.contains("the transfer of Monday"), "{shown}");
    market.settle().await;
    assert_eq!(market.order(&paid).await.str("/status"), "confirmed");
    // There is no code any more, because it is paid.
    for file in ["qr.png", "qr.svg"] {
        let path = format!("/api/v1/payments/{}/{file}", paid.str("/payment/id"));
        let over = market.holder(&paid).get(&path).await;
        let over = over.problem(409, "payment.not_waiting");
        assert!(over.text.contains("the payment is paid"), "{}", over.text);
    }
    let operator = market.log_in(OPERATOR, "admin").await;
    balanced(&operator, 1).await;
    let api = format!("/api/v1{page}");
    let unkeyed = operator.post(&format!("{api}/mark-paid"), json!({})).await;
    let unkeyed = unkeyed.problem(400, "request.idempotency_key_missing");
    assert!(!unkeyed.text.contains("purchase"), "{}", unkeyed.text);
    let path = format!("{api}/mark-paid");
    for _ in 0..2 {
        let again = mark(&operator, &path, "again").await;
        assert_eq!(again.expect(200).str("/status"), "completed");
    }
    // A body may be left out, and is nothing else than an object with a note.
    for _ in 0..2 {
        let again = mark_silently(&operator, &path, "silent").await;
        assert_eq!(again.expect(200).str("/status"), "completed");
    }
    let keyed = operator.with("idempotency-key", "other");
    for (body, status) in [
        (json!({"note": "x".repeat(501)}), 422),
        (json!({"reference": "E1"}), 422),
        (json!([]), 422),
        (json!({"note": null}), 200),
        (json!(null), 200),
    ] {
        let told = keyed.post(&path, body.clone()).await;
        assert_eq!(told.status, status, "{body}: {}", told.text);
    }
    let text = operator.request(Method::POST, &path).body("note");
    let text = text.header("idempotency-key", "text");
    assert_eq!(operator.send(text).await.status, 415);
    // What is said again adds no note.
    let details = operator.get(&api).await.expect(200);
    assert_eq!(details.str("/notes"), "the transfer of Monday");
    balanced(&operator, 1).await;

    // Nothing is given back before somebody sent it.
    let holder = market.holder(&paid);
    let cancel = format!("/api/v1/orders/{}/cancel", paid.str("/order/id"));
    holder
        .post(&cancel, json!({"reason": ""}))
        .await
        .expect(200);
    market.pass(Duration::minutes(5)).await;
    let details = operator.get(&api).await.expect(200);
    assert_eq!(details.str("/payment/status"), "completed");
    assert_eq!(details.str("/refunds/0/status"), "pending");
    // What it will take of the store is held.
    balanced(&operator, 2).await;
    // The overview leads there, and the page does not say that it is on its way.
    let overview = browser.open("/admin").await.text;
    assert!(overview.contains(&format!("href=\"{page}\"")), "{overview}");
    let shown = browser.open(&page).await.text;
    assert!(
        shown.contains("To be sent") && !shown.contains("On its way"),
        "{shown}"
    );
    let sent = format!("/refunds/{}", details.str("/refunds/0/id"));
    let sent = mark(&operator, &format!("/api/v1/admin{sent}/mark-sent"), "sent").await;
    assert_eq!(sent.expect(200).str("/status"), "completed");
    balanced(&operator, 3).await;
    // That wakes the order: no time passes.
    market.settle().await;
    let order = market.order(&paid).await;
    assert_eq!(order.str("/payment/status"), "refunded", "{}", order.text);
    let parts = order.json["store_orders"].as_array().expect("parts");
    assert!(parts.iter().all(|part| part["settlement"] == "refunded"));

    // What is not paid in time ends as any other payment.
    let late = bought(&market, &seller, "late").await;
    market.pass(Duration::hours(49)).await;
    assert_eq!(market.order(&late).await.str("/status"), "cancelled");
    let operator = market.log_in(OPERATOR, "admin").await;
    let payment = format!("/api/v1/admin/payments/{}", late.str("/payment/id"));
    let refused = mark(&operator, &format!("{payment}/mark-paid"), "late").await;
    let refused = refused.problem(409, "payment.paid_too_late");
    assert!(refused.text.contains("send it back by hand"));
    balanced(&operator, 3).await;
    market.stop().await;
}

/// A statement of the bank, as Windows writes it.
fn statement(rows: &[String]) -> Vec<u8> {
    let text = format!("Data;Hist\u{f3}rico;Valor\r\n{}\r\n", rows.join("\r\n"));
    // All of it is below 256, where both are alike.
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).expect("of Windows-1252"))
        .collect()
}

async fn send_statement(operator: &Client, query: &str, file: Vec<u8>) -> Answer {
    let path = format!("/api/v1/admin/bank-statements{query}");
    let request = operator.request(Method::POST, &path);
    let request = request.header("content-type", "text/csv").body(file);
    operator.send(request).await
}

#[feira_testkit::test]
async fn a_bank_statement_pays_what_it_names(db: TestDb) {
    let market = Market::start_in_production(&db, ONE_KEY).await;
    let (operator, seller) = one_seller(&market, 10).await;
    let named = bought(&market, &seller, "named").await;
    let unnamed = bought(&market, &seller, "unnamed").await;
    let code = BrCode::parse(&named.str("/payment/next_action/br_code")).expect("a code");
    let txid = code.txid.expect("a txid");
    let amount = named.str("/payment/amount/amount").replace('.', ",");
    let rows = [
        format!("17/03/2026;PIX Jo\u{e3}o {txid};{amount}"),
        format!("17/03/2026;PIX Clara;{amount}"),
        "18/03/2026;Tarifa;-0,50".to_owned(),
    ];
    let file = statement(&rows);
    let mut half = file.clone();
    half.truncate(half.len() - 9);
    let cut = send_statement(&operator, "", half).await;
    let cut = cut.problem(422, "payment.bad_statement");
    assert!(cut.text.contains("line 4"), "{}", cut.text);
    assert_eq!(cut.str("/errors/0/pointer"), "/lines/4");
    assert_eq!(cut.str("/errors/0/code"), "payment.statement_cut_off");
    let dry = send_statement(&operator, "?dry_run=true", file.clone()).await;
    assert_eq!(dry.expect(200).json["matched"], 1);
    assert_eq!(market.order(&named).await.str("/status"), "pending");

    let report = send_statement(&operator, "", file.clone())
        .await
        .expect(200);
    assert_eq!(report.json["matched"], 1);
    assert_eq!(report.str("/first/0/reason"), "amount_only");
    assert_eq!(report.str("/first/0/text"), "PIX Clara");
    market.settle().await;
    assert_eq!(market.order(&named).await.str("/status"), "confirmed");
    assert_eq!(market.order(&unnamed).await.str("/status"), "pending");
    let mut again = send_statement(&operator, "", file).await.expect(200).json;
    assert_eq!(again["known"], again["lines"]);
    again["known"] = report.json["known"].clone();
    assert_eq!(again, report.json);

    // Of the other line the operator decides, on the page that lists it.
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let statements = browser.open("/admin/bank-statements").await.text;
    let lines = format!(
        "/admin/bank-statement-lines?statement={}",
        report.str("/id")
    );
    assert!(statements.contains(&lines), "{statements}");
    let waiting = format!("{lines}&state=open");
    let page = browser.open(&waiting).await.text;
    let payment = unnamed.str("/payment/id");
    assert!(
        page.contains("PIX Clara") && page.contains(&payment),
        "{page}"
    );
    let line = report.str("/first/0/id");
    let (_, place) = waiting.split_once('?').expect("a query");
    let (statement, state) = place.split_once('&').expect("two filters");
    let decide = format!("/admin/bank-statement-lines/{line}?{state}&{statement}");
    let typed = [("payment", payment.as_str())];
    let done = browser.submit(&waiting, &decide, &typed).await;
    done.expect(303);
    market.settle().await;
    assert_eq!(market.order(&unnamed).await.str("/status"), "confirmed");
    let operator = market.log_in(OPERATOR, "admin").await;
    balanced(&operator, 2).await;
    let known = format!("/api/v1/admin/bank-statements/{}", report.str("/id"));
    let known = operator.get(&known).await.expect(200);
    assert_eq!(
        (&known.json["matched"], &known.json["first"]),
        (&json!(2), &json!([]))
    );
    market.stop().await;
}

#[feira_testkit::test]
async fn an_order_is_agreed_upon_in_a_chat(db: TestDb) {
    let chat = "[payments]\norder = [\"chat\"]\n\
        [payments.providers.chat]\nkind = \"manual\"\nwhatsapp = \"+55 81 91234-5678\"";
    let market = Market::start_in_production(&db, chat).await;
    let (_, seller) = one_seller(&market, 10).await;
    let (guest, cart) = cart_with(&market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let refused = guest.check_out("pix", &cart, pix()).await;
    refused.problem(409, "payment.not_offered");
    let placed = guest
        .check_out("chat", &cart, json!({"method": "whatsapp"}))
        .await
        .expect(201);
    let number = placed.str("/order/number");
    let url = placed.str("/payment/next_action/url");
    assert!(
        url.starts_with("https://wa.me/5581912345678?text="),
        "{url}"
    );
    assert!(url.contains(&number), "{url}");
    // With where the order is, on her page as by the API, whoever reads it and whenever.
    let token = placed.str("/order_token");
    let link = format!("%2Fl%2Forder%2F{token}");
    assert!(url.ends_with(&link), "{url}");
    let holder = market.holder(&placed);
    let payment = format!("/api/v1/payments/{}", placed.str("/payment/id"));
    let again = holder.get(&payment).await.expect(200);
    assert_eq!(again.str("/next_action/url"), url);
    let order = format!("/api/v1/orders/{}", placed.str("/order/id"));
    let again = holder.get(&order).await.expect(200);
    assert_eq!(again.str("/payment/next_action/url"), url);
    let page = market.client().get(&format!("/l/order/{token}")).await;
    let page = page.expect(200).text;
    assert!(
        page.contains("https://wa.me/") && page.contains(&link),
        "{page}"
    );
    market.pass(Duration::hours(47)).await;
    let payment = format!("/api/v1/admin/payments/{}", placed.str("/payment/id"));
    let operator = market.log_in(OPERATOR, "admin").await;
    // Who is not its buyer is not told the link that makes her one.
    let seen = operator.get(&payment).await.expect(200).text;
    assert!(seen.contains("wa.me") && !seen.contains(&token), "{seen}");
    let paid = mark(&operator, &format!("{payment}/mark-paid"), "chat").await;
    paid.expect(200);
    market.settle().await;
    assert_eq!(market.order(&placed).await.str("/status"), "confirmed");
    market.stop().await;
}
