//! Each invariant has a test that breaks it.

use std::fs;

/// An invariant that nothing breaks may hold of everything: each is named, as one that is broken, by some test.
#[test]
fn each_is_broken_on_purpose_by_a_test() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = String::new();
    let mut places = vec![root.join("src/tests"), root.join("modules")];
    while let Some(place) = places.pop() {
        for entry in fs::read_dir(place).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                places.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                tests.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    let dir = root.join("src/check/invariants");
    for entry in fs::read_dir(dir).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let name = file.strip_suffix(".sql").expect("only SQL files are here");
        // By itself, or of one schema.
        let named = [format!("\"{name}\""), format!("\"{name}.")];
        assert!(named.iter().any(|one| tests.contains(one)), "{name}");
    }
}
