use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use sea_orm::{FromQueryResult, Value};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use super::{
    Error, Lanes, Room, Tx,
    error::{Class, MARKS, Marks},
    query,
    settings::{Kind, PoolSettings},
    stats,
};
use crate::failpoint;

/// How often a unit of work is tried when it loses to a deadlock or a serialization failure.
const ATTEMPTS: u32 = 5;
/// Before the first repetition; doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// A unit of work in one statement.
pub struct Single {
    pub sql: &'static str,
    pub values: Vec<Value>,
    /// Whether it writes an event where it answers any row.
    pub publishes: bool,
}

/// A module's connections. Cheap to clone.
#[derive(Clone)]
pub struct Pool(Arc<Inner>);

struct Inner {
    schema: &'static str,
    reads: Lanes,
    durable: Lanes,
    relaxed: Lanes,
    room: Room,
    published: Arc<Notify>,
    /// What goes on although nobody waits for it.
    busy: TaskTracker,
}

type Unit<'a, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;

impl Pool {
    /// Opens no connection yet.
    pub fn connect(settings: &PoolSettings) -> Result<Self, Error> {
        let room = Room::default();
        Ok(Self(Arc::new(Inner {
            schema: settings.schema,
            reads: settings.lanes(Kind::Reads, &room)?,
            durable: settings.lanes(Kind::Durable, &room)?,
            relaxed: settings.lanes(Kind::Relaxed, &room)?,
            room,
            published: Arc::new(Notify::new()),
            busy: TaskTracker::new(),
        })))
    }

    pub fn schema(&self) -> &'static str {
        self.0.schema
    }

    /// For single statements outside any transaction: reads, and writes that are one statement.
    pub fn reads(&self) -> &Lanes {
        &self.0.reads
    }

    /// For hot reads that find their rows by key: planned once for each connection. A search is
    /// better off with [`Pool::reads`], whose plans may depend on the values.
    pub fn by_key(&self) -> &Lanes {
        &self.0.relaxed
    }

    /// For a write that is one statement and need not wait for the disk: only where a loss is
    /// redone by itself.
    pub fn relaxed(&self) -> &Lanes {
        &self.0.relaxed
    }

    /// Woken at each commit that published an event.
    pub fn published(&self) -> Arc<Notify> {
        self.0.published.clone()
    }

    /// What found no room to be written; a module tells it of its files, and how to try them.
    pub fn room(&self) -> &Room {
        &self.0.room
    }

    /// Writes some pages of rows and takes them back: whether the database has room again. For
    /// files there is [`Room::try_file`].
    pub async fn try_write(&self) -> Result<(), Error> {
        self.transaction((), |tx, ()| {
            Box::pin(async move {
                let write = include_str!("../sql/try_write.sql");
                query::exec(&**tx, write, Vec::new()).await?;
                let undo = include_str!("../sql/undo_try.sql");
                query::exec(&**tx, undo, Vec::new()).await.map(drop)
            })
        })
        .await
    }

    /// Runs one unit of work in one transaction, in a task of its own: a caller that goes away
    /// cuts neither BEGIN nor COMMIT. Repeats it, from a clone of its input, after a deadlock or
    /// a serialization failure. No other module, network or mail inside.
    pub async fn transaction<I, T, E, F>(&self, input: I, work: F) -> Result<T, E>
    where
        I: Clone + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'a> Fn(&'a Tx, I) -> Unit<'a, T, E> + Send + Sync + 'static,
    {
        self.spawned(false, input, work).await
    }

    /// The same without waiting for the disk: only where a loss is redone by itself, such as
    /// carts, relay marks and effects of events that are delivered again.
    pub async fn transaction_relaxed<I, T, E, F>(&self, input: I, work: F) -> Result<T, E>
    where
        I: Clone + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'a> Fn(&'a Tx, I) -> Unit<'a, T, E> + Send + Sync + 'static,
    {
        self.spawned(true, input, work).await
    }

    async fn spawned<I, T, E, F>(&self, relaxed: bool, input: I, work: F) -> Result<T, E>
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
            async move { pool.attempt(relaxed, point, input, &*work).await }
        })
        .await
    }

    /// A unit of work that is one statement, which is a transaction by itself: no BEGIN and no
    /// COMMIT. In a task of its own and repeated like any other. `then` runs once it is answered,
    /// or has failed, perhaps without an answer: for what this process has in memory of the rows.
    pub async fn single<T, F>(&self, single: Single, then: F) -> Result<Vec<T>, Error>
    where
        T: FromQueryResult + Send + 'static,
        F: Fn(&Result<Vec<T>, Error>) + Send + Sync + 'static,
    {
        let (pool, unit) = (self.clone(), Arc::new((single, then)));
        let point = failpoint::at_commit();
        repeated(self.schema(), move || {
            let (pool, unit) = (pool.clone(), unit.clone());
            async move {
                let (single, then) = &*unit;
                let values = single.values.clone();
                let found = match point {
                    None => query::rows(&pool.0.durable, single.sql, values).await,
                    Some(point) => pool.halted(point, single.sql, values).await,
                };
                then(&found);
                let found = found?;
                stats::commit();
                if single.publishes && !found.is_empty() {
                    pool.0.published.notify_one();
                }
                Ok(found)
            }
        })
        .await
    }

    /// The statement with BEGIN and COMMIT around it, so that there is a moment at which it is
    /// done and not committed: for a test that kills the process there. One that answers no row
    /// did nothing.
    async fn halted<T>(&self, point: &str, sql: &str, values: Vec<Value>) -> Result<Vec<T>, Error>
    where
        T: FromQueryResult,
    {
        let session = self.0.durable.begin().await?;
        let found = query::rows(&session, sql, values).await?;
        if !found.is_empty() {
            failpoint::pass(point);
        }
        session.end("COMMIT").await?;
        Ok(found)
    }

    async fn attempt<I, T, E, F>(
        &self,
        relaxed: bool,
        point: Option<&'static str>,
        input: I,
        work: &F,
    ) -> Result<T, E>
    where
        E: From<Error>,
        F: for<'a> Fn(&'a Tx, I) -> Unit<'a, T, E>,
    {
        let lanes = if relaxed {
            &self.0.relaxed
        } else {
            &self.0.durable
        };
        let tx = Tx::new(lanes.begin().await.map_err(Error::from)?);
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
        for lanes in [&self.0.reads, &self.0.durable, &self.0.relaxed] {
            lanes.close().await;
        }
    }
}

/// Does the work in a task of its own, again after each lost race.
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
            let (result, retry) = MARKS
                .scope(Marks::default(), async {
                    let result = work().await;
                    (result, MARKS.with(|marks| marks.retry.get()))
                })
                .await;
            if result.is_ok() || !retry || attempt == ATTEMPTS {
                return result;
            }
            tracing::debug!(schema, attempt, "unit of work repeated after a lost race");
            // Otherwise the loser could take its locks again before the winner has woken up.
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
