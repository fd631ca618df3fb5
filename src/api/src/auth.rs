//! Accounts and sessions. Routes that return credentials ignore `Idempotency-Key`.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    post,
    web::Data,
};
use feira_kernel::{Actor, Surface};
use feira_user::{
    ForgottenPassword, LogIn, LostConfirmation, PasswordReset, Registration, Tokens, User,
};
use feira_web::{
    auth::GATEWAY,
    error::{Problem, ProblemBody},
    extract::{self, Body},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::views::{Timestamp, words::Audience};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "email": "ana@example.com", "password": "correct horse battery", "first_name": "Ana",
    "last_name": "Souza", "phone_number": "+5511987654321", "locale": "pt-BR",
}))]
pub(crate) struct RegisterBody {
    email: String,
    /// 8 to 128 characters.
    password: String,
    first_name: String,
    last_name: String,
    username: Option<String>,
    phone_number: Option<String>,
    /// `en` or `pt-BR`.
    locale: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "from the link"}))]
pub(crate) struct TokenBody {
    pub(crate) token: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ana@example.com", "password": "correct horse battery"}))]
pub(crate) struct ResendBody {
    email: String,
    /// The one that was given when registering.
    password: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ana@example.com"}))]
pub(crate) struct ForgotPasswordBody {
    email: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "from the link", "password": "another horse battery"}))]
pub(crate) struct ResetPasswordBody {
    token: String,
    /// 8 to 128 characters.
    password: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "email": "ana@example.com", "password": "correct horse battery", "audience": "shop",
}))]
pub(crate) struct LoginBody {
    /// E-mail or username.
    email: String,
    password: String,
    /// `shop` when absent.
    #[schema(value_type = Option<Audience>)]
    audience: Option<Surface>,
    /// From an earlier log-in on this device, if there was one: then only its own failures slow it
    /// down, not those of others at the same address.
    device_token: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"refresh_token": "from the last log-in or refresh"}))]
pub(crate) struct RefreshBody {
    refresh_token: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserView {
    id: Uuid,
    email: String,
    email_verified: bool,
    username: Option<String>,
    first_name: String,
    last_name: String,
    phone_number: Option<String>,
    locale: String,
    created_at: Timestamp,
}

impl From<User> for UserView {
    fn from(u: User) -> Self {
        Self {
            id: u.id.0,
            email: u.email,
            email_verified: u.email_verified,
            username: u.username,
            first_name: u.first_name,
            last_name: u.last_name,
            phone_number: u.phone_number,
            locale: u.locale,
            created_at: u.created_at.into(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
enum TokenType {
    Bearer,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokensView {
    access_token: String,
    token_type: TokenType,
    /// Seconds.
    expires_in: u32,
    refresh_token: String,
    /// To be kept, also after logging out, and sent with the next log-in from this device. It gives
    /// no access.
    device_token: String,
    audience: Audience,
    user: UserView,
}

fn tokens(tokens: Tokens) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(TokensView {
            access_token: tokens.access_token,
            token_type: TokenType::Bearer,
            expires_in: tokens.expires_in,
            refresh_token: tokens.refresh_token,
            device_token: tokens.device_token,
            audience: tokens.surface.into(),
            user: tokens.user.into(),
        })
}

/// Register. Answers the same for a known e-mail; the link comes by mail.
#[utoipa::path(tag = "auth", request_body = RegisterBody, extensions(("x-idempotency" = json!("none"))),
    responses((status = 202, description = "Check your mail")))]
#[post("/auth/register")]
pub(crate) async fn register(
    request: HttpRequest,
    state: Data<AppState>,
    body: Body<RegisterBody>,
) -> Result<HttpResponse, Problem> {
    let b = body.value;
    let registration = Registration {
        email: b.email,
        password: b.password,
        first_name: b.first_name,
        last_name: b.last_name,
        username: b.username,
        phone_number: b.phone_number,
        locale: b.locale,
        address: extract::client_address(&request, state.settings.trust_proxy),
    };
    state
        .users
        .register(&Actor::stranger(), registration)
        .await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Confirm an e-mail address with the token from the link: of a registration, or of another address
/// for an account.
#[utoipa::path(tag = "auth", request_body = TokenBody, extensions(("x-idempotency" = json!("none"))),
    responses((status = 204, description = "Verified"), (status = 401, body = ProblemBody)))]
#[post("/auth/verify-email")]
pub(crate) async fn verify_email(
    state: Data<AppState>,
    body: Body<TokenBody>,
) -> Result<HttpResponse, Problem> {
    state
        .users
        .verify_email(&Actor::stranger(), body.value.token)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ask for another link, of the newest registration of the address. Answers the same whether or not
/// there is one with this password.
#[utoipa::path(tag = "auth", request_body = ResendBody, extensions(("x-idempotency" = json!("none"))),
    responses((status = 202, description = "Check your mail")))]
#[post("/auth/verify-email/resend")]
pub(crate) async fn resend_confirmation(
    request: HttpRequest,
    state: Data<AppState>,
    body: Body<ResendBody>,
) -> Result<HttpResponse, Problem> {
    let lost = LostConfirmation {
        email: body.value.email,
        password: body.value.password,
        address: extract::client_address(&request, state.settings.trust_proxy),
    };
    state
        .users
        .resend_confirmation(&Actor::stranger(), lost)
        .await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Ask for a link to set a new password. Answers the same whether or not somebody has the address;
/// the link comes by mail.
#[utoipa::path(tag = "auth", request_body = ForgotPasswordBody, extensions(("x-idempotency" = json!("none"))),
    responses((status = 202, description = "Check your mail")))]
#[post("/auth/password/forgot")]
pub(crate) async fn forgot_password(
    request: HttpRequest,
    state: Data<AppState>,
    body: Body<ForgotPasswordBody>,
) -> Result<HttpResponse, Problem> {
    let forgotten = ForgottenPassword {
        email: body.value.email,
        address: extract::client_address(&request, state.settings.trust_proxy),
    };
    state
        .users
        .forgot_password(&Actor::stranger(), forgotten)
        .await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Set a new password with the token from the link. All devices are signed out.
#[utoipa::path(tag = "auth", request_body = ResetPasswordBody, extensions(("x-idempotency" = json!("none"))),
    responses((status = 204, description = "Changed"), (status = 401, body = ProblemBody)))]
#[post("/auth/password/reset")]
pub(crate) async fn reset_password(
    state: Data<AppState>,
    body: Body<ResetPasswordBody>,
) -> Result<HttpResponse, Problem> {
    let reset = PasswordReset {
        token: body.value.token,
        password: body.value.password,
    };
    state
        .users
        .reset_password(&Actor::stranger(), reset)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Log in by e-mail or username.
#[utoipa::path(tag = "auth", request_body = LoginBody, extensions(("x-idempotency" = json!("none"))),
    responses((status = 200, body = TokensView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
#[post("/auth/login")]
pub(crate) async fn login(
    request: HttpRequest,
    state: Data<AppState>,
    body: Body<LoginBody>,
) -> Result<HttpResponse, Problem> {
    let surface = body.value.audience.unwrap_or(Surface::Shop);
    let log_in = LogIn {
        login: body.value.email,
        password: body.value.password,
        surface,
        device: extract::header(&request, "user-agent"),
        address: extract::client_address(&request, state.settings.trust_proxy),
        device_token: body.value.device_token,
    };
    let opened = state.users.log_in(&Actor::stranger(), log_in).await?;
    entered(&state, opened).await
}

/// The tokens; on the seller surface only of who works in a store.
pub(crate) async fn entered(state: &AppState, opened: Tokens) -> Result<HttpResponse, Problem> {
    if opened.surface == Surface::Seller {
        let stores = state.stores.memberships(&GATEWAY, opened.user.id).await?;
        if stores.is_empty() {
            state
                .users
                .log_out(&Actor::stranger(), opened.refresh_token)
                .await?;
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "store.not_a_member",
                "you do not work in any store",
            ));
        }
    }
    Ok(tokens(opened))
}

/// Exchange a refresh token, once, for new tokens.
#[utoipa::path(tag = "auth", request_body = RefreshBody, extensions(("x-idempotency" = json!("none"))),
    responses((status = 200, body = TokensView), (status = 401, body = ProblemBody)))]
#[post("/auth/refresh")]
pub(crate) async fn refresh(
    state: Data<AppState>,
    body: Body<RefreshBody>,
) -> Result<HttpResponse, Problem> {
    Ok(tokens(
        state
            .users
            .refresh(&Actor::stranger(), body.value.refresh_token)
            .await?,
    ))
}

/// Log out: the refresh token and all that came from it are void.
#[utoipa::path(tag = "auth", request_body = RefreshBody, extensions(("x-idempotency" = json!("none"))),
    responses((status = 204, description = "Logged out")))]
#[post("/auth/logout")]
pub(crate) async fn logout(
    state: Data<AppState>,
    body: Body<RefreshBody>,
) -> Result<HttpResponse, Problem> {
    state
        .users
        .log_out(&Actor::stranger(), body.value.refresh_token)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
