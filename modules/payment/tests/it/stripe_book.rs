//! What Stripe keeps: intents, refunds and their events as its published library describes them.

use std::collections::BTreeMap;

use feira_kernel::Time;
use serde_json::{Value, json};
use time::Duration;

use crate::{
    http::Request,
    stripe_connect::Connect,
    stripe_saving::{Saving, plan},
    stub,
};

pub(crate) const KEY: &str = "sk_test_0123456789abcdefghijklmn";
/// How long a key is known there.
const KEYS_KEPT: Duration = Duration::hours(24);
const LEAST: i64 = 50;
const MOST: i64 = 99_999_999;

pub(crate) use crate::stub::{Answer, Instead};
pub(crate) type Pairs = BTreeMap<String, String>;

#[derive(Default)]
pub(crate) struct Book {
    pub(crate) intents: Vec<Value>,
    pub(crate) refunds: Vec<Value>,
    pub(crate) disputes: Vec<Value>,
    /// What was sent to disputes, and the files that were put there before.
    pub(crate) answers: Vec<Pairs>,
    pub(crate) files: Vec<String>,
    pub(crate) saving: Saving,
    pub(crate) connect: Connect,
    keys: BTreeMap<String, (Time, Pairs, Answer)>,
    pub(crate) events: Vec<Value>,
    told: usize,
    /// What becomes of the next refund.
    pub(crate) refund_status: Option<&'static str>,
    /// What is taken for each charge that was made, and for each refund.
    pub(crate) charge_fee: Option<i64>,
    pub(crate) refund_fee: Option<i64>,
}

impl stub::Book for Book {
    fn call(&self, request: &Request) -> String {
        let path = request.path.split('?').next().unwrap_or_default();
        let path = path.trim_start_matches("/v1/");
        let parts: Vec<&str> = path.split('/').collect();
        let marks = ["pi_", "re_", "du_", "seti_", "pm_", "acct_", "tr_", "trr_"];
        let is_id = |part: &str| marks.iter().any(|mark| part.starts_with(mark));
        let named = parts.iter().copied().filter(|part| !is_id(part));
        let named: Vec<&str> = named.collect();
        let single = named.len() == 1 && parts.len() == 2 && request.method == "GET";
        let name = if single {
            format!("{}/id", named[0])
        } else {
            named.join("/")
        };
        format!("{} {name}", request.method)
    }

    fn answer(&mut self, call: &str, request: &Request, now: Time) -> Option<Answer> {
        assert_eq!(
            request.header("stripe-version").as_deref(),
            Some("2026-10-28.endive")
        );
        if request.header("authorization") != Some(format!("Bearer {KEY}")) {
            return Some(error(401, "invalid_request_error", "", ""));
        }
        let path = request.path.trim_start_matches("/v1/");
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let id = path.split('/').nth(1).unwrap_or_default();
        let (status, body) = self.route(call, (id, query), request, now);
        // The token of which the sandbox says so.
        let lost =
            call == "POST payment_intents" && body["payment_method"] == "tok_timeout_after_charge";
        (!lost).then_some((status, body))
    }

    fn error(status: u16) -> Value {
        let kind = match status {
            500.. => "api_error",
            _ => "invalid_request_error",
        };
        error(status, kind, "", "").1
    }
}

impl Book {
    fn route(
        &mut self,
        call: &str,
        (id, query): (&str, &str),
        request: &Request,
        now: Time,
    ) -> Answer {
        if call == "POST files" {
            return self.upload(&request.body);
        }
        let form = pairs(&request.body);
        let key = request.header("idempotency-key");
        match call {
            "POST payment_intents" => self.once(key, form, now, Self::make),
            "POST refunds" => self.once(key, form, now, Self::refund),
            "GET payment_intents/id" => self.look(id, &pairs(query)),
            "POST customers" => {
                self.once(key, form, now, |book, form, _| book.saving.customer(form))
            }
            "POST setup_intents" => {
                self.once(key, form, now, |book, form, _| book.saving.begin(form))
            }
            "GET setup_intents/id" => self.saving.setup(id, &pairs(query)),
            "GET payment_methods/id" => self.saving.method(id),
            "POST payment_methods/detach" => self.saving.detach(id),
            "GET balance" => (200, json!({"object": "balance", "livemode": false})),
            "GET payment_intents" => self.made_between(&pairs(query)),
            "GET refunds" => {
                let query = pairs(query);
                let of = &query["payment_intent"];
                let found = self
                    .refunds
                    .iter()
                    .rev()
                    .filter(|one| one["payment_intent"] == **of);
                page(&found.collect::<Vec<_>>(), &query)
            }
            "GET disputes" => {
                let query = pairs(query);
                let of = &query["payment_intent"];
                let found = self.disputes.iter().rev();
                let found = found.filter(|one| one["payment_intent"] == **of);
                page(&found.collect::<Vec<_>>(), &query)
            }
            "POST disputes" => self.answer(id, form),
            "POST payment_intents/cancel" => self.change(id, |intent| {
                let open = [
                    "requires_action",
                    "requires_capture",
                    "requires_payment_method",
                ];
                let ends = open.contains(&intent["status"].as_str().unwrap());
                if ends {
                    intent["status"] = json!("canceled");
                }
                ends
            }),
            "POST payment_intents/capture" => self.change(id, |intent| {
                let held = intent["status"] == "requires_capture";
                if held {
                    intent["capture_method"] = json!("automatic");
                    succeed(intent);
                }
                held
            }),
            other => self.connected(other, (id, query), (key, form), now),
        }
    }

    /// The same key is answered the same, unless something else is asked.
    pub(crate) fn once(
        &mut self,
        key: Option<String>,
        form: Pairs,
        now: Time,
        make: fn(&mut Self, &Pairs, Time) -> Answer,
    ) -> Answer {
        let key = key.expect("a key");
        if let Some((_, asked, answer)) = self
            .keys
            .get(&key)
            .filter(|(at, _, _)| now - *at < KEYS_KEPT)
        {
            return if *asked == form {
                answer.clone()
            } else {
                error(400, "idempotency_error", "", "")
            };
        }
        let answer = make(self, &form, now);
        self.keys.insert(key, (now, form, answer.clone()));
        answer
    }

    fn make(&mut self, form: &Pairs, now: Time) -> Answer {
        assert_eq!(
            (&*form["confirm"], &*form["payment_method_types[]"]),
            ("true", "card")
        );
        let amount: i64 = form["amount"].parse().unwrap();
        if amount < LEAST {
            return error(400, "invalid_request_error", "amount_too_small", "amount");
        }
        if amount > MOST {
            return error(400, "invalid_request_error", "amount_too_large", "amount");
        }
        let token = form
            .get("payment_method")
            .or(form.get("confirmation_token"));
        let token = token.unwrap().as_str();
        if token == "pm_nobodys" {
            return error(
                404,
                "invalid_request_error",
                "resource_missing",
                "payment_method",
            );
        }
        let customer = form.get("customer");
        if customer.is_some() && !self.saving.is_of(token, customer) {
            return error(400, "invalid_request_error", "", "payment_method");
        }
        let id = format!("pi_{}", self.intents.len() + 1);
        let mut intent = json!({
            "id": id, "object": "payment_intent", "amount": amount, "amount_received": 0,
            "currency": form["currency"], "capture_method": form["capture_method"],
            "client_secret": format!("{id}_secret_x"), "created": now.unix_timestamp(),
            "last_payment_error": null, "livemode": false, "next_action": null,
            "on_behalf_of": null, "payment_method": token, "status": "requires_confirmation",
            "transfer_data": null, "payment_method_options": plan(form),
            "metadata": {
                "feira_payment": form["metadata[feira_payment]"],
                "feira_reference": form["metadata[feira_reference]"],
            },
        });
        let status = charge(&mut intent, token, form.get("return_url"));
        self.intents.push(intent.clone());
        if status == 402 {
            let mut refused = intent["last_payment_error"].clone();
            refused["payment_intent"] = intent;
            return (402, json!({"error": refused}));
        }
        (200, intent)
    }

    fn made_between(&self, query: &Pairs) -> Answer {
        let bound = |name: &str| query[name].parse::<i64>().unwrap();
        let (from, to) = (bound("created[gte]"), bound("created[lte]"));
        let within = |one: &&Value| (from..=to).contains(&one["created"].as_i64().unwrap());
        let newest = self.intents.iter().rev().filter(within);
        page(&newest.collect::<Vec<_>>(), query)
    }

    fn change(&mut self, id: &str, change: impl FnOnce(&mut Value) -> bool) -> Answer {
        let Some(intent) = self.intent(id) else {
            return missing();
        };
        if change(intent) {
            (200, intent.clone())
        } else {
            error(
                400,
                "invalid_request_error",
                "payment_intent_unexpected_state",
                "",
            )
        }
    }

    pub(crate) fn intent(&mut self, id: &str) -> Option<&mut Value> {
        self.intents.iter_mut().find(|one| one["id"] == id)
    }

    pub(crate) fn tell(&mut self, kind: &str, object: Value) {
        self.told += 1;
        let id = format!("evt_{}", self.told);
        let event = json!({"id": id, "object": "event", "type": kind, "data": {"object": object}});
        self.events.push(event);
    }
}

/// What is booked to the account's balance.
pub(crate) fn balance(fee: i64) -> Value {
    json!({"object": "balance_transaction", "fee": fee, "currency": "brl"})
}

/// Of the newest first, those behind the one that the query names.
pub(crate) fn page(all: &[&Value], query: &Pairs) -> Answer {
    let named = |id: &String| all.iter().position(|one| one["id"] == **id);
    let after = query.get("starting_after").map(|id| named(id).unwrap() + 1);
    let limit: usize = query["limit"].parse().unwrap();
    let rest = &all[after.unwrap_or(0)..];
    let data: Vec<_> = rest.iter().take(limit).collect();
    let list = json!({"object": "list", "data": data, "has_more": rest.len() > limit});
    (200, list)
}

/// What comes of an intent by its token; the status of the answer.
fn charge(intent: &mut Value, token: &str, back: Option<&String>) -> u16 {
    match token {
        "tok_declined" | "pm_poor" => {
            let decline = match token {
                "pm_poor" => "insufficient_funds",
                _ => "stolen_card",
            };
            intent["status"] = json!("requires_payment_method");
            intent["last_payment_error"] = json!({
                "type": "card_error", "code": "card_declined", "decline_code": decline,
            });
            return 402;
        }
        "tok_needs_confirmation" => {
            let id = intent["id"].as_str().unwrap();
            let url = format!("https://hooks.stripe.example/{id}");
            intent["status"] = json!("requires_action");
            intent["next_action"] = match back {
                Some(back) => json!({
                    "type": "redirect_to_url",
                    "redirect_to_url": {"return_url": back, "url": url},
                }),
                None => json!({"type": "use_stripe_sdk", "use_stripe_sdk": {}}),
            };
        }
        "pm_slow" => intent["status"] = json!("processing"),
        _ => succeed(intent),
    }
    200
}

pub(crate) fn succeed(intent: &mut Value) {
    if intent["capture_method"] == "manual" {
        intent["status"] = json!("requires_capture");
    } else {
        intent["status"] = json!("succeeded");
        intent["amount_received"] = intent["amount"].clone();
    }
}

pub(crate) fn error(status: u16, kind: &str, code: &str, param: &str) -> Answer {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let error =
        json!({"type": kind, "code": some(code), "param": some(param), "message": "in words"});
    (status, json!({"error": error}))
}

pub(crate) fn missing() -> Answer {
    error(404, "invalid_request_error", "resource_missing", "id")
}

pub(crate) fn pairs(form: &str) -> Pairs {
    let url = reqwest::Url::parse(&format!("form:?{form}")).unwrap();
    url.query_pairs().into_owned().collect()
}
