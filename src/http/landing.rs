//! The front page, and a page for every link that is mailed, so that a shop frontend is optional.
//! A link only shows a page; what it does happens at a POST, because mail programs and virus
//! scanners open links before people do. Its token is the permission, so there is no session
//! that a forged form could use.

use actix_web::{
    HttpRequest,
    http::StatusCode,
    web::{Data, Form as UrlEncoded, Path},
};
use askama::Template;
use base64::{Engine, engine::general_purpose::STANDARD};
use feira_kernel::{
    Actor, ErrorKind, ModuleError,
    token::{TokenHash, TokenKey},
};
use feira_order::{Order, OrderId, OrderStatus};
use feira_payment::{NextAction, PaymentStatus};
use feira_user::{NewUser, UserError};

use super::{
    auth::Locale,
    error::PageError,
    page::{Answer, Area, Fields, Flash, Form, Lang, Page, done, respond, respond_ok},
    state::AppState,
};
use crate::demo::{ACCOUNTS, Account};

#[derive(Template)]
#[template(path = "landing/front.html")]
struct FrontPage {
    p: Page,
    demo: bool,
    accounts: &'static [Account],
}

#[derive(Template)]
#[template(path = "landing/confirm.html")]
struct ConfirmPage {
    p: Page,
    action: String,
    verified: bool,
    failed: bool,
}

#[derive(Template)]
#[template(path = "landing/order.html")]
pub(super) struct GuestOrderPage {
    pub(super) p: Page,
    pub(super) order: Order,
    pub(super) pay: Option<Pay>,
    pub(super) can_confirm: bool,
    pub(super) confirm_action: String,
}

/// How the guest pays, as the page shows it.
pub(super) enum Pay {
    Pix { br_code: String, picture: String },
    Link { url: String },
    Text { text: String },
}

#[derive(Template)]
#[template(path = "landing/first_operator.html")]
struct FirstOperatorPage {
    p: Page,
    form: Form,
    action: String,
}

fn frame(request: &HttpRequest, state: &AppState, locale: &Locale, key: &str) -> Page {
    let lang = Lang::of(&locale.0);
    Page::public(request, state, lang, Area::Public).titled(lang.text(key))
}

/// GET /
pub(crate) async fn front(request: HttpRequest, state: Data<AppState>, locale: Locale) -> Answer {
    let p = frame(&request, &state, &locale, "front-title");
    let page = FrontPage { p, demo: state.config.is_demo(), accounts: &ACCOUNTS };
    respond_ok(&request, &page)
}

/// GET /l/verify-email/{token}
pub(crate) async fn verify_email(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    token: Path<String>,
) -> Answer {
    let p = frame(&request, &state, &locale, "verify-title");
    let page = ConfirmPage { p, action: format!("/l/verify-email/{token}"), verified: false, failed: false };
    respond_ok(&request, &page)
}

/// POST /l/verify-email/{token}
pub(crate) async fn verify_email_submit(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    token: Path<String>,
) -> Answer {
    let failed = match state.users.verify_email(&Actor::stranger(), token.into_inner()).await {
        Ok(()) => false,
        Err(UserError::TokenInvalid) => true,
        Err(error) => return Err(error.into()),
    };
    let p = frame(&request, &state, &locale, "verify-title");
    let status = if failed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    respond(&request, status, &ConfirmPage { p, action: String::new(), verified: !failed, failed })
}

/// The order that a guest's token opens.
fn guest(token: &str) -> Result<(Actor, OrderId), PageError> {
    let id = TokenKey::id_of(token).ok_or_else(PageError::not_found)?;
    Ok((Actor::guest(TokenHash::of(token)), OrderId(id)))
}

/// GET /l/order/{token}
pub(crate) async fn order(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    token: Path<String>,
) -> Answer {
    let (actor, id) = guest(&token)?;
    let order = state.orders.order(&actor, id).await?;
    // The language in which she bought, whatever this browser prefers.
    let locale = if order.locale.is_empty() { locale } else { Locale(order.locale.clone()) };
    let p = frame(&request, &state, &locale, "guest-title");
    respond_ok(&request, &guest_view(p, order, &token))
}

pub(super) fn guest_view(p: Page, order: Order, token: &str) -> GuestOrderPage {
    let title = p.t1("guest-order", &order.number);
    GuestOrderPage {
        p: p.titled(title),
        pay: payment(&order),
        can_confirm: matches!(order.status, OrderStatus::Shipped | OrderStatus::PartiallyDelivered),
        confirm_action: format!("/l/order/{token}/confirm-delivery"),
        order,
    }
}

fn payment(order: &Order) -> Option<Pay> {
    let payment = order.payment.as_ref().filter(|payment| payment.status == PaymentStatus::Pending)?;
    match payment.next_action.clone() {
        NextAction::None {} => None,
        NextAction::PixCode { br_code, qr_svg } => {
            let picture = format!("data:image/svg+xml;base64,{}", STANDARD.encode(qr_svg));
            Some(Pay::Pix { br_code, picture })
        }
        NextAction::Redirect { url } | NextAction::CardConfirmation { url } => Some(Pay::Link { url }),
        NextAction::Instructions { text } => Some(Pay::Text { text }),
    }
}

/// POST /l/order/{token}/confirm-delivery
pub(crate) async fn confirm_delivery(state: Data<AppState>, token: Path<String>) -> Answer {
    let (actor, id) = guest(&token)?;
    state.orders.confirm_delivery(&actor, id).await?;
    Ok(done(&state, &format!("/l/order/{token}"), &Flash::good("guest-arrived-done")))
}

/// GET /l/first-operator/{token}
pub(crate) async fn first_operator(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    token: Path<String>,
) -> Answer {
    first_operator_form(&request, &state, &locale, &token, Form::default(), StatusCode::OK)
}

fn first_operator_form(
    request: &HttpRequest,
    state: &AppState,
    locale: &Locale,
    token: &str,
    form: Form,
    status: StatusCode,
) -> Answer {
    let p = frame(request, state, locale, "first-operator-title");
    respond(request, status, &FirstOperatorPage { p, form, action: format!("/l/first-operator/{token}") })
}

/// POST /l/first-operator/{token}
pub(crate) async fn first_operator_submit(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    token: Path<String>,
    form: UrlEncoded<Fields>,
) -> Answer {
    let fields = form.into_inner();
    let new = NewUser {
        email: fields.text("email"),
        password: fields.secret("password"),
        first_name: fields.text("first_name"),
        last_name: fields.text("last_name"),
        locale: Some(locale.0.clone()),
        roles: Vec::new(),
    };
    let error = match state.users.accept_operator_invitation(&Actor::stranger(), token.clone(), new).await {
        Ok(_) => return Ok(done(&state, "/admin/login", &Flash::good("first-operator-done"))),
        Err(error) => error,
    };
    let lang = Lang::of(&locale.0);
    let mut form = Form::new(fields);
    if error.kind() == ErrorKind::Unauthenticated {
        form.refuse("", lang.text("error-user-token_invalid"));
    } else {
        form.take(lang, error)?;
    }
    first_operator_form(&request, &state, &locale, &token, form, StatusCode::UNPROCESSABLE_ENTITY)
}
