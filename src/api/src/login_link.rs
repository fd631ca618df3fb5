//! Logging in by a mail, for who is kept out by what others did, or has forgotten her password.

use actix_web::{HttpRequest, HttpResponse, post, web::Data};
use feira_kernel::{Actor, Surface};
use feira_user::{LinkLogIn, SignInLinkRequest};
use feira_web::{
    error::{Problem, ProblemBody},
    extract::{self, Body},
    state::AppState,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    auth::{TokenBody, TokensView, entered},
    views::words::Audience,
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ana@example.com", "audience": "shop"}))]
pub(crate) struct LoginLinkBody {
    /// E-mail or username.
    email: String,
    /// `shop` when absent.
    #[schema(value_type = Option<Audience>)]
    audience: Option<Surface>,
}

/// Ask for a mail that logs in once: with a code for the shop, with a link for sellers and operators.
/// Whatever others did, it works. Answers the same whether there is such an account or not.
#[utoipa::path(tag = "auth", request_body = LoginLinkBody, extensions(("x-idempotency" = json!("none"))),
    responses((status = 202, description = "Check your mail")))]
#[post("/auth/login-link")]
pub(crate) async fn login_link(
    request: HttpRequest,
    state: Data<AppState>,
    body: Body<LoginLinkBody>,
) -> Result<HttpResponse, Problem> {
    let asked = SignInLinkRequest {
        login: body.value.email,
        surface: body.value.audience.unwrap_or(Surface::Shop),
        address: extract::client_address(&request, state.settings.trust_proxy),
    };
    state
        .users
        .request_sign_in_link(&Actor::stranger(), asked)
        .await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Log in with the code from the mail, or the token from its link, once, for the audience that it was
/// asked for.
#[utoipa::path(tag = "auth", request_body = TokenBody, extensions(("x-idempotency" = json!("none"))),
    responses((status = 200, body = TokensView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
#[post("/auth/login-link/redeem")]
pub(crate) async fn redeem_login_link(
    request: HttpRequest,
    state: Data<AppState>,
    body: Body<TokenBody>,
) -> Result<HttpResponse, Problem> {
    let log_in = LinkLogIn {
        token: body.value.token,
        device: extract::header(&request, "user-agent"),
        address: extract::client_address(&request, state.settings.trust_proxy),
    };
    let opened = state
        .users
        .log_in_by_link(&Actor::stranger(), log_in)
        .await?;
    entered(&state, opened).await
}
