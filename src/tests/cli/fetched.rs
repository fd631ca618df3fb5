//! A machine without PostgreSQL's programs fetches them: here from an archive of this machine's own.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc,
};

use feira_database::throwaway;
use feira_testkit::Process;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

use super::{
    process::{feira, run},
    scratch::scratch,
};

const NAME: &str = "/postgresql.tar.gz";

/// What is published, by its path. One that is `None` begins and never ends.
type Published = BTreeMap<String, Option<Vec<u8>>>;

/// A server on loopback, and what was asked of it.
fn serve(published: Published) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}{NAME}", listener.local_addr().expect("it"));
    let (asked, paths) = mpsc::channel();
    std::thread::spawn(move || {
        let mut unended = Vec::new();
        for client in listener.incoming().flatten() {
            let path = answer(client, &published, &mut unended);
            if asked.send(path).is_err() {
                return;
            }
        }
    });
    (url, paths)
}

fn answer(client: TcpStream, published: &Published, unended: &mut Vec<TcpStream>) -> String {
    let mut lines = BufReader::new(client.try_clone().expect("it")).lines();
    let first = lines.next().expect("a line").expect("text");
    while lines
        .next()
        .is_some_and(|line| line.is_ok_and(|l| !l.is_empty()))
    {}
    let path = first.split(' ').nth(1).expect("a path").to_owned();
    let mut client = client;
    let mut say = |status: &str, size: usize, body: &[u8]| {
        let head =
            format!("HTTP/1.1 {status}\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n");
        // A client that was killed meanwhile hears nothing.
        let _ = client.write_all(head.as_bytes());
        let _ = client.write_all(body);
    };
    match published.get(&path) {
        Some(Some(body)) => say("200 OK", body.len(), body),
        Some(None) => {
            say("200 OK", 1 << 20, b"it begins");
            unended.push(client);
        }
        None => say("404 Not Found", 0, b""),
    }
    path
}

fn sum(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// With the sum that belongs to it, or another one.
fn published(archive: Vec<u8>, sum: &str) -> Published {
    let line = format!("{sum}  postgresql.tar.gz\n").into_bytes();
    let sum = (format!("{NAME}.sha256"), Some(line));
    [sum, (NAME.to_owned(), Some(archive))].into()
}

/// No programs but those that are fetched.
fn without(data: &Path, url: &str) -> Command {
    let mut command = feira(data);
    command
        .env("FEIRA_DATABASE__BINARIES", "fetched")
        .env("FEIRA_DATABASE__ARCHIVE_URL", url)
        .stdin(Stdio::null());
    command
}

/// The programs of this machine with what they need, as an archive lays them out: below the
/// directory that their folders have in common, by which they find each other.
fn own_archive() -> Vec<u8> {
    let bin = throwaway::cluster().binaries().dir();
    let config = |what: &str| {
        let mut command = Command::new(bin.join("pg_config"));
        let output = command.arg(what).output().expect("pg_config runs");
        PathBuf::from(String::from_utf8(output.stdout).expect("text").trim())
    };
    let (share, library) = (config("--sharedir"), config("--pkglibdir"));
    let common = bin
        .ancestors()
        .find(|dir| share.starts_with(dir) && library.starts_with(dir));
    let common = common.expect("the root at least");
    let gzip = GzEncoder::new(Vec::new(), Compression::none());
    let mut tar = tar::Builder::new(gzip);
    for name in ["initdb", "postgres", "pg_dump", "pg_restore"] {
        add(&mut tar, common, &bin.join(name));
    }
    add(&mut tar, common, &share);
    add(&mut tar, common, &library);
    tar.into_inner().expect("whole").finish().expect("whole")
}

/// Manuals and the compiler of statements are large, and not needed.
const LEFT_OUT: &[&str] = &["man", "bitcode", "pgxs", "llvmjit.so", "llvmjit_types.bc"];

fn add(tar: &mut tar::Builder<GzEncoder<Vec<u8>>>, common: &Path, path: &Path) {
    let name = path.file_name().unwrap_or_default();
    if LEFT_OUT.iter().any(|left| name == *left) || !path.exists() {
        return;
    }
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a directory") {
            add(tar, common, &entry.expect("an entry").path());
        }
        return;
    }
    let within = Path::new("postgresql").join(path.strip_prefix(common).expect("below"));
    tar.append_path_with_name(path, within).expect("it fits");
}

#[test]
fn programs_are_fetched_where_somebody_agrees() {
    let data = feira_testkit::directory();
    let archive = own_archive();
    let sum = sum(&archive);
    let (url, asked) = serve(published(archive, &sum));
    // Nobody was asked and nobody agreed: it says how, and asks no server.
    let (ok, _, error) = run(without(&data, &url).arg("migrate"));
    assert!(!ok && error.contains("--yes"), "{error}");
    assert!(error.contains("install"), "{error}");
    assert!(asked.try_recv().is_err());
    assert_eq!(fs::read_dir(&data).expect("ours").count(), 0);

    // Who agrees does not say that what is published is right: it is told, and not fetched.
    let (ok, _, error) = run(without(&data, &url).args(["migrate", "--yes"]));
    assert!(!ok && error.contains("database.archive_sha256"), "{error}");
    assert!(error.contains(&sum), "{error}");
    let paths: Vec<String> = asked.try_iter().collect();
    assert_eq!(paths, [format!("{NAME}.sha256")]);
    assert_eq!(fs::read_dir(&data).expect("ours").count(), 0);

    let mut pinned = without(&data, &url);
    pinned.env("FEIRA_DATABASE__ARCHIVE_SHA256", &sum);
    let (ok, said, error) = run(pinned.args(["migrate", "--yes"]));
    assert!(ok && said.contains("migrations applied"), "{said}{error}");
    assert!(data.join("postgresql").is_dir());
    assert_eq!(scratch(&data), Vec::<String>::new());
    let paths: Vec<String> = asked.try_iter().collect();
    assert_eq!(paths, [NAME]);
    let remembered = fs::read_to_string(data.join("postgresql.sha256")).expect("it");
    assert_eq!(remembered, format!("{sum}  {url}\n"));
    // From then on they are there.
    let (ok, said, error) = run(without(&data, &url).arg("check"));
    assert!(ok && asked.try_recv().is_err(), "{said}{error}");
}

/// The command on a terminal of its own, on which somebody types: whether it went well, and what is shown.
fn on_a_terminal(command: &Command, typed: &str) -> (bool, String) {
    let mut terminal = Command::new("script");
    if cfg!(target_os = "linux") {
        terminal.args(["-q", "-e", "-c", "exec \"$PROGRAM\" migrate", "/dev/null"]);
        terminal.env("PROGRAM", command.get_program());
    } else {
        terminal.args(["-q", "/dev/null"]);
        terminal.arg(command.get_program()).arg("migrate");
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => terminal.env(name, value),
            None => terminal.env_remove(name),
        };
    }
    terminal.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = terminal.spawn().expect("`script` of util-linux or BSD");
    let mut keyboard = process.stdin.take().expect("its input");
    keyboard.write_all(typed.as_bytes()).expect("it reads");
    let shown = process.wait_with_output().expect("it ends");
    drop(keyboard);
    let text = String::from_utf8_lossy(&shown.stdout).into_owned();
    (shown.status.success(), text)
}

#[test]
fn a_person_on_a_terminal_is_asked() {
    let data = feira_testkit::directory();
    let bytes = b"not what was meant".to_vec();
    let right = sum(&bytes);
    let (url, asked) = serve(published(bytes, &right));
    let sums = format!("{NAME}.sha256");
    let question = format!("Fetch its programs from {url}");
    let command = without(&data, &url);
    for (typed, fetched, said) in [
        ("n\n", &[][..], "--yes"),
        ("\n", &[], "--yes"),
        ("of course\n", &[], "--yes"),
        // The sum of an address that nobody knows is a question of its own.
        ("y\nn\n", &[&*sums][..], "database.archive_sha256"),
        ("YES\n y \n", &[&*sums, NAME], "cannot be used"),
    ] {
        let (ok, shown) = on_a_terminal(&command, typed);
        assert!(!ok && shown.contains(&question), "{typed:?}: {shown}");
        assert!(shown.contains(said), "{typed:?}: {shown}");
        assert!(shown.contains("install"), "{typed:?}: {shown}");
        let paths: Vec<String> = asked.try_iter().collect();
        assert_eq!(paths, fetched, "{typed:?}: {shown}");
        assert!(!data.join("postgresql").exists());
    }
}

#[test]
fn what_is_not_what_was_published_is_not_used() {
    let data = feira_testkit::directory();
    let bytes = b"not what was meant".to_vec();
    let (right, other) = (sum(&bytes), "0".repeat(64));
    let refused = |url: &str, pinned: &str| {
        let mut command = without(&data, url);
        command
            .env("FEIRA_DATABASE__FETCH_POSTGRES", "true")
            .env("FEIRA_DATABASE__ARCHIVE_SHA256", pinned);
        let (ok, _, error) = run(command.arg("migrate"));
        assert!(!ok && error.contains("install"), "{error}");
        assert!(!data.join("postgresql").exists(), "{error}");
        assert_eq!(scratch(&data), Vec::<String>::new());
        error
    };
    let (url, _asked) = serve(published(bytes.clone(), &right));
    let error = refused(&url, &other);
    assert!(error.contains(&right) && error.contains(&other), "{error}");
    assert!(refused(&url, &right).contains("cannot be used"));
    // What an archive had once it must have again, whatever is published meanwhile.
    let sums = data.join("postgresql.sha256");
    fs::write(sums, format!("{other}  {url}\n")).expect("ours");
    let error = refused(&url, "");
    assert!(error.contains(&right) && error.contains(&other), "{error}");
    let (url, _asked) = serve(Published::new());
    assert!(refused(&url, "").contains("404"));
    let (url, _asked) = serve(published(bytes, "no sum"));
    assert!(refused(&url, "").contains("SHA-256"));
    // Nobody is there.
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let nobody = format!("http://{}{NAME}", taken.local_addr().expect("it"));
    drop(taken);
    refused(&nobody, &other);
}

#[test]
fn a_fetch_that_is_killed_leaves_nothing_half() {
    let data = feira_testkit::directory();
    let mut stalls = published(Vec::new(), &"0".repeat(64));
    stalls.insert(NAME.to_owned(), None);
    let (url, asked) = serve(stalls);
    let pinned = |url: &str| {
        let mut command = without(&data, url);
        command
            .env("FEIRA_DATABASE__ARCHIVE_SHA256", "0".repeat(64))
            .args(["migrate", "--yes"]);
        command
    };
    let mut command = pinned(&url);
    command.stderr(Stdio::null());
    let mut process = Process::spawn(&mut command).expect("the binary starts");
    while asked.recv().expect("it asks") != NAME {}
    process.kill().expect("it runs");
    process.wait().expect("it ends");
    assert!(!data.join("postgresql").exists());
    // The next one begins anew, and takes away what was left.
    let (url, _asked) = serve(published(b"x".to_vec(), &"0".repeat(64)));
    let (ok, _, error) = run(&mut pinned(&url));
    assert!(!ok && error.contains("SHA-256"), "{error}");
    assert_eq!(scratch(&data), Vec::<String>::new());
}
