//! Limits of request bodies: how long one may take, and how many may be incomplete at once. A
//! middleware, so that no handler can forget it.

mod body;
mod partial_bodies;

use std::{cell::RefCell, rc::Rc, time::Duration};

use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{StatusCode, header},
    middleware::Next,
    web::Data,
};

use crate::{
    error::{Problem, shown},
    extract,
};
use body::{Answer, Body, LimitedBody};
use partial_bodies::{Amount, PartialBodies, Sender};

/// What a form of a page may have, whatever JSON may.
const LONGEST_FORM: usize = 262_144;

/// The largest body of a call from another process: a picture of the largest kind, as text.
pub const MAX_CALL_BYTES: usize = 32 << 20;

/// What a form with a file may send: an upload of `server.max_upload_bytes`, and a little more
/// for the other fields.
pub fn most_of_upload(max_upload_bytes: usize) -> usize {
    max_upload_bytes + 65_536
}

/// The settings of the same names below `server`.
pub struct BodySettings {
    pub body_seconds: u32,
    pub body_min_bytes_per_second: u32,
    pub upload_seconds: u32,
    pub max_json_bytes: usize,
    pub max_upload_bytes: usize,
    pub partial_bodies: usize,
    pub partial_bodies_per_client: usize,
    pub partial_bodies_mib: usize,
    pub partial_bodies_mib_per_client: usize,
    pub trust_proxy: bool,
}

/// The limits, and the count of incomplete bodies; one for all workers.
pub struct BodyLimits {
    whole: Duration,
    /// How many bytes earn an upload another second.
    rate: u64,
    /// No upload gets more, whatever it earns.
    longest: Duration,
    most_of_small: usize,
    most_of_upload: usize,
    trust_proxy: bool,
    partial_bodies: PartialBodies,
}

/// What the head of a request says of its body.
#[derive(Clone, Copy)]
struct BodyHead {
    sender: Sender,
    upload: bool,
    /// What it will have at most, if it is to be taken.
    bytes: usize,
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

impl BodyLimits {
    pub fn new(settings: &BodySettings) -> Self {
        let most_of_upload = most_of_upload(settings.max_upload_bytes);
        // There is room for one upload, however little is given.
        let amount = |bodies, mib: usize| Amount {
            bodies,
            bytes: (mib << 20).max(most_of_upload),
        };
        Self {
            whole: Duration::from_secs(settings.body_seconds.into()),
            rate: settings.body_min_bytes_per_second.into(),
            longest: Duration::from_secs(settings.upload_seconds.into()),
            most_of_small: settings.max_json_bytes.max(LONGEST_FORM),
            most_of_upload,
            trust_proxy: settings.trust_proxy,
            partial_bodies: PartialBodies::new(
                amount(settings.partial_bodies, settings.partial_bodies_mib),
                amount(
                    settings.partial_bodies_per_client,
                    settings.partial_bodies_mib_per_client,
                ),
            ),
        }
    }

    fn body_head(&self, head: &HttpRequest) -> BodyHead {
        let upload = !is_small(head.headers());
        let client = || extract::client_ip(head, self.trust_proxy).map(partial_bodies::network);
        let (sender, most) = match (is_call(head.path()), upload) {
            (true, _) => (Sender::Process, MAX_CALL_BYTES),
            (false, true) => (Sender::Client(client()), self.most_of_upload),
            (false, false) => (Sender::Client(client()), self.most_of_small),
        };
        let length = head.headers().get(header::CONTENT_LENGTH);
        let length: Option<usize> = length.and_then(|v| v.to_str().ok()?.parse().ok());
        BodyHead {
            sender,
            upload,
            bytes: length.unwrap_or(most).min(most),
        }
    }

    /// How long a body may have taken when so much of it has come.
    fn allowed(&self, upload: bool, received: usize) -> Duration {
        match upload {
            true => {
                let earned = Duration::from_secs(received as u64 / self.rate.max(1));
                self.whole.saturating_add(earned).min(self.longest)
            }
            false => self.whole,
        }
    }
}

pub async fn middleware<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<Answer>, Error> {
    let limits = request.app_data::<Data<BodyLimits>>().cloned();
    let (head, payload) = request.parts_mut();
    let (Some(limits), false) = (limits, matches!(payload, Payload::None)) else {
        let response = next.call(request).await?.map_into_boxed_body();
        return Ok(response.map_body(|_, body| Answer::new(body, Payload::None)));
    };
    let body_head = limits.body_head(head);
    let body = Body::new(limits.into_inner(), body_head, payload.take());
    let body = Rc::new(RefCell::new(body));
    request.set_payload(Payload::Stream {
        payload: Box::pin(LimitedBody(body.clone())),
    });
    let response = next.call(request).await?;
    let (refusal, unread) = body.borrow_mut().end();
    // Whatever the handler made of a body that was cut: this is why.
    let response = match refusal {
        None => response.map_into_boxed_body(),
        Some(refusal) => response.into_response(refusal.answer()),
    };
    Ok(response.map_body(|_, body| Answer::new(body, unread)))
}

/// Whether a path is that of a call from another process of this installation.
fn is_call(path: &str) -> bool {
    path.starts_with("/rpc/")
}

/// JSON and plain forms; whatever else has a body is an upload.
fn is_small(headers: &header::HeaderMap) -> bool {
    let small = [
        "application/json",
        "application/merge-patch+json",
        "application/x-www-form-urlencoded",
    ];
    small.contains(&&*extract::media_type(headers))
}

impl Refusal {
    fn answer(self) -> HttpResponse<BoxBody> {
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
        shown(Problem::new(status, code, detail)).error_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> BodySettings {
        BodySettings {
            body_seconds: 30,
            body_min_bytes_per_second: 4_096,
            upload_seconds: 300,
            max_json_bytes: 262_144,
            max_upload_bytes: 8 << 20,
            partial_bodies: 512,
            partial_bodies_per_client: 64,
            partial_bodies_mib: 64,
            partial_bodies_mib_per_client: 16,
            trust_proxy: false,
        }
    }

    #[test]
    fn an_upload_earns_time_by_what_has_come_up_to_a_bound_and_json_does_not() {
        let seconds =
            |limits: &BodyLimits, upload, received| limits.allowed(upload, received).as_secs();
        let usual = BodyLimits::new(&settings());
        assert_eq!(seconds(&usual, false, 262_144), 30);
        assert_eq!(seconds(&usual, true, 0), 30);
        assert_eq!(seconds(&usual, true, 4_095), 30);
        assert_eq!(seconds(&usual, true, 409_600), 130);
        assert_eq!(seconds(&usual, true, 8 << 20), 300);
        let short = BodyLimits::new(&BodySettings {
            body_seconds: 9,
            upload_seconds: 10,
            body_min_bytes_per_second: 1,
            ..settings()
        });
        assert_eq!(seconds(&short, true, 1), 10);
        assert_eq!(seconds(&short, true, usize::MAX), 10);
    }

    #[test]
    fn a_body_has_what_its_head_says_but_no_more_than_is_taken() {
        let limits = BodyLimits::new(&settings());
        let bytes = |path: &str, kind: &str, length: Option<&str>| {
            let mut request = actix_web::test::TestRequest::with_uri(path);
            request = request.insert_header((header::CONTENT_TYPE, kind));
            if let Some(length) = length {
                request = request.insert_header((header::CONTENT_LENGTH, length));
            }
            let body_head = limits.body_head(&request.to_http_request());
            assert_eq!(
                body_head.sender == Sender::Process,
                path.starts_with("/rpc/")
            );
            body_head.bytes
        };
        let (json, png, upload) = ("application/json", "image/png", (8 << 20) + 65_536);
        for (path, kind, length, expected) in [
            ("/api/v1/carts", json, Some("17"), 17),
            ("/api/v1/carts", json, None, 262_144),
            ("/api/v1/carts", json, Some("99999999"), 262_144),
            ("/api/v1/x/images", png, Some("1000000"), 1_000_000),
            ("/api/v1/x/images", png, None, upload),
            ("/api/v1/x/images", png, Some("99999999999"), upload),
            ("/rpc/catalog/add_image", json, Some("11000000"), 11_000_000),
            ("/rpcs", json, None, 262_144),
        ] {
            assert_eq!(bytes(path, kind, length), expected, "{path} {length:?}");
        }
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
