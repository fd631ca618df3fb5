use actix_web::{
    HttpResponse,
    cookie::{Cookie, SameSite},
    http::header,
};
use feira_kernel::StoreId;
use feira_web::{
    auth::{CsrfForm, STORE_COOKIE},
    error::PageError,
};

use super::caller::SellerPage;
use crate::page::{Answer, Fields};

/// POST /seller/store: works on in another of the person's stores.
pub(super) async fn switch(seller: SellerPage, form: CsrfForm<Fields>) -> Answer {
    let wanted = form
        .0
        .get("store")
        .parse()
        .map(StoreId)
        .map_err(|_| PageError::not_found())?;
    if !seller
        .memberships
        .iter()
        .any(|membership| membership.store == wanted)
    {
        return Err(PageError::not_found());
    }
    let cookie = Cookie::build(STORE_COOKIE, wanted.to_string())
        .path("/seller")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .permanent()
        .finish();
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, "/seller"))
        .cookie(cookie)
        .finish())
}
