use actix_web::{
    HttpRequest, HttpResponse,
    cookie::Cookie,
    http::{StatusCode, header},
};
use askama::Template;
use feira_kernel::{ErrorKind, ModuleError, percent};
use feira_web::{
    current::Current,
    error::{PageError, Problem},
    state::AppState,
};

use super::{Area, Flash, Lang, Page};

/// Request headers on which pages depend: session and language.
const VARIES: &str = "Cookie, Accept-Language";

/// The result of a page's handler.
pub(crate) type Answer = Result<HttpResponse, PageError>;

/// Renders a page. Pages are private, so nothing between us and the browser may keep them.
pub(crate) fn respond(request: &HttpRequest, status: StatusCode, page: &impl Template) -> Answer {
    let text = page.render().map_err(internal)?;
    let mut response = html(status, text);
    if let Some(cookie) = Flash::removal(request) {
        with_cookie(&mut response, &cookie)?;
    }
    Ok(response)
}

pub(crate) fn with_cookie(
    response: &mut HttpResponse,
    cookie: &Cookie<'_>,
) -> Result<(), PageError> {
    let added = response.add_cookie(cookie);
    added.map_err(|error| PageError::from(internal(error)))
}

fn internal(error: impl ToString) -> Problem {
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "request.internal",
        error.to_string(),
    )
}

pub(crate) fn respond_ok(request: &HttpRequest, page: &impl Template) -> Answer {
    respond(request, StatusCode::OK, page)
}

/// The answer to an irreversible action that was not confirmed: nothing is done.
pub(crate) fn not_sure(state: &AppState, to: &str) -> HttpResponse {
    done(state, to, &Flash::bad("form-not-sure"))
}

/// Redirects after a successful form, with a message.
pub(crate) fn done(state: &AppState, to: &str, flash: &Flash) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, to))
        .cookie(flash.cookie(&state.page_key))
        .finish()
}

/// Turns `Forbidden` into `None`, for pages that show several things.
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
        text.push_str(&percent::encoded(value));
    }
    text
}

/// Whether an address is a page of this site, and nothing else.
pub(crate) fn is_local(address: &str) -> bool {
    let plain = |b: u8| b.is_ascii_graphic() && b != b'\\';
    address.starts_with('/') && address.bytes().all(plain) && !address.contains("//")
}

/// A page that stands for an error, unless it is one itself.
pub(crate) fn rendered(page: &impl Template) -> Option<String> {
    page.render().ok()
}

pub(crate) fn html(status: StatusCode, text: String) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::VARY, VARIES))
        .body(text)
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

/// The page of an error, in the language that was chosen in this browser or that it asks for.
pub(crate) fn error_response(status: StatusCode, code: &str, current: &Current) -> HttpResponse {
    let area = match current.path.split('/').nth(1) {
        Some("seller") => Area::Seller,
        Some("admin") => Area::Admin,
        _ => Area::Public,
    };
    let request_id = Some(current.id.as_str()).filter(|id| !id.is_empty());
    let lang = Lang::of(current.language);
    html(status, render_error(lang, area, status, code, request_id))
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
    fn only_pages_of_this_site_are_local() {
        for address in ["/", "/seller/orders?tab=all&number=1", "/l/order/a.b"] {
            assert!(is_local(address), "{address}");
        }
        for address in [
            "",
            "seller",
            "//evil.example",
            "https://evil.example",
            "/a//b",
            "/\\evil.example",
            "/a\r\nx: y",
            "javascript:alert(1)",
        ] {
            assert!(!is_local(address), "{address:?}");
        }
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
