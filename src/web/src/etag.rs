//! `ETag` of single resources, `If-None-Match` on reads and `If-Match` on writes.

use std::{
    borrow::Cow,
    future::{Ready, ready},
};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder,
    dev::Payload,
    http::{
        Method, StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use feira_kernel::Versions;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::Problem;

/// What belongs to somebody is kept by nobody on the way.
pub const PRIVATE: &str = "no-store";

/// What it is shown for.
const CREDENTIALS: &str = "Authorization, X-Cart-Token, X-Order-Token, X-Store-Id";

/// Answers a resource with a strong ETag, or 304 to a reader who has it.
///
/// The tag is a digest of the content, because what is shown live (prices, stock) changes without
/// a write. A resource that has a version has it in front, which is what `If-Match` is held against.
pub fn tagged(
    request: &HttpRequest,
    version: Option<i64>,
    view: &impl Serialize,
    cache: &'static str,
) -> HttpResponse {
    let body = serde_json::to_vec(view).unwrap_or_default();
    let digest = hex::encode(&Sha256::digest(&body)[..12]);
    let tag = match version {
        Some(version) => format!("\"{version}-{digest}\""),
        None => format!("\"{digest}\""),
    };
    let (mut response, has_it) = head(request, tag, cache);
    if cache == PRIVATE {
        response.insert_header((header::VARY, CREDENTIALS));
    }
    if has_it {
        return response.finish();
    }
    response.content_type("application/json").body(body)
}

/// The head of an answer with a strong ETag, and whether it is a 304, to a reader who has it.
pub fn head(
    request: &HttpRequest,
    tag: String,
    cache: &'static str,
) -> (HttpResponseBuilder, bool) {
    let reads = request.method() == Method::GET;
    let known = known(request, &tag).filter(|_| reads);
    let has_it = known.is_some();
    let mut response = match has_it {
        true => HttpResponse::NotModified(),
        false => HttpResponse::Ok(),
    };
    response
        .insert_header((header::ETAG, known.unwrap_or(tag)))
        .insert_header((header::CACHE_CONTROL, cache));
    (response, has_it)
}

/// The tag of a body in an encoding: that of the plain one, a point, and the encoding's name.
pub(crate) fn compressed(tag: &HeaderValue, encoding: &HeaderValue) -> Option<HeaderValue> {
    let strong = tag.to_str().ok()?.strip_prefix('"')?.strip_suffix('"')?;
    HeaderValue::from_str(&format!("\"{strong}.{}\"", encoding.to_str().ok()?)).ok()
}

/// A conditional header, all lines of it. Bytes that are no text match no tag of ours.
fn sent(request: &HttpRequest, name: HeaderName) -> Option<String> {
    let lines = request.headers().get_all(name);
    let lines: Vec<Cow<'_, str>> = lines
        .map(|line| String::from_utf8_lossy(line.as_bytes()))
        .collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

/// An entity tag as it is sent; `text` is without the quotes.
struct Tag<'a> {
    weak: bool,
    text: &'a str,
}

/// The tags of a list (RFC 9110 5.6.1, 8.8.3), in which a comma may stand between quotes; `None`
/// if it is no such list. Not actix-web's `IfMatch` and `IfNoneMatch`: they divide at each comma, and leave out
/// what they cannot read, which is answered by 400 here: of a list without its tags nothing would be compared.
fn tags(list: &str) -> Option<Vec<Tag<'_>>> {
    let mut tags = Vec::new();
    let mut rest = list.trim();
    while !rest.is_empty() {
        if let Some(next) = rest.strip_prefix(',') {
            rest = next.trim_start();
            continue;
        }
        let weak = rest.strip_prefix("W/");
        let (text, after) = weak.unwrap_or(rest).strip_prefix('"')?.split_once('"')?;
        rest = after.trim_start();
        let ends = rest.is_empty() || rest.starts_with(',');
        if !ends || text.contains(|c: char| c <= ' ' || c == '\u{7f}') {
            return None;
        }
        tags.push(Tag {
            weak: weak.is_some(),
            text,
        });
    }
    Some(tags)
}

/// The tag by which a reader has it, as she sent it: of any encoding. The comparison is weak (RFC
/// 9110 13.1.2): a cache on the way may have marked the tag so.
fn known(request: &HttpRequest, tag: &str) -> Option<String> {
    let sent = sent(request, header::IF_NONE_MATCH)?;
    if sent.trim() == "*" {
        return Some(tag.to_owned());
    }
    let (tags, plain) = (tags(&sent)?, tag.trim_matches('"'));
    let mut tags = tags.iter().map(|tag| tag.text);
    let held = tags.find(|text| text.split_once('.').map_or(*text, |(of, _)| of) == plain)?;
    Some(format!("\"{held}\""))
}

/// `If-Match` of a request that changes something: which versions of it the caller has seen, for
/// the module to compare where it writes. `None` if the header is absent or `*`: any will do, and
/// what is not there is not found.
pub struct IfMatch(pub Option<Versions>);

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let sent = sent(request, header::IF_MATCH).filter(|sent| sent.trim() != "*");
        let seen = sent.map(|sent| versions(&sent)).transpose();
        ready(seen.map(Self))
    }
}

/// The comparison is strong (RFC 9110 13.1.1): a weak tag, or one that is not of ours, is of no
/// version.
fn versions(list: &str) -> Result<Versions, Problem> {
    let tags = tags(list).ok_or_else(|| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "request.if_match_invalid",
            "If-Match must be * or the ETags that were answered, quotes included",
        )
    })?;
    let strong = tags.iter().filter(|tag| !tag.weak);
    Ok(strong
        .filter_map(|tag| tag.text.split_once('-')?.0.parse::<i64>().ok())
        .collect())
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
    fn if_match_names_the_versions_that_were_seen() {
        let seen = |lines: &[&str]| {
            let mut request = TestRequest::patch();
            for line in lines {
                request = request.append_header(("if-match", *line));
            }
            let request = request.to_http_request();
            let taken = IfMatch::from_request(&request, &mut Payload::None).into_inner();
            taken.map(|IfMatch(versions)| versions)
        };
        for any in [&[][..], &["*"], &[" * "]] {
            assert_eq!(seen(any).unwrap(), None, "{any:?}");
        }
        let of = |versions: &[i64]| Some(versions.iter().copied().collect::<Versions>());
        for (sent, versions) in [
            (&["\"7-abc\""][..], &[7][..]),
            (&["\"7-a\", \"8-b\" ,\"x,-y\",, "], &[7, 8]),
            (&["\"7-a\"", "\"9-c\""], &[7, 9]),
            (&["W/\"7-a\", \"8-b\""], &[8]),
            (&["\"abc\""], &[]),
            (&["\"x-abc\", \"*\", \"\""], &[]),
            (&["W/\"7-abc\""], &[]),
            (&[""], &[]),
        ] {
            assert_eq!(seen(sent).unwrap(), of(versions), "{sent:?}");
        }
        for malformed in [
            &["7"][..],
            &["\"7-a"],
            &["w/\"7-a\""],
            &["\"7-a\" \"8-b\""],
            &["*, \"7-a\""],
            &["*", "*"],
            &["\"7 a\""],
        ] {
            assert_eq!(seen(malformed).unwrap_err().status, 400, "{malformed:?}");
        }
    }
}
