//! Encodings of bodies: those of requests are taken as they are alone, and an answer says that it
//! may come compressed, each form of it under an ETag of its own.

use actix_web::{
    Error, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderValue},
    },
    middleware::Next,
};

use crate::{
    error::{Problem, shown},
    etag::compressed,
};

/// Outside of what compresses.
pub async fn middleware<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    if is_encoded(request.headers()) {
        return Ok(request.into_response(refusal()).map_into_right_body());
    }
    let mut answer = next.call(request).await?;
    let headers = answer.headers_mut();
    let mut varies = headers.get_all(header::VARY);
    if !varies.any(|by| by.as_bytes().eq_ignore_ascii_case(b"accept-encoding")) {
        headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    let tag = headers
        .get(header::ETAG)
        .zip(headers.get(header::CONTENT_ENCODING));
    if let Some(tag) = tag.and_then(|(tag, encoding)| compressed(tag, encoding)) {
        headers.insert(header::ETAG, tag);
    }
    Ok(answer.map_into_left_body())
}

fn is_encoded(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::CONTENT_ENCODING);
    let mut codings = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    codings.any(|coding| {
        let coding = coding.trim_ascii();
        !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity")
    })
}

fn refusal() -> HttpResponse {
    let mut refusal = shown(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "request.unsupported_encoding",
        "send the body as it is; Accept-Encoding names what is taken",
    ))
    .error_response();
    let headers = refusal.headers_mut();
    headers.insert(
        header::ACCEPT_ENCODING,
        HeaderValue::from_static("identity"),
    );
    refusal
}

#[cfg(test)]
mod tests {
    use actix_web::{
        App,
        middleware::{Compress, from_fn},
        test::{TestRequest, call_service, init_service},
        web::resource,
    };

    use super::*;
    use crate::etag::{PRIVATE, tagged};

    async fn thing(request: actix_web::HttpRequest) -> HttpResponse {
        tagged(&request, Some(7), &"text ".repeat(100), PRIVATE)
    }

    /// Status, `ETag`, `Vary` and `Accept-Encoding` of the answer.
    async fn answer(headers: &[(&str, &str)]) -> (u16, String, String, String) {
        let app = App::new()
            .wrap(Compress::default())
            .wrap(from_fn(middleware))
            .service(resource("/").get(thing).post(thing));
        let app = init_service(app).await;
        let mut request = TestRequest::get();
        for header in headers {
            request = request.append_header(*header);
        }
        let answer = call_service(&app, request.to_request()).await;
        let lines = |name: header::HeaderName| {
            let lines = answer.headers().get_all(name);
            let lines: Vec<_> = lines.map(|line| line.to_str().expect("text")).collect();
            lines.join(", ").to_lowercase()
        };
        (
            answer.status().as_u16(),
            lines(header::ETAG),
            lines(header::VARY),
            lines(header::ACCEPT_ENCODING),
        )
    }

    #[actix_web::test]
    async fn each_form_of_an_answer_has_a_tag_and_who_has_one_is_told_so() {
        let (status, plain, varies, _) = answer(&[]).await;
        assert_eq!(status, 200);
        assert!(varies.ends_with(", accept-encoding"), "{varies}");
        let mut tags = vec![plain];
        for encoding in ["gzip", "br", "deflate"] {
            let (status, tag, varied, _) = answer(&[("accept-encoding", encoding)]).await;
            assert_eq!((status, &varied), (200, &varies), "{encoding}");
            assert!(tag.ends_with(&format!(".{encoding}\"")), "{tag}");
            tags.push(tag);
        }
        for tag in &tags {
            for encoding in ["identity", "gzip", "br"] {
                let weak = format!("W/{tag}");
                for sent in [tag, &weak] {
                    let sent = [("if-none-match", &**sent), ("accept-encoding", encoding)];
                    let (status, again, varied, _) = answer(&sent).await;
                    assert_eq!((status, &again, &varied), (304, tag, &varies), "{sent:?}");
                }
            }
        }
    }

    #[actix_web::test]
    async fn a_body_is_taken_as_it_is_alone() {
        for (codings, status) in [
            (&["gzip"][..], 415),
            (&["identity, br"], 415),
            (&["identity", "x-odd"], 415),
            (&["Identity"], 200),
            (&["", ","], 200),
        ] {
            let sent = codings.iter().map(|coding| ("content-encoding", *coding));
            let (answered, _, _, taken) = answer(&sent.collect::<Vec<_>>()).await;
            assert_eq!(answered, status, "{codings:?}");
            assert_eq!(taken == "identity", status == 415, "{codings:?}");
        }
    }
}
