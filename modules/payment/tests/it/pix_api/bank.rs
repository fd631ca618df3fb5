//! A bank's Pix API on a local port, as the central bank describes it, in the ways that banks differ.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
};

use feira_kernel::{Clock, Time};
use feira_payment::{
    PixApiSettings, ProviderKind, ProviderSettings, ProviderWebhook, TokenRequest,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
};

use super::{book::Book, tls};
use crate::http::{self, Request};

pub(super) const KEY: &str = "Loja@Example.com";
/// In the path of notifications.
pub(super) const TOKEN: &str = "the-secret-path-of-notifications-1";
/// `client:a&b`.
const BASIC: &str = "Basic Y2xpZW50OmEmYg==";

/// What one bank does and another does not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ways {
    /// How it answers a txid, or a return's id, that it has: as it was made, if revised, or with an
    /// error.
    pub(super) repeat: u16,
    /// How it answers what it does not know: as the standard has it, or with a 400 of its own form.
    pub(super) missing: u16,
    /// How it answers what removes a charge that is open.
    pub(super) remove: u16,
    /// Whether its charges have their code, or only their location.
    pub(super) codes: bool,
    /// Whether a charge tells what went back of it.
    pub(super) tells_returns: bool,
    /// Whether a return is made before it is answered.
    pub(super) returns_at_once: bool,
    pub(super) token_request: TokenRequest,
}

impl Default for Ways {
    fn default() -> Self {
        Self {
            repeat: 400,
            missing: 404,
            remove: 200,
            codes: true,
            tells_returns: true,
            returns_at_once: true,
            token_request: TokenRequest::Basic,
        }
    }
}

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Closes the connection before doing anything.
    Refuse,
    /// Does it, then closes the connection.
    DropAfter,
    /// Does it, then never answers.
    StallAfter,
    /// An error of the standard, instead of doing anything.
    Before(u16),
    /// Something between here and the bank answers with a page.
    Page(u16),
    After(u16),
    GarbageAfter,
}

#[derive(Clone)]
pub(super) struct Bank {
    base_url: String,
    clock: Clock,
    ways: Ways,
    tls: bool,
    state: Arc<Mutex<State>>,
}

struct State {
    book: Book,
    faults: VecDeque<(String, Fault)>,
    calls: Vec<String>,
    /// The one that is taken, and until when.
    token: Option<(String, Time)>,
    issued: usize,
    /// Where it posts.
    webhook: Option<String>,
}

impl Bank {
    pub(super) async fn start(ways: Ways, clock: Clock) -> Self {
        Self::listen(ways, clock, false).await
    }

    /// One that speaks to those only whose certificate it knows.
    pub(super) async fn start_tls(clock: Clock) -> Self {
        Self::listen(Ways::default(), clock, true).await
    }

    async fn listen(ways: Ways, clock: Clock, tls: bool) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let acceptor = tls.then(tls::acceptor);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let scheme = if tls { "https" } else { "http" };
        let bank = Self {
            base_url: format!("{scheme}://{}", listener.local_addr().unwrap()),
            clock,
            ways,
            tls,
            state: Arc::new(Mutex::new(State {
                book: Book::new(ways),
                faults: VecDeque::new(),
                calls: Vec::new(),
                token: None,
                issued: 0,
                webhook: None,
            })),
        };
        let serving = bank.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (bank, acceptor) = (serving.clone(), acceptor.clone());
                tokio::spawn(async move {
                    match acceptor {
                        None => bank.serve(stream).await,
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                bank.serve(stream).await;
                            }
                        }
                    }
                });
            }
        });
        bank
    }

    pub(super) fn settings(&self) -> PixApiSettings {
        let with_tls = |pem: &str| String::from(if self.tls { pem } else { "" });
        PixApiSettings {
            url: format!("{}/api/", self.base_url),
            token_url: format!("{}/oauth/token", self.base_url),
            token_request: self.ways.token_request,
            client_id: "client".to_owned(),
            client_secret: "a&b".to_owned(),
            scopes: "cob.write pix.write".to_owned(),
            api_key: "a1b2".to_owned(),
            api_key_header: "X-Bank-Key".to_owned(),
            certificate: with_tls(tls::CLIENT),
            certificate_key: with_tls(tls::CLIENT_KEY_FILE),
            authority: with_tls(tls::AUTHORITY),
            pix_key: KEY.to_owned(),
            pix_name: "LOJA".to_owned(),
            pix_city: "RECIFE".to_owned(),
            webhook_token: TOKEN.to_owned(),
            webhook_site: String::new(),
            skips_mtls: false,
            timeout: std::time::Duration::from_secs(10),
        }
    }

    pub(super) fn provider(&self) -> ProviderSettings {
        ProviderSettings::new("bank", ProviderKind::PixApi(Box::new(self.settings())))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// With the next such call, as `PUT cob`.
    pub(super) fn next(&self, call: &str, fault: Fault) {
        self.state().faults.push_back((call.to_owned(), fault));
    }

    pub(super) fn calls(&self, what: &str) -> usize {
        let state = self.state();
        state.calls.iter().filter(|call| *call == what).count()
    }

    /// Where it posts, and that it posts elsewhere now.
    pub(super) fn posts_to(&self, url: Option<&str>) -> Option<String> {
        let before = self.state().webhook.clone();
        if let Some(url) = url {
            self.state().webhook = Some(url.to_owned());
        }
        before
    }

    /// No token that was given out is taken any more.
    pub(super) fn forget_token(&self) {
        self.state().token = None;
    }

    pub(super) fn book<T>(&self, look: impl FnOnce(&mut Book) -> T) -> T {
        look(&mut self.state().book)
    }

    /// The payer pays the charge, as much as it is over.
    pub(super) fn pay(&self, txid: &str) {
        let now = self.clock.now();
        self.book(|book| {
            let amount = book.cob(txid)["valor"]["original"].clone();
            book.pay(txid, amount.as_str().unwrap(), now);
        });
    }

    /// The calls that were made since this was last asked.
    pub(super) fn notifications(&self) -> Vec<ProviderWebhook> {
        let told = self.book(|book| std::mem::take(&mut book.told));
        told.iter().map(webhook).collect()
    }

    async fn serve(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        let Some(request) = Request::read(&mut stream).await else {
            return;
        };
        let (status, body, fault) = self.state().handle(&request, self.ways, self.clock.now());
        match fault {
            Some(Fault::Refuse | Fault::DropAfter) => return,
            Some(Fault::StallAfter) => std::future::pending().await,
            _ => {}
        }
        http::reply(&mut stream, status, &body).await;
    }
}

/// As the bank posts it, which appends to the address.
pub(super) fn webhook(body: &Value) -> ProviderWebhook {
    ProviderWebhook {
        provider: "bank".to_owned(),
        path: format!("{TOKEN}/pix"),
        headers: Vec::new(),
        body: body.to_string().into_bytes(),
    }
}

pub(super) fn problem(status: u16, kind: &str, reason: &str) -> (u16, Value) {
    let problem = json!({
        "type": format!("https://pix.bcb.gov.br/api/v2/error/{kind}"), "title": kind,
        "status": status, "violacoes": [{ "razao": reason, "propriedade": "", "valor": "" }],
    });
    (status, problem)
}

impl State {
    fn handle(&mut self, request: &Request, ways: Ways, now: Time) -> (u16, String, Option<Fault>) {
        let parts: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
        let name = match parts.as_slice() {
            ["oauth", "token"] => "token",
            ["api", "v2", "cob", _] => "cob",
            ["api", "v2", "pix", _, "devolucao", _] => "devolucao",
            ["api", "v2", "webhook", key] if *key == KEY => "webhook",
            _ => "nothing",
        };
        let call = format!("{} {name}", request.method);
        let fault = self.faults.iter().position(|(at, _)| *at == call);
        let fault = fault.and_then(|at| self.faults.remove(at));
        let fault = fault.map(|(_, fault)| fault);
        self.calls.push(call.clone());
        match fault {
            Some(Fault::Refuse) => return (0, String::new(), fault),
            Some(Fault::Before(status)) => {
                let (status, body) = problem(status, "ServicoIndisponivel", "");
                return (status, body.to_string(), fault);
            }
            Some(Fault::Page(status)) => return (status, "<html></html>".to_owned(), fault),
            _ => {}
        }
        let (status, body) = if call == "POST token" {
            self.token(request, ways, now)
        } else if self.takes(request, now) {
            self.answer(&call, &parts, request, now)
        } else {
            problem(401, "NaoAutorizado", "")
        };
        match fault {
            Some(Fault::After(status)) => (status, "{}".to_owned(), fault),
            Some(Fault::GarbageAfter) => (200, "{\"txid\":".to_owned(), fault),
            _ => (status, body.to_string(), fault),
        }
    }

    fn answer(&mut self, call: &str, parts: &[&str], request: &Request, now: Time) -> (u16, Value) {
        let asked = request.json();
        match (call, parts) {
            ("PUT cob", [.., txid]) => self.book.make(txid, &asked, now),
            ("GET cob", [.., txid]) => self.book.look(txid),
            ("PATCH cob", [.., txid]) => self.book.change(txid, &asked),
            ("PUT devolucao", [.., came, _, id]) => self.book.give_back(came, id, &asked, now),
            ("GET devolucao", [.., came, _, id]) => self.book.look_at_return(came, id),
            ("GET webhook", _) => match &self.webhook {
                Some(url) => (200, json!({"webhookUrl": url, "chave": KEY})),
                None => problem(404, "WebhookNaoEncontrado", ""),
            },
            ("PUT webhook", _) => {
                let skips = request.header("x-skip-mtls-checking").as_deref() == Some("true");
                if !skips {
                    return problem(400, "WebhookOperacaoInvalida", "mTLS");
                }
                self.webhook = asked["webhookUrl"].as_str().map(str::to_owned);
                (200, Value::Null)
            }
            _ => problem(404, "NaoEncontrado", ""),
        }
    }

    fn takes(&self, request: &Request, now: Time) -> bool {
        let Some((token, until)) = &self.token else {
            return false;
        };
        let known = request.header("x-bank-key").as_deref() == Some("a1b2");
        known && request.header("authorization") == Some(format!("Bearer {token}")) && now < *until
    }

    fn token(&mut self, request: &Request, ways: Ways, now: Time) -> (u16, Value) {
        let form = "grant_type=client_credentials&scope=cob.write+pix.write";
        let json = json!({"grant_type": "client_credentials", "scope": "cob.write pix.write"});
        let basic = request.header("authorization").as_deref() == Some(BASIC);
        let good = match ways.token_request {
            TokenRequest::Basic => basic && request.body == form,
            TokenRequest::Form => {
                request.body == format!("{form}&client_id=client&client_secret=a%26b")
            }
            TokenRequest::Json => basic && request.json() == json,
        };
        if !good {
            return (401, json!({"error": "invalid_client"}));
        }
        self.issued += 1;
        let token = format!("token-{}", self.issued);
        self.token = Some((token.clone(), now + time::Duration::hours(1)));
        (
            200,
            json!({"access_token": token, "token_type": "Bearer", "expires_in": 3600}),
        )
    }
}
