use std::{str::FromStr, time::Duration};

use sqlx::postgres::PgConnectOptions;

use super::{Error, Lanes, Room, error::Class};

/// How a module reaches its schema.
#[derive(Debug, Clone)]
pub struct PoolSettings {
    /// The owner's URL; the role below is what statements run as.
    pub url: String,
    pub schema: &'static str,
    /// The NOLOGIN role of the module; `None` where the host forbids roles.
    pub role: Option<String>,
    /// Connections of each kind: for reads, for transactions, and for what is relaxed or by key.
    pub size: u32,
    pub statement_timeout: Duration,
    pub lock_timeout: Duration,
    pub idle_in_transaction_timeout: Duration,
    pub acquire_timeout: Duration,
    /// Tells this process's sessions from those of others.
    pub instance: String,
}

impl PoolSettings {
    pub fn new(url: impl Into<String>, schema: &'static str, role: Option<String>) -> Self {
        Self {
            url: url.into(),
            schema,
            role,
            size: 4,
            statement_timeout: Duration::from_secs(5),
            lock_timeout: Duration::from_secs(2),
            idle_in_transaction_timeout: Duration::from_secs(10),
            acquire_timeout: Duration::from_secs(5),
            instance: String::new(),
        }
    }

    fn options(&self, kind: Kind) -> Result<PgConnectOptions, Error> {
        let options = PgConnectOptions::from_str(&self.url)
            .map_err(|e| Error::new(Class::Other, format!("the database URL is not valid: {e}")))?
            .application_name(&format!("feira/{}/{}", self.schema, self.instance))
            .statement_cache_capacity(256);
        let mut settings = vec![
            ("search_path", format!("{},extensions", self.schema)),
            (
                "statement_timeout",
                self.statement_timeout.as_millis().to_string(),
            ),
            ("lock_timeout", self.lock_timeout.as_millis().to_string()),
            (
                "idle_in_transaction_session_timeout",
                self.idle_in_transaction_timeout.as_millis().to_string(),
            ),
            // Statements touch a few rows by an index: compiling them only costs.
            ("jit", "off".to_owned()),
        ];
        if kind != Kind::Reads {
            // Writes find their rows by key: a plan for each set of values is no better, and
            // costs more than running it. Searches are better off with plans of their own.
            settings.push(("plan_cache_mode", "force_generic_plan".to_owned()));
            // Planned once means planned while the tables are as good as empty, when reading all
            // of one looks cheapest; the plan would stand while they grow.
            for way in ["enable_seqscan", "enable_hashjoin", "enable_mergejoin"] {
                settings.push((way, "off".to_owned()));
            }
        }
        if let Some(role) = &self.role {
            settings.push(("role", role.clone()));
        }
        if kind == Kind::Relaxed {
            settings.push(("synchronous_commit", "off".to_owned()));
        }
        Ok(options.options(settings))
    }

    pub(super) fn lanes(&self, kind: Kind, room: &Room) -> Result<Lanes, Error> {
        Lanes::new(self.options(kind)?, self.size, self.acquire_timeout, room)
            .map_err(|e| Error::new(Class::Other, e.to_string()))
    }
}

/// What a module's connections are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Single statements, planned for their values.
    Reads,
    /// Transactions that wait for the disk.
    Durable,
    /// What a crash may undo, and reads by key.
    Relaxed,
}
