//! What Stripe gives back of intents, and how it tells of that.

use feira_kernel::Time;
use serde_json::json;

use crate::stripe_book::{Answer, Book, Pairs, balance, error, missing};

impl Book {
    pub(crate) fn refund(&mut self, form: &Pairs, _now: Time) -> Answer {
        let id = &form["payment_intent"];
        let amount: i64 = form["amount"].parse().unwrap();
        let given = self.given(id);
        let Some(intent) = self.intent(id) else {
            return missing();
        };
        let invalid = |code, param| error(400, "invalid_request_error", code, param);
        if intent["status"] != "succeeded" {
            return invalid("payment_intent_unexpected_state", "");
        }
        let whole = intent["amount"].as_i64().unwrap();
        if given == whole {
            return invalid("charge_already_refunded", "");
        }
        if given + amount > whole {
            return invalid("", "amount");
        }
        let currency = intent["currency"].clone();
        let status = self.refund_status.take().unwrap_or("succeeded");
        assert_eq!(form["expand[]"], "balance_transaction");
        let refund = json!({
            "id": format!("re_{}", self.refunds.len() + 1), "object": "refund", "amount": amount,
            "currency": currency, "payment_intent": id, "status": status,
            "balance_transaction": self.refund_fee.map(balance),
            "metadata": {"feira_refund": form["metadata[feira_refund]"]},
        });
        self.refunds.push(refund.clone());
        self.tell(
            "charge.refunded",
            json!({"id": "ch_1", "object": "charge", "payment_intent": id}),
        );
        (200, refund)
    }

    /// Its charge is told in full if it is asked for.
    pub(crate) fn look(&mut self, id: &str, query: &Pairs) -> Answer {
        let given = self.given(id);
        let Some(intent) = self.intent(id) else {
            return missing();
        };
        let mut intent = intent.clone();
        let charge = format!("ch_{}", id.trim_start_matches("pi_"));
        intent["latest_charge"] = match query.get("expand[]") {
            Some(expand) => json!({
                "id": charge, "object": "charge", "amount_refunded": given,
                "refunded": intent["amount"] == given,
                "balance_transaction": match expand.as_str() {
                    "latest_charge.balance_transaction" => json!(self.charge_fee.map(balance)),
                    _ => json!("txn_1"),
                },
            }),
            _ => json!(charge),
        };
        (200, intent)
    }

    fn given(&self, intent: &str) -> i64 {
        let given = self.refunds.iter();
        let given =
            given.filter(|one| one["payment_intent"] == intent && one["status"] != "failed");
        given.filter_map(|one| one["amount"].as_i64()).sum()
    }
}
