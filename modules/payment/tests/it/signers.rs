//! What the signers of the stubs sign, for the providers' own libraries to look at.
#![allow(
    clippy::print_stdout,
    reason = "another program reads what this one says"
)]

use feira_kernel::Time;
use feira_payment::{ProviderWebhook, testing};
use serde_json::json;

use crate::{mercado_pago, stripe_stub, woovi};

/// Reads the time of the signatures, in seconds since 1970, from its standard input; writes a line for each provider.
#[test]
#[ignore = ".ci/signatures runs it, and gives it the time"]
fn what_the_stubs_sign() {
    let mut now = String::new();
    std::io::stdin().read_line(&mut now).unwrap();
    let now = Time::from_unix_timestamp(now.trim().parse().unwrap()).unwrap();
    // Each is about a number in which another program changes a digit.
    let intent = json!({"id": "pi_4200", "object": "payment_intent"});
    let event = json!({
        "id": format!("evt_{}", now.unix_timestamp()), "object": "event",
        "type": "payment_intent.succeeded", "data": {"object": intent},
    });
    let event = event.to_string();
    let signature = testing::signature(now, event.as_bytes(), stripe_stub::SECRET);
    let stripe = ProviderWebhook {
        provider: "cards".to_owned(),
        path: String::new(),
        headers: vec![("stripe-signature".to_owned(), signature)],
        body: event.into_bytes(),
    };
    let mercado_pago = mercado_pago::telling::webhook("4200", "request-1", now);
    let charge =
        json!({"correlationID": "0198f6a0-4200-7000-8000-000000000000", "status": "COMPLETED"});
    let woovi =
        woovi::signing::webhook(&json!({"event": "OPENPIX:CHARGE_COMPLETED", "charge": charge}));
    for (told, secret) in [
        (stripe, stripe_stub::SECRET),
        (mercado_pago, mercado_pago::book::SECRET),
        (woovi, ""),
    ] {
        let headers: serde_json::Map<_, _> = told
            .headers
            .into_iter()
            .map(|(name, value)| (name, json!(value)))
            .collect();
        let body = String::from_utf8(told.body).unwrap();
        let line =
            json!({"signed": told.provider, "secret": secret, "headers": headers, "body": body});
        println!("\nsigned {line}");
    }
}
