use std::{str::FromStr, time::Duration};

use sqlx::postgres::PgConnectOptions;

use super::{Connections, Error, Role, Room, error::Class, role};

/// How a module reaches its schema.
#[derive(Debug, Clone)]
pub struct PoolSettings {
    /// The owner's URL.
    pub url: String,
    pub schema: &'static str,
    /// Who signs in instead of the owner; `None` where the host forbids roles.
    pub role: Option<Role>,
    /// The most connections.
    pub size: u32,
    pub acquire_timeout: Duration,
    /// Tells this process's sessions from those of others.
    pub instance: String,
}

impl PoolSettings {
    pub fn new(url: impl Into<String>, schema: &'static str, role: Option<Role>) -> Self {
        Self {
            url: url.into(),
            schema,
            role,
            size: 5,
            acquire_timeout: Duration::from_secs(5),
            instance: String::new(),
        }
    }

    fn options(&self) -> Result<PgConnectOptions, Error> {
        let options = PgConnectOptions::from_str(&self.url)
            .map_err(|e| Error::new(Class::Other, format!("the database URL is not valid: {e}")))?
            .application_name(&format!("feira/{}/{}", self.schema, self.instance))
            // No float is read, and a pooler does not know it.
            .extra_float_digits(None)
            .statement_cache_capacity(256);
        Ok(match &self.role {
            Some(role) => options.username(&role.name).password(&role.password.0),
            // The owner is the same for all modules, so the session has to say what it is.
            None => options.options(role::settings(self.schema)),
        })
    }

    /// All but two of the connections, one at least.
    pub(super) fn searches(&self) -> usize {
        usize::try_from(self.size.saturating_sub(2).max(1)).unwrap_or(1)
    }

    pub(super) fn connections(&self, room: &Room) -> Result<Connections, Error> {
        Connections::new(self.options()?, self.size, self.acquire_timeout, room)
            .map_err(|e| Error::new(Class::Other, e.to_string()))
    }
}
