//! What Woovi signs, by a key that is only the tests'.

use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::STANDARD};
use feira_payment::ProviderWebhook;
use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use rustls::pki_types::{PrivatePkcs8KeyDer, pem::PemObject};
use serde_json::Value;

pub(super) const PUBLIC_KEY: &str = include_str!("signing.pem");

static KEY: LazyLock<RsaKeyPair> = LazyLock::new(|| {
    let pem = include_str!("signing.key");
    let key = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).unwrap();
    RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()).unwrap()
});

/// In base64.
pub(super) fn signature(body: &[u8]) -> String {
    let mut signature = vec![0; KEY.public().modulus_len()];
    let random = SystemRandom::new();
    KEY.sign(&RSA_PKCS1_SHA256, &random, body, &mut signature)
        .unwrap();
    STANDARD.encode(signature)
}

/// As it is posted.
pub(crate) fn webhook(body: &Value) -> ProviderWebhook {
    let body = body.to_string().into_bytes();
    ProviderWebhook {
        provider: "woovi".to_owned(),
        path: String::new(),
        headers: vec![("x-webhook-signature".to_owned(), signature(&body))],
        body,
    }
}
