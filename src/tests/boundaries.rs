//! Boundaries that would otherwise be kept by memory alone: who may depend on whom.

mod columns;
mod cycles;
mod fences;
mod names;
mod rows;
mod sources;
mod statements;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

pub(crate) use sources::files;

/// The module diagram: calls go down, events go up.
pub(crate) const EDGES: &[(&str, &[&str])] = &[
    ("user", &[]),
    ("store", &["user"]),
    ("catalog", &["store"]),
    ("payment", &["store"]),
    ("cart", &["catalog", "store"]),
    ("order", &["cart", "catalog", "payment", "store", "user"]),
    ("notification", &["user", "store"]),
];

/// What is below all modules.
const GROUND: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("files", &["kernel"]),
    ("database", &[]),
    ("migrations", &["kernel"]),
    (
        "testkit",
        &["database", "kernel", "migrations", "testkit-macros"],
    ),
    ("testkit-macros", &[]),
];

/// What is above the modules and below the root: what it may use of the workspace. What handlers
/// share, `web`, may use every module.
const ROOMS: &[(&str, &[&str])] = &[
    ("gateway", &["kernel"]),
    ("sandbox", &["kernel"]),
    ("web", &["gateway", "kernel"]),
    (
        "api",
        &[
            "cart", "catalog", "kernel", "order", "payment", "store", "user", "web",
        ],
    ),
    (
        "pages",
        &[
            "catalog",
            "kernel",
            "notification",
            "order",
            "payment",
            "store",
            "user",
            "web",
        ],
    ),
];

struct Package {
    name: String,
    dir: PathBuf,
    /// Name and kind: `normal`, `dev` or `build`.
    dependencies: Vec<(String, String)>,
}

impl Package {
    fn on(&self, kinds: &[&str]) -> BTreeSet<&str> {
        self.dependencies
            .iter()
            .filter(|(_, kind)| kinds.contains(&kind.as_str()))
            .map(|(name, _)| name.as_str())
            .collect()
    }

    fn feira(&self, kinds: &[&str]) -> BTreeSet<&str> {
        let names = self.on(kinds).into_iter();
        names
            .filter_map(|name| name.strip_prefix("feira-"))
            .collect()
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The packages of the workspace by their short names; the root's is `feira`.
fn packages() -> BTreeMap<String, Package> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .args(["--offline", "--manifest-path"])
        .arg(root().join("Cargo.toml"))
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let all = metadata["packages"].as_array().expect("packages");
    all.iter()
        .map(package)
        .map(|p| (p.name.clone(), p))
        .collect()
}

fn package(found: &Value) -> Package {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let name = text(&found["name"]);
    let dependencies = found["dependencies"].as_array().expect("dependencies");
    Package {
        name: name.strip_prefix("feira-").unwrap_or(&name).to_owned(),
        dir: Path::new(&text(&found["manifest_path"]))
            .parent()
            .expect("a folder")
            .to_owned(),
        dependencies: dependencies
            .iter()
            .map(|d| {
                (
                    text(&d["name"]),
                    d["kind"].as_str().unwrap_or("normal").to_owned(),
                )
            })
            .collect(),
    }
}

fn everything_below<'a>(names: &[&'a str]) -> BTreeSet<&'a str> {
    let mut found: BTreeSet<&str> = names.iter().copied().collect();
    for (module, below) in EDGES {
        if names.contains(module) {
            found.extend(everything_below(below));
        }
    }
    found
}

#[test]
fn crates_depend_only_downwards() {
    let packages = packages();
    let all = || EDGES.iter().chain(GROUND).chain(ROOMS);
    let modules = || EDGES.iter().map(|(name, _)| *name);
    let known = all().map(|(name, _)| *name);
    let known: BTreeSet<&str> = known.chain(["feira"]).collect();
    let found: BTreeSet<&str> = packages.keys().map(String::as_str).collect();
    assert_eq!(
        found, known,
        "a crate that the table does not know, or the reverse"
    );
    for (name, below) in all() {
        let mut allowed: BTreeSet<&str> = below.iter().copied().collect();
        if modules().any(|module| module == *name) {
            allowed.extend(["files", "kernel"]);
        }
        if *name == "web" {
            allowed.extend(modules());
        }
        let package = &packages[*name];
        let used = package.feira(&["normal", "build"]);
        assert!(
            used.is_subset(&allowed),
            "{name} uses {used:?}, not only {allowed:?}"
        );
        // Tests may use the fakes of everything below, and nothing above either; the simulated
        // provider is tried with the module that is its customer.
        if ROOMS.iter().any(|(room, _)| room == name) {
            allowed.extend(modules());
        }
        allowed.extend(everything_below(below));
        allowed.extend(["testkit", "migrations", "database", name]);
        let tests = package.feira(&["dev"]);
        assert!(tests.is_subset(&allowed), "tests of {name} use {tests:?}");
    }
}

#[test]
fn every_edge_of_the_diagram_is_drawn() {
    let packages = packages();
    for (name, below) in EDGES {
        let used = packages[*name].feira(&["normal"]);
        for edge in *below {
            assert!(
                used.contains(edge),
                "{name} no longer uses {edge}: take it out of the table"
            );
        }
    }
}

#[test]
fn modules_know_neither_http_servers_nor_pages() {
    let packages = packages();
    for (name, _) in EDGES {
        let used = packages[*name].on(&["normal", "build", "dev"]);
        for dependency in used {
            let pages = dependency.starts_with("askama") && *name != "notification";
            let server = dependency.starts_with("actix") || dependency.starts_with("utoipa");
            assert!(!pages && !server, "{name} depends on {dependency}");
        }
    }
}

/// A trait whose methods have the answers of fakes can be implemented without some of them.
#[test]
fn what_runs_is_built_without_what_fakes_have() {
    for package in packages().values().filter(|p| p.name != "testkit") {
        let manifest = fs::read_to_string(package.dir.join("Cargo.toml")).expect("a manifest");
        let before_tests = manifest.split("[dev-dependencies]").next();
        assert!(
            !before_tests.is_some_and(|text| text.contains(r#"features = ["testing"]"#)),
            "{} asks for the feature `testing`, not only for its tests",
            package.name
        );
    }
}

#[test]
fn every_crate_inherits_the_lints() {
    for package in packages().values() {
        let manifest = fs::read_to_string(package.dir.join("Cargo.toml")).expect("a manifest");
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{} does not inherit the workspace's lints",
            package.name
        );
    }
}
