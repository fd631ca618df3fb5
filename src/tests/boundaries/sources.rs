//! Boundaries in the text of the sources: what a public face may name, where time comes from,
//! how long a file is, what lies where.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::{EDGES, packages, root};

/// What lies at the top, and nothing else.
const TOP: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "Dockerfile",
    "LICENSE",
    "README.md",
    "benches",
    "config",
    "migrations",
    "modules",
    "src",
    "static",
    "target",
    "templates",
];

/// A file that is longer has two subjects; beside its code it may have its tests.
const LONGEST_FILE: usize = 400;
const LONGEST_CODE: usize = 300;

/// Those whose code is longer. The list may only shrink.
const LONG_FILES: &[&str] = &[
    "modules/kernel/src/batch.rs",
    "modules/kernel/src/db/connections.rs",
    "modules/kernel/src/db/pool.rs",
    "modules/kernel/src/remote.rs",
    "modules/order/src/checkout/request.rs",
    "modules/payment/src/api/mod.rs",
    "modules/payment/src/api/types.rs",
    "modules/payment/src/ledger.rs",
    "modules/payment/src/provider/kinds/manual.rs",
    "modules/payment/src/provider/kinds/mercado_pago/wire.rs",
    "modules/payment/src/provider/kinds/paypal/wire.rs",
    "modules/payment/src/provider/kinds/stripe.rs",
    "modules/payment/src/provider/kinds/stripe/paying.rs",
    "modules/payment/src/provider/kinds/woovi.rs",
    "modules/payment/src/provider/kinds/woovi/wire.rs",
    "modules/payment/src/provider/live.rs",
    "modules/payment/src/provider/mod.rs",
    "modules/payment/src/service/by_hand.rs",
    "modules/payment/src/service/entering.rs",
    "modules/payment/src/service/paying_out.rs",
    "modules/payment/src/service/settling.rs",
    "modules/payment/src/service/statements.rs",
    "modules/payment/src/service/transferring.rs",
    "modules/store/src/service/applying.rs",
    "modules/store/src/service/commission.rs",
    "modules/store/src/service/shipping.rs",
    "src/api/src/admin_money.rs",
    "src/api/src/admin_providers.rs",
    "src/api/src/auth.rs",
    "src/api/src/seller_catalog.rs",
    "src/api/src/views/payment.rs",
    "src/compose.rs",
    "src/pages/src/admin/store_money.rs",
    "src/pages/src/disputes.rs",
    "src/sandbox/src/http.rs",
];

/// All files below a folder with one of the endings, without those that were built.
pub(crate) fn files(dir: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                open.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// `<file>:<line>: <text>` of each line that a rule refuses.
fn refused(files: &[PathBuf], rule: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for path in files {
        let text = fs::read_to_string(path).expect("a text file");
        let name = path.strip_prefix(root()).unwrap_or(path).display();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| rule(line)) {
            found.push(format!("{name}:{}: {}", number + 1, line.trim()));
        }
    }
    found
}

fn names_word(line: &str, word: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|part| part == word)
}

#[test]
fn no_public_face_names_a_storage_type() {
    let packages = packages();
    let words = [
        "sea_orm",
        "sqlx",
        "DbErr",
        "DatabaseConnection",
        "DatabaseTransaction",
        "Tx",
    ];
    let mut faces = Vec::new();
    for (name, _) in EDGES {
        let src = packages[*name].dir.join("src");
        faces.extend(files(&src.join("api"), &[".rs"]));
        faces.extend(Some(src.join("api.rs")).filter(|path| path.exists()));
    }
    assert!(faces.len() >= EDGES.len(), "each module has an api");
    let found = refused(&faces, |line| {
        words.iter().any(|word| names_word(line, word))
    });
    assert!(found.is_empty(), "{found:#?}");
}

/// What a crate shows stands in the public modules of its `lib.rs`, and in the files that define what is used there by
/// name; none of them names an entity.
#[test]
fn no_entity_leaves_its_module() {
    let packages = packages();
    for (name, _) in EDGES {
        let src = packages[*name].dir.join("src");
        let library = fs::read_to_string(src.join("lib.rs")).expect("a text file");
        assert!(library.contains("\nmod entities;"), "{name}");
        let mut faces = vec![src.join("lib.rs")];
        for (room, names) in shown(&library) {
            let mut inside = files(&src.join(room), &[".rs"]);
            inside.extend(Some(src.join(format!("{room}.rs"))).filter(|path| path.exists()));
            assert!(
                !inside.is_empty() || room == "feira_files",
                "{name}::{room}"
            );
            inside.retain(|path| names == ["*"] || defines(path, &names));
            faces.extend(inside);
        }
        assert!(faces.len() > 2, "{name} shows its api and what tests need");
        let found = refused(&faces, |line| {
            names_word(line, "entities") && line != "mod entities;"
        });
        assert!(found.is_empty(), "{found:#?}");
    }
}

/// The public modules of a crate, and what it shows of others; `*` is all of one.
fn shown(library: &str) -> Vec<(&str, Vec<&str>)> {
    let statements = library.split(';').map(|statement| {
        let line = |line: &&str| line.starts_with("pub mod ") || line.starts_with("pub use ");
        let begin = statement.lines().find(line)?;
        statement.get(statement.find(begin)?..)
    });
    let shown = statements
        .flatten()
        .map(|statement| match statement.strip_prefix("pub mod ") {
            Some(room) => (room, vec!["*"]),
            None => {
                let mut words =
                    statement.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '*');
                let room = words.nth(2).unwrap_or_default();
                (room, words.filter(|word| !word.is_empty()).collect())
            }
        });
    shown.collect()
}

fn defines(path: &Path, names: &[&str]) -> bool {
    let text = fs::read_to_string(path).expect("a text file");
    text.lines()
        .filter(|line| line.starts_with("pub"))
        .any(|line| {
            let kinds = ["struct", "enum", "fn", "trait", "type", "const", "static"];
            kinds.iter().any(|kind| names_word(line, kind))
                && names.iter().any(|name| names_word(line, name))
        })
}

#[test]
fn what_a_crate_shows_is_read_from_its_first_file() {
    let library = "mod entities;\npub mod testing;\n    pub mod inner {\n    }\n\npub use api::*;\npub use keys::{\n    A, B,\n};\n";
    let expected = [
        ("testing", vec!["*"]),
        ("api", vec!["*"]),
        ("keys", vec!["A", "B"]),
    ];
    assert_eq!(shown(library), expected);
}

#[test]
fn transactions_begin_in_the_kernel_only() {
    let packages = packages();
    let src = EDGES
        .iter()
        .map(|(name, _)| packages[*name].dir.join("src"));
    let files: Vec<_> = src.flat_map(|dir| files(&dir, &[".rs"])).collect();
    let found = refused(&files, |line| names_word(line, "TransactionTrait"));
    assert!(
        found.is_empty(),
        "use the pool's guarded transactions: {found:#?}"
    );
}

/// Deadlines are compared with the clock that is an argument; SQL's own time is for the books
/// of rows and for leases, which must not depend on a clock that a test can set.
#[test]
fn sql_tells_the_time_only_for_rows_and_leases() {
    let places = ["modules", "migrations", "src"];
    let mut sources: Vec<_> = places
        .iter()
        .flat_map(|dir| files(&root().join(dir), &[".rs", ".sql"]))
        .collect();
    let exempt = [
        "/tests/",
        "src/check/",
        "_tests.rs",
        "/testkit/",
        "src/app/sql/database_clock.sql",
    ];
    sources.retain(|path| {
        !exempt
            .iter()
            .any(|part| path.to_string_lossy().contains(part))
    });
    let found = refused(&sources, tells_time_wrongly);
    assert!(
        found.is_empty(),
        "bind the clock's time instead: {found:#?}"
    );
}

fn tells_time_wrongly(line: &str) -> bool {
    let code = line.trim_start();
    if code.starts_with("//") || code.starts_with("--") {
        return false;
    }
    let plain = code.to_lowercase();
    let others = [
        "current_timestamp",
        "current_date",
        "clock_timestamp(",
        "localtimestamp",
        "transaction_timestamp(",
        "statement_timestamp(",
    ];
    if others.iter().any(|name| plain.contains(name)) {
        return true;
    }
    let calls = plain.match_indices("now()").filter(|(at, _)| {
        // `clock.now()` and `Instant::now()` are Rust.
        let before = plain[..*at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "._:".contains(c))
    });
    let of_rows = plain.contains("default now()")
        && (plain.contains("created_at") || plain.contains("updated_at"));
    calls.count() > 0 && !of_rows && !plain.contains("lease_until")
}

#[test]
fn the_rule_about_time_can_be_broken() {
    for fine in [
        "created_at timestamptz NOT NULL DEFAULT now(),",
        "AND (lease_until IS NULL OR lease_until < now()) \\",
        "let now = self.env.now();",
        "let start = Instant::now();",
        "-- now() is for rows",
    ] {
        assert!(!tells_time_wrongly(fine), "{fine}");
    }
    for wrong in [
        "WHERE expires_at < now()",
        "expires_at timestamptz DEFAULT now()",
        "\"UPDATE x SET paid_at = NOW()\"",
        "SELECT current_timestamp",
    ] {
        assert!(tells_time_wrongly(wrong), "{wrong}");
    }
}

/// A query that never fired may be one that cannot: somewhere a test breaks what it asks for, and
/// names it.
#[test]
fn every_invariant_is_broken_by_a_test() {
    let tests: Vec<String> = ["modules", "src"]
        .iter()
        .flat_map(|dir| files(&root().join(dir), &[".rs"]))
        .filter(|path| path.components().any(|part| part.as_os_str() == "tests"))
        .map(|path| fs::read_to_string(path).expect("a text file"))
        .collect();
    let invariants = files(&root().join("src/check/invariants"), &[".sql"]);
    assert!(invariants.len() > 20, "the invariants are read");
    for path in invariants {
        let name = path.file_stem().expect("a name").to_string_lossy();
        let named = |text: &String| text.lines().any(|line| names_word(line, &name));
        assert!(tests.iter().any(named), "no test breaks {name}");
    }
}

#[test]
fn no_file_is_too_long() {
    let places = ["modules", "migrations", "src"];
    let mut long = BTreeSet::new();
    for path in places
        .iter()
        .flat_map(|dir| files(&root().join(dir), &[".rs"]))
    {
        let text = fs::read_to_string(&path).expect("a text file");
        let lines = text.lines().count();
        assert!(lines <= LONGEST_FILE, "{}: {lines} lines", path.display());
        let name = path.strip_prefix(root()).unwrap_or(&path).to_string_lossy();
        let of_tests = ["/tests/", "tests.rs", "/testing", "/testkit/", "/samples"];
        let code = text.split("#[cfg(test)]\nmod tests {").next();
        let code = code.unwrap_or_default().lines().count();
        if code > LONGEST_CODE && !of_tests.iter().any(|part| name.contains(part)) {
            long.insert(name.into_owned());
        }
    }
    let known = LONG_FILES.iter().map(|&name| name.to_owned());
    assert_eq!(long, known.collect(), "left: found, right: the list");
}

#[test]
fn nothing_strays_at_the_top() {
    for entry in fs::read_dir(root()).expect("the repository").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(
            name.starts_with('.') || TOP.contains(&name.as_str()),
            "{name} does not belong at the top"
        );
    }
}
