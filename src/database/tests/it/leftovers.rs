//! What earlier runs can leave in a data directory.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child as Process, Command, Stdio};

use feira_database::{Cluster, Error, throwaway};

use super::child::Child;
use super::support::{alive, data_dir, eventually, query, root, server_user, signal, start};

/// Ends with the test.
struct Killed(Process);

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn as_server_user(command: &mut Command, data: &Path) -> Killed {
    if root() {
        let (uid, gid) = server_user(data);
        command.uid(uid).gid(gid);
    }
    command
        .current_dir("/")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Killed(command.spawn().expect("a process"))
}

/// Leaves a cluster that was stopped in good order, and says where its programs are.
fn made(data: &Path) -> Cluster {
    let cluster = start(data);
    query(&cluster, "CREATE TABLE kept AS SELECT 42 AS n");
    cluster
}

#[test]
fn a_pid_file_whose_number_another_process_got_does_not_matter() {
    let data = data_dir();
    drop(made(&data));
    // The same user, so that PostgreSQL itself would take it for a server.
    let stranger = as_server_user(Command::new("sleep").arg("1000"), &data);
    let text = format!("{}\n", stranger.0.id());
    for name in ["postmaster.pid", ".s.PGSQL.5432.lock"] {
        let path = data.join("pg").join(name);
        fs::write(&path, &text).expect("a stale file");
        if root() {
            let (uid, gid) = server_user(&data);
            chown(&path, Some(uid), Some(gid)).expect("root may");
        }
    }
    let cluster = start(&data);
    assert_eq!(query(&cluster, "SELECT n FROM kept"), "42");
    assert!(alive(stranger.0.id()), "it has nothing to do with us");
}

#[test]
fn an_empty_pid_file_does_not_matter() {
    let data = data_dir();
    drop(made(&data));
    fs::write(data.join("pg/postmaster.pid"), "").expect("a stale file");
    assert_eq!(query(&start(&data), "SELECT n FROM kept"), "42");
}

#[test]
fn a_server_that_was_left_behind_is_stopped() {
    let data = data_dir();
    let cluster = made(&data);
    let postgres = cluster.binaries().postgres();
    drop(cluster);
    let pg = data.canonicalize().expect("a folder").join("pg");
    let mut command = Command::new(postgres);
    command.arg("-D").arg(&pg).args(["-c", "listen_addresses="]);
    command
        .arg("-c")
        .arg(format!("unix_socket_directories={}", pg.display()));
    let leftover = as_server_user(&mut command, &data);
    eventually("the leftover is ready", || {
        fs::read_to_string(pg.join("postmaster.pid")).is_ok_and(|text| text.contains("ready"))
    });
    assert!(alive(leftover.0.id()));

    let cluster = start(&data);
    assert!(!alive(leftover.0.id()));
    assert_ne!(cluster.pid(), leftover.0.id());
    assert_eq!(query(&cluster, "SELECT n FROM kept"), "42");
}

#[test]
fn an_interrupted_initdb_is_done_again() {
    let data = data_dir();
    let child = Child::spawn("own", &data);
    eventually("initdb works", || {
        data.join("pg.init/data/PG_VERSION").exists()
    });
    signal("KILL", &[child.pid()]);
    drop(child);
    assert!(
        !data.join("pg").exists(),
        "half a cluster must not look like one"
    );

    let cluster = start(&data);
    assert_eq!(query(&cluster, "SELECT 1"), "1");
    assert!(!data.join("pg.init").exists());
}

#[test]
fn a_folder_without_a_cluster_is_cleared() {
    let data = data_dir();
    fs::create_dir_all(data.join("pg/base/1")).expect("folders");
    assert_eq!(query(&start(&data), "SELECT 1"), "1");
}

#[test]
fn a_damaged_cluster_is_never_cleared() {
    let data = data_dir();
    drop(made(&data));
    fs::remove_file(data.join("pg/PG_VERSION")).expect("a file");
    let error = Cluster::start(throwaway::settings(&data)).err();
    assert!(matches!(error, Some(Error::Damaged { .. })), "{error:?}");
    assert!(data.join("pg/base").exists());
}

#[test]
fn data_of_another_major_version_is_left_alone() {
    let data = data_dir();
    fs::create_dir_all(data.join("pg/global")).expect("folders");
    fs::write(data.join("pg/global/pg_control"), "").expect("a file");
    fs::write(data.join("pg/PG_VERSION"), "12\n").expect("a file");
    let error = Cluster::start(throwaway::settings(&data))
        .err()
        .expect("a refusal");
    let installed = throwaway::cluster().binaries().major();
    let message = error.to_string();
    assert!(message.contains("PostgreSQL 12"), "{message}");
    assert!(message.contains(&installed.to_string()), "{message}");
    assert!(message.contains("restore a backup"), "{message}");
    assert_eq!(
        fs::read_to_string(data.join("pg/PG_VERSION")).expect("a file"),
        "12\n"
    );
}
