//! A marketplace under test: a real server on a free port, a database of its own, a clock that
//! stands still; deliveries and jobs run when the test says so.

mod client;
mod people;

use std::path::PathBuf;

use feira::{
    App, Surroundings,
    config::{Config, Profile, Sources},
};
use feira_kernel::{Runner, TestClock};
use feira_testkit::TestDb;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, FromQueryResult, JsonValue, Statement,
};
use tokio_util::sync::CancellationToken;

pub(crate) use client::{Answer, Client};
pub(crate) use people::{PASSWORD, Seller, address};

/// A running marketplace.
pub(crate) struct Market {
    pub(crate) db: TestDb,
    pub(crate) url: String,
    pub(crate) data_dir: PathBuf,
    runner: Runner,
    owner: DatabaseConnection,
    /// Deliveries and jobs run by themselves.
    live: bool,
    stop: CancellationToken,
    served: tokio::task::JoinHandle<anyhow::Result<()>>,
}

/// Settings of a test: no demo, a free port, a short charge deadline.
pub(crate) fn config(db: &TestDb, data_dir: PathBuf, more: &str) -> Config {
    let prefix = db.role_prefix();
    let overrides = format!(
        "[server]\nport = 0\nworkers = 2\nshutdown_seconds = 1\n[development]\ndemo = false\n[payments]\ncharge_timeout_seconds = 1\n[database]\nrole_prefix = \"{prefix}\""
    );
    let sources = Sources {
        profile: Some(Profile::Development),
        overrides: vec![overrides, more.to_owned()],
        ..Sources::default()
    };
    Config::load(&sources, data_dir).expect("the test's settings are valid")
}

pub(crate) fn surroundings(db: &TestDb) -> Surroundings {
    Surroundings {
        clock: db.clock().clock(),
        entropy: db.entropy(),
    }
}

impl Market {
    pub(crate) async fn start(db: &TestDb) -> Self {
        Self::start_with(db, "").await
    }

    pub(crate) async fn start_with(db: &TestDb, more: &str) -> Self {
        Self::launch(db, more, surroundings(db), false).await
    }

    /// With the system's clock, deliveries and jobs running by themselves: beside other processes.
    pub(crate) async fn start_live(db: &TestDb, more: &str) -> Self {
        Self::launch(db, more, Surroundings::system(), true).await
    }

    async fn launch(db: &TestDb, more: &str, surroundings: Surroundings, background: bool) -> Self {
        let data_dir = feira_testkit::directory();
        let app = App::build(config(db, data_dir.clone(), more), &db.url(), surroundings)
            .await
            .expect("the application starts");
        let (url, runner, stop) = (app.url().to_owned(), app.runner(), app.stop_token());
        let served = tokio::spawn(app.run_until_stopped(background));
        Self {
            db: db.clone(),
            url,
            data_dir,
            runner,
            owner: db.owner().await,
            live: background,
            stop,
            served,
        }
    }

    pub(crate) fn clock(&self) -> &TestClock {
        self.db.clock()
    }

    /// A stranger with a browser or a shop frontend.
    pub(crate) fn client(&self) -> Client {
        Client::new(&self.url)
    }

    /// Delivers and runs everything that is due, now and within the next second (mails).
    pub(crate) async fn settle(&self) {
        self.run_due().await;
        self.clock().advance(time::Duration::seconds(1));
        self.run_due().await;
    }

    async fn run_due(&self) {
        if self.live {
            return;
        }
        self.runner.settle().await.expect("deliveries and jobs run");
    }

    /// Moves the clock, then delivers and runs what came due.
    pub(crate) async fn pass(&self, time: time::Duration) {
        self.clock().advance(time);
        self.settle().await;
    }

    /// Rows as the owner sees them.
    pub(crate) async fn rows(&self, sql: &str) -> Vec<JsonValue> {
        let rows = self
            .owner
            .query_all_raw(Statement::from_string(DbBackend::Postgres, sql))
            .await
            .expect(sql);
        rows.iter()
            .map(|row| JsonValue::from_query_result(row, "").expect("a row"))
            .collect()
    }

    /// The first column of the first row as a number.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        let row = self
            .owner
            .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
            .await
            .expect(sql);
        row.expect("a row").try_get_by_index(0).expect("a number")
    }

    /// Asks the database until the answer is true, for at most half a minute.
    pub(crate) async fn wait_for(&self, sql: &str) {
        let asked = async {
            loop {
                let row = self
                    .owner
                    .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
                    .await
                    .expect(sql);
                if row.is_some_and(|row| row.try_get_by_index::<bool>(0).unwrap_or(false)) {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), asked)
            .await
            .unwrap_or_else(|_| panic!("never true: {sql}"));
    }

    /// Messages in the mailbox to an address, parsed, oldest first.
    pub(crate) fn mail(&self, to: &str) -> Vec<Mail> {
        let Ok(entries) = std::fs::read_dir(self.data_dir.join("mail")) else {
            return Vec::new();
        };
        let mut found: Vec<Mail> = entries
            .filter_map(Result::ok)
            .filter(|e| e.path().extension().is_some_and(|x| x == "eml"))
            .map(|e| Mail::parse(&std::fs::read(e.path()).expect("a message")))
            .filter(|m| m.to == to)
            .collect();
        found.sort_by(|a, b| a.id.cmp(&b.id));
        found
    }

    /// The newest message to an address; waits for it where deliveries run by themselves.
    pub(crate) async fn newest_mail(&self, to: &str) -> Mail {
        self.settle().await;
        self.wait_for(&format!("SELECT count(*) > 0 FROM notifications.notifications WHERE recipient = '{to}' AND status = 'sent'")).await;
        self.mail(to)
            .pop()
            .expect("a sent message is in the mailbox")
    }

    /// Stops the server and closes the connections.
    pub(crate) async fn stop(self) {
        self.settle().await;
        self.stop.cancel();
        self.served
            .await
            .expect("the server ends")
            .expect("without an error");
        self.owner.close().await.expect("closes");
    }
}

/// A captured message.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    pub(crate) id: String,
    pub(crate) to: String,
    pub(crate) text: String,
}

impl Mail {
    fn parse(bytes: &[u8]) -> Self {
        let message = mail_parser::MessageParser::default()
            .parse(bytes)
            .expect("a message");
        let to = message
            .to()
            .and_then(|to| to.first())
            .and_then(|a| a.address())
            .unwrap_or_default()
            .to_owned();
        Self {
            id: message.message_id().unwrap_or_default().to_owned(),
            to,
            text: message
                .body_text(0)
                .map(|t| t.into_owned())
                .unwrap_or_default(),
        }
    }

    /// What follows `path` in the first link that has it.
    pub(crate) fn link_after(&self, path: &str) -> String {
        let start = self
            .text
            .find(path)
            .unwrap_or_else(|| panic!("no {path} in {}", self.text))
            + path.len();
        self.text[start..]
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned()
    }
}
