//! Of a store's money something of everything, whose ids routes take.

use reqwest::Method;
use serde_json::json;
use time::{Duration, format_description::well_known::Rfc3339};

use crate::{
    disputes,
    support::{Client, Market, Seller, card, cart_with, choose_shipping, payable},
};

/// The first seller's, and what operators see to.
pub(crate) struct Money {
    dispute: String,
    payout: String,
    reserve: String,
    statement: String,
    line: String,
}

/// What a store has earned: a part is kept back, the rest is on its way to it.
pub(crate) struct Earned {
    payout: String,
    reserve: String,
}

impl Earned {
    /// It takes weeks: who signed in before must do so again.
    pub(crate) async fn of(market: &Market, seller: &Seller) -> Self {
        let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
        let cart = choose_shipping(&guest, &cart).await.json;
        let placed = guest.check_out("earned", &cart, card("tok_approved"));
        let placed = placed.await.expect(201);
        market.settle().await;
        let part = placed.str("/order/store_orders/0/id");
        payable(market, seller, &part).await;
        let operator = market.log_in("operator@test.example", "admin").await;
        let at = market.clock().now() + Duration::days(365);
        let at = at.format(&Rfc3339).expect("a time");
        let reserve = json!({
            "store_id": seller.store, "amount": {"amount": "1.00", "currency": "BRL"}, "reason": "returns",
            "release_at": at,
        });
        let keyed = operator.with("idempotency-key", "earned");
        let reserve = keyed.post("/api/v1/admin/ledger/reserves", reserve).await;
        let payouts = keyed.post("/api/v1/admin/payouts", json!({})).await;
        Self {
            payout: payouts.expect(200).str("/items/0/id"),
            reserve: reserve.expect(200).str("/id"),
        }
    }
}

impl Money {
    pub(crate) async fn of(
        market: &Market,
        operator: &Client,
        seller: &Seller,
        earned: Earned,
    ) -> Self {
        let statement = "SELECT id::text AS id FROM payments.statements";
        let line = imported(operator).await;
        Self {
            dispute: disputed(market, operator, seller).await,
            payout: earned.payout,
            reserve: earned.reserve,
            statement: id(market, statement).await,
            line,
        }
    }

    /// The route's path with the id of what is there, if it takes one of these.
    pub(crate) fn at(&self, route: &str) -> Option<String> {
        let of = |prefix: &str| route.starts_with(&format!("/api/v1/{prefix}/{{id}}"));
        let id = match route {
            // It names a payment, too, which is not there.
            "/api/v1/admin/bank-statement-lines/{id}/match" => return None,
            // By the settings as they are shipped, sellers write evidence and do not send it.
            "/api/v1/seller/disputes/{id}/send-evidence" => return None,
            _ if of("seller/disputes") || of("admin/disputes") => &self.dispute,
            _ if of("seller/payouts") || of("admin/payouts") => &self.payout,
            _ if of("admin/ledger/reserves") => &self.reserve,
            _ if of("admin/bank-statements") => &self.statement,
            _ if of("admin/bank-statement-lines") => &self.line,
            _ => return None,
        };
        Some(route.replace("{id}", id))
    }
}

async fn id(market: &Market, sql: &str) -> String {
    let found = market.rows(sql).await;
    found[0]["id"].as_str().expect("an id").to_owned()
}

/// The line of a bank statement that is of no payment.
async fn imported(operator: &Client) -> String {
    let csv = "Data;Historico;Valor\n17/03/2026;JUROS;0,10\n";
    let file = operator.request(Method::POST, "/api/v1/admin/bank-statements");
    let file = file.header("content-type", "text/csv").body(csv);
    operator.send(file).await.expect(200).str("/first/0/id")
}

/// A dispute of one of the store's sales, to which both sides have a receipt.
async fn disputed(market: &Market, operator: &Client, seller: &Seller) -> String {
    let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out("disputed", &cart, card("tok_approved"));
    let placed = placed.await.expect(201);
    market.settle().await;
    let new = json!({"kind": "chargeback", "reason": "general"});
    disputes::dispute(market, &placed, new).await;
    let all = seller.client.get("/api/v1/seller/disputes").await;
    let id = all.expect(200).str("/items/0/id");
    for (side, client) in [("seller", &seller.client), ("admin", operator)] {
        let path = format!("/api/v1/{side}/disputes/{id}");
        let sent = disputes::receipt(client, &path).await;
        sent.expect(200);
    }
    id
}
