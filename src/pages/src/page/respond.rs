use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use askama::Template;
use feira_kernel::{ErrorKind, ModuleError};
use feira_web::{
    current::Current,
    error::{PageError, Problem},
    state::AppState,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Area, Flash, Lang, Page};

/// What means nothing in a URL (RFC 3986, 2.3) stays as it is.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Whom a page is made for, and in which language.
const VARIES: &str = "Cookie, Accept-Language";

/// What a page's handler gives back.
pub(crate) type Answer = Result<HttpResponse, PageError>;

/// Renders a page. Pages are private, so nothing between us and the browser may keep them.
pub(crate) fn respond(request: &HttpRequest, status: StatusCode, page: &impl Template) -> Answer {
    let html = page.render().map_err(|error| {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "request.internal",
            error.to_string(),
        )
    })?;
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::VARY, VARIES));
    if let Some(cookie) = Flash::removal(request) {
        response.cookie(cookie);
    }
    Ok(response.body(html))
}

pub(crate) fn respond_ok(request: &HttpRequest, page: &impl Template) -> Answer {
    respond(request, StatusCode::OK, page)
}

/// After a form that did what it should: on to a page, with a message there.
pub(crate) fn done(state: &AppState, to: &str, flash: &Flash) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, to))
        .cookie(flash.cookie(&state.page_key))
        .finish()
}

/// What the actor may not see is left out of a page that shows several things.
pub(crate) fn allowed<T, E: ModuleError>(answer: Result<T, E>) -> Result<Option<T>, E> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::Forbidden => Ok(None),
        Err(error) => Err(error),
    }
}

/// A path with the parameters that have a value.
pub(crate) fn query(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut text = path.to_owned();
    let given = parameters.iter().filter(|(_, value)| !value.is_empty());
    for (index, (name, value)) in given.enumerate() {
        text.push(if index == 0 { '?' } else { '&' });
        text.push_str(name);
        text.push('=');
        text.extend(utf8_percent_encode(value, RESERVED));
    }
    text
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    p: Page,
    text: Option<String>,
    status: u16,
    code: &'a str,
    request_id: Option<&'a str>,
}

/// The page of an error, for the one table that turns errors into answers. Its language is
/// the one that the browser asks for.
pub fn error_response(status: StatusCode, code: &str, current: &Current) -> HttpResponse {
    let area = match current.path.split('/').nth(1) {
        Some("seller") => Area::Seller,
        Some("admin") => Area::Admin,
        _ => Area::Public,
    };
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::VARY, VARIES))
        .body(render_error(
            Lang::of(current.language),
            area,
            status,
            code,
            Some(current.id.as_str()).filter(|id| !id.is_empty()),
        ))
}

fn render_error(
    lang: Lang,
    area: Area,
    status: StatusCode,
    code: &str,
    request_id: Option<&str>,
) -> String {
    let key = match status.as_u16() {
        status @ (400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 422 | 429 | 503) => {
            format!("failed-{status}")
        }
        400..500 => "failed-400".to_owned(),
        _ => "failed-500".to_owned(),
    };
    let title = lang.text(&key);
    let text = lang.error(code, (None, None));
    let page = ErrorPage {
        text: text.filter(|text| text.trim_end_matches('.') != title),
        p: Page::bare(lang, area).titled(title),
        status: status.as_u16(),
        code,
        request_id,
    };
    page.render()
        .unwrap_or_else(|_| format!("<h1>{status}</h1>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_carry_what_was_typed_and_nothing_else() {
        assert_eq!(query("/a", &[("q", ""), ("status", "")]), "/a");
        assert_eq!(
            query("/a", &[("q", "chá & café"), ("s", "x")]),
            "/a?q=ch%C3%A1%20%26%20caf%C3%A9&s=x"
        );
    }

    #[test]
    fn an_error_has_a_page_in_each_language() {
        for lang in Lang::ALL {
            for status in [400, 401, 403, 404, 405, 409, 413, 418, 422, 429, 500, 503] {
                let status = StatusCode::from_u16(status).unwrap();
                let html = render_error(lang, Area::Seller, status, "x.y", Some("req-1"));
                assert!(html.contains("<h1>") && html.contains("req-1"), "{html}");
                assert!(!html.contains("failed-"), "{html}");
            }
        }
    }
}
