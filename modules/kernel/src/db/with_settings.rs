use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use super::{Connections, Session, connections::answered};

/// Runs each statement in a transaction with settings of its own, which do not stay with the session.
pub struct WithSettings<'a> {
    pub(super) connections: &'a Connections,
    pub(super) begin: &'static str,
}

impl WithSettings<'_> {
    async fn begin(&self) -> Result<Session, DbErr> {
        self.connections.begin(self.begin).await
    }

    /// COMMIT after success, ROLLBACK after an error; without an answer the connection is closed.
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
        let session = self.begin().await?;
        let result = session.execute_raw(statement).await;
        Self::ended(session, result).await
    }

    /// The text may contain a COMMIT, so the connection is closed afterwards.
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let session = self.begin().await?;
        let result = session.execute_unprepared(sql).await?;
        session.end_and_close().await?;
        Ok(result)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let session = self.begin().await?;
        let result = session.query_one_raw(statement).await;
        Self::ended(session, result).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let session = self.begin().await?;
        let result = session.query_all_raw(statement).await;
        Self::ended(session, result).await
    }
}
