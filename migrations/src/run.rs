use std::time::Duration;

use async_trait::async_trait;
use feira_kernel::db::Roles;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement,
};
use sea_orm_migration::{MigrationStatus, MigratorTraitSelf};

use crate::{
    SCHEMAS, Schema, roles,
    sql::{Migrations, sqlstate},
};

/// Held while migrating, so that replicas that start together take turns.
const LOCK: i64 = 0x0066_6569_7261;

/// How often a migration is tried that did not get its locks, and the pause between, in which those
/// are served who waited behind it.
const LOCK_TRIES: u32 = 60;
const LOCK_PAUSE: Duration = Duration::from_millis(500);

/// Between two looks whether the lock is free.
const AGAIN: Duration = Duration::from_millis(50);

/// How to migrate.
#[derive(Debug, Clone)]
pub struct Options {
    /// The owner's URL.
    pub url: String,
    /// The modules' roles; `None` where the host forbids roles.
    pub roles: Option<Roles>,
}

/// What was done.
#[derive(Debug, Default)]
pub struct Report {
    /// `<schema>.<migration>`.
    pub applied: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("schema {schema}: {source}")]
    Schema { schema: &'static str, source: DbErr },
    #[error("the database cannot be migrated: {0}")]
    Database(#[from] DbErr),
}

/// Brings every schema up to this release. Idempotent; waits for another process that migrates.
pub async fn migrate(options: &Options) -> Result<Report, Error> {
    let owner = connect_to_migrate(&options.url, None).await?;
    lock(&owner).await?;
    let result = migrate_locked(&owner, options).await;
    // After an error the session may be gone, and the lock with it.
    let unlocked = ask(&owner, include_str!("run/unlock.sql")).await;
    owner.close().await?;
    let report = result?;
    unlocked?;
    Ok(report)
}

/// Migrations that this release has and the database has not; changes nothing.
pub async fn pending(url: &str) -> Result<Vec<String>, Error> {
    let mut missing = Vec::new();
    for schema in SCHEMAS {
        let db = connect(url, Some(schema.name)).await?;
        let files = Migrator(schema.migrations)
            .get_migration_with_status_read_only(&db)
            .await?;
        let open = files
            .iter()
            .filter(|file| file.status() == MigrationStatus::Pending);
        missing.extend(open.map(|file| format!("{}.{}", schema.name, file.name())));
        db.close().await?;
    }
    Ok(missing)
}

/// What a database needs that was restored into another cluster; once, before anybody uses it.
pub async fn restored(url: &str) -> Result<(), Error> {
    for schema in SCHEMAS {
        let db = connect(url, Some(schema.name)).await?;
        let mended = db.execute_unprepared(feira_kernel::outbox::AFTER_RESTORE);
        mended.await.map_err(|source| Error::Schema {
            schema: schema.name,
            source,
        })?;
        db.close().await?;
    }
    Ok(())
}

/// Removes the roles of an earlier key of the installation with which no process is signed in. One
/// that starts with that key makes them anew. Idempotent.
pub async fn drop_unused(url: &str, earlier: &Roles) -> Result<(), Error> {
    let owner = connect(url, None).await?;
    let dropped = roles::drop_unused(&owner, earlier).await;
    owner.close().await?;
    Ok(dropped?)
}

async fn migrate_locked(owner: &DatabaseConnection, options: &Options) -> Result<Report, Error> {
    owner
        .execute_unprepared(include_str!("run/extensions.sql"))
        .await?;
    let mut report = Report::default();
    for schema in SCHEMAS {
        let applied = up(owner, options, schema)
            .await
            .map_err(|source| Error::Schema {
                schema: schema.name,
                source,
            })?;
        report.applied.extend(applied);
    }
    Ok(report)
}

async fn up(
    owner: &DatabaseConnection,
    options: &Options,
    schema: &Schema,
) -> Result<Vec<String>, DbErr> {
    owner
        .execute_unprepared(&format!("CREATE SCHEMA IF NOT EXISTS \"{}\"", schema.name))
        .await?;
    let db = connect_to_migrate(&options.url, Some(schema.name)).await?;
    let migrator = Migrator(schema.migrations);
    let open: Vec<String> = migrator
        .get_pending_migrations(&db)
        .await?
        .iter()
        .map(|file| format!("{}.{}", schema.name, file.name()))
        .collect();
    let mut tries = 1;
    while let Err(error) = migrator.up(&db, None).await {
        if tries == LOCK_TRIES || !sqlstate(&error).is_some_and(|code| lost_its_locks(&code)) {
            return Err(error);
        }
        tries += 1;
        tokio::time::sleep(LOCK_PAUSE).await;
    }
    db.close().await?;
    if let Some(roles) = &options.roles {
        roles::grant(owner, roles, schema).await?;
    }
    Ok(open)
}

/// It waited too long, or was the victim of a deadlock.
fn lost_its_locks(sqlstate: &str) -> bool {
    matches!(sqlstate, "55P03" | "40P01")
}

/// A module's migrations as the library wants them; the history table lies in its schema.
struct Migrator(fn() -> Migrations);

#[async_trait]
impl MigratorTraitSelf for Migrator {
    fn migrations(&self) -> Migrations {
        (self.0)()
    }
}

/// Waits in turns: a session that waits inside PostgreSQL has a snapshot, and an index that is
/// built concurrently by who has the lock would wait for it to end.
async fn lock(owner: &DatabaseConnection) -> Result<(), DbErr> {
    while !ask(owner, include_str!("run/try_lock.sql")).await? {
        tokio::time::sleep(AGAIN).await;
    }
    Ok(())
}

async fn ask(owner: &DatabaseConnection, sql: &str) -> Result<bool, DbErr> {
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [LOCK.into()]);
    let row = owner.query_one_raw(statement).await?;
    row.map_or(Ok(false), |row| row.try_get_by_index(0))
}

async fn connect(url: &str, schema: Option<&str>) -> Result<DatabaseConnection, DbErr> {
    Database::connect(one_session(url, schema)).await
}

/// A migration that a crash of the machine takes back is applied by the next start, in order: its
/// commit need not wait for the disk, and what a module writes later and waits for lies behind it.
async fn connect_to_migrate(url: &str, schema: Option<&str>) -> Result<DatabaseConnection, DbErr> {
    let db = connect(url, schema).await?;
    db.execute_unprepared("SET synchronous_commit TO off")
        .await?;
    Ok(db)
}

/// One connection that nothing replaces, so that session settings and the lock stay where they
/// are: not after minutes in which another one migrates, and not silently when it breaks.
fn one_session(url: &str, schema: Option<&str>) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(1)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .test_before_acquire(false)
        .sqlx_logging(false);
    if let Some(schema) = schema {
        options.set_schema_search_path(format!("{schema},extensions"));
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_lost_its_locks_tries_again() {
        let again = ["55P03", "40P01", "57014", "42P07", "23505"].map(lost_its_locks);
        assert_eq!(again, [true, true, false, false, false]);
    }

    #[test]
    fn the_session_with_the_lock_has_no_end() {
        let options = one_session("postgres://", None);
        assert_eq!(options.get_idle_timeout(), Some(None));
        assert_eq!(options.get_max_lifetime(), Some(None));
        assert!(!options.get_test_before_acquire());
    }
}
