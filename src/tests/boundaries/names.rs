//! Names of tests can be read in a list.

use std::fs;

use super::{root, sources::files};

/// A longer name tells two stories, or one that belongs in a comment.
const LONGEST_NAME: usize = 69;

/// The names of the functions that an attribute makes tests, those in `proptest!` too.
fn tests(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut marked = false;
    for line in text.lines().map(str::trim_start) {
        if is_test_attribute(line) {
            marked = true;
        } else if marked && let Some(name) = function(line) {
            found.push(name);
            marked = false;
        }
    }
    found
}

/// `#[test]`, `#[tokio::test(...)]` and the like.
fn is_test_attribute(line: &str) -> bool {
    let inner = line.strip_prefix("#[");
    let path = inner.and_then(|inner| inner.split([']', '(']).next());
    path.is_some_and(|path| path == "test" || path.ends_with("::test"))
}

fn function(line: &str) -> Option<&str> {
    let line = line.strip_prefix("async ").unwrap_or(line);
    line.strip_prefix("fn ")?.split('(').next()
}

#[test]
fn no_test_has_too_long_a_name() {
    let places = ["modules", "migrations", "src"];
    let mut count = 0;
    let mut long = Vec::new();
    for path in places
        .iter()
        .flat_map(|dir| files(&root().join(dir), &[".rs"]))
    {
        let text = fs::read_to_string(&path).expect("a text file");
        for name in tests(&text) {
            count += 1;
            if name.len() > LONGEST_NAME {
                long.push(format!("{}: {name}", path.display()));
            }
        }
    }
    assert!(count > 500, "the tests are found");
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn tests_are_found_whatever_makes_them_tests() {
    for before in [
        "#[test]\n",
        "    #[tokio::test(flavor = \"multi_thread\")]\n    #[ignore]\n    ",
        "/// Why.\n#[feira_testkit::test(\"orders\")]\n#[allow(\n    dead_code\n)]\nasync ",
    ] {
        let text = format!("{before}fn found(x: u8) {{\n    fn inner() {{}}\n}}\n");
        assert_eq!(tests(&text), ["found"], "{text}");
    }
    assert!(tests("#[cfg(test)]\nfn helper() {}\n").is_empty());
}
