//! The account of who is signed in.

use actix_web::{HttpResponse, get, http::header, post, web::Data};
use feira_user::{EmailChange, PasswordChange};
use feira_web::{
    auth::{Customer, CustomerDevice},
    error::Problem,
    extract::Body,
    state::AppState,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::auth::UserView;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "current_password": "correct horse battery", "new_password": "another horse battery",
}))]
pub(crate) struct ChangePasswordBody {
    current_password: String,
    /// 8 to 128 characters.
    new_password: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "email": "ana.souza@example.com", "password": "correct horse battery",
}))]
pub(crate) struct ChangeEmailBody {
    /// The new address.
    email: String,
    password: String,
}

/// The signed-in customer.
#[utoipa::path(tag = "auth", security(("shop" = [])), responses((status = 200, body = UserView)))]
#[get("/me")]
pub(crate) async fn show(state: Data<AppState>, caller: Customer) -> Result<HttpResponse, Problem> {
    let id = caller
        .0
        .user()
        .ok_or_else(|| Problem::unauthenticated("sign in first"))?;
    let user = state.users.user(&caller.0, id).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(UserView::from(user)))
}

/// Set another password. All other devices are signed out, and a mail tells of it.
#[utoipa::path(tag = "auth", request_body = ChangePasswordBody, security(("shop" = [])), extensions(("x-idempotency" = json!("none"))),
    responses((status = 204, description = "Changed")))]
#[post("/me/password")]
pub(crate) async fn change_password(
    state: Data<AppState>,
    caller: CustomerDevice,
    body: Body<ChangePasswordBody>,
) -> Result<HttpResponse, Problem> {
    let change = PasswordChange {
        current_password: body.value.current_password,
        new_password: body.value.new_password,
        session: caller.session,
    };
    state.users.change_password(&caller.actor, change).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ask for another e-mail address: the link that is mailed there confirms it. Answers the same for an
/// address that somebody has.
#[utoipa::path(tag = "auth", request_body = ChangeEmailBody, security(("shop" = [])), extensions(("x-idempotency" = json!("none"))),
    responses((status = 202, description = "Check the mail at the new address")))]
#[post("/me/email")]
pub(crate) async fn change_email(
    state: Data<AppState>,
    caller: CustomerDevice,
    body: Body<ChangeEmailBody>,
) -> Result<HttpResponse, Problem> {
    let change = EmailChange {
        email: body.value.email,
        password: body.value.password,
    };
    state.users.change_email(&caller.actor, change).await?;
    Ok(HttpResponse::Accepted().finish())
}
