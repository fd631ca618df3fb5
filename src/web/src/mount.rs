//! An installation below a path of its host, such as `https://example.org/feira`. Inside, all paths
//! are what they are without one: it is taken off what is asked for, and put before what answers
//! say of our own paths: redirects, links, cookies, pages and, in JSON, pictures. What comes without
//! it is taken, too: a proxy may have taken it off.

use actix_web::{
    Error, HttpRequest,
    body::{BoxBody, EitherBody, MessageBody, to_bytes},
    dev::{ServiceRequest, ServiceResponse, Url},
    error::ErrorInternalServerError,
    http::{
        Uri,
        header::{self, HeaderMap, HeaderValue},
        uri::PathAndQuery,
    },
    middleware::Next,
    web::Data,
};

use crate::state::AppState;

/// What in a page leads to a path of ours; what people wrote has no bare quotation mark.
const ATTRIBUTES: [&str; 6] = ["href", "src", "action", "formaction", "hx-get", "hx-post"];

/// What in JSON does; there, too, what people wrote has no bare quotation mark.
const PICTURE: &str = "\"url\":\"/files/";

/// Around everything: paths and headers.
pub async fn middleware<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mount = mount(request.request());
    if mount.is_empty() {
        return next.call(request).await;
    }
    if let Some(inside) = inside(request.uri(), &mount) {
        request.match_info_mut().set(Url::new(inside.clone()));
        request.head_mut().uri = inside;
    }
    let mut answer = next.call(request).await?;
    outside(answer.headers_mut(), &mount);
    Ok(answer)
}

/// Before compression: pages and JSON.
pub async fn links<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let answer = next.call(request).await?;
    let mount = mount(answer.request());
    let kind = answer.headers().get(header::CONTENT_TYPE);
    let Some(linked) = kind.and_then(linked).filter(|_| !mount.is_empty()) else {
        return Ok(answer.map_into_left_body());
    };
    let (request, response) = answer.into_parts();
    let (response, body) = response.into_parts();
    let body = to_bytes(body)
        .await
        .map_err(|_| ErrorInternalServerError("an error on our side"))?;
    let text = linked(&String::from_utf8_lossy(&body), &mount);
    let response = response.set_body(BoxBody::new(text));
    Ok(ServiceResponse::new(request, response).map_into_right_body())
}

/// What puts the path into a body of this kind.
fn linked(kind: &HeaderValue) -> Option<fn(&str, &str) -> String> {
    match kind.as_bytes() {
        page if page.starts_with(b"text/html") => Some(page_below),
        json if json.starts_with(b"application/json") => Some(json_below),
        _ => None,
    }
}

fn mount(request: &HttpRequest) -> String {
    let state = request.app_data::<Data<AppState>>();
    state.map_or_else(String::new, |state| state.settings.base_path().to_owned())
}

/// What is asked for, without the path at which we are.
fn inside(uri: &Uri, mount: &str) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().strip_prefix(mount)?;
    let rest = match rest.chars().next() {
        Some('/') => rest.to_owned(),
        None | Some('?') => format!("/{rest}"),
        Some(_) => return None,
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(rest).ok()?);
    Uri::from_parts(parts).ok()
}

fn outside(headers: &mut HeaderMap, mount: &str) {
    let prefixed = |path: &str| path.starts_with('/').then(|| format!("{mount}{path}"));
    let linked = |link: &str| Some(link.replace("</", &format!("<{mount}/")));
    // A cookie named so must have the path of the whole host.
    let kept = |cookie: &str| {
        let whole = cookie.starts_with("__Host-");
        (!whole).then(|| cookie.replace("Path=/", &format!("Path={mount}/")))
    };
    change(headers, header::LOCATION, prefixed);
    change(headers, header::LINK, linked);
    change(headers, header::SET_COOKIE, kept);
}

/// Changes each value of a header for which there is another one.
fn change(headers: &mut HeaderMap, name: header::HeaderName, to: impl Fn(&str) -> Option<String>) {
    let before: Vec<HeaderValue> = headers.remove(&name).collect();
    for value in before {
        let changed = value.to_str().ok().and_then(&to);
        let changed = changed.and_then(|text| HeaderValue::try_from(text).ok());
        headers.append(name.clone(), changed.unwrap_or(value));
    }
}

fn json_below(json: &str, mount: &str) -> String {
    json.replace(PICTURE, &format!("\"url\":\"{mount}/files/"))
}

fn page_below(page: &str, mount: &str) -> String {
    let mut page = page.to_owned();
    for name in ATTRIBUTES {
        page = page.replace(&format!(" {name}=\"/"), &format!(" {name}=\"{mount}/"));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_taken_off_what_is_asked_for() {
        let asked = |uri: &str| inside(&uri.parse().unwrap(), "/a/b").map(|uri| uri.to_string());
        for (uri, within) in [
            ("/a/b/seller?q=1", Some("/seller?q=1")),
            ("/a/b/", Some("/")),
            ("/a/b", Some("/")),
            ("/a/b?lang=en", Some("/?lang=en")),
            ("/a/bc", None),
            ("/a", None),
            ("/seller", None),
        ] {
            assert_eq!(asked(uri).as_deref(), within, "{uri}");
        }
    }

    #[test]
    fn and_put_before_what_headers_say() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            (header::LOCATION, "/seller/login?next=%2Fseller"),
            (header::LINK, "</api/v1/products?cursor=x>; rel=\"next\""),
            (header::SET_COOKIE, "__Host-feira_seller=x; Path=/; Secure"),
            (header::SET_COOKIE, "feira_store=y; Path=/seller; Secure"),
            (header::SET_COOKIE, "feira_flash=z; Path=/; HttpOnly"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        outside(&mut headers, "/feira");
        let of = |name| {
            let values = headers.get_all(name).map(|value| value.to_str().unwrap());
            values.collect::<Vec<_>>()
        };
        assert_eq!(of(header::LOCATION), ["/feira/seller/login?next=%2Fseller"]);
        assert_eq!(
            of(header::LINK),
            ["</feira/api/v1/products?cursor=x>; rel=\"next\""]
        );
        assert_eq!(
            of(header::SET_COOKIE),
            [
                "__Host-feira_seller=x; Path=/; Secure",
                "feira_store=y; Path=/feira/seller; Secure",
                "feira_flash=z; Path=/feira/; HttpOnly",
            ]
        );
        headers.insert(
            header::LOCATION,
            HeaderValue::from_static("https://elsewhere.example/x"),
        );
        outside(&mut headers, "/feira");
        assert_eq!(
            headers.get(header::LOCATION).unwrap(),
            "https://elsewhere.example/x"
        );
    }

    #[test]
    fn and_before_the_links_of_pages_but_not_in_their_text() {
        let page = "<a href=\"/seller\">href=&#34;/x</a><form method=\"post\" action=\"/l/x\" hx-get=\"/y\">\
                    <a href=\"https://elsewhere.example/\"><input value=\"/seller\"><img src=\"/static/a.svg\">";
        let mounted = "<a href=\"/feira/seller\">href=&#34;/x</a><form method=\"post\" action=\"/feira/l/x\" hx-get=\"/feira/y\">\
                       <a href=\"https://elsewhere.example/\"><input value=\"/seller\"><img src=\"/feira/static/a.svg\">";
        assert_eq!(page_below(page, "/feira"), mounted);
    }

    #[test]
    fn and_before_the_pictures_of_json_but_not_in_its_texts() {
        let json = r#"{"name":"\"url\":\"/files/x","url":"/files/a.jpg","small":{"url":"/files/b.webp"},"next":{"url":"https://p.example/files/c"}}"#;
        let mounted = r#"{"name":"\"url\":\"/files/x","url":"/feira/files/a.jpg","small":{"url":"/feira/files/b.webp"},"next":{"url":"https://p.example/files/c"}}"#;
        assert_eq!(json_below(json, "/feira"), mounted);
        let put = |kind: &'static str| linked(&HeaderValue::from_static(kind)).is_some();
        assert!(put("application/json") && put("text/html; charset=utf-8"));
        assert!(!put("application/octet-stream") && !put("image/png"));
    }
}
