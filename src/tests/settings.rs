//! Each key of `config/default.toml` with a value that cannot be: the start ends with one sentence
//! that names the key, wherever it is found out.

use std::collections::BTreeSet;

use feira::{
    App,
    config::{Config, Profile, Sources},
};
use feira_testkit::TestDb;

use crate::support::{Market, clock_and_entropy};

const DEFAULT: &str = include_str!("../../config/default.toml");

/// The key and what it is set to, as TOML.
const BAD: &[(&str, &str)] = &[
    ("server.bind", "'no address'"),
    ("server.port", "70000"),
    ("server.base_url", "'shop.example'"),
    ("server.base_url", "'https://'"),
    ("server.base_url", "'https://u:p@shop.example'"),
    ("server.cors_origins", "'https://shop.example'"),
    ("server.cors_origins", "['https://shop.example/']"),
    ("server.cors_origins", "['shop.example']"),
    ("server.workers", "100000"),
    ("server.max_json_bytes", "1"),
    ("server.max_upload_bytes", "999999999"),
    ("server.body_seconds", "0"),
    ("server.body_min_bytes_per_second", "0"),
    ("server.upload_seconds", "86401"),
    ("server.upload_seconds", "29"),
    ("server.partial_bodies", "0"),
    ("server.partial_bodies_per_client", "0"),
    ("server.partial_bodies_mib", "7"),
    ("server.partial_bodies_mib_per_client", "0"),
    ("server.idempotency_wait_ms", "60001"),
    ("server.max_connections", "0"),
    ("server.shutdown_seconds", "86400"),
    ("server.trust_proxy", "'perhaps'"),
    ("database.url", "'mysql://u:hunter2@host/shop'"),
    ("database.binaries", "'/nowhere/at/all'"),
    ("database.fetch_postgres", "'perhaps'"),
    (
        "database.archive_url",
        "'http://shop.example/postgresql.tar.gz'",
    ),
    ("database.archive_url", "''"),
    ("database.archive_sha256", "'abcd'"),
    ("database.roles", "'perhaps'"),
    ("database.role_prefix", "'a\"; DROP'"),
    ("database.connections", "17"),
    ("database.most_waiting", "0"),
    ("secrets.token_key", "'hunter2'"),
    ("secrets.previous_token_key", "'hunter2'"),
    ("sign_in.account_tries", "0"),
    ("sign_in.client_tries", "0"),
    ("sign_in.network_tries", "0"),
    ("sign_in.longest_wait_seconds", "0"),
    ("sign_in.hash_kib", "63"),
    ("mail.smtp_url", "'http://u:hunter2@host'"),
    ("mail.from", "'nobody'"),
    ("mail.daily_per_address", "0"),
    ("mail.daily_security_per_address", "0"),
    ("marketplace.name", "' '"),
    ("marketplace.currency", "'XXZ'"),
    ("marketplace.time_zone", "'Mars/Olympus_Mons'"),
    ("marketplace.time_zone", "''"),
    ("marketplace.language", "'tlh'"),
    ("marketplace.auto_approve_stores", "'perhaps'"),
    ("marketplace.commission_percent", "'100.01'"),
    ("marketplace.commission_percent", "'ten'"),
    ("marketplace.default_shipping_price", "'-1.00'"),
    ("marketplace.default_shipping_price", "'1.999'"),
    ("marketplace.low_stock_threshold", "4000000000"),
    ("catalog.cache_mib", "4097"),
    ("orders.pix_minutes", "0"),
    ("orders.card_minutes", "0"),
    ("orders.by_hand_hours", "169"),
    ("orders.return_window_days", "366"),
    ("orders.no_fiscal_document_no_payout", "'perhaps'"),
    ("payments.order", "['nobody']"),
    ("payments.charge_timeout_seconds", "0"),
    ("payments.payout_every_days", "0"),
    ("payments.payout_weekday", "'someday'"),
    ("payments.payout_hour", "24"),
    ("payments.minimum_payout", "['BRL 1.999']"),
    ("payments.payout_hold_days", "366"),
    ("payments.new_store_hold_days", "366"),
    ("payments.new_store_days", "3651"),
    ("payments.payout_account_hold_hours", "8761"),
    ("payments.pay_suspended_stores", "'perhaps'"),
    ("payments.sellers_refund", "'perhaps'"),
    ("payments.refund_keeps_commission", "'perhaps'"),
    ("payments.refund_fee_borne_by", "'nobody'"),
    ("payments.refund_watch_days", "366"),
    ("payments.exchange_texts_days", "0"),
    ("payments.provider_fee_borne_by", "'nobody'"),
    ("payments.dispute_fee_borne_by", "'nobody'"),
    ("payments.sellers_send_evidence", "'perhaps'"),
    ("payments.instalment_interest_borne_by", "'nobody'"),
    ("payments.instalment_most", "0"),
    ("payments.instalment_least", "['BRL 0.00']"),
    ("modules.catalog_url", "'elsewhere'"),
    ("modules.stores_url", "'elsewhere'"),
    ("modules.rpc_key", "'hunter2'"),
    ("log.filter", "'feira=loud'"),
    ("log.format", "'xml'"),
    ("metrics.networks", "['everywhere']"),
    ("metrics.token", "'hunter2'"),
    ("development.demo", "'perhaps'"),
    ("development.kill_at", "'order.placed:never'"),
];

/// The same for a provider, of which there is none by default.
const BAD_PROVIDER: &[(&str, &str)] = &[
    ("payments.providers.sandbox.kind", "'other'"),
    ("payments.providers.sandbox.url", "'elsewhere'"),
    ("payments.providers.sandbox.api_key", "'hunter2'"),
    ("payments.providers.sandbox.webhook_secret", "'hunter2'"),
    ("payments.providers.sandbox.stores", "['nobody']"),
    ("payments.providers.sandbox.instalments", "'none'"),
    ("payments.providers.sandbox.instalment_least", "['five']"),
];

/// `section.key` of each line that sets one.
fn keys() -> BTreeSet<String> {
    let mut section = "";
    let mut keys = BTreeSet::new();
    for line in DEFAULT.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            section = name;
        } else if let Some((key, _)) = line.split_once(" = ")
            && !line.starts_with('#')
        {
            keys.insert(format!("{section}.{key}"));
        }
    }
    keys
}

/// What the start says to settings with this key changed; nothing if it goes well.
async fn refusal(db: &TestDb, key: &str, value: &str) -> Option<String> {
    let (section, name) = key.split_once('.').expect("a section and a key");
    let prefix = db.role_prefix();
    let of_test = format!(
        "[server]\nport = 0\n[development]\ndemo = false\n[database]\nrole_prefix = '{prefix}'\n\
         [modules]\nrpc_key = 'a key that two processes could share'"
    );
    let sources = Sources {
        profile: Some(Profile::Development),
        overrides: vec![of_test, format!("[{section}]\n{name} = {value}")],
        ..Sources::default()
    };
    let config = match Config::load(&sources, feira_testkit::directory()) {
        Ok(config) => config,
        Err(error) => return Some(error.to_string()),
    };
    let built = App::build(config, &db.url(), clock_and_entropy(db)).await;
    built.err().map(|error| format!("{error:#}"))
}

#[test]
fn every_key_is_in_the_table() {
    let tried: BTreeSet<String> = BAD.iter().map(|(key, _)| (*key).to_owned()).collect();
    assert_eq!(tried, keys());
}

#[feira_testkit::test]
async fn a_value_that_cannot_be_stops_the_start_and_is_named(db: TestDb) {
    for (key, value) in BAD.iter().chain(BAD_PROVIDER) {
        let said = refusal(&db, key, value)
            .await
            .unwrap_or_else(|| panic!("{key} = {value} starts"));
        assert!(said.contains(key), "{key} = {value}: {said}");
        assert_eq!(said.lines().count(), 1, "{key}: {said}");
        assert!(!said.contains("hunter2"), "{key}: {said}");
    }
}

#[feira_testkit::test]
async fn the_same_settings_without_a_bad_value_start(db: TestDb) {
    assert_eq!(
        refusal(&db, "marketplace.time_zone", "'Europe/Lisbon'").await,
        None
    );
}

#[feira_testkit::test]
async fn the_currency_of_goods_that_are_there_stays(db: TestDb) {
    let in_currency = |code: &str| format!("[marketplace]\ncurrency = \"{code}\"");
    // Nothing has a price yet.
    Market::start_with(&db, &in_currency("KWD"))
        .await
        .stop()
        .await;
    let market = Market::start_with(&db, "").await;
    let operator = market.operator().await;
    market.seller(&operator, "Ana", 1, "49.90", 3).await;
    market.stop().await;
    for other in ["JPY", "KWD", "EUR"] {
        let said = Market::refused(&db, &in_currency(other)).await;
        for words in ["marketplace.currency", other, "BRL", "FEIRA_DATA"] {
            assert!(said.contains(words), "{said}");
        }
    }
    Market::start_with(&db, &in_currency("BRL"))
        .await
        .stop()
        .await;
}
