//! Providers that an operator enters: saved, put in order, their secrets replaced, removed; and a rule of a method.

use feira_testkit::TestDb;
use serde_json::Value;

use super::OPERATOR;
use crate::support::{Browser, Client, Market, one_seller};

const PAGE: &str = "/admin/providers";
const NEW: &str = "/admin/providers/stripe/new";
const KEY: &str = "sk_live_0123456789abcdefghijklmn";
const SECRET: &str = "whsec_0123456789abcdefghijklmnop";

async fn names(operator: &Client) -> Vec<Value> {
    let found = operator.get("/api/v1/admin/providers").await.expect(200);
    let items = found.json["items"].as_array().expect("providers").iter();
    items.map(|one| one["name"].clone()).collect()
}

/// The secrets that are set.
async fn secrets(operator: &Client, name: &str) -> Vec<Value> {
    let path = format!("/api/v1{PAGE}/{name}");
    let found = operator.get(&path).await.expect(200);
    let set = found.json["secrets"].as_array().expect("secrets").iter();
    set.map(|one| one["field"].clone()).collect()
}

#[feira_testkit::test]
async fn providers_are_saved_put_in_order_and_removed(db: TestDb) {
    let market = Market::start_in_production(&db, "").await;
    let (operator, _) = one_seller(&market, 10).await;
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    for name in ["one", "two"] {
        let typed = [
            ("name", name),
            ("settings_api_key", KEY),
            ("settings_webhook_secret", SECRET),
            ("settings_takes", "BRL 0.50"),
        ];
        let shown = browser.fill(NEW, NEW, &typed).await.text;
        assert!(shown.contains(&format!("{PAGE}/{name}")), "{shown}");
    }
    assert_eq!(names(&operator).await, ["one", "two"]);
    browser.fill(PAGE, &format!("{PAGE}/two/up"), &[]).await;
    assert_eq!(names(&operator).await, ["two", "one"]);
    browser.fill(PAGE, &format!("{PAGE}/two/down"), &[]).await;
    assert_eq!(names(&operator).await, ["one", "two"]);

    // What is changed is shown; secrets that are left empty stay.
    let one = format!("{PAGE}/one");
    let typed = [
        ("settings_takes", "BRL 2.00"),
        ("settings_capture", "manual"),
    ];
    let shown = browser.fill(&one, &one, &typed).await.text;
    assert!(shown.contains("BRL 2.00"), "{shown}");
    assert_eq!(
        secrets(&operator, "one").await,
        ["api_key", "webhook_secret"]
    );
    let previous = "settings_webhook_secret_previous";
    let remove = format!("remove_{previous}");
    let shown = browser.open(&one).await.text;
    assert!(!shown.contains(&remove), "there is none");
    let both = [
        (
            "settings_webhook_secret",
            "whsec_abcdefghijklmnop0123456789",
        ),
        (previous, SECRET),
    ];
    let shown = browser.fill(&one, &one, &both).await.text;
    assert!(
        shown.contains(&remove) && !shown.contains(SECRET),
        "{shown}"
    );
    assert!(
        !shown.contains("remove_settings_webhook_secret\""),
        "it must be there"
    );
    let all = ["api_key", "webhook_secret", "webhook_secret_previous"];
    assert_eq!(secrets(&operator, "one").await, all);
    // The box is not ticked, and then it is.
    browser.fill(&one, &one, &[(&*remove, "")]).await;
    assert_eq!(secrets(&operator, "one").await, all);
    let shown = browser.fill(&one, &one, &[(&*remove, "yes")]).await.text;
    assert!(!shown.contains(&remove), "{shown}");
    assert_eq!(
        secrets(&operator, "one").await,
        ["api_key", "webhook_secret"]
    );

    let shown = browser.fill(&one, &format!("{one}/remove"), &[]).await.text;
    assert!(shown.contains("Removed. Its name stays taken."), "{shown}");
    assert_eq!(names(&operator).await, ["two"]);
    browser.client.get(&one).await.expect(404);
    market.stop().await;
}

#[feira_testkit::test]
async fn a_rule_of_a_way_to_pay_is_set_and_removed(market: Market) {
    one_seller(&market, 10).await;
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let typed = [("method", "card"), ("currency", "BRL"), ("least", "5.00")];
    let new = format!("{PAGE}/limits/new");
    let shown = browser.fill(PAGE, &new, &typed).await.text;
    let begin = format!("action=\"{PAGE}/limits/");
    let ids = shown.split(&begin).skip(1);
    let mut ids = ids.filter_map(|rest| Some(rest.split_once("/remove\"")?.0));
    let id = ids.find(|id| id.len() == 36).expect("a rule").to_owned();
    let remove = format!("{PAGE}/limits/{id}/remove");
    let shown = browser.fill(PAGE, &remove, &[]).await.text;
    assert!(!shown.contains(&id), "{shown}");
    market.stop().await;
}
