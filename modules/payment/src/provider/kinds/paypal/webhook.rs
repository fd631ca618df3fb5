//! Notifications of PayPal. Its certificates are not fetched: it is asked whether it sent them. What it
//! would certainly deny is not asked, because everybody can post here.

use feira_kernel::Time;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};
use time::{Duration, format_description::well_known::Rfc3339};

use super::{
    disputes::{OF_CAPTURE, OF_DISPUTE, sellers_transaction},
    related::SupplementaryData,
};
use crate::{
    ProviderWebhook,
    provider::{Hint, HintError},
};

/// One is sent again for some days, with the time of the first try. Of an old one nothing but a look comes.
const OLDEST: Duration = Duration::days(4);
/// So far may its clock and ours be apart.
const APART: Duration = Duration::minutes(5);
const LONGEST: usize = 2048;
/// Where its certificates are.
const HOST: &str = ".paypal.com";

/// Each of them, with the body, is asked about.
pub(super) const HEADERS: [&str; 5] = [
    "paypal-auth-algo",
    "paypal-cert-url",
    "paypal-transmission-id",
    "paypal-transmission-sig",
    "paypal-transmission-time",
];

/// What comes with the body.
struct Transmission<'a> {
    auth_algo: &'a str,
    cert_url: &'a str,
    id: &'a str,
    signature: &'a str,
    time: &'a str,
}

impl<'a> Transmission<'a> {
    fn of(told: &'a ProviderWebhook) -> Option<Self> {
        let one = |name: &str| {
            let mut named = told.headers.iter().filter(|(found, _)| found == name);
            let (_, value) = named.next()?;
            let fits = !value.is_empty() && value.len() <= LONGEST;
            (fits && named.next().is_none()).then_some(value.as_str())
        };
        let [auth_algo, cert_url, id, signature, time] = HEADERS;
        Some(Self {
            auth_algo: one(auth_algo)?,
            cert_url: one(cert_url)?,
            id: one(id)?,
            signature: one(signature)?,
            time: one(time)?,
        })
    }

    fn may_be_paypals(&self, now: Time) -> bool {
        let its = Url::parse(self.cert_url).is_ok_and(|url| {
            let host = url.host_str().unwrap_or_default();
            url.scheme() == "https" && host.ends_with(HOST)
        });
        let sent = Time::parse(self.time, &Rfc3339);
        its && sent.is_ok_and(|sent| now - sent <= OLDEST && sent - now <= APART)
    }
}

#[derive(Deserialize)]
struct Event {
    id: String,
    event_type: String,
    resource: Resource,
}

/// An order, or something that names one: a capture, an authorization. Or a dispute.
#[derive(Deserialize)]
struct Resource {
    id: Option<String>,
    supplementary_data: Option<SupplementaryData>,
    dispute_id: Option<String>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl Event {
    /// What to look at; what names no order is itself, and will not be found.
    fn about(self) -> Option<String> {
        let Resource {
            id,
            supplementary_data,
            dispute_id,
            rest,
        } = self.resource;
        if let Some(dispute) = dispute_id {
            let told = Value::Object(rest);
            let capture = sellers_transaction(&told).map(|id| format!("{OF_CAPTURE}{id}"));
            return capture.or_else(|| Some(format!("{OF_DISPUTE}{dispute}")));
        }
        let data = supplementary_data.as_ref();
        let order = data.and_then(SupplementaryData::order).map(str::to_owned);
        order.or(id)
    }
}

/// Whether it is told because of a dispute.
pub(super) fn is_of_dispute(kind: &str) -> bool {
    kind.starts_with("CUSTOMER.DISPUTE.")
}

pub(super) fn hints(told: &ProviderWebhook, now: Time) -> Result<Vec<Hint>, HintError> {
    let sent = Transmission::of(told).filter(|sent| sent.may_be_paypals(now));
    sent.ok_or(HintError::Signature)?;
    let event: Event =
        serde_json::from_slice(&told.body).map_err(|e| HintError::Unreadable(e.to_string()))?;
    let (event_id, kind) = (event.id.clone(), event.event_type.clone());
    let Some(charge_id) = event.about() else {
        return Ok(Vec::new());
    };
    let fits = |text: &str| !text.is_empty() && text.len() <= 128;
    if !(fits(&event_id) && fits(&kind) && fits(&charge_id)) {
        return Err(HintError::Unreadable("an id is missing".to_owned()));
    }
    Ok(vec![Hint {
        event_id,
        kind,
        charge_id,
    }])
}

#[derive(Serialize)]
struct Question<'a> {
    auth_algo: &'a str,
    cert_url: &'a str,
    transmission_id: &'a str,
    transmission_sig: &'a str,
    transmission_time: &'a str,
    webhook_id: &'a str,
    /// As it came: a number that is written in another way has another checksum.
    webhook_event: &'a RawValue,
}

/// What PayPal is asked, if there is anything to ask.
pub(super) fn question(told: &ProviderWebhook, webhook_id: &str) -> Option<String> {
    let sent = Transmission::of(told)?;
    let question = Question {
        auth_algo: sent.auth_algo,
        cert_url: sent.cert_url,
        transmission_id: sent.id,
        transmission_sig: sent.signature,
        transmission_time: sent.time,
        webhook_id,
        webhook_event: serde_json::from_slice(&told.body).ok()?,
    };
    serde_json::to_string(&question).ok()
}

#[derive(Deserialize)]
pub(super) struct Answer {
    verification_status: String,
}

pub(super) fn is_vouched_for(answer: &Answer) -> bool {
    answer.verification_status == "SUCCESS"
}
