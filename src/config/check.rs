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
            let full = if key.is_empty() { field.clone() } else { format!("{key}.{field}") };
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
    if config.payments.sandbox {
        if config.profile == Profile::Production {
            return refuse("payments.sandbox", "the simulated provider is not for production");
        }
        secret("payments.sandbox_webhook_secret", config.payments.sandbox_webhook_secret.reveal(), false)?;
        secret("payments.sandbox_api_key", config.payments.sandbox_api_key.reveal(), false)?;
    }
    if config.profile == Profile::Production {
        production(config)?;
    }
    if config.development.demo && !config.database.url.is_empty() {
        return refuse("development.demo", "demo accounts are not made in a configured database; set it to false");
    }
    let split = !config.modules.catalog_url.is_empty() || !config.modules.stores_url.is_empty();
    if split && config.modules.rpc_key.is_empty() {
        return refuse("modules.rpc_key", "must be set when a module is in another process");
    }
    url("server.base_url", &config.server.base_url)?;
    url("server.shop_url", &config.server.shop_url)?;
    url("modules.catalog_url", &config.modules.catalog_url)?;
    url("modules.stores_url", &config.modules.stores_url)?;
    range("database.pool_size", u64::from(config.database.pool_size), 1, 100)?;
    range("orders.pix_minutes", u64::from(config.orders.pix_minutes), 1, 10_080)?;
    range("orders.card_minutes", u64::from(config.orders.card_minutes), 1, 10_080)?;
    range("orders.return_window_days", u64::from(config.orders.return_window_days), 0, 365)?;
    range("payments.charge_timeout_seconds", u64::from(config.payments.charge_timeout_seconds), 1, 60)?;
    range("payments.payout_every_days", u64::from(config.payments.payout_every_days), 1, 365)?;
    range("server.max_json_bytes", config.server.max_json_bytes as u64, 1_024, 16_777_216)?;
    range("server.max_upload_bytes", config.server.max_upload_bytes as u64, 1_024, 33_554_432)?;
    if Money::parse(&config.marketplace.default_shipping_price, config.marketplace.currency).is_err() {
        return refuse("marketplace.default_shipping_price", "must be an amount such as 15.00");
    }
    match config.marketplace.commission_percent.parse::<rust_decimal::Decimal>() {
        Ok(percent) if percent >= 0.into() && percent <= 100.into() => Ok(()),
        _ => refuse("marketplace.commission_percent", "must be a number from 0 to 100"),
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
    let local = base.is_empty() || base.starts_with("http://localhost") || base.starts_with("http://127.0.0.1");
    if !local && !base.starts_with("https://") {
        return refuse("server.base_url", "must be https; plain http is for localhost only");
    }
    Ok(())
}

fn secret(key: &str, value: &str, may_be_empty: bool) -> Result<(), ConfigError> {
    if value.is_empty() && may_be_empty {
        return Ok(());
    }
    if value.len() < SHORTEST_SECRET {
        return refuse(key, &format!("must have {SHORTEST_SECRET} characters or more"));
    }
    Ok(())
}

fn url(key: &str, value: &str) -> Result<(), ConfigError> {
    if value.is_empty() || value.starts_with("https://") || value.starts_with("http://") {
        return Ok(());
    }
    refuse(key, "must start with https:// or http://")
}

fn range(key: &str, value: u64, least: u64, most: u64) -> Result<(), ConfigError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    refuse(key, &format!("must be from {least} to {most}"))
}

fn refuse(key: &str, why: &str) -> Result<(), ConfigError> {
    Err(ConfigError(format!("configuration key {key} {why}")))
}
