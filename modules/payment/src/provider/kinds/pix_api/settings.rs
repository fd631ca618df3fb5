//! How a bank is reached, and what is made of that before anything is asked of it.

use std::time::Duration;

use reqwest::{
    Certificate, Client, Identity,
    header::{HeaderMap, HeaderName, HeaderValue},
};

use super::wire::Payee;
use crate::{
    StartError,
    field_codes::{ADDRESS, NEEDS_OTHER},
    provider::{
        checks::{in_address, long, private_site, rotating},
        config::ProviderConfig,
        fields::{Field, FieldForm as F, Installation, Refusal, refuse},
        http, pem,
        tokens::TokenSource,
    },
};

pub(in crate::provider::kinds) const FIELDS: &[Field] = &[
    Field::required("url", F::Address),
    Field::required("token_url", F::Address),
    Field::new("token_request", F::Choice(&["basic", "form", "json"])).or("basic"),
    Field::required("client_id", F::Line),
    Field::required("client_secret", F::Secret),
    // What charging, looking and giving back need, as the standard calls them.
    Field::new("scopes", F::Line).or("cob.write cob.read pix.write pix.read"),
    Field::new("api_key", F::Secret),
    Field::new("api_key_header", F::Line),
    Field::new("certificate", F::SecretPem),
    Field::new("certificate_key", F::SecretPem),
    Field::new("authority", F::Pem),
    Field::required("pix_key", F::Line),
    Field::required("pix_name", F::Line),
    Field::required("pix_city", F::Line),
    Field::required("webhook_secret", F::Secret),
    Field::new("webhook_secret_previous", F::Secret),
    Field::new("webhook", F::Choice(&["by_hand", "registered"])).or("by_hand"),
    // One bank tries the address without and with its certificate, unless it is told not to.
    Field::new("webhook_mtls", F::Choice(&["checked", "skipped"])).or("checked"),
];

/// What registering needs, as the standard calls it.
const REGISTERING: [&str; 2] = ["webhook.write", "webhook.read"];

/// How a bank's Pix API is reached. What is said to be PEM is that, or the path of a file with it.
#[derive(Clone)]
pub struct PixApiSettings {
    /// Up to what comes before `/v2`.
    pub url: String,
    /// Where access tokens are fetched.
    pub token_url: String,
    pub token_request: TokenRequest,
    pub client_id: String,
    pub client_secret: String,
    /// Parted by spaces; empty: none is named.
    pub scopes: String,
    /// What some banks want with each call beside the token, and in which header; both empty: nothing.
    pub api_key: String,
    pub api_key_header: String,
    /// PEM, by which the bank knows this client; empty: the bank wants none.
    pub certificate: String,
    /// PEM; empty: it is with the certificate.
    pub certificate_key: String,
    /// PEM of who signed the bank's own certificate; empty: somebody whom everybody trusts.
    pub authority: String,
    /// To which is paid.
    pub pix_key: String,
    /// How a code names the payee that is made here: at most 25 and 15 bytes.
    pub pix_name: String,
    pub pix_city: String,
    /// In the path of notifications; at least 32 bytes.
    pub webhook_token: String,
    /// Paths with it are taken, too; as long, or empty.
    pub webhook_token_previous: String,
    /// Where the bank finds this installation, for which its address of notifications is registered there; empty:
    /// somebody does that.
    pub webhook_site: String,
    /// Whether the bank is asked not to try that with its certificate.
    pub skips_mtls: bool,
    /// Of one exchange; shorter than [`crate::Settings::charge_deadline`].
    pub timeout: Duration,
}

/// How a bank wants to be asked for an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRequest {
    /// A form, and the client by HTTP's basic authentication.
    Basic,
    /// A form with the client in it.
    Form,
    /// JSON, and the client by HTTP's basic authentication.
    Json,
}

/// Files are read, and certificates tried, when the adapter is made.
pub(in crate::provider::kinds) fn check(config: &ProviderConfig) -> Result<(), Refusal> {
    private_site(config, "url")?;
    private_site(config, "token_url")?;
    rotating(config, "webhook_secret", |config, field| {
        long(config, field)?;
        in_address(config, field)
    })?;
    let has = |field| !config.text(field).is_empty();
    if has("api_key") != has("api_key_header") {
        let why = "must be set where there is an api_key, and only there";
        return refuse("api_key_header", NEEDS_OTHER, why);
    }
    if has("certificate_key") && !has("certificate") {
        let why = "must be set where there is a certificate_key";
        return refuse("certificate", NEEDS_OTHER, why);
    }
    for field in ["url", "token_url"] {
        if config.text(field).starts_with("http://") && has("certificate") {
            let why = "must start with https:// where there is a certificate";
            return refuse(field, ADDRESS, why);
        }
    }
    Ok(())
}

pub(in crate::provider::kinds) fn settings(
    config: &ProviderConfig,
    at: &Installation,
) -> PixApiSettings {
    let text = |field: &str| config.text(field).to_owned();
    let secret = |field: &str| config.secret(field).to_owned();
    let registered = config.text("webhook") == "registered";
    PixApiSettings {
        url: text("url"),
        token_url: text("token_url"),
        token_request: match config.text("token_request") {
            "form" => TokenRequest::Form,
            "json" => TokenRequest::Json,
            _ => TokenRequest::Basic,
        },
        client_id: text("client_id"),
        client_secret: secret("client_secret"),
        scopes: scopes(config.text("scopes"), registered),
        api_key: secret("api_key"),
        api_key_header: text("api_key_header"),
        certificate: secret("certificate"),
        certificate_key: secret("certificate_key"),
        authority: text("authority"),
        pix_key: text("pix_key"),
        pix_name: text("pix_name"),
        pix_city: text("pix_city"),
        webhook_token: secret("webhook_secret"),
        webhook_token_previous: secret("webhook_secret_previous"),
        webhook_site: match registered {
            true => at.public_url.clone(),
            false => String::new(),
        },
        skips_mtls: config.text("webhook_mtls") == "skipped",
        timeout: at.timeout,
    }
}

/// With those that registering needs, where any are named.
fn scopes(named: &str, registered: bool) -> String {
    let both = REGISTERING
        .iter()
        .filter(|_| registered && !named.is_empty());
    let missing = both.filter(|one| !named.split_whitespace().any(|scope| scope == **one));
    missing.fold(named.to_owned(), |all, one| format!("{all} {one}"))
}

impl std::fmt::Debug for PixApiSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PixApiSettings")
            .field("url", &self.url)
            .field("token_url", &self.token_url)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl PixApiSettings {
    /// Named as a code can name it.
    pub(super) fn payee(&self) -> Result<Payee, StartError> {
        let payee = Payee {
            name: self.pix_name.clone(),
            city: self.pix_city.clone(),
        };
        match payee.code("pix.example/1") {
            Ok(_) => Ok(payee),
            Err(e) => {
                let which = "pix_name or pix_city";
                Err(StartError::Unusable(which, e.to_string()))
            }
        }
    }

    pub(super) fn tokens(&self) -> TokenSource {
        TokenSource {
            url: self.token_url.clone(),
            request: self.token_request,
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            scopes: self.scopes.clone(),
        }
    }

    /// The header that goes with each call, if any.
    pub(super) fn api_key(&self) -> Result<HeaderMap, StartError> {
        let mut headers = HeaderMap::new();
        if self.api_key_header.is_empty() {
            return Ok(headers);
        }
        let name = HeaderName::from_bytes(self.api_key_header.as_bytes());
        let name = name.map_err(|e| StartError::Unusable("api_key_header", e.to_string()))?;
        let value = HeaderValue::from_str(&self.api_key);
        let mut value = value.map_err(|e| StartError::Unusable("api_key", e.to_string()))?;
        value.set_sensitive(true);
        headers.insert(name, value);
        Ok(headers)
    }

    /// With its certificate, and trusting the authority.
    pub(super) fn client(&self) -> Result<Client, StartError> {
        let mut builder = http::client(self.timeout);
        if !self.certificate.is_empty() {
            let mut both = pem::given("certificate", &self.certificate)?;
            if !self.certificate_key.is_empty() {
                both.push(b'\n');
                both.extend(pem::given("certificate_key", &self.certificate_key)?);
            }
            let why = "it is no certificate in PEM with its private key, which has no password";
            let identity = Identity::from_pem(&both);
            let identity =
                identity.map_err(|_| StartError::Unusable("certificate", why.to_owned()))?;
            builder = builder.identity(identity);
        }
        if !self.authority.is_empty() {
            let authority = pem::given("authority", &self.authority)?;
            let known = Certificate::from_pem_bundle(&authority).ok();
            let known = known.filter(|all| !all.is_empty());
            let why =
                || StartError::Unusable("authority", "it is no certificate in PEM".to_owned());
            builder = builder.tls_certs_merge(known.ok_or_else(why)?);
        }
        http::built(builder)
    }
}
