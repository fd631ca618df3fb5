//! What Mercado Pago keeps: payments, refunds and what it tells of them, as its published library describes
//! them.

use std::collections::BTreeMap;

use feira_kernel::Time;
use feira_payment::{
    PaymentId, ProviderWebhook,
    br_code::{BrCode, Merchant},
};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use time::Duration;

use super::{
    fees::{give_fee_back, with_fees},
    telling::webhook,
};
use crate::{
    http::Request,
    stub::{Answer, Book},
};

pub(super) const TOKEN: &str = "APP_USR-0123456789-abcdefgh";
pub(crate) const SECRET: &str = "5d41402abc4b2a76b9719d911017c592";
pub(super) const ACCOUNT: u64 = 987_654_321;
pub(super) const KEYS_KEPT: Duration = Duration::hours(24);
pub(super) const REFUND_WINDOW: Duration = Duration::days(180);

#[derive(Default)]
pub(crate) struct MercadoPago {
    pub(super) payments: Vec<Value>,
    pub(super) refunds: Vec<Value>,
    keys: BTreeMap<String, (Time, Answer)>,
    pub(super) captured: BTreeMap<String, Time>,
    /// What went back of which payment, with what of its fee.
    pub(super) back: Vec<(String, Decimal, Decimal, Time)>,
    /// Ids of payments.
    events: Vec<String>,
    told: usize,
    /// What becomes of the next refund.
    pub(super) refund_status: Option<&'static str>,
    pub(super) chargebacks: Vec<Value>,
    /// Whether a fee is taken.
    pub(super) takes_fees: bool,
    pub(super) live: Option<bool>,
}

fn refused(status: u16, code: u32) -> Answer {
    let body = json!({
        "message": "in words", "error": "bad_request", "status": status,
        "cause": [{"code": code, "description": "in words"}],
    });
    (status, body)
}

pub(super) fn decimal(number: &Value) -> Decimal {
    number.to_string().parse().unwrap()
}

/// A number with decimals, as it is written there.
pub(super) fn number(amount: Decimal) -> Value {
    serde_json::from_str(&amount.to_string()).unwrap()
}

/// Ids are numbers in bodies and words in addresses.
fn is(one: &Value, id: &str) -> bool {
    let own = one["id"].to_string();
    own == id
}

impl Book for MercadoPago {
    fn call(&self, request: &Request) -> String {
        let path = request.path.split('?').next().unwrap();
        let parts: Vec<&str> = path.trim_start_matches("/v1/").split('/').collect();
        let name = match parts.as_slice() {
            ["payments"] => "payments",
            ["payments", "search"] => "search",
            ["payments", _] => "payment",
            ["payments", _, "refunds"] => "refunds",
            ["payments", _, "refunds", _] => "refund",
            ["chargebacks", "search"] => "chargebacks",
            _ => panic!("{path} is not asked for"),
        };
        format!("{} {name}", request.method)
    }

    fn answer(&mut self, call: &str, request: &Request, now: Time) -> Option<Answer> {
        if request.header("authorization") != Some(format!("Bearer {TOKEN}")) {
            return Some((401, Self::error(401)));
        }
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let parts: Vec<&str> = path.split('/').collect();
        let id = parts.get(3).copied().unwrap_or_default().to_owned();
        let asked = request.json();
        let key = request.header("x-idempotency-key");
        Some(match call {
            "POST payments" => {
                let lost = asked["token"] == "tok_timeout_after_charge";
                let made = self.once(key.unwrap(), now, |book| book.make(&asked, now));
                if lost {
                    return None;
                }
                made
            }
            "GET search" => self.search(query),
            "GET payment" => self.look(&id),
            "GET chargebacks" => self.chargebacks(query),
            "PUT payment" => {
                assert!(key.is_some(), "a change has a key, too");
                self.change(&id, &asked, now)
            }
            "POST refunds" => self.once(key.unwrap(), now, |book| book.give_back(&id, &asked, now)),
            "GET refund" => {
                let refund = self.refunds.iter().find(|one| is(one, parts[5]));
                refund.map_or_else(|| refused(404, 2000), |one| (200, one.clone()))
            }
            other => panic!("{other} is not asked for"),
        })
    }

    fn error(status: u16) -> Value {
        refused(status, 1).1
    }
}

impl MercadoPago {
    /// The same key is answered the same.
    fn once(&mut self, key: String, now: Time, make: impl FnOnce(&mut Self) -> Answer) -> Answer {
        let known = self.keys.get(&key).filter(|(at, _)| now - *at < KEYS_KEPT);
        if let Some((_, answer)) = known {
            return answer.clone();
        }
        let answer = make(self);
        self.keys.insert(key, (now, answer.clone()));
        answer
    }

    fn make(&mut self, asked: &Value, now: Time) -> Answer {
        assert_eq!(asked["payer"], json!({"email": "payer@shop.example"}));
        let id = 1_000_000 + self.payments.len();
        let mut payment = json!({
            "id": id, "currency_id": "BRL", "collector_id": ACCOUNT,
            "live_mode": self.live.unwrap_or(true),
            "description": asked["description"], "external_reference": asked["external_reference"],
            "transaction_amount": asked["transaction_amount"], "transaction_amount_refunded": 0,
            "payment_method_id": "master", "captured": true, "refunds": [],
        });
        let (status, detail) = match asked["token"].as_str() {
            None => {
                assert_eq!(asked["payment_method_id"], "pix");
                let ends = asked["date_of_expiration"].as_str().unwrap();
                assert!(ends.ends_with(".000+00:00"), "{ends}");
                payment["payment_method_id"] = json!("pix");
                let code = code(id, decimal(&asked["transaction_amount"]));
                payment["point_of_interaction"] = json!({"transaction_data": {
                    "qr_code": code, "ticket_url": "https://mp.example/ticket",
                }});
                ("pending", "pending_waiting_transfer".to_owned())
            }
            Some("tok_nobodys") => return refused(404, 2006),
            Some("tok_bad") => return refused(400, 3034),
            Some("tok_declined") => ("rejected", "cc_rejected_other_reason".to_owned()),
            Some("pm_slow") => ("in_process", "pending_contingency".to_owned()),
            Some(detail) if detail.starts_with("cc_rejected") => ("rejected", detail.to_owned()),
            Some(_) => {
                divide(&mut payment, asked);
                if asked["capture"] == true {
                    self.captured.insert(id.to_string(), now);
                    ("approved", "accredited".to_owned())
                } else {
                    ("authorized", "pending_capture".to_owned())
                }
            }
        };
        payment["status"] = json!(status);
        payment["status_detail"] = json!(detail);
        if self.takes_fees {
            with_fees(&mut payment);
        }
        self.payments.push(payment.clone());
        self.events.push(id.to_string());
        (201, payment)
    }

    /// What is found tells less than the payment itself.
    fn search(&self, query: &str) -> Answer {
        let url = reqwest::Url::parse(&format!("form:?{query}")).unwrap();
        let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(
            (&*query["sort"], &*query["criteria"]),
            ("date_created", "desc")
        );
        let named = |one: &&Value| one["external_reference"] == query["external_reference"];
        let found = self.payments.iter().rev().filter(named);
        // Its id is a text there.
        let brief = found.map(|one| json!({"id": one["id"].to_string(), "status": one["status"]}));
        let results: Vec<Value> = brief.collect();
        let paging = json!({"total": results.len(), "limit": 30, "offset": 0});
        (200, json!({"paging": paging, "results": results}))
    }

    fn look(&self, id: &str) -> Answer {
        let found = self.payments.iter().find(|one| is(one, id));
        found.map_or_else(|| refused(404, 2000), |one| (200, one.clone()))
    }

    fn change(&mut self, id: &str, asked: &Value, now: Time) -> Answer {
        if self.look(id).0 == 404 {
            return refused(404, 2000);
        }
        let payment = self.payment(id);
        let status = payment["status"].as_str().unwrap().to_owned();
        let to = match (asked["status"].as_str(), asked["capture"].as_bool()) {
            (Some("cancelled"), None)
                if ["pending", "in_process", "authorized"].contains(&&*status) =>
            {
                "cancelled"
            }
            (None, Some(true)) if status == "authorized" => "approved",
            _ => return refused(400, 2018),
        };
        payment["status"] = json!(to);
        let changed = payment.clone();
        if to == "approved" {
            self.captured.insert(id.to_owned(), now);
        }
        self.events.push(id.to_owned());
        (200, changed)
    }

    fn give_back(&mut self, id: &str, asked: &Value, now: Time) -> Answer {
        let Some(captured) = self.captured.get(id).copied() else {
            return refused(400, 2063);
        };
        if now - captured >= REFUND_WINDOW {
            return refused(400, 2024);
        }
        let refund_id = 77_000 + self.refunds.len();
        let status = self.refund_status.take().unwrap_or("approved");
        let payment = self.payment(id);
        let amount = decimal(&asked["amount"]);
        let given = decimal(&payment["transaction_amount_refunded"]) + amount;
        let whole = decimal(&payment["transaction_amount"]);
        if given > whole || amount <= Decimal::ZERO {
            return refused(400, 4040);
        }
        payment["transaction_amount_refunded"] = number(given);
        if given == whole {
            payment["status"] = json!("refunded");
        }
        let fee_back = give_fee_back(payment, amount / whole);
        let refund = json!({
            "id": refund_id, "payment_id": payment["id"], "amount": asked["amount"],
            "status": status, "refund_mode": "standard",
        });
        self.back.push((id.to_owned(), amount, fee_back, now));
        self.refunds.push(refund.clone());
        self.events.push(id.to_owned());
        (201, refund)
    }

    /// One that is there, to be looked at or changed.
    pub(super) fn payment(&mut self, id: &str) -> &mut Value {
        let found = self.payments.iter_mut().find(|one| is(one, id));
        found.expect("it was made")
    }

    /// The id of the one that bears ours.
    pub(super) fn id(&self, payment: PaymentId) -> String {
        let mark = json!(payment);
        let found = self
            .payments
            .iter()
            .find(|one| one["external_reference"] == mark);
        found.expect("it was made")["id"].to_string()
    }

    /// It is so now, and told.
    pub(super) fn set(&mut self, id: &str, status: &str, now: Time) {
        self.payment(id)["status"] = json!(status);
        if status == "approved" {
            self.captured.entry(id.to_owned()).or_insert(now);
        }
        self.events.push(id.to_owned());
    }

    pub(super) fn told(&mut self, now: Time) -> Vec<ProviderWebhook> {
        let events: Vec<String> = std::mem::take(&mut self.events);
        let signed = events.into_iter().map(|id| {
            self.told += 1;
            webhook(&id, &format!("request-{}", self.told), now)
        });
        signed.collect()
    }
}

/// Two percent for each instalment but the first, which its payer pays beside the price; of the account it takes a
/// tenth of the price.
fn divide(payment: &mut Value, asked: &Value) {
    let price = decimal(&asked["transaction_amount"]);
    let count = asked["installments"].as_u64().expect("a count");
    let interest = (price * Decimal::from(count - 1) / Decimal::from(50)).round_dp(2);
    payment["installments"] = json!(count);
    payment["transaction_details"] = json!({
        "total_paid_amount": number(price + interest), "overpaid_amount": 0,
    });
    if count > 1 {
        payment["fee_details"] = json!([
            {"type": "mercadopago_fee", "amount": number((price / Decimal::TEN).round_dp(2)), "fee_payer": "collector"},
            {"type": "financing_fee", "amount": number(interest), "fee_payer": "payer"},
        ]);
    }
}

fn code(id: usize, amount: Decimal) -> String {
    let code = BrCode {
        merchant: Merchant::Static {
            key: "123e4567-e12b-12d1-a456-426655440000".to_owned(),
            text: None,
        },
        amount: Some(amount.round_dp(2)),
        name: "SHOP".to_owned(),
        city: "OLINDA".to_owned(),
        txid: Some(format!("mpqrinter{id}")),
    };
    code.write().unwrap()
}

/// Whether this number is the id that stands in an address.
pub(super) fn numbers(number: &Value, id: &str) -> bool {
    number
        .as_u64()
        .is_some_and(|number| number.to_string() == id)
}
