//! Schemas as generators of clients understand them, where utoipa writes others.

use std::collections::BTreeMap;

use utoipa::openapi::{Ref, RefOr, Schema};

use super::problems;

/// By name.
type Schemas = BTreeMap<String, RefOr<Schema>>;

/// Where the schemas stand that others refer to.
const SCHEMAS: &str = "#/components/schemas/";

pub(super) fn complete(schemas: &mut Schemas) {
    name_items(schemas);
    spread_choices(schemas);
    name_details(schemas);
}

/// The items of a list are a schema of their own; utoipa repeats it in each list.
fn name_items(schemas: &mut Schemas) {
    for (name, schema) in schemas {
        if let Some(item) = name.strip_prefix("List_")
            && let RefOr::T(Schema::Object(list)) = schema
            && let Some(RefOr::T(Schema::Array(items))) = list.properties.get_mut("items")
        {
            items.items = Ref::from_schema_name(item).into();
        }
    }
}

/// What flattens an enum is one of several shapes itself, each with the fields beside it: not every
/// generator of clients can add fields to a choice. The enum alone is no schema then.
fn spread_choices(schemas: &mut Schemas) {
    let known = schemas.clone();
    let mut spread = Vec::new();
    for schema in schemas.values_mut() {
        let RefOr::T(Schema::AllOf(sum)) = &*schema else {
            continue;
        };
        let [RefOr::Ref(part), RefOr::T(Schema::Object(own))] = sum.items.as_slice() else {
            continue;
        };
        let name = part.ref_location.trim_start_matches(SCHEMAS);
        let Some(RefOr::T(Schema::OneOf(choice))) = known.get(name) else {
            continue;
        };
        let mut choice = choice.clone();
        for shape in &mut choice.items {
            if let RefOr::T(Schema::Object(shape)) = shape {
                shape.required.extend(own.required.clone());
                shape.properties.extend(own.properties.clone());
            }
        }
        spread.push(name.to_owned());
        *schema = RefOr::T(Schema::OneOf(choice));
    }
    schemas.retain(|name, _| !spread.contains(name));
}

/// What problems have beside what all have is a map to utoipa.
fn name_details(schemas: &mut Schemas) {
    if let Some(RefOr::T(Schema::AllOf(problem))) = schemas.get_mut("ProblemBody")
        && let Some(map) = problem.items.first_mut()
    {
        *map = problems::details().into();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{super::document, SCHEMAS};

    fn schemas() -> Value {
        let mut document = serde_json::to_value(document()).expect("JSON");
        document["components"]["schemas"].take()
    }

    #[test]
    fn a_list_names_its_items() {
        let schemas = schemas();
        for item in ["CardView", "LedgerLineView", "SellerOrderSummaryView"] {
            let items = &schemas[format!("List_{item}")]["properties"]["items"];
            assert_eq!(items["items"]["$ref"], format!("{SCHEMAS}{item}"));
            assert!(schemas[item].is_object(), "{item}");
        }
    }

    #[test]
    fn a_flattened_enum_is_one_of_its_shapes_with_the_fields_beside_it() {
        let schemas = schemas();
        let history = schemas["HistoryView"]["oneOf"].as_array().expect("shapes");
        for (shape, axis) in history.iter().zip(["status", "fulfilment", "settlement"]) {
            assert_eq!(shape["properties"]["axis"]["enum"], json!([axis]));
            assert!(shape["properties"]["reason"].is_object(), "{axis}");
            assert_eq!(shape["required"], json!(["to", "axis", "at"]));
        }
        assert!(schemas["ChangeView"].is_null());
    }
}
