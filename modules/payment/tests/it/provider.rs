//! A provider on a local port that answers as the sandbox does, and lies on demand.

use std::{ops::Deref, sync::MutexGuard};

use feira_kernel::{Clock, Time};
use feira_payment::{
    br_code::{BrCode, Merchant},
    testing,
};
use serde_json::{Value, json};

use crate::{
    http::Request,
    stub::{self, Answer, Instead, Server},
};

pub(crate) const PAYEE: &str = "feira";
pub(crate) const MAKE: &str = "POST charges";
pub(crate) const LOOK: &str = "GET charges";
pub(crate) const REFUND: &str = "POST charges/refunds";
const DISPUTES: &str = "GET charges/disputes";
pub(crate) const EVIDENCE: &str = "POST disputes/evidence";

/// What goes wrong with the next call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Closes the connection before doing anything.
    Refuse,
    /// Does it, then closes the connection.
    DropAfter,
    /// Does it, then never answers.
    StallAfter,
    ErrorBefore(u16),
    ErrorAfter(u16),
    GarbageAfter,
    WrongAmount,
    WrongCurrency,
    WrongPayee,
    OtherKey,
    UnknownStatus,
    BadCode,
}

impl From<Fault> for Instead {
    fn from(fault: Fault) -> Self {
        Self::Fault(match fault {
            Fault::Refuse => stub::Fault::Refuse,
            Fault::DropAfter => stub::Fault::DropAfter,
            Fault::StallAfter => stub::Fault::StallAfter,
            Fault::ErrorBefore(status) => stub::Fault::Before(status),
            Fault::ErrorAfter(status) => stub::Fault::After(status),
            Fault::GarbageAfter => stub::Fault::GarbageAfter,
            Fault::WrongAmount => return Self::Change("amount", json!(1)),
            Fault::WrongCurrency => return Self::Change("currency", json!("USD")),
            Fault::WrongPayee => return Self::Change("payee", json!("somebody else")),
            Fault::OtherKey => return Self::Change("idempotency_key", json!(PAYEE)),
            Fault::UnknownStatus => return Self::Change("status", json!("teleported")),
            Fault::BadCode => return Self::Change("pix.br_code", json!("000201")),
        })
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Charge {
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) method: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) payee: String,
    pub(crate) status: &'static str,
    pub(crate) failure: Option<&'static str>,
    pub(crate) refunds: Vec<(String, i64)>,
}

#[derive(Default)]
pub(crate) struct Sandbox {
    charges: Vec<Charge>,
    /// With the id of its charge each, as they are told.
    disputes: Vec<(String, Value)>,
    /// What was sent to disputes, in order.
    evidence: Vec<(String, Value)>,
}

#[derive(Clone)]
pub(crate) struct Stub(Server<Sandbox>);

impl Deref for Stub {
    type Target = Server<Sandbox>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Stub {
    pub(crate) async fn start() -> Self {
        let clock = Clock::test(testing::NOW).clock();
        Self(Server::start(Sandbox::default(), clock).await)
    }

    fn state(&self) -> MutexGuard<'_, Sandbox> {
        self.0.lock()
    }

    pub(crate) fn next(&self, fault: Fault) {
        self.0.next(MAKE, fault);
    }

    pub(crate) fn next_fetch(&self, fault: Fault) {
        self.0.next(LOOK, fault);
    }

    pub(crate) fn next_refund(&self, fault: Fault) {
        self.0.next(REFUND, fault);
    }

    pub(crate) fn no_refund_faults(&self) {
        self.0.forget_next(REFUND);
    }

    pub(crate) fn charges(&self) -> Vec<Charge> {
        self.state().charges.clone()
    }

    pub(crate) fn charge(&self, payment: impl ToString) -> Charge {
        let key = payment.to_string();
        let found = self.charges().into_iter().find(|charge| charge.key == key);
        found.expect("the provider knows the charge")
    }

    /// The payer pays, or something else happens there.
    pub(crate) fn set(&self, payment: impl ToString, status: &'static str) {
        self.change(payment, |charge| charge.status = status);
    }

    pub(crate) fn change(&self, payment: impl ToString, change: impl FnOnce(&mut Charge)) {
        let key = payment.to_string();
        let mut state = self.state();
        let charge = state.charges.iter_mut().find(|charge| charge.key == key);
        change(charge.expect("the provider knows the charge"));
    }

    /// The payer's bank disputes the payment, or tells something else of that dispute.
    pub(crate) fn dispute(&self, payment: impl ToString, id: &str, change: Value) {
        let charge = self.charge(payment);
        let mut state = self.state();
        let known = state.disputes.iter_mut().find(|(_, one)| one["id"] == id);
        let told = match known {
            Some((_, told)) => told,
            None => {
                let told = json!({
                    "id": id, "charge_id": charge.id, "kind": "chargeback", "amount": charge.amount,
                    "currency": charge.currency, "status": "open", "reason": "fraudulent", "fee": 0,
                    "evidence_due_at": "2026-03-09T12:00:00Z",
                });
                state.disputes.push((charge.id, told));
                &mut state.disputes.last_mut().unwrap().1
            }
        };
        for (name, value) in change.as_object().unwrap() {
            told[name] = value.clone();
        }
    }

    /// The next answer about disputes is held.
    pub(crate) fn hold_disputes(&self) {
        self.0.next(DISPUTES, stub::Fault::HeldAfter);
    }

    pub(crate) fn evidence(&self) -> Vec<(String, Value)> {
        self.state().evidence.clone()
    }

    pub(crate) fn next_evidence(&self, fault: Fault) {
        self.0.next(EVIDENCE, fault);
    }
}

/// The words of a path that are no ids.
fn names(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let parts = path.trim_start_matches("/v1/").split('/');
    let names = parts.filter(|part| !part.starts_with("ch_") && !part.starts_with("dp_"));
    names.collect::<Vec<_>>().join("/")
}

impl stub::Book for Sandbox {
    fn call(&self, request: &Request) -> String {
        format!("{} {}", request.method, names(&request.path))
    }

    fn answer(&mut self, call: &str, request: &Request, _now: Time) -> Option<Answer> {
        assert_eq!(
            request.header("authorization").as_deref(),
            Some("Bearer key-of-the-stub-0001")
        );
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let id = path.split('/').nth(3).unwrap_or_default().to_owned();
        let answer = match call {
            MAKE => self.make(request),
            LOOK => self.find(&id, query),
            REFUND => self.refund(&id, request),
            EVIDENCE => Some(self.answered(&id, request)),
            "POST charges/cancel" => self.cancel(&id),
            DISPUTES => Some(self.disputed(&id)),
            _ => None,
        };
        Some(answer.map_or_else(|| (404, json!({})), |answer| (200, answer)))
    }

    fn error(_status: u16) -> Value {
        json!({})
    }
}

impl Sandbox {
    fn make(&mut self, request: &Request) -> Option<Value> {
        let key = request.header("idempotency-key")?;
        if let Some(known) = self.charges.iter().find(|charge| charge.key == key) {
            return Some(view(known));
        }
        let asked = request.json();
        let token = asked["token"].as_str().unwrap_or_default();
        let (status, failure) = match token {
            "tok_approved" => ("captured", None),
            "tok_declined" => ("declined", Some("card_declined")),
            _ => ("pending", None),
        };
        let charge = Charge {
            id: format!("ch_{}", self.charges.len() + 1),
            key,
            method: asked["method"].as_str()?.to_owned(),
            amount: asked["amount"].as_i64()?,
            currency: asked["currency"].as_str()?.to_owned(),
            payee: PAYEE.to_owned(),
            status,
            failure,
            refunds: Vec::new(),
        };
        self.charges.push(charge.clone());
        Some(view(&charge))
    }

    fn find(&self, id: &str, query: &str) -> Option<Value> {
        let key = query.strip_prefix("idempotency_key=");
        let wanted = |charge: &&Charge| charge.id == id || key == Some(charge.key.as_str());
        self.charges.iter().find(wanted).map(view)
    }

    fn cancel(&mut self, id: &str) -> Option<Value> {
        let charge = self.charges.iter_mut().find(|charge| charge.id == id)?;
        if charge.status == "pending" {
            charge.status = "cancelled";
        }
        Some(view(charge))
    }

    fn disputed(&self, id: &str) -> Value {
        let of_charge = self.disputes.iter().filter(|(charge, _)| charge == id);
        let items: Vec<Value> = of_charge.map(|(_, told)| told.clone()).collect();
        json!({ "items": items })
    }

    fn answered(&mut self, id: &str, request: &Request) -> Value {
        self.evidence.push((id.to_owned(), request.json()));
        let open = self.disputes.iter_mut().find(|(_, one)| one["id"] == id);
        open.unwrap().1["status"] = json!("answered");
        json!({"status": "answered"})
    }

    fn refund(&mut self, id: &str, request: &Request) -> Option<Value> {
        let key = request.header("idempotency-key")?;
        let amount = request.json()["amount"].as_i64()?;
        let charge = self.charges.iter_mut().find(|charge| charge.id == id)?;
        if charge.refunds.iter().all(|(known, _)| *known != key) {
            charge.refunds.push((key.clone(), amount));
        }
        let given: i64 = charge.refunds.iter().map(|(_, amount)| amount).sum();
        assert!(
            given <= charge.amount,
            "more was asked back than was charged"
        );
        Some(
            json!({"id": format!("re_{key}"), "amount": amount, "currency": charge.currency, "status": "completed"}),
        )
    }
}

fn view(charge: &Charge) -> Value {
    let code = BrCode {
        merchant: Merchant::Dynamic {
            url: format!("pix.test/{}", charge.id),
        },
        amount: None,
        name: "STUB".to_owned(),
        city: "SAO PAULO".to_owned(),
        txid: None,
    };
    let pix = (charge.method == "pix")
        .then(|| json!({"txid": format!("tx{}", charge.id), "br_code": code.write().unwrap()}));
    let refunded: i64 = charge.refunds.iter().map(|(_, amount)| amount).sum();
    json!({
        "refunded": refunded,
        "id": charge.id, "idempotency_key": charge.key, "method": charge.method, "amount": charge.amount,
        "currency": charge.currency, "payee": charge.payee, "status": charge.status, "failure": charge.failure,
        "pix": pix, "confirmation_url": Value::Null, "something_new": true,
    })
}
