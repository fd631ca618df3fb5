use std::{str::FromStr, time::Duration};

use sqlx::postgres::PgConnectOptions;

use super::{Connections, DiskHealth, Error, Purpose, Role, error::Class, role};

/// Connection settings of a module.
#[derive(Debug, Clone)]
pub struct PoolSettings {
    /// The owner's URL.
    pub url: String,
    pub schema: &'static str,
    /// The login roles for commands and for searches; `None` (the owner) where the host forbids roles.
    pub roles: Option<[Role; 2]>,
    /// The most connections.
    pub size: u32,
    /// How many of them are for searches, so that slow searches do not block purchases.
    pub searches: u32,
    pub acquire_timeout: Duration,
    /// The most commands that wait in one queue of the module (`batch`); a further one is told to come
    /// again.
    pub most_waiting: usize,
    /// Distinguishes the sessions of this process from those of others.
    pub instance: String,
}

impl PoolSettings {
    pub fn new(url: impl Into<String>, schema: &'static str, roles: Option<[Role; 2]>) -> Self {
        Self {
            url: url.into(),
            schema,
            roles,
            size: 5,
            searches: 1,
            acquire_timeout: Duration::from_secs(5),
            most_waiting: 1_024,
            instance: String::new(),
        }
    }

    pub(super) fn role(&self, purpose: Purpose) -> Option<&Role> {
        let mut roles = self.roles.iter().flatten();
        roles.find(|role| role.purpose == purpose)
    }

    fn options(&self, purpose: Purpose) -> Result<PgConnectOptions, Error> {
        let options = PgConnectOptions::from_str(&self.url)
            .map_err(|e| Error::new(Class::Other, format!("the database URL is not valid: {e}")))?
            .application_name(&format!("feira/{}/{}", self.schema, self.instance))
            // No float is read, and a pooler does not know it.
            .extra_float_digits(None)
            .statement_cache_capacity(256);
        Ok(match self.role(purpose) {
            Some(role) => options.username(&role.name).password(&role.password.0),
            // The owner role is shared by all modules: set the session settings here.
            None => options.options(role::settings(self.schema, purpose)),
        })
    }

    /// Of each kind there is one at least.
    pub(super) fn connections(
        &self,
        purpose: Purpose,
        disk_health: &DiskHealth,
    ) -> Result<Connections, Error> {
        let size = match purpose {
            Purpose::Commands => self.size.saturating_sub(self.searches),
            Purpose::Searches => self.searches,
        };
        Connections::new(
            self.options(purpose)?,
            size,
            self.acquire_timeout,
            disk_health,
        )
        .map_err(|e| Error::new(Class::Other, e.to_string()))
    }
}
