//! Access tokens by OAuth 2 client credentials.

use feira_kernel::{Clock, Time};
use reqwest::{Client, RequestBuilder, StatusCode, Url, header::CONTENT_TYPE};
use serde::Deserialize;
use serde_json::Map;
use tokio::sync::Mutex;

use super::{
    Failure,
    http::{self, broken},
};
use crate::{StartError, TokenRequest};

const FORM: &str = "application/x-www-form-urlencoded";
/// How long a token is taken to be good whose answer does not say it, and any at most, in seconds.
const UNSAID: u64 = 300;
const MOST: u64 = 86_400;

/// Where tokens are asked for, how, and by whom.
pub(crate) struct TokenSource {
    pub(crate) url: String,
    pub(crate) request: TokenRequest,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    /// Parted by spaces; empty: none is named.
    pub(crate) scopes: String,
}

/// Tokens of one client, each used until shortly before it ends.
pub(crate) struct Tokens {
    http: Client,
    url: Url,
    source: TokenSource,
    clock: Clock,
    kept: Mutex<Option<Token>>,
}

struct Token {
    text: String,
    until: Time,
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    expires_in: Option<u64>,
}

impl Tokens {
    pub(crate) fn new(http: Client, source: TokenSource, clock: Clock) -> Result<Self, StartError> {
        let url = Url::parse(&source.url)
            .map_err(|e| StartError::Unusable("token_url", e.to_string()))?;
        Ok(Self {
            http,
            url,
            source,
            clock,
            kept: Mutex::default(),
        })
    }

    /// One that is good now and is not the one that was refused. Whoever comes while one is fetched
    /// waits for it, and fetches none of her own.
    pub(crate) async fn other_than(&self, refused: &str) -> Result<String, Failure> {
        let mut kept = self.kept.lock().await;
        let good = |token: &&Token| token.text != refused && self.clock.now() < token.until;
        if let Some(token) = kept.as_ref().filter(good) {
            return Ok(token.text.clone());
        }
        let fresh = self.fetch().await?;
        Ok(kept.insert(fresh).text.clone())
    }

    /// A refusal says nothing of the charge for which the token was wanted. What is answered is not
    /// repeated: it may hold the token.
    async fn fetch(&self) -> Result<Token, Failure> {
        let asked_at = self.clock.now();
        let (status, answer) = http::unheard(self.asked()).await?;
        if !status.is_success() {
            let said = format!("no access token: answered {status}");
            return Err(match status {
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Failure::Misconfigured(said),
                _ => Failure::Unknown(said),
            });
        }
        let answer: Answer =
            serde_json::from_slice(&answer).map_err(|_| broken("no access token"))?;
        let seconds = answer.expires_in.unwrap_or(UNSAID).min(MOST);
        // Not used in its last tenth, or last minute: a call takes its time to arrive.
        let usable = seconds - (seconds / 10).min(60);
        Ok(Token {
            text: answer.access_token,
            until: asked_at + std::time::Duration::from_secs(usable),
        })
    }

    fn asked(&self) -> RequestBuilder {
        let post = self.http.post(self.url.clone());
        let source = &self.source;
        let (id, secret) = (source.client_id.as_str(), source.client_secret.as_str());
        let mut fields = vec![("grant_type", "client_credentials")];
        if !source.scopes.is_empty() {
            fields.push(("scope", source.scopes.as_str()));
        }
        match source.request {
            TokenRequest::Basic => self.form(post.basic_auth(id, Some(secret)), &fields),
            TokenRequest::Form => {
                fields.extend([("client_id", id), ("client_secret", secret)]);
                self.form(post, &fields)
            }
            TokenRequest::Json => {
                let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).into());
                let body: Map<_, _> = fields.iter().map(pair).collect();
                post.basic_auth(id, Some(secret)).json(&body)
            }
        }
    }

    fn form(&self, request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
        // A form is encoded as a query is.
        let mut url = self.url.clone();
        url.query_pairs_mut().clear().extend_pairs(fields);
        let body = url.query().unwrap_or_default().to_owned();
        request.header(CONTENT_TYPE, FORM).body(body)
    }
}
