//! The files of a crate do not need each other in a circle. What a file and those in its folder say of
//! each other does not count: to others they are one module. What is passed on by `use` counts as what
//! it is of, in whichever file that is declared.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    iter::successors,
    path::Path,
};

use super::{Package, packages, sources::files};

/// The code of each module that is not for tests, by its path; the crate's own path is empty.
fn modules(package: &Package) -> Modules {
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
    code.replace(", service crate::", ", service ")
}

/// The paths of a tree such as `a::{b, c::D as E}`, each behind `path` and with the name that it has
/// here (`*` for all that is in it); answers what follows the tree.
fn tree<'a>(mut text: &'a str, mut path: String, found: &mut Vec<(String, String)>) -> &'a str {
    loop {
        if let Some(mut inner) = text.strip_prefix('{') {
            loop {
                inner = inner.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
                if inner.is_empty() || inner.starts_with('}') {
                    return inner.get(1..).unwrap_or_default();
                }
                let rest = tree(inner, path.clone(), found);
                inner = &rest[rest.find([',', '}']).unwrap_or(rest.len())..];
            }
        }
        let (word, rest) = word(text);
        if !["", "self"].contains(&word) {
            path = format!("{path}/{word}");
        }
        match rest.strip_prefix("::") {
            Some(more) if !word.is_empty() => text = more,
            _ => {
                let last = path.rsplit('/').next().unwrap_or_default();
                let name = match rest.strip_prefix(" as ") {
                    Some(other) => self::word(other).0,
                    None if rest.starts_with('*') => "*",
                    None => last,
                };
                found.push((path.clone(), name.to_owned()));
                return rest;
            }
        }
    }
}

fn word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    text.split_at(end.unwrap_or(text.len()))
}

/// Where a path begins that stands in a module, and what follows; nothing for a path of another crate.
fn base<'a>(module: &str, text: &'a str, modules: &Modules) -> Option<(String, &'a str)> {
    if let Some(rest) = text.strip_prefix("crate::") {
        return Some((String::new(), rest));
    }
    if let Some(rest) = text.strip_prefix("self::") {
        return Some((module.to_owned(), rest));
    }
    let (mut above, mut rest) = (module, text);
    while let Some(more) = rest.strip_prefix("super::") {
        rest = more;
        above = above.rsplit_once('/').map_or("", |(above, _)| above);
    }
    let child = || modules.contains_key(&format!("{module}/{}", word(text).0));
    (rest.len() < text.len() || child()).then(|| (above.to_owned(), rest))
}

type Modules = BTreeMap<String, String>;

/// What each module's `use` brings into it, public or not: those below see it too. By its name there.
fn brought(modules: &Modules) -> BTreeMap<&str, Vec<(String, String)>> {
    let of = |module: &str, code: &str| {
        let mut found = Vec::new();
        for (at, _) in code.match_indices("use ") {
            let line = code[..at].rsplit('\n').next().unwrap_or_default();
            if (line.is_empty() || (line.starts_with("pub") && line.ends_with([' '])))
                && let Some((base, rest)) = base(module, &code[at + 4..], modules)
            {
                tree(rest, base, &mut found);
            }
        }
        found
    };
    let all = modules.iter();
    all.map(|(module, code)| (module.as_str(), of(module, code)))
        .collect()
}

/// Whether the code declares this name.
fn declares(code: &str, name: &str) -> bool {
    let kinds = [
        "fn", "struct", "enum", "trait", "type", "const", "static", "mod",
    ];
    let ids = code.split("id! {").skip(1);
    let mut ids = ids.flat_map(|ids| ids.split('}').take(1).flat_map(str::lines));
    ids.any(|line| line.trim().strip_suffix(',') == Some(name))
        || kinds.iter().any(|kind| {
            let declared = format!("{kind} {name}");
            let mut found = code.match_indices(&declared);
            found.any(|(at, _)| word(&code[at + declared.len() - name.len()..]).0 == name)
        })
}

struct Crate<'a> {
    modules: &'a Modules,
    brought: BTreeMap<&'a str, Vec<(String, String)>>,
}

impl<'a> Crate<'a> {
    /// The file that declares what a path names, through all that passes it on.
    fn declaring(&self, path: &str, passed: usize) -> &'a str {
        let mut above = successors(Some(path), |path| Some(path.rsplit_once('/')?.0));
        let file = above.find_map(|path| self.modules.get_key_value(path));
        let (file, code) = file.map_or(("", ""), |(file, code)| (file, code));
        let rest = path[file.len()..].trim_start_matches('/');
        let (name, more) = word(rest);
        if name.is_empty() || passed == 8 || declares(code, name) {
            return file;
        }
        let brought = self.brought.get(file).into_iter().flatten();
        for (from, known) in brought {
            let next = match &known[..] {
                "*" => format!("{from}/{rest}"),
                known if known == name => format!("{from}{more}"),
                _ => continue,
            };
            let found = self.declaring(&next, passed + 1);
            if known != "*" || declares(self.modules.get(found).map_or("", |code| code), name) {
                return found;
            }
        }
        file
    }

    /// What the code of a module names, but what other crates have.
    fn named(&self, module: &str) -> Vec<String> {
        let code = &self.modules[module];
        let mut found = Vec::new();
        for start in ["crate::", "super::"] {
            for (at, _) in code.match_indices(start) {
                let before = code[..at].chars().next_back();
                if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                    continue;
                }
                if let Some((base, rest)) = base(module, &code[at..], self.modules) {
                    tree(rest, base, &mut found);
                }
            }
        }
        // What is in a module that a `use` brought.
        for (path, name) in &self.brought[module] {
            let begin = format!("{name}::");
            for (at, _) in code.match_indices(&begin) {
                let before = code[..at].chars().next_back();
                if before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':') {
                    tree(&code[at + begin.len()..], path.clone(), &mut found);
                }
            }
        }
        found.into_iter().map(|(path, _)| path).collect()
    }

    /// The modules that each names, by the files that declare what is named.
    fn edges(&self) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
        let mut edges = BTreeMap::new();
        for module in self.modules.keys() {
            let named = self.named(module).into_iter();
            let files = named.map(|path| self.declaring(&path, 0));
            let others =
                files.filter(|file| !format!("{module}/").starts_with(&format!("{file}/")));
            edges.insert(module.as_str(), others.collect());
        }
        edges
    }
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
fn circles(modules: &Modules) -> BTreeSet<String> {
    let brought = brought(modules);
    let edges = Crate { modules, brought }.edges();
    let circle = |module: &&str| {
        let back = reached(&edges, module).into_iter();
        let round = back.filter(|file| reached(&edges, file).contains(module));
        round.collect::<Vec<_>>().join(" ")
    };
    let found = edges.keys().map(circle);
    found.filter(|files| !files.is_empty()).collect()
}

/// Circles that are still there, by crate. The list may only shrink.
const CIRCLES: &[(&str, &str)] = &[
    (
        "payment",
        "/api/instalments /api/legs /api/providers /api/saved /api/types",
    ),
    ("payment", "/provider/capabilities /validate"),
    (
        "payment",
        "/provider/kinds/pix_api/settings /provider/tokens",
    ),
];

#[test]
fn no_files_of_a_crate_need_each_other_in_a_circle() {
    let packages = packages();
    let found = packages.values().flat_map(|package| {
        let circles = circles(&modules(package)).into_iter();
        circles.map(|circle| (package.name.clone(), circle))
    });
    let known = CIRCLES.iter();
    let known = known.map(|(of, files)| ((*of).to_owned(), (*files).to_owned()));
    assert_eq!(found.collect::<BTreeSet<_>>(), known.collect());
}

#[test]
fn a_circle_is_found_by_any_way_of_naming() {
    for (way, found) in [
        ("use crate::{d, a as x};", "/a /b /d/c"),
        ("super::super::a::f()", "/a /b /d/c"),
        ("use crate::e::z; z::f()", "/a /b /d/c"),
        ("crate::Passed", "/a /b /d/c"),
        ("crate::e::Renamed", "/a /b /d/c"),
        ("super::Brought", "/a /b /d/c"),
        ("crate::e::Id", "/a /b /d/c"),
        ("crate::e::Own", "/a /b /d/c /e"),
        ("crate::Other", ""),
        ("// crate::a", ""),
        ("#[cfg(test)]\nmod tests { use crate::a; }", ""),
    ] {
        let a = "use crate::{x::Y, b::{self, C}};\npub struct Passed;\nid! {\n    Id,\n}";
        let all = [
            ("", "pub use e::*;\npub use feira_other::Other;"),
            ("/a", a),
            ("/b", "crate::d::c::f()"),
            ("/d", "use crate::a::Passed as Brought;"),
            ("/d/c", way),
            (
                "/e",
                "pub struct Own;\npub(crate) use crate::a::{self as z, *, Passed as Renamed};",
            ),
        ];
        let all = all.map(|(name, text)| (name.to_owned(), code(text)));
        let circles: Vec<_> = circles(&all.into()).into_iter().collect();
        assert_eq!(circles.concat(), found, "{way}");
    }
}
