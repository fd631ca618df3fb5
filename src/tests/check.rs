//! `feira check` asks every file, and each query is seen to fire.

use std::fs;

use feira::check;
use feira_testkit::{TestDb, run_system};

fn names() -> Vec<String> {
    check::invariants().into_iter().map(|i| i.name).collect()
}

#[test]
fn every_file_is_inside_and_says_what_must_hold() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/src/check/invariants");
    let names = names();
    for entry in fs::read_dir(dir).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let name = file.strip_suffix(".sql").expect("only SQL files are here");
        let inside = |n: &String| n == name || n.starts_with(&format!("{name}."));
        assert!(
            names.iter().any(inside),
            "{name}: build again after adding a file"
        );
        let text = fs::read_to_string(format!("{dir}/{file}")).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("-- schemas: "), "{name}: {}", lines[0]);
        assert!(
            lines[1].starts_with("-- ") && lines[1].ends_with('.'),
            "{name}: one sentence"
        );
    }
}

#[test]
fn a_new_database_breaks_nothing() {
    run_system(|db| async move {
        assert_eq!(check::run(&db.url()).await.unwrap(), []);
    });
}
