//! All that is wrong with the form of a body at once: which of its fields are missing, not known or
//! of another type, by the schema that the document shows of it.

use std::collections::BTreeMap;

use feira_kernel::FieldError;
use serde_json::{Map, Value};
use utoipa::{
    ToSchema,
    openapi::{RefOr, schema::Schema},
};
use uuid::Uuid;

use crate::error::fault;

/// So many are told; whoever has more has misread the document.
const MOST: usize = 100;

/// Asked only of what could not be read, so that the schema is made anew each time.
pub(super) fn faults<T: ToSchema>(body: &Value) -> Vec<FieldError> {
    let json = |schema: RefOr<Schema>| serde_json::to_value(schema).unwrap_or_default();
    let mut named = Vec::new();
    T::schemas(&mut named);
    let named = named.into_iter().map(|(name, schema)| (name, json(schema)));
    let named: BTreeMap<String, Value> = named.collect();
    let mut check = Check {
        named: &named,
        faults: Vec::new(),
    };
    check.value("", &json(T::schema()), body);
    check.faults
}

struct Check<'a> {
    /// What references name.
    named: &'a BTreeMap<String, Value>,
    faults: Vec<FieldError>,
}

impl<'a> Check<'a> {
    fn add(&mut self, fault: FieldError) {
        if self.faults.len() < MOST {
            self.faults.push(fault);
        }
    }

    fn resolved<'s>(&self, schema: &'s Value) -> &'s Value
    where
        'a: 's,
    {
        let name = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next());
        let named = self.named;
        let there = name.and_then(|name| named.get(name));
        there.unwrap_or(schema)
    }

    fn value(&mut self, pointer: &str, schema: &Value, value: &Value) {
        let schema = self.resolved(schema);
        if let Some(branches) = schema["oneOf"].as_array() {
            return self.one_of(pointer, branches, value);
        }
        if !is_of_type(schema, value) {
            let detail = format!("this must be of the type {}", schema["type"]);
            return self.add(invalid(pointer, detail));
        }
        match value {
            Value::Object(fields) => self.object(pointer, schema, fields),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(&format!("{pointer}/{index}"), &schema["items"], item);
                }
            }
            Value::String(text) => self.text(pointer, schema, text),
            _ => {}
        }
    }

    fn text(&mut self, pointer: &str, schema: &Value, text: &str) {
        if schema["format"] == "uuid" && Uuid::parse_str(text).is_err() {
            self.add(invalid(pointer, "this must be a UUID"));
        }
        let words = schema["enum"].as_array();
        if words.is_some_and(|words| !words.iter().any(|word| word == text)) {
            self.add(invalid(
                pointer,
                format!("this must be one of {}", schema["enum"]),
            ));
        }
    }

    /// Nothing or something, or one of several objects, which a word tells apart.
    fn one_of(&mut self, pointer: &str, branches: &[Value], value: &Value) {
        let is_nothing = |branch: &&Value| branch["type"] == "null";
        if value.is_null() && branches.iter().any(|branch| is_nothing(&branch)) {
            return;
        }
        let some: Vec<&Value> = branches.iter().filter(|b| !is_nothing(b)).collect();
        if let [only] = some[..] {
            return self.value(pointer, only, value);
        }
        let some: Vec<&Value> = some.into_iter().map(|b| self.resolved(b)).collect();
        let Some(tag) = some.first().and_then(|branch| tag_of(branch)) else {
            return;
        };
        let Some(fields) = value.as_object() else {
            return self.add(invalid(pointer, "this must be an object"));
        };
        let at_tag = format!("{pointer}/{}", escaped(tag));
        let Some(word) = fields.get(tag) else {
            return self.add(missing(at_tag));
        };
        let words = |branch: &&&Value| branch["properties"][tag]["enum"][0] == *word;
        match some.iter().find(words) {
            Some(branch) => self.object(pointer, branch, fields),
            None => self.add(invalid(at_tag, "this word is not known")),
        }
    }

    /// What takes any field has no properties, or says of what kind the others are.
    fn object(&mut self, pointer: &str, schema: &Value, fields: &Map<String, Value>) {
        let Some(properties) = schema["properties"].as_object() else {
            return;
        };
        let required = schema["required"].as_array().into_iter().flatten();
        for name in required.filter_map(Value::as_str) {
            if !fields.contains_key(name) {
                self.add(missing(format!("{pointer}/{}", escaped(name))));
            }
        }
        let open = schema["additionalProperties"].is_object();
        for (name, value) in fields {
            let below = format!("{pointer}/{}", escaped(name));
            match properties.get(name) {
                Some(property) => self.value(&below, property, value),
                None if open => {}
                None => self.add(unknown(below)),
            }
        }
    }
}

/// The field whose one word tells which object this is.
fn tag_of(branch: &Value) -> Option<&str> {
    let properties = branch["properties"].as_object()?;
    let one = |schema: &Value| schema["enum"].as_array().is_some_and(|w| w.len() == 1);
    let mut tags = properties.iter().filter(|(_, schema)| one(schema));
    tags.next().map(|(name, _)| name.as_str())
}

fn is_of_type(schema: &Value, value: &Value) -> bool {
    let is = |kind: &Value| match kind.as_str().unwrap_or_default() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    };
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(is),
        kind => is(kind),
    }
}

pub(super) fn unknown(pointer: impl Into<String>) -> FieldError {
    fault("request.unknown_field", pointer, "this field is not known")
}

pub(super) fn missing(pointer: impl Into<String>) -> FieldError {
    fault("request.missing_field", pointer, "this field is required")
}

pub(super) fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> FieldError {
    fault("request.invalid_value", pointer, detail)
}

/// A name as a part of a pointer (RFC 6901).
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
