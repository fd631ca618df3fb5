//! Processes that are not asked whether they want to end.

use std::fs;
use std::thread;

use super::child::Child;
use super::support::{alive, assert_tidy, data_dir, eventually, query, signal, start};

#[test]
fn sigterm_ends_the_server_too() {
    ends_the_server("TERM");
}

#[test]
fn sigkill_ends_the_server_too() {
    ends_the_server("KILL");
}

fn ends_the_server(name: &str) {
    let data = data_dir();
    let mut child = Child::spawn("own", &data);
    let server = child.started().server;
    signal(name, &[child.pid()]);
    eventually("the server ends", || !alive(server));
    assert_tidy(&data);
}

#[test]
fn after_sigkill_the_next_start_need_not_wait() {
    let data = data_dir();
    let mut child = Child::spawn("own", &data);
    let server = child.started().server;
    child.kill();
    let cluster = start(&data);
    assert_ne!(cluster.pid(), server);
    assert!(!alive(server));
    assert_eq!(query(&cluster, "SELECT 1"), "1");
}

#[test]
fn sigkill_of_both_is_recovered_from() {
    let data = data_dir();
    let mut child = Child::spawn("own", &data);
    let server = child.started().server;
    // The server first: its owner's death would have it end in good order.
    signal("KILL", &[server, child.pid()]);
    child.kill();
    assert!(data.join("pg/postmaster.pid").exists());
    let cluster = start(&data);
    assert_eq!(query(&cluster, "SELECT 1"), "1");
}

/// PostgreSQL refuses to start while a process of the old server is attached to its memory.
#[test]
fn a_start_waits_for_the_last_process_of_a_killed_server() {
    let data = data_dir();
    let mut child = Child::spawn("own", &data);
    let server = child.started().server;
    let slow = one_child_of(server);
    signal("STOP", &[slow]);
    signal("KILL", &[server, child.pid()]);
    child.kill();

    let starting = thread::spawn({
        let data = data.to_path_buf();
        move || start(&data)
    });
    eventually("PostgreSQL refuses", || {
        let log = fs::read_to_string(data.join("postgres.log")).unwrap_or_default();
        log.contains("pre-existing shared memory block")
    });
    assert!(!starting.is_finished());
    signal("CONT", &[slow]);
    let cluster = starting.join().expect("a start");
    assert_eq!(query(&cluster, "SELECT 1"), "1");
}

fn one_child_of(server: u32) -> u32 {
    let parent = format!(" {server} ");
    fs::read_dir("/proc")
        .expect("/proc")
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .find(|pid| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            // "pid (name) state parent ..."
            let behind = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
            behind
                .get(1..)
                .is_some_and(|rest| rest.starts_with(&parent))
        })
        .expect("a server has processes")
}
