//! A provider on a local port that answers as the sandbox does, and lies on demand.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
};

use feira_payment::br_code::{BrCode, Merchant};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};

use crate::http::{self, Request};

pub(crate) const PAYEE: &str = "feira";
/// Within any deadline.
const SLOW: std::time::Duration = std::time::Duration::from_millis(40);

/// What goes wrong with the next call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Closes the connection before doing anything.
    Refuse,
    /// Does it, then closes the connection.
    DropAfter,
    /// Never answers, and does nothing.
    StallBefore,
    /// Does it, then never answers.
    StallAfter,
    /// Does it, and takes its time to say so.
    SlowAfter,
    /// Sends whoever asks elsewhere, and does nothing.
    Redirect,
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
struct State {
    charges: Vec<Charge>,
    /// With the id of its charge each, as they are told.
    disputes: Vec<(String, Value)>,
    /// What was sent to disputes, in order.
    evidence: Vec<(String, Value)>,
    evidence_faults: VecDeque<Fault>,
    faults: VecDeque<Fault>,
    fetch_faults: VecDeque<Fault>,
    refund_faults: VecDeque<Fault>,
    calls: Vec<String>,
    elsewhere: String,
    down: bool,
}

#[derive(Clone)]
pub(crate) struct Stub {
    pub(crate) base_url: String,
    state: Arc<Mutex<State>>,
}

impl Stub {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let stub = Self {
            base_url,
            state: Arc::default(),
        };
        let serving = stub.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let stub = serving.clone();
                tokio::spawn(async move { stub.serve(stream).await });
            }
        });
        stub
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn next(&self, fault: Fault) {
        self.state().faults.push_back(fault);
    }

    pub(crate) fn next_fetch(&self, fault: Fault) {
        self.state().fetch_faults.push_back(fault);
    }

    pub(crate) fn next_refund(&self, fault: Fault) {
        self.state().refund_faults.push_back(fault);
    }

    /// Where it sends whoever is redirected.
    pub(crate) fn redirect_to(&self, elsewhere: &Self) {
        self.state().elsewhere = format!("{}/v1/charges", elsewhere.base_url);
    }

    fn elsewhere(&self) -> String {
        self.state().elsewhere.clone()
    }

    pub(crate) fn no_refund_faults(&self) {
        self.state().refund_faults.clear();
    }

    /// Every connection is closed at once.
    pub(crate) fn down(&self, down: bool) {
        self.state().down = down;
    }

    pub(crate) fn charges(&self) -> Vec<Charge> {
        self.state().charges.clone()
    }

    pub(crate) fn charge(&self, payment: impl ToString) -> Charge {
        let key = payment.to_string();
        let found = self.charges().into_iter().find(|charge| charge.key == key);
        found.expect("the provider knows the charge")
    }

    /// Calls of a kind, such as `POST charges`.
    pub(crate) fn calls(&self, what: &str) -> usize {
        self.state()
            .calls
            .iter()
            .filter(|call| *call == what)
            .count()
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

    pub(crate) fn evidence(&self) -> Vec<(String, Value)> {
        self.state().evidence.clone()
    }

    pub(crate) fn next_evidence(&self, fault: Fault) {
        self.state().evidence_faults.push_back(fault);
    }

    async fn serve(&self, mut stream: TcpStream) {
        let Some(request) = Request::read(&mut stream).await else {
            return;
        };
        assert_eq!(
            request.header("authorization").as_deref(),
            Some("Bearer key-of-the-stub-0001")
        );
        let (status, body, fault) = {
            let mut state = self.state();
            if state.down {
                return;
            }
            state.handle(&request)
        };
        match fault {
            Some(Fault::Refuse | Fault::DropAfter) => return,
            Some(Fault::StallBefore | Fault::StallAfter) => {
                std::future::pending::<()>().await;
            }
            Some(Fault::SlowAfter) => tokio::time::sleep(SLOW).await,
            Some(Fault::Redirect) => {
                let elsewhere = self.elsewhere();
                return http::redirect(&mut stream, &elsewhere).await;
            }
            _ => {}
        }
        http::reply(&mut stream, status, &body).await;
    }
}

impl State {
    fn handle(&mut self, request: &Request) -> (u16, String, Option<Fault>) {
        let path = request.path.trim_start_matches("/v1/");
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let parts: Vec<&str> = path.split('/').collect();
        let name = parts
            .iter()
            .copied()
            .filter(|p| !p.starts_with("ch_") && !p.starts_with("dp_"));
        let call = format!("{} {}", request.method, name.collect::<Vec<_>>().join("/"));
        self.calls.push(call.clone());
        let fault = match call.as_str() {
            "POST charges" => self.faults.pop_front(),
            "GET charges" => self.fetch_faults.pop_front(),
            "POST charges/refunds" => self.refund_faults.pop_front(),
            "POST disputes/evidence" => self.evidence_faults.pop_front(),
            _ => None,
        };
        match fault {
            Some(Fault::Refuse | Fault::StallBefore | Fault::Redirect) => {
                return (0, String::new(), fault);
            }
            Some(Fault::ErrorBefore(status)) => return (status, "{}".to_owned(), fault),
            _ => {}
        }
        let id = parts.get(1).copied().unwrap_or_default().to_owned();
        let answer = match call.as_str() {
            "POST charges" => self.make(request),
            "GET charges" => self.find(&id, query),
            "POST charges/cancel" => self.cancel(&id),
            "POST charges/refunds" => self.refund(&id, request),
            "GET charges/disputes" => Some(self.disputed(&id)),
            "POST disputes/evidence" => Some(self.answered(&id, request)),
            _ => None,
        };
        let Some(mut answer) = answer else {
            return (404, "{}".to_owned(), fault);
        };
        match fault {
            Some(Fault::ErrorAfter(status)) => return (status, "{}".to_owned(), fault),
            Some(Fault::GarbageAfter) => return (200, "{\"id\":".to_owned(), fault),
            Some(Fault::WrongAmount) => answer["amount"] = json!(1),
            Some(Fault::WrongCurrency) => answer["currency"] = json!("USD"),
            Some(Fault::WrongPayee) => answer["payee"] = json!("somebody else"),
            Some(Fault::OtherKey) => answer["idempotency_key"] = json!(PAYEE),
            Some(Fault::UnknownStatus) => answer["status"] = json!("teleported"),
            Some(Fault::BadCode) => answer["pix"]["br_code"] = json!("000201"),
            _ => {}
        }
        (200, answer.to_string(), fault)
    }

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
