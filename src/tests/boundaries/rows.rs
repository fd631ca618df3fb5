//! Rows that a statement is given as JSON are structs whose names a test compares with those that it reads:
//! to PostgreSQL a name that is misspelt is a NULL.

use std::{collections::BTreeSet, fs};

use super::{root, sources::files};

/// Statements whose rows no test compares, by crate and parameter. The list may only shrink.
const COMPARED_BY_NOBODY: &[&str] = &[];

/// The parameters that a statement reads rows of.
fn rows_of(sql: &str) -> Vec<u32> {
    let lines = sql
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default());
    let code = lines.collect::<Vec<_>>().join(" ");
    let calls = code.split("jsonb_to_recordset($").skip(1);
    let numbers = calls.filter_map(|call| {
        call.split(|c: char| !c.is_ascii_digit())
            .next()?
            .parse()
            .ok()
    });
    numbers.collect()
}

/// Whether one of the tests compares this parameter's rows: by the name of the file, or by what it was
/// bound to.
fn compared(code: &str, file: &str, parameter: u32) -> bool {
    code.split("reads(").skip(1).any(|call| {
        let call = call.split(';').next().unwrap_or_default();
        let mut arguments = call.splitn(3, ',').map(str::trim);
        let (statement, number) = (arguments.next(), arguments.next());
        let statement = statement.unwrap_or_default();
        let bound = format!("let {statement} = include_str!(");
        let named = match code.split(&bound[..]).nth(1) {
            Some(path) => path.split(')').next().unwrap_or_default(),
            None => statement,
        };
        named.contains(&format!("/{file}\"")) && number == Some(&parameter.to_string()[..])
    })
}

#[test]
fn rows_of_json_are_what_their_statements_read() {
    let mut found = BTreeSet::new();
    let mut count = 0;
    for module in fs::read_dir(root().join("modules"))
        .expect("a folder")
        .flatten()
    {
        let read = |path| fs::read_to_string(path).expect("a text file");
        let src = module.path().join("src");
        let code: Vec<String> = files(&src, &[".rs"]).into_iter().map(read).collect();
        for sql in files(&src, &[".sql"]) {
            let file = sql
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            for parameter in rows_of(&read(sql)) {
                count += 1;
                if !code.iter().any(|code| compared(code, &file, parameter)) {
                    let module = module.file_name();
                    found.insert(format!("{}: {file} ${parameter}", module.to_string_lossy()));
                }
            }
        }
    }
    assert!(count > 10, "the statements are read");
    let known = COMPARED_BY_NOBODY.iter().map(|&row| row.to_owned());
    assert_eq!(found, known.collect(), "left: found, right: the list");
}

#[test]
fn the_rule_about_rows_of_json_can_be_broken() {
    assert_eq!(
        rows_of("FROM jsonb_to_recordset($12::jsonb) AS r -- jsonb_to_recordset($1)"),
        [12]
    );
    let direct = "reads(include_str!(\"../sql/a.sql\"), 2, Row::FIELDS);";
    let bound =
        "let sql = include_str!(\"../sql/a.sql\");\nfeira_testkit::reads(sql, 2, Row::FIELDS);";
    for code in [direct, bound] {
        assert!(compared(code, "a.sql", 2), "{code}");
        assert!(!compared(code, "b.sql", 2), "{code}");
        assert!(!compared(code, "a.sql", 1), "{code}");
    }
}
