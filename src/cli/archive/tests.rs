use tar::EntryType;

use super::*;

const KEY: &str = "keys/token-key";
const PICTURE: &str = "files/ab/ab01.webp";
const MEMBERS: [(&str, &str); 4] = [
    (DUMP, "all rows"),
    (PICTURE, "a picture"),
    ("keys/.token-key.made", ""),
    (KEY, "a key"),
];

/// An archive with a member of each kind.
fn packed() -> Vec<u8> {
    let dir = feira_testkit::directory();
    fs::create_dir_all(dir.join("files/ab")).expect("a directory");
    fs::create_dir(dir.join("keys")).expect("a directory");
    let drafts = [("files/ab/0.tmp", "half"), ("keys/token-key.partial", "")];
    for (path, text) in MEMBERS.into_iter().chain(drafts) {
        fs::write(dir.join(path), text).expect("a file");
    }
    let archive = dir.join("archive");
    let out = File::create_new(&archive).expect("a file");
    let entries = [DUMP, "files", "keys", "not there"].map(|name| (name, dir.join(name)));
    let stop = CancellationToken::new();
    pack(out, &entries, OffsetDateTime::UNIX_EPOCH, &stop).expect("packed");
    fs::read(archive).expect("an archive")
}

/// What an archive gives, or why it is refused.
fn restored(archive: &[u8], unverified: bool) -> Result<Vec<(&'static str, String)>, String> {
    let dir = feira_testkit::directory();
    let (file, into) = (dir.join("archive"), dir.join("deep/into"));
    fs::write(&file, archive).expect("a file");
    let result = unpack(&file, &into, unverified, &CancellationToken::new());
    assert!(!dir.join("evil").exists() && !dir.join("deep/evil").exists());
    result.map_err(|error| format!("{error:#}"))?;
    let read = |path: &str| fs::read_to_string(into.join(path)).expect(path);
    Ok(MEMBERS.map(|(path, _)| (path, read(path))).to_vec())
}

struct Entry {
    path: String,
    kind: EntryType,
    content: Vec<u8>,
}

fn entry(path: &str, kind: EntryType) -> Entry {
    Entry {
        path: path.to_owned(),
        kind,
        content: b"x".repeat(usize::from(kind.is_file())),
    }
}

fn entries(archive: &[u8]) -> Vec<Entry> {
    let mut tar = tar::Archive::new(archive);
    let entries = tar.entries().expect("an archive").map(|entry| {
        let mut entry = entry.expect("an entry");
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("its content");
        Entry {
            path: entry.path().expect("a path").display().to_string(),
            kind: entry.header().entry_type(),
            content,
        }
    });
    entries.collect()
}

/// The same archive with other entries, whatever they are called.
fn rewritten(archive: &[u8], change: impl Fn(&mut Vec<Entry>)) -> Vec<u8> {
    let mut entries = entries(archive);
    change(&mut entries);
    let mut out = tar::Builder::new(Vec::new());
    for entry in entries {
        let mut header = tar::Header::new_gnu();
        header.as_old_mut().name[..entry.path.len()].copy_from_slice(entry.path.as_bytes());
        header.set_entry_type(entry.kind);
        header.set_mode(0o777);
        header.set_size(entry.content.len() as u64);
        if entry.kind.is_symlink() || entry.kind.is_hard_link() {
            header.set_link_name("../../evil").expect("a link");
        }
        header.set_cksum();
        out.append(&header, &entry.content[..]).expect("an entry");
    }
    out.into_inner().expect("an archive")
}

#[test]
fn an_archive_gives_what_was_packed_and_says_what_it_is() {
    let archive = packed();
    let whole = MEMBERS.map(|(path, text)| (path, text.to_owned())).to_vec();
    assert_eq!(restored(&archive, false).as_ref(), Ok(&whole));
    let entries = entries(&archive);
    assert_eq!(entries.len(), MEMBERS.len() + 1, "no drafts");
    let last = entries.last().expect("a member");
    assert_eq!(last.path, manifest::NAME);
    let manifest: serde_json::Value = serde_json::from_slice(&last.content).expect("JSON");
    assert_eq!(manifest["format"], 1);
    assert_eq!(manifest["feira"], env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest["created_at"], "1970-01-01T00:00:00Z");
    let dump = &manifest["members"][0];
    assert_eq!(dump["path"], DUMP);
    assert_eq!(dump["size"], 8);
    assert_eq!(
        dump["sha256"], "a028ba99d77dd489889ba557398dc4914bba66d242cd14cc2363e2cbd3e8f941",
        "as sha256sum says it"
    );
}

#[test]
fn one_bit_that_turned_is_found_wherever_it_is() {
    let archive = packed();
    let mut kinds = 0;
    for entry in tar::Archive::new(&archive[..])
        .entries()
        .expect("an archive")
    {
        let entry = entry.expect("an entry");
        let path = entry.path().expect("a path").display().to_string();
        let begin = usize::try_from(entry.raw_file_position()).expect("small");
        let size = usize::try_from(entry.size()).expect("small");
        kinds += usize::from(size > 0);
        for at in begin..begin + size {
            let mut turned = archive.clone();
            turned[at] ^= 1 << (at % 8);
            let why = restored(&turned, at & 1 == 0).expect_err(&path);
            assert!(
                path == manifest::NAME || why.ends_with(&format!("{path} is damaged")),
                "{path}: {why}"
            );
        }
    }
    assert_eq!(kinds, 4, "dump, picture, key, manifest");
}

#[test]
fn an_archive_that_is_cut_off_anywhere_is_refused() {
    let archive = packed();
    for length in (0..archive.len()).step_by(64) {
        for unverified in [false, true] {
            let why = restored(&archive[..length], unverified).expect_err("a refusal");
            assert!(why.contains("is not restored"), "{length}: {why}");
        }
    }
}

#[test]
fn what_does_not_belong_into_an_archive_is_refused() {
    let archive = packed();
    let refused = |why: &str, change: &dyn Fn(&mut Vec<Entry>)| {
        let said = restored(&rewritten(&archive, change), true).expect_err(why);
        assert!(said.contains(why), "{said}");
    };
    refused("keys/token-key is missing", &|entries| {
        entries.retain(|entry| entry.path != KEY);
    });
    for path in [DUMP, PICTURE, KEY] {
        refused(&format!("{path} is in it twice"), &|entries| {
            let at = entries.iter().position(|entry| entry.path == path);
            let at = at.expect("it is there");
            entries.insert(at, entry(&format!("./{path}"), EntryType::Regular));
        });
    }
    for (path, kind) in [
        ("files/ab/ab02.webp", EntryType::Regular),
        ("keys/other", EntryType::Regular),
        ("files/ab", EntryType::Directory),
    ] {
        refused(&format!("{path} is not in its manifest"), &|entries| {
            entries.insert(0, entry(path, kind));
        });
    }
    for (path, kind) in [
        ("keys/../../evil", EntryType::Regular),
        ("../evil", EntryType::Regular),
        ("/tmp/evil", EntryType::Regular),
        ("pg/PG_VERSION", EntryType::Regular),
        ("keys", EntryType::Regular),
        ("keys", EntryType::Symlink),
        ("files/ab/ab02.webp", EntryType::Symlink),
        ("files/ab/ab02.webp", EntryType::Link),
        (DUMP, EntryType::Symlink),
        (manifest::NAME, EntryType::Directory),
    ] {
        refused(&format!("{path} has no place"), &|entries| {
            entries.insert(0, entry(path, kind));
        });
    }
    refused("stands behind its manifest", &|entries| {
        entries.push(entry("files/ab/ab02.webp", EntryType::Regular));
    });
    refused("it has no database.dump", &|entries| {
        entries.retain(|entry| entry.path == KEY);
    });
    refused("which this release does not know", &|entries| {
        let last = entries.last_mut().expect("a manifest");
        last.content = br#"{"format":2,"feira":"9.0.0","sums":{}}"#.to_vec();
    });
    let more = [&archive[..], &archive[..]].concat();
    let why = restored(&more, true).expect_err("two archives");
    assert!(why.contains("behind its end"), "{why}");
}

#[test]
fn an_archive_without_a_manifest_is_taken_only_on_demand() {
    let old = rewritten(&packed(), |entries| {
        entries.retain(|entry| entry.path != manifest::NAME);
        // As 0.1.0 packed directories.
        entries.insert(1, entry("files/", EntryType::Directory));
        entries.insert(2, entry("files/ab/", EntryType::Directory));
    });
    let why = restored(&old, false).expect_err("a refusal");
    assert!(
        why.contains("--unverified") && why.contains("0.1.0"),
        "{why}"
    );
    assert!(restored(&old, true).is_ok());
    let why = restored(&old[..old.len() - 1024], true).expect_err("a refusal");
    assert!(why.contains("cut off"), "{why}");
}
