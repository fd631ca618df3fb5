//! What PayPal keeps: orders with what was held, taken and given back of them, as its published library
//! describes them.

use std::collections::BTreeMap;

use feira_kernel::Time;
use feira_payment::{PaymentId, ProviderWebhook};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use time::{Duration, format_description::well_known::Rfc3339};

use super::{fees::receivable, verifying::Sent};
use crate::{
    http::Request,
    stub::{Answer, Book},
};

pub(super) const ACCOUNT: &str = "MERCHANT1";
pub(super) const REFUND_WINDOW: Duration = Duration::days(180);
/// `client:secret-of-the-client`.
const BASIC: &str = "Basic Y2xpZW50OnNlY3JldC1vZi10aGUtY2xpZW50";
/// How long the key of an order is known, and an order that nobody approved.
const KEYS_KEPT: Duration = Duration::hours(6);
const OTHER_KEYS_KEPT: Duration = Duration::days(45);

#[derive(Default)]
pub(crate) struct Paypal {
    pub(super) orders: Vec<Value>,
    keys: BTreeMap<String, (Time, Answer)>,
    made: BTreeMap<String, Time>,
    pub(super) taken: BTreeMap<String, Time>,
    events: Vec<Value>,
    pub(super) sent: Vec<Sent>,
    token: Option<(String, Time)>,
    pub(super) issued: usize,
    /// What becomes of the next money that is taken, and of the next refund.
    pub(super) capture_status: Option<&'static str>,
    pub(super) refund_status: Option<&'static str>,
    pub(super) disputes: Vec<Value>,
    /// Whether a fee is taken.
    pub(super) takes_fees: bool,
    /// When each refund was made.
    pub(super) back: BTreeMap<String, Time>,
}

pub(super) fn refused(status: u16, name: &str, issue: &str) -> Answer {
    let body = json!({
        "name": name, "message": "in words", "debug_id": "90957fca61718",
        "details": [{"issue": issue, "description": "in words"}],
    });
    (status, body)
}

pub(super) fn unprocessable(issue: &str) -> Answer {
    refused(422, "UNPROCESSABLE_ENTITY", issue)
}

pub(super) fn missing() -> Answer {
    refused(404, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID")
}

pub(super) fn value(amount: &Value) -> Decimal {
    amount["value"].as_str().unwrap().parse().unwrap()
}

impl Book for Paypal {
    fn call(&self, request: &Request) -> String {
        let path = request.path.split('?').next().unwrap_or_default();
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let name = match parts.as_slice() {
            ["v1", "oauth2", "token"] => "token",
            ["v1", "notifications", "verify-webhook-signature"] => "verify",
            ["v2", "checkout", "orders"] => "orders",
            ["v2", "checkout", "orders", _] => "order",
            [
                "v2",
                "checkout",
                "orders",
                _,
                what @ ("capture" | "authorize"),
            ] => *what,
            ["v2", "payments", "authorizations", _, "capture"] => "held",
            ["v2", "payments", "authorizations", _, "void"] => "void",
            ["v2", "payments", "captures", _, "refund"] => "refund",
            ["v2", "payments", "captures", _] => "taken",
            ["v1", "customer", "disputes"] => "disputes",
            ["v1", "customer", "disputes", _] => "dispute",
            _ => panic!("{} is not asked for", request.path),
        };
        format!("{} {name}", request.method)
    }

    fn answer(&mut self, call: &str, request: &Request, now: Time) -> Option<Answer> {
        if call == "POST token" {
            return Some(self.token(request, now));
        }
        let given = request.header("authorization").unwrap_or_default();
        let good =
            |(token, until): &(String, Time)| given == format!("Bearer {token}") && now < *until;
        if !self.token.as_ref().is_some_and(good) {
            return Some((
                401,
                json!({"error": "invalid_token", "error_description": "x"}),
            ));
        }
        let id = request
            .path
            .split('/')
            .nth(4)
            .unwrap_or_default()
            .to_owned();
        let key = || {
            format!(
                "{call} {}",
                request.header("paypal-request-id").expect("a key")
            )
        };
        let asked = request.json();
        Some(match call {
            "POST verify" => (200, self.verify(&request.body)),
            "GET order" => self.look(&id, now),
            "GET taken" => self.capture_of(&id),
            "GET disputes" => self.disputes_of(&request.path),
            "GET dispute" => self.dispute_of(&id),
            "POST orders" => {
                let represented =
                    request.header("prefer").as_deref() == Some("return=representation");
                assert!(represented);
                self.once(key(), (now, KEYS_KEPT), |book| book.make(&asked, now))
            }
            "POST capture" => self.kept(key(), now, |book| book.capture(&id, now)),
            "POST authorize" => self.kept(key(), now, |book| book.authorize(&id)),
            "POST held" => self.kept(key(), now, |book| book.capture_held(&id, now)),
            "POST void" => self.kept(key(), now, |book| book.void(&id)),
            "POST refund" => self.kept(key(), now, |book| book.give_back(&id, &asked, now)),
            other => panic!("{other} is not asked for"),
        })
    }

    fn error(status: u16) -> Value {
        refused(status, "ERROR", "OF_NOBODY").1
    }
}

impl Paypal {
    fn token(&mut self, request: &Request, now: Time) -> Answer {
        let basic = request.header("authorization").as_deref() == Some(BASIC);
        if !basic || request.body != "grant_type=client_credentials" {
            return (
                401,
                json!({"error": "invalid_client", "error_description": "x"}),
            );
        }
        self.issued += 1;
        let token = format!("token-{}", self.issued);
        self.token = Some((token.clone(), now + Duration::hours(9)));
        (
            200,
            json!({"access_token": token, "token_type": "Bearer", "expires_in": 32_400}),
        )
    }

    /// No token that was given out is taken any more.
    pub(super) fn forget_token(&mut self) {
        self.token = None;
    }

    /// The same key is answered the same.
    fn once(
        &mut self,
        key: String,
        (now, kept): (Time, Duration),
        make: impl FnOnce(&mut Self) -> Answer,
    ) -> Answer {
        let known = self.keys.get(&key).filter(|(at, _)| now - *at < kept);
        if let Some((_, answer)) = known {
            return answer.clone();
        }
        let answer = make(self);
        self.keys.insert(key, (now, answer.clone()));
        answer
    }

    fn kept(&mut self, key: String, now: Time, make: impl FnOnce(&mut Self) -> Answer) -> Answer {
        self.once(key, (now, OTHER_KEYS_KEPT), make)
    }

    fn make(&mut self, asked: &Value, now: Time) -> Answer {
        let [unit] = asked["purchase_units"].as_array().unwrap().as_slice() else {
            panic!("{asked}");
        };
        let context = &asked["payment_source"]["paypal"]["experience_context"];
        assert_eq!(context["return_url"], "https://shop.example/back");
        assert_eq!(context["cancel_url"], "https://shop.example/cart");
        let (currency, amount) = (&unit["amount"]["currency_code"], value(&unit["amount"]));
        let decimals = if currency == "JPY" { 0 } else { 2 };
        assert_eq!(amount.scale(), decimals, "{unit}");
        let id = format!("ORDER{:03}", self.orders.len() + 1);
        let order = json!({
            "id": id, "intent": asked["intent"], "status": "PAYER_ACTION_REQUIRED",
            "create_time": now.format(&Rfc3339).unwrap(), "payment_source": {"paypal": {}},
            "purchase_units": [{
                "reference_id": "default", "amount": unit["amount"], "custom_id": unit["custom_id"],
                "description": unit["description"], "payments": {},
                "payee": {"email_address": "shop@example.com", "merchant_id": ACCOUNT},
            }],
            "links": [
                {"href": format!("https://api.example/orders/{id}"), "rel": "self", "method": "GET"},
                {"href": format!("https://www.paypal.example/checkoutnow?token={id}"), "rel": "payer-action"},
            ],
        });
        self.orders.push(order.clone());
        self.made.insert(id, now);
        (200, order)
    }

    /// One of which nobody took the money is forgotten.
    fn look(&self, id: &str, now: Time) -> Answer {
        let Some(order) = self.orders.iter().find(|one| one["id"] == id) else {
            return missing();
        };
        let untouched = order["purchase_units"][0]["payments"] == json!({});
        let old = self
            .made
            .get(id)
            .is_some_and(|made| now - *made >= KEYS_KEPT);
        if untouched && old {
            return missing();
        }
        (200, order.clone())
    }

    fn capture(&mut self, id: &str, now: Time) -> Answer {
        let status = self.capture_status.take().unwrap_or("COMPLETED");
        let order = self.order(id);
        if order["status"] == "COMPLETED" {
            return unprocessable("ORDER_ALREADY_CAPTURED");
        }
        if order["status"] != "APPROVED" {
            return unprocessable("ORDER_NOT_APPROVED");
        }
        assert_eq!(order["intent"], "CAPTURE");
        if status == "DECLINED" {
            return unprocessable("INSTRUMENT_DECLINED");
        }
        self.take(id, status, now);
        (201, self.order(id).clone())
    }

    /// What is taken of an order is told with it.
    fn take(&mut self, id: &str, status: &str, now: Time) {
        let fees = self.takes_fees;
        let capture = format!("CAP{:03}", self.taken.len() + 1);
        self.taken.insert(capture.clone(), now);
        let order = self.order(id);
        order["status"] = json!("COMPLETED");
        let unit = &mut order["purchase_units"][0];
        let mut taken = json!({
            "id": capture, "status": status, "amount": unit["amount"], "final_capture": true,
            "custom_id": unit["custom_id"],
        });
        if fees {
            taken["seller_receivable_breakdown"] = receivable(&taken["amount"]);
        }
        unit["payments"]["captures"] = json!([taken]);
        let mut resource = taken;
        resource["supplementary_data"] = json!({"related_ids": {"order_id": id}});
        self.tell(&format!("PAYMENT.CAPTURE.{status}"), resource);
    }

    fn authorize(&mut self, id: &str) -> Answer {
        let order = self.order(id);
        if order["status"] != "APPROVED" {
            return unprocessable("ORDER_NOT_APPROVED");
        }
        assert_eq!(order["intent"], "AUTHORIZE");
        order["status"] = json!("COMPLETED");
        let held = json!({"id": format!("AUTH-{id}"), "status": "CREATED"});
        order["purchase_units"][0]["payments"]["authorizations"] = json!([held]);
        (201, order.clone())
    }

    fn capture_held(&mut self, held: &str, now: Time) -> Answer {
        let status = self.capture_status.take().unwrap_or("COMPLETED");
        let id = held.trim_start_matches("AUTH-").to_owned();
        let one = &mut self.order(&id)["purchase_units"][0]["payments"]["authorizations"][0];
        if one["status"] != "CREATED" {
            return unprocessable("AUTHORIZATION_ALREADY_CAPTURED");
        }
        if status == "DECLINED" {
            return unprocessable("PAYER_CANNOT_PAY");
        }
        one["status"] = json!("CAPTURED");
        self.take(&id, status, now);
        let taken = self.order(&id)["purchase_units"][0]["payments"]["captures"][0].clone();
        (201, taken)
    }

    fn void(&mut self, held: &str) -> Answer {
        let id = held.trim_start_matches("AUTH-").to_owned();
        let one = &mut self.order(&id)["purchase_units"][0]["payments"]["authorizations"][0];
        if one["status"] != "CREATED" {
            return unprocessable("PREVIOUSLY_CAPTURED");
        }
        one["status"] = json!("VOIDED");
        (204, Value::Null)
    }

    pub(super) fn order(&mut self, id: &str) -> &mut Value {
        let found = self.orders.iter_mut().find(|one| one["id"] == id);
        found.expect("it was made")
    }

    /// The id of the one that bears ours.
    pub(super) fn id(&self, payment: PaymentId) -> String {
        let mark = json!(payment);
        let mut orders = self.orders.iter();
        let found = orders.find(|one| one["purchase_units"][0]["custom_id"] == mark);
        found.expect("it was made")["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// How much money was taken, of any order.
    pub(super) fn captures(&self) -> usize {
        self.taken.len()
    }

    pub(super) fn approve(&mut self, id: &str) {
        let order = self.order(id);
        order["status"] = json!("APPROVED");
        let resource = order.clone();
        self.tell("CHECKOUT.ORDER.APPROVED", resource);
    }

    pub(super) fn tell(&mut self, kind: &str, resource: Value) {
        let id = format!("WH-EVENT-{}", self.sent.len() + self.events.len() + 1);
        self.events
            .push(json!({"id": id, "event_type": kind, "resource": resource}));
    }

    pub(super) fn forget_events(&mut self) {
        self.events.clear();
    }

    pub(super) fn told(&mut self, now: Time) -> Vec<ProviderWebhook> {
        let events = std::mem::take(&mut self.events);
        let sent = events.iter().map(|event| self.send(event, now));
        sent.collect()
    }
}
