//! Every answer of the API is held against the OpenAPI document: its status and its headers are
//! declared, and its body is of a declared type and has what the schema says, and nothing else.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, LazyLock, Mutex},
};

use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Value, json};

use super::Answer;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let document = feira_api::openapi::document();
    closed(serde_json::to_value(document).expect("JSON"))
});

/// By operation, status and type of the body.
static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// Bodies have the fields that their schemas name. Problems may have more, which help.
fn closed(mut document: Value) -> Value {
    let mut parts = BTreeSet::from(["#/components/schemas/ProblemBody".to_owned()]);
    let schemas = document["components"]["schemas"].as_object_mut();
    let schemas = schemas.expect("schemas");
    for schema in schemas.values() {
        let all = schema["allOf"].as_array().into_iter().flatten();
        parts.extend(all.filter_map(|part| part["$ref"].as_str().map(str::to_owned)));
    }
    for (name, schema) in schemas {
        if parts.contains(&format!("#/components/schemas/{name}")) {
            continue;
        }
        if schema["allOf"].is_array() {
            schema["unevaluatedProperties"] = json!(false);
            continue;
        }
        let objects: Vec<&mut Value> = match schema["oneOf"].is_array() {
            true => schema["oneOf"]
                .as_array_mut()
                .into_iter()
                .flatten()
                .collect(),
            false => vec![schema],
        };
        for object in objects.into_iter().filter(|o| o["properties"].is_object()) {
            object["additionalProperties"] = json!(false);
        }
    }
    document
}

/// The path of the document that a request's path is of: literal words before parameters.
fn pattern(path: &str) -> Option<&'static str> {
    let asked: Vec<&str> = path.split('/').collect();
    let paths = DOCUMENT["paths"].as_object().expect("paths").keys();
    let fits = |pattern: &&String| {
        let words: Vec<&str> = pattern.split('/').collect();
        let mut pairs = words.iter().zip(&asked);
        words.len() == asked.len()
            && pairs
                .all(|(word, asked)| word == asked || (word.starts_with('{') && !asked.is_empty()))
    };
    let best = paths.filter(fits).min_by_key(|p| p.matches('{').count());
    best.map(String::as_str)
}

/// What stands at a reference, or the thing itself.
fn resolved(thing: &'static Value) -> &'static Value {
    match thing["$ref"].as_str() {
        Some(name) => {
            let there = DOCUMENT.pointer(name.trim_start_matches('#'));
            there.unwrap_or_else(|| panic!("nothing is at {name}"))
        }
        None => thing,
    }
}

/// Fails if the answer is another than the document says.
pub(super) fn check(method: &Method, path: &str, answer: &Answer) {
    if !path.starts_with("/api/v1/") || *method == Method::OPTIONS {
        return;
    }
    let (status, text) = (answer.status, &answer.text);
    let Some(pattern) = pattern(path) else {
        assert_eq!(
            status, 404,
            "{method} {path} is not in the document: {text}"
        );
        return;
    };
    let asked = match *method {
        Method::HEAD => "get".to_owned(),
        _ => method.as_str().to_lowercase(),
    };
    let operation = &DOCUMENT["paths"][pattern][&asked];
    if operation.is_null() {
        assert_eq!(
            status, 405,
            "{method} {path} is not in the document: {text}"
        );
        return;
    }
    let response = resolved(&operation["responses"][status.to_string()]);
    assert!(
        response.is_object(),
        "{method} {pattern} does not declare {status}: {text}"
    );
    let what = format!("{method} {pattern} {status}");
    check_headers(&what, response, answer);
    if *method != Method::HEAD {
        check_body(&what, response, answer);
    }
}

/// Of the headers that a caller goes by, those that come are declared, and those that tell where a
/// thing is and which version of it come wherever they are declared.
fn check_headers(what: &str, response: &Value, answer: &Answer) {
    let declared = response["headers"].as_object();
    for name in [
        "ETag",
        "Idempotent-Replayed",
        "Link",
        "Location",
        "Retry-After",
        "WWW-Authenticate",
    ] {
        let is_declared = declared.is_some_and(|headers| headers.contains_key(name));
        let is_sent = answer.header(name).is_some();
        assert!(is_declared || !is_sent, "{what} does not declare {name}");
        let is_due = is_declared && ["ETag", "Location"].contains(&name);
        assert!(is_sent || !is_due, "{what} has no {name}");
    }
}

fn check_body(what: &str, response: &'static Value, answer: &Answer) {
    let Some(content) = response["content"].as_object() else {
        assert_eq!(answer.text, "", "{what} declares no body");
        return;
    };
    let kind = answer.header("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    let declared = content.get(kind);
    let declared = declared.unwrap_or_else(|| panic!("{what} does not declare {kind:?}"));
    // A file is what it is.
    if !kind.ends_with("json") {
        return;
    }
    let validator = validator(&format!("{what} {kind}"), &declared["schema"]);
    let errors: Vec<String> = validator
        .iter_errors(&answer.json)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}: {errors:#?} in {}", answer.text);
}

/// Made once for each.
fn validator(key: &str, schema: &Value) -> Arc<Validator> {
    let mut validators = VALIDATORS.lock().expect("no test fails in here");
    if let Some(made) = validators.get(key) {
        return made.clone();
    }
    let mut schema = schema.clone();
    schema["components"] = DOCUMENT["components"].clone();
    let made = jsonschema::validator_for(&schema).unwrap_or_else(|e| panic!("{key}: {e}"));
    let made = Arc::new(made);
    validators.insert(key.to_owned(), made.clone());
    made
}
