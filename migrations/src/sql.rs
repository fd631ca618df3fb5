use async_trait::async_trait;
use sea_orm::RuntimeErr;
use sea_orm_migration::{
    MigrationTrait, SchemaManager,
    prelude::{ConnectionTrait, DbErr, MigrationName},
};

pub(crate) type Migrations = Vec<Box<dyn MigrationTrait>>;

/// A migration written as plain SQL: easy to review, run in one transaction, which locks one table that
/// is in use at most: everybody else locks several in any order. One that builds an index
/// CONCURRENTLY, or validates a constraint, on such a table must not: it is run statement by statement, and
/// begins by taking away what an interrupted run of it left.
struct Sql {
    name: &'static str,
    statements: &'static str,
}

impl Sql {
    fn is_online(&self) -> bool {
        self.name.ends_with("_online")
    }
}

impl MigrationName for Sql {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait]
impl MigrationTrait for Sql {
    fn use_transaction(&self) -> Option<bool> {
        self.is_online().then_some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        if !self.is_online() {
            // Whoever waits for a whole table makes all others wait behind it.
            let soon = format!("SET LOCAL lock_timeout = '2s'; {}", self.statements);
            let done = connection.execute_unprepared(&soon).await;
            return done.map(|_| ());
        }
        for statement in self.statements.split_inclusive(";\n") {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// The code of a refusal by PostgreSQL.
pub(crate) fn sqlstate(error: &DbErr) -> Option<String> {
    let (DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e))) = error
    else {
        return None;
    };
    let code = e.as_database_error()?.code()?;
    Some(code.into_owned())
}

/// A module's migrations in order, by the names of their files beside the one that says so.
macro_rules! migrations {
    ($($name:literal),+ $(,)?) => {
        pub(crate) fn migrations() -> $crate::sql::Migrations {
            $crate::sql::with_common(&[$(($name, include_str!(concat!($name, ".sql")))),+])
        }
    };
}
pub(crate) use migrations;

/// The common tables first, then a module's own.
pub(crate) fn with_common(own: &[(&'static str, &'static str)]) -> Migrations {
    let common = [
        ("m0001_common", feira_kernel::db::COMMON_TABLES),
        ("m0001_keys", feira_kernel::db::KEY_TABLE),
        ("m0001_audit", feira_kernel::db::AUDIT_TABLE),
    ];
    common
        .into_iter()
        .chain(own.iter().copied())
        .map(|(name, statements)| Box::new(Sql { name, statements }) as Box<dyn MigrationTrait>)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    /// They are released.
    const LOCK_SEVERAL: [&str; 5] = [
        "catalog/m0003_stock_policy.sql",
        "catalog/m0007_movements.sql",
        "payment/m0004_sums.sql",
        "payment/m0008_methods.sql",
        "payment/m0010_splits.sql",
    ];

    #[test]
    fn a_transaction_locks_one_table_that_is_in_use() {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let modules = fs::read_dir(&sources).expect("the sources are there");
        let modules = modules.map(|entry| entry.expect("an entry").path());
        let mut several = Vec::new();
        for module in modules.filter(|path| path.is_dir()) {
            for file in fs::read_dir(&module).expect("a directory") {
                let file = file.expect("an entry").path();
                let name = file.strip_prefix(&sources).expect("it is in it");
                let name = name.to_string_lossy().replace('\\', "/");
                let is_sql = file.extension().is_some_and(|ending| ending == "sql");
                if !is_sql || name.ends_with("_online.sql") {
                    continue;
                }
                let sql = fs::read_to_string(&file).expect("it is text");
                let made = tables(&sql, "CREATE TABLE ");
                if tables(&sql, "ALTER TABLE ").difference(&made).count() > 1 {
                    several.push(name);
                }
            }
        }
        several.sort();
        assert_eq!(several, LOCK_SEVERAL);
    }

    fn tables<'a>(sql: &'a str, statement: &str) -> BTreeSet<&'a str> {
        let statements = sql.lines().filter_map(|line| line.strip_prefix(statement));
        statements
            .filter_map(|rest| rest.split(' ').next())
            .collect()
    }
}
