//! The OpenAPI 3.1 document: what the handlers' own annotations say, and what holds for every
//! operation of a kind, which no annotation repeats.

mod answers;
mod owners;
mod problems;
mod schemas;
mod shared;

use utoipa::{
    OpenApi,
    openapi::{
        OpenApi as Openapi, RefOr, Response,
        path::{Operation, Parameter, ParameterIn, PathItem},
        security::SecurityRequirement,
    },
};

use self::problems::Refusals;
use crate::{Operations, ROOT};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Feira",
        description = "The API of a Feira marketplace. Errors are RFC 9457 problems with a stable `code`. HEAD is answered wherever GET is; another method is refused with 405 and `Allow`. 429 and 503 say in `Retry-After` when to come again.",
        contact(name = "The operator of the marketplace")
    ),
    // Seen from where the document is, whatever path the installation has.
    servers((url = "..", description = "The marketplace that serves this document")),
    tags(
        (name = "auth", description = "Accounts and sessions"),
        (name = "catalogue", description = "Categories and products, as buyers read them"),
        (name = "stores", description = "Stores, and the application to sell"),
        (name = "cart", description = "Carts of customers and of guests"),
        (name = "checkout", description = "Buying a cart"),
        (name = "orders", description = "Orders, as their buyers see them"),
        (name = "payments", description = "Payments, as their buyers see them"),
        (name = "seller", description = "What a store's members do"),
        (name = "admin", description = "What operators do")
    )
)]
struct Document;

/// The document as it is served and as `feira openapi` prints it.
pub fn document() -> Openapi {
    let mut document = Document::openapi().nest(ROOT, Operations::openapi());
    let components = document.components.get_or_insert_default();
    schemas::complete(&mut components.schemas);
    for (name, scheme) in shared::schemes() {
        components.add_security_scheme(name, scheme);
    }
    components.examples = answers::examples();
    let mut refusals = Refusals::default();
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            complete(method, path, operation);
            answers::show(operation);
            refuse(path, operation, &mut refusals);
        }
    }
    components.responses = refusals.into_responses();
    document
}

/// The operations of a path, with their methods.
pub(crate) fn operations(
    item: &mut PathItem,
) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("GET", &mut item.get),
        ("POST", &mut item.post),
        ("PUT", &mut item.put),
        ("PATCH", &mut item.patch),
        ("DELETE", &mut item.delete),
    ];
    all.into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// Adds what follows from the method, from who may call and from what is taken.
fn complete(method: &str, path: &str, operation: &mut Operation) {
    let words = path.trim_start_matches(ROOT);
    let words = words.split(|c: char| !c.is_ascii_alphanumeric());
    let method_word = method.to_lowercase();
    let id: Vec<&str> = [&*method_word].into_iter().chain(words).collect();
    let id = id.into_iter().filter(|word| !word.is_empty());
    operation.operation_id = Some(id.collect::<Vec<_>>().join("_"));
    summarize(operation);

    let (seller, operator) = (takes(operation, "seller"), takes(operation, "admin"));
    let keyed = method == "POST" && !is_without_key(operation);
    let versioned = is_versioned(method);
    let cached = operation.responses.responses.contains_key("304");
    for (is_taken, parameter) in [
        (keyed, shared::idempotency_key()),
        (versioned, shared::if_match()),
        (cached, shared::if_none_match()),
        (seller, shared::store_id()),
    ] {
        if is_taken {
            add(operation, parameter);
        }
    }
    bound_lists(operation);
    tell_of_files(operation);
    tell_of_success(method, keyed, operation);
    let with_input = path.contains('{') || has_query(operation) || operation.request_body.is_some();
    let refused: [(bool, &[u16]); 9] = [
        (true, &[400, 429, 503]),
        (operation.security.is_some(), &[401]),
        (seller || operator, &[403]),
        (seller || path.contains('{'), &[404]),
        (method != "GET", &[408]),
        (with_input, &[422]),
        (operation.request_body.is_some(), &[413, 415]),
        (keyed, &[409, 422]),
        (versioned, &[412]),
    ];
    let refused = refused.into_iter().filter(|(may_come, _)| *may_come);
    for status in refused.flat_map(|(_, statuses)| statuses) {
        let responses = &mut operation.responses.responses;
        responses
            .entry(status.to_string())
            .or_insert_with(|| RefOr::T(Response::default()));
    }
    // Open to everybody: said, for it could have been forgotten.
    operation.security.get_or_insert_default();
}

/// Each refusal is one that others of its module share.
fn refuse(path: &str, operation: &mut Operation, refusals: &mut Refusals) {
    for (status, response) in &mut operation.responses.responses {
        if let Ok(status @ 400..) = status.parse() {
            *response = RefOr::Ref(refusals.refer(path, status));
        }
    }
}

/// The handler's comment is the description, its beginning the summary.
fn summarize(operation: &mut Operation) {
    let parts = [operation.summary.take(), operation.description.take()];
    let description = parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n");
    let mut summary = Vec::new();
    for word in description.split_whitespace() {
        let bare = word.trim_end_matches(['.', ':', ';', '?']);
        summary.push(bare);
        if bare != word {
            break;
        }
    }
    operation.summary = Some(summary.join(" "));
    operation.description = Some(description);
}

/// Says of every list how much of it can be asked for.
fn bound_lists(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else {
            continue;
        };
        let list = match parameter.name.as_str() {
            "limit" => shared::limit(),
            "cursor" => shared::cursor(),
            _ => continue,
        };
        *parameter = list;
    }
}

/// A picture is bytes, and no text.
fn tell_of_files(operation: &mut Operation) {
    let taken = operation.request_body.iter_mut();
    let taken = taken.filter_map(|body| match body {
        RefOr::T(body) => Some(body.content.iter_mut()),
        RefOr::Ref(_) => None,
    });
    let given = operation.responses.responses.values_mut();
    let given = given.filter_map(|response| match response {
        RefOr::T(response) => Some(response.content.iter_mut()),
        RefOr::Ref(_) => None,
    });
    for (kind, content) in taken.flatten().chain(given.flatten()) {
        if let RefOr::T(content) = content
            && (kind.starts_with("image/") || is_document(kind))
        {
            content.schema = Some(shared::bytes().into());
        }
    }
}

/// A fiscal document, whose text is no business of the API.
fn is_document(kind: &str) -> bool {
    matches!(kind, "application/xml" | "application/pdf")
}

/// Says of what is no refusal what it is, and which headers it has.
fn tell_of_success(method: &str, keyed: bool, operation: &mut Operation) {
    let is_list = parameters(operation).any(|parameter| parameter.name == "cursor");
    let responses = &mut operation.responses.responses;
    let is_tagged = responses.contains_key("304") || is_versioned(method);
    for (status, response) in responses {
        let RefOr::T(response) = response else {
            continue;
        };
        if response.description.is_empty() {
            response.description = shared::success(method, status).to_owned();
        }
        for (is_sent, (name, header)) in [
            (status == "201", shared::location()),
            (is_tagged && status != "204", shared::etag()),
            (is_list && status == "200", shared::link()),
            (keyed, shared::replayed()),
        ] {
            if is_sent {
                response.headers.insert(name.to_owned(), header.into());
            }
        }
    }
}

/// What is changed under `If-Match` is answered as it is now.
fn is_versioned(method: &str) -> bool {
    matches!(method, "PUT" | "PATCH" | "DELETE")
}

/// Whether a credential of this scheme alone is enough.
fn takes(operation: &Operation, scheme: &str) -> bool {
    let alone = SecurityRequirement::new(scheme, [""; 0]);
    let mut requirements = operation.security.iter().flatten();
    requirements.any(|known| *known == alone)
}

fn parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    let parameters = operation.parameters.iter().flatten();
    parameters.filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

fn has_query(operation: &Operation) -> bool {
    parameters(operation).any(|p| p.parameter_in == ParameterIn::Query)
}

/// Whether the handler's annotation says that a key is ignored: a repeat does no harm, or the answer
/// is a credential, which is not kept.
fn is_without_key(operation: &Operation) -> bool {
    let extensions = operation.extensions.as_ref();
    extensions.is_some_and(|e| e.get("x-idempotency").is_some_and(|value| value == "none"))
}

/// Where one is required, the handler's own annotation says so.
fn add(operation: &mut Operation, parameter: Parameter) {
    if !parameters(operation).any(|known| known.name == parameter.name) {
        let parameters = operation.parameters.get_or_insert_default();
        parameters.push(RefOr::T(parameter));
    }
}

#[cfg(test)]
#[path = "openapi/rules_tests.rs"]
mod rules_tests;
#[cfg(test)]
#[path = "openapi/walk_tests.rs"]
mod walk_tests;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use utoipa::openapi::path::OperationBuilder;

    use super::*;

    /// Whatever changes here changes the public API.
    #[test]
    fn the_document_is_as_it_was_published() {
        let document = document().to_pretty_json().expect("JSON");
        insta::assert_snapshot!("document", document);
    }

    #[test]
    fn a_comment_begins_with_the_summary() {
        for (comment, summary) in [
            ("All orders, newest first.", "All orders, newest first"),
            (
                "Import products: the body\nis a CSV file.",
                "Import products",
            ),
            ("Do the books\nbalance? Recomputed.", "Do the books balance"),
            ("Without a stop", "Without a stop"),
            ("Fetch `a.b`; or more. And so on.", "Fetch `a.b`"),
        ] {
            let mut operation = OperationBuilder::new().summary(Some(comment)).build();
            summarize(&mut operation);
            assert_eq!(operation.summary.as_deref(), Some(summary));
            assert_eq!(operation.description.as_deref(), Some(comment));
        }
    }

    #[test]
    fn every_operation_has_a_name_of_its_own_and_an_answer() {
        let mut names = BTreeSet::new();
        let document = document();
        let tags = document.tags.iter().flatten().map(|tag| tag.name.clone());
        let tags: BTreeSet<String> = tags.collect();
        for (path, mut item) in document.paths.paths {
            for (method, operation) in operations(&mut item) {
                let mut of = operation.tags.iter().flatten();
                assert!(of.all(|tag| tags.contains(tag)), "{method} {path}");
                assert!(operation.security.is_some(), "{method} {path}");
                let name = operation.operation_id.clone().expect("a name");
                assert!(names.insert(name), "{method} {path}");
                let answers = &operation.responses.responses;
                let mut statuses = answers.keys();
                assert!(statuses.any(|s| s.starts_with('2')), "{method} {path}");
                let told = |answer: &RefOr<Response>| match answer {
                    RefOr::T(answer) => !answer.description.is_empty(),
                    RefOr::Ref(_) => true,
                };
                assert!(answers.values().all(told), "{method} {path}");
            }
        }
        assert!(names.contains("get_seller_products_id"), "{names:?}");
    }

    #[test]
    fn headers_that_are_taken_follow_from_what_is_asked() {
        let mut paths = document().paths.paths;
        for (path, method, expected) in [
            ("/categories", "GET", ""),
            ("/carts/{id}", "GET", "If-None-Match"),
            ("/carts/{id}/shipping", "PUT", "If-Match"),
            ("/checkouts", "POST", "Idempotency-Key"),
            ("/seller/orders/{id}", "GET", "If-None-Match X-Store-Id"),
            ("/seller/products/{id}", "PATCH", "If-Match X-Store-Id"),
        ] {
            let item = paths.get_mut(&format!("{ROOT}{path}")).expect(path);
            let mut found = operations(item).filter(|(m, _)| *m == method);
            let (_, operation) = found.next().expect(method);
            let taken = parameters(operation).filter(|p| p.parameter_in == ParameterIn::Header);
            let taken: Vec<_> = taken.map(|p| p.name.as_str()).collect();
            assert_eq!(taken.join(" "), expected, "{method} {path}");
        }
    }

    #[test]
    fn what_may_come_follows_from_who_calls_and_what_is_taken() {
        let mut paths = document().paths.paths;
        let mut statuses = |path: &str, method: &str| {
            let item = paths.get_mut(&format!("{ROOT}{path}")).expect(path);
            let mut found = operations(item).filter(|(m, _)| *m == method);
            let (_, operation) = found.next().expect(method);
            let statuses = operation.responses.responses.keys();
            statuses.cloned().collect::<Vec<_>>().join(" ")
        };
        for (path, method, expected) in [
            ("/categories", "GET", "200 400 429 503"),
            ("/products/{key}", "GET", "200 304 400 404 422 429 503"),
            ("/auth/logout", "POST", "204 400 408 413 415 422 429 503"),
            (
                "/carts/{id}/items/{item_id}",
                "DELETE",
                "200 400 401 404 408 409 412 422 429 503",
            ),
            (
                "/seller/orders/{id}/accept",
                "POST",
                "200 400 401 403 404 408 409 422 429 503",
            ),
            ("/admin/books", "GET", "200 400 401 403 429 503"),
        ] {
            assert_eq!(statuses(path, method), expected, "{method} {path}");
        }
    }
}
