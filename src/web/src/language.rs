//! The language of a page: the one that was chosen in this browser, or that it asks for, or the
//! marketplace's.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite},
    http::header::{AcceptLanguage, Header, Quality},
    web::Data,
};

use crate::state::AppState;

/// Kept by plain http too: it is no secret.
const COOKIE: &str = "feira_language";

/// The languages that there are, by their tags.
const LANGUAGES: [&str; 2] = ["en", "pt-BR"];

/// For somebody of whom no account is known.
pub fn preferred(request: &HttpRequest) -> &'static str {
    let asked = || accepted(request);
    let state = request.app_data::<Data<AppState>>();
    let ours = || state.map_or("en", |state| state.settings.language);
    chosen(request).or_else(asked).unwrap_or_else(ours)
}

/// The one that was chosen on a page.
pub fn chosen(request: &HttpRequest) -> Option<&'static str> {
    known(request.cookie(COOKIE)?.value())
}

/// Keeps a choice.
pub fn choice(language: &'static str) -> Cookie<'static> {
    Cookie::build(COOKIE, language)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .permanent()
        .finish()
}

/// The language with this tag.
pub fn known(tag: &str) -> Option<&'static str> {
    LANGUAGES.into_iter().find(|language| *language == tag)
}

/// Of a header's languages that we have, the one with the highest quality (RFC 9110, 12.5.4); of
/// several alike the first.
fn accepted(request: &HttpRequest) -> Option<&'static str> {
    let wanted = AcceptLanguage::parse(request).ok()?;
    let ours = wanted.iter().filter_map(|wanted| {
        let tag = wanted.item.item()?;
        let language = match tag.primary_language() {
            "pt" => "pt-BR",
            "en" => "en",
            _ => return None,
        };
        (wanted.quality > Quality::ZERO).then_some((wanted.quality, language))
    });
    let ours: Vec<_> = ours.collect();
    let best = ours.iter().rev().max_by_key(|(quality, _)| *quality);
    best.map(|(_, language)| *language)
}

#[cfg(test)]
mod tests {
    use actix_web::{
        http::header::{ACCEPT_LANGUAGE, HeaderValue},
        test::TestRequest,
    };

    use super::*;

    #[test]
    fn the_language_that_is_asked_for_most() {
        for (header, language) in [
            ("pt-BR,pt;q=0.9,en-US;q=0.8", Some("pt-BR")),
            ("de-DE,de;q=0.9,pt;q=0.5", Some("pt-BR")),
            ("en-GB,en;q=0.9,pt;q=0.8", Some("en")),
            ("en;q=0.2, pt-PT;q=0.95", Some("pt-BR")),
            ("pt;q=0, EN ;q=0.001", Some("en")),
            ("en, pt", Some("en")),
            ("en;q=high, pt;q=0.1", Some("pt-BR")),
            ("EN-us;Q=0.2, PT;q=0.3", Some("pt-BR")),
            ("enm, ptx;q=0.9, pt;q=0.1", Some("pt-BR")),
            ("pt-BR;level=1;q=0.4, en;q=0.5", Some("en")),
            ("fr", None),
            ("pt;q=0", None),
            ("", None),
            ("ü,,;", None),
        ] {
            let value = HeaderValue::from_bytes(header.as_bytes()).unwrap();
            let request = TestRequest::default().insert_header((ACCEPT_LANGUAGE, value));
            let request = request.to_http_request();
            assert_eq!(accepted(&request), language, "{header:?}");
        }
    }

    #[test]
    fn what_was_chosen_comes_first() {
        let asked = |cookie: &str| {
            let request = TestRequest::default()
                .insert_header((ACCEPT_LANGUAGE, "pt-BR"))
                .cookie(Cookie::new(COOKIE, cookie.to_owned()));
            preferred(&request.to_http_request())
        };
        assert_eq!(asked("en"), "en");
        assert_eq!(asked("pt-BR"), "pt-BR");
        assert_eq!(asked("tlh"), "pt-BR");
        let nothing = TestRequest::default().to_http_request();
        assert_eq!(preferred(&nothing), "en");
    }
}
