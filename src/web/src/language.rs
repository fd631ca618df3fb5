//! The language that a browser asks for.

use actix_web::{HttpRequest, http::header::ACCEPT_LANGUAGE};

/// The first language of `Accept-Language` that we have: `en` or `pt-BR`.
pub fn preferred(request: &HttpRequest) -> &'static str {
    let header = request.headers().get(ACCEPT_LANGUAGE);
    spoken(header.and_then(|v| v.to_str().ok()).unwrap_or_default())
}

fn spoken(header: &str) -> &'static str {
    let known = |language: &str| {
        let language = language.trim().to_ascii_lowercase();
        match language.get(..2) {
            Some("pt") => Some("pt-BR"),
            Some("en") => Some("en"),
            _ => None,
        }
    };
    header.split(',').find_map(known).unwrap_or("en")
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn the_first_language_that_we_have() {
        for (header, language) in [
            ("pt-BR,pt;q=0.9,en-US;q=0.8", "pt-BR"),
            ("de-DE,de;q=0.9,pt;q=0.5", "pt-BR"),
            ("en-GB,en;q=0.9,pt;q=0.8", "en"),
            ("fr", "en"),
            ("", "en"),
            ("ü,,;", "en"),
        ] {
            assert_eq!(spoken(header), language, "{header:?}");
        }
    }
}
