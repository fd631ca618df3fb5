//! The language of a page: the one that was chosen in this browser, or that it asks for, or the
//! marketplace's.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite},
    http::header::ACCEPT_LANGUAGE,
    web::Data,
};

use crate::state::AppState;

/// Kept by plain http too: it is no secret.
const COOKIE: &str = "feira_language";

/// The languages that there are, by their tags.
const LANGUAGES: [&str; 2] = ["en", "pt-BR"];

/// For somebody of whom no account is known.
pub fn preferred(request: &HttpRequest) -> &'static str {
    let header = request.headers().get(ACCEPT_LANGUAGE);
    let header = header.and_then(|value| value.to_str().ok());
    let asked = || accepted(header.unwrap_or_default());
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
fn accepted(header: &str) -> Option<&'static str> {
    let wanted = header.split(',').filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let tag = parts.next()?.to_ascii_lowercase();
        let language = match tag.split('-').next()? {
            "pt" => "pt-BR",
            "en" => "en",
            _ => return None,
        };
        let quality = parts.find_map(|part| part.strip_prefix(['q', 'Q'])?.strip_prefix('='));
        let quality = quality.map_or(Some(1000), thousandths)?;
        (quality > 0).then_some((quality, language))
    });
    let wanted: Vec<(u16, &str)> = wanted.collect();
    let best = wanted.iter().rev().max_by_key(|(quality, _)| *quality);
    best.map(|(_, language)| *language)
}

/// `0.8` is 800.
fn thousandths(quality: &str) -> Option<u16> {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    let fraction: u16 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some((whole.parse::<u16>().ok()?.min(1)) * 1000 + fraction)
}

#[cfg(test)]
mod tests {
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
            assert_eq!(accepted(header), language, "{header:?}");
        }
    }

    #[test]
    fn what_was_chosen_comes_first() {
        let asked = |cookie: &str| {
            let request = actix_web::test::TestRequest::default()
                .insert_header((ACCEPT_LANGUAGE, "pt-BR"))
                .cookie(Cookie::new(COOKIE, cookie.to_owned()));
            preferred(&request.to_http_request())
        };
        assert_eq!(asked("en"), "en");
        assert_eq!(asked("pt-BR"), "pt-BR");
        assert_eq!(asked("tlh"), "pt-BR");
        let nothing = actix_web::test::TestRequest::default().to_http_request();
        assert_eq!(preferred(&nothing), "en");
    }
}
