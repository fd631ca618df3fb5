//! The login roles of modules, one per module and key of the installation. Rights belong to a group
//! role without login; session settings belong to the login role, so that they also work through a
//! connection pooler and are the same for all replicas.

use super::Secret;
use crate::token::TokenKey;

/// For statements of modules, which touch a few rows and must not wait long. Not for migrations, which
/// run as the owner.
const COMMON: &[(&str, &str)] = &[
    ("statement_timeout", "5s"),
    ("lock_timeout", "2s"),
    ("idle_in_transaction_session_timeout", "10s"),
    // JIT compilation costs more than reading a few rows by an index.
    ("jit", "off"),
];

const COMMANDS: &[(&str, &str)] = &[
    // For reads by key a custom plan is no better, and planning costs more than running it.
    ("plan_cache_mode", "force_generic_plan"),
    // A generic plan is made while the tables are nearly empty, when a sequential scan looks cheapest,
    // and would stay while they grow.
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
];

/// Custom plans: the best plan depends on the values.
const SEARCHES: &[(&str, &str)] = &[
    ("plan_cache_mode", "force_custom_plan"),
    ("default_transaction_read_only", "on"),
];

/// The kind of statements of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Reads and writes rows by key or filter.
    Commands,
    /// Reads that need custom plans, or aggregate many rows.
    Searches,
}

/// What a session of the module starts with: names and values.
pub fn settings(schema: &str, purpose: Purpose) -> Vec<(&'static str, String)> {
    let path = ("search_path", format!("{schema},extensions"));
    let of_purpose = match purpose {
        Purpose::Commands => COMMANDS,
        Purpose::Searches => SEARCHES,
    };
    let fixed = COMMON.iter().chain(of_purpose);
    let fixed = fixed.map(|(name, value)| (*name, (*value).to_owned()));
    std::iter::once(path).chain(fixed).collect()
}

/// Begins a transaction with an asynchronous commit.
pub(super) const RELAXED: &str = "BEGIN; SET LOCAL synchronous_commit TO off";

/// A login role.
#[derive(Debug, Clone)]
pub struct Role {
    pub purpose: Purpose,
    pub name: String,
    pub password: Secret,
}

/// The roles of an installation. Cluster-wide, hence the prefix.
#[derive(Debug, Clone)]
pub struct Roles {
    prefix: String,
    key: TokenKey,
}

impl Roles {
    pub fn new(prefix: impl Into<String>, key: TokenKey) -> Self {
        Self {
            prefix: prefix.into(),
            key,
        }
    }

    /// The group role that has the rights on the schema and no login.
    pub fn group(&self, schema: &str) -> String {
        format!("{}_{schema}", self.prefix)
    }

    /// Has only the right to read it.
    pub fn reading_group(&self, schema: &str) -> String {
        format!("{}_read", self.group(schema))
    }

    /// Whose rights somebody has who signs in for this.
    pub fn group_of(&self, schema: &str, purpose: Purpose) -> String {
        match purpose {
            Purpose::Commands => self.group(schema),
            Purpose::Searches => self.reading_group(schema),
        }
    }

    /// The module's login roles.
    pub fn logins(&self, schema: &str) -> [Role; 2] {
        [Purpose::Commands, Purpose::Searches].map(|purpose| self.role(schema, purpose))
    }

    /// The login role of the module's commands.
    pub fn login(&self, schema: &str) -> Role {
        self.role(schema, Purpose::Commands)
    }

    /// The name contains the key's fingerprint: a new key makes new roles, so that processes with the
    /// previous key keep working.
    fn role(&self, schema: &str, purpose: Purpose) -> Role {
        // No longer for searches: PostgreSQL cuts a name of more than 63 bytes.
        let of_key = self.key.subkey(match purpose {
            Purpose::Commands => "database role, version 1",
            Purpose::Searches => "database role for searches, version 1",
        });
        let name = format!("{}_{}", self.group(schema), hex::encode(&of_key[..4]));
        let label = format!("password of database role {name}, version 1");
        Role {
            purpose,
            password: Secret(crate::token::text(&self.key.subkey(&label))),
            name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(byte: u8) -> Roles {
        Roles::new("feira", TokenKey::new(vec![byte; 32]).unwrap())
    }

    #[test]
    fn a_role_is_of_its_module_and_key() {
        let [carts, orders, others] = [
            roles(1).login("carts"),
            roles(1).login("orders"),
            roles(2).login("carts"),
        ];
        assert_eq!(carts.name, roles(1).login("carts").name);
        assert_eq!(carts.password, roles(1).login("carts").password);
        assert!(carts.name.starts_with("feira_carts_") && carts.name.len() == 20);
        assert_ne!(carts.name, others.name);
        let [commands, searches] = roles(1).logins("carts");
        assert_eq!(commands.name, carts.name);
        assert_ne!(commands.name, searches.name);
        assert_eq!(commands.name.len(), searches.name.len());
        assert_ne!(commands.password, searches.password);
        assert_ne!(carts.password, orders.password);
        assert_ne!(carts.password, others.password);
        assert_eq!(roles(1).group("carts"), roles(2).group("carts"));
        // 256 bits in base64url.
        assert_eq!(carts.password.0.len(), 43);
    }
}
