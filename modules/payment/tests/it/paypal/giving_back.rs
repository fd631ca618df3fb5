//! What PayPal gives back of what was taken.

use feira_kernel::Time;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    REFUND_WINDOW,
    book::{Paypal, missing, unprocessable, value},
    fees::payable,
};
use crate::stub::Answer;

impl Paypal {
    pub(super) fn give_back(&mut self, capture: &str, asked: &Value, now: Time) -> Answer {
        let status = self.refund_status.take().unwrap_or("COMPLETED");
        let Some(taken) = self.taken.get(capture).copied() else {
            return missing();
        };
        let named =
            |one: &&mut Value| one["purchase_units"][0]["payments"]["captures"][0]["id"] == capture;
        let order = self.orders.iter_mut().find(named).unwrap();
        let payments = &mut order["purchase_units"][0]["payments"];
        let before = payments["refunds"].as_array().cloned().unwrap_or_default();
        let counted = before.iter().filter(|one| one["status"] != "FAILED");
        let given: Decimal = counted.map(|one| value(&one["amount"])).sum();
        let (whole, back) = (
            value(&payments["captures"][0]["amount"]),
            value(&asked["amount"]),
        );
        if payments["captures"][0]["status"] == "PENDING" {
            return unprocessable("PENDING_CAPTURE");
        }
        if now - taken >= REFUND_WINDOW {
            return unprocessable("REFUND_TIME_LIMIT_EXCEEDED");
        }
        if given == whole {
            return unprocessable("CAPTURE_FULLY_REFUNDED");
        }
        if given + back > whole {
            return unprocessable("REFUND_AMOUNT_EXCEEDED");
        }
        let id = format!("{capture}R{}", before.len() + 1);
        let mut refund = json!({
            "id": id, "status": status, "amount": asked["amount"], "custom_id": asked["custom_id"],
        });
        if self.takes_fees {
            refund["seller_payable_breakdown"] = payable(&asked["amount"]);
        }
        self.back.insert(id, now);
        let all = given + back == whole;
        let became = if all {
            "REFUNDED"
        } else {
            "PARTIALLY_REFUNDED"
        };
        payments["captures"][0]["status"] = json!(became);
        payments["refunds"] = [before, vec![refund.clone()]].concat().into();
        self.tell("PAYMENT.CAPTURE.REFUNDED", refund.clone());
        (201, refund)
    }
}
