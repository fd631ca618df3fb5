//! What sellers and operators do on pages, with plain forms and no script.

mod navigation;
mod taken_away;

use feira_testkit::TestDb;
use scraper::{Html, Selector};
use serde_json::json;
use time::Duration;

use crate::support::{
    BY_HAND, Browser, Client, Market, Seller, bank_transfer, card, cart_with, choose_shipping,
    fill_cart, give_payout_account, hidden_fields, two_sellers,
};

#[feira_testkit::test]
async fn every_page_opens_without_a_script_and_keeps_what_was_typed(db: TestDb) {
    let market = Market::start_with(&db, BY_HAND).await;
    let (_, ana, bento) = two_sellers(&market).await;
    is_paid_out(&market, &ana).await;
    let api = market.log_in("operator@test.example", "admin").await;
    let (guest, cart) = fill_cart(&market, &ana, &bento).await;
    let placed = guest.check_out("pages", &cart, card("tok_approved"));
    placed.await.expect(201);
    market.pass(Duration::seconds(1)).await;
    disputed(&market, &api, &ana).await;
    let operator = Browser::sign_in(&market, "/admin/login", "operator@test.example").await;
    open_all(&operator, "admin").await;
    let seller = Browser::sign_in(&market, "/seller/login", &ana.email).await;
    let new = "/seller/products/new";
    open_all(&seller, "seller").await;
    let product = ana.product["id"].as_str().expect("an id");
    let variant = format!("/seller/products/{product}/variants/{}", ana.variant(0));
    let movements = seller.open(&variant).await.text;
    assert!(
        movements.contains("Clara Nunes</td>"),
        "who did it has a name"
    );
    let orders = seller.open("/seller/orders").await;
    let local = " UTC-3</time>";
    assert!(orders.text.contains(local), "times are those of the store");
    let typed = [("name", "Mug"), ("variants_0_price", "ten")];
    let wrong = seller.submit(new, new, &typed).await.expect(422);
    assert!(
        wrong.text.contains("value=\"ten\""),
        "what was typed is kept"
    );
    let opened = seller.open(new).await;
    let typed = [("name", "Mug"), ("variants_0_price", "10")];
    let made = seller.save(&opened, new, &typed).await.expect(303);
    let again = seller.save(&opened, new, &typed).await.expect(303);
    assert_eq!(again.header("location"), made.header("location"));
    market.stop().await;
}

/// What she sold arrived, and is paid out when it cannot come back any more.
async fn is_paid_out(market: &Market, seller: &Seller) {
    let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out("paid out", &cart, card("tok_approved"));
    placed.await.expect(201);
    market.settle().await;
    give_payout_account(&seller.client).await;
    let orders = seller.client.get("/api/v1/seller/orders").await;
    let order = orders.expect(200).str("/items/0/id");
    let sent = json!({"carrier": "Correios", "tracking_number": "BR1"});
    for (step, body) in [("ship", sent), ("deliver", json!({}))] {
        let path = format!("/api/v1/seller/orders/{order}/{step}");
        seller.client.post(&path, body).await.expect(200);
    }
    market.pass(Duration::days(6)).await;
    market.pass(Duration::days(9)).await;
    let made = "SELECT count(*) FROM payments.payouts";
    assert_eq!(market.count(made).await, 1);
}

/// A transfer came, and the bank took a part of it back.
async fn disputed(market: &Market, operator: &Client, seller: &Seller) {
    let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out("disputed", &cart, bank_transfer()).await;
    let payment = placed.expect(201).str("/payment/id");
    let keyed = operator.with("idempotency-key", "disputed");
    let paid = format!("/api/v1/admin/payments/{payment}/mark-paid");
    keyed.post(&paid, json!({})).await.expect(200);
    let new = json!({
        "payment_id": payment, "kind": "chargeback", "amount": {"amount": "1.00", "currency": "BRL"},
        "reason": "fraud", "bank_reference": "CB 1",
    });
    keyed.post("/api/v1/admin/disputes", new).await.expect(201);
    market.settle().await;
}

/// Opens every page that somebody sees; those of one thing by the links on those before.
async fn open_all(browser: &Browser, who: &str) {
    let mut links: Vec<String> = Vec::new();
    let pages = feira_pages::paths().filter(|(whose, _)| *whose == who);
    for (_, path) in pages {
        let found = match path.contains('{') {
            false => Some(path.to_owned()),
            true => links.iter().find(|link| leads_to(link, path)).cloned(),
        };
        let page = browser.open(&found.expect(path)).await;
        let link = Selector::parse("main a[href]").expect("a selector");
        let html = Html::parse_document(&page.text);
        let hrefs = html.select(&link).filter_map(|a| a.value().attr("href"));
        links.extend(hrefs.map(str::to_owned));
    }
}

/// Whether an address is one of a path such as `/seller/orders/{id}`; some things have names.
fn leads_to(href: &str, path: &str) -> bool {
    let (href, path) = (href.split('/'), path.split('/'));
    href.clone().count() == path.clone().count()
        && href.zip(path).all(|(part, of)| match of {
            "{name}" | "{kind}" | "{account}" | "{currency}" => !part.contains(['?', '#']),
            id if id.starts_with('{') => part.parse::<uuid::Uuid>().is_ok(),
            word => part == word,
        })
}

#[feira_testkit::test]
async fn a_blank_carrier_is_refused_in_the_sellers_language(market: Market) {
    let (_, ana, bento) = two_sellers(&market).await;
    let (guest, cart) = fill_cart(&market, &ana, &bento).await;
    let placed = guest.check_out("words", &cart, card("tok_approved"));
    placed.await.expect(201);
    market.settle().await;
    let orders = ana.client.get("/api/v1/seller/orders").await.expect(200);
    let page = format!("/seller/orders/{}", orders.str("/items/0/id"));
    let blank = [("carrier", " "), ("tracking_number", "QB1")];
    for (locale, said) in [
        ("en", "Fill in this field."),
        ("pt-BR", "Preencha este campo."),
    ] {
        let change = format!(
            "UPDATE users.users SET locale = '{locale}' WHERE email = '{}' RETURNING 1::bigint",
            ana.email
        );
        market.count(&change).await;
        let browser = Browser::sign_in(&market, "/seller/login", &ana.email).await;
        let action = format!("{page}/ship");
        let refused = browser.submit(&page, &action, &blank).await.expect(422);
        assert!(refused.text.contains(said), "{}", refused.text);
    }
    market.stop().await;
}

#[feira_testkit::test]
async fn a_dead_invitation_is_said_with_a_way_on(market: Market) {
    let typed = [
        ("email", "first@test.example"),
        ("password", "a long enough password"),
        ("first_name", "Olga"),
        ("last_name", "Prado"),
    ];
    let path = "/l/first-operator/used";
    let refused = market.client().form(path, &typed).await.expect(422);
    assert!(refused.text.contains("class=\"refused\""));
    for page in [refused, market.client().get(path).await.expect(200)] {
        assert!(page.text.contains("href=\"/admin/login\""));
        assert!(!page.text.contains("name=\"first_name\""), "{}", page.text);
    }
    market.stop().await;
}

#[feira_testkit::test]
async fn jobs_that_are_late_are_told_until_they_have_run(market: Market) {
    market.operator().await;
    market.settle().await;
    let operator = Browser::sign_in(&market, "/admin/login", "operator@test.example").await;
    let readiness = async || market.client().get("/readyz").await;
    let told = async || {
        let page = operator.open("/admin").await;
        let task = Selector::parse(".todo a[href='/admin/events']").expect("a selector");
        Html::parse_document(&page.text).select(&task).count()
    };
    // Late is what has been due for five minutes.
    for minutes in [6, 20, 90] {
        readiness().await.expect(200);
        assert_eq!(told().await, 0);
        market.clock().advance(Duration::minutes(minutes));
        let late = readiness().await.expect(503);
        assert_eq!(late.str("/reason"), "jobs are late", "{minutes}");
        assert_eq!(told().await, 1, "{minutes}");
        market.settle().await;
    }
    market.clock().advance(Duration::minutes(4));
    readiness().await.expect(200);
    assert_eq!(told().await, 0);
    // What they are told on does not depend on the figures beside it.
    let sales = "<h2>Turnover and commission</h2>";
    assert!(operator.open("/admin").await.text.contains(sales));
    let money = "ALTER FUNCTION orders.money(numeric, text) RENAME TO away";
    market.rows(money).await;
    let page = operator.open("/admin").await.text;
    assert!(page.contains("class=\"figures\"") && !page.contains(sales));
    let money = "ALTER FUNCTION orders.away(numeric, text) RENAME TO money";
    market.rows(money).await;
    market.stop().await;
}

#[feira_testkit::test]
async fn forms_from_elsewhere_are_refused(market: Market) {
    market.operator().await;
    let operator = Browser::sign_in(&market, "/admin/login", "operator@test.example").await;
    let run = "/admin/payouts/run";
    for fields in [
        vec![],
        vec![("csrf", "")],
        vec![("csrf", "AAAAAAAAAAAAAAAAAAAAAA.AAAA")],
    ] {
        assert_eq!(operator.client.form(run, &fields).await.status, 403);
    }
    let page = operator.open("/admin/payouts").await;
    let hidden = hidden_fields(&page.text, run);
    let fields: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let foreign = operator.client.with("sec-fetch-site", "cross-site");
    let body = fields
        .iter()
        .map(|(n, v)| format!("{n}={v}"))
        .collect::<Vec<_>>()
        .join("&");
    let request = foreign
        .request(reqwest::Method::POST, run)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    let refused = foreign.send(request).await;
    assert_eq!(refused.status, 403);
    let said = "did not come from a page of this site";
    assert!(refused.text.contains(said), "{}", refused.text);
    operator.client.get(run).await.expect(405);
    // A page without a session leads to the sign-in.
    let away = market.client().get("/admin/payouts").await.expect(303);
    assert_eq!(
        away.header("location"),
        Some("/admin/login?next=/admin/payouts")
    );
    let wrong = [
        ("login", "operator@test.example"),
        ("password", "not the password"),
        ("next", ""),
    ];
    assert_eq!(
        market.client().form("/admin/login", &wrong).await.status,
        422
    );
    operator.client.form("/logout", &fields).await.expect(303);
    operator.client.get("/admin").await.expect(303);
    market.stop().await;
}
