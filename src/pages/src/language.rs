//! The language switch of every page.

use actix_web::{HttpResponse, http::header, web::Form as UrlEncoded};
use feira_web::{error::PageError, language};

use crate::page::{Answer, Fields, is_local};

/// POST /l/language: the page on which the person is, in the other language.
pub(crate) async fn choose(form: UrlEncoded<Fields>) -> Answer {
    let wanted = language::known(form.get("language")).ok_or_else(PageError::not_found)?;
    let page = form.get("next");
    let page = if is_local(page) { page } else { "/" };
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, page))
        .cookie(language::choice(wanted))
        .finish())
}
