//! PostgreSQL's programs for a machine that has none: a published archive, into the data directory.

mod unpack;

use std::{
    ffi::{OsStr, OsString},
    fs,
    io::Write,
    path::Path,
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use feira_database::{Binaries, Error};
use sha2::{Digest, Sha256};

use super::{interrupt::aside, scratch::Scratch, terminal};
use crate::{
    cluster::{self, FETCHED},
    compose,
    config::Config,
};

const CONNECT: Duration = Duration::from_secs(15);
/// Between two parts of an answer.
const STALLED: Duration = Duration::from_secs(60);
/// More is no archive of PostgreSQL, of which one has about 30 MB.
const MOST: u64 = 512 << 20;
/// Lies in the data directory: the archives that were fetched, each with its sum before its URL.
const SUMS: &str = "postgresql.sha256";

/// The sums that archives of the default address must have, as their publisher's `.sha256` files said when
/// these were written down. Another version needs sums of its own.
const PINNED: &[(&str, &str)] = &[
    (
        "https://github.com/theseus-rs/postgresql-binaries/releases/download/17.11.0/postgresql-17.11.0-x86_64-unknown-linux-gnu.tar.gz",
        "b7a1ba6bae6499d8296e3e81b0171eecfd1766ca9aaa0057e41ad3e844e5e2e0",
    ),
    (
        "https://github.com/theseus-rs/postgresql-binaries/releases/download/17.11.0/postgresql-17.11.0-aarch64-unknown-linux-gnu.tar.gz",
        "abffda09209280ec1502b73720dc4d254fb7fff9a072e324926c600a5b16c221",
    ),
    (
        "https://github.com/theseus-rs/postgresql-binaries/releases/download/17.11.0/postgresql-17.11.0-aarch64-apple-darwin.tar.gz",
        "fd4b62794b160e26973a768a1eef3248aef9d2ff23ebd6d884a4299485e28e57",
    ),
    (
        "https://github.com/theseus-rs/postgresql-binaries/releases/download/17.11.0/postgresql-17.11.0-x86_64-apple-darwin.tar.gz",
        "e43a81b15e1cfe7f9d8fd79c6d4d0366e9001a5f690e322224dca704656602f7",
    ),
];

/// What installs the programs, where the package manager is there.
const MANAGERS: &[(&str, &str)] = &[
    ("apt", "apt install postgresql"),
    ("dnf", "dnf install postgresql-server postgresql-contrib"),
    ("pacman", "pacman -S postgresql"),
    ("apk", "apk add postgresql postgresql-contrib"),
    ("brew", "brew install postgresql@17"),
];

/// Fetches the programs if a cluster needs them, the machine has none, and somebody agreed.
pub(super) async fn programs(config: &Config, path: Option<OsString>) -> anyhow::Result<()> {
    if !config.database.url.is_empty() {
        return Ok(());
    }
    let settings = cluster::settings(config, path.clone());
    let missing = matches!(Binaries::find(&settings.search, None), Err(Error::NotFound));
    if !missing {
        return Ok(());
    }
    let install = install(path.as_deref().unwrap_or_default());
    let Some(target) = target() else {
        bail!("{}", Error::NotFound);
    };
    let url = config.database.archive_url.replace("{target}", target);
    let question = format!(
        "This machine has no PostgreSQL server. Fetch its programs from {url} into {}?",
        config.data_dir.display()
    );
    ensure!(
        config.database.fetch_postgres || terminal::ask(&question),
        "no PostgreSQL server was found: install one with `{install}`, or have its programs fetched from \
         {url} into the data directory with --yes (the setting database.fetch_postgres)"
    );
    let instead = || format!("PostgreSQL was not fetched; `{install}` installs it, too");
    let http = client(&url)?;
    let wanted = wanted(config, &http, &url).await.with_context(instead)?;
    cluster::make_data_dir(config, path)?;
    let bar = terminal::progress("fetching PostgreSQL");
    let fetched = fetch(config, &http, &url, &wanted).await;
    bar.finish_and_clear();
    fetched.with_context(instead)
}

fn client(url: &str) -> reqwest::Result<reqwest::Client> {
    compose::tls();
    reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .read_timeout(STALLED)
        .https_only(url.starts_with("https://"))
        .build()
}

/// The sum that the archive must have: the one that is set, is built in for its address, or was right
/// before; or the published one, if somebody says that it is right. Who agreed to the fetch (`--yes`) did
/// not say that.
async fn wanted(config: &Config, http: &reqwest::Client, url: &str) -> anyhow::Result<String> {
    let set = &config.database.archive_sha256;
    if !set.is_empty() {
        return Ok(set.to_lowercase());
    }
    if let Some(sum) = pinned(url) {
        return Ok(sum.to_owned());
    }
    if let Some(sum) = remembered(&config.data_dir, url) {
        return Ok(sum);
    }
    let sum = published(http, url).await?;
    let question = format!(
        "{url}.sha256 says that the archive has the SHA-256 {sum}. Do you know from elsewhere that this is \
         right, or trust who published both?"
    );
    ensure!(
        terminal::ask(&question),
        "{url}.sha256 says that the archive has the SHA-256 {sum}, which nobody confirmed: set \
         database.archive_sha256 to the one that you trust"
    );
    Ok(sum)
}

fn pinned(url: &str) -> Option<&'static str> {
    let found = PINNED.iter().find(|(known, _)| *known == url);
    found.map(|(_, sum)| *sum)
}

fn remembered(data_dir: &Path, url: &str) -> Option<String> {
    let sums = fs::read_to_string(data_dir.join(SUMS)).ok()?;
    let sum = sums.lines().find_map(|line| sum_of(line, url));
    sum.map(str::to_owned)
}

fn remember(data_dir: &Path, url: &str, sum: &str) -> anyhow::Result<()> {
    let path = data_dir.join(SUMS);
    let before = fs::read_to_string(&path).unwrap_or_default();
    let others = before.lines().filter(|line| sum_of(line, url).is_none());
    let own = format!("{sum}  {url}");
    let mut lines: Vec<&str> = others.collect();
    lines.push(&own);
    let text = lines.join("\n") + "\n";
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// What a line of `SUMS` says of a URL.
fn sum_of<'a>(line: &'a str, url: &str) -> Option<&'a str> {
    line.strip_suffix(url)?.strip_suffix("  ")
}

/// As this binary was built.
fn target() -> Option<&'static str> {
    use std::env::consts::{ARCH, OS};
    match (OS, ARCH, cfg!(target_env = "musl")) {
        ("linux", "x86_64", false) => Some("x86_64-unknown-linux-gnu"),
        ("linux", "x86_64", true) => Some("x86_64-unknown-linux-musl"),
        ("linux", "aarch64", false) => Some("aarch64-unknown-linux-gnu"),
        ("linux", "aarch64", true) => Some("aarch64-unknown-linux-musl"),
        ("macos", "x86_64", _) => Some("x86_64-apple-darwin"),
        ("macos", "aarch64", _) => Some("aarch64-apple-darwin"),
        _ => None,
    }
}

/// The command of this machine's package manager, or of all that are known.
fn install(path: &OsStr) -> String {
    let there = |program: &str| std::env::split_paths(path).any(|dir| dir.join(program).is_file());
    let found = MANAGERS.iter().find(|(program, _)| there(program));
    match found {
        Some((_, command)) => (*command).to_owned(),
        None => {
            let all: Vec<&str> = MANAGERS.iter().map(|(_, command)| *command).collect();
            all.join("` or `")
        }
    }
}

/// All of it lies in a directory that goes with this command, until it is whole.
async fn fetch(
    config: &Config,
    http: &reqwest::Client,
    url: &str,
    wanted: &str,
) -> anyhow::Result<()> {
    let scratch = Scratch::private(&config.data_dir)?;
    let found = download(http, url, &scratch).await?;
    ensure!(
        found == wanted,
        "the archive at {url} has the SHA-256 {found}, not {wanted}"
    );
    remember(&config.data_dir, url, wanted)?;
    let place = config.data_dir.join(FETCHED);
    let from = url.to_owned();
    aside(move |stop| {
        let unpacked = scratch.path().join("unpacked");
        unpack::unpack(&scratch.path().join(ARCHIVE), &unpacked, stop)
            .with_context(|| format!("the archive at {from} cannot be used"))?;
        runs(&unpacked)?;
        give(&unpacked, &place)
    })
    .await
}

const ARCHIVE: &str = "archive";

/// `<sum>  <file>`, as sha256sum writes it.
async fn published(http: &reqwest::Client, url: &str) -> anyhow::Result<String> {
    let url = format!("{url}.sha256");
    let answer = http.get(&url).send().await?.error_for_status()?;
    let text = answer.text().await?;
    let sum = text.split_whitespace().next().unwrap_or_default();
    let whole = sum.len() == 64 && sum.chars().all(|c| c.is_ascii_hexdigit());
    ensure!(whole, "there is no SHA-256 at {url}");
    Ok(sum.to_lowercase())
}

/// Writes the archive, and says its sum.
async fn download(http: &reqwest::Client, url: &str, to: &Scratch) -> anyhow::Result<String> {
    let mut answer = http.get(url).send().await?.error_for_status()?;
    let (path, mut file) = to.file(ARCHIVE)?;
    let cannot = || format!("cannot write {}", path.display());
    let (mut sum, mut size) = (Sha256::new(), 0);
    while let Some(part) = answer.chunk().await? {
        size += part.len() as u64;
        ensure!(size <= MOST, "the archive at {url} is too large");
        sum.update(&part);
        file.write_all(&part).with_context(cannot)?;
    }
    Ok(hex::encode(sum.finalize()))
}

/// Whether the programs can be run here at all: they may be for another C library.
fn runs(dir: &Path) -> anyhow::Result<()> {
    let found = Binaries::find(&cluster::only(dir), None);
    found
        .map(drop)
        .context("the programs in the archive do not run on this machine")
}

/// Gives what is whole its name; what another command fetched meanwhile stays.
fn give(unpacked: &Path, place: &Path) -> anyhow::Result<()> {
    if place.exists() {
        if runs(place).is_ok() {
            return Ok(());
        }
        fs::remove_dir_all(place).with_context(|| format!("cannot remove {}", place.display()))?;
    }
    fs::rename(unpacked, place).with_context(|| format!("cannot make {}", place.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_archives_have_their_sums() {
        let sources = crate::config::Sources::default();
        let config = Config::load(&sources, "data".into()).unwrap();
        let url = config.database.archive_url;
        let sums: Vec<&str> = [
            "x86_64-unknown-linux-gnu",
            "aarch64-unknown-linux-gnu",
            "x86_64-apple-darwin",
            "aarch64-apple-darwin",
        ]
        .iter()
        .map(|target| pinned(&url.replace("{target}", target)).expect(target))
        .collect();
        for (at, sum) in sums.iter().enumerate() {
            assert!(sum.len() == 64 && sum.chars().all(|c| c.is_ascii_hexdigit()));
            assert!(!sums[..at].contains(sum), "{sum}");
        }
        assert_eq!(pinned(&url), None);
        let other = url.replace("{target}", "x86_64-unknown-linux-gnu") + "?";
        assert_eq!(pinned(&other), None);
    }

    #[test]
    fn a_sum_is_remembered_for_its_url_alone() {
        let dir = feira_testkit::directory();
        let (one, other) = (
            "https://a.example/17.5.tar.gz",
            "https://a.example/17.6.tar.gz",
        );
        assert_eq!(remembered(&dir, one), None);
        for (url, sum) in [(one, "aa"), (other, "bb"), (one, "cc")] {
            remember(&dir, url, sum).unwrap();
            assert_eq!(remembered(&dir, url).as_deref(), Some(sum));
        }
        assert_eq!(remembered(&dir, other).as_deref(), Some("bb"));
        assert_eq!(remembered(&dir, "17.6.tar.gz"), None);
    }

    #[test]
    fn the_machines_package_manager_is_named() {
        let dir = feira_testkit::directory();
        let all = install(dir.as_os_str());
        for (_, command) in MANAGERS {
            assert!(all.contains(command), "{all}");
        }
        fs::write(dir.join("pacman"), "").unwrap();
        assert_eq!(install(dir.as_os_str()), "pacman -S postgresql");
        fs::write(dir.join("apt"), "").unwrap();
        assert_eq!(install(dir.as_os_str()), "apt install postgresql");
    }
}
