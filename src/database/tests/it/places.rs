//! Data directories in awkward places, and users without rights.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};

use feira_database::{Cluster, Error, throwaway};

use super::child::Child;
use super::support::{alive, data_dir, query, root, server_user, start};

fn long(parent: &Path) -> PathBuf {
    parent
        .join("a-name-of-forty-letters-for-a-long-path--")
        .join("b-name-of-forty-letters-for-a-long-path--")
}

#[test]
fn a_path_too_long_for_a_socket_moves_the_socket() {
    let data = long(&throwaway::directory());
    let mut settings = throwaway::settings(&data);
    settings.temp_dir = throwaway::directory();
    let cluster = Cluster::start(settings.clone()).expect("the cluster starts");
    let socket_dir = cluster.socket_dir().to_owned();
    assert!(socket_dir.starts_with(&settings.temp_dir));
    let mode = fs::metadata(&socket_dir).expect("a folder").mode();
    assert_eq!(mode & 0o777, 0o700);
    assert_eq!(query(&cluster, "SELECT 1"), "1");

    let other = Cluster::attach_or_start(throwaway::settings(&data)).expect("it attaches");
    assert_eq!(
        other.socket_dir(),
        socket_dir,
        "whatever its own temporary directory"
    );
    drop((other, cluster));
    assert!(!socket_dir.exists());

    // Somebody was there first, and can listen.
    fs::create_dir(&socket_dir).expect("a folder");
    fs::set_permissions(&socket_dir, Permissions::from_mode(0o777)).expect("ours");
    let error = Cluster::start(settings).err();
    assert!(matches!(error, Some(Error::SocketDir { .. })), "{error:?}");
}

#[test]
fn a_name_with_signs_works() {
    for name in ["my \"data\" ä+&%", "a,b"] {
        let mut settings = throwaway::settings(throwaway::directory().join(name));
        settings.temp_dir = throwaway::directory();
        let cluster = Cluster::start(settings).expect("the cluster starts");
        assert_eq!(query(&cluster, "SELECT 1"), "1", "{name}");
    }
}

#[test]
fn a_relative_path_and_a_link_lead_to_the_same_cluster() {
    let dir = throwaway::directory();
    fs::create_dir(dir.join("real")).expect("a folder");
    symlink("real", dir.join("link")).expect("a link");
    let owner = start(&dir.join("link/data"));
    let settings = throwaway::settings(dir.join("real/../real/data"));
    let other = Cluster::attach_or_start(settings).expect("it attaches");
    assert_eq!(other.pid(), owner.pid());
}

#[test]
fn a_directory_that_the_servers_user_cannot_enter_is_refused_at_once() {
    if !root() {
        return; // An ordinary user's server runs as that user.
    }
    let home = throwaway::directory();
    fs::set_permissions(&home, Permissions::from_mode(0o700)).expect("ours");
    let data = home.join("clone/data");
    let error = Cluster::start(throwaway::settings(&data))
        .err()
        .expect("a refusal");
    assert!(
        matches!(&error, Error::Unreachable { blocked, .. } if *blocked == home),
        "{error:?}"
    );
    assert!(
        error.to_string().contains("FEIRA_DATA=/var/lib/feira"),
        "{error}"
    );
    assert!(!home.join("clone").exists(), "nothing was made");

    fs::create_dir_all(&data).expect("folders");
    fs::set_permissions(&home, Permissions::from_mode(0o711)).expect("ours");
    fs::set_permissions(&data, Permissions::from_mode(0o700)).expect("ours");
    let error = Cluster::start(throwaway::settings(&data))
        .err()
        .expect("a refusal");
    assert!(error.to_string().contains("chmod o+x"), "{error}");
    fs::set_permissions(&data, Permissions::from_mode(0o711)).expect("ours");
    assert_eq!(query(&start(&data), "SELECT 1"), "1");
}

/// The user of nobody else's cluster, with root's help to become it.
fn plain_user() -> (u32, u32) {
    let passwd = fs::read_to_string("/etc/passwd").expect("users");
    let line = passwd.lines().find(|line| line.starts_with("nobody:"));
    let fields: Vec<&str> = line.expect("nobody").split(':').collect();
    (
        fields[2].parse().expect("a number"),
        fields[3].parse().expect("a number"),
    )
}

#[test]
fn a_plain_user_runs_a_cluster_and_root_uses_it() {
    let data = data_dir();
    let mut child = if root() {
        let (uid, gid) = plain_user();
        fs::create_dir(&data).expect("a folder");
        fs::set_permissions(&data, Permissions::from_mode(0o700)).expect("ours");
        chown(&data, Some(uid), Some(gid)).expect("root may");
        Child::spawn_as(uid, gid, "own", &data)
    } else {
        Child::spawn("own", &data)
    };
    let said = child.started();
    assert!(said.socket_dir.starts_with(&data));
    let owner = fs::metadata(format!("/proc/{}", child.pid()))
        .expect("a process")
        .uid();
    assert_eq!(server_user(&data).0, owner);
    let other = Cluster::attach_or_start(throwaway::settings(&data)).expect("it attaches");
    assert_eq!(query(&other, "SELECT 1"), "1");
    assert!(child.finish().success());
    assert!(!alive(said.server));
}

#[test]
fn root_leaves_a_plain_users_cluster_to_its_user() {
    if !root() {
        return; // Only root can act for two users.
    }
    let (uid, gid) = plain_user();
    let data = data_dir();
    fs::create_dir(&data).expect("a folder");
    chown(&data, Some(uid), Some(gid)).expect("root may");
    let mut child = Child::spawn_as(uid, gid, "own", &data);
    child.started();
    assert!(child.finish().success());

    assert_eq!(query(&start(&data), "SELECT 1"), "1");
    let mut child = Child::spawn_as(uid, gid, "own", &data);
    child.started();
}

#[test]
fn a_cluster_that_root_copied_is_given_to_the_servers_user() {
    if !root() {
        return; // Only root's copies belong to somebody else.
    }
    let data = data_dir();
    drop(start(&data));
    let user = server_user(&data);
    let copy = data_dir();
    fs::create_dir(&copy).expect("a folder");
    let status = std::process::Command::new("cp")
        .arg("-r")
        .args([data.join("pg"), data.join("keys"), copy.to_path_buf()])
        .status();
    assert!(status.expect("cp runs").success());
    assert_eq!(server_user(&copy).0, 0);
    fs::set_permissions(copy.join("pg"), Permissions::from_mode(0o700)).expect("ours");
    assert_eq!(query(&start(&copy), "SELECT 1"), "1");
    assert_eq!(server_user(&copy), user);
}
