use async_trait::async_trait;
use sea_orm::RuntimeErr;
use sea_orm_migration::{
    MigrationTrait, SchemaManager,
    prelude::{ConnectionTrait, DbErr, MigrationName},
};

pub(crate) type Migrations = Vec<Box<dyn MigrationTrait>>;

/// A migration written as plain SQL: easy to review, run in one transaction. One that builds an
/// index CONCURRENTLY, or validates a constraint, on a table that is in use must not: it is run
/// statement by statement, and begins by taking away what an interrupted run of it left.
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
