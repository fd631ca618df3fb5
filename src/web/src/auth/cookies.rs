//! The cookies of sessions and of known browsers.

use actix_web::{
    HttpRequest,
    cookie::{
        Cookie, SameSite,
        time::{Duration, OffsetDateTime},
    },
};
use feira_kernel::Surface;

/// The name of the session cookie of a surface. The prefix makes browsers refuse it from
/// anywhere but this host, and over plain http from anywhere but localhost.
fn cookie_name(surface: Surface) -> &'static str {
    match surface {
        Surface::Admin => "__Host-feira_admin",
        _ => "__Host-feira_seller",
    }
}

/// The surface whose session counts first on a page.
pub fn surface(path: &str) -> Surface {
    match path.starts_with("/admin") {
        true => Surface::Admin,
        false => Surface::Seller,
    }
}

pub fn session_cookie(
    surface: Surface,
    token: String,
    expires_at: OffsetDateTime,
) -> Cookie<'static> {
    Cookie::build(cookie_name(surface), token)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .expires(expires_at)
        .finish()
}

pub fn clear_cookie(surface: Surface) -> Cookie<'static> {
    let mut cookie = session_cookie(surface, String::new(), OffsetDateTime::UNIX_EPOCH);
    cookie.make_removal();
    cookie
}

/// The session's token, if the browser sent one.
pub fn session_token(request: &HttpRequest, surface: Surface) -> Option<String> {
    value(request, cookie_name(surface))
}

/// The cookie by which a browser is known where its owner signed in before; it outlives sessions, and
/// gives no access.
pub fn device_cookie(surface: Surface, token: String) -> Cookie<'static> {
    Cookie::build(device_cookie_name(surface), token)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(365))
        .finish()
}

pub fn device_token(request: &HttpRequest, surface: Surface) -> Option<String> {
    value(request, device_cookie_name(surface))
}

fn device_cookie_name(surface: Surface) -> &'static str {
    match surface {
        Surface::Admin => "__Host-feira_admin_device",
        _ => "__Host-feira_seller_device",
    }
}

fn value(request: &HttpRequest, cookie: &str) -> Option<String> {
    request
        .cookie(cookie)
        .map(|c| c.value().to_owned())
        .filter(|t| !t.is_empty())
}
