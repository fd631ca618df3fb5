//! Where the bank posts its notifications, for the key that is paid: asked for, and registered if it is another
//! address. It is done once more without harm.

use feira_kernel::Secret;
use reqwest::{Method, Url};
use serde::Deserialize;
use serde_json::json;

use super::{PixApiSettings, bank::Bank};
use crate::provider::Failure;

/// Tells the bank not to try the address with its certificate.
const SKIPS: (&str, &str) = ("x-skip-mtls-checking", "true");
/// What the bank appends when it posts, and one keeps.
const APPENDED: &str = "/pix";

pub(super) struct Registering {
    path: String,
    /// With the secret in it.
    url: Secret,
    skips_mtls: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registered {
    webhook_url: String,
}

impl Registering {
    /// Nothing where somebody does it.
    pub(super) fn of(provider: &str, settings: &PixApiSettings) -> Option<Self> {
        let site = settings.webhook_site.trim_end_matches('/');
        if site.is_empty() {
            return None;
        }
        let token = &settings.webhook_token;
        Some(Self {
            path: format!("webhook/{}", segment(&settings.pix_key)?),
            url: Secret::new(format!("{site}/webhooks/{provider}/{token}")),
            skips_mtls: settings.skips_mtls,
        })
    }

    pub(super) async fn ensure(&self, bank: &Bank) -> Result<(), Failure> {
        if self.is_registered(bank).await? {
            return Ok(());
        }
        let body = json!({ "webhookUrl": self.url.reveal() });
        let header = self.skips_mtls.then_some(SKIPS);
        bank.done(Method::PUT, &self.path, body, header).await?;
        if self.is_registered(bank).await? {
            return Ok(());
        }
        let why = "it keeps another address of notifications than the one that it was told";
        Err(Failure::Refused(why.to_owned()))
    }

    async fn is_registered(&self, bank: &Bank) -> Result<bool, Failure> {
        let asked = bank.ask::<Registered>(Method::GET, &self.path, None);
        match asked.await {
            Ok(told) => {
                let told = told.webhook_url;
                let known = told.strip_suffix(APPENDED).unwrap_or(&told);
                Ok(known == self.url.reveal())
            }
            Err(Failure::NotFound) => Ok(false),
            Err(failure) => Err(failure),
        }
    }
}

/// A key may be an address or a number with a plus.
fn segment(key: &str) -> Option<String> {
    let mut url = Url::parse("https://bank.invalid").ok()?;
    url.path_segments_mut().ok()?.push(key);
    Some(url.path().trim_start_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stands_in_a_path_as_it_is() {
        for (key, written) in [
            ("+5581912345678", "+5581912345678"),
            ("loja@example.com", "loja@example.com"),
            ("a/b?c", "a%2Fb%3Fc"),
        ] {
            assert_eq!(segment(key).as_deref(), Some(written));
        }
    }
}
