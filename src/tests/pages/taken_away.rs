//! What is added on a page is changed and taken away on one.

use serde_json::{Value, json};

use crate::support::{Browser, Client, Market, Seller, cart_with, numbered_picture, one_seller};

/// The ids in a list of the API, or in a list that a thing has.
async fn ids(client: &Client, path: &str, list: &str) -> Vec<String> {
    let found = client.get(path).await.expect(200).json;
    let found = found.pointer(list).and_then(Value::as_array).cloned();
    let found = found.expect("a list").into_iter();
    let id = |one: Value| one["id"].as_str().expect("an id").to_owned();
    found.map(id).collect()
}

/// Saves the form of a page as it is shown, with what is typed.
async fn save(browser: &Browser, page: &str, action: &str, typed: &[(&str, &str)]) {
    let opened = browser.open(page).await;
    browser.save(&opened, action, typed).await.expect(303);
}

async fn press(browser: &Browser, page: &str, action: &str) {
    browser.submit(page, action, &[]).await.expect(303);
}

/// A buyer has chosen the way of sending that is taken away.
async fn shipping(browser: &Browser, seller: &Seller, buyer: &Client, cart: &str) {
    let (page, new) = ("/seller/shipping", "/seller/shipping/new");
    let express = [
        ("name", "Express"),
        ("kind", "flat"),
        ("price", ""),
        ("transit_days", "2"),
    ];
    browser.submit(page, new, &express).await.expect(422);
    let priced = [express[0], express[1], ("price", "19.90"), express[3]];
    browser.submit(page, new, &priced).await.expect(303);
    let methods = "/api/v1/seller/shipping-methods";
    let made = ids(&seller.client, methods, "/items").await;
    let choice = json!({"store_id": seller.store, "shipping_method_id": made[1]});
    let choices = json!({"choices": [choice]});
    let chosen = buyer.put(&format!("{cart}/shipping"), choices).await;
    assert_eq!(chosen.expect(200).json["problems"], json!([]));
    let page = format!("{page}/{}", made[1]);
    save(
        browser,
        &page,
        &page,
        &[("price", "9.90"), ("active", "false")],
    )
    .await;
    let shown = seller.client.get(&format!("{methods}/{}", made[1])).await;
    let shown = shown.expect(200);
    assert_eq!(shown.str("/price/price/amount"), "9.90");
    assert_eq!(shown.json["active"], false);
    press(browser, &page, &format!("{page}/remove")).await;
    assert_eq!(ids(&seller.client, methods, "/items").await, made[..1]);
}

async fn product(browser: &Browser, seller: &Seller) {
    let id = seller.product["id"].as_str().expect("an id");
    let (page, api) = (
        format!("/seller/products/{id}"),
        format!("/api/v1/seller/products/{id}"),
    );
    for number in [1, 2] {
        let picture = numbered_picture(number);
        let added = browser.add_picture(&page, None, &picture).await;
        added.expect(303);
    }
    let images = async || ids(&seller.client, &api, "/images").await;
    let added = images().await;
    press(
        browser,
        &page,
        &format!("{page}/images/{}/earlier", added[1]),
    )
    .await;
    assert_eq!(images().await, [added[1].clone(), added[0].clone()]);
    press(
        browser,
        &page,
        &format!("{page}/images/{}/remove", added[1]),
    )
    .await;
    assert_eq!(images().await, added[..1]);

    let variant = format!("{page}/variants/{}", seller.variant(0));
    press(browser, &variant, &format!("{variant}/remove")).await;
    let left = ids(&seller.client, &api, "/variants").await;
    assert_eq!(left, [seller.variant(1)]);
    let last = format!("{page}/variants/{}", seller.variant(1));
    let last = browser.open(&last).await;
    assert!(!last.text.contains("/remove\""), "the last one stays");
}

async fn categories(browser: &Browser, operator: &Client) {
    let page = "/admin/categories";
    let new = [
        ("name", "Bowls"),
        ("names_pt-BR", "Tigelas"),
        ("parent", ""),
    ];
    let added = browser.submit(page, "/admin/categories/new", &new).await;
    added.expect(303);
    let found = operator.get("/api/v1/categories/bowls").await.expect(200);
    let page = format!("{page}/{}", found.str("/id"));
    assert_eq!(found.str("/names/pt-BR"), "Tigelas");
    let typed = [("name", "Deep bowls"), ("names_pt-BR", "Tigelas fundas")];
    save(browser, &page, &page, &typed).await;
    let renamed = operator.get("/api/v1/categories/bowls").await.expect(200);
    let names = ["/name", "/names/pt-BR"].map(|name| renamed.str(name));
    assert_eq!(names, ["Deep bowls", "Tigelas fundas"]);
    save(browser, &page, &format!("{page}/remove"), &[]).await;
    operator.get("/api/v1/categories/bowls").await.expect(404);
}

async fn commission(browser: &Browser, operator: &Client) {
    let (page, rules) = ("/admin/commission", "/api/v1/admin/commission-rules");
    let typed = |store| {
        [
            ("kind", "percentage"),
            ("amount", "7,5"),
            ("store", store),
            ("category", ""),
        ]
    };
    let new = "/admin/commission/new";
    browser
        .submit(page, new, &typed("nobody"))
        .await
        .expect(422);
    browser.submit(page, new, &typed("")).await.expect(303);
    let made = ids(operator, rules, "/items").await;
    let (page, rule) = (
        format!("{page}/{}", made[0]),
        format!("{rules}/{}", made[0]),
    );
    save(browser, &page, &page, &[("amount", "6")]).await;
    press(browser, &page, &format!("{page}/end")).await;
    let ended = operator.get(&rule).await.expect(200);
    assert_eq!(ended.str("/value/percent"), "6");
    assert!(ended.json["ends_at"].is_string());
    press(browser, &page, &format!("{page}/remove")).await;
    assert_eq!(ids(operator, rules, "/items").await, made[1..]);
}

#[feira_testkit::test]
async fn what_is_added_on_pages_is_taken_away_there(market: Market) {
    let (operator, seller) = one_seller(&market, 10).await;
    let browser = Browser::sign_in(&market, "/seller/login", &seller.email).await;
    let lines = [(seller.variant(0), 1), (seller.variant(1), 1)];
    let (buyer, cart) = cart_with(&market, &lines).await;
    let cart = format!("/api/v1/carts/{cart}");
    shipping(&browser, &seller, &buyer, &cart).await;
    product(&browser, &seller).await;
    let left = buyer.get(&cart).await.expect(200).json["problems"].clone();
    let codes = left.as_array().expect("problems").iter();
    let codes: Vec<_> = codes.map(|problem| problem["code"].clone()).collect();
    assert_eq!(codes, ["not_offered", "shipping_gone"]);
    let profile = "/seller/profile";
    save(&browser, profile, profile, &[("name", "Ateliê Novo")]).await;
    let store = seller.client.get("/api/v1/seller/store").await.expect(200);
    assert_eq!(store.str("/name"), "Ateliê Novo");
    let browser = Browser::sign_in(&market, "/admin/login", "operator@test.example").await;
    categories(&browser, &operator).await;
    commission(&browser, &operator).await;
    market.stop().await;
}
