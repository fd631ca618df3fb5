//! Allowed targets after signing in, and addresses where it cannot work.

use actix_web::HttpRequest;

use crate::page::is_local;

/// The account pages, which every surface has.
const OWN: &str = "/account";

/// Where to go after signing in: a page of the same surface or of her own, never another site.
pub(super) fn next(wanted: &str, home: &str) -> String {
    let path = wanted.split(['?', '#']).next().unwrap_or_default();
    let below = path == home
        || path
            .strip_prefix(home)
            .is_some_and(|rest| rest.starts_with('/'));
    let own = path == OWN || path.starts_with("/account/");
    if (below || own) && is_local(wanted) && !path.ends_with("/login") {
        wanted.to_owned()
    } else {
        home.to_owned()
    }
}

/// Session cookies are kept on https and on http://localhost only.
pub(super) fn is_insecure(request: &HttpRequest, base_url: &str) -> bool {
    if base_url.starts_with("https://") {
        return false;
    }
    let host = request.connection_info().host().to_owned();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => &host,
    };
    let local = ["localhost", "127.0.0.1", "[::1]"].contains(&name) || name.ends_with(".localhost");
    !local && request.connection_info().scheme() != "https"
}

#[cfg(test)]
mod tests {
    use actix_web::{http::header, test::TestRequest};

    use super::*;

    #[test]
    fn signing_in_never_leads_away() {
        let to = |wanted| next(wanted, "/seller");
        assert_eq!(
            to("/seller/orders?tab=all&number=1"),
            "/seller/orders?tab=all&number=1"
        );
        assert_eq!(to("/account/sell"), "/account/sell");
        for elsewhere in [
            "",
            "//evil.example",
            "https://evil.example",
            "/sellers",
            "/accounts",
            "/admin",
            "/seller//evil",
            "/seller/login",
            "/seller/\\evil",
            "/seller/\r\nx: y",
            "javascript:alert(1)",
        ] {
            assert_eq!(to(elsewhere), "/seller", "{elsewhere:?}");
        }
    }

    #[test]
    fn an_address_that_drops_the_cookie_is_known() {
        let at = |host: &str| {
            TestRequest::default()
                .insert_header((header::HOST, host))
                .to_http_request()
        };
        for host in [
            "localhost:8080",
            "127.0.0.1:8080",
            "[::1]:8080",
            "localhost",
        ] {
            assert!(!is_insecure(&at(host), "http://localhost:8080"), "{host}");
        }
        assert!(is_insecure(
            &at("192.168.1.5:8080"),
            "http://localhost:8080"
        ));
        assert!(!is_insecure(&at("shop.example"), "https://shop.example"));
    }
}
