use std::{
    fs,
    path::{Path, PathBuf},
};

use sea_orm::ConnectionTrait;

use crate::run_module;

/// Prepares every `.sql` file below a crate's `src` (or the folder that is given) against the
/// migrated schema, under the module's own role: a name that does not exist, or a schema that is
/// another module's, is found before anything runs. What a role may do to a table shows only when
/// the statement runs.
///
/// # Panics
/// With the names and errors of all that cannot be prepared, and if there is no file at all.
pub fn prepares(schema: &'static str, folder: impl AsRef<Path>) {
    let mut files = Vec::new();
    collect(folder.as_ref(), &mut files);
    assert!(!files.is_empty(), "no statements were found");
    run_module(schema, |db| async move {
        let mut failed = Vec::new();
        let env = db.env(schema);
        for file in files {
            let text = fs::read_to_string(&file).expect("a text file");
            // Several would be run here, and refused by the driver there.
            let code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("--"));
            if code.collect::<String>().trim_end_matches(';').contains(';') {
                failed.push(format!("{}: several statements", file.display()));
                continue;
            }
            let statement = format!("PREPARE tried AS {text}");
            if let Err(error) = env.pool.write().execute_unprepared(&statement).await {
                failed.push(format!("{}: {error}", file.display()));
            }
        }
        assert!(failed.is_empty(), "{failed:#?}");
    });
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "sql") {
            files.push(path);
        }
    }
    files.sort();
}
