//! The roles that modules sign in with, one per module and key of the installation. Rights belong
//! to a group that cannot sign in; settings of sessions belong to the role, so that a pooler may
//! stand between and all replicas agree.

use super::Secret;
use crate::token::TokenKey;

/// A statement of a module touches a few rows and waits for nobody long. Not for migrations, which
/// run as the owner.
const COMMON: [(&str, &str); 4] = [
    ("statement_timeout", "5s"),
    ("lock_timeout", "2s"),
    ("idle_in_transaction_session_timeout", "10s"),
    // Statements find a few rows by an index: compiling them only costs.
    ("jit", "off"),
];

const COMMANDS: [(&str, &str); 4] = [
    // Rows are found by key: a plan for each set of values is no better, and costs more than
    // running it.
    ("plan_cache_mode", "force_generic_plan"),
    // Planned once means planned while the tables are as good as empty, when reading all of one
    // looks cheapest; the plan would stand while they grow.
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
];

/// The planner is free: which plan is good depends on the values.
const SEARCHES: [(&str, &str); 2] = [
    ("plan_cache_mode", "force_custom_plan"),
    ("default_transaction_read_only", "on"),
];

/// What a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Reads and writes rows by key or filter.
    Commands,
    /// Reads what is better planned for its values, or adds up many rows.
    Searches,
}

/// What a session of the module starts with: names and values.
pub fn settings(schema: &str, purpose: Purpose) -> Vec<(&'static str, String)> {
    let path = ("search_path", format!("{schema},extensions"));
    let of_purpose = match purpose {
        Purpose::Commands => COMMANDS.as_slice(),
        Purpose::Searches => SEARCHES.as_slice(),
    };
    let fixed = COMMON.iter().chain(of_purpose);
    let fixed = fixed.map(|(name, value)| (*name, (*value).to_owned()));
    std::iter::once(path).chain(fixed).collect()
}

/// Begins a transaction that does not wait for the disk.
pub(super) const RELAXED: &str = "BEGIN; SET LOCAL synchronous_commit TO off";

/// Who signs in.
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

    /// Has the rights on the schema, and cannot sign in.
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

    /// Who signs in for the module.
    pub fn logins(&self, schema: &str) -> [Role; 2] {
        [Purpose::Commands, Purpose::Searches].map(|purpose| self.role(schema, purpose))
    }

    /// Who signs in for the module's commands.
    pub fn login(&self, schema: &str) -> Role {
        self.role(schema, Purpose::Commands)
    }

    /// Its name tells by which key its password is made, so that a new key has roles of its own
    /// and processes with the one before go on.
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
