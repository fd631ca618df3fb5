//! No statement stands in Rust: rows by key or filter are an entity's, other statements are files, and
//! what is composed is composed of expressions. A statement is known by how a literal begins, in any case,
//! also in a raw string, in `concat!`, behind a comment or a placeholder, and after another statement.

use std::{collections::BTreeMap, fs, path::PathBuf};

use super::{root, sources::files};

/// Texts of SQL that are still written in Rust, by file. The list may only shrink: what is left are how
/// transactions begin and end, and what takes a name where no value can be bound.
const SQL_IN_RUST: &[(&str, usize)] = &[
    ("migrations/src/roles.rs", 6),
    ("migrations/src/run.rs", 2),
    ("migrations/src/sql.rs", 1),
    ("modules/catalog/src/service/search.rs", 1),
    ("modules/kernel/src/db/connections.rs", 1),
    ("modules/kernel/src/db/pool.rs", 5),
    ("modules/kernel/src/db/role.rs", 1),
    ("modules/kernel/src/db/with_settings.rs", 2),
    ("src/cluster.rs", 1),
    ("src/database/src/password.rs", 1),
];

/// Fragments of SQL that are composed into statements, by file: of searches, and what no builder says. The list may
/// only shrink.
const FRAGMENTS: &[(&str, usize)] = &[
    ("modules/catalog/src/categories.rs", 1),
    ("modules/catalog/src/service/search/sql.rs", 29),
    ("modules/kernel/src/db/entity.rs", 1),
    ("modules/notification/src/service/list.rs", 1),
    ("modules/order/src/search.rs", 2),
    ("modules/order/src/service/seller_list.rs", 1),
    ("modules/store/src/service/reading.rs", 1),
];

/// What the words that begin a statement may stand before: `CREATE`, `ALTER` and `DROP`.
const OBJECTS: &str = "AGGREGATE CAST COLLATION CONSTRAINT DATABASE DEFAULT DOMAIN EVENT EXTENSION FOREIGN \
    FUNCTION GLOBAL GROUP INDEX LANGUAGE LOCAL MATERIALIZED OPERATOR OR OWNED POLICY PROCEDURE \
    PUBLICATION ROLE ROUTINE RULE SCHEMA SEQUENCE SERVER STATISTICS SUBSCRIPTION SYSTEM TABLE \
    TABLESPACE TEMP TEMPORARY TEXT TRIGGER TYPE UNIQUE UNLOGGED USER VIEW";

/// The text of each string literal; those of one `concat!` are one.
pub(super) fn literals(code: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let (mut at, mut since, mut joins) = (0, 0, false);
    while let Some(first) = code[at..].chars().next() {
        let rest = &code[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else if first == '\'' {
            at += quoted_char(rest);
        } else if let Some((text, end)) = literal(rest) {
            let before = code[since..at].trim();
            match found.last_mut().filter(|_| joins && before == ",") {
                Some(whole) => whole.push_str(&text),
                None => {
                    found.push(text);
                    joins = before.ends_with("concat!(");
                }
            }
            at += end;
            since = at;
        } else if first.is_alphanumeric() || first == '_' {
            // `r` and `b` at the end of a name begin no literal.
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            at += end.unwrap_or(rest.len());
        } else {
            at += first.len_utf8();
        }
    }
    found
}

/// How long a character or the mark of a lifetime is.
fn quoted_char(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((escaped, _))) => {
            let after = escaped + 1;
            rest[after..].find('\'').map_or(1, |end| after + end + 1)
        }
        (Some(_), Some((end, '\''))) => end + 1,
        _ => 1,
    }
}

/// A literal at the beginning of this: its text, and where it ends.
fn literal(rest: &str) -> Option<(String, usize)> {
    let prefix = ["br", "cr", "r", "b", "c", ""].into_iter().find(|prefix| {
        let open = rest.strip_prefix(prefix).unwrap_or_default();
        let hashes = open.trim_start_matches('#');
        hashes.starts_with('"') && (prefix.ends_with('r') || hashes.len() == open.len())
    })?;
    let open = &rest[prefix.len()..];
    let hashes = open.len() - open.trim_start_matches('#').len();
    let inner = &open[hashes + 1..];
    let begin = prefix.len() + hashes + 1;
    if prefix.ends_with('r') {
        let close = format!("\"{}", "#".repeat(hashes));
        let end = inner.find(&close)?;
        return Some((inner[..end].to_owned(), begin + end + close.len()));
    }
    let mut text = String::new();
    let mut chars = inner.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((text, begin + at + 1)),
            '\\' => match chars.next().map_or(' ', |(_, escaped)| escaped) {
                '\n' => while chars.next_if(|(_, c)| c.is_whitespace()).is_some() {},
                'n' | 't' | 'r' => text.push(' '),
                escaped => text.push(escaped),
            },
            c => text.push(c),
        }
    }
    None
}

/// Without what may stand before a statement: comments of SQL, and placeholders of `format!`.
fn stripped(text: &str) -> &str {
    let mut text = text.trim_start();
    loop {
        let end = match text {
            _ if text.starts_with("--") => text.find('\n'),
            _ if text.starts_with("/*") => text.find("*/").map(|end| end + 2),
            _ if text.starts_with('{') => text.find('}').map(|end| end + 1),
            _ if text.starts_with('(') => Some(1),
            _ => return text,
        };
        text = text[end.unwrap_or(text.len())..].trim_start();
    }
}

/// Whether the text has a statement, or begins one.
pub(super) fn has_statement(text: &str) -> bool {
    text.split(';').any(|part| begins_statement(stripped(part)))
}

fn begins_statement(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_ascii_alphabetic());
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    if !rest.is_empty() && !rest.starts_with(|c: char| c.is_whitespace() || c == '(') {
        return false;
    }
    // Words of English that a sentence may begin with are statements in capitals only.
    let shouted = word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase());
    let upper = format!(" {} ", rest.to_uppercase().replace(['\n', '\t'], " "));
    let mut words = upper.split_whitespace();
    let (next, third) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let has = |part: &str| upper.contains(part);
    match word.to_uppercase().as_str() {
        "SELECT" => {
            let plain = next.starts_with(|c: char| c.is_ascii_digit() || "$*'".contains(c));
            shouted || plain || next.contains('(') || (has(" FROM ") && !has(". "))
        }
        "INSERT" | "MERGE" => next == "INTO",
        "DELETE" => next == "FROM",
        "UPDATE" => has(" SET ") || (shouted && !next.is_empty()),
        "WITH" => has(" AS (") || has(" AS MATERIALIZED") || has(" AS NOT "),
        "CREATE" | "ALTER" | "DROP" => OBJECTS.split(' ').any(|object| object == next),
        "TRUNCATE" => next == "TABLE" || (shouted && !next.is_empty()),
        "SET" => {
            let kinds = ["LOCAL", "SESSION", "ROLE", "CONSTRAINTS", "TRANSACTION"];
            kinds.contains(&next)
                || next.contains('=')
                || third.starts_with('=')
                || (shouted && third == "TO")
        }
        "LOCK" => next == "TABLE" || has(" MODE ") || (shouted && !next.is_empty()),
        "COPY" => has(" STDIN") || has(" STDOUT") || (shouted && (has(" FROM ") || has(" TO "))),
        "CALL" => next.contains('(') || (shouted && !next.is_empty()),
        "DO" => next.starts_with('$') || next == "LANGUAGE",
        "COMMENT" => next == "ON" && (shouted || has(" IS ")),
        "GRANT" | "REVOKE" => has(" ON ") || (shouted && (has(" TO ") || has(" FROM "))),
        "START" => next == "TRANSACTION",
        "BEGIN" | "COMMIT" | "ROLLBACK" | "ABORT" | "SAVEPOINT" | "RELEASE" => {
            shouted || ["TRANSACTION", "WORK"].contains(&next)
        }
        "ANALYZE" | "CHECKPOINT" | "CLUSTER" | "DEALLOCATE" | "DECLARE" | "DISCARD" | "EXECUTE"
        | "EXPLAIN" | "FETCH" | "LISTEN" | "NOTIFY" | "PREPARE" | "REASSIGN" | "REFRESH"
        | "REINDEX" | "RESET" | "SHOW" | "TABLE" | "UNLISTEN" | "VACUUM" | "VALUES" => {
            shouted && !next.is_empty()
        }
        _ => false,
    }
}

/// The code without the tests at its end.
fn counted(text: &str) -> usize {
    let code = text.split("#[cfg(test)]\nmod tests {").next();
    let found = literals(code.unwrap_or_default());
    found.iter().filter(|text| has_statement(text)).count()
}

/// The sources of the program, with how often each has what is counted.
fn places(count: impl Fn(&str) -> usize) -> BTreeMap<String, usize> {
    let mut sources: Vec<PathBuf> = ["migrations", "modules", "src"]
        .iter()
        .flat_map(|dir| files(&root().join(dir), &[".rs"]))
        .collect();
    let exempt = ["/tests/", "/tests.rs", "_tests.rs", "/testkit/", "/testing"];
    sources.retain(|path| {
        let path = path.to_string_lossy();
        !exempt.iter().any(|part| path.contains(part))
    });
    assert!(sources.len() > 300, "the sources are read");
    let mut found = BTreeMap::new();
    for path in &sources {
        let count = count(&fs::read_to_string(path).expect("a text file"));
        if count > 0 {
            let name = path.strip_prefix(root()).unwrap_or(path);
            found.insert(name.to_string_lossy().into_owned(), count);
        }
    }
    found
}

fn known(list: &[(&str, usize)]) -> BTreeMap<String, usize> {
    let list = list.iter();
    list.map(|(name, count)| ((*name).to_owned(), *count))
        .collect()
}

#[test]
fn statements_are_entities_or_files() {
    let known = known(SQL_IN_RUST);
    assert_eq!(places(counted), known, "left: found, right: the list");
}

#[test]
fn fragments_are_composed_where_the_list_says() {
    let found = places(|text| text.matches(concat!("Expr::", "cust")).count());
    assert_eq!(found, known(FRAGMENTS), "left: found, right: the list");
}

#[test]
fn the_rule_about_statements_can_be_broken() {
    for statement in [
        "SELECT id FROM orders WHERE id = $1",
        "select 1",
        "select id from orders",
        "  update orders set state = 'x'",
        "UPDATE {table} ",
        "Insert Into orders (id) values ($1)",
        "DELETE FROM orders",
        "with made as (insert into reservations (key) values ($1)) select 1",
        "WITH RECURSIVE went AS (SELECT 1)",
        "MERGE INTO stock USING wanted ON true",
        "create unique index concurrently i on t (a)",
        "CREATE TABLE t (a int)",
        "alter role feira_orders set search_path = orders",
        "DROP SCHEMA orders",
        "truncate table carts",
        "SET LOCAL synchronous_commit = off",
        "set statement_timeout = 5",
        "lock table orders in share mode",
        "LOCK orders",
        "COPY orders FROM STDIN",
        "call prune(10)",
        "DO $$ BEGIN END $$",
        "grant select on orders to feira_orders",
        "COMMENT ON ROLE r IS 'x'",
        "BEGIN",
        "start transaction",
        "VACUUM orders",
        "EXPLAIN SELECT 1",
        "VALUES (1)",
        "-- What is left.\nSELECT 1",
        "/* what is left */ delete from orders",
        "{begin} SELECT 1",
        "(SELECT 1) UNION ALL (SELECT 2)",
        "no statement; DELETE FROM orders",
    ] {
        assert!(has_statement(statement), "{statement}");
    }
    for text in [
        "",
        "DELETE",
        "select a store",
        "with the key",
        "set it again",
        "call it",
        "Create a store",
        "update failed",
        "copy this to your bank",
        "lock of both lists",
        "begin anew",
        "SELECTED",
        "updated_at = $1",
        "drop it",
        "do not",
        "-- SELECT 1",
        "show more",
        "values",
        "delete {name}?",
        "comment on this",
        "A sale; call again",
    ] {
        assert!(!has_statement(text), "{text}");
    }
}

#[test]
fn a_statement_is_found_wherever_a_literal_stands() {
    for code in [
        r##"let sql = "SELECT id \n FROM orders";"##,
        r###"query(r#"update "orders" set a = 1"#)"###,
        r##"format!("{} DELETE FROM {}", a, b)"##,
        "query(br\"SELECT 1\")",
        "concat!(\"INSERT \", \"INTO orders\",\n \" VALUES (1)\")",
        "concat!(r\"WITH a\", r#\" AS (SELECT 1)\"#, \" SELECT 2\")",
        "let c = '\"'; let sql = \"\\\n    SELECT 1\";",
        "fn f<'a>(x: &'a str) { g(\"SELECT 1\") }",
        "#[cfg(test)]\nmod fakes;\nconst SQL: &str = \"SELECT 1\";",
    ] {
        assert_eq!(counted(code), 1, "{code}");
    }
    for code in [
        "include_str!(\"sql/take_key.sql\")",
        "// \"SELECT 1\" asks for nothing",
        "/* \"SELECT 1\" */ call(\"nothing\")",
        "let quoted = \"he said \\\"SELECT 1\\\"\";",
        "f(\"INSERT \", \"INTO orders\")",
        "x();\n#[cfg(test)]\nmod tests {\n    const SQL: &str = \"SELECT 1\";\n}",
    ] {
        assert_eq!(counted(code), 0, "{code}");
    }
}
