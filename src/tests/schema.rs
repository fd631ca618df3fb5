//! Bodies made from the schemas of the OpenAPI document: of the right types, whatever they say.

use serde_json::{Map, Value, json};

/// What texts, numbers and amounts are filled with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filler<'a> {
    pub(crate) text: &'a str,
    pub(crate) number: i64,
    pub(crate) amount: &'a str,
}

/// Of a tagged enum, so many variants are tried.
const VARIANTS: usize = 3;

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

/// The schema of an operation's JSON body.
pub(crate) fn body_of(operation: &Value) -> Option<&Value> {
    operation.pointer("/requestBody/content/application~1json/schema")
}

/// What stands at a reference, or the schema itself.
pub(crate) fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(name) => {
            let pointer = name.trim_start_matches('#');
            resolve(document, document.pointer(pointer).expect(name))
        }
        None => schema,
    }
}

/// The schemas of which one, or all, count: without those of nothing.
fn branches<'a>(document: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    ["oneOf", "anyOf", "allOf"]
        .iter()
        .filter_map(|key| schema[key].as_array())
        .flatten()
        .map(|branch| resolve(document, branch))
        .filter(|branch| branch["type"] != "null")
        .collect()
}

/// Whether a JSON pointer names a field of the schema.
pub(crate) fn names(document: &Value, schema: &Value, pointer: &str) -> bool {
    let schema = resolve(document, schema);
    let Some(rest) = pointer.strip_prefix('/') else {
        return pointer.is_empty();
    };
    let (field, rest) = rest
        .split_once('/')
        .map_or((rest, String::new()), |(f, r)| (f, format!("/{r}")));
    let property = &schema["properties"][field];
    let others = &schema["additionalProperties"];
    let below = (property.is_object() && names(document, property, &rest))
        || (others.is_object() && names(document, others, &rest))
        || (field.parse::<usize>().is_ok()
            && schema["items"].is_object()
            && names(document, &schema["items"], &rest));
    below
        || branches(document, schema)
            .iter()
            .any(|branch| names(document, branch, pointer))
}

/// Bodies with the required fields alone, with each optional one beside them, and with all.
pub(crate) fn bodies(document: &Value, schema: &Value, filler: Filler<'_>) -> Vec<Value> {
    let mut bodies = Vec::new();
    for variant in 0..VARIANTS {
        let builder = BodyBuilder {
            document,
            filler,
            variant,
        };
        let all = builder.value("", schema, true);
        let required = builder.value("", schema, false);
        for (name, value) in all.as_object().into_iter().flatten() {
            let mut body = required.clone();
            body[name] = value.clone();
            bodies.push(body);
        }
        bodies.push(required);
        bodies.push(all);
    }
    bodies
}

struct BodyBuilder<'a> {
    document: &'a Value,
    filler: Filler<'a>,
    variant: usize,
}

impl BodyBuilder<'_> {
    fn value(&self, name: &str, schema: &Value, all: bool) -> Value {
        let schema = resolve(self.document, schema);
        let branches = branches(self.document, schema);
        if let Some(word) = schema["enum"].get(0).or(schema.get("const")) {
            return word.clone();
        }
        if schema["properties"].is_object() {
            return self.object(schema, all);
        }
        if !branches.is_empty() {
            return self.value(name, branches[self.variant % branches.len()], all);
        }
        let kind = schema["type"].as_str().or_else(|| {
            let kinds = schema["type"].as_array()?;
            kinds
                .iter()
                .filter_map(Value::as_str)
                .find(|k| *k != "null")
        });
        match (kind, name) {
            (Some("string"), "amount") => json!(self.filler.amount),
            (Some("string"), "currency") => json!("BRL"),
            (Some("string"), "percent") => json!("5"),
            (Some("string"), _) if schema["format"] == "uuid" => json!(NOBODY),
            (Some("string"), _) if schema["format"] == "date-time" => json!("2030-01-01T00:00:00Z"),
            (Some("string"), _) => json!(self.filler.text),
            (Some("integer"), _) => json!(self.filler.number),
            (Some("boolean"), _) => json!(true),
            (Some("array"), _) => json!([self.value(name, &schema["items"], all)]),
            _ => json!({}),
        }
    }

    fn object(&self, schema: &Value, all: bool) -> Value {
        let required = |name: &String| {
            let names = schema["required"].as_array();
            names.is_some_and(|names| names.iter().any(|n| n == name))
        };
        let properties = schema["properties"].as_object().into_iter().flatten();
        let fields: Map<String, Value> = properties
            .filter(|(name, _)| all || required(name))
            .map(|(name, property)| (name.clone(), self.value(name, property, all)))
            .collect();
        Value::Object(fields)
    }
}
