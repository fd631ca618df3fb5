//! `ETag` of single resources, `If-None-Match` on reads and `If-Match` on writes.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode, header},
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{error::Problem, extract};

/// What belongs to somebody is kept by nobody on the way.
pub(crate) const PRIVATE: &str = "no-store";

/// Answers a resource with a strong ETag, or 304 to a reader who has it.
///
/// The tag is a digest of the content, because what is shown live (prices, stock) changes without
/// a write. A resource that has a version has it in front, which is what `If-Match` is held against.
pub(crate) fn tagged(
    request: &HttpRequest,
    version: Option<i64>,
    view: &impl Serialize,
    cache: &'static str,
) -> HttpResponse {
    let body = serde_json::to_vec(view).unwrap_or_default();
    let digest: String = Sha256::digest(&body)[..12]
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let tag = match version {
        Some(version) => format!("\"{version}-{digest}\""),
        None => format!("\"{digest}\""),
    };
    let known = request.method() == Method::GET && known(request, &tag);
    let mut response = match known {
        true => HttpResponse::NotModified(),
        false => HttpResponse::Ok(),
    };
    response
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, cache));
    if known {
        return response.finish();
    }
    response.content_type("application/json").body(body)
}

/// The comparison is weak (RFC 9110 13.1.2): a cache on the way may have marked the tag so.
fn known(request: &HttpRequest, tag: &str) -> bool {
    extract::header(request, "if-none-match").is_some_and(|sent| {
        sent.trim() == "*"
            || sent
                .split(',')
                .any(|t| t.trim().trim_start_matches("W/") == tag)
    })
}

/// The version that `If-Match` names, if it is sent; `code` is what the resource's module calls
/// a version that is not the current one.
pub(crate) fn expected_version(
    request: &HttpRequest,
    code: &'static str,
) -> Result<Option<i64>, Problem> {
    let Some(sent) = extract::header(request, "if-match").filter(|t| t.trim() != "*") else {
        return Ok(None);
    };
    let version = sent
        .trim()
        .strip_prefix('"')
        .and_then(|tag| tag.strip_suffix('"')?.split_once('-'))
        .and_then(|(version, _)| version.parse().ok());
    version.map(Some).ok_or_else(|| {
        Problem::new(
            StatusCode::PRECONDITION_FAILED,
            code,
            "If-Match is not an ETag of this resource",
        )
    })
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn tag_of(response: &HttpResponse) -> String {
        let tag = response.headers().get(header::ETAG).unwrap();
        tag.to_str().unwrap().to_owned()
    }

    #[test]
    fn a_reader_who_has_it_is_told_so_and_a_writer_is_answered() {
        let plain = TestRequest::get().to_http_request();
        let tag = tag_of(&tagged(&plain, Some(7), &"content", PRIVATE));
        assert!(tag.starts_with("\"7-"), "{tag}");
        for sent in [
            tag.clone(),
            format!("W/{tag}"),
            format!("\"x\", {tag}"),
            "*".to_owned(),
        ] {
            let header = ("if-none-match", sent.clone());
            let get = TestRequest::get()
                .insert_header(header.clone())
                .to_http_request();
            let same = tagged(&get, Some(7), &"content", PRIVATE);
            assert_eq!(same.status(), StatusCode::NOT_MODIFIED, "{sent}");
            let patch = TestRequest::patch().insert_header(header).to_http_request();
            let changed = tagged(&patch, Some(7), &"content", PRIVATE);
            assert_eq!(changed.status(), StatusCode::OK, "{sent}");
        }
        let get = TestRequest::get()
            .insert_header(("if-none-match", tag))
            .to_http_request();
        let other = tagged(&get, Some(7), &"a live price", PRIVATE);
        assert_eq!(other.status(), StatusCode::OK);
    }

    #[test]
    fn if_match_names_a_version_or_fails() {
        let expected = |sent: &str| {
            let request = TestRequest::patch().insert_header(("if-match", sent));
            expected_version(&request.to_http_request(), "x.version_mismatch")
        };
        assert_eq!(expected("\"7-abc\"").unwrap(), Some(7));
        assert_eq!(expected("*").unwrap(), None);
        for bad in ["7", "\"abc\"", "\"x-abc\"", "W/\"7-abc\"", ""] {
            assert_eq!(expected(bad).unwrap_err().status, 412, "{bad}");
        }
    }
}
