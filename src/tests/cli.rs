//! The command line, as a person at a terminal uses it: real processes, a real embedded cluster.

use std::{
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
};

use feira_database::throwaway;
use feira_testkit::TestDb;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};

use crate::support::Client;

mod archives;
mod data;
mod demo;
mod fetched;
mod imports;
mod killed;
mod owner;
mod process;
mod scratch;

use process::{Serving, create_user, feira, get, refused, run, settings};

#[test]
fn the_demo_is_served_and_says_where_to_look() {
    let data = feira_testkit::directory();
    let mut command = feira(&data);
    let serving = Serving::start(command.env("FEIRA_DEVELOPMENT__DEMO", "true"), 10);
    let said = serving.said.join("\n");
    for word in [
        "/seller",
        "/admin",
        "/api/docs",
        "operator@demo.example",
        "clara@demo.example",
        &data.display().to_string(),
    ] {
        assert!(said.contains(word), "{word} is not in {said}");
    }
    let products = get(&serving.url()).expect(200);
    assert_eq!(products.json["items"].as_array().map(Vec::len), Some(12));

    // A second server on the same data is refused in one sentence with the way out.
    // Where no terminal shows it, the log says at once what it is doing.
    let error = refused(feira(&data).env("FEIRA_LOG__FILTER", "feira=info"));
    let lines: Vec<&str> = error.trim().lines().collect();
    assert!(
        lines.len() == 2 && lines[0].contains("starting the database"),
        "{error}"
    );
    assert!(
        lines[1].contains("FEIRA_DATA") || lines[1].contains("stop"),
        "{error}"
    );
    // Any other command attaches.
    let (ok, out, error) = run(feira(&data).arg("check"));
    assert!(ok, "{out}{error}");
    serving.stop();
    assert!(
        !data.join("pg/postmaster.pid").exists(),
        "the cluster stopped with the process"
    );

    // Its passwords are public: production has no use for them.
    let error = refused(feira(&data).env("FEIRA_PROFILE", "production"));
    assert!(
        error.contains("the demo") && error.contains("FEIRA_DATA"),
        "{error}"
    );
    assert_eq!(error.trim().lines().count(), 1, "{error}");
}

#[test]
fn a_port_in_use_is_said_with_the_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let data = feira_testkit::directory();
    let error = refused(feira(&data).env("FEIRA_SERVER__PORT", &port));
    assert!(
        error.contains(&port) && error.contains("FEIRA_SERVER__PORT"),
        "{error}"
    );
    // The one that is named can be had, also where the next one is in use too.
    let port: u16 = port.parse().expect("a number");
    let taken_too = TcpListener::bind(("127.0.0.1", port.saturating_add(1)));
    let error = refused(feira(&data).env("FEIRA_SERVER__PORT", port.to_string()));
    let (_, named) = error.split_once("FEIRA_SERVER__PORT=").expect("a port");
    let named: String = named.chars().take_while(char::is_ascii_digit).collect();
    let named: u16 = named.parse().expect("a number");
    assert!(named > port.saturating_add(1), "{error}");
    TcpListener::bind(("127.0.0.1", named)).expect("a free port");
    drop(taken_too);
    let left = std::fs::read_dir(&data).expect("ours").count();
    assert_eq!(left, 0, "nothing was made before");
}

#[test]
fn people_products_backup_and_restore() {
    let data = feira_testkit::directory();
    let (ok, _, error) = run(feira(&data).arg("demo"));
    assert!(ok, "{error}");
    let (ok, _, error) = create_user(&data, "support@test.example", "a long enough password");
    assert!(ok, "{error}");
    let (ok, _, error) = create_user(&data, "support@test.example", "a long enough password");
    assert!(!ok && error.contains("already"), "{error}");
    let (ok, _, error) = create_user(&data, "other@test.example", "short");
    assert!(!ok && error.contains("password"), "{error}");
    let mut unknown = feira(&data);
    unknown.args(["user", "create", "--email", "o@test.example"]);
    unknown.args(["--first-name", "Olga", "--role", "boss"]);
    let password = data.join("password.txt");
    std::fs::write(&password, "a long enough password\n").expect("a file");
    unknown.stdin(std::fs::File::open(&password).expect("it is there"));
    let (ok, _, error) = run(&mut unknown);
    assert!(!ok && error.contains("admin, support"), "{error}");

    let csv = data.join("products.csv");
    std::fs::write(&csv, "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price\n\
        tray,Tray,<p>Wood</p>,Ana,Home and Garden,,true,Size,S,,400,5,30.00\ntray,,,,,,,,L,,500,5,40.00\n").expect("a file");
    let import = |dry: bool| {
        let mut command = feira(&data);
        command
            .args(["import", "--store", "ana-ceramica"])
            .args(dry.then_some("--dry-run"))
            .arg(&csv);
        run(&mut command)
    };
    let (ok, out, error) = import(true);
    assert!(
        ok && out.contains("dry run: 1 products created"),
        "{out}{error}"
    );
    let (ok, out, error) = import(false);
    assert!(ok && out.contains("1 products created"), "{out}{error}");
    let (ok, out, _) = import(false);
    assert!(ok && out.contains("0 products created, 1 updated"), "{out}");
    imports::refused_lines_have_a_status_of_their_own(&data);
    imports::a_bank_statement_is_taken_whole_or_not_at_all(&data);

    let serving = Serving::start(&mut feira(&data), 1);
    let before = get(&serving.url()).expect(200).text;
    let archive = data.join("backup.tar");
    let (ok, out, error) = run(feira(&data).arg("backup").arg(&archive).arg("--verify"));
    assert!(ok && out.contains("invariants hold"), "{out}{error}");
    serving.stop();

    let other = feira_testkit::directory();
    let (ok, _, error) = run(feira(&other).arg("restore").arg(&archive));
    assert!(ok, "{error}");
    let (ok, _, error) = run(feira(&other).arg("restore").arg(&archive));
    assert!(!ok && error.contains("already has data"), "{error}");
    let serving = Serving::start(&mut feira(&other), 1);
    assert_eq!(
        get(&serving.url()).expect(200).text,
        before,
        "the same products"
    );
    serving.stop();
}

/// Another cluster counts its transactions anew, and by them events are read.
#[feira_testkit::test]
async fn a_restore_hides_no_event_from_a_reader_in_another_process(db: TestDb) {
    let owner = db.owner().await;
    let far = "INSERT INTO users.outbox_event \
         (id, name, aggregate_id, aggregate_version, payload, occurred_at, fanned_out_at, transaction_id) \
         SELECT gen_random_uuid(), 'user.test.v1', gen_random_uuid(), 1, '{}', now(), now(), 1000000000000; \
         INSERT INTO users.outbox_reader (reader, transaction_id, event_id) \
         SELECT 'notification', transaction_id, id FROM users.outbox_event; \
         INSERT INTO notifications.outbox_cursor (source, transaction_id, event_id) \
         SELECT 'user', transaction_id, id FROM users.outbox_event";
    owner.execute_unprepared(far).await.expect("far ahead");
    let (data, other) = (feira_testkit::directory(), feira_testkit::directory());
    let archive = data.join("backup.tar");
    let with = |data: &Path, url: &str| {
        let mut command = feira(data);
        command.env("FEIRA_DATABASE__URL", url);
        command.env("FEIRA_DATABASE__ROLE_PREFIX", db.role_prefix());
        command
    };
    let (ok, _, error) = run(with(&data, &db.url()).arg("backup").arg(&archive));
    assert!(ok, "{error}");

    let (into, create) = ("feira_restored", "CREATE DATABASE feira_restored");
    owner.execute_unprepared(create).await.expect("a database");
    let url = throwaway::cluster().url(into);
    let (ok, _, error) = run(with(&other, &url).arg("restore").arg(&archive));
    assert!(ok, "{error}");
    let restored = Database::connect(&url).await.expect("it answers");
    for sql in [
        "SELECT bool_and(transaction_id = 0) FROM users.outbox_event",
        "SELECT bool_and(transaction_id = 0) FROM users.outbox_reader",
        "SELECT count(*) = 0 FROM notifications.outbox_cursor",
    ] {
        let row = restored.query_one_raw(Statement::from_string(DbBackend::Postgres, sql));
        let row = row.await.expect(sql).expect("a row");
        assert!(row.try_get_by_index::<bool>(0).expect("an answer"), "{sql}");
    }
    restored.close().await.expect("closes");
}

#[test]
fn the_readme_makes_an_operator() {
    let readme = include_str!("../../README.md");
    let line = readme
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with("feira user create"))
        .expect("the README says how");
    let data = feira_testkit::directory();
    std::fs::write(data.join("password.txt"), "a long enough password\n").expect("a file");
    let binary = Path::new(env!("CARGO_BIN_EXE_feira"));
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("PATH=\"$0:$PATH\"; {line}")])
        .arg(binary.parent().expect("its folder"))
        .current_dir(&data);
    let (ok, out, error) = run(settings(&mut shell, &data.join("data")));
    assert!(
        ok && out.trim().ends_with("ada@example.com"),
        "{out}{error}"
    );
}

#[test]
fn what_cannot_be_used_is_said_and_help_reads_well() {
    let data = feira_testkit::directory();
    for (key, value, words) in [
        ("FEIRA_SERVER__PORT", "many", "server.port"),
        ("FEIRA_SERVER__PROT", "1", "server.prot"),
        (
            "FEIRA_PAYMENTS__PROVIDERS__SANDBOX__WEBHOOK_SECRET",
            "",
            "payments.providers.sandbox.webhook_secret",
        ),
        (
            "FEIRA_DATABASE__URL",
            "postgres://nobody@127.0.0.1:1/none",
            "database.url",
        ),
        ("FEIRA_PROFILE", "staging", "FEIRA_PROFILE"),
    ] {
        let error = refused(feira(&data).env(key, value));
        assert!(
            error.contains(words) && !error.contains("panicked"),
            "{key}={value}: {error}"
        );
    }
    let (ok, help, _) = run(feira(&data).arg("--help"));
    assert!(ok);
    for command in [
        "serve",
        "migrate",
        "demo",
        "import",
        "user",
        "openapi",
        "check",
        "backup",
        "restore",
        "config",
        "statement",
    ] {
        assert!(help.contains(command), "{command} is not in\n{help}");
    }
    let mut command = feira(&data);
    command
        .env("FEIRA_MARKETPLACE__COMMISSION_PERCENT", "12.5")
        .env("FEIRA_MAIL__SMTP_URL", "smtp://u:hunter2@127.0.0.1");
    let (ok, settings, _) = run(command.arg("config"));
    let percent = "marketplace.commission_percent = \"12.5\"  # the variable \
                   FEIRA_MARKETPLACE__COMMISSION_PERCENT";
    let mut lines = settings.lines();
    assert!(ok && lines.any(|line| line == percent), "{settings}");
    assert!(!settings.contains("hunter2"), "{settings}");
    every_setting_is_printed(&settings);
    let (ok, document, _) = run(feira(&data).arg("openapi"));
    assert!(
        ok && document.contains("\"openapi\": \"3.1"),
        "{}",
        &document[..200.min(document.len())]
    );
    let (ok, pages, _) = run(feira(&data).arg("pages"));
    let known = ["public /", "seller /seller/orders/{id}", "admin /admin"];
    let all = known
        .iter()
        .all(|page| pages.lines().any(|line| line == *page));
    assert!(ok && all, "{pages}");
}

/// With who decided it.
fn every_setting_is_printed(printed: &str) {
    let (mut section, mut found) = ("", 0);
    for line in include_str!("../../config/default.toml").lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            section = name;
        } else if let Some((key, _)) = line.split_once(" = ")
            && !line.starts_with('#')
        {
            let begins = format!("{section}.{key} = ");
            let mut lines = printed.lines();
            let told = lines.any(|line| line.starts_with(&begins) && line.contains("  # "));
            assert!(told, "{begins}: {printed}");
            found += 1;
        }
    }
    assert!(found > 40, "{found}");
}

#[test]
fn a_new_production_database_prints_a_one_time_link() {
    let data = feira_testkit::directory();
    let start = |bind: &str, smtp_url: &str, lines| {
        let mut command = feira(&data);
        command
            .env("FEIRA_PROFILE", "production")
            .env("FEIRA_SERVER__BIND", bind)
            .env("FEIRA_MAIL__SMTP_URL", smtp_url);
        Serving::start(&mut command, lines)
    };
    let warned = |serving: &Serving, of: &str| {
        let mut lines = serving.said.iter();
        lines.any(|line| line.starts_with("WARNING") && line.contains(of))
    };
    let serving = start("0.0.0.0", "", 10);
    for lacking in ["mail.smtp_url", "payments.order"] {
        assert!(warned(&serving, lacking), "{:?}", serving.said);
    }
    let all = "  listens on all addresses of this machine";
    assert!(serving.said[1].starts_with(all), "{:?}", serving.said);
    let link = serving.said.last().expect("a line").trim().to_owned();
    assert!(link.contains("/l/first-operator/"), "{:?}", serving.said);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let page = runtime.block_on(async { Client::new(&serving.url()).get(&link).await });
    assert!(page.expect(200).text.contains("<form"));
    let missing =
        runtime.block_on(async { Client::new(&serving.url()).get("/sandbox/v1/charges").await });
    missing.expect(404);
    serving.stop();
    let serving = start("127.0.0.1", "smtp://127.0.0.1:2525", 8);
    assert!(!warned(&serving, "mail.smtp_url"), "{:?}", serving.said);
    let again = serving.said.last().expect("a line").trim();
    let token = |link: &str| link.rsplit('/').next().map(str::to_owned);
    assert_eq!(token(again), token(&link), "who copied it can use it");
    serving.stop();
    // A key that was there and is gone stops the start.
    std::fs::remove_file(data.join("keys/token-key")).expect("it is there");
    let error = refused(feira(&data).env("FEIRA_PROFILE", "production"));
    assert!(error.contains("token-key"), "{error}");
}

#[test]
fn a_log_that_nobody_reads_keeps_no_server_from_ending() {
    let data = feira_testkit::directory();
    let mut command = feira(&data);
    command
        .env("FEIRA_LOG__FILTER", "info")
        .stderr(Stdio::piped());
    let mut serving = Serving::start(&mut command, 1);
    serving.unheard();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let client = Client::new(&serving.url());
        client
            .post("/api/v1/carts", serde_json::json!({}))
            .await
            .expect(201);
    });
    serving.stop();
}
