//! An empty marketplace in production: an operator enters one PIX key on the page, and it sells.

use feira_testkit::TestDb;
use serde_json::json;
use time::Duration;

use crate::support::{Browser, Market, cart_with, choose_shipping, one_seller, pix};

const OPERATOR: &str = "operator@test.example";
const PAGE: &str = "/admin/providers";
const NEW: &str = "/admin/providers/manual/new";
const NOTHING: &str = "Nothing can be sold yet";

#[feira_testkit::test]
async fn one_pix_key_on_the_page_sells_in_production(db: TestDb) {
    let market = Market::start_in_production(&db, "").await;
    let (_, seller) = one_seller(&market, 10).await;
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let home = browser.open("/admin").await.text;
    assert!(home.contains(NOTHING), "{home}");
    let (guest, cart) = cart_with(&market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    guest.check_out("too early", &cart, pix()).await.expect(409);

    let typed = |key: &'static str| {
        [
            ("name", "pix"),
            ("settings_pix_key", key),
            ("settings_pix_name", "Ateliê da Ana"),
            ("settings_pix_city", "Recife"),
        ]
    };
    let opened = browser.open(NEW).await;
    let wrong = browser.save(&opened, NEW, &typed("529.982.247-24")).await;
    let wrong = wrong.expect(422).text;
    assert!(wrong.contains("id=\"f-settings_pix_key-error\""), "{wrong}");
    let good = browser.save(&opened, NEW, &typed("529.982.247-25")).await;
    good.expect(303);
    let home = browser.open("/admin").await.text;
    assert!(!home.contains(NOTHING), "{home}");

    let placed = guest.check_out("paid", &cart, pix()).await.expect(201);
    assert_eq!(placed.str("/payment/status"), "pending");
    // As long as what a person confirms may take.
    market.pass(Duration::hours(47)).await;
    assert_eq!(market.order(&placed).await.str("/status"), "pending");
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let payment = format!("/admin/payments/{}", placed.str("/payment/id"));
    let paid = format!("{payment}/paid");
    browser
        .submit(&payment, &paid, &[("sure", "yes")])
        .await
        .expect(303);
    market.settle().await;
    assert_eq!(market.order(&placed).await.str("/status"), "confirmed");

    // Switched off and on again; with a payment it is not removed, and nobody is there to be tested.
    let one = format!("{PAGE}/pix");
    for (step, said) in [("off", "Switched off"), ("on", "Takes payments")] {
        let step = format!("{one}/{step}");
        browser.submit(&one, &step, &[]).await.expect(303);
        let shown = browser.open(&one).await.text;
        assert!(shown.contains(said), "{step}: {shown}");
    }
    let shown = browser.open(&one).await.text;
    for step in ["remove", "test"] {
        assert!(!shown.contains(&format!("{one}/{step}")), "{shown}");
    }
    market.stop().await;
}

#[feira_testkit::test]
async fn keys_are_never_answered_and_settings_go_before(db: TestDb) {
    let market = Market::start_with(&db, "").await;
    let (operator, _) = one_seller(&market, 10).await;
    let (key, webhook) = (
        "sk_live_0123456789abcdefghijklmn",
        "whsec_0123456789abcdefghijklmnop",
    );
    let cards = json!({
        "name": "cards", "kind": "stripe",
        "settings": {"api_key": key, "webhook_secret": webhook, "takes": "BRL 0.50"},
    });
    let mut answers = Vec::new();
    let path = "/api/v1/admin/providers";
    answers.push(operator.post(path, cards.clone()).await.expect(201).text);
    let refused = operator.post(path, cards).await.expect(422);
    assert_eq!(refused.str("/errors/0/pointer"), "/name");
    answers.push(refused.text);
    let one = format!("{path}/cards");
    let capture = json!({"settings": {"capture": "manual"}});
    answers.push(operator.patch(&one, capture).await.expect(200).text);
    let shown = operator.get(&one).await.expect(200);
    assert_eq!(shown.str("/secrets/0/field"), "api_key");
    assert!(shown.str("/webhook_url").ends_with("/webhooks/cards"));
    answers.push(shown.text);
    answers.push(operator.get(path).await.expect(200).text);
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let tested = format!("{PAGE}/sandbox");
    let test = format!("{tested}/test");
    browser.submit(&tested, &test, &[]).await.expect(303);
    let page = format!("{PAGE}/cards");
    let typed = [
        ("settings_api_key", key),
        ("settings_webhook_secret", "whsec_short"),
    ];
    let wrong = browser.submit(&page, &page, &typed).await.expect(422);
    assert!(!wrong.text.contains("whsec_short"), "{}", wrong.text);
    answers.push(wrong.text);
    answers.push(browser.open(&page).await.text);
    answers.push(browser.open(PAGE).await.text);
    let audit = market
        .rows("SELECT a::text AS row FROM payments.audit a")
        .await;
    answers.extend(audit.iter().map(ToString::to_string));
    let rest = "0123456789abcdefghijklmn";
    for answer in answers {
        assert!(!answer.contains(rest), "{answer}");
    }
    // No table of any module has one.
    let tables = "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables \
                  WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
    for table in market.rows(tables).await {
        let table = table["name"].as_str().expect("a name");
        let found = format!("SELECT count(*) FROM {table} t WHERE t::text LIKE '%{rest}%'");
        assert_eq!(market.count(&found).await, 0, "{table}");
    }

    // The one of the settings is changed there only.
    let sandbox = format!("{path}/sandbox");
    let off = operator.patch(&sandbox, json!({"takes_new": false})).await;
    off.problem(409, "payment.provider_configured");
    let shown = browser.open(&format!("{PAGE}/sandbox")).await.text;
    assert!(shown.contains("decides on this provider"), "{shown}");
    market.stop().await;
}

/// A rule is of one currency: the marketplace's, unless another one is named.
#[feira_testkit::test]
async fn a_rule_of_a_way_to_pay_is_of_the_currency_that_its_form_names(db: TestDb) {
    const RULES: &str = "/admin/providers/limits/new";
    let market = Market::start_with(&db, "").await;
    let (operator, _) = one_seller(&market, 10).await;
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let typed = |currency: &'static str, least: &'static str| {
        [
            ("method", "card"),
            ("store", ""),
            ("enabled", "yes"),
            ("currency", currency),
            ("least", least),
            ("most", ""),
        ]
    };
    for (currency, least) in [("", "5.00"), ("usd", "2.50"), ("JPY", "300")] {
        let set = browser.submit(PAGE, RULES, &typed(currency, least)).await;
        set.expect(303);
    }
    for (wrong, least, field) in [
        ("XX", "1.00", "currency"),
        ("real", "1.00", "currency"),
        ("JPY", "3.50", "least"),
    ] {
        let refused = browser.submit(PAGE, RULES, &typed(wrong, least)).await;
        let said = format!("id=\"f-{field}-error\"");
        let text = refused.expect(422).text;
        assert!(text.contains(&said), "{wrong} {least}: {text}");
    }
    let kept = operator
        .get("/api/v1/admin/method-limits")
        .await
        .expect(200);
    let items = kept.json["items"].as_array().expect("rules").iter();
    let mut amounts: Vec<_> = items.map(|rule| rule["least"].clone()).collect();
    amounts.sort_by_key(ToString::to_string);
    let expected = [
        json!({"amount": "2.50", "currency": "USD"}),
        json!({"amount": "300", "currency": "JPY"}),
        json!({"amount": "5.00", "currency": "BRL"}),
    ];
    assert_eq!(amounts, expected);
    market.stop().await;
}
