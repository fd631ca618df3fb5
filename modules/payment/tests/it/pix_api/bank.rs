//! A bank's Pix API on a local port, as the central bank describes it, in the ways that banks differ.

use std::ops::Deref;

use feira_kernel::{Clock, Time};
use feira_payment::{
    PixApiSettings, ProviderKind, ProviderSettings, ProviderWebhook, TokenRequest,
};
use serde_json::{Value, json};

use super::{book::Book, tls};
pub(super) use crate::stub::Fault;
use crate::{
    http::Request,
    stub::{self, Answer, Server},
};

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

pub(super) struct Bank {
    server: Server<State>,
    tls: bool,
}

pub(crate) struct State {
    ways: Ways,
    book: Book,
    /// The one that is taken, and until when.
    token: Option<(String, Time)>,
    issued: usize,
    /// Where it posts.
    webhook: Option<String>,
}

impl Deref for Bank {
    type Target = Server<State>;

    fn deref(&self) -> &Self::Target {
        &self.server
    }
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
        let state = State {
            ways,
            book: Book::new(ways),
            token: None,
            issued: 0,
            webhook: None,
        };
        let acceptor = tls.then(tls::acceptor);
        let server = Server::over(state, clock, acceptor).await;
        Self { server, tls }
    }

    pub(super) fn settings(&self) -> PixApiSettings {
        let with_tls = |pem: &str| String::from(if self.tls { pem } else { "" });
        PixApiSettings {
            url: format!("{}/api/", self.base_url),
            token_url: format!("{}/oauth/token", self.base_url),
            token_request: self.lock().ways.token_request,
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
            webhook_token_previous: String::new(),
            webhook_site: String::new(),
            skips_mtls: false,
            timeout: std::time::Duration::from_secs(10),
        }
    }

    pub(super) fn provider(&self) -> ProviderSettings {
        ProviderSettings::new("bank", ProviderKind::PixApi(Box::new(self.settings())))
    }

    /// Where it posts, and that it posts elsewhere now.
    pub(super) fn posts_to(&self, url: Option<&str>) -> Option<String> {
        let mut state = self.lock();
        let before = state.webhook.clone();
        if let Some(url) = url {
            state.webhook = Some(url.to_owned());
        }
        before
    }

    /// No token that was given out is taken any more.
    pub(super) fn forget_token(&self) {
        self.lock().token = None;
    }

    pub(super) fn book<T>(&self, look: impl FnOnce(&mut Book) -> T) -> T {
        look(&mut self.lock().book)
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

fn parts(path: &str) -> Vec<&str> {
    path.trim_start_matches('/').split('/').collect()
}

impl stub::Book for State {
    fn call(&self, request: &Request) -> String {
        let name = match parts(&request.path).as_slice() {
            ["oauth", "token"] => "token",
            ["api", "v2", "cob", _] => "cob",
            ["api", "v2", "pix", _, "devolucao", _] => "devolucao",
            ["api", "v2", "webhook", key] if *key == KEY => "webhook",
            _ => "nothing",
        };
        format!("{} {name}", request.method)
    }

    fn answer(&mut self, call: &str, request: &Request, now: Time) -> Option<Answer> {
        Some(if call == "POST token" {
            self.token(request, now)
        } else if self.takes(request, now) {
            self.asked(call, &parts(&request.path), request, now)
        } else {
            problem(401, "NaoAutorizado", "")
        })
    }

    fn error(status: u16) -> Value {
        problem(status, "ServicoIndisponivel", "").1
    }
}

impl State {
    fn asked(&mut self, call: &str, parts: &[&str], request: &Request, now: Time) -> Answer {
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

    fn token(&mut self, request: &Request, now: Time) -> Answer {
        let form = "grant_type=client_credentials&scope=cob.write+pix.write";
        let json = json!({"grant_type": "client_credentials", "scope": "cob.write pix.write"});
        let basic = request.header("authorization").as_deref() == Some(BASIC);
        let good = match self.ways.token_request {
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
