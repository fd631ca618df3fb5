//! How a bank is reached, and what is made of that before anything is asked of it.

use std::time::Duration;

use reqwest::{
    Certificate, Client, Identity,
    header::{HeaderMap, HeaderName, HeaderValue},
};

use super::wire::Payee;
use crate::{StartError, provider::http};

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
            let mut both = pem("certificate", &self.certificate)?;
            if !self.certificate_key.is_empty() {
                both.push(b'\n');
                both.extend(pem("certificate_key", &self.certificate_key)?);
            }
            let why = "it is no certificate in PEM with its private key, which has no password";
            let identity = Identity::from_pem(&both);
            let identity =
                identity.map_err(|_| StartError::Unusable("certificate", why.to_owned()))?;
            builder = builder.identity(identity);
        }
        if !self.authority.is_empty() {
            let known = Certificate::from_pem_bundle(&pem("authority", &self.authority)?).ok();
            let known = known.filter(|all| !all.is_empty());
            let why =
                || StartError::Unusable("authority", "it is no certificate in PEM".to_owned());
            builder = builder.tls_certs_merge(known.ok_or_else(why)?);
        }
        http::built(builder)
    }
}

/// What stands there, or in the file of this path. It is never repeated: it may be a private key.
fn pem(setting: &'static str, given: &str) -> Result<Vec<u8>, StartError> {
    if given.trim_start().starts_with("-----BEGIN ") {
        return Ok(given.as_bytes().to_vec());
    }
    let read = std::fs::read(given);
    read.map_err(|e| StartError::Unusable(setting, format!("it is no PEM, and as a path: {e}")))
}
