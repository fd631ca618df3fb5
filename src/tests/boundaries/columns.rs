//! A column that the database allows some words in only is an enum in its entity: otherwise a state that
//! is misspelt waits for its refusal, and one that is forgotten for its reader.

use std::{collections::BTreeSet, fs};

use super::{root, sources::files};

/// Text columns of such words, `<schema's module>: <table>.<column>`. The list may only shrink.
const WORDS_AS_TEXT: &[&str] = &["payment: dispute_evidence.file_type"];

/// The columns of which a statement's conditions list the words: `a text CHECK (a IN ('b', 'c'))`, also
/// without a table's definition, and negated.
fn closed(sql: &str) -> Vec<(String, String)> {
    let lines = sql.lines();
    let code = lines.map(|line| line.split("--").next().unwrap_or_default());
    let code = code.collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    for statement in code.split(';') {
        let mut words = statement.split_whitespace();
        let table = match (words.next(), words.next()) {
            (Some("CREATE" | "ALTER"), Some("TABLE")) => words.next().unwrap_or_default(),
            _ => continue,
        };
        for (at, _) in statement.match_indices(" IN (") {
            let listed = statement[at + 5..].trim_start().starts_with('\'');
            let before = statement[..at].trim_end_matches(" NOT");
            let begin = before.rfind(|c: char| !c.is_alphanumeric() && c != '_');
            if listed {
                let column = &before[begin.map_or(0, |begin| begin + 1)..];
                found.push((table.to_owned(), column.to_owned()));
            }
        }
    }
    found
}

/// The table of an entity, and its columns of text.
fn texts(entity: &str) -> Option<(&str, Vec<&str>)> {
    let (_, named) = entity.split_once("table_name = \"")?;
    let (table, rest) = named.split_once('"')?;
    let texts = rest.lines().filter_map(|line| {
        let (column, of) = line.trim().strip_prefix("pub ")?.split_once(": ")?;
        ["String,", "Option<String>,"]
            .contains(&of)
            .then_some(column)
    });
    Some((table, texts.collect()))
}

/// Of each crate with entities, by the folder of its migrations: the tables that every schema has are the
/// kernel's.
fn found() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let crates = ["modules", "src"].map(|dir| fs::read_dir(root().join(dir)).expect("a folder"));
    for dir in crates.into_iter().flatten().flatten() {
        let name = dir.file_name().to_string_lossy().into_owned();
        let migrations = match name.as_str() {
            "kernel" => dir.path().join("sql"),
            _ => root().join("migrations/src").join(&name),
        };
        let read = |path| fs::read_to_string(path).expect("a text file");
        let sql = files(&migrations, &[".sql"]).into_iter().map(read);
        let closed: Vec<_> = sql.flat_map(|sql| closed(&sql)).collect();
        for entity in files(&dir.path().join("src/entities"), &[".rs"]) {
            let entity = read(entity);
            let (table, texts) = texts(&entity).unwrap_or_default();
            let is = |text: &&str| closed.iter().any(|(of, is)| of == table && is == text);
            let open = texts.into_iter().filter(is);
            found.extend(open.map(|column| format!("{name}: {table}.{column}")));
        }
    }
    found
}

#[test]
fn what_the_database_allows_some_words_in_is_an_enum() {
    let known = WORDS_AS_TEXT.iter().map(|&column| column.to_owned());
    assert_eq!(found(), known.collect(), "left: found, right: the list");
}

#[test]
fn the_rule_about_columns_of_words_can_be_broken() {
    for (sql, found) in [
        (
            "CREATE TABLE t (a text NOT NULL CHECK (a IN ('b', 'c')))",
            true,
        ),
        (
            "-- t\nALTER TABLE t ADD CONSTRAINT c CHECK (a IN (\n 'b')) NOT VALID",
            true,
        ),
        ("CREATE TABLE t (CHECK (a NOT IN ('b') OR d))", true),
        ("CREATE TABLE t (a text) -- a IN ('b')", false),
        ("CREATE TABLE t (CHECK (a IN (0, 4)))", false),
        ("DELETE FROM t WHERE a IN ('b')", false),
    ] {
        let column = ("t".to_owned(), "a".to_owned());
        assert_eq!(closed(sql).contains(&column), found, "{sql}");
    }
    let entity = "#[sea_orm(table_name = \"t\")]\npub struct Model {\n    pub a: String,\n    \
                  pub b: Option<String>,\n    pub c: State,\n}";
    assert_eq!(texts(entity), Some(("t", vec!["a", "b"])));
}
