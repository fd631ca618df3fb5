//! Stripe on a local port, and what its payers and banks do.

use std::{ops::Deref, sync::MutexGuard};

use feira_kernel::Clock;
use feira_payment::testing;
use serde_json::{Value, json};

use crate::{
    stripe_book::{Book, Pairs, succeed},
    stripe_connect::Connect,
    stub::Server,
};

pub(crate) const SECRET: &str = "whsec_0123456789abcdefghijklmnopqrstuv";

#[derive(Clone)]
pub(crate) struct Stub(Server<Book>);

impl Deref for Stub {
    type Target = Server<Book>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Stub {
    pub(crate) async fn start(clock: Clock) -> Self {
        Self(Server::start(Book::default(), clock).await)
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock()
    }

    pub(crate) fn next_refund(&self, status: &'static str) {
        self.book().refund_status = Some(status);
    }

    pub(crate) fn intents(&self) -> Vec<Value> {
        self.book().intents.clone()
    }

    /// The holder gives her card, from her own program.
    pub(crate) fn confirm_card(&self, client_secret: &str, expiry: (i64, i64)) {
        self.book().saving.confirm(client_secret, expiry);
    }

    /// What is kept of connected accounts and transfers.
    pub(crate) fn connect<T>(&self, look: impl FnOnce(&mut Connect) -> T) -> T {
        look(&mut self.book().connect)
    }

    /// A connected account is opened for transfers, or closed, and the platform is told.
    pub(crate) fn set_account_open(&self, id: &str, open: bool) {
        let mut book = self.book();
        let account = book.connect.set_open(id, open);
        book.tell("account.updated", account);
    }

    /// What is kept: how many customers, and how many cards of somebody.
    pub(crate) fn keeps(&self) -> (usize, usize) {
        self.book().saving.keeps()
    }

    pub(crate) fn refunds(&self) -> Vec<Value> {
        self.book().refunds.clone()
    }

    /// The payer confirms; `false`: and is not who she says.
    pub(crate) fn confirm(&self, id: &str, succeeds: bool) {
        let mut book = self.book();
        let intent = book.intent(id).expect("it was made");
        assert_eq!(intent["status"], "requires_action");
        if succeeds {
            succeed(intent);
        } else {
            intent["status"] = json!("requires_payment_method");
            intent["last_payment_error"] =
                json!({"type": "card_error", "code": "payment_intent_authentication_failure"});
        }
        intent["next_action"] = Value::Null;
        let kind = match intent["status"].as_str() {
            Some("succeeded") => "payment_intent.succeeded",
            Some("requires_capture") => "payment_intent.amount_capturable_updated",
            _ => "payment_intent.payment_failed",
        };
        let intent = intent.clone();
        book.tell(kind, intent);
    }

    /// What is held is taken there, by whomever.
    pub(crate) fn capture(&self, id: &str) {
        let mut book = self.book();
        let intent = book.intent(id).expect("it was made");
        intent["capture_method"] = json!("automatic");
        succeed(intent);
        let intent = intent.clone();
        book.tell("payment_intent.succeeded", intent);
    }

    /// With the client secret that she kept, the payer tries another card.
    pub(crate) fn try_again(&self, id: &str) {
        let mut book = self.book();
        let intent = book.intent(id).expect("it was made");
        if intent["status"] == "requires_payment_method" {
            succeed(intent);
        }
    }

    /// The payer begins once more, and is asked who she is.
    pub(crate) fn reopen(&self, id: &str) {
        let mut book = self.book();
        let intent = book.intent(id).expect("it was made");
        intent["status"] = json!("requires_action");
        let intent = intent.clone();
        book.tell("payment_intent.requires_action", intent);
    }

    /// Somebody gives back without us.
    pub(crate) fn give_back(&self, id: &str, amount: i64) {
        let mut book = self.book();
        let refund = json!({
            "id": format!("re_{}", book.refunds.len() + 1), "object": "refund", "amount": amount,
            "currency": "brl", "payment_intent": id, "status": "succeeded", "metadata": {},
        });
        book.refunds.push(refund);
    }

    /// From each charge, and for each refund.
    pub(crate) fn takes_fees(&self, charge: i64, refund: i64) {
        let mut book = self.book();
        book.charge_fee = Some(charge);
        book.refund_fee = Some(refund);
    }

    /// The card's bank disputes an intent, or decides.
    pub(crate) fn dispute(&self, intent: &str, status: &str, kind: &str) {
        let mut book = self.book();
        let id = format!("du_{intent}");
        if book.disputes.iter().all(|one| one["id"] != id) {
            let amount = book.intent(intent).expect("it was made")["amount"].clone();
            book.disputes.push(json!({
                "id": id, "object": "dispute", "amount": amount, "currency": "brl", "status": status,
                "reason": "fraudulent", "payment_intent": intent,
                "evidence_details": {"due_by": 1_773_000_000, "has_evidence": false},
                "balance_transactions": [{"object": "balance_transaction", "fee": 1500, "currency": "brl"}],
            }));
        }
        let found = book.disputes.iter_mut().find(|one| one["id"] == id);
        let dispute = found.expect("it was made");
        dispute["status"] = json!(status);
        if status == "won" {
            let back = json!({"object": "balance_transaction", "fee": -1500, "currency": "brl"});
            let all = dispute["balance_transactions"].as_array_mut();
            all.expect("a list").push(back);
        }
        let dispute = dispute.clone();
        book.tell(kind, dispute);
    }

    /// What was sent to disputes, and how many files before.
    pub(crate) fn answers(&self) -> (Vec<Pairs>, usize) {
        let book = self.book();
        (book.answers.clone(), book.files.len())
    }

    /// The bank settles a refund, or does not.
    pub(crate) fn settle_refund(&self, id: &str, status: &'static str) {
        let mut book = self.book();
        let found = book.refunds.iter_mut().find(|one| one["id"] == id);
        let refund = found.expect("it was made");
        refund["status"] = json!(status);
        let refund = refund.clone();
        let failed = status == "failed";
        let kind = if failed {
            "refund.failed"
        } else {
            "refund.updated"
        };
        book.tell(kind, refund);
    }

    /// As many intents of others are made.
    pub(crate) fn crowd(&self, count: usize) {
        let created = self.clock.now().unix_timestamp();
        let mut book = self.book();
        for _ in 0..count {
            let id = format!("pi_{}", book.intents.len() + 1);
            book.intents.push(json!({
                "id": id, "amount": 100, "currency": "brl", "status": "canceled", "created": created,
            }));
        }
    }

    /// Bodies of the events since this was last asked, with their headers.
    pub(crate) fn events(&self) -> Vec<(String, Vec<u8>)> {
        let events = std::mem::take(&mut self.book().events);
        let signed = events.into_iter().map(|event| {
            let body = serde_json::to_vec_pretty(&event).unwrap();
            let header = testing::signature(self.clock.now(), &body, SECRET);
            (header, body)
        });
        signed.collect()
    }
}
