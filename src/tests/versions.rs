//! Two who change the same thing: what one of them did not see, she does not overwrite, neither on
//! a page nor by the API.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{
    Answer, Browser, Client, Market, Seller, cart_with, form_fields, one_seller, picture, upload,
};

mod payments;
mod saved_cards;

#[feira_testkit::test]
async fn a_form_that_was_opened_before_overwrites_nothing(market: Market) {
    let (_, seller) = one_seller(&market, 10).await;
    let browser = Browser::sign_in(&market, "/seller/login", &seller.email).await;
    let id = seller.product["id"].as_str().expect("an id");
    let product = format!("/seller/products/{id}");
    let variant = format!("{product}/variants/{}", seller.variant(0));
    for (page, first, second) in [
        (&variant, ("price", "12"), ("weight_grams", "450")),
        (&product, ("name", "Bowl"), ("description", "Deep.")),
        (&variant, ("barcode", "7891000"), ("sku", "BOWL-S")),
        (&product, ("status", "archived"), ("brand", "Ana")),
    ] {
        two_tabs(&browser, page, first, second).await;
    }
    let kept = seller.client.get(&format!("/api/v1{product}")).await;
    let kept = kept.expect(200);
    assert_eq!(kept.str("/variants/0/price/amount"), "12.00");
    assert_eq!(kept.json["variants"][0]["weight_grams"], 450);
    assert_eq!(
        (kept.str("/name"), kept.str("/brand")),
        ("Bowl".to_owned(), "Ana".to_owned())
    );
    market.stop().await;
}

/// Two tabs show one form. In the first something is saved, then in the second something else.
async fn two_tabs(browser: &Browser, page: &str, first: (&str, &str), second: (&str, &str)) {
    let shown = async || form_fields(&browser.open(page).await.text, page);
    let value = |fields: &[(String, String)], of: &str| {
        let mut fields = fields.iter();
        fields
            .find(|(name, _)| name == of)
            .expect("a field")
            .1
            .clone()
    };
    let opened = browser.open(page).await;
    browser.save(&opened, page, &[first]).await.expect(303);
    let saved = shown().await;
    let late = browser.save(&opened, page, &[second]).await.expect(422);
    assert_eq!(shown().await, saved, "{page}: the first is overwritten");

    // What was typed is still there, and beside it what the first tab saved.
    let kept = form_fields(&late.text, page);
    assert_eq!(value(&kept, second.0), second.1, "{page}");
    let beside = format!("id=\"f-{}-now\"", first.0);
    assert!(late.text.contains(&beside), "{page}: {beside}");

    // A form that does not say what it shows is refused, and its answer does not save by itself.
    let mut silent = form_fields(&opened.text, page);
    silent.retain(|(name, _)| name != "version");
    browser.send(page, &silent, &[second]).await.expect(422);
    for version in ["", "x", "-1", "99999999999999999999"] {
        let typed = [("version", version), second];
        browser.send(page, &silent, &typed).await.expect(422);
    }
    assert_eq!(shown().await, saved, "{page}: saved without a version");

    // Who has seen both saves both.
    browser.save(&late, page, &[first]).await.expect(303);
    let both = shown().await;
    assert_eq!(value(&both, first.0), value(&saved, first.0), "{page}");
    assert_eq!(value(&both, second.0), second.1, "{page}");
}

#[feira_testkit::test]
async fn a_count_that_was_begun_before_overwrites_nothing(market: Market) {
    let (_, seller) = one_seller(&market, 10).await;
    let browser = Browser::sign_in(&market, "/seller/login", &seller.email).await;
    let (id, variant) = (seller.product["id"].as_str(), seller.variant(0));
    let page = format!("/seller/products/{}/variants/{variant}", id.expect("an id"));
    let stock = format!("{page}/stock");
    let movements = format!("/api/v1/seller/inventory/{variant}/movements");
    let on_hand =
        format!("SELECT on_hand::bigint FROM catalog.inventory WHERE variant_id = '{variant}'");
    let seven = [("mode", "to"), ("amount", "7"), ("reason", "adjustment")];
    // Meanwhile somebody counts, or adds, or a program takes away.
    let by_program = async |by: i32| {
        let moved = seller.client.post(&movements, json!({"by": by})).await;
        moved.expect(200);
    };
    for (mode, amount, now) in [("to", "25", 25), ("by", "5", 30), ("program", "-3", 27)] {
        let opened = browser.open(&page).await;
        if mode == "program" {
            by_program(-3).await;
        } else {
            let typed = [("mode", mode), ("amount", amount), ("reason", "restock")];
            browser.submit(&page, &stock, &typed).await.expect(303);
        }
        let late = browser.save(&opened, &stock, &seven).await.expect(422);
        assert_eq!(market.count(&on_hand).await, now, "{mode}");
        for shown in ["id=\"f-stock-amount-now\"", &format!(": {now}</p>")] {
            assert!(late.text.contains(shown), "{mode}: {shown}");
        }
    }
    // What is added replaces nothing, but every form says what it shows.
    let (added, counted) = (browser.open(&page).await, browser.open(&page).await);
    by_program(1).await;
    let by = [("mode", "by"), ("amount", "2"), ("reason", "restock")];
    browser.save(&added, &stock, &by).await.expect(303);
    let mut silent = form_fields(&counted.text, &stock);
    silent.retain(|(name, _)| name != "version");
    browser.send(&stock, &silent, &seven).await.expect(422);
    assert_eq!(market.count(&on_hand).await, 30);
    let late = browser.save(&counted, &stock, &seven).await.expect(422);
    browser.save(&late, &stock, &[]).await.expect(303);
    assert_eq!(market.count(&on_hand).await, 7);
    market.stop().await;
}

/// A way to change something by the API, the resource whose ETag it takes, and another change.
struct Change {
    client: Client,
    route: &'static str,
    path: String,
    body: Value,
    resource: String,
    other: (String, Value),
}

/// Of a product with an image, and of the store itself.
async fn of_store(seller: &Seller) -> Vec<Change> {
    let id = seller.product["id"].as_str().expect("an id");
    let product = format!("/api/v1/seller/products/{id}");
    let added = seller.client.send(upload(seller).body(picture())).await;
    let image = format!("{product}/images/{}", added.expect(201).str("/id"));
    let methods = "/api/v1/seller/shipping-methods";
    let method = seller.client.get(methods).await.expect(200);
    let method = format!("{methods}/{}", method.str("/items/0/id"));
    let change = |resource: &str, other: Value, route, path: String, body| Change {
        client: seller.client.clone(),
        route,
        path,
        body,
        resource: resource.to_owned(),
        other: (resource.to_owned(), other),
    };
    let of_product =
        |route, path, body| change(&product, json!({"tags": ["other"]}), route, path, body);
    let of_method = |route, body| {
        let other = json!({"transit_days": 9});
        change(&method, other, route, method.clone(), body)
    };
    let variant = |number| format!("{product}/variants/{}", seller.variant(number));
    let order = json!({"image_ids": [added_id(&image)]});
    vec![
        of_product(
            "PATCH /api/v1/seller/products/{id}",
            product.clone(),
            json!({"name": "Bowl", "description": "Deep."}),
        ),
        of_product(
            "PATCH /api/v1/seller/products/{id}/variants/{variant_id}",
            variant(0),
            json!({"price": {"amount": "12.00", "currency": "BRL"}}),
        ),
        of_product(
            "PUT /api/v1/seller/products/{id}/images",
            format!("{product}/images"),
            order,
        ),
        of_product(
            "DELETE /api/v1/seller/products/{id}/images/{image_id}",
            image,
            Value::Null,
        ),
        of_product(
            "DELETE /api/v1/seller/products/{id}/variants/{variant_id}",
            variant(1),
            Value::Null,
        ),
        change(
            "/api/v1/seller/store",
            json!({"description": "Other."}),
            "PATCH /api/v1/seller/store",
            "/api/v1/seller/store".to_owned(),
            json!({"name": "Ateliê"}),
        ),
        of_method(
            "PATCH /api/v1/seller/shipping-methods/{id}",
            json!({"name": "Express"}),
        ),
        of_method("DELETE /api/v1/seller/shipping-methods/{id}", Value::Null),
    ]
}

fn added_id(image: &str) -> &str {
    image.rsplit('/').next().expect("an id")
}

async fn of_marketplace(operator: &Client) -> Vec<Change> {
    let made = async |path: &str, body| {
        let made = operator.post(path, body).await.expect(201);
        made.str("/id")
    };
    let rules = "/api/v1/admin/commission-rules";
    let value = json!({"value": {"kind": "percentage", "percent": "7"}});
    let rule = format!("{rules}/{}", made(rules, value.clone()).await);
    let categories = "/api/v1/admin/categories";
    let category = made(categories, json!({"name": "Bowls"})).await;
    let of_rule = |route, body| Change {
        client: operator.clone(),
        route,
        path: rule.clone(),
        body,
        resource: rule.clone(),
        other: (rule.clone(), json!({"ends_at": null})),
    };
    let of_category = |route, body| Change {
        client: operator.clone(),
        route,
        path: format!("{categories}/{category}"),
        body,
        resource: format!("/api/v1/categories/{category}"),
        other: (format!("{categories}/{category}"), json!({"name": "Other"})),
    };
    let providers = "/api/v1/admin/providers";
    let hand = json!({"name": "hand2", "kind": "manual", "settings": {"transfer": "Bank 001"}});
    operator.post(providers, hand).await.expect(201);
    let hand = format!("{providers}/hand2");
    let of_provider = |route, body| Change {
        client: operator.clone(),
        route,
        path: hand.clone(),
        body,
        resource: hand.clone(),
        other: (hand.clone(), json!({"takes_new": true})),
    };
    let limits = "/api/v1/admin/method-limits";
    let rule = json!({"method": "pix", "currency": "BRL", "enabled": true});
    let limit = operator.post(limits, rule).await.expect(200).str("/id");
    let limit = format!("{limits}/{limit}");
    let of_limit = |route, body| Change {
        client: operator.clone(),
        route,
        path: limit.clone(),
        body,
        resource: limit.clone(),
        other: (limit.clone(), json!({"enabled": true})),
    };
    vec![
        of_limit(
            "PATCH /api/v1/admin/method-limits/{id}",
            json!({"enabled": false}),
        ),
        of_limit("DELETE /api/v1/admin/method-limits/{id}", Value::Null),
        of_provider(
            "PATCH /api/v1/admin/providers/{name}",
            json!({"takes_new": false}),
        ),
        of_provider("DELETE /api/v1/admin/providers/{name}", Value::Null),
        of_rule("PATCH /api/v1/admin/commission-rules/{id}", value),
        of_rule("DELETE /api/v1/admin/commission-rules/{id}", Value::Null),
        of_category(
            "PATCH /api/v1/admin/categories/{id}",
            json!({"name": "Deep bowls"}),
        ),
        of_category("DELETE /api/v1/admin/categories/{id}", Value::Null),
    ]
}

async fn of_cart(market: &Market, seller: &Seller) -> Vec<Change> {
    let lines = [(seller.variant(0), 1), (seller.variant(1), 1)];
    let (guest, cart) = cart_with(market, &lines).await;
    let cart = format!("/api/v1/carts/{cart}");
    let filled = guest.get(&cart).await.expect(200);
    let line = |number: u8| {
        let id = filled.str(&format!("/groups/0/items/{number}/id"));
        format!("{cart}/items/{id}")
    };
    let change = |route, path, body| Change {
        client: guest.clone(),
        route,
        path,
        body,
        resource: cart.clone(),
        other: (line(1), json!({"quantity": 2})),
    };
    vec![
        change(
            "PATCH /api/v1/carts/{id}/items/{item_id}",
            line(0),
            json!({"quantity": 3}),
        ),
        change(
            "PUT /api/v1/carts/{id}/shipping",
            format!("{cart}/shipping"),
            json!({"country": "BR", "state": "SP", "postal_code": "01304-001"}),
        ),
        change(
            "DELETE /api/v1/carts/{id}/items/{item_id}",
            line(0),
            Value::Null,
        ),
    ]
}

#[feira_testkit::test]
async fn every_change_by_the_api_honours_if_match(market: Market) {
    let (operator, seller) = one_seller(&market, 10).await;
    let mut changes = payments::changes(&market, &operator, &seller).await;
    changes.extend(of_cart(&market, &seller).await);
    changes.extend(of_store(&seller).await);
    changes.extend(of_marketplace(&operator).await);
    changes.extend(saved_cards::changes(&market).await);
    let known: BTreeSet<String> = changes.iter().map(|c| c.route.to_owned()).collect();
    assert_eq!(declared(&market.document().await), known, "each is tried");
    for change in &changes {
        change.is_held_against_if_match().await;
    }
    market.stop().await;
}

/// Every PATCH, PUT and DELETE of the document, all of which name the header and its refusal.
fn declared(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in ["patch", "put", "delete"] {
            let Some(operation) = item.get(method) else {
                continue;
            };
            let route = format!("{} {path}", method.to_uppercase());
            let parameters = operation["parameters"].as_array().expect("parameters");
            let named = |p: &&Value| p["name"] == "If-Match" && p["in"] == "header";
            assert_eq!(parameters.iter().filter(named).count(), 1, "{route}");
            assert!(operation["responses"]["412"].is_object(), "{route}");
            found.insert(route);
        }
    }
    found
}

impl Change {
    async fn send(&self, if_match: &str) -> Answer {
        let (method, _) = self.route.split_once(' ').expect("two words");
        let client = self.client.with("if-match", if_match);
        let request = client.request(method.parse().expect("a method"), &self.path);
        let request = match &self.body {
            Value::Null => request,
            body => request.json(body),
        };
        client.send(request).await
    }

    /// The resource's ETag and content.
    async fn seen(&self) -> (String, Value) {
        let answer = self.client.get(&self.resource).await.expect(200);
        let tag = answer.header("etag").expect("an ETag").to_owned();
        (tag, answer.json)
    }

    async fn is_held_against_if_match(&self) {
        let (old, _) = self.seen().await;
        let (path, body) = &self.other;
        let anybody = self.client.with("if-match", "*");
        anybody.patch(path, body.clone()).await.expect(200);
        let (current, content) = self.seen().await;
        let weak = format!("W/{current}");
        let several = format!("{old}, \"x\", {weak}");
        for stale in [old.as_str(), &several, &weak, "\"x\"", ""] {
            let refused = self.send(stale).await.expect(412);
            let code = refused.str("/code");
            assert!(
                code.ends_with(".version_mismatch"),
                "{}: {code}",
                self.route
            );
        }
        for malformed in ["7", "\"open", "*, \"x\""] {
            let refused = self.send(malformed).await;
            refused.problem(400, "request.if_match_invalid");
        }
        let now = self.seen().await;
        assert_eq!(now, (current.clone(), content), "{}", self.route);
        let done = self.send(&format!("{old}, {current}")).await;
        if done.status == 204 {
            self.client.get(&self.resource).await.expect(404);
            let again = self.send("*").await;
            again.expect(404);
            return;
        }
        done.expect(200);
        assert_ne!(self.seen().await.0, current, "{}", self.route);
    }
}
