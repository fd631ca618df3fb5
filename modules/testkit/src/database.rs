use std::{
    future::Future,
    panic::AssertUnwindSafe,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use feira_database::throwaway;
use feira_kernel::{
    Clock, Entropy, Env, TestClock,
    db::{self, Pool, PoolSettings},
};
use futures::FutureExt;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use time::macros::datetime;
use tokio::runtime::{Builder, Runtime};

use crate::{
    invariants, plans,
    roles::{ROLE_PREFIX, roles},
};

const TEMPLATE: &str = "feira_template";

/// One test's database.
#[derive(Clone)]
pub struct TestDb {
    pub(crate) name: String,
    clock: TestClock,
    entropy: Entropy,
}

impl TestDb {
    /// The owner's URL.
    pub fn url(&self) -> String {
        throwaway::cluster().url(&self.name)
    }

    pub fn role_prefix(&self) -> &'static str {
        ROLE_PREFIX
    }

    /// Starts at 2026-03-02 12:00 UTC, a Monday, and stands still.
    pub fn clock(&self) -> &TestClock {
        &self.clock
    }

    pub fn entropy(&self) -> Entropy {
        self.entropy.clone()
    }

    /// What a module is given, in this database: its own pools under its own role.
    pub fn env(&self, schema: &'static str) -> Env {
        let settings = PoolSettings::new(self.url(), schema, Some(roles().logins(schema)));
        let pool = Pool::connect(&settings).expect("the cluster's URL is valid");
        Env {
            clock: self.clock.clock(),
            entropy: self.entropy.clone(),
            pool,
        }
    }

    /// A connection as the owner, who sees all schemas: for looking and for breaking things on purpose.
    pub async fn owner(&self) -> DatabaseConnection {
        connect(&self.url()).await
    }

    /// From now on no update of the table's rows for which the condition on `OLD` holds succeeds,
    /// as of rows that a defect has spoilt; until [`Self::mend`].
    pub async fn spoil(&self, table: &str, condition: &str) {
        let sql = format!(
            "CREATE FUNCTION {table}_spoilt() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'this row is spoilt'; END $$; \
             CREATE TRIGGER spoilt BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({condition}) \
                 EXECUTE FUNCTION {table}_spoilt()"
        );
        self.as_owner(&sql).await;
    }

    /// From now on no row finds room in the table, or what else the SQLSTATE says; until
    /// [`Self::mend`].
    pub async fn fill_up(&self, table: &str, sqlstate: &str) {
        let sql = format!(
            "CREATE FUNCTION {table}_spoilt() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '{sqlstate}'; END $$; \
             CREATE TRIGGER full_up BEFORE INSERT ON {table} FOR EACH ROW \
                 EXECUTE FUNCTION {table}_spoilt()"
        );
        self.as_owner(&sql).await;
    }

    pub async fn mend(&self, table: &str) {
        self.as_owner(&format!("DROP FUNCTION {table}_spoilt() CASCADE"))
            .await;
    }

    async fn as_owner(&self, sql: &str) {
        let done = self.owner().await.execute_unprepared(sql).await;
        done.expect("the statement is valid");
    }
}

/// Runs a test of one module: afterwards the invariants that need no other schema must hold.
pub fn run_module<F, Fut>(schema: &'static str, test: F)
where
    F: FnOnce(TestDb) -> Fut,
    Fut: Future<Output = ()>,
{
    run(Some(schema), test);
}

/// Runs a test of the whole system: afterwards all invariants must hold.
pub fn run_system<F, Fut>(test: F)
where
    F: FnOnce(TestDb) -> Fut,
    Fut: Future<Output = ()>,
{
    run(None, test);
}

fn run<F, Fut>(schema: Option<&'static str>, test: F)
where
    F: FnOnce(TestDb) -> Fut,
    Fut: Future<Output = ()>,
{
    static COUNT: AtomicU32 = AtomicU32::new(1);
    template();
    db::watch(plans::record);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("feira_test_{number}");
    let runtime = runtime();
    runtime.block_on(async {
        execute(&format!(
            "CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY"
        ))
        .await;
        let db = TestDb {
            name: name.clone(),
            clock: Clock::test(datetime!(2026-03-02 12:00 UTC)),
            entropy: Entropy::seeded(u64::from(number)),
        };
        let result = AssertUnwindSafe(test(db.clone())).catch_unwind().await;
        let (mut found, mut scanning) = (Vec::new(), Vec::new());
        if result.is_ok() {
            found = invariants::violations(&db.url(), schema).await;
            scanning = plans::refused(&name).await;
        }
        execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
        if let Err(panic) = result {
            std::panic::resume_unwind(panic);
        }
        assert!(
            found.is_empty(),
            "invariants are broken after the test: {found:#?}"
        );
        assert!(
            scanning.is_empty(),
            "what entities asked is not found by an index: {scanning:#?}"
        );
    });
    runtime.shutdown_background();
}

fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(2).sqlx_logging(false);
    Database::connect(options)
        .await
        .expect("the throw-away cluster answers")
}

async fn execute(sql: &str) {
    let db = connect(&throwaway::cluster().url("postgres")).await;
    db.execute_unprepared(sql)
        .await
        .expect("the statement is valid");
    db.close().await.expect("closes");
}

/// Migrates the template once per test binary, on a thread of its own.
fn template() {
    static TEMPLATE_READY: OnceLock<()> = OnceLock::new();
    TEMPLATE_READY.get_or_init(|| {
        let url = throwaway::cluster().url(TEMPLATE);
        let made = thread::spawn(move || {
            runtime().block_on(async {
                execute(&format!("CREATE DATABASE {TEMPLATE}")).await;
                let options = feira_migrations::Options {
                    url,
                    roles: Some(roles()),
                };
                feira_migrations::migrate(&options)
                    .await
                    .expect("the template migrates");
                let empty = plans::DATABASE;
                execute(&format!(
                    "CREATE DATABASE {empty} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY"
                ))
                .await;
            });
        });
        made.join().expect("the template is made");
    });
}
