//! Connections that go from one user to the next without a word to the server.
//!
//! A connection goes back in line only when the server has answered everything that was asked of
//! it and no transaction is open. Any other is closed, whatever became of its user: the driver
//! can otherwise hand out one that is still inside somebody's transaction (sqlx 0.9.0 forgets a
//! BEGIN whose future is dropped), and what the next user writes there is never committed.

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

use super::{Room, stats, watch::watcher};

/// A line that nobody used for so long may be dead without a sign: what lies between forgets it.
const IDLE: Duration = Duration::from_secs(300);
/// A session's memory grows with what it has planned and cached.
const AGE: Duration = Duration::from_secs(30 * 60);

#[derive(Debug)]
struct Opener(PgConnectOptions);

impl Manager for Opener {
    type Type = PgConnection;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<PgConnection, sqlx::Error> {
        self.0.connect().await
    }

    /// What is in line is known to be good, as far as anything can be known without asking.
    async fn recycle(&self, _: &mut PgConnection, seen: &Metrics) -> RecycleResult<sqlx::Error> {
        match worn(seen.last_used(), seen.age()) {
            true => Err(RecycleError::message("unused or in use for too long")),
            false => Ok(()),
        }
    }
}

/// Whether a connection had better be replaced.
fn worn(unused: Duration, age: Duration) -> bool {
    unused > IDLE || age > AGE
}

/// A few connections; opened when first needed. A statement that is asked of it directly is a
/// transaction by itself.
#[derive(Clone)]
pub struct Connections {
    pool: managed::Pool<Opener>,
    room: Room,
}

/// A connection that is out.
struct Held {
    object: Option<Object<Opener>>,
    room: Room,
}

impl Held {
    fn connection(&mut self) -> Result<&mut PgConnection, sqlx::Error> {
        self.object.as_deref_mut().ok_or(sqlx::Error::PoolClosed)
    }

    /// Tells a test what is asked, and of which database.
    fn watched(&self, sql: &str) {
        let Some(watcher) = watcher() else { return };
        let Some(pool) = self.object.as_ref().and_then(Object::pool) else {
            return;
        };
        let Opener(options) = pool.manager();
        let database = options.get_database().unwrap_or_default();
        let session = options.get_application_name().unwrap_or_default();
        watcher(database, session, sql);
    }

    fn give_back(mut self) {
        drop(self.object.take());
    }

    /// What a statement came to, after a look at why it failed.
    fn seen<T>(&self, result: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        result.inspect_err(|error| self.room.statement(error))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // Taken out of the pool: closing the line makes the server end what was open.
        self.object.take().map(Object::take);
    }
}

impl Connections {
    /// Opens no connection yet; `patience` is for a free one and for a new one.
    pub(super) fn new(
        options: PgConnectOptions,
        size: u32,
        patience: Duration,
        room: &Room,
    ) -> Result<Self, BuildError> {
        let mut config = PoolConfig::new(usize::try_from(size.max(1)).unwrap_or(1));
        config.queue_mode = QueueMode::Lifo;
        config.timeouts = Timeouts {
            wait: Some(patience),
            create: Some(patience),
            recycle: None,
        };
        let builder = managed::Pool::builder(Opener(options)).config(config);
        Ok(Self {
            pool: builder.runtime(Runtime::Tokio1).build()?,
            room: room.clone(),
        })
    }

    async fn hold(&self) -> Result<Held, DbErr> {
        let object = self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => {
                self.room.statement(&error);
                DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error)))
            }
            PoolError::Closed => closed(),
            _ => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        })?;
        Ok(Held {
            object: Some(object),
            room: self.room.clone(),
        })
    }

    /// BEGIN, perhaps with settings of this transaction; the connection is closed unless
    /// [`Session::end`] is answered.
    pub(super) async fn begin(&self, begin: &'static str) -> Result<Session, DbErr> {
        let mut held = self.hold().await?;
        plain(&mut held, begin).await?;
        Ok(Session(Mutex::new(held)))
    }

    /// Closes what is idle now, and what is out when it comes back; returns when all are.
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
pub struct Session(Mutex<Held>);

impl Session {
    /// COMMIT, with the connection closed whatever the answer is.
    pub(super) async fn end_and_close(self) -> Result<(), DbErr> {
        plain(&mut self.0.into_inner(), "COMMIT").await
    }

    /// COMMIT or ROLLBACK.
    pub(super) async fn end(self, word: &'static str) -> Result<(), DbErr> {
        let mut held = self.0.into_inner();
        plain(&mut held, word).await?;
        held.give_back();
        Ok(())
    }
}

async fn plain(held: &mut Held, sql: &'static str) -> Result<(), DbErr> {
    stats::round_trips(1);
    let connection = held.connection().map_err(exec_error)?;
    let done = connection.execute(sql).await;
    held.seen(done).map_err(exec_error)?;
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

async fn execute(held: &mut Held, statement: Statement) -> Result<ExecResult, DbErr> {
    held.watched(&statement.sql);
    let connection = held.connection().map_err(exec_error)?;
    let done = query(statement).execute(connection).await;
    held.seen(done).map(ExecResult::from).map_err(exec_error)
}

async fn unprepared(held: &mut Held, sql: &str) -> Result<ExecResult, DbErr> {
    stats::round_trips(1);
    let connection = held.connection().map_err(exec_error)?;
    let done = connection.execute(AssertSqlSafe(sql.to_owned())).await;
    held.seen(done).map(ExecResult::from).map_err(exec_error)
}

async fn first(held: &mut Held, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
    held.watched(&statement.sql);
    let connection = held.connection().map_err(query_error)?;
    let row = query(statement).fetch_optional(connection).await;
    held.seen(row)
        .map(|row| row.map(QueryResult::from))
        .map_err(query_error)
}

async fn all(held: &mut Held, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
    held.watched(&statement.sql);
    let connection = held.connection().map_err(query_error)?;
    let rows = query(statement).fetch_all(connection).await;
    held.seen(rows)
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

fn done<T>(held: Held, result: Result<T, DbErr>) -> Result<T, DbErr> {
    if answered(&result) {
        held.give_back();
    }
    result
}

#[async_trait]
impl ConnectionTrait for Connections {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Postgres
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let mut held = self.hold().await?;
        let result = execute(&mut held, statement).await;
        done(held, result)
    }

    /// The text may hold anything, a BEGIN too: the connection is closed after it.
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        unprepared(&mut self.hold().await?, sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let mut held = self.hold().await?;
        let result = first(&mut held, statement).await;
        done(held, result)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut held = self.hold().await?;
        let result = all(&mut held, statement).await;
        done(held, result)
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
