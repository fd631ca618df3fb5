use feira_kernel::Money;
use figment::error::Kind;

use super::{Config, ConfigError, Profile};

/// The shortest secret that is taken.
const SHORTEST_SECRET: usize = 32;

/// Says which key is wrong, and never what a secret's value was.
pub(super) fn explain(error: &figment::Error) -> String {
    let key = error.path.join(".");
    match &error.kind {
        Kind::UnknownField(field, _) => {
            let full = if key.is_empty() {
                field.clone()
            } else {
                format!("{key}.{field}")
            };
            format!("unknown configuration key {full}; config/default.toml lists them all")
        }
        Kind::InvalidType(_, expected) => format!("configuration key {key} must be {expected}"),
        Kind::MissingField(field) => format!("configuration key {key}.{field} is missing"),
        Kind::Message(message) if key.is_empty() => message.clone(),
        Kind::Message(message) => format!("configuration key {key}: {message}"),
        other => format!("configuration key {key}: {other}"),
    }
}

pub(super) fn all(config: &Config) -> Result<(), ConfigError> {
    secret("secrets.token_key", config.secrets.token_key.reveal(), true)?;
    secret("modules.rpc_key", config.modules.rpc_key.reveal(), true)?;
    sandbox(config)?;
    if config.profile == Profile::Production {
        production(config)?;
    }
    if config.development.demo && !config.database.url.is_empty() {
        let why = "demo accounts are not made in a configured database; set it to false";
        return refuse("development.demo", why);
    }
    let split = !config.modules.catalog_url.is_empty() || !config.modules.stores_url.is_empty();
    if split && config.modules.rpc_key.is_empty() {
        let why = "must be set when a module is in another process";
        return refuse("modules.rpc_key", why);
    }
    url("server.base_url", &config.server.base_url)?;
    url("modules.catalog_url", &config.modules.catalog_url)?;
    url("modules.stores_url", &config.modules.stores_url)?;
    ranges(config)?;
    marketplace(config)
}

fn sandbox(config: &Config) -> Result<(), ConfigError> {
    let payments = &config.payments;
    if !payments.sandbox {
        return Ok(());
    }
    if config.profile == Profile::Production {
        let why = "the simulated provider is not for production";
        return refuse("payments.sandbox", why);
    }
    let webhook = payments.sandbox_webhook_secret.reveal();
    secret("payments.sandbox_webhook_secret", webhook, false)?;
    let api = payments.sandbox_api_key.reveal();
    secret("payments.sandbox_api_key", api, false)
}

fn ranges(config: &Config) -> Result<(), ConfigError> {
    let Config {
        server,
        database,
        sign_in,
        orders,
        payments,
        ..
    } = config;
    let ranges: [(&str, u64, u64, u64); 11] = [
        ("database.pool_size", database.pool_size.into(), 1, 100),
        (
            "sign_in.account_tries",
            sign_in.account_tries.into(),
            1,
            1_000,
        ),
        (
            "sign_in.client_tries",
            sign_in.client_tries.into(),
            1,
            100_000,
        ),
        (
            "sign_in.longest_wait_seconds",
            sign_in.longest_wait_seconds.into(),
            1,
            3_600,
        ),
        ("orders.pix_minutes", orders.pix_minutes.into(), 1, 10_080),
        ("orders.card_minutes", orders.card_minutes.into(), 1, 10_080),
        (
            "orders.return_window_days",
            orders.return_window_days.into(),
            0,
            365,
        ),
        (
            "payments.charge_timeout_seconds",
            payments.charge_timeout_seconds.into(),
            1,
            60,
        ),
        (
            "payments.payout_every_days",
            payments.payout_every_days.into(),
            1,
            365,
        ),
        (
            "server.max_json_bytes",
            server.max_json_bytes as u64,
            1_024,
            16_777_216,
        ),
        (
            "server.max_upload_bytes",
            server.max_upload_bytes as u64,
            1_024,
            33_554_432,
        ),
    ];
    for (key, value, least, most) in ranges {
        if !(least..=most).contains(&value) {
            return refuse(key, &format!("must be from {least} to {most}"));
        }
    }
    Ok(())
}

fn marketplace(config: &Config) -> Result<(), ConfigError> {
    let market = &config.marketplace;
    if Money::parse(&market.default_shipping_price, market.currency).is_err() {
        let why = "must be an amount such as 15.00";
        return refuse("marketplace.default_shipping_price", why);
    }
    match market.commission_percent.parse::<rust_decimal::Decimal>() {
        Ok(percent) if percent >= 0.into() && percent <= 100.into() => Ok(()),
        _ => refuse(
            "marketplace.commission_percent",
            "must be a number from 0 to 100",
        ),
    }
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

fn url(key: &str, value: &str) -> Result<(), ConfigError> {
    if value.is_empty() || value.starts_with("https://") || value.starts_with("http://") {
        return Ok(());
    }
    refuse(key, "must start with https:// or http://")
}

fn refuse(key: &str, why: &str) -> Result<(), ConfigError> {
    Err(ConfigError(format!("configuration key {key} {why}")))
}
