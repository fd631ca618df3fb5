//! Several processes and one data directory.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

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
    let text = error.to_string();
    assert!(text.contains("FEIRA_DATA"), "{text}");
    assert!(text.contains("it::child::child --exact"), "{text}");
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
fn who_may_not_own_the_cluster_only_uses_that_of_an_owner() {
    let data = data_dir();
    let path = data.to_path_buf();
    let attach = || Cluster::attach(&throwaway::settings(&path)).expect("it can look");
    assert!(attach().is_none());
    assert!(!data.exists(), "not even the directory is made");

    // Nobody is kept out while it looks.
    let looks = AtomicBool::new(true);
    let owner = thread::scope(|scope| {
        scope.spawn(|| {
            while looks.load(Ordering::Relaxed) {
                attach();
            }
        });
        let owner = Cluster::start(throwaway::settings(&path));
        looks.store(false, Ordering::Relaxed);
        owner.expect("the cluster starts")
    });
    let other = attach().expect("there is an owner");
    assert_eq!(other.pid(), owner.pid());
    assert_eq!(query(&other, "SELECT 1"), "1");
    drop(owner);
    assert!(attach().is_none(), "its data is not enough");
    assert_tidy(&data);
    let again = start(&data);
    assert_eq!(query(&other, "SELECT 1"), "1", "the same address");
    drop((again, other));

    // A command has it for a while only; another command may use it all the same.
    let command = Cluster::attach_or_start(throwaway::settings(&path)).expect("it starts");
    assert!(attach().is_none(), "its owner does not stay");
    let another = Cluster::attach_or_start(throwaway::settings(&path)).expect("it attaches");
    assert_eq!(another.pid(), command.pid());
    drop((another, command));

    // Of an owner that was killed the lock file still speaks.
    let mut owner = Child::spawn("own", &data);
    let server = owner.started().server;
    owner.kill();
    eventually("the server ends", || !alive(server));
    assert!(attach().is_none());
    assert_tidy(&data);
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
