use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use feira_gateway::Stored;
use serde::Serialize;

/// A successful answer of a POST: what the module returned, in the view that the API shows.
pub struct Reply {
    status: StatusCode,
    location: Option<String>,
    body: String,
}

impl Reply {
    pub fn created<View: Serialize>(location: impl Into<String>, what: impl Into<View>) -> Self {
        Self {
            status: StatusCode::CREATED,
            location: Some(location.into()),
            body: json(&what.into()),
        }
    }

    pub fn ok<View: Serialize>(what: impl Into<View>) -> Self {
        Self {
            status: StatusCode::OK,
            location: None,
            body: json(&what.into()),
        }
    }

    pub fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            location: None,
            body: String::new(),
        }
    }
}

fn json(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}

impl From<Reply> for HttpResponse {
    fn from(reply: Reply) -> Self {
        respond(&reply.into(), false)
    }
}

pub(super) fn respond(stored: &Stored, replayed: bool) -> HttpResponse {
    let status = StatusCode::from_u16(stored.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    if let Some(location) = &stored.location {
        response.insert_header((header::LOCATION, location.clone()));
    }
    if replayed {
        response.insert_header(("idempotent-replayed", "true"));
    }
    if stored.body.is_empty() {
        return response.finish();
    }
    response
        .content_type("application/json")
        .body(stored.body.clone())
}

impl From<Reply> for Stored {
    fn from(reply: Reply) -> Self {
        Self {
            status: reply.status.as_u16(),
            location: reply.location,
            body: reply.body,
        }
    }
}
