//! A request of each route that has an effect.

use serde_json::{Value, json};

use super::{
    case::{Body, Case},
    routes::{at_most, by_hand},
};
use crate::support::{
    Client, Market, Seller, access_key, application, card, cart_with, checkout_body,
    choose_shipping, fill_cart, give_payout_account, numbered_picture, pay_pix, payout_account,
    perhaps_split, pix, product, two_sellers,
};

/// Who takes part, and a number that is new for each case.
pub(crate) struct World<'a> {
    pub(crate) market: &'a Market,
    pub(crate) operator: Client,
    pub(crate) a: Seller,
    pub(crate) b: Seller,
    pub(crate) buyer: Client,
    pub(super) count: usize,
}

impl<'a> World<'a> {
    pub(crate) async fn of(market: &'a Market) -> Self {
        let (operator, a, b) = two_sellers(market).await;
        let buyer = market.customer("clara@test.example").await;
        for (seller, variant) in [(&a, 0), (&a, 1), (&b, 0)] {
            let path = seller.variant(variant);
            let path = format!("/api/v1/seller/inventory/{path}/movements");
            let plenty = seller.client.post(&path, json!({"by": 100_000})).await;
            plenty.expect(200);
        }
        give_payout_account(&a.client).await;
        Self {
            market,
            operator,
            a,
            b,
            buyer,
            count: 0,
        }
    }

    pub(crate) async fn case(&mut self, route: &'static str) -> Case {
        self.count += 1;
        let n = self.count;
        if route.starts_with("/api/v1/admin/payouts")
            || route.ends_with("/{id}/payouts")
            || route.starts_with("/api/v1/admin/ledger/reserves")
        {
            self.payable().await;
            self.sign_in().await;
        }
        let to = |client: &Client, path: &str, body: Value| Case {
            client: client.clone(),
            path: path.to_owned(),
            body: Body::Json(body),
        };
        let (operator, seller, buyer) = (&self.operator, &self.a.client, &self.buyer);
        let part_of = |part: &str| route.replace("{id}", part);
        match route {
            "/api/v1/stores" => {
                let customer = self.market.customer(&format!("new{n}@test.example")).await;
                to(&customer, route, application(&format!("New {n}"), n))
            }
            "/api/v1/carts" => {
                let customer = self.market.customer(&format!("cart{n}@test.example")).await;
                to(&customer, route, json!({}))
            }
            "/api/v1/me/payment-methods" => {
                let customer = self.market.customer(&format!("card{n}@test.example")).await;
                to(&customer, route, json!({}))
            }
            "/api/v1/carts/{id}/items" => {
                let (guest, cart) = cart_with(self.market, &[(self.a.variant(0), 1)]).await;
                let body = json!({"variant_id": self.a.variant(1), "quantity": 2});
                to(&guest, &route.replace("{id}", &cart), body)
            }
            "/api/v1/carts/{id}/claim" => {
                let (guest, cart) = cart_with(self.market, &[(self.a.variant(1), 1)]).await;
                let both = guest.signed_in_as(buyer);
                to(&both, &route.replace("{id}", &cart), json!({}))
            }
            "/api/v1/checkouts" => {
                let (guest, cart) = fill_cart(self.market, &self.a, &self.b).await;
                to(&guest, route, checkout_body(&cart, card("tok_approved")))
            }
            "/api/v1/payments/{id}/retry" => {
                let (guest, cart) = fill_cart(self.market, &self.a, &self.b).await;
                let key = format!("declined{n}");
                let placed = guest.check_out(&key, &cart, card("tok_declined")).await;
                let placed = placed.expect(201);
                let holder = self.market.holder(&placed);
                let path = route.replace("{id}", &placed.str("/payment/id"));
                to(&holder, &path, json!({"payment": card("tok_approved")}))
            }
            "/api/v1/orders/{id}/cancel" => {
                let (guest, cart) = fill_cart(self.market, &self.a, &self.b).await;
                let placed = guest
                    .check_out(&format!("c{n}"), &cart, pix())
                    .await
                    .expect(201);
                let path = route.replace("{id}", &placed.str("/order/id"));
                to(&self.market.holder(&placed), &path, json!({"reason": ""}))
            }
            "/api/v1/orders/{id}/confirm-delivery" => {
                let (guest, cart) = cart_with(self.market, &[(self.a.variant(0), 1)]).await;
                let cart = choose_shipping(&guest, &cart).await.json;
                let placed = guest
                    .check_out(&format!("d{n}"), &cart, pix())
                    .await
                    .expect(201);
                pay_pix(self.market, &placed.json["payment"]).await;
                let order = placed.str("/order/id");
                let sql = format!(
                    "SELECT id::text AS id FROM orders.store_orders WHERE order_id = '{order}'"
                );
                let part = self.market.rows(&sql).await[0]["id"].clone();
                self.moved(part.as_str().expect("an id"), "ship").await;
                to(
                    &self.market.holder(&placed),
                    &route.replace("{id}", &order),
                    json!({}),
                )
            }
            "/api/v1/seller/shipping-methods" => {
                let price = json!({"amount": "9.90", "currency": "BRL"});
                let body = json!({"name": format!("Post {n}"), "transit_days": 3, "price": {"kind": "flat", "price": price}});
                to(seller, route, body)
            }
            "/api/v1/seller/payout-account" => {
                let body = payout_account(&format!("ana{n}@feira.example"));
                to(seller, route, body)
            }
            "/api/v1/seller/products" => {
                to(seller, route, product(&format!("{n}"), "10.00", 5, None))
            }
            "/api/v1/seller/products/{id}/variants" => {
                let body = json!({
                    "options": [{"name": "Size", "value": format!("X{n}")}],
                    "price": {"amount": "5.00", "currency": "BRL"}, "quantity": 3
                });
                let id = self.a.product["id"].as_str().expect("an id");
                to(seller, &route.replace("{id}", id), body)
            }
            "/api/v1/seller/products/{id}/images" => {
                let id = self.a.product["id"].as_str().expect("an id");
                let path = format!("{}?alt_text=picture%20{n}", route.replace("{id}", id));
                Case {
                    body: Body::Raw("image/png", numbered_picture(n)),
                    ..to(seller, &path, Value::Null)
                }
            }
            "/api/v1/seller/inventory/{variant_id}/movements" => {
                let path = route.replace("{variant_id}", &self.a.variant(0));
                to(seller, &path, json!({"by": 50}))
            }
            "/api/v1/seller/imports" => {
                let csv = format!(
                    "Handle,Title,Variant Price,Variant Inventory Qty\nh{n},Tray {n},30.00,5\n"
                );
                let path = format!("{route}?format=shopify");
                Case {
                    body: Body::Raw("text/csv", csv.into_bytes()),
                    ..to(seller, &path, Value::Null)
                }
            }
            "/api/v1/seller/orders/{id}/accept" => {
                let (_, part) = self.paid().await;
                to(seller, &part_of(&part), json!({}))
            }
            "/api/v1/seller/orders/{id}/ship" => {
                let (_, part) = self.paid().await;
                let body = json!({"carrier": "Correios", "tracking_number": format!("BR{n}")});
                to(seller, &part_of(&part), body)
            }
            "/api/v1/seller/orders/{id}/deliver" => {
                let (_, part) = self.paid().await;
                self.moved(&part, "ship").await;
                to(seller, &part_of(&part), json!({}))
            }
            "/api/v1/seller/orders/{id}/collected" => {
                let part = self.to_collect().await;
                to(seller, &part_of(&part), json!({}))
            }
            "/api/v1/seller/bank-statements" => {
                to(seller, route, Value::Null).with(self.own_statement().await)
            }
            "/api/v1/seller/orders/{id}/not-collected" => {
                let part = self.to_collect().await;
                to(seller, &part_of(&part), json!({"restock": false}))
            }
            "/api/v1/admin/store-orders/{id}/collected" => {
                let part = self.to_collect().await;
                to(operator, &route.replace("{id}", &part), json!({}))
            }
            "/api/v1/admin/store-orders/{id}/not-collected" => {
                let part = self.to_collect().await;
                to(
                    operator,
                    &route.replace("{id}", &part),
                    json!({"restock": false}),
                )
            }
            "/api/v1/seller/orders/{id}/fiscal-document" => {
                let (_, part) = self.paid().await;
                let number = u32::try_from(n).expect("few");
                let path = format!("{}?key={}", part_of(&part), access_key(number));
                Case {
                    body: Body::Raw("application/pdf", b"%PDF-1.7".to_vec()),
                    ..to(seller, &path, Value::Null)
                }
            }
            "/api/v1/seller/orders/{id}/refunds" => {
                let (_, part) = self.paid().await;
                let amount = json!({"amount": "2.00", "currency": "BRL"});
                to(
                    seller,
                    &part_of(&part),
                    json!({"amount": amount, "reason": "damaged"}),
                )
            }
            "/api/v1/admin/orders/{id}/refunds" => {
                let (order, _) = self.paid().await;
                let amount = json!({"amount": "2.00", "currency": "BRL"});
                let body = json!({"amount": amount, "reason": "damaged"});
                to(operator, &part_of(&order), body)
            }
            "/api/v1/admin/stores/{id}/approve" => {
                let store = self.applied().await;
                to(operator, &route.replace("{id}", &store), json!({}))
            }
            "/api/v1/admin/stores/{id}/reject" => {
                let store = self.applied().await;
                to(
                    operator,
                    &route.replace("{id}", &store),
                    json!({"reason": "no"}),
                )
            }
            "/api/v1/admin/stores/{id}/suspend" => {
                let store = self.applied().await;
                let path = format!("/api/v1/admin/stores/{store}/approve");
                operator.post(&path, json!({})).await.expect(200);
                to(
                    operator,
                    &route.replace("{id}", &store),
                    json!({"reason": "no"}),
                )
            }
            "/api/v1/admin/categories" => to(operator, route, json!({"name": format!("Kind {n}")})),
            "/api/v1/admin/commission-rules" => {
                let body = json!({"store_id": self.b.store, "value": {"kind": "percentage", "percent": "7"}});
                to(operator, route, body)
            }
            "/api/v1/admin/payments/{id}/mark-paid" => {
                let (_, _, payment) = self.transferred().await;
                to(operator, &route.replace("{id}", &payment), json!({}))
            }
            "/api/v1/admin/payments/{id}/splits/{store_order_id}/settled" => {
                let key = format!("perhaps split{}", self.count);
                let made = perhaps_split(self.market, operator, &self.a, &key);
                let (payment, part) = made.await;
                let path = route
                    .replace("{id}", &payment)
                    .replace("{store_order_id}", &part);
                to(operator, &path, json!({"split": false}))
            }
            route if route.contains("/refunds/{id}/") => self.refunding(route, n).await,
            route if route.contains("/disputes") => self.disputing(route, n).await,
            "/api/v1/admin/method-limits" => to(operator, route, at_most(&format!("{n}.00"))),
            "/api/v1/admin/providers" => to(operator, route, by_hand(&format!("hand{n}"))),
            "/api/v1/admin/payouts" | "/api/v1/admin/payout-files" => {
                to(operator, route, json!({}))
            }
            "/api/v1/admin/stores/{id}/payouts" => {
                to(operator, &route.replace("{id}", &self.a.store), json!({}))
            }
            "/api/v1/admin/bank-statements" => {
                let csv = format!("date,description,amount\n2026-03-17,interest {n},0.01\n");
                Case {
                    body: Body::Raw("text/csv", csv.into_bytes()),
                    ..to(operator, route, Value::Null)
                }
            }
            "/api/v1/admin/bank-statement-lines/{id}/match" => {
                let (_, _, payment) = self.transferred().await;
                let details = format!("/api/v1/admin/payments/{payment}");
                let details = operator.get(&details).await.expect(200);
                let amount = details.str("/payment/amount/amount");
                let line = self.line(&format!("a friend {n}"), &amount).await;
                let path = route.replace("{id}", &line);
                to(operator, &path, json!({"payment_id": payment}))
            }
            "/api/v1/admin/bank-statement-lines/{id}/ignore" => {
                let line = self.line(&format!("interest {n}"), "0.01").await;
                to(operator, &route.replace("{id}", &line), json!({}))
            }
            "/api/v1/admin/payouts/{id}/paid" => {
                let path = route.replace("{id}", &self.payout().await);
                to(operator, &path, json!({"reference": format!("TED {n}")}))
            }
            "/api/v1/admin/payouts/{id}/cancelled" => {
                let path = route.replace("{id}", &self.payout().await);
                to(operator, &path, json!({"reason": format!("wrong {n}")}))
            }
            "/api/v1/admin/payouts/{id}/returned" => {
                let payout = self.payout().await;
                let paid = format!("/api/v1/admin/payouts/{payout}/paid");
                let reference = json!({"reference": "TED"});
                operator.post(&paid, reference).await.expect(200);
                let body = json!({"reason": format!("closed {n}")});
                to(operator, &route.replace("{id}", &payout), body)
            }
            "/api/v1/admin/ledger/write-offs" => {
                let amount = self.owed().await;
                to(
                    operator,
                    route,
                    json!({"store_id": self.a.store, "amount": amount, "reason": "closed"}),
                )
            }
            "/api/v1/admin/ledger/settlements" => {
                let amount = self.owed().await;
                to(
                    operator,
                    route,
                    json!({"store_id": self.a.store, "amount": amount, "reference": "E1"}),
                )
            }
            "/api/v1/admin/ledger/invoices" => to(operator, route, self.billed().await),
            "/api/v1/admin/ledger/invoices/{id}/end" => {
                let billed = self.billed().await;
                let made = operator
                    .with("idempotency-key", &format!("invoice{n}"))
                    .post("/api/v1/admin/ledger/invoices", billed)
                    .await;
                let path = route.replace("{id}", &made.expect(200).str("/id"));
                to(
                    operator,
                    &path,
                    json!({"outcome": "paid", "reference": "E1"}),
                )
            }
            "/api/v1/admin/ledger/reserves" => to(operator, route, self.reserve()),
            "/api/v1/admin/ledger/reserves/{id}/release" => {
                let made = operator
                    .with("idempotency-key", &format!("reserve{n}"))
                    .post("/api/v1/admin/ledger/reserves", self.reserve())
                    .await;
                let path = route.replace("{id}", &made.expect(200).str("/id"));
                to(operator, &path, json!({}))
            }
            "/api/v1/admin/events/{module}/{event_id}/{subscriber}/retry" => {
                self.paid().await;
                let died = "UPDATE orders.outbox_delivery SET state = 'dead', done_at = NULL \
                     WHERE (event_id, subscriber) = (SELECT event_id, subscriber FROM orders.outbox_delivery \
                                                     WHERE state = 'done' ORDER BY 1 DESC LIMIT 1) \
                     RETURNING event_id::text AS event, subscriber";
                let died = &self.market.rows(died).await[0];
                let [event, subscriber] =
                    ["event", "subscriber"].map(|f| died[f].as_str().expect(f));
                let path = format!("/api/v1/admin/events/order/{event}/{subscriber}/retry");
                to(operator, &path, json!({}))
            }
            other => panic!("{other} has no case"),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Another number, for what is made beside cases.
    pub(crate) fn count_on(&mut self) {
        self.count += 1;
    }

    /// Anew, because time has passed.
    pub(crate) async fn sign_in(&mut self) {
        // Nobody registers too fast.
        self.market.clock().advance(time::Duration::minutes(1));
        self.operator = self.market.log_in("operator@test.example", "admin").await;
        self.a.client = self.market.log_in(&self.a.email, "seller").await;
        self.b.client = self.market.log_in(&self.b.email, "seller").await;
        self.buyer = self.market.log_in("clara@test.example", "shop").await;
    }
}
