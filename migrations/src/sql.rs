use async_trait::async_trait;
use sea_orm_migration::{
    MigrationTrait, SchemaManager,
    prelude::{ConnectionTrait, DbErr, MigrationName},
};

pub(crate) type Migrations = Vec<Box<dyn MigrationTrait>>;

/// A migration written as plain SQL: easy to review, run in one transaction.
struct Sql {
    name: &'static str,
    statements: &'static str,
}

impl MigrationName for Sql {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait]
impl MigrationTrait for Sql {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(self.statements)
            .await
            .map(|_| ())
    }
}

/// A module's migrations in order: the common tables first, then its own.
pub(crate) fn with_common(own: &[(&'static str, &'static str)]) -> Migrations {
    let common = [
        ("m0001_common", feira_kernel::db::COMMON_TABLES),
        ("m0001_keys", feira_kernel::db::KEY_TABLE),
    ];
    common
        .into_iter()
        .chain(own.iter().copied())
        .map(|(name, statements)| Box::new(Sql { name, statements }) as Box<dyn MigrationTrait>)
        .collect()
}
