//! Settings: `default.toml`, then the profile's file, then an optional file, then `FEIRA_*`.
//! Every key stands in `config/default.toml` with a comment; an unknown key stops the start.

mod check;
mod kinds;
mod payments;
mod sources;

use std::{fmt, path::PathBuf, str::FromStr};

use feira_kernel::{db::Roles, token::TokenKey};
use serde::{Deserialize, Serialize};

pub use feira_kernel::Secret;
pub use payments::{FeeBorneBy, Payments};
pub use sources::{Setting, Sources};

/// Which set of defaults applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Development,
    Production,
}

impl FromStr for Profile {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "development" => Ok(Self::Development),
            "production" => Ok(Self::Production),
            other => Err(format!(
                "FEIRA_PROFILE must be development or production, not {other:?}"
            )),
        }
    }
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    #[serde(skip, default = "development")]
    pub profile: Profile,
    /// Cluster, files, keys and mailbox.
    #[serde(skip)]
    pub data_dir: PathBuf,
    /// All of them, with who decided each.
    #[serde(skip)]
    pub settings: Vec<Setting>,
    pub server: Server,
    pub database: Database,
    pub secrets: Secrets,
    pub sign_in: SignIn,
    pub mail: Mail,
    pub marketplace: Marketplace,
    pub catalog: Catalog,
    pub orders: Orders,
    pub payments: Payments,
    pub modules: Modules,
    pub log: Log,
    pub metrics: Metrics,
    pub development: Development,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub bind: String,
    pub port: u16,
    pub base_url: String,
    pub cors_origins: Vec<String>,
    pub workers: usize,
    pub max_json_bytes: usize,
    pub max_upload_bytes: usize,
    pub body_seconds: u32,
    pub body_min_bytes_per_second: u32,
    pub upload_seconds: u32,
    pub partial_bodies: usize,
    pub partial_bodies_per_client: usize,
    pub partial_bodies_mib: usize,
    pub partial_bodies_mib_per_client: usize,
    pub idempotency_wait_ms: u32,
    pub max_connections: usize,
    pub trust_proxy: bool,
    pub shutdown_seconds: u64,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: Secret,
    pub binaries: String,
    pub fetch_postgres: bool,
    pub archive_url: String,
    pub archive_sha256: String,
    pub roles: bool,
    pub role_prefix: String,
    pub connections: u32,
    pub most_waiting: u32,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    pub token_key: Secret,
    pub previous_token_key: Secret,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    pub account_tries: u32,
    pub client_tries: u32,
    pub network_tries: u32,
    pub longest_wait_seconds: u32,
    pub hash_kib: u32,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub smtp_url: Secret,
    pub from: String,
    pub daily_per_address: u32,
    pub daily_security_per_address: u32,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Marketplace {
    pub name: String,
    pub currency: feira_kernel::Currency,
    pub time_zone: String,
    pub language: String,
    pub auto_approve_stores: bool,
    pub commission_percent: String,
    pub default_shipping_price: String,
    pub low_stock_threshold: u32,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    pub cache_mib: u32,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Orders {
    pub pix_minutes: u32,
    pub card_minutes: u32,
    pub by_hand_hours: u32,
    pub return_window_days: u32,
    pub no_fiscal_document_no_payout: bool,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Modules {
    pub catalog_url: String,
    pub stores_url: String,
    pub rpc_key: Secret,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub filter: String,
    pub format: LogFormat,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    pub networks: Vec<String>,
    pub token: Secret,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Development {
    pub demo: bool,
    pub kill_at: String,
}

/// `database.binaries` of who wants no programs but those that were fetched.
pub(crate) const FETCHED_ONLY: &str = "fetched";

/// A key or value that cannot be used, named.
#[derive(Debug, thiserror::Error)]
pub struct ConfigError(pub String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Config {
    /// Reads and checks the settings. The data directory is chosen by the caller.
    pub fn load(sources: &Sources, data_dir: PathBuf) -> Result<Self, ConfigError> {
        let figment = sources.merged()?;
        let told = |refusal: kinds::Refusal| {
            let setting = setting(&refusal.key, sources::source(&figment, &refusal.key));
            ConfigError(format!("{setting} {}", refusal.why))
        };
        kinds::check(&figment).map_err(told)?;
        let extracted = figment.extract::<Self>();
        let mut config = extracted.map_err(|error| told(kinds::explain(&error)))?;
        config.profile = sources.profile.unwrap_or(Profile::Development);
        config.data_dir = data_dir;
        config.settings = sources::settings(&figment, &config);
        check::all(&config).map_err(told)?;
        Ok(config)
    }

    /// A setting by its name and who decided it: what a sentence about it begins with.
    pub(crate) fn setting(&self, key: &str) -> String {
        let known = self.settings.iter().find(|setting| setting.key == key);
        setting(key, known.map(|setting| setting.source.clone()))
    }

    /// Whether this installation shows demo accounts.
    pub fn is_demo(&self) -> bool {
        self.development.demo
    }

    /// Where people reach this installation.
    pub fn base_url(&self) -> String {
        if self.server.base_url.is_empty() {
            format!("http://localhost:{}", self.server.port)
        } else {
            self.server.base_url.trim_end_matches('/').to_owned()
        }
    }

    /// The modules' database roles, if they have any.
    pub(crate) fn roles(&self, key: &TokenKey) -> Option<Roles> {
        let prefix = &self.database.role_prefix;
        let roles = Roles::new(prefix, key.clone());
        self.database.roles.then_some(roles)
    }
}

fn setting(key: &str, source: Option<String>) -> String {
    match source {
        Some(source) => format!("the setting {key} (from {source})"),
        None => format!("the setting {key}"),
    }
}

fn development() -> Profile {
    Profile::Development
}

#[cfg(test)]
mod tests;
