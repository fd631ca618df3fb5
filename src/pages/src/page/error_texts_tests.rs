use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use feira_web::modules::CODES;

use super::*;

/// What the gateway says itself, beside the codes of modules.
const GATEWAY: &[&str] = &[
    "request.bad_signature",
    "request.broken_body",
    "request.forbidden",
    "request.headers_too_large",
    "request.idempotency_key_invalid",
    "request.idempotency_key_missing",
    "request.idempotency_key_running",
    "request.idempotency_key_unscoped",
    "request.if_match_invalid",
    "request.internal",
    "request.invalid_form",
    "request.invalid_limit",
    "request.invalid_parameter",
    "request.invalid_value",
    "request.malformed",
    "request.malformed_json",
    "request.method_not_allowed",
    "request.missing_field",
    "request.not_acceptable",
    "request.not_found",
    "request.old_form",
    "request.other_site",
    "request.session_ended",
    "request.too_large",
    "request.too_many_bodies",
    "request.too_many_rows",
    "request.too_slow",
    "request.unauthenticated",
    "request.unavailable",
    "request.unknown_field",
    "request.unknown_parameter",
    "request.unsupported_encoding",
    "request.unsupported_media_type",
    "request.wrong_audience",
    "store.not_a_member",
];

/// Every code that an answer may carry.
fn sent() -> BTreeSet<&'static str> {
    let lists = CODES.iter().chain([&GATEWAY]);
    lists.copied().flatten().copied().collect()
}

/// Whose a code is: what stands before its point.
fn owner(code: &str) -> &str {
    code.split('.').next().unwrap_or_default()
}

/// Whether this is written as a code: a name, a point, a name.
fn is_code(text: &str) -> bool {
    let plain = |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    text.split_once('.').is_some_and(|(owner, name)| {
        plain(owner) && plain(name) && !owner.is_empty() && !name.is_empty()
    })
}

#[test]
fn every_code_that_is_sent_has_both_texts() {
    for code in sent() {
        assert!(is_code(code), "{code}");
        let said = |portuguese| text(code, portuguese, (Some(1), Some(2))).expect(code);
        let (en, pt_br) = (said(false), said(true));
        assert_ne!(en, pt_br, "{code}");
        for text in [en, pt_br] {
            assert!(text.ends_with('.') && !text.contains('{'), "{code}: {text}");
        }
    }
}

#[test]
fn every_text_is_of_a_code_that_is_sent() {
    let sent = sent();
    let mut seen = BTreeSet::new();
    for (code, _, _) in TEXTS {
        assert!(seen.insert(code), "{code} is there twice");
        let used = sent
            .iter()
            .any(|sent| row(sent).is_some_and(|r| r.0 == *code));
        assert!(used, "nobody sends {code}");
    }
}

#[test]
fn the_bounds_of_a_value_are_said() {
    let said = |portuguese| text("request.out_of_range", portuguese, (Some(1), Some(999)));
    assert_eq!(said(false).as_deref(), Some("From 1 to 999."));
    assert_eq!(said(true).as_deref(), Some("De 1 a 999."));
    // Of -100 where 39 are there, of -35 where 34 are, and where all are reserved.
    for least in [-39, -34, 0] {
        let said = |portuguese| text("catalog.above_available", portuguese, (Some(least), None));
        for (portuguese, most) in [(false, "At most"), (true, "No máximo")] {
            let said = said(portuguese).expect("a text");
            assert!(said.starts_with(&format!("{most} {least};")), "{said}");
        }
    }
    assert_eq!(text("x.y", true, (None, None)), None);
}

/// The sources of what runs, without their tests.
fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let tests = name == "tests" || name.ends_with("tests.rs") || name == "samples.rs";
        if path.is_dir() && !tests {
            sources(&path, found);
        } else if name.ends_with(".rs") && !tests && name != "error_texts.rs" {
            let source = fs::read_to_string(&path).expect("a source");
            let tests = ["#[cfg(test)]\nmod tests {", "#[cfg(test)]\nfn samples"];
            let ends = tests.iter().filter_map(|begin| source.find(begin));
            let end = ends.min().unwrap_or(source.len());
            found.push((path, source[..end].to_owned()));
        }
    }
}

fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let mut above = here.filter(|folder| folder.join("modules/kernel").is_dir());
    above.next().expect("the repository")
}

#[test]
fn the_gateway_sends_what_is_listed_here() {
    let mut files = Vec::new();
    for folder in ["web", "pages", "api"] {
        sources(&root().join("src").join(folder), &mut files);
    }
    let (sent, mut written) = (sent(), BTreeSet::new());
    let owners: BTreeSet<&str> = sent.iter().map(|code| owner(code)).collect();
    let may_be_sent = |literal: &&str| is_code(literal) && owners.contains(owner(literal));
    for (path, source) in &files {
        for line in source.lines() {
            for literal in line.split('"').skip(1).step_by(2).filter(may_be_sent) {
                assert!(sent.contains(literal), "{}: {literal}", path.display());
                written.insert(literal);
            }
        }
    }
    for code in GATEWAY {
        assert!(written.contains(code), "the gateway does not send {code}");
    }
}

/// Codes of fields are constants of `field_codes!`, which the type of `FieldError::new` asks for;
/// these are the ways around it.
#[test]
fn no_code_of_a_field_is_made_by_hand() {
    let mut files = Vec::new();
    for folder in ["modules", "src"] {
        sources(&root().join(folder), &mut files);
    }
    assert!(files.len() > 300, "{}", files.len());
    for (path, source) in &files {
        // Where they are declared, and where a program is told of them.
        let made = ["kernel/src/field.rs", "web/src/error/problem.rs"];
        if made.iter().any(|file| path.ends_with(file)) {
            continue;
        }
        let by_hand = source.split("FieldError {").skip(1).any(|rest| {
            let literal = rest.split('}').next().unwrap_or_default();
            literal.contains("code:") || literal.contains("code,")
        });
        let declared = source.contains("FieldCode::declared");
        assert!(!by_hand && !declared, "{}", path.display());
    }
}

/// The name that follows this in a source, each time.
fn declared<'a>(source: &'a str, by: &str) -> Vec<&'a str> {
    let found = source.split(by).skip(1).map(str::trim_start);
    let end = |c: char| !c.is_alphanumeric() && c != '_';
    found.filter_map(|rest| rest.split(end).next()).collect()
}

/// A module that declares codes, of its error or of fields, has them in the list.
#[test]
fn every_list_of_codes_is_in_the_list_of_all() {
    let listed = fs::read_to_string(root().join("src/web/src/modules.rs")).expect("the list");
    let listed: BTreeSet<&str> = listed.lines().map(str::trim).collect();
    let mut count = 0;
    for module in fs::read_dir(root().join("modules"))
        .expect("the modules")
        .flatten()
    {
        let mut files = Vec::new();
        let source = module.path().join("src");
        if source.is_dir() {
            sources(&source, &mut files);
        }
        let name = module.file_name().to_string_lossy().into_owned();
        for (path, source) in &files {
            let errors = declared(source, "module_error!(").into_iter();
            let errors = errors.map(|error| format!("{error}::CODES,"));
            let fields = declared(source, "field_codes! { pub ").into_iter();
            for list in errors.chain(fields.map(|list| format!("{list},"))) {
                let line = match name.as_str() {
                    "kernel" if list == "FIELD_CODES," => format!("validate::{list}"),
                    "kernel" => list,
                    module => format!("feira_{module}::{list}"),
                };
                assert!(listed.contains(&*line), "{line} of {}", path.display());
                count += 1;
            }
        }
    }
    assert!(count > 12, "only {count} lists");
}
