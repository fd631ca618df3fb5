use std::time::Duration;

use async_trait::async_trait;
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement,
};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{
    Connections, Session,
    connections::{answered, closed},
};

/// The same connections where each statement is asked inside a transaction with settings of its
/// own, so that nothing of them stays with the session.
pub struct WithSettings<'a> {
    pub(super) connections: &'a Connections,
    pub(super) begin: &'static str,
    /// Of which one has to be had first, where not all connections may be taken for this.
    pub(super) places: Option<&'a Places>,
}

/// How many connections may be used for one kind of work at a time, and how long one who finds none
/// waits.
pub(super) struct Places {
    free: Semaphore,
    patience: Duration,
}

impl Places {
    pub(super) fn new(count: usize, patience: Duration) -> Self {
        let free = Semaphore::new(count);
        Self { free, patience }
    }

    pub(super) async fn take(&self) -> Result<SemaphorePermit<'_>, DbErr> {
        let place = tokio::time::timeout(self.patience, self.free.acquire()).await;
        let place = place.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        place.map_err(|_| closed())
    }
}

impl<'a> WithSettings<'a> {
    async fn begin(&self) -> Result<(Option<SemaphorePermit<'a>>, Session), DbErr> {
        let place = match self.places {
            Some(places) => Some(places.take().await?),
            None => None,
        };
        Ok((place, self.connections.begin(self.begin).await?))
    }

    /// COMMIT after an answer, ROLLBACK after a refusal; without an answer the connection is closed.
    async fn ended<T>(session: Session, result: Result<T, DbErr>) -> Result<T, DbErr> {
        match &result {
            Ok(_) => session.end("COMMIT").await?,
            Err(_) if answered(&result) => {
                if let Err(error) = session.end("ROLLBACK").await {
                    tracing::debug!(%error, "rollback failed; the connection is closed");
                }
            }
            Err(_) => {}
        }
        result
    }
}

#[async_trait]
impl ConnectionTrait for WithSettings<'_> {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Postgres
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let (_place, session) = self.begin().await?;
        let result = session.execute_raw(statement).await;
        Self::ended(session, result).await
    }

    /// The text may hold anything, a COMMIT too: the connection is closed after it.
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let (_place, session) = self.begin().await?;
        let result = session.execute_unprepared(sql).await?;
        session.end_and_close().await?;
        Ok(result)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let (_place, session) = self.begin().await?;
        let result = session.query_one_raw(statement).await;
        Self::ended(session, result).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let (_place, session) = self.begin().await?;
        let result = session.query_all_raw(statement).await;
        Self::ended(session, result).await
    }
}
