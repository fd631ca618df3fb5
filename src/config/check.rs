use feira_api::health::MetricsAccess;
use feira_kernel::Money;
use figment::error::Kind;

use super::{Config, ConfigError, Payments, Profile, Provider};

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
/// The shortest secret that is taken.
const SHORTEST_SECRET: usize = 32;
/// What PostgreSQL's names leave beside the name of a schema.
pub(super) const LONGEST_PREFIX: usize = 40;

/// Says which key is wrong, and never what a secret's value was.
pub(super) fn explain(error: &figment::Error) -> String {
    let key = error.path.join(".");
    match &error.kind {
        Kind::UnknownField(field, _) => {
            // A section that is not known already stands in the path.
            let full = match error.path.last() {
                None => field.clone(),
                Some(last) if last == field => key,
                Some(_) => format!("{key}.{field}"),
            };
            match RENAMED.iter().find(|(old, _)| *old == full) {
                Some((_, new)) => format!(
                    "configuration key {full} is {new} now; config/default.toml says what it means"
                ),
                None => {
                    format!("unknown configuration key {full}; config/default.toml lists them all")
                }
            }
        }
        Kind::InvalidType(_, expected) => format!("configuration key {key} must be {expected}"),
        Kind::MissingField(field) => format!("configuration key {key}.{field} is missing"),
        Kind::Message(message) if key.is_empty() => message.clone(),
        Kind::Message(message) => format!("configuration key {key}: {message}"),
        other => format!("configuration key {key}: {other}"),
    }
}

pub(super) fn all(config: &Config) -> Result<(), ConfigError> {
    server(config)?;
    database(config)?;
    let secrets = &config.secrets;
    secret("secrets.token_key", secrets.token_key.reveal(), true)?;
    let previous = secrets.previous_token_key.reveal();
    secret("secrets.previous_token_key", previous, true)?;
    modules(config)?;
    metrics(config)?;
    providers(config)?;
    if config.profile == Profile::Production {
        production(config)?;
    }
    ranges(config)?;
    marketplace(config)?;
    development(config)?;
    match tracing_subscriber::EnvFilter::try_new(&config.log.filter) {
        Ok(_) => Ok(()),
        Err(error) => refuse("log.filter", &format!("is no tracing filter: {error}")),
    }
}

fn server(config: &Config) -> Result<(), ConfigError> {
    let bind = &config.server.bind;
    let named = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let host = !bind.is_empty() && bind.chars().all(named);
    if !host && bind.parse::<std::net::IpAddr>().is_err() {
        let why = "must be an address or host name to listen on, such as 0.0.0.0";
        return refuse("server.bind", why);
    }
    url("server.base_url", &config.server.base_url)?;
    for origin in &config.server.cors_origins {
        let parsed = reqwest::Url::parse(origin).map(|url| url.origin().ascii_serialization());
        if origin != "*" && parsed.ok().as_ref() != Some(origin) {
            let why = "must hold origins such as https://shop.example, without a path, or *";
            return refuse("server.cors_origins", why);
        }
    }
    Ok(())
}

fn database(config: &Config) -> Result<(), ConfigError> {
    let database = &config.database;
    let text = database.url.reveal();
    let postgres = ["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
        && reqwest::Url::parse(text).is_ok();
    if !text.is_empty() && !postgres {
        // The value is not repeated: it has a password.
        let why = "must be such as postgres://user:password@host/database";
        return refuse("database.url", why);
    }
    let binaries = &database.binaries;
    if !binaries.is_empty() && !std::path::Path::new(binaries).is_dir() {
        let why = "must be a folder with the programs of a PostgreSQL server";
        return refuse("database.binaries", why);
    }
    let prefix = &database.role_prefix;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let shaped = prefix.starts_with(|c: char| c.is_ascii_lowercase())
        && prefix.len() <= LONGEST_PREFIX
        && prefix.chars().all(plain);
    if database.roles && !shaped {
        let why = &format!(
            "must be up to {LONGEST_PREFIX} small letters, digits and underscores, a letter first"
        );
        return refuse("database.role_prefix", why);
    }
    Ok(())
}

fn modules(config: &Config) -> Result<(), ConfigError> {
    let modules = &config.modules;
    secret("modules.rpc_key", modules.rpc_key.reveal(), true)?;
    let split = !modules.catalog_url.is_empty() || !modules.stores_url.is_empty();
    if split && modules.rpc_key.is_empty() {
        let why = "must be set when a module is in another process";
        return refuse("modules.rpc_key", why);
    }
    url("modules.catalog_url", &modules.catalog_url)?;
    url("modules.stores_url", &modules.stores_url)
}

fn metrics(config: &Config) -> Result<(), ConfigError> {
    let metrics = &config.metrics;
    secret("metrics.token", metrics.token.reveal(), true)?;
    match MetricsAccess::new(&metrics.networks, "", false) {
        Ok(_) => Ok(()),
        Err(wrong) => {
            let why = format!("must hold networks such as 10.0.0.0/8, not {wrong:?}");
            refuse("metrics.networks", &why)
        }
    }
}

/// A name that cannot be one is refused by the module.
fn providers(config: &Config) -> Result<(), ConfigError> {
    let Payments {
        providers, order, ..
    } = &config.payments;
    for (index, name) in order.iter().enumerate() {
        if !providers.contains_key(name) || order[..index].contains(name) {
            let why = format!("must name providers that are configured, each once, not {name:?}");
            return refuse("payments.order", &why);
        }
    }
    let key = |name: &str, field: &str| format!("payments.providers.{name}.{field}");
    for (name, provider) in providers {
        if config.profile == Profile::Production && provider.kind.is_simulated() {
            let why = "the simulated provider is not for production";
            return refuse(&key(name, "kind"), why);
        }
        url(&key(name, "url"), &provider.url)?;
        let webhook = provider.webhook_secret.reveal();
        secret(&key(name, "webhook_secret"), webhook, false)?;
        secret(&key(name, "api_key"), provider.api_key.reveal(), false)?;
    }
    let here = |(_, one): &(&String, &Provider)| one.kind.is_simulated() && one.url.is_empty();
    match providers.iter().filter(here).nth(1) {
        Some((name, _)) => {
            let why = "must be set: this process has one simulated provider";
            refuse(&key(name, "url"), why)
        }
        None => Ok(()),
    }
}

#[rustfmt::skip]
fn ranges(config: &Config) -> Result<(), ConfigError> {
    let Config { server, database, sign_in, mail, marketplace, catalog, orders, payments, .. } = config;
    let schemas = feira_migrations::schemas().count() as u64;
    let ranges: &[(&str, u64, u64, u64)] = &[
        ("server.workers", server.workers as u64, 0, 1_024),
        ("server.max_json_bytes", server.max_json_bytes as u64, 1_024, 16_777_216),
        ("server.max_upload_bytes", server.max_upload_bytes as u64, 1_024, 33_554_432),
        ("server.body_seconds", server.body_seconds.into(), 1, 3_600),
        ("server.body_min_bytes_per_second", server.body_min_bytes_per_second.into(), 1, 1_048_576),
        ("server.upload_seconds", server.upload_seconds.into(), 1, 86_400),
        ("server.partial_bodies", server.partial_bodies as u64, 1, 100_000),
        ("server.partial_bodies_per_client", server.partial_bodies_per_client as u64, 1, 100_000),
        ("server.partial_bodies_mib", server.partial_bodies_mib as u64, 1, 4_096),
        ("server.partial_bodies_mib_per_client", server.partial_bodies_mib_per_client as u64, 1, 4_096),
        ("server.idempotency_wait_ms", server.idempotency_wait_ms.into(), 0, 60_000),
        ("server.max_connections", server.max_connections as u64, 1, 100_000),
        ("server.shutdown_seconds", server.shutdown_seconds, 0, 3_600),
        ("database.connections", database.connections.into(), 2 * schemas, 900),
        ("sign_in.account_tries", sign_in.account_tries.into(), 1, 1_000),
        ("sign_in.client_tries", sign_in.client_tries.into(), 1, 100_000),
        ("sign_in.network_tries", sign_in.network_tries.into(), 1, 1_000_000),
        ("sign_in.longest_wait_seconds", sign_in.longest_wait_seconds.into(), 1, 3_600),
        ("mail.daily_per_address", mail.daily_per_address.into(), 1, 1_000_000),
        ("mail.daily_security_per_address", mail.daily_security_per_address.into(), 1, 1_000_000),
        ("marketplace.low_stock_threshold", marketplace.low_stock_threshold.into(), 0, 1_000_000),
        ("catalog.cache_mib", catalog.cache_mib.into(), 0, 4_096),
        ("orders.pix_minutes", orders.pix_minutes.into(), 1, 10_080),
        ("orders.card_minutes", orders.card_minutes.into(), 1, 10_080),
        ("orders.return_window_days", orders.return_window_days.into(), 0, 365),
        ("payments.charge_timeout_seconds", payments.charge_timeout_seconds.into(), 1, 60),
        ("payments.payout_every_days", payments.payout_every_days.into(), 1, 365),
    ];
    for &(key, value, least, most) in ranges {
        if !(least..=most).contains(&value) {
            return refuse(key, &format!("must be from {least} to {most}"));
        }
    }
    if (server.partial_bodies_mib << 20) < server.max_upload_bytes {
        let why = "must have room for one upload of server.max_upload_bytes";
        return refuse("server.partial_bodies_mib", why);
    }
    if server.upload_seconds < server.body_seconds {
        let why = "must be no less than server.body_seconds";
        return refuse("server.upload_seconds", why);
    }
    Ok(())
}

/// The time zone is checked where a database can be asked.
fn marketplace(config: &Config) -> Result<(), ConfigError> {
    let market = &config.marketplace;
    let price = Money::parse(&market.default_shipping_price, market.currency);
    if !price.is_ok_and(|price| !price.is_negative()) {
        let why = "must be an amount such as 15.00, not below zero";
        return refuse("marketplace.default_shipping_price", why);
    }
    if feira_web::language::known(&market.language).is_none() {
        return refuse("marketplace.language", "must be en or pt-BR");
    }
    match market.commission_percent.parse::<rust_decimal::Decimal>() {
        Ok(percent) if percent >= 0.into() && percent <= 100.into() && percent.scale() <= 4 => {
            Ok(())
        }
        _ => refuse(
            "marketplace.commission_percent",
            "must be a number from 0 to 100 with at most four decimals",
        ),
    }
}

fn development(config: &Config) -> Result<(), ConfigError> {
    let development = &config.development;
    if development.demo && !config.database.url.is_empty() {
        let why = "demo accounts are not made in a configured database; set it to false";
        return refuse("development.demo", why);
    }
    let nth = development.kill_at.split_once(':').map(|(_, nth)| nth);
    if nth.is_some_and(|nth| !nth.parse().is_ok_and(|nth: u32| nth > 0)) {
        let why = "must be the name of a point, or name:nth with a number from 1";
        return refuse("development.kill_at", why);
    }
    Ok(())
}

fn production(config: &Config) -> Result<(), ConfigError> {
    if config.development.demo {
        return refuse("development.demo", "there is no demo in production");
    }
    if !config.development.kill_at.is_empty() {
        return refuse("development.kill_at", "is for tests only");
    }
    let base = &config.server.base_url;
    let host = base.trim_start_matches("http://").split(['/', ':']).next();
    let local = base.is_empty() || matches!(host, Some("localhost" | "127.0.0.1"));
    if !local && !base.starts_with("https://") {
        return refuse(
            "server.base_url",
            "must be https; plain http is for localhost only",
        );
    }
    Ok(())
}

fn secret(key: &str, value: &str, may_be_empty: bool) -> Result<(), ConfigError> {
    if value.is_empty() && may_be_empty {
        return Ok(());
    }
    if value.len() < SHORTEST_SECRET {
        return refuse(
            key,
            &format!("must have {SHORTEST_SECRET} characters or more"),
        );
    }
    Ok(())
}

/// An address of a site: `http` or `https`, a host, perhaps a path, and nothing else.
fn url(key: &str, value: &str) -> Result<(), ConfigError> {
    let odd = |c: char| !c.is_ascii_graphic() || "\"'<>\\^`{|}?#@".contains(c);
    let site = reqwest::Url::parse(value)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some());
    if value.is_empty() || (site && !value.contains(odd)) {
        return Ok(());
    }
    let why = "must start with https:// or http:// and name a host, such as https://shop.example";
    refuse(key, why)
}

fn refuse(key: &str, why: &str) -> Result<(), ConfigError> {
    Err(ConfigError(format!("configuration key {key} {why}")))
}
