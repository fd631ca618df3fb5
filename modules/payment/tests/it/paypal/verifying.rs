//! What PayPal has sent, and what it says when it is asked about that.

use feira_kernel::Time;
use feira_payment::ProviderWebhook;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use super::book::Paypal;

/// One notification, as it was sent.
pub(super) struct Sent {
    id: String,
    signature: String,
    time: String,
    body: String,
}

const ALGORITHM: &str = "SHA256withRSA";
const CERTIFICATE: &str = "https://api.paypal.com/v1/notifications/certs/CERT-1";

impl Paypal {
    pub(super) fn send(&mut self, event: &Value, now: Time) -> ProviderWebhook {
        let number = self.sent.len() + 1;
        // With an amount that would be written in another way, if it were read as a number.
        let body = event
            .to_string()
            .replacen('{', "{\"resource_version\": 2.10, ", 1);
        let sent = Sent {
            id: format!("transmission-{number}"),
            signature: format!("c2ln{number}=="),
            time: now.format(&Rfc3339).unwrap(),
            body,
        };
        let headers = [
            ("paypal-auth-algo", ALGORITHM),
            ("paypal-cert-url", CERTIFICATE),
            ("paypal-transmission-id", sent.id.as_str()),
            ("paypal-transmission-sig", sent.signature.as_str()),
            ("paypal-transmission-time", sent.time.as_str()),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let webhook = ProviderWebhook {
            provider: "paypal".to_owned(),
            path: String::new(),
            headers: headers.to_vec(),
            body: sent.body.clone().into_bytes(),
        };
        self.sent.push(sent);
        webhook
    }

    /// The seven fields must be those of one that it sent, and its body the same.
    pub(super) fn verify(&self, question: &str) -> Value {
        let asked: Value = serde_json::from_str(question).unwrap();
        assert_eq!(asked.as_object().unwrap().len(), 7, "{question}");
        let (_, event) = question.split_once("\"webhook_event\":").unwrap();
        let event = event.strip_suffix('}').unwrap();
        let same = |sent: &Sent| {
            asked["transmission_id"] == sent.id
                && asked["transmission_sig"] == sent.signature
                && asked["transmission_time"] == sent.time
                && asked["auth_algo"] == ALGORITHM
                && asked["cert_url"] == CERTIFICATE
                && asked["webhook_id"] == "WH-1"
                && event == sent.body
        };
        let known = self.sent.iter().any(same);
        json!({"verification_status": if known { "SUCCESS" } else { "FAILURE" }})
    }
}
