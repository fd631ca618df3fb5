//! Error pages with a way on: a form whose session has ended is kept over the sign-in, one with another
//! session's token is sent again with one button.

use actix_web::{HttpResponse, http::StatusCode};
use feira_web::{
    current::Current,
    error::{OLD_FORM, SESSION_ENDED},
};

use crate::{
    kept::{self, SendAgain},
    page::{self, Area, Lang, Page, rendered},
    sign_in,
};

/// The `ErrorPage` that the application gets.
pub fn error_response(status: StatusCode, code: &str, current: &Current) -> HttpResponse {
    let lang = Lang::of(current.language);
    let special = match (code, kept::typed(current)) {
        (SESSION_ENDED, Some(typed)) => sign_in::ended(lang, current, &typed),
        (OLD_FORM, Some(typed)) => {
            let mut p = Page::bare(lang, Area::Public);
            p.csrf = current.csrf.clone().unwrap_or_default();
            rendered(&SendAgain::new(p, current.path.as_str(), &typed))
        }
        _ => None,
    };
    match special {
        Some(html) => page::html(status, html),
        None => page::error_response(status, code, current),
    }
}
