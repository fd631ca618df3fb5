//! The main answers of the API in one story, as callers see them. What differs from run to run has
//! a name that does not, the same wherever it comes again: who refers to what stays visible.

use serde_json::{Value, json};
use time::Duration;

use crate::support::{
    Answer, Client, Market, Names, PASSWORD, application, card, cart_with, choose_shipping,
    give_payout_account, pay_pix, pix,
};

const SELLER: &str = "ana@test.example";
const OPERATOR: &str = "operator@test.example";

/// The names of one story.
#[derive(Default)]
struct Story(Names);

impl Story {
    /// Compares an answer with the one that was kept under this name.
    fn keep(&mut self, name: &str, answer: &Answer) {
        self.keep_json(name, answer.json.clone());
    }

    fn keep_json(&mut self, name: &str, mut json: Value) {
        self.0.replace(&mut json);
        insta::assert_json_snapshot!(name, json);
    }
}

/// The entries of one moment come in any order.
fn sorted(mut list: Value) -> Value {
    if let Some(items) = list["items"].as_array_mut() {
        let key = |item: &Value| {
            ["kind", "account", "amount"]
                .map(|field| item[field].to_string())
                .concat()
        };
        items.sort_by_key(key);
    }
    list
}

#[feira_testkit::test]
async fn the_main_answers_are_as_they_were_published(market: Market) {
    let mut story = Story::default();
    market.make_operator(OPERATOR).await;
    let seller = opens_a_store(&market, &mut story).await;
    let variants = offers(&market, &seller, &mut story).await;

    let (guest, cart) = cart_with(&market, &[(variants[0].clone(), 2)]).await;
    let cart = choose_shipping(&guest, &cart).await;
    story.keep("cart", &cart);
    let by_pix = guest.check_out("pix", &cart.json, pix()).await.expect(201);
    story.keep("checkout_by_pix", &by_pix);
    pay_pix(&market, &by_pix.json["payment"]).await;
    story.keep("order_paid_by_pix", &market.order(&by_pix).await);

    let (guest, cart) = cart_with(&market, &[(variants[1].clone(), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await;
    let by_card = guest.check_out("card", &cart.json, card("tok_approved"));
    let by_card = by_card.await.expect(201);
    story.keep("checkout_by_card", &by_card);
    market.settle().await;

    sends(&seller, &mut story).await;
    market.settle().await;
    for placed in [&by_pix, &by_card] {
        let path = format!(
            "/api/v1/orders/{}/confirm-delivery",
            placed.str("/order/id")
        );
        let delivered = market.holder(placed).post(&path, json!({})).await;
        delivered.expect(200);
    }
    story.keep("order_delivered", &market.order(&by_pix).await);
    is_paid_out(&market, &mut story).await;
    market.stop().await;
}

async fn opens_a_store(market: &Market, story: &mut Story) -> Client {
    let ana = market.customer(SELLER).await;
    let login = json!({"email": SELLER, "password": PASSWORD});
    let login = market.client().post("/api/v1/auth/login", login).await;
    story.keep("log_in", &login.expect(200));
    story.keep("me", &ana.get("/api/v1/me").await.expect(200));
    let store = ana.post("/api/v1/stores", application("Ana Ceramica", 0));
    let store = store.await.expect(201);
    story.keep("application", &store);
    let operator = market.log_in(OPERATOR, "admin").await;
    let path = format!("/api/v1/admin/stores/{}/approve", store.str("/id"));
    let approved = operator.post(&path, json!({})).await.expect(200);
    story.keep("approved", &approved);
    market.settle().await;
    let seller = market.log_in(SELLER, "seller").await;
    give_payout_account(&seller).await;
    seller
}

/// Gives the ids of a product's two variants.
async fn offers(market: &Market, seller: &Client, story: &mut Story) -> [String; 2] {
    let variant = |sku: &str, size: &str, price: &str| {
        json!({"sku": sku, "options": [{"name": "Size", "value": size}], "quantity": 10,
            "price": {"amount": price, "currency": "BRL"}, "weight_grams": 300})
    };
    let product = json!({"name": "Mug", "description": "A mug.", "status": "active",
        "variants": [variant("MUG-S", "S", "49.90"), variant("MUG-L", "L", "59.90")]});
    let made = seller.post("/api/v1/seller/products", product).await;
    let made = made.expect(201);
    story.keep("product_for_its_seller", &made);
    market.settle().await;
    let buyer = market.client();
    let path = format!("/api/v1/products/{}", made.str("/slug"));
    story.keep("product", &buyer.get(&path).await.expect(200));
    let list = buyer.get("/api/v1/products").await.expect(200);
    story.keep("products", &list);
    let list = seller.get("/api/v1/seller/products").await.expect(200);
    story.keep("products_for_their_seller", &list);
    [0, 1].map(|index| made.str(&format!("/variants/{index}/id")))
}

/// All that waits is sent.
async fn sends(seller: &Client, story: &mut Story) {
    let list = seller.get("/api/v1/seller/orders").await.expect(200);
    story.keep("orders_for_their_seller", &list);
    let orders = list.json["items"].as_array().expect("orders");
    for (number, order) in orders.iter().enumerate() {
        let path = order["id"].as_str().expect("an id");
        let path = format!("/api/v1/seller/orders/{path}");
        let order = seller.get(&path).await.expect(200);
        story.keep(&format!("order_to_send_{number}"), &order);
        let shipment = json!({"carrier": "Correios", "tracking_number": format!("QB{number}BR")});
        let sent = seller.post(&format!("{path}/ship"), shipment).await;
        story.keep(&format!("order_sent_{number}"), &sent.expect(200));
    }
}

/// After the return window of both orders.
async fn is_paid_out(market: &Market, story: &mut Story) {
    market.pass(Duration::days(6)).await;
    market.pass(Duration::days(9)).await;
    let operator = market.log_in(OPERATOR, "admin").await;
    let payouts = operator.get("/api/v1/admin/payouts").await.expect(200);
    story.keep("payouts", &payouts);
    let path = format!("/api/v1/admin/payouts/{}/paid", payouts.str("/items/0/id"));
    let paid = operator.post(&path, json!({"reference": "TED 20260317"}));
    story.keep("payout_paid", &paid.await.expect(200));
    story.keep(
        "books",
        &operator.get("/api/v1/admin/books").await.expect(200),
    );
    let seller = market.log_in(SELLER, "seller").await;
    let balance = seller.get("/api/v1/seller/balance").await.expect(200);
    story.keep("balance", &balance);
    let ledger = seller.get("/api/v1/seller/ledger").await.expect(200);
    story.keep_json("ledger", sorted(ledger.json));
}
