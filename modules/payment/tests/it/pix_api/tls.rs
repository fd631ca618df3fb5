//! Mutual TLS, by certificates of an authority that nobody else trusts.

use std::sync::Arc;

use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::WebPkiClientVerifier,
};
use tokio_rustls::TlsAcceptor;

pub(super) const AUTHORITY: &str = include_str!("tls/ca.pem");
pub(super) const CLIENT: &str = include_str!("tls/client.pem");
/// Its path.
pub(super) const CLIENT_KEY_FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/it/pix_api/tls/client.key"
);
const BANK: &str = include_str!("tls/bank.pem");
const BANK_KEY: &str = include_str!("tls/bank.key");

pub(super) fn acceptor() -> TlsAcceptor {
    let certificate = |pem: &str| CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let mut known = RootCertStore::empty();
    known.add(certificate(AUTHORITY)).unwrap();
    let clients = WebPkiClientVerifier::builder(Arc::new(known));
    let key = PrivateKeyDer::from_pem_slice(BANK_KEY.as_bytes()).unwrap();
    let config = ServerConfig::builder()
        .with_client_cert_verifier(clients.build().unwrap())
        .with_single_cert(vec![certificate(BANK)], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}
