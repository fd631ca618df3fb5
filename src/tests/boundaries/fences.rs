//! A refusal that is an arithmetic error tells nobody what was refused: a value or a named exception does.
//! So no SQL divides by what could be zero, wherever it stands; by a number that is written there it may.

use std::{collections::BTreeSet, fs, path::PathBuf};

use super::{
    root,
    sources::files,
    statements::{has_statement, literals},
};

/// What shares by a ratio: the amounts of a sale, which a constraint of their table keeps above zero. The
/// list may only shrink.
const SHARES: &[&str] = &[
    "src/check/invariants/i52_running_refunds_are_held.sql",
    "src/check/invariants/i61_commission_at_the_ratio_of_the_sale.sql",
    "src/tests/check/neighbours.rs",
];

/// Whether SQL divides by anything but a number; what is quoted or a comment does not.
fn divides(sql: &str) -> bool {
    let lines = sql
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default());
    let code = lines.collect::<Vec<_>>().join("\n");
    let mut plain = code.split('\'').step_by(2);
    plain.any(|code| by_division(code) || by_function(code))
}

fn by_division(code: &str) -> bool {
    code.match_indices(['/', '%']).any(|(at, _)| {
        let (before, behind) = (&code[..at], code[at + 1..].trim_start());
        // Comments, and `LIKE` operators and similarity of `pg_trgm`.
        let other = before.ends_with(['/', '*', '<', '%']) || behind.starts_with(['*', '>', '%']);
        let number = behind.starts_with(|c: char| c.is_ascii_digit() && c != '0');
        !other && !number
    })
}

fn by_function(code: &str) -> bool {
    let named = ["div(", "mod(", "sqrt(", "ln("];
    named.iter().any(|name| {
        let mut found = code.match_indices(name);
        found.any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

/// The texts of SQL in Rust: statements, and in a file that composes some, all that could be a part: not
/// the pointer to a field, nor the pattern of a LIKE or the name of a file.
fn in_rust(code: &str) -> Vec<String> {
    let composes = code.contains("Expr::cust");
    let other = |text: &str| text.starts_with('/') || text.contains('%') || text.ends_with(".sql");
    let part = |text: &str| composes && !other(text);
    let texts = literals(code).into_iter();
    texts
        .filter(|text| part(text) || has_statement(text))
        .collect()
}

#[test]
fn no_sql_divides_by_what_could_be_zero() {
    let places = ["benches", "migrations", "modules", "src"];
    let all = |ending: &str| -> Vec<PathBuf> {
        let dirs = places.iter().map(|dir| root().join(dir));
        dirs.flat_map(|dir| files(&dir, &[ending])).collect()
    };
    let (sql, rust) = (all(".sql"), all(".rs"));
    assert!(sql.len() > 300 && rust.len() > 500, "the sources are read");
    let mut found = BTreeSet::new();
    for path in sql.into_iter().chain(rust) {
        let text = fs::read_to_string(&path).expect("a text file");
        let texts = match path.extension().is_some_and(|ending| ending == "sql") {
            true => vec![text],
            false => in_rust(&text),
        };
        let name = path.strip_prefix(root()).unwrap_or(&path).to_string_lossy();
        let itself = name.ends_with("boundaries/fences.rs");
        if !itself && texts.iter().any(|text| divides(text)) {
            found.insert(name.into_owned());
        }
    }
    let known = SHARES.iter().map(|&name| name.to_owned());
    assert_eq!(found, known.collect(), "left: found, right: the list");
}

#[test]
fn the_rule_about_divisions_can_be_broken() {
    for sql in [
        "SELECT 1 / (CASE WHEN stock < 0 THEN 0 ELSE 1 END)",
        "SELECT 1\n/ 0",
        "SELECT 5 % stock",
        "SELECT mod(5, stock)",
        "SELECT '/' || 1/stock",
    ] {
        assert!(divides(sql), "{sql}");
    }
    for sql in [
        "SELECT 'feira/' || name -- of one / both",
        "SELECT sum(digit) % 11 / 3",
        "SELECT name % 'shoe', name <% 'shoe', name %> 'shoe', /* a / b */ vln(1)",
    ] {
        let known = sql.contains("name % '");
        assert_eq!(divides(sql), known, "{sql}");
    }
    let composed = "query(\"SELECT a / b\"); f(\"a / b\");";
    assert_eq!(in_rust(composed).len(), 1);
    assert_eq!(in_rust(&format!("{composed} Expr::cust(x);")).len(), 2);
}
