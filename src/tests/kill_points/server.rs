use std::{
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use feira_database::{
    Cluster,
    throwaway::{self, Process},
};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DbBackend, FromQueryResult, JsonValue, Statement,
};

/// One data directory, with its embedded cluster, over many lives of the server.
pub(crate) struct DataDir(PathBuf);

/// A running `feira serve`.
pub(crate) struct Server {
    process: Process,
    pub(crate) url: String,
    data: PathBuf,
}

/// A product that many buyers cannot exhaust; the newest of its store, so buyers find it first.
fn plenty(data: &PathBuf, store: &str) {
    let file = data.join(format!("{store}.csv"));
    let csv = format!(
        "Handle,Title,Published,Variant Inventory Qty,Variant Price\nplenty-{store},Plenty of {store},true,100000,10.00\n"
    );
    std::fs::write(&file, csv).expect("a file");
    let mut command = feira(data);
    let output = command
        .args(["import", "--store", store])
        .arg(&file)
        .output();
    let output = output.expect("the binary runs");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A client that waits half a minute and no more.
pub(crate) fn http() -> reqwest::blocking::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::blocking::Client::builder()
        // Reading the certificates of the machine takes longer than a request, and nothing here uses TLS.
        .tls_certs_only([])
        .timeout(Duration::from_secs(30))
        .build()
        .expect("a client")
}

fn feira(data: &PathBuf) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_feira"));
    command
        .env("FEIRA_DATA", data)
        .env("FEIRA_PROFILE", "development")
        .env("FEIRA_DEVELOPMENT__DEMO", "false")
        .env("FEIRA_SERVER__PORT", "0")
        .env("FEIRA_LOG__FILTER", "warn,sqlx=error")
        // What arrived can be paid out, to the accounts of the demo, without waiting for days.
        .env("FEIRA_ORDERS__RETURN_WINDOW_DAYS", "0")
        .env("FEIRA_PAYMENTS__PAYOUT_ACCOUNT_HOLD_HOURS", "0");
    command
}

impl DataDir {
    /// With the demo's stores and products, and stock enough.
    pub(crate) fn with_demo() -> Self {
        let data = throwaway::directory();
        let output = feira(&data).arg("demo").output().expect("the binary runs");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        for store in ["ana-ceramica", "cafe-do-bento"] {
            plenty(&data, store);
        }
        Self(data)
    }

    /// `feira check` finds nothing.
    pub(crate) fn check(&self) {
        let check = feira(&self.0)
            .arg("check")
            .output()
            .expect("the binary runs");
        assert!(
            check.status.success(),
            "{}",
            String::from_utf8_lossy(&check.stdout)
        );
    }

    /// Whether a message with this id was written into the mailbox.
    pub(crate) fn has_mail(&self, id: &str) -> bool {
        self.0.join("mail").join(format!("{id}.eml")).exists()
    }

    pub(crate) fn rows(&self, sql: &str) -> Vec<JsonValue> {
        let cluster =
            Cluster::attach_or_start(throwaway::settings(&self.0)).expect("the cluster starts");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let mut options = ConnectOptions::new(cluster.url("feira"));
            options.max_connections(1).sqlx_logging(false);
            let db = Database::connect(options)
                .await
                .expect("the database answers");
            let rows = db
                .query_all_raw(Statement::from_string(DbBackend::Postgres, sql))
                .await
                .expect(sql);
            let rows = rows
                .iter()
                .map(|row| JsonValue::from_query_result(row, "").expect("a row"))
                .collect();
            db.close().await.expect("closes");
            rows
        })
    }
}

impl Server {
    pub(crate) fn start(data: &DataDir, kill_at: Option<&str>) -> Self {
        Self::start_with(data, kill_at, &[])
    }

    /// With these settings of the environment.
    pub(crate) fn start_with(
        data: &DataDir,
        kill_at: Option<&str>,
        settings: &[(&str, &str)],
    ) -> Self {
        let mut command = feira(&data.0);
        command.envs(settings.iter().copied());
        if let Some(point) = kill_at {
            command.env("FEIRA_DEVELOPMENT__KILL_AT", point);
        }
        command.arg("serve").stdout(Stdio::piped());
        let mut process = Process::spawn(&mut command).expect("the binary starts");
        let mut output = BufReader::new(process.stdout.take().expect("its output"));
        let mut line = String::new();
        while !line.starts_with("Feira is at ") {
            line.clear();
            assert_ne!(
                output.read_line(&mut line).expect("a line"),
                0,
                "the server ended before it served"
            );
        }
        let url = line.trim_start_matches("Feira is at ").trim().to_owned();
        // Whatever else it says is read, so that it never waits for us.
        std::thread::spawn(move || {
            let _ = output.read_to_end(&mut Vec::new());
        });
        let server = Self {
            process,
            url,
            data: data.0.clone(),
        };
        server.wait_until("/readyz");
        server
    }

    fn wait_until(&self, path: &str) {
        let http = http();
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            if http
                .get(format!("{}{path}", self.url))
                .send()
                .is_ok_and(|r| r.status().is_success())
            {
                return;
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
        panic!("{path} was never answered");
    }

    pub(crate) fn kill(mut self) {
        self.process.kill().expect("it is killed");
        self.process.wait().expect("it ends");
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.process.try_wait().expect("its state").is_some()
    }

    /// It kills itself at the armed point.
    pub(crate) fn wait_for_its_end(mut self) {
        self.process.wait().expect("it ends");
    }

    /// Waits until every checkout and every refund is finished, and every event delivered.
    pub(crate) fn settle(&self) {
        let undelivered = feira_migrations::schemas().map(|schema| {
            format!(
                " + (SELECT count(*) FROM {schema}.outbox_event WHERE fanned_out_at IS NULL) \
                  + (SELECT count(*) FROM {schema}.outbox_delivery WHERE state = 'pending')"
            )
        });
        let open = format!(
            "SELECT (SELECT count(*) FROM orders.checkouts WHERE state NOT IN ('confirmed', 'cancelled')) \
              + (SELECT count(*) FROM orders.refunds WHERE state IN ('requested', 'asked')){} AS open",
            undelivered.collect::<String>()
        );
        let deadline = Instant::now() + Duration::from_secs(120);
        while self.rows(&open)[0]["open"] != 0 {
            assert!(
                Instant::now() < deadline,
                "checkouts, refunds or events are stuck"
            );
            std::thread::park_timeout(Duration::from_millis(200));
        }
    }

    /// Rows of its database, as the owner sees them.
    pub(crate) fn rows(&self, sql: &str) -> Vec<JsonValue> {
        DataDir(self.data.clone()).rows(sql)
    }

    /// SIGTERM, and a graceful end.
    #[allow(unsafe_code, reason = "the standard library sends no SIGTERM")]
    pub(crate) fn stop(mut self) {
        let pid = i32::try_from(self.process.id()).expect("a pid");
        // SAFETY: a signal to a child that we have not waited for yet.
        unsafe {
            libc::kill(pid, libc::SIGTERM);
        }
        assert!(self.process.wait().expect("it ends").success());
    }
}
