//! The data directory, `feira migrate` and `feira check`.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
};

use feira_testkit::TestDb;
use sea_orm::ConnectionTrait;

use super::process::{feira, run};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").mode() & 0o777
}

/// Root's PostgreSQL runs as somebody else, who must pass through.
fn root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[test]
fn a_new_data_directory_is_its_owners_and_migrations_are_told() {
    let data = feira_testkit::directory().join("new/data");
    let migrate = |dry: bool| {
        let mut command = feira(&data);
        let (ok, out, error) = run(command.arg("migrate").args(dry.then_some("--dry-run")));
        assert!(ok, "{out}{error}");
        let mut lines: Vec<String> = out.lines().map(str::to_owned).collect();
        let last = lines.pop().expect("a sum");
        (lines, last)
    };
    let (applied, sum) = migrate(false);
    assert_eq!(mode(&data), if root() { 0o711 } else { 0o700 });
    assert!(applied.len() > 10, "{applied:?}");
    assert_eq!(sum, format!("{} migrations applied", applied.len()));
    for (dry, sum) in [
        (true, "0 migrations pending"),
        (false, "0 migrations applied"),
    ] {
        assert_eq!(migrate(dry), (Vec::new(), sum.to_owned()));
    }
}

#[test]
fn what_only_looks_makes_no_cluster() {
    let (empty, absent) = (
        feira_testkit::directory(),
        feira_testkit::directory().join("none"),
    );
    let import = ["import", "--store", "ana", "/dev/null"];
    let looks: [&[&str]; 4] = [
        &["check"],
        &["migrate", "--dry-run"],
        &["backup", "/dev/null/backup.tar"],
        &import,
    ];
    for data in [&empty, &absent] {
        for look in looks {
            let (ok, said, error) = run(feira(data).args(look));
            assert!(!ok && said.is_empty(), "{look:?}: {said}");
            let told = error.contains("FEIRA_DATA") && error.contains("feira serve");
            assert!(told && error.lines().count() == 1, "{look:?}: {error}");
        }
    }
    assert_eq!(fs::read_dir(&empty).expect("ours").count(), 0);
    assert!(!absent.exists());
}

#[test]
fn where_no_data_can_be_is_said_and_nothing_is_made() {
    let dir = feira_testkit::directory();
    fs::write(dir.join("file"), "no directory").expect("a file");
    let (ok, _, error) = run(feira(&dir.join("file/data")).arg("migrate"));
    assert!(!ok && error.contains("FEIRA_DATA"), "{error}");
    if !root() {
        return; // An ordinary user's server runs as that user, who can enter.
    }
    let home = dir.join("home");
    fs::create_dir(&home).expect("a directory");
    fs::set_permissions(&home, Permissions::from_mode(0o700)).expect("ours");
    for command in ["migrate", "serve", "check"] {
        let (ok, _, error) = run(feira(&home.join("feira/data")).arg(command));
        assert!(!ok && error.contains("FEIRA_DATA"), "{error}");
        assert_eq!(fs::read_dir(&home).expect("ours").count(), 0, "{command}");
    }
}

#[feira_testkit::test]
async fn a_violation_is_a_row_and_an_exit_status(db: TestDb) {
    let data = feira_testkit::directory();
    let check = || {
        let mut command = feira(&data);
        command.env("FEIRA_DATABASE__URL", db.url());
        command.env("FEIRA_DATABASE__ROLE_PREFIX", db.role_prefix());
        let output = command.arg("check").output().expect("the binary runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), said)
    };
    let (status, said) = check();
    assert!(
        status == Some(0) && said.contains("invariants hold"),
        "{said}"
    );

    let owner = db.owner().await;
    let execute = async |sql: &str| owner.execute_unprepared(sql).await.expect("it is valid");
    execute(include_str!("../check/purchase.sql")).await;
    execute("UPDATE carts.carts SET status = 'open', order_id = NULL").await;
    let (status, said) = check();
    let rows: Vec<&str> = said.lines().collect();
    assert_eq!((status, rows.len()), (Some(1), 2), "{said}");
    assert!(rows[0].starts_with("i37_held_carts  A held cart"), "{said}");
    assert!(
        rows[0].contains("open, but it has a living order"),
        "{said}"
    );
    assert_eq!(rows[1], "1 violations");
    execute("DELETE FROM carts.carts").await;
}
