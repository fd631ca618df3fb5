//! A marketplace under test: a real server on a free port, a database of its own, a clock that
//! stands still; deliveries and jobs run when the test says so.

mod browser;
mod client;
mod conformance;
mod database;
mod mailbox;
mod names;
mod people;
mod pictures;
mod raw;
mod shopping;

use std::path::PathBuf;

use feira::{
    App, ClockAndEntropy,
    config::{Config, Profile, Sources},
};
use feira_kernel::{Runner, TestClock};
use feira_testkit::{FromTestDb, Proxy, TestDb};
use sea_orm::DatabaseConnection;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

pub(crate) use browser::{Browser, form_fields, hidden_fields};
pub(crate) use client::{Answer, Client};
pub(crate) use names::Names;
pub(crate) use people::{
    PASSWORD, Seller, address, application, give_payout_account, payable, payout_account, product,
};
pub(crate) use pictures::{
    large_picture, multipart, numbered_picture, page_upload, picture, upload,
};
pub(crate) use raw::Raw;
pub(crate) use shopping::{
    BY_HAND, access_key, bank_transfer, card, cart_with, cash_on_delivery, checkout_body,
    choose_shipping, confirm_card, fill_cart, one_seller, pay_pix, perhaps_split, pix, save_card,
    saved, two_sellers,
};

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
pub(crate) fn config(db: &TestDb, profile: Profile, data_dir: PathBuf, more: &str) -> Config {
    let (prefix, key) = (db.role_prefix(), feira_testkit::TOKEN_KEY);
    let overrides = format!(
        "[server]\nport = 0\nworkers = 2\nshutdown_seconds = 1\n[development]\ndemo = false\n[payments]\ncharge_timeout_seconds = 1\n[database]\nrole_prefix = \"{prefix}\"\n[secrets]\ntoken_key = \"{key}\""
    );
    let sources = Sources {
        profile: Some(profile),
        overrides: vec![overrides, more.to_owned()],
        ..Sources::default()
    };
    Config::load(&sources, data_dir).expect("the test's settings are valid")
}

pub(crate) fn clock_and_entropy(db: &TestDb) -> ClockAndEntropy {
    ClockAndEntropy {
        clock: db.clock().clock(),
        entropy: db.entropy(),
    }
}

impl FromTestDb for Market {
    async fn start(db: &TestDb) -> Self {
        Self::start_with(db, "").await
    }
}

impl Market {
    pub(crate) async fn start_with(db: &TestDb, more: &str) -> Self {
        let config = (Profile::Development, more);
        Self::launch(db, &db.url(), config, clock_and_entropy(db), false).await
    }

    /// As it is in production, but that it is reached from this machine only.
    pub(crate) async fn start_in_production(db: &TestDb, more: &str) -> Self {
        let local = format!("[server]\nbind = \"127.0.0.1\"\n{more}");
        let config = (Profile::Production, &*local);
        Self::launch(db, &db.url(), config, clock_and_entropy(db), false).await
    }

    /// With one worker, one connection per module for its commands, and a line to the database that can be held.
    pub(crate) async fn start_narrow(db: &TestDb, line: &Proxy) -> Self {
        Self::start_narrow_with(db, line, "").await
    }

    /// With a line to the database that can be held.
    pub(crate) async fn start_on(db: &TestDb, line: &Proxy, more: &str) -> Self {
        let config = (Profile::Development, more);
        Self::launch(db, &line.url(), config, clock_and_entropy(db), false).await
    }

    /// The narrow one with more keys of the server.
    pub(crate) async fn start_narrow_with(db: &TestDb, line: &Proxy, server: &str) -> Self {
        // One is for searches.
        let connections = 2 * feira_migrations::schemas().count();
        let narrow =
            format!("[database]\nconnections = {connections}\n[server]\nworkers = 1\n{server}");
        let config = (Profile::Development, &*narrow);
        Self::launch(db, &line.url(), config, clock_and_entropy(db), false).await
    }

    /// With the system's clock, deliveries and jobs running by themselves: beside other processes.
    pub(crate) async fn start_live(db: &TestDb, more: &str) -> Self {
        let config = (Profile::Development, more);
        Self::launch(db, &db.url(), config, ClockAndEntropy::system(), true).await
    }

    /// Why it does not start.
    pub(crate) async fn refused(db: &TestDb, more: &str) -> String {
        let dir = feira_testkit::directory();
        let config = config(db, Profile::Development, dir, more);
        let built = App::build(config, &db.url(), clock_and_entropy(db)).await;
        let error = built.err().expect("it does not start");
        format!("{error:#}")
    }

    async fn launch(
        db: &TestDb,
        database_url: &str,
        (profile, more): (Profile, &str),
        clock_and_entropy: ClockAndEntropy,
        background: bool,
    ) -> Self {
        let data_dir = feira_testkit::directory();
        let config = config(db, profile, data_dir.clone(), more);
        let app = App::build(config, database_url, clock_and_entropy)
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

    /// Deliveries and jobs, for who runs them herself.
    pub(crate) fn runner(&self) -> Runner {
        self.runner.clone()
    }

    /// A stranger with a browser or a shop frontend.
    pub(crate) fn client(&self) -> Client {
        Client::new(&self.url)
    }

    /// The OpenAPI document.
    pub(crate) async fn document(&self) -> Value {
        let answer = self.client().get("/api/openapi.json").await;
        answer.expect(200).json
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

    /// Stops the server and closes the connections.
    pub(crate) async fn stop(self) {
        self.settle().await;
        self.stop_at_once().await;
    }

    /// The same with deliveries and jobs left for the next one.
    pub(crate) async fn stop_at_once(self) {
        self.stop.cancel();
        self.served
            .await
            .expect("the server ends")
            .expect("without an error");
        self.owner.close().await.expect("closes");
    }
}
