//! What kind of value a setting takes, and what is said of one that is of another kind.

use feira_payment::MOST_INSTALMENTS;
use figment::{Figment, error::Kind, value::Value};

use super::sources::{defaults, leaves, whole};

/// Keys of earlier releases, and what came instead.
const RENAMED: &[(&str, &str)] = &[
    ("database.pool_size", "database.connections"),
    ("payments.sandbox", "payments.providers and payments.order"),
    ("payments.sandbox_url", "payments.providers.sandbox.url"),
    (
        "payments.sandbox_api_key",
        "payments.providers.sandbox.api_key",
    ),
    (
        "payments.sandbox_webhook_secret",
        "payments.providers.sandbox.webhook_secret",
    ),
];
const LIST: &str = "a list such as [\"a\", \"b\"]";

/// A setting that cannot be used: its name, and what follows it in a sentence.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) key: String,
    pub(super) why: String,
}

/// Refuses what is of another kind than its default, or a number out of its range.
pub(super) fn check(figment: &Figment) -> Result<(), Refusal> {
    let known = defaults().map_err(|error| Refusal {
        key: "config/default.toml".to_owned(),
        why: error.to_string(),
    })?;
    let ranges = ranges();
    for (key, default) in leaves("", &known) {
        let Ok(value) = figment.find_value(&key) else {
            continue; // Its section is no table: that is found out when it is read.
        };
        let range = ranges.iter().find(|(ranged, _, _)| *ranged == key);
        let (good, accepted) = match (&default, range) {
            (Value::Num(..), Some(&(_, least, most))) => (
                whole(&value).is_some_and(|number| (least..=most).contains(&number)),
                format!("a whole number from {least} to {most}"),
            ),
            (Value::Bool(..), _) => (matches!(value, Value::Bool(..)), "true or false".to_owned()),
            (Value::Array(..), _) => (matches!(value, Value::Array(..)), LIST.to_owned()),
            _ => (matches!(value, Value::String(..)), "text".to_owned()),
        };
        if !good {
            return refuse(&key, &format!("must be {accepted}"));
        }
    }
    Ok(())
}

/// Says which key is wrong, and never what a secret's value was.
pub(super) fn explain(error: &figment::Error) -> Refusal {
    let path = error.path.join(".");
    let below = |field: &str| match error.path.last() {
        None => field.to_owned(),
        // A section that is not known already stands in the path.
        Some(last) if last == field => path.clone(),
        Some(_) => format!("{path}.{field}"),
    };
    let (key, why) = match &error.kind {
        Kind::UnknownField(field, _) => {
            let key = below(field);
            let new = RENAMED.iter().find(|(old, _)| *old == key);
            let why = match new {
                Some((_, new)) => {
                    format!("is {new} now; config/default.toml says what it means")
                }
                None => "is not known; config/default.toml lists them all".to_owned(),
            };
            (key, why)
        }
        Kind::MissingField(field) => (below(field), "is missing".to_owned()),
        Kind::UnknownVariant(_, known) => (path, format!("must be {}", known.join(" or "))),
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => {
            (path, format!("must be {}", accepted(expected)))
        }
        Kind::Message(message) => (path, format!("is wrong: {message}")),
        other => (path, format!("is wrong: {other}")),
    };
    Refusal { key, why }
}

/// What a type of ours takes, in a person's words.
fn accepted(expected: &str) -> &str {
    match expected {
        text if text.contains("string") => "text",
        list if list.contains("sequence") => LIST,
        table if table.contains("struct") || table.contains("map") => "a table of settings",
        other => other,
    }
}

/// Every number, and from what to what it goes.
pub(super) fn ranges() -> Vec<(&'static str, i128, i128)> {
    let schemas = feira_migrations::schemas().count() as i128;
    vec![
        ("server.port", 0, 65_535),
        ("server.workers", 0, 1_024),
        ("server.max_json_bytes", 1_024, 16_777_216),
        ("server.max_upload_bytes", 1_024, 33_554_432),
        ("server.body_seconds", 1, 3_600),
        ("server.body_min_bytes_per_second", 1, 1_048_576),
        ("server.upload_seconds", 1, 86_400),
        ("server.partial_bodies", 1, 100_000),
        ("server.partial_bodies_per_client", 1, 100_000),
        ("server.partial_bodies_mib", 1, 4_096),
        ("server.partial_bodies_mib_per_client", 1, 4_096),
        ("server.idempotency_wait_ms", 0, 60_000),
        ("server.max_connections", 1, 100_000),
        ("server.shutdown_seconds", 0, 3_600),
        ("database.connections", 2 * schemas, 900),
        ("database.most_waiting", 1, 100_000),
        ("payments.instalment_most", 1, MOST_INSTALMENTS.into()),
        ("sign_in.account_tries", 1, 1_000),
        ("sign_in.client_tries", 1, 100_000),
        ("sign_in.network_tries", 1, 1_000_000),
        ("sign_in.longest_wait_seconds", 1, 3_600),
        ("sign_in.hash_kib", 64, 262_144),
        ("mail.daily_per_address", 1, 1_000_000),
        ("mail.daily_security_per_address", 1, 1_000_000),
        ("marketplace.low_stock_threshold", 0, 1_000_000),
        ("catalog.cache_mib", 0, 4_096),
        ("orders.pix_minutes", 1, 10_080),
        ("orders.card_minutes", 1, 10_080),
        ("orders.by_hand_hours", 1, 168),
        ("orders.return_window_days", 0, 365),
        ("payments.charge_timeout_seconds", 1, 60),
        ("payments.payout_every_days", 1, 365),
        ("payments.payout_hour", 0, 23),
        ("payments.refund_watch_days", 0, 365),
        ("payments.payout_hold_days", 0, 365),
        ("payments.new_store_hold_days", 0, 365),
        ("payments.new_store_days", 0, 3_650),
        ("payments.payout_account_hold_hours", 0, 8_760),
        ("payments.exchange_texts_days", 1, 3_650),
    ]
}

pub(super) fn refuse(key: &str, why: &str) -> Result<(), Refusal> {
    Err(Refusal {
        key: key.to_owned(),
        why: why.to_owned(),
    })
}
