use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Value};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use super::{
    Change, Connections, DiskHealth, Error, Purpose, Tx, WithSettings,
    error::{Class, TRIED, Tried},
    query,
    role::RELAXED,
    settings::PoolSettings,
    stats,
};
use crate::{entities::inbox, failpoint};

/// How often a transaction is tried after a deadlock or a serialization failure.
const ATTEMPTS: u32 = 5;
/// The pause before the first retry; doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// A transaction of one statement.
pub struct Single {
    pub sql: &'static str,
    pub values: Vec<Value>,
    /// Whether it writes an event if it returns any row.
    pub publishes: bool,
}

/// A module's connections. Cheap to clone.
#[derive(Clone)]
pub struct Pool(Arc<Inner>);

struct Inner {
    schema: &'static str,
    /// The roles that the sessions must have; none where the host forbids roles.
    roles: Option<[String; 2]>,
    connections: Connections,
    searches: Connections,
    most_waiting: usize,
    disk_health: DiskHealth,
    published: Arc<Notify>,
    /// Tasks that run on after their caller was cancelled.
    busy: TaskTracker,
}

type Unit<'a, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;

impl Pool {
    /// Opens no connection yet.
    pub fn connect(settings: &PoolSettings) -> Result<Self, Error> {
        let disk_health = DiskHealth::default();
        Ok(Self(Arc::new(Inner {
            schema: settings.schema,
            roles: settings
                .roles
                .as_ref()
                .map(|roles| roles.each_ref().map(|role| role.name.clone())),
            connections: settings.connections(Purpose::Commands, &disk_health)?,
            searches: settings.connections(Purpose::Searches, &disk_health)?,
            most_waiting: settings.most_waiting,
            disk_health,
            published: Arc::new(Notify::new()),
            busy: TaskTracker::new(),
        })))
    }

    pub fn schema(&self) -> &'static str {
        self.0.schema
    }

    /// How many commands may wait in one queue of the module.
    pub(crate) fn most_waiting(&self) -> usize {
        self.0.most_waiting
    }

    /// The roles that its sessions have; none where the host forbids roles.
    pub fn roles(&self) -> Option<&[String; 2]> {
        self.0.roles.as_ref()
    }

    /// Refuses a session with another login or other settings than the module's own, as a pooler may
    /// give.
    pub async fn check_session(&self) -> Result<(), Error> {
        #[derive(FromQueryResult)]
        struct Session {
            role: String,
            schema: Option<String>,
        }
        let sql = include_str!("../sql/session.sql");
        for (at, connections) in [self.write(), self.search()].into_iter().enumerate() {
            let found: Session = query::one(connections, sql, Vec::new()).await?;
            let roles = self.0.roles.as_ref();
            let same_role = roles.is_none_or(|roles| roles[at] == found.role);
            if !same_role || found.schema.as_deref() != Some(self.schema()) {
                let schema = found.schema.as_deref().unwrap_or("none");
                let role = found.role;
                return Err(Error::new(
                    Class::Other,
                    format!("its sessions are those of role {role} in schema {schema}"),
                ));
            }
        }
        Ok(())
    }

    /// For a read by key or filter; uses a generic plan.
    pub fn read(&self) -> &Connections {
        &self.0.connections
    }

    /// For a read that needs a plan for its values, or aggregates many rows.
    pub fn search(&self) -> &Connections {
        &self.0.searches
    }

    /// The same in a transaction that begins with these settings.
    pub fn search_with(&self, begin: &'static str) -> WithSettings<'_> {
        WithSettings {
            connections: &self.0.searches,
            begin,
        }
    }

    /// For a write of one statement with a durable commit.
    pub fn write(&self) -> &Connections {
        &self.0.connections
    }

    /// For a write of one statement with an asynchronous commit: only where a loss is redone by itself.
    pub fn write_relaxed(&self) -> WithSettings<'_> {
        WithSettings {
            connections: &self.0.connections,
            begin: RELAXED,
        }
    }

    /// Woken at each commit that published an event.
    pub fn published(&self) -> Arc<Notify> {
        self.0.published.clone()
    }

    /// Writes that a full or broken disk refused; a module counts its files there, too.
    pub fn disk_health(&self) -> &DiskHealth {
        &self.0.disk_health
    }

    /// Writes some pages of rows and rolls them back: whether the database can write again. For files
    /// there is [`DiskHealth::probe_files`].
    pub async fn try_write(&self) -> Result<(), Error> {
        self.transaction((), |tx, ()| {
            Box::pin(async move {
                let write = include_str!("../sql/try_write.sql");
                query::exec(&**tx, write, Vec::new()).await?;
                let undo = inbox::Entity::delete_many();
                let undo = undo.filter(inbox::Column::Consumer.eq("room"));
                undo.run(&**tx).await.map(drop)
            })
        })
        .await
    }

    /// Runs a transaction in a task of its own, so that a cancelled caller interrupts neither BEGIN nor
    /// COMMIT. Retries it, from a clone of its input, after a deadlock or a serialization failure. No
    /// call to another module, to the network or to a mail server inside.
    pub async fn transaction<I, T, E, F>(&self, input: I, work: F) -> Result<T, E>
    where
        I: Clone + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'a> Fn(&'a Tx, I) -> Unit<'a, T, E> + Send + Sync + 'static,
    {
        self.spawned("BEGIN", input, work).await
    }

    /// The same with an asynchronous commit: only where a loss is redone by itself or accepted, such as
    /// carts, relay marks and effects of events that are delivered again.
    pub async fn transaction_relaxed<I, T, E, F>(&self, input: I, work: F) -> Result<T, E>
    where
        I: Clone + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'a> Fn(&'a Tx, I) -> Unit<'a, T, E> + Send + Sync + 'static,
    {
        self.spawned(RELAXED, input, work).await
    }

    async fn spawned<I, T, E, F>(&self, begin: &'static str, input: I, work: F) -> Result<T, E>
    where
        I: Clone + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'a> Fn(&'a Tx, I) -> Unit<'a, T, E> + Send + Sync + 'static,
    {
        let (pool, work) = (self.clone(), Arc::new(work));
        let point = failpoint::at_commit();
        repeated(self.schema(), move || {
            let (pool, work, input) = (pool.clone(), work.clone(), input.clone());
            async move { pool.attempt(begin, point, input, &*work).await }
        })
        .await
    }

    /// Runs a transaction of one statement, without BEGIN and COMMIT; in a task of its own and retried
    /// like any other.
    pub async fn single<T>(&self, single: Single) -> Result<Vec<T>, Error>
    where
        T: FromQueryResult + Send + 'static,
    {
        let (pool, single) = (self.clone(), Arc::new(single));
        let point = failpoint::at_commit();
        repeated(self.schema(), move || {
            let (pool, single) = (pool.clone(), single.clone());
            async move {
                let values = single.values.clone();
                let found = match point {
                    None => query::rows(pool.write(), single.sql, values).await?,
                    Some(point) => pool.halted(point, single.sql, values).await?,
                };
                stats::commit();
                if single.publishes && !found.is_empty() {
                    pool.0.published.notify_one();
                }
                Ok(found)
            }
        })
        .await
    }

    /// The statement between BEGIN and COMMIT, for a test that kills the process before the COMMIT. A
    /// statement that returns no row did nothing.
    async fn halted<T>(&self, point: &str, sql: &str, values: Vec<Value>) -> Result<Vec<T>, Error>
    where
        T: FromQueryResult,
    {
        let session = self.write().begin("BEGIN").await?;
        let found = query::rows(&session, sql, values).await?;
        if !found.is_empty() {
            failpoint::pass(point);
        }
        session.end("COMMIT").await?;
        Ok(found)
    }

    async fn attempt<I, T, E, F>(
        &self,
        begin: &'static str,
        point: Option<&'static str>,
        input: I,
        work: &F,
    ) -> Result<T, E>
    where
        E: From<Error>,
        F: for<'a> Fn(&'a Tx, I) -> Unit<'a, T, E>,
    {
        let session = self.write().begin(begin).await;
        let tx = Tx::new(session.map_err(Error::from)?);
        let result = match work(&tx, input).await {
            Ok(value) => tx.still_good().await.map(|()| value).map_err(E::from),
            refused => refused,
        };
        match result {
            Ok(value) => {
                let published = tx.has_published();
                let after = tx.take_after();
                if let Some(point) = point {
                    failpoint::pass(point);
                }
                let ended = tx.inner.end("COMMIT").await;
                for work in after {
                    work();
                }
                ended.map_err(Error::from)?;
                stats::commit();
                if published {
                    self.0.published.notify_one();
                }
                Ok(value)
            }
            Err(error) => {
                if let Err(failed) = tx.inner.end("ROLLBACK").await {
                    tracing::debug!(schema = self.schema(), %failed, "rollback failed; the connection is closed");
                }
                Err(error)
            }
        }
    }

    /// A task that [`Pool::close`] waits for.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.0.busy.spawn(work);
    }

    /// Closes all connections, waiting for the tasks of this pool and for those in use.
    pub async fn close(&self) {
        self.0.busy.close();
        self.0.busy.wait().await;
        self.0.connections.close().await;
        self.0.searches.close().await;
    }
}

/// Runs the work in a task of its own and retries it after each lost race.
async fn repeated<T, E, W, F>(schema: &'static str, work: W) -> Result<T, E>
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
    W: Fn() -> F + Send + Sync + 'static,
    F: Future<Output = Result<T, E>> + Send,
{
    let task = async move {
        let mut attempt = 1;
        loop {
            let (result, retry) = TRIED
                .scope(Tried::default(), async {
                    let result = work().await;
                    (result, TRIED.with(|marks| marks.retry.get()))
                })
                .await;
            if result.is_ok() || !retry || attempt == ATTEMPTS {
                return result;
            }
            tracing::debug!(schema, attempt, "unit of work repeated after a lost race");
            // Otherwise the loser could lock again before the winner wakes up.
            tokio::time::sleep(FIRST_PAUSE * 2_u32.pow(attempt - 1)).await;
            attempt += 1;
        }
    };
    match tokio::spawn(task.in_current_span()).await {
        Ok(result) => result,
        Err(failed) => Err(Error::new(
            Class::Other,
            format!("the unit of work ended early: {failed}"),
        )
        .into()),
    }
}
