//! What requests of other routes need to be there.

use reqwest::Method;
use serde_json::{Value, json};

use super::{case::Body, world::World};
use crate::support::{
    Client, application, bank_transfer, card, cart_with, cash_on_delivery, choose_shipping,
};

impl World<'_> {
    /// A store that waits for a decision, and who applied.
    pub(super) async fn applied(&self) -> String {
        let email = format!("applicant{}@test.example", self.count);
        let customer = self.market.customer(&email).await;
        let body = application(&format!("Store {}", self.count), self.count);
        customer
            .post("/api/v1/stores", body)
            .await
            .expect(201)
            .str("/id")
    }

    /// A paid order of one unit of the first seller: its id and that of her part.
    pub(crate) async fn paid(&self) -> (String, String) {
        let (guest, cart) = cart_with(self.market, &[(self.a.variant(0), 1)]).await;
        let cart = choose_shipping(&guest, &cart).await.json;
        let key = format!("paid{}", self.count);
        let placed = guest.check_out(&key, &cart, card("tok_approved")).await;
        let order = placed.expect(201).str("/order/id");
        self.market.settle().await;
        let sql =
            format!("SELECT id::text AS id FROM orders.store_orders WHERE order_id = '{order}'");
        let part = self.market.rows(&sql).await[0]["id"].clone();
        (order, part.as_str().expect("an id").to_owned())
    }

    /// An order that waits for a bank transfer: who holds it, its id, and its payment's.
    pub(super) async fn transferred(&self) -> (Client, String, String) {
        let (guest, cart) = cart_with(self.market, &[(self.a.variant(0), 1)]).await;
        let cart = choose_shipping(&guest, &cart).await.json;
        let key = format!("transferred{}", self.count);
        let placed = guest.check_out(&key, &cart, bank_transfer()).await;
        let placed = placed.expect(201);
        let [order, payment] = ["/order/id", "/payment/id"].map(|id| placed.str(id));
        (self.market.holder(&placed), order, payment)
    }

    /// The statement of the first seller's bank, with what an order pays her herself.
    pub(super) async fn own_statement(&self) -> Body {
        let (_, _, payment) = self.transferred().await;
        let txid = format!("RECEIVED{:017}", self.count);
        let made = format!(
            "WITH p AS (UPDATE payments.payments SET to_stores = true WHERE id = '{payment}' RETURNING id, currency), \
                  c AS (UPDATE payments.manual_charges c SET to_stores = true, br_code = NULL, instructions = NULL \
                        FROM p WHERE c.payment_id = p.id), \
                  l AS (INSERT INTO payments.payment_legs (payment_id, position, split_id, store_id, part, amount, \
                                                           currency, status, txid, br_code) \
                        SELECT p.id, s.position, s.id, s.store_id, s.part, s.amount, p.currency, 'open', '{txid}', 'code' \
                        FROM p JOIN payments.payment_splits s ON s.payment_id = p.id RETURNING amount) \
             SELECT round(amount, 2)::text AS amount FROM l"
        );
        let amount = self.market.rows(&made).await[0]["amount"].clone();
        let amount = amount.as_str().expect("an amount");
        let csv = format!("date,description,amount\n2026-03-17,PIX {txid},{amount}\n");
        Body::Raw("text/csv", csv.into_bytes())
    }

    /// The part of an order that was sent, and is to be paid on delivery.
    pub(super) async fn to_collect(&self) -> String {
        let (guest, cart) = cart_with(self.market, &[(self.a.variant(0), 1)]).await;
        let cart = choose_shipping(&guest, &cart).await.json;
        let key = format!("on delivery{}", self.count);
        let placed = guest.check_out(&key, &cart, cash_on_delivery()).await;
        let part = placed.expect(201).str("/order/store_orders/0/id");
        self.market.settle().await;
        self.moved(&part, "ship").await;
        part
    }

    /// The refund of what the first seller was paid on delivery, which she has not sent; and the part that it is of.
    pub(crate) async fn to_be_sent_by_store(&self) -> (String, String) {
        let part = self.to_collect().await;
        let keyed = self.a.client.with("idempotency-key", &part);
        let path = format!("/api/v1/seller/orders/{part}");
        let collected = format!("{path}/collected");
        keyed.post(&collected, json!({})).await.expect(200);
        let refund = json!({"reason": "damaged"});
        let made = keyed.post(&format!("{path}/refunds"), refund).await;
        (made.expect(201).str("/refund_id"), part)
    }

    /// The refund of one that was paid and cancelled, which nobody has sent.
    pub(super) async fn to_be_sent(&self) -> String {
        let (holder, order, payment) = self.transferred().await;
        let paid = format!("/api/v1/admin/payments/{payment}/mark-paid");
        let operator = self.operator.with("idempotency-key", &payment);
        operator.post(&paid, json!({})).await.expect(200);
        self.market.settle().await;
        let cancel = format!("/api/v1/orders/{order}/cancel");
        holder
            .post(&cancel, json!({"reason": ""}))
            .await
            .expect(200);
        // Until the refund is begun.
        self.market.pass(time::Duration::minutes(5)).await;
        let payment = format!("/api/v1/admin/payments/{payment}");
        let refunds = self.operator.get(&payment).await.expect(200);
        refunds.str("/refunds/0/id")
    }

    /// Its provider says that as much was given back there already.
    pub(super) async fn given_back(&self, refund: &str) {
        let told = format!(
            "WITH told AS (UPDATE payments.refunds SET given_back_at = now() WHERE id = '{refund}' RETURNING 1) \
             SELECT count(*) AS told FROM told"
        );
        assert_eq!(self.market.rows(&told).await[0]["told"], 1);
    }

    /// The open line of a bank statement that says this.
    pub(super) async fn line(&self, text: &str, amount: &str) -> String {
        let csv = format!("date,description,amount\n2026-03-17,{text},{amount}\n");
        let file = self
            .operator
            .request(Method::POST, "/api/v1/admin/bank-statements");
        let file = file.header("content-type", "text/csv").body(csv);
        let report = self.operator.send(file).await.expect(200);
        report.str("/first/0/id")
    }

    pub(super) async fn moved(&self, part: &str, step: &str) {
        let body = match step {
            "ship" => json!({"carrier": "Correios", "tracking_number": "BR1"}),
            _ => json!({}),
        };
        let path = format!("/api/v1/seller/orders/{part}/{step}");
        self.a.client.post(&path, body).await.expect(200);
    }

    /// Something that can be paid out to the first seller.
    pub(super) async fn payable(&self) {
        let (_, part) = self.paid().await;
        self.moved(&part, "ship").await;
        self.moved(&part, "deliver").await;
        // The job, which would pay it out, is at work elsewhere.
        let lease = "WITH leased AS (UPDATE payments.job SET lease_until = now() + interval '50 seconds' \
                                     WHERE name = 'payment.payouts' RETURNING 1) SELECT count(*) FROM leased";
        assert_eq!(self.market.count(lease).await, 1);
        self.market.pass(time::Duration::days(40)).await;
    }

    /// One that waits to be paid, of what is payable.
    pub(super) async fn payout(&self) -> String {
        let made = self
            .operator
            .with("idempotency-key", &format!("run{}", self.count))
            .post("/api/v1/admin/payouts", json!({}))
            .await;
        made.expect(200).str("/items/0/id")
    }

    pub(super) fn reserve(&self) -> Value {
        let amount = json!({"amount": "1.00", "currency": "BRL"});
        let at = self.market.clock().now() + time::Duration::days(30);
        let at = at.format(&time::format_description::well_known::Rfc3339);
        json!({"store_id": self.a.store, "amount": amount, "reason": "returns", "release_at": at.expect("a time")})
    }

    /// What it is billed, tomorrow at the latest.
    pub(super) async fn billed(&self) -> Value {
        let amount = self.owed().await;
        let due = self.market.clock().now().date().next_day();
        let due = due.expect("a day").to_string();
        json!({"store_id": self.a.store, "amount": amount, "due_on": due, "note": "Refunds"})
    }

    /// What the first seller owes from now on.
    pub(super) async fn owed(&self) -> Value {
        let owes = format!(
            "WITH t AS (INSERT INTO payments.ledger_transactions (id, kind, source_id, at) \
                        VALUES (gen_random_uuid(), 'netting', gen_random_uuid(), now()) RETURNING id), \
                  e AS (INSERT INTO payments.ledger_entries (id, transaction_id, kind, account, store_id, amount, currency, at) \
                        SELECT gen_random_uuid(), t.id, 'netting', side.account, '{}'::uuid, side.amount, 'BRL', now() \
                        FROM t, (VALUES ('seller_receivable', 5), ('write_offs', -5)) AS side (account, amount) RETURNING 1) \
             SELECT count(*) AS sides FROM e",
            self.a.store
        );
        assert_eq!(self.market.rows(&owes).await[0]["sides"], 2);
        json!({"amount": "5.00", "currency": "BRL"})
    }
}
