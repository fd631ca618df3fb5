//! The walk of the first sale in the README: every address of it is there, and every body has the fields that it
//! may have, and those that it must.

use std::{fs, path::Path};

use serde_json::Value;

use super::document;

const BEGIN: &str = "<!-- The first sale. -->\n```sh\n";
const END: &str = "```\n<!-- End. -->";

/// One call of the walk.
struct Call<'a> {
    method: &'a str,
    path: &'a str,
    body: Option<Value>,
}

fn walk() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = fs::read_to_string(path).expect("the README");
    let (_, rest) = readme.split_once(BEGIN).expect("its beginning");
    let (walk, _) = rest.split_once(END).expect("its end");
    walk.to_owned()
}

/// Of a line that calls something.
fn call(line: &str) -> Option<Call<'_>> {
    let (_, call) = line.split_once("curl ")?;
    let (_, rest) = call.split_once("\"$api").expect("an address");
    let (path, _) = rest.split_once('"').expect("its end");
    let body = call.split_once(" -d '").map(|(_, rest)| {
        let end = rest.rfind('}').expect("the end of a body") + 1;
        read(&rest[..end])
    });
    let method = match call.split_once("-X ") {
        Some((_, named)) => named.split(' ').next().expect("a method"),
        None if body.is_some() => "POST",
        None => "GET",
    };
    Some(Call { method, path, body })
}

/// As the shell would write it, with nothing for what it puts in.
fn read(typed: &str) -> Value {
    let mut json = String::new();
    for (at, part) in typed.split('\'').enumerate() {
        match at % 2 {
            0 => json.push_str(part),
            _ if json.ends_with('"') => {}
            _ => json.push_str("null"),
        }
    }
    serde_json::from_str(&json).unwrap_or_else(|error| panic!("{typed}: {error}"))
}

/// Whether an address is one of this path.
fn is_of(path: &str, address: &str) -> bool {
    let (mut parts, mut given) = (path.split('/'), address.split('/'));
    loop {
        match (parts.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(given)) if part.starts_with('{') && given.starts_with('$') => {}
            (Some(part), Some(given)) if part == given => {}
            _ => return false,
        }
    }
}

#[test]
fn the_walk_of_the_readme_is_one_that_this_api_has() {
    let document = serde_json::to_value(document()).expect("a document");
    let walk = walk();
    let calls: Vec<Call<'_>> = walk.lines().filter_map(call).collect();
    assert_eq!(calls.len(), 11, "{walk}");
    for Call { method, path, body } in calls {
        let address = format!("/api/v1{path}");
        let paths = document["paths"].as_object().expect("paths");
        let found = paths.iter().find(|(path, operations)| {
            is_of(path, &address) && !operations[method.to_lowercase()].is_null()
        });
        let (_, operations) = found.unwrap_or_else(|| panic!("{method} {address}"));
        let Some(body) = body else { continue };
        let content = &operations[method.to_lowercase()]["requestBody"]["content"];
        let named = content["application/json"]["schema"]["$ref"].as_str();
        // One that takes nothing has no schema.
        let Some(name) = named.and_then(|path| path.rsplit('/').next()) else {
            assert_eq!(body, serde_json::json!({}), "{address}");
            continue;
        };
        let schema = &document["components"]["schemas"][name];
        let given = body.as_object().expect("an object");
        for field in given.keys() {
            assert!(!schema["properties"][field].is_null(), "{name}.{field}");
        }
        for field in schema["required"].as_array().into_iter().flatten() {
            let field = field.as_str().expect("a name");
            assert!(given.contains_key(field), "{name}.{field} is missing");
        }
    }
}
