//! Of a store's money something of everything, whose ids routes take.

use reqwest::Method;
use serde_json::json;

use crate::{
    disputes,
    support::{Client, Market, Seller, card, cart_with, choose_shipping},
};

/// The first seller's, and what operators see to.
pub(crate) struct Money {
    dispute: String,
    payout: String,
    reserve: String,
    statement: String,
    line: String,
}

impl Money {
    pub(crate) async fn of(market: &Market, operator: &Client, seller: &Seller) -> Self {
        let statement = "SELECT id::text AS id FROM payments.statements";
        let line = imported(operator).await;
        // What nobody has earned yet: their routes are asked for who may call them, not for what they do.
        let store = &seller.store;
        let payout = format!(
            "INSERT INTO payments.payouts (id, store_id, store_name, amount, currency, status, items) \
             VALUES (gen_random_uuid(), '{store}', 'Ana', 1, 'BRL', 'pending', 1) RETURNING id::text AS id"
        );
        let reserve = format!(
            "INSERT INTO payments.reserves (id, store_id, amount, currency, reason, status, release_at) \
             VALUES (gen_random_uuid(), '{store}', 1, 'BRL', 'returns', 'held', now() + interval '1 year') \
             RETURNING id::text AS id"
        );
        Self {
            dispute: disputed(market, operator, seller).await,
            payout: id(market, &payout).await,
            reserve: id(market, &reserve).await,
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
