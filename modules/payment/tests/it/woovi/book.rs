//! What Woovi keeps: charges, refunds and what it tells of them, as its published documents describe them.

use std::collections::BTreeMap;

use feira_kernel::Time;
use feira_payment::{
    PaymentId, ProviderWebhook,
    br_code::{BrCode, Merchant},
};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use time::Duration;

use super::{accounts::Accounts, signing::webhook};
use crate::{
    http::Request,
    stub::{Answer, Book},
};

pub(super) const APP_ID: &str = "Q2xpZW50X0lkXzAxMjM0NTY3ODk=";
pub(super) const PIX_KEY: &str = "payments@market.example";
pub(super) const REFUND_WINDOW: Duration = Duration::days(90);

#[derive(Default)]
pub(crate) struct Woovi {
    pub(super) charges: Vec<Value>,
    /// Each with the id of its charge.
    pub(super) refunds: Vec<(String, Value)>,
    made: usize,
    pub(super) paid: BTreeMap<String, Time>,
    pub(super) events: Vec<Value>,
    /// What becomes of the next refund.
    pub(super) refund_status: Option<&'static str>,
    /// The payer is faster than the next removal.
    pub(super) paid_meanwhile: bool,
    /// It refuses what is repeated, and what is not there with 400.
    pub(super) old: bool,
    /// Each with the id of its charge.
    pub(super) disputes: Vec<(String, Value)>,
    pub(super) accounts: Accounts,
}

fn refused() -> Answer {
    (400, json!({"error": "in words"}))
}

impl Book for Woovi {
    fn call(&self, request: &Request) -> String {
        let path = request.path.split('?').next().unwrap();
        let parts: Vec<&str> = path.trim_start_matches("/api/v1/").split('/').collect();
        let name = match parts.as_slice() {
            ["charge"] | ["charge", _] => "charge",
            ["charge", _, "refund"] => "refunds",
            ["dispute", _] => "dispute",
            ["transaction", _] => "transaction",
            ["subaccount"] | ["subaccount", _] => "subaccount",
            ["subaccount", _, "withdraw"] => "withdraw",
            _ => panic!("{path} is not asked for"),
        };
        format!("{} {name}", request.method)
    }

    fn answer(&mut self, call: &str, request: &Request, now: Time) -> Option<Answer> {
        if request.header("authorization") != Some(APP_ID.to_owned()) {
            return Some((401, Self::error(401)));
        }
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let id = path.split('/').nth(4).unwrap_or_default().to_owned();
        let asked = request.json();
        Some(match call {
            "POST charge" => {
                assert_eq!(query, "return_existing=true");
                self.make(&asked)
            }
            "GET charge" => self.look(&id),
            "DELETE charge" => self.remove(&id, now),
            "GET refunds" => self.returns(&id, query),
            "GET dispute" => self.dispute_of(&id),
            "GET transaction" => self.transaction(&id),
            "POST subaccount" => self.accounts.register(&asked),
            "GET subaccount" => self.accounts.look(&id, self.missing()),
            "POST withdraw" => self.accounts.withdraw(&id, self.missing()),
            "POST refunds" => self.give_back(&id, &asked, now),
            other => panic!("{other} is not asked for"),
        })
    }

    fn error(status: u16) -> Value {
        json!({"error": "in words", "code": format!("CODE_{status}")})
    }
}

impl Woovi {
    pub(super) fn missing(&self) -> Answer {
        if self.old {
            refused()
        } else {
            (404, Self::error(404))
        }
    }

    pub(super) fn found(&self, id: &str) -> Option<&Value> {
        self.charges.iter().find(|one| one["correlationID"] == id)
    }

    fn make(&mut self, asked: &Value) -> Answer {
        let id = asked["correlationID"].as_str().unwrap();
        let silent = self.accounts.silent_made;
        if let Some(known) = self.found(id) {
            return if self.old {
                refused()
            } else {
                (
                    200,
                    json!({"charge": Accounts::shown(known, silent), "correlationID": id}),
                )
            };
        }
        let lasts = asked["expiresIn"].as_u64().unwrap();
        let value = asked["value"].as_i64().unwrap();
        assert!(lasts > 0 && asked["comment"].as_str().unwrap().len() <= 140);
        self.made += 1;
        let transaction = format!("{:032x}", self.made);
        let code = code(&transaction, value);
        let mut charge = json!({
            "correlationID": id, "status": "ACTIVE", "value": value, "comment": asked["comment"],
            "customer": null, "type": "DYNAMIC", "discount": 0, "valueWithDiscount": value,
            "giftbackAppliedValue": 0, "expiresIn": lasts, "additionalInfo": [], "fee": 85,
            "identifier": transaction, "transactionID": transaction, "pixKey": PIX_KEY,
            "globalID": "Q2hhcmdlOjYzZjk=", "brCode": code,
        });
        if let Some(refusal) = self.accounts.split(&mut charge, &asked["splits"]) {
            return refusal;
        }
        self.charges.push(charge.clone());
        (
            200,
            json!({"charge": Accounts::shown(&charge, silent), "correlationID": id, "brCode": code}),
        )
    }

    fn look(&self, id: &str) -> Answer {
        match self.found(id) {
            Some(charge) => {
                let shown = Accounts::shown(charge, self.accounts.silent);
                (200, json!({ "charge": shown }))
            }
            None => self.missing(),
        }
    }

    fn remove(&mut self, id: &str, now: Time) -> Answer {
        if std::mem::take(&mut self.paid_meanwhile) {
            self.set(id, "COMPLETED", now);
        }
        match self.found(id).map(|one| one["status"] == "ACTIVE") {
            Some(true) => {
                self.forget(id);
                (200, json!({"status": "OK", "id": id}))
            }
            Some(false) => refused(),
            None => self.missing(),
        }
    }

    fn returns(&self, id: &str, query: &str) -> Answer {
        if self.found(id).is_none() {
            return self.missing();
        }
        let url = reqwest::Url::parse(&format!("form:?{query}")).unwrap();
        let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        let number = |name: &str| query[name].parse::<usize>().unwrap();
        let (skip, limit) = (number("skip"), number("limit"));
        let of = self.refunds.iter().filter(|(charge, _)| charge == id);
        let all: Vec<&Value> = of.map(|(_, refund)| refund).collect();
        let page: Vec<&Value> = all.iter().copied().skip(skip).take(limit).collect();
        let info = json!({
            "skip": skip, "limit": limit, "totalCount": all.len(),
            "hasPreviousPage": skip > 0, "hasNextPage": skip + limit < all.len(),
        });
        (200, json!({"refunds": page, "pageInfo": info}))
    }

    fn give_back(&mut self, id: &str, asked: &Value, now: Time) -> Answer {
        let Some(whole) = self.found(id).map(|one| one["value"].as_i64().unwrap()) else {
            return self.missing();
        };
        let key = &asked["correlationID"];
        let known = self
            .refunds
            .iter()
            .find(|(_, one)| one["correlationID"] == *key);
        if let Some((_, known)) = known {
            return if self.old {
                refused()
            } else {
                (200, json!({ "refund": known }))
            };
        }
        let Some(paid) = self.paid.get(id).copied() else {
            return refused();
        };
        let of = self.refunds.iter().filter(|(charge, _)| charge == id);
        let counted = of.filter(|(_, one)| one["status"] != "REJECTED");
        let given: i64 = counted.map(|(_, one)| one["value"].as_i64().unwrap()).sum();
        let value = asked["value"].as_i64().unwrap();
        if now - paid >= REFUND_WINDOW || given + value > whole || value <= 0 {
            return refused();
        }
        let status = self.refund_status.take().unwrap_or("CONFIRMED");
        let refund = json!({
            "correlationID": key, "value": value, "status": status, "endToEndId": "D2311",
            "time": "2026-03-02T12:00:00.000Z",
        });
        self.refunds.push((id.to_owned(), refund.clone()));
        (200, json!({ "refund": refund }))
    }

    /// As somebody does there by hand.
    pub(super) fn give_back_by_hand(&mut self, id: &str, value: i64) {
        let refund = json!({"correlationID": null, "value": value, "status": "CONFIRMED"});
        self.refunds.push((id.to_owned(), refund));
    }

    pub(super) fn forget(&mut self, id: &str) {
        self.charges.retain(|one| one["correlationID"] != id);
    }

    /// One that is there, to be looked at or changed.
    pub(super) fn charge(&mut self, payment: PaymentId) -> &mut Value {
        let mark = json!(payment);
        let found = self
            .charges
            .iter_mut()
            .find(|one| one["correlationID"] == mark);
        found.expect("it was made")
    }

    /// It is so now, and told.
    pub(super) fn set(&mut self, id: &str, status: &str, now: Time) {
        let found = self
            .charges
            .iter_mut()
            .find(|one| one["correlationID"] == id);
        let charge = found.expect("it was made");
        charge["status"] = json!(status);
        if status == "COMPLETED" {
            self.accounts.credit(&charge["splits"]);
            self.paid.insert(id.to_owned(), now);
        }
        self.events.push(json!({
            "event": format!("OPENPIX:CHARGE_{status}"), "charge": charge.clone(),
            "company": {"name": "Market"}, "account": {},
        }));
    }

    /// The payer pays what has this transaction.
    pub(super) fn pay(&mut self, transaction: &str, now: Time) {
        let found = self
            .charges
            .iter()
            .find(|one| one["transactionID"] == transaction);
        let id = found.expect("it was made")["correlationID"]
            .as_str()
            .unwrap()
            .to_owned();
        self.set(&id, "COMPLETED", now);
    }

    pub(super) fn told(&mut self) -> Vec<ProviderWebhook> {
        std::mem::take(&mut self.events)
            .iter()
            .map(webhook)
            .collect()
    }
}

fn code(transaction: &str, value: i64) -> String {
    let code = BrCode {
        merchant: Merchant::Dynamic {
            url: format!("api.woovi.example/qr/v2/cob/{transaction}"),
        },
        amount: Some(Decimal::new(value, 2)),
        name: "MARKET".to_owned(),
        city: "OLINDA".to_owned(),
        txid: Some(transaction[7..].to_owned()),
    };
    code.write().unwrap()
}
