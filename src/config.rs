//! Settings: `default.toml`, then the profile's file, then an optional file, then `FEIRA_*`.
//! Every key stands in `config/default.toml` with a comment; an unknown key stops the start.

mod check;
mod payments;
mod text;

use std::{fmt, path::PathBuf, str::FromStr};

use feira_kernel::{db::Roles, token::TokenKey};
use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
use serde::Deserialize;

pub use payments::{Payments, Provider, ProviderKind};
pub use text::Secret;
use text::text;

const DEFAULT: &str = include_str!("../config/default.toml");
const DEVELOPMENT: &str = include_str!("../config/development.toml");
const PRODUCTION: &str = include_str!("../config/production.toml");

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

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    #[serde(skip, default = "development")]
    pub profile: Profile,
    /// Cluster, files, keys and mailbox.
    #[serde(skip)]
    pub data_dir: PathBuf,
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

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub bind: String,
    pub port: u16,
    #[serde(deserialize_with = "text")]
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

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: Secret,
    #[serde(deserialize_with = "text")]
    pub binaries: String,
    pub roles: bool,
    #[serde(deserialize_with = "text")]
    pub role_prefix: String,
    pub connections: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    pub token_key: Secret,
    pub previous_token_key: Secret,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    pub account_tries: u32,
    pub client_tries: u32,
    pub network_tries: u32,
    pub longest_wait_seconds: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub smtp_url: Secret,
    pub from: String,
    pub daily_per_address: u32,
    pub daily_security_per_address: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marketplace {
    #[serde(deserialize_with = "text")]
    pub name: String,
    pub currency: feira_kernel::Currency,
    pub time_zone: String,
    pub language: String,
    pub auto_approve_stores: bool,
    #[serde(deserialize_with = "text")]
    pub commission_percent: String,
    #[serde(deserialize_with = "text")]
    pub default_shipping_price: String,
    pub low_stock_threshold: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    pub cache_mib: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Orders {
    pub pix_minutes: u32,
    pub card_minutes: u32,
    pub return_window_days: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Modules {
    #[serde(deserialize_with = "text")]
    pub catalog_url: String,
    #[serde(deserialize_with = "text")]
    pub stores_url: String,
    pub rpc_key: Secret,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub filter: String,
    pub format: LogFormat,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    pub networks: Vec<String>,
    pub token: Secret,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Development {
    pub demo: bool,
    #[serde(deserialize_with = "text")]
    pub kill_at: String,
}

/// A key or value that cannot be used, named.
#[derive(Debug, thiserror::Error)]
pub struct ConfigError(pub String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the settings are read from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    pub profile: Option<Profile>,
    /// A TOML file that overrides the profile.
    pub file: Option<PathBuf>,
    /// Whether `FEIRA_*` variables are read; tests do not.
    pub environment: bool,
    /// TOML that overrides everything, for tests.
    pub overrides: Vec<String>,
}

/// Variables that are not settings of a section.
const NOT_SETTINGS: &[&str] = &["profile", "data", "config"];

impl Config {
    /// Reads and checks the settings. The data directory is chosen by the caller.
    pub fn load(sources: &Sources, data_dir: PathBuf) -> Result<Self, ConfigError> {
        let profile = sources.profile.unwrap_or(Profile::Development);
        let mut figment = Figment::from(Toml::string(DEFAULT)).merge(Toml::string(match profile {
            Profile::Development => DEVELOPMENT,
            Profile::Production => PRODUCTION,
        }));
        if let Some(file) = &sources.file {
            if !file.is_file() {
                return Err(ConfigError(format!(
                    "the configuration file {} is not there",
                    file.display()
                )));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        if sources.environment {
            figment = figment.merge(Env::prefixed("FEIRA_").ignore(NOT_SETTINGS).split("__"));
        }
        for overrides in &sources.overrides {
            figment = figment.merge(Toml::string(overrides));
        }
        let mut config: Self = figment
            .extract()
            .map_err(|error| ConfigError(check::explain(&error)))?;
        config.profile = profile;
        config.data_dir = data_dir;
        check::all(&config)?;
        Ok(config)
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

fn development() -> Profile {
    Profile::Development
}

#[cfg(test)]
mod tests;
