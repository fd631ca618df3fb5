//! The files of a crate do not need each other in a circle. What a file and those in its folder say of
//! each other does not count: to others they are one module.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    iter::successors,
    path::Path,
};

use super::{Package, packages, sources::files};

/// Circles that are still there. The list may only shrink.
const KNOWN: &[&str] = &[
    "cart: /service/claiming /service/merging",
    "notification: /mail/content /mail/orders",
    "order: /checkout /service",
    "order: /checkout/place /checkout/request",
    "pages: /seller/variant /seller/variant_stock",
    "sandbox: /charges /entities/charge",
    "user: /entities/user /entities/user_role",
];

/// The code of each module that is not for tests, by its path; the crate's own path is empty.
fn modules(package: &Package) -> BTreeMap<String, String> {
    let src = package.dir.join("src");
    let own = |path: &Path| {
        let mut dirs = path.ancestors();
        dirs.find(|dir| dir.join("Cargo.toml").exists()) == Some(package.dir.as_path())
    };
    let mut found = BTreeMap::new();
    for file in files(&src, &[".rs"]).iter().filter(|file| own(file)) {
        let name = file.strip_prefix(&src).expect("a file below it");
        let name = format!("/{}", name.with_extension("").display());
        if !name.split('/').any(|part| part.ends_with("tests")) {
            let ends = ["/lib", "/main", "/mod"];
            let module = ends.iter().find_map(|end| name.strip_suffix(end));
            let text = fs::read_to_string(file).expect("a text file");
            found.insert(module.unwrap_or(&name).to_owned(), code(&text));
        }
    }
    found
}

/// Without comments, without the tests at its end, and without the service that a trait's
/// declaration names: the macro makes the calls of it, nobody uses it.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next();
    let lines = text.unwrap_or_default().lines();
    let code = lines.filter(|line| !line.trim_start().starts_with("//"));
    let code = code.collect::<Vec<_>>().join("\n");
    code.replace(", service crate::service::", ", service ")
}

/// The paths of a tree such as `a::{b, c::D}`, each behind `path`; answers what follows it.
fn tree<'a>(mut text: &'a str, mut path: String, found: &mut Vec<String>) -> &'a str {
    loop {
        if let Some(mut inner) = text.strip_prefix('{') {
            loop {
                inner = inner.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
                if inner.is_empty() || inner.starts_with('}') {
                    return inner.get(1..).unwrap_or_default();
                }
                let rest = tree(inner, path.clone(), found);
                // `as` and `*` are of no interest.
                inner = &rest[rest.find([',', '}']).unwrap_or(rest.len())..];
            }
        }
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
        let (word, rest) = text.split_at(end.unwrap_or(text.len()));
        if !["", "self"].contains(&word) {
            path = format!("{path}/{word}");
        }
        match rest.strip_prefix("::") {
            Some(more) if !word.is_empty() => text = more,
            _ => {
                found.push(path);
                return rest;
            }
        }
    }
}

/// What the code of a module names by `crate::` or `super::`.
fn named(module: &str, code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let starts = code.match_indices("crate::");
    for (at, _) in starts.chain(code.match_indices("super::")) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let (mut base, mut rest) = (module, &code[at..]);
        while let Some(more) = rest.strip_prefix("super::") {
            rest = more;
            base = base.rsplit_once('/').map_or("", |(above, _)| above);
        }
        if let Some(more) = rest.strip_prefix("crate::") {
            (base, rest) = ("", more);
        }
        tree(rest, base.to_owned(), &mut found);
    }
    found
}

/// The modules that each names, by the files that have what is named.
fn edges(modules: &BTreeMap<String, String>) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut edges = BTreeMap::new();
    for (module, code) in modules {
        let mut others = BTreeSet::new();
        for path in named(module, code) {
            let mut above = successors(Some(&path[..]), |path| Some(path.rsplit_once('/')?.0));
            let file = above.find_map(|path| modules.get_key_value(path));
            let file = file.map_or("", |(file, _)| file.as_str());
            if !format!("{module}/").starts_with(&format!("{file}/")) {
                others.insert(file);
            }
        }
        edges.insert(module.as_str(), others);
    }
    edges
}

fn reached<'a>(edges: &BTreeMap<&str, BTreeSet<&'a str>>, from: &'a str) -> BTreeSet<&'a str> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(module) = open.pop() {
        let next = edges[module].iter().copied();
        open.extend(next.filter(|module| seen.insert(*module)));
    }
    seen
}

/// Each circle by its files.
fn circles(modules: &BTreeMap<String, String>) -> BTreeSet<String> {
    let edges = edges(modules);
    let circle = |module: &&str| {
        let back = reached(&edges, module).into_iter();
        let round = back.filter(|file| reached(&edges, file).contains(module));
        round.collect::<Vec<_>>().join(" ")
    };
    let found = edges.keys().map(circle);
    found.filter(|files| !files.is_empty()).collect()
}

#[test]
fn no_files_of_a_crate_need_each_other_in_a_circle() {
    let mut found = BTreeSet::new();
    for package in packages().values() {
        let circles = circles(&modules(package)).into_iter();
        found.extend(circles.map(|files| format!("{}: {files}", package.name)));
    }
    let known: BTreeSet<String> = KNOWN.iter().copied().map(str::to_owned).collect();
    assert_eq!(found, known, "left: found, right: the list");
}

#[test]
fn a_circle_is_found_by_any_way_of_naming() {
    for (way, found) in [
        ("use crate::{d, a as x};", "/a /b /d/c"),
        ("super::super::a::f()", "/a /b /d/c"),
        ("// crate::a", ""),
        ("#[cfg(test)]\nmod tests { use crate::a; }", ""),
    ] {
        let a = "use crate::{x::Y, b::{self, C}};";
        let all = [("/a", a), ("/b", "crate::d::c::f()"), ("/d/c", way)];
        let all = all.map(|(name, text)| (name.to_owned(), code(text)));
        let circles: Vec<_> = circles(&all.into()).into_iter().collect();
        assert_eq!(circles.concat(), found, "{way}");
    }
}
