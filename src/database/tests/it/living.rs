//! Starts, stops and what lies between.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use feira_database::{Cluster, throwaway};

use super::child::Child;
use super::support::{
    alive, assert_tidy, data_dir, eventually, query, root, server_user, signal, start,
};

#[test]
fn the_first_start_makes_a_safe_and_private_cluster() {
    let data = data_dir();
    let mut settings = throwaway::settings(&data);
    settings.fast = false;
    settings.extra = vec![("work_mem".to_owned(), "5MB".to_owned())];
    let cluster = Cluster::start(settings).expect("the cluster starts");
    for (setting, value) in [
        ("data_checksums", "on"),
        ("fsync", "on"),
        ("listen_addresses", ""),
        ("password_encryption", "scram-sha-256"),
        ("server_encoding", "UTF8"),
        ("work_mem", "5MB"),
    ] {
        assert_eq!(
            query(&cluster, &format!("SHOW {setting}")),
            value,
            "{setting}"
        );
    }
    assert_eq!(
        query(&cluster, "SELECT current_user, lower('ÇÃO')"),
        "feira|ção"
    );
    let password = fs::metadata(data.join("keys/database-password")).expect("a password");
    assert_eq!(password.permissions().mode() & 0o777, 0o600);
    if root() {
        assert_ne!(server_user(&data).0, 0, "the server must not be root");
    }
    assert!(cluster.is_owner());
}

#[test]
fn a_wrong_password_is_refused() {
    let cluster = throwaway::cluster();
    let url = cluster.url("postgres");
    let (head, tail) = url.split_once('@').expect("a password");
    let wrong = format!("{}x@{tail}", head);
    let psql = cluster.binaries().dir().join("psql");
    let answer = |url: &str| {
        let output = std::process::Command::new(&psql)
            .args([url, "-Xc", "SELECT 1"])
            .output();
        output.expect("psql runs").status.success()
    };
    assert!(answer(&url));
    assert!(!answer(&wrong));
}

#[test]
fn a_later_start_finds_the_data_and_a_drop_stops_the_server() {
    let data = data_dir();
    let first = start(&data);
    query(&first, "CREATE TABLE kept AS SELECT 42 AS n");
    let url = first.url("postgres");
    let pid = first.pid();
    assert!(alive(pid));
    drop(first);
    assert!(!alive(pid), "the drop waits for the end");
    assert_tidy(&data);

    let second = start(&data);
    assert_eq!(query(&second, "SELECT n FROM kept"), "42");
    assert_eq!(second.url("postgres"), url, "the password stays");
}

#[test]
fn a_process_that_ends_in_good_order_stops_its_server() {
    let data = data_dir();
    let mut child = Child::spawn("own", &data);
    let server = child.started().server;
    assert!(alive(server));
    assert!(child.finish().success());
    assert!(!alive(server));
    assert_tidy(&data);
}

#[test]
fn a_server_that_was_killed_alone_is_started_again() {
    let data = data_dir();
    let mut settings = throwaway::settings(&data);
    settings.fast = false;
    let cluster = Cluster::start(settings).expect("the cluster starts");
    query(&cluster, "CREATE TABLE kept AS SELECT 42 AS n");
    let pid = cluster.pid();
    signal("KILL", &[pid]);
    eventually("another server", || cluster.pid() != pid);
    assert_eq!(query(&cluster, "SELECT n FROM kept"), "42");
    drop(cluster);
    assert_tidy(&data);
}

/// As when its log finds no room on the disk: it ends, and ends again at every start.
#[test]
fn a_server_that_cannot_start_for_a_while_comes_back_by_itself() {
    let data = data_dir();
    let mut settings = throwaway::settings(&data);
    settings.fast = false;
    let cluster = Cluster::start(settings).expect("the cluster starts");
    query(&cluster, "CREATE TABLE kept AS SELECT 42 AS n");
    let pid = cluster.pid();
    let (wal, away) = (data.join("pg/pg_wal"), data.join("away"));
    fs::rename(&wal, &away).expect("taken away");
    signal("KILL", &[pid]);
    eventually("a start fails", || {
        let log = fs::read_to_string(data.join("postgres.log")).unwrap_or_default();
        log.contains("required WAL directory")
    });
    fs::rename(&away, &wal).expect("put back");
    eventually("another server", || cluster.pid() != pid);
    assert_eq!(query(&cluster, "SELECT n FROM kept"), "42");
    drop(cluster);
    assert_tidy(&data);
}

#[test]
fn a_lost_password_file_is_made_again() {
    let data = data_dir();
    let first = start(&data);
    query(&first, "CREATE TABLE kept AS SELECT 42 AS n");
    let url = first.url("postgres");
    drop(first);
    fs::remove_file(data.join("keys/database-password")).expect("a password");

    let second = start(&data);
    assert_ne!(second.url("postgres"), url);
    assert_eq!(query(&second, "SELECT n FROM kept"), "42");
}

#[test]
fn a_setting_that_the_server_refuses_is_shown_with_its_words() {
    let data = data_dir();
    let mut settings = throwaway::settings(&data);
    settings.extra = vec![("no_such_setting".to_owned(), "1".to_owned())];
    let error = Cluster::start(settings)
        .err()
        .expect("a refusal")
        .to_string();
    assert!(error.contains("\"no_such_setting\""), "{error}");
    assert!(error.contains("postgres.log"), "{error}");
}
