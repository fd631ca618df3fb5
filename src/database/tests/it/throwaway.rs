//! Nothing stays of a test, however it ends.

use std::path::{Path, PathBuf};
use std::process::Command;

use feira_database::throwaway;

use super::child::Child;
use super::support::{alive, eventually, query, signal};

/// The directory of the test binary that has this socket.
fn root_of(socket_dir: &Path) -> PathBuf {
    let root = socket_dir.ancestors().find(|dir| {
        let name = dir.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("feira-test-")
    });
    root.expect("a throw-away directory").to_owned()
}

#[test]
fn one_cluster_serves_the_whole_binary() {
    let cluster = throwaway::cluster();
    assert_eq!(throwaway::cluster().pid(), cluster.pid());
    assert_eq!(query(cluster, "SHOW fsync"), "off");
    assert_ne!(throwaway::directory(), throwaway::directory());
}

#[test]
fn it_goes_when_its_process_is_killed() {
    let mut child = Child::spawn("throwaway", Path::new("/nowhere"));
    let said = child.started();
    let root = root_of(&said.socket_dir);
    assert!(root.is_dir() && alive(said.server));
    child.kill();
    eventually("its server ends", || !alive(said.server));
    eventually("its directory goes", || !root.exists());
}

#[test]
fn it_goes_when_its_process_ends() {
    let mut child = Child::spawn("throwaway", Path::new("/nowhere"));
    let said = child.started();
    let root = root_of(&said.socket_dir);
    assert!(child.finish().success());
    eventually("its server ends", || !alive(said.server));
    eventually("its directory goes", || !root.exists());
}

#[test]
fn it_goes_when_process_and_server_are_killed() {
    let mut child = Child::spawn("throwaway", Path::new("/nowhere"));
    let said = child.started();
    let root = root_of(&said.socket_dir);
    signal("KILL", &[said.server, child.pid()]);
    eventually("its directory goes", || !root.exists());
}

/// As `feira serve` in a test: it has a server of its own, of which only it knows.
#[test]
fn children_go_when_their_process_is_killed() {
    let mut child = Child::spawn("parent", Path::new("/nowhere"));
    let (grandchild, said) = child.kept();
    let root = root_of(&said.socket_dir);
    assert!(alive(grandchild) && alive(said.server));
    child.kill();
    eventually("both end", || {
        let lives = alive(grandchild) || alive(said.server);
        assert!(root.exists() || !lives, "its data went first");
        !lives
    });
    eventually("the directory goes", || !root.exists());
}

#[test]
fn a_process_goes_when_it_is_dropped() {
    let mut command = Command::new("sleep");
    let process = throwaway::Process::spawn(command.arg("1000")).expect("a process");
    let pid = process.id();
    drop(process);
    assert!(!alive(pid));
}

#[test]
fn a_directory_goes_when_it_is_dropped() {
    let directory = throwaway::Directory::new().expect("a directory");
    let path = directory.path().to_owned();
    std::fs::write(path.join("file"), "x").expect("ours");
    drop(directory);
    assert!(!path.exists());
}
