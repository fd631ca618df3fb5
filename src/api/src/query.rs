//! Query parameters that the document does not name are refused on every route of the API, also
//! on those that take none: a filter that is misspelt must not answer everything.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use actix_web::{
    Error, ResponseError,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
    web::Query,
};
use feira_web::error::Problem;
use utoipa::openapi::{
    RefOr,
    path::{Operation, ParameterIn},
};

use crate::openapi;

/// The parameters of each operation, by method.
type Operations = HashMap<&'static str, HashSet<String>>;

/// All operations, by the pattern of their route.
static KNOWN: LazyLock<HashMap<String, Operations>> = LazyLock::new(|| {
    let paths = openapi::document().paths.paths.into_iter();
    let known = paths.map(|(path, mut item)| {
        let operations = openapi::operations(&mut item);
        let operations = operations.map(|(method, operation)| (method, names(operation)));
        (path, operations.collect::<Operations>())
    });
    known.collect()
});

fn names(operation: &Operation) -> HashSet<String> {
    let parameters = operation.parameters.iter().flatten();
    parameters
        .filter_map(|parameter| match parameter {
            RefOr::T(p) if p.parameter_in == ParameterIn::Query => Some(p.name.clone()),
            _ => None,
        })
        .collect()
}

pub(crate) async fn middleware<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if let Err(problem) = check(&request) {
        let refusal = problem.error_response();
        return Ok(request.into_response(refusal).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}

/// A path that is no route's goes on to its 404.
fn check(request: &ServiceRequest) -> Result<(), Problem> {
    if request.query_string().is_empty() {
        return Ok(());
    }
    let Some(pattern) = request.match_pattern() else {
        return Ok(());
    };
    let method = request.method().as_str();
    let Some(known) = KNOWN.get(&pattern).and_then(|m| m.get(method)) else {
        return Ok(());
    };
    let sent = Query::<Vec<(String, String)>>::from_query(request.query_string());
    let Ok(sent) = sent else {
        // The handler says what it cannot read.
        return Ok(());
    };
    match sent.iter().find(|(name, _)| !known.contains(name)) {
        None => Ok(()),
        Some((name, _)) => {
            let detail = format!("the query parameter {name:?} is not known");
            let code = "request.unknown_parameter";
            Err(Problem::new(StatusCode::BAD_REQUEST, code, detail).with("parameter", name))
        }
    }
}
