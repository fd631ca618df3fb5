//! Bodies on their way in: how long one may take, and how many may be incomplete at once. Around
//! everything that reads one, so that no handler can forget it.

mod body;
mod places;

use std::{cell::RefCell, rc::Rc, time::Duration};

use actix_web::{
    Error, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{StatusCode, header},
    middleware::Next,
    web::Data,
};

use super::{
    error::{PageError, Problem},
    extract, same_origin,
};
use crate::config;
use body::{Answer, Arriving, Body};
use places::Places;

/// What bodies may take, of time and of places; one for all workers.
pub(crate) struct Intake {
    whole: Duration,
    /// How many bytes earn an upload another second.
    rate: u64,
    trust_proxy: bool,
    places: Places,
}

/// Why a body was not taken to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Slow,
    /// One client has too many under way.
    Client,
    /// All together have too many, or too much of them.
    Total,
}

impl Intake {
    pub(crate) fn new(server: &config::Server) -> Self {
        Self {
            whole: Duration::from_secs(server.body_seconds.into()),
            rate: server.body_min_bytes_per_second.into(),
            trust_proxy: server.trust_proxy,
            places: Places::new(
                server.partial_bodies,
                server.partial_bodies_per_client,
                server.partial_bodies_mib << 20,
            ),
        }
    }

    /// How long a body may have taken when so much of it has come.
    fn allowed(&self, upload: bool, received: usize) -> Duration {
        match upload {
            true => self.whole + Duration::from_secs(received as u64 / self.rate.max(1)),
            false => self.whole,
        }
    }
}

pub(crate) async fn middleware<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<Answer>, Error> {
    let intake = request.app_data::<Data<Intake>>().cloned();
    let (head, payload) = request.parts_mut();
    let (Some(intake), false) = (intake, matches!(payload, Payload::None)) else {
        let response = next.call(request).await?.map_into_boxed_body();
        return Ok(response.map_body(|_, body| Answer::new(body, Payload::None)));
    };
    let client = extract::client_ip(head, intake.trust_proxy).map(places::network);
    let upload = !is_small(head.headers());
    let body = Body::new(intake.into_inner(), client, upload, payload.take());
    let body = Rc::new(RefCell::new(body));
    request.set_payload(Payload::Stream {
        payload: Box::pin(Arriving(body.clone())),
    });
    let page = same_origin::is_page(request.path());
    let response = next.call(request).await?;
    let (refusal, unread) = body.borrow_mut().end();
    // Whatever the handler made of a body that was cut: this is why.
    let response = match refusal {
        None => response.map_into_boxed_body(),
        Some(refusal) => response.into_response(refusal.answer(page)),
    };
    Ok(response.map_body(|_, body| Answer::new(body, unread)))
}

/// JSON and plain forms; whatever else has a body is an upload.
fn is_small(headers: &header::HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let small = [
        "application/json",
        "application/merge-patch+json",
        "application/x-www-form-urlencoded",
    ];
    small.iter().any(|known| kind.eq_ignore_ascii_case(known))
}

impl Refusal {
    fn answer(self, page: bool) -> HttpResponse<BoxBody> {
        let (status, code, detail) = match self {
            Self::Slow => (
                StatusCode::REQUEST_TIMEOUT,
                "request.too_slow",
                "the body took too long; send it faster, or less of it",
            ),
            Self::Client => (
                StatusCode::TOO_MANY_REQUESTS,
                "request.too_many_bodies",
                "too many bodies from your address are under way; end those first",
            ),
            Self::Total => (
                StatusCode::SERVICE_UNAVAILABLE,
                "request.unavailable",
                "too many bodies are under way; try again in a moment",
            ),
        };
        let problem = Problem::new(status, code, detail);
        match page {
            true => PageError::from(problem).error_response(),
            false => problem.error_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_earns_time_by_what_has_come_and_json_does_not() {
        let intake = Intake {
            whole: Duration::from_secs(30),
            rate: 4_096,
            trust_proxy: false,
            places: Places::new(1, 1, 1),
        };
        let seconds = |upload, received| intake.allowed(upload, received).as_secs();
        assert_eq!(seconds(false, 262_144), 30);
        assert_eq!(seconds(true, 0), 30);
        assert_eq!(seconds(true, 4_095), 30);
        assert_eq!(seconds(true, 8 << 20), 30 + 2_048);
    }

    #[test]
    fn what_has_a_boundary_or_is_a_file_is_an_upload() {
        let small = |kind: &str| {
            let request = actix_web::test::TestRequest::default();
            let request = request.insert_header((header::CONTENT_TYPE, kind));
            is_small(request.to_http_request().headers())
        };
        for kind in [
            "application/json; charset=utf-8",
            "Application/JSON",
            "application/x-www-form-urlencoded",
        ] {
            assert!(small(kind), "{kind}");
        }
        for kind in ["multipart/form-data; boundary=x", "image/png", "text/csv"] {
            assert!(!small(kind), "{kind}");
        }
    }
}
