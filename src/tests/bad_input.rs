//! Whatever is malformed, foreign or forged gets a 4xx problem with a stable code, and nothing changes.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Client, Market, cart_with, checkout_body, fill_cart, one_seller, pix, two_sellers,
};

mod foreign;

#[feira_testkit::test]
async fn bodies_that_do_not_fit_are_refused_with_a_pointer(market: Market) {
    let (_, seller) = one_seller(&market, 10).await;
    let (guest, cart) = cart_with(&market, &[]).await;
    let items = format!("/api/v1/carts/{cart}/items");
    let variant = seller.variant(0);
    for (quantity, code) in [
        (json!(-1), "request.invalid_value"),
        (json!(1.5), "request.invalid_value"),
        (json!("1e9"), "request.invalid_value"),
        (json!(4_294_967_296_u64), "request.invalid_value"),
        (json!(i64::MAX), "request.invalid_value"),
        (json!(null), "request.invalid_value"),
        (json!([1]), "request.invalid_value"),
    ] {
        let refused = guest
            .post(&items, json!({"variant_id": variant, "quantity": quantity}))
            .await
            .problem(422, code);
        assert_eq!(
            refused.json["errors"][0]["pointer"], "/quantity",
            "{}",
            refused.text
        );
    }
    for quantity in [0, 1000, 2_147_483_647_u32] {
        let refused = guest
            .post(&items, json!({"variant_id": variant, "quantity": quantity}))
            .await
            .problem(422, "cart.invalid");
        assert_eq!(refused.json["errors"][0]["pointer"], "/quantity");
    }
    let unknown = guest
        .post(
            &items,
            json!({"variant_id": variant, "quantity": 1, "unit_price": "0.01"}),
        )
        .await;
    assert_eq!(
        unknown.problem(422, "request.unknown_field").json["errors"][0]["pointer"],
        "/unit_price"
    );
    let missing = guest
        .post(&items, json!({"quantity": 1}))
        .await
        .problem(422, "request.missing_field");
    assert_eq!(missing.json["errors"][0]["pointer"], "/variant_id");
    // All at once.
    let wrong = json!({"variant": variant, "quantity": "1"});
    let wrong = guest.post(&items, wrong).await.expect(422);
    let told = wrong.json["errors"].as_array().expect("errors").iter();
    let mut told: Vec<_> = told.map(|e| e["pointer"].as_str().expect("text")).collect();
    told.sort_unstable();
    assert_eq!(told, ["/quantity", "/variant", "/variant_id"]);
    let raw = |kind: &'static str, body: &'static str| {
        guest.send(
            guest
                .request(Method::POST, &items)
                .header("content-type", kind)
                .body(body),
        )
    };
    raw("application/json", "{")
        .await
        .problem(400, "request.malformed_json");
    raw("application/json", "")
        .await
        .problem(400, "request.malformed_json");
    raw("application/json", "\u{0}")
        .await
        .problem(400, "request.malformed_json");
    raw("application/json", "[]").await.expect(422);
    raw("text/plain", "{}")
        .await
        .problem(415, "request.unsupported_media_type");
    let huge = "x".repeat(300_000);
    let body = format!("{{\"variant_id\":\"{huge}\"}}");
    let request = guest
        .request(Method::POST, &items)
        .header("content-type", "application/json")
        .body(body);
    guest.send(request).await.problem(413, "request.too_large");
    assert_eq!(
        market.count("SELECT count(*) FROM carts.cart_items").await,
        0
    );
    market.stop().await;
}

#[feira_testkit::test]
async fn queries_and_addresses_that_do_not_fit_are_refused(market: Market) {
    let (_, a, b) = two_sellers(&market).await;
    let client = market.client();
    for (query, code) in [
        ("limit=0", "request.invalid_limit"),
        ("limit=101", "request.invalid_limit"),
        ("limit=x", "request.invalid_parameter"),
        ("sort=name", "request.invalid_parameter"),
        ("price_min=1e3", "request.invalid_parameter"),
        ("colour=red", "request.unknown_parameter"),
        ("ids=1,2", "request.invalid_parameter"),
    ] {
        client
            .get(&format!("/api/v1/products?{query}"))
            .await
            .problem(400, code);
    }
    for cursor in ["%27%3B--", "AAAA", "eyJhIjoxfQ", "AAAA.0123456789ab"] {
        client
            .get(&format!("/api/v1/products?cursor={cursor}"))
            .await
            .problem(400, "request.invalid_cursor");
    }
    let next = client.get("/api/v1/products?limit=1&sort=price").await;
    let next = next.expect(200).str("/next_cursor");
    for (query, status) in [
        ("sort=price", 200),
        ("sort=-price", 400),
        ("sort=price&q=mug", 400),
        ("sort=price&in_stock=true", 400),
        ("sort=newest", 400),
        ("sort=price&price_max=10", 400),
        ("sort=price&category=fashion", 400),
    ] {
        let path = format!("/api/v1/products?{query}&cursor={next}");
        client.get(&path).await.expect(status);
    }
    let elsewhere = format!("/api/v1/stores?cursor={next}");
    let refused = client.get(&elsewhere).await;
    refused.problem(400, "request.invalid_cursor");
    client.get("/api/v1/products?q=%00").await.expect(200);
    client
        .get("/api/v1/products?q=%27%20OR%201%3D1--")
        .await
        .expect(200);
    client
        .get("/api/v1/nothing")
        .await
        .problem(404, "request.not_found");

    let (guest, cart) = fill_cart(&market, &a, &b).await;
    let body = checkout_body(&cart, pix());
    guest
        .post("/api/v1/checkouts", body.clone())
        .await
        .problem(400, "request.idempotency_key_missing");
    let with = |pointer: &str, value: Value| {
        let mut body = body.clone();
        *body
            .pointer_mut(pointer)
            .unwrap_or_else(|| panic!("{pointer}")) = value;
        body
    };
    let long = "x".repeat(2000);
    for (number, (pointer, value)) in [
        ("/email", json!("nobody")),
        ("/email", json!("a@b.example\r\nBcc: c@d.example")),
        ("/shipping_address/street", json!("")),
        ("/shipping_address/street", json!(long)),
        ("/shipping_address/city", json!("nul \u{0}")),
        ("/shipping_address/country", json!("Brazil")),
        ("/shipping_address/country", json!("XX")),
        ("/shipping_address/postal_code", json!("1")),
        (
            "/payment",
            json!({"method": "card", "token": "4111 1111 1111 1111"}),
        ),
        ("/payment", json!({"method": "pix", "x": 1})),
        ("/payment", json!({"method": "gold"})),
        (
            "/expected_total",
            json!({"amount": "1.999", "currency": "BRL"}),
        ),
        (
            "/expected_total",
            json!({"amount": 1.99, "currency": "BRL"}),
        ),
        (
            "/expected_total",
            json!({"amount": "1.99", "currency": "XXZ"}),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let refused = guest
            .with("idempotency-key", &format!("bad-{number}"))
            .post("/api/v1/checkouts", with(pointer, value))
            .await
            .expect(422);
        let found = refused.json["errors"][0]["pointer"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert!(
            found.starts_with(pointer) || pointer.starts_with(&found),
            "{pointer}: {}",
            refused.text
        );
    }
    assert_eq!(market.count("SELECT count(*) FROM orders.orders").await, 0);
    assert_eq!(
        market
            .count("SELECT sum(reserved)::bigint FROM catalog.inventory")
            .await,
        0
    );
    pasted_text_is_kept_clean(&guest, body).await;
    market.stop().await;
}

async fn pasted_text_is_kept_clean(guest: &Client, mut body: Value) {
    body["email"] = json!("ana@example.com ");
    let to = &mut body["shipping_address"];
    to["recipient"] = json!("Clara\u{202e}arA\u{202c}");
    to["street"] = json!("Rua\u{a0}Joa\u{303}o");
    to["postal_code"] = json!(" 01304 001 ");
    to["phone"] = json!("\u{202a}+55 11 91234-5678\u{202c}");
    let placed = guest
        .with("idempotency-key", "pasted")
        .post("/api/v1/checkouts", body)
        .await
        .expect(201);
    let order = &placed.json["order"];
    assert_eq!(order["email"], "ana@example.com");
    let to = &order["shipping_address"];
    assert_eq!(
        (&to["recipient"], &to["street"]),
        (&json!("ClaraarA"), &json!("Rua João"))
    );
    assert_eq!(to["postal_code"], "01304001");
    assert_eq!(to["phone"], "+55 11 91234-5678");
}

#[feira_testkit::test]
async fn a_cart_goes_to_countries_that_there_are(market: Market) {
    let (_, seller) = one_seller(&market, 10).await;
    let (guest, cart) = cart_with(&market, &[(seller.variant(0), 1)]).await;
    let cart = format!("/api/v1/carts/{cart}");
    let send = async |country: &str, code: &str| {
        let to = json!({"country": country, "postal_code": code});
        guest.put(&format!("{cart}/shipping"), to).await
    };
    for (country, code, pointer) in [
        ("XX", "01304-001", "/country"),
        ("ZZ", "1000", "/country"),
        ("UK", "SW1A 1AA", "/country"),
        ("BR", "", "/postal_code"),
        ("PT", "apartado 1", "/postal_code"),
        ("US", "1000", "/postal_code"),
    ] {
        let refused = send(country, code).await.problem(422, "cart.invalid");
        assert_eq!(refused.str("/errors/0/pointer"), pointer, "{country}");
    }
    // They have no postal codes.
    for country in ["HK", "AE", "AO", "BO"] {
        send(country, "").await.expect(200);
    }
    market.stop().await;
}
