//! Several processes and one data directory.

use std::fs;

use feira_database::{Cluster, Error, throwaway};

use super::child::Child;
use super::support::{alive, assert_tidy, data_dir, eventually, query, start};

#[test]
fn a_second_owner_is_refused() {
    let data = data_dir();
    let mut child = Child::spawn("own", &data);
    let server = child.started().server;
    let error = Cluster::start(throwaway::settings(&data))
        .err()
        .expect("a refusal");
    assert!(
        matches!(error, Error::Locked { pid: Some(pid), .. } if pid == child.pid()),
        "{error:?}"
    );
    assert!(error.to_string().contains("FEIRA_DATA"), "{error}");
    assert!(alive(server));
    assert!(child.finish().success());
    assert_eq!(query(&start(&data), "SELECT 1"), "1");
}

#[test]
fn another_command_attaches_to_the_running_server() {
    let data = data_dir();
    let owner = start(&data);
    let other = Cluster::attach_or_start(throwaway::settings(&data)).expect("it attaches");
    assert_eq!(other.pid(), owner.pid());
    assert_eq!(query(&other, "SELECT 1"), "1");
    assert!(!other.is_owner());
    drop(other);
    assert_eq!(query(&owner, "SELECT 1"), "1", "the owner goes on");
}

#[test]
fn another_command_waits_while_the_owner_starts() {
    let data = data_dir();
    let mut child = Child::spawn("own", &data);
    eventually("the child is the owner", || {
        let text = fs::read_to_string(data.join("database.lock")).unwrap_or_default();
        text == format!("{}\n", child.pid())
    });
    let other = Cluster::attach_or_start(throwaway::settings(&data)).expect("it attaches");
    assert_eq!(query(&other, "SELECT 1"), "1");
    assert_eq!(other.pid(), child.started().server);
}

#[test]
fn without_an_owner_a_command_runs_the_server_itself() {
    let data = data_dir();
    let mut owner = Child::spawn("own", &data);
    owner.started();
    owner.kill();
    let command = Cluster::attach_or_start(throwaway::settings(&data)).expect("it starts");
    let pid = command.pid();
    assert!(command.is_owner());
    assert_eq!(query(&command, "SELECT 1"), "1");
    drop(command);
    assert!(!alive(pid));
    assert_tidy(&data);
}

#[test]
fn an_owner_that_gets_nowhere_is_not_waited_for_without_end() {
    let data = data_dir();
    fs::create_dir_all(&data).expect("a folder");
    let lock = fs::File::create(data.join("database.lock")).expect("a file");
    lock.try_lock().expect("nobody else");
    let mut settings = throwaway::settings(&data);
    settings.startup_timeout = std::time::Duration::from_millis(100);
    let error = Cluster::attach_or_start(settings).err();
    assert!(
        matches!(error, Some(Error::OwnerNotReady { .. })),
        "{error:?}"
    );
}
