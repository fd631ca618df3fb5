//! What every value of the document says of itself: its type, a time's form, a closed word's choices; and
//! what every operation says: whose credentials it takes, and how it refuses.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Map, Value};

use super::document;

/// Of these names some are closed words, and these others are whatever somebody wrote, or a name.
const OPEN: &[&str] = &[
    // A state of the country.
    "AddressBody state",
    "ShippingBody state",
    // The state of anything that a problem is about.
    "ProblemBody state",
    // A payout account's number, beside which account of it is meant.
    "PayoutAccountBody account",
    "PayoutView account",
    // The number of a store's account, which its buyer transfers to.
    "BankAccountView account",
    // A provider's name of a store's account there.
    "AskedSplitView account",
    "SplitAccountView account",
    // Codes of all modules.
    "ImportNoteView code",
    "ImportNotesView code",
    "ProblemBody code",
    "ProblemField code",
    "ProblemBody type",
    "RefusedSettingView code",
];
/// Names of whatever a person wrote, or of what an installation calls its providers, and of times; where
/// one is closed, its enum is there.
const WRITTEN: &[&str] = &["reason", "provider", "from", "to"];

fn json() -> Value {
    serde_json::to_value(document()).expect("JSON")
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(name) => {
            let there = document.pointer(name.trim_start_matches('#'));
            resolved(document, there.expect(name))
        }
        None => schema,
    }
}

/// The schema, or those of which it is one.
fn choices<'a>(document: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    let schema = resolved(document, schema);
    let of = ["oneOf", "anyOf", "allOf"].iter();
    let of = of.filter_map(|key| schema[key].as_array()).flatten();
    let below: Vec<_> = of.flat_map(|one| choices(document, one)).collect();
    if below.is_empty() {
        vec![schema]
    } else {
        below
    }
}

fn is_text(schema: &Value) -> bool {
    let mut kinds = schema["type"].as_array().into_iter().flatten();
    schema["type"] == "string" || kinds.any(|kind| kind == "string")
}

/// A named value: where it stands, its name, its schema.
struct Named<'a>(String, &'a str, &'a Value);

/// Every property below, each with the name of the component that it is of.
fn properties<'a>(of: &str, value: &'a Value, found: &mut Vec<Named<'a>>) {
    if let Some(map) = value.as_object() {
        let own = map.get("properties").and_then(Value::as_object);
        for (name, schema) in own.into_iter().flatten() {
            found.push(Named(of.to_owned(), name, schema));
        }
        map.values().for_each(|below| properties(of, below, found));
    }
    let items = value.as_array().into_iter().flatten();
    items.for_each(|below| properties(of, below, found));
}

/// Every operation: its name, and what is said of it.
fn operations(document: &Value) -> Vec<(String, &Map<String, Value>)> {
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().expect("methods").iter();
        methods
            .map(move |(method, one)| (format!("{method} {path}"), one.as_object().expect("one")))
    });
    operations.collect()
}

fn parameters(operation: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    parameters.into_iter().flatten()
}

fn named(document: &Value) -> Vec<Named<'_>> {
    let mut found = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().expect("them") {
        properties(name, schema, &mut found);
    }
    for (name, operation) in operations(document) {
        for parameter in parameters(operation) {
            let called = parameter["name"].as_str().expect("a name");
            found.push(Named(name.clone(), called, &parameter["schema"]));
        }
    }
    assert!(found.len() > 500, "{}", found.len());
    found
}

/// A value without a type is anything to a generator of clients, and so is an object without fields.
fn untyped(at: &str, value: &Value, found: &mut Vec<String>) {
    if let Some(map) = value.as_object() {
        let has = |keys: &[&str]| keys.iter().any(|key| map.contains_key(*key));
        let empty = value["type"] == "object" && !has(&["properties", "additionalProperties"]);
        if empty || (value["type"] == "array" && !has(&["items", "prefixItems"])) {
            found.push(at.to_owned());
        }
        for (name, below) in map.iter().filter(|(name, _)| *name != "example") {
            untyped(&format!("{at}/{name}"), below, found);
        }
    }
    for below in value.as_array().into_iter().flatten() {
        untyped(at, below, found);
    }
}

#[test]
fn every_value_has_a_type() {
    let document = json();
    let mut found = Vec::new();
    untyped("", &document["components"]["schemas"], &mut found);
    untyped("", &document["paths"], &mut found);
    let typed = ["type", "$ref", "oneOf", "allOf", "anyOf", "enum", "const"];
    let all = named(&document);
    let without = all
        .iter()
        .filter(|Named(_, _, schema)| typed.iter().all(|key| schema.get(*key).is_none()));
    found.extend(without.map(|Named(of, name, _)| format!("{of} {name}")));
    assert_eq!(found, [""; 0]);
    for name in ["next_action", "problems", "notes", "payment", "totals"] {
        let of_name = all.iter().filter(|Named(_, called, _)| *called == name);
        assert!(of_name.count() > 0, "{name}");
    }
}

#[test]
fn times_and_days_have_their_form() {
    let document = json();
    let mut forms = BTreeSet::new();
    for Named(of, name, schema) in named(&document) {
        let is_time = name.ends_with("_at") || ["at", "from", "to", "until"].contains(&name);
        if !is_time && name != "on" && !name.ends_with("_on") {
            continue;
        }
        for one in choices(&document, schema) {
            // Of a change: from one state to another.
            if one["enum"].is_array() || !is_text(one) {
                continue;
            }
            let form = one["format"].as_str().unwrap_or_default();
            let known = ["date-time", "date"].contains(&form);
            assert!(known, "{of} {name} is {form:?}");
            assert!(!name.ends_with("_at") || form == "date-time", "{of} {name}");
            forms.insert(form.to_owned());
        }
    }
    assert_eq!(forms.len(), 2, "{forms:?}");
}

/// A name of which one is a closed word is one everywhere, unless it stands above.
#[test]
fn closed_words_have_their_choices() {
    let document = json();
    let (mut closed, mut open) = (BTreeSet::new(), BTreeSet::new());
    for Named(of, name, schema) in named(&document) {
        for one in choices(&document, schema) {
            if one["enum"].is_array() {
                closed.insert(name);
            } else if is_text(one) && one.get("format").is_none() {
                open.insert((name, of.clone()));
            }
        }
    }
    assert!(closed.len() >= 20, "{closed:?}");
    let words = [
        "status",
        "kind",
        "fulfilment",
        "settlement",
        "method",
        "sort",
    ];
    assert!(words.iter().all(|word| closed.contains(word)), "{closed:?}");
    let open = open
        .iter()
        .filter(|(name, of)| {
            // The rest are parameters, which are searched for what is in them.
            closed.contains(name) && !WRITTEN.contains(name) && !of.contains('/')
        })
        .map(|(name, of)| format!("{of} {name}"));
    let expected = OPEN.iter().map(|one| (*one).to_owned());
    assert_eq!(BTreeSet::from_iter(open), expected.collect());
}

#[test]
fn what_has_a_name_calls_it_a_name() {
    let document = json();
    let titled = named(&document);
    let titled = titled.iter().filter(|Named(_, name, _)| *name == "title");
    let titled: Vec<_> = titled.map(|Named(of, ..)| of.as_str()).collect();
    assert_eq!(titled, ["ProblemBody"], "of RFC 9457");
}

#[test]
fn lists_have_a_bound_and_a_place_to_go_on() {
    let (document, mut lists) = (json(), 0);
    for (name, operation) in operations(&document) {
        let of_name = |wanted: &str| parameters(operation).find(|one| one["name"] == wanted);
        let Some(limit) = of_name("limit") else {
            assert!(of_name("cursor").is_none(), "{name}");
            continue;
        };
        let bounds = (&limit["schema"]["minimum"], &limit["schema"]["maximum"]);
        assert_eq!(bounds, (&1.into(), &100.into()), "{name}");
        assert!(of_name("cursor").is_some(), "{name}");
        lists += 1;
    }
    assert!(lists > 15, "{lists}");
}

#[test]
fn refusals_are_problems() {
    let document = json();
    let mut refusals = 0;
    for (name, operation) in operations(&document) {
        let responses = operation["responses"].as_object().expect("answers");
        for (status, response) in responses
            .iter()
            .filter(|(status, _)| status.as_str() >= "400")
        {
            let content = resolved(&document, response)["content"].as_object();
            let kinds: Vec<_> = content
                .into_iter()
                .flatten()
                .map(|(kind, _)| kind)
                .collect();
            assert_eq!(kinds, ["application/problem+json"], "{name} {status}");
            refusals += 1;
        }
    }
    assert!(refusals > 500, "{refusals}");
}

#[test]
fn every_operation_says_whose_credentials_it_takes() {
    let document = json();
    let schemes = document["components"]["securitySchemes"].as_object();
    let declared: BTreeSet<_> = schemes.expect("schemes").keys().cloned().collect();
    let mut used = BTreeSet::new();
    for (name, operation) in operations(&document) {
        let taken = operation["security"]
            .as_array()
            .expect("said of each")
            .iter();
        let taken = taken.map(|one| {
            let keys = one.as_object().expect("schemes").keys();
            keys.cloned().collect::<Vec<_>>().join("+")
        });
        let taken: BTreeSet<String> = taken.collect();
        used.extend(
            taken
                .iter()
                .flat_map(|one| one.split('+'))
                .map(str::to_owned),
        );
        // What a guest has is hers by a token.
        let of_guests = [
            ("/api/v1/carts/{id}", "cart_token"),
            ("/api/v1/orders/{id}", "order_token"),
            ("/api/v1/payments/{id}", "order_token"),
        ];
        for (_, token) in of_guests.iter().filter(|(path, _)| name.contains(path)) {
            let opens = taken.iter().any(|one| one.contains(token));
            assert!(opens, "{name}: {taken:?}");
        }
        let of_store = parameters(operation).any(|one| one["name"] == "X-Store-Id");
        assert_eq!(of_store, taken.contains("seller"), "{name}");
        let versioned = ["put ", "patch ", "delete "];
        let versioned = versioned.iter().any(|method| name.starts_with(method));
        let if_match = parameters(operation).any(|one| one["name"] == "If-Match");
        assert_eq!(if_match, versioned, "{name}");
    }
    used.remove("");
    assert_eq!(used, declared);
}

/// The document has one schema of a name: the second would replace the first.
#[test]
fn no_two_schemas_have_one_name() {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut names = BTreeSet::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(path).expect("a directory");
            open.extend(entries.map(|entry| entry.expect("an entry").path()));
            continue;
        }
        let text = fs::read_to_string(path).expect("a source");
        for declared in text.split("ToSchema").skip(1) {
            let declared = declared.trim_start_matches(|c| c != '\n');
            let mut lines = declared.lines().map(str::trim_start);
            let is_type = |line: &&str| !(line.is_empty() || line.starts_with(['#', '/']));
            let line = lines.find(is_type).unwrap_or_default();
            let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            if words.by_ref().any(|word| matches!(word, "struct" | "enum")) {
                let name = words.next().expect("a name").to_owned();
                assert!(names.insert(name.clone()), "two schemas are named {name}");
            }
        }
    }
    assert!(names.len() > 150, "{}", names.len());
}
