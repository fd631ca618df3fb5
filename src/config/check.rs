use feira_api::health::MetricsAccess;
use feira_kernel::{Money, validate};

use super::{
    Config, Database, FETCHED_ONLY, Payments, Profile,
    kinds::{Refusal, refuse},
};

/// The shortest secret that is taken.
const SHORTEST_SECRET: usize = 32;
/// What PostgreSQL's names leave beside the name of a schema.
pub(super) const LONGEST_PREFIX: usize = 40;

pub(super) fn all(config: &Config) -> Result<(), Refusal> {
    server(config)?;
    database(config)?;
    let secrets = &config.secrets;
    secret("secrets.token_key", secrets.token_key.reveal(), true)?;
    let previous = secrets.previous_token_key.reveal();
    secret("secrets.previous_token_key", previous, true)?;
    modules(config)?;
    metrics(config)?;
    providers(config)?;
    config.payments.check_payouts()?;
    config.payments.check_instalments()?;
    if config.profile == Profile::Production {
        production(config)?;
    }
    between(config)?;
    marketplace(config)?;
    development(config)?;
    match tracing_subscriber::EnvFilter::try_new(&config.log.filter) {
        Ok(_) => Ok(()),
        Err(error) => refuse("log.filter", &format!("is no tracing filter: {error}")),
    }
}

fn server(config: &Config) -> Result<(), Refusal> {
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

fn database(config: &Config) -> Result<(), Refusal> {
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
    let known = binaries.is_empty() || binaries == FETCHED_ONLY;
    if !known && !std::path::Path::new(binaries).is_dir() {
        let why = "must be a folder with the programs of a PostgreSQL server, or \"fetched\"";
        return refuse("database.binaries", why);
    }
    archive(database)?;
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

/// What is run afterwards comes by https, or from this machine.
fn archive(database: &Database) -> Result<(), Refusal> {
    let given = database.archive_url.replace("{target}", "target");
    url("database.archive_url", &given)?;
    if !validate::is_private_site(&given) {
        let why = "must start with https:// and name an archive (.tar.gz)";
        return refuse("database.archive_url", why);
    }
    let sum = &database.archive_sha256;
    if !sum.is_empty() && (sum.len() != 64 || !sum.chars().all(|c| c.is_ascii_hexdigit())) {
        let why = "must be 64 hexadecimal digits";
        return refuse("database.archive_sha256", why);
    }
    Ok(())
}

fn modules(config: &Config) -> Result<(), Refusal> {
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

fn metrics(config: &Config) -> Result<(), Refusal> {
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
fn providers(config: &Config) -> Result<(), Refusal> {
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
        if let Err(refusal) = provider.check(config.profile == Profile::Production) {
            return refuse(&key(name, &refusal.field), &refusal.why);
        }
    }
    match config.payments.second_built_in() {
        Some(name) => {
            let why = "must be set: this process has one simulated provider";
            refuse(&key(name, "url"), why)
        }
        None => Ok(()),
    }
}

fn between(config: &Config) -> Result<(), Refusal> {
    let server = &config.server;
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
fn marketplace(config: &Config) -> Result<(), Refusal> {
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

fn development(config: &Config) -> Result<(), Refusal> {
    let development = &config.development;
    if development.demo && !config.database.url.is_empty() {
        let why = "must be false: demo accounts are not made in a configured database";
        return refuse("development.demo", why);
    }
    let nth = development.kill_at.split_once(':').map(|(_, nth)| nth);
    if nth.is_some_and(|nth| !nth.parse().is_ok_and(|nth: u32| nth > 0)) {
        let why = "must be the name of a point, or name:nth with a number from 1";
        return refuse("development.kill_at", why);
    }
    Ok(())
}

fn production(config: &Config) -> Result<(), Refusal> {
    if config.development.demo {
        return refuse(
            "development.demo",
            "must be false: there is no demo in production",
        );
    }
    if !config.development.kill_at.is_empty() {
        return refuse("development.kill_at", "is for tests only");
    }
    let least = feira_user::HashCost::default().memory_kib;
    if config.sign_in.hash_kib < least {
        return refuse("sign_in.hash_kib", &format!("must be {least} or more"));
    }
    let base = &config.server.base_url;
    if !base.is_empty() && !validate::is_private_site(base) {
        return refuse(
            "server.base_url",
            "must be https; plain http is for localhost only",
        );
    }
    Ok(())
}

fn secret(key: &str, value: &str, may_be_empty: bool) -> Result<(), Refusal> {
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

/// An address of a site, if it is set.
fn url(key: &str, value: &str) -> Result<(), Refusal> {
    if value.is_empty() || validate::is_site(value) {
        return Ok(());
    }
    let why = "must start with https:// or http:// and name a host, such as https://shop.example";
    refuse(key, why)
}
