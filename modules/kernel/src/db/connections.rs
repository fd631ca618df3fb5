//! A connection pool without a reset or a ping between two users.
//!
//! A connection goes back to the pool only when the server has answered every statement on it and
//! no transaction is open; any other is closed. The driver would otherwise hand out one that is
//! still inside a transaction (sqlx 0.9.0 forgets a BEGIN whose future is dropped), and what the
//! next user writes there is never committed.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use deadpool::{
    Runtime,
    managed::{
        self, BuildError, Manager, Metrics, Object, PoolConfig, PoolError, QueueMode, RecycleError,
        RecycleResult, Timeouts,
    },
};
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    Statement, sea_query,
};
use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Executor, PgConnection, Postgres, postgres::PgConnectOptions,
    query::Query,
};
use tokio::sync::Mutex;

use super::{DiskHealth, stats, watch::watcher};

/// Firewalls drop idle connections without a notice.
const MAX_IDLE: Duration = Duration::from_secs(300);
/// A session's memory grows with its cached plans.
const MAX_AGE: Duration = Duration::from_secs(30 * 60);

#[derive(Debug)]
struct Connector(PgConnectOptions);

impl Manager for Connector {
    type Type = PgConnection;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<PgConnection, sqlx::Error> {
        self.0.connect().await
    }

    /// Idle connections are known to be usable; only their age is checked.
    async fn recycle(&self, _: &mut PgConnection, seen: &Metrics) -> RecycleResult<sqlx::Error> {
        match is_stale(seen.last_used(), seen.age()) {
            true => Err(RecycleError::message("unused or in use for too long")),
            false => Ok(()),
        }
    }
}

/// Whether a connection is to be replaced by a new one.
fn is_stale(unused: Duration, age: Duration) -> bool {
    unused > MAX_IDLE || age > MAX_AGE
}

/// A pool whose connections are opened when first needed. A statement executed on it directly is a
/// transaction by itself.
#[derive(Clone)]
pub struct Connections {
    pool: managed::Pool<Connector>,
    disk_health: DiskHealth,
}

/// A connection taken from the pool.
struct CheckedOut {
    object: Option<Object<Connector>>,
    disk_health: DiskHealth,
}

impl CheckedOut {
    fn connection(&mut self) -> Result<&mut PgConnection, sqlx::Error> {
        self.object.as_deref_mut().ok_or(sqlx::Error::PoolClosed)
    }

    /// Reports the statement and its database to the test that watches, if any.
    fn watched(&self, sql: &str) {
        let Some(watcher) = watcher() else { return };
        let Some(pool) = self.object.as_ref().and_then(Object::pool) else {
            return;
        };
        let Connector(options) = pool.manager();
        let database = options.get_database().unwrap_or_default();
        let session = options.get_application_name().unwrap_or_default();
        watcher(database, session, sql);
    }

    fn give_back(mut self) {
        drop(self.object.take());
    }

    /// Counts the failure if the disk was its reason.
    fn seen<T>(&self, result: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        result.inspect_err(|error| self.disk_health.count_statement_error(error))
    }
}

impl Drop for CheckedOut {
    fn drop(&mut self) {
        // Closing the connection makes the server roll back an open transaction.
        self.object.take().map(Object::take);
    }
}

impl Connections {
    /// Opens no connection yet; `timeout` is for waiting for a free one and for opening a new one.
    pub(super) fn new(
        options: PgConnectOptions,
        size: u32,
        timeout: Duration,
        disk_health: &DiskHealth,
    ) -> Result<Self, BuildError> {
        let mut config = PoolConfig::new(usize::try_from(size.max(1)).unwrap_or(1));
        config.queue_mode = QueueMode::Lifo;
        config.timeouts = Timeouts {
            wait: Some(timeout),
            create: Some(timeout),
            recycle: None,
        };
        let builder = managed::Pool::builder(Connector(options)).config(config);
        Ok(Self {
            pool: builder.runtime(Runtime::Tokio1).build()?,
            disk_health: disk_health.clone(),
        })
    }

    async fn check_out(&self) -> Result<CheckedOut, DbErr> {
        let object = self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => {
                self.disk_health.count_statement_error(&error);
                DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error)))
            }
            PoolError::Closed => closed(),
            _ => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        })?;
        Ok(CheckedOut {
            object: Some(object),
            disk_health: self.disk_health.clone(),
        })
    }

    /// BEGIN, perhaps with settings of this transaction; the connection is closed unless
    /// [`Session::end`] is answered.
    pub(super) async fn begin(&self, begin: &'static str) -> Result<Session, DbErr> {
        let mut checked_out = self.check_out().await?;
        plain(&mut checked_out, begin).await?;
        Ok(Session(Mutex::new(checked_out)))
    }

    /// Closes idle connections now and others when they come back; returns when all are closed.
    pub(super) async fn close(&self) {
        self.pool.close();
        while self.pool.status().size > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn closed() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)
}

/// A connection inside a transaction.
pub struct Session(Mutex<CheckedOut>);

impl Session {
    /// COMMIT, with the connection closed whatever the answer is.
    pub(super) async fn end_and_close(self) -> Result<(), DbErr> {
        plain(&mut self.0.into_inner(), "COMMIT").await
    }

    /// COMMIT or ROLLBACK.
    pub(super) async fn end(self, word: &'static str) -> Result<(), DbErr> {
        let mut checked_out = self.0.into_inner();
        plain(&mut checked_out, word).await?;
        checked_out.give_back();
        Ok(())
    }
}

async fn plain(checked_out: &mut CheckedOut, sql: &'static str) -> Result<(), DbErr> {
    stats::round_trips(1);
    let connection = checked_out.connection().map_err(exec_error)?;
    let done = connection.execute(sql).await;
    checked_out.seen(done).map_err(exec_error)?;
    Ok(())
}

fn exec_error(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(Arc::new(error)))
}

fn query_error(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}

/// A statement with its values, which are moved into it.
fn query(statement: Statement) -> Query<'static, Postgres, SqlxValues> {
    stats::round_trips(1);
    let values = statement.values.unwrap_or(sea_query::Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}

async fn execute(checked_out: &mut CheckedOut, statement: Statement) -> Result<ExecResult, DbErr> {
    checked_out.watched(&statement.sql);
    let connection = checked_out.connection().map_err(exec_error)?;
    let done = query(statement).execute(connection).await;
    checked_out
        .seen(done)
        .map(ExecResult::from)
        .map_err(exec_error)
}

async fn unprepared(checked_out: &mut CheckedOut, sql: &str) -> Result<ExecResult, DbErr> {
    stats::round_trips(1);
    let connection = checked_out.connection().map_err(exec_error)?;
    let done = connection.execute(AssertSqlSafe(sql.to_owned())).await;
    checked_out
        .seen(done)
        .map(ExecResult::from)
        .map_err(exec_error)
}

async fn first(
    checked_out: &mut CheckedOut,
    statement: Statement,
) -> Result<Option<QueryResult>, DbErr> {
    checked_out.watched(&statement.sql);
    let connection = checked_out.connection().map_err(query_error)?;
    let row = query(statement).fetch_optional(connection).await;
    checked_out
        .seen(row)
        .map(|row| row.map(QueryResult::from))
        .map_err(query_error)
}

async fn all(
    checked_out: &mut CheckedOut,
    statement: Statement,
) -> Result<Vec<QueryResult>, DbErr> {
    checked_out.watched(&statement.sql);
    let connection = checked_out.connection().map_err(query_error)?;
    let rows = query(statement).fetch_all(connection).await;
    checked_out
        .seen(rows)
        .map(|rows| rows.into_iter().map(QueryResult::from).collect())
        .map_err(query_error)
}

/// Whether the server answered: a refusal is an answer, unless it ends the session.
pub(super) fn answered<T>(result: &Result<T, DbErr>) -> bool {
    let error = match result {
        Ok(_) => return true,
        Err(DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e))) => e,
        Err(_) => return false,
    };
    let code = error.as_database_error().and_then(|refusal| refusal.code());
    code.is_some_and(|code| !code.starts_with("57P") && !code.starts_with("08"))
}

fn done<T>(checked_out: CheckedOut, result: Result<T, DbErr>) -> Result<T, DbErr> {
    if answered(&result) {
        checked_out.give_back();
    }
    result
}

#[async_trait]
impl ConnectionTrait for Connections {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Postgres
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let mut checked_out = self.check_out().await?;
        let result = execute(&mut checked_out, statement).await;
        done(checked_out, result)
    }

    /// The text may hold anything, a BEGIN too: the connection is closed after it.
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        unprepared(&mut self.check_out().await?, sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let mut checked_out = self.check_out().await?;
        let result = first(&mut checked_out, statement).await;
        done(checked_out, result)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut checked_out = self.check_out().await?;
        let result = all(&mut checked_out, statement).await;
        done(checked_out, result)
    }
}

#[async_trait]
impl ConnectionTrait for Session {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Postgres
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        execute(&mut *self.0.lock().await, statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        unprepared(&mut *self.0.lock().await, sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        first(&mut *self.0.lock().await, statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        all(&mut *self.0.lock().await, statement).await
    }
}

#[cfg(test)]
#[path = "connections_tests.rs"]
mod tests;
