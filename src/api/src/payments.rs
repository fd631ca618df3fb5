//! A payment as the buyer sees it.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    post,
    web::{Bytes, Data, Path},
};
use feira_kernel::IdempotencyKey;
use feira_order::OrderId;
use feira_payment::{MethodKind, NextAction, PaymentError, PaymentId, PaymentStatus, br_code};
use feira_web::{
    auth::OrderCaller,
    error::Problem,
    etag::{PRIVATE, tagged},
    extract::Body,
    idempotent::{Keep, Post, Reply},
    state::AppState,
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{checkouts::MethodBody, paying::Paying, views::PaymentView};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"payment": {"method": "card", "token": "tok_approved"}}))]
pub(crate) struct RetryBody {
    payment: MethodBody,
}

/// One payment of an order that the caller may see.
#[utoipa::path(tag = "payments", params(("id" = Uuid, Path)),
    security(("shop" = []), ("order_token" = []), ("cart_token" = [])),
    responses((status = 200, body = PaymentView), (status = 304, description = "Not modified")))]
#[get("/payments/{id}")]
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    caller: OrderCaller,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let payment = state
        .orders
        .payment(&caller.0, PaymentId(path.into_inner()))
        .await?;
    Ok(tagged(&request, None, &PaymentView::from(payment), PRIVATE))
}

/// The PIX code that waits for its payer, as a PNG. Of a payment that is paid, or has ended, a 409 that says so.
#[utoipa::path(tag = "payments", params(("id" = Uuid, Path)),
    security(("shop" = []), ("order_token" = []), ("cart_token" = [])),
    responses((status = 200, body = String, content_type = "image/png"), (status = 409)))]
#[get("/payments/{id}/qr.png")]
pub(crate) async fn qr_png(
    state: Data<AppState>,
    caller: OrderCaller,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let code = pix_code(&state, &caller, path.into_inner()).await?;
    let png = br_code::qr_png(&code).map_err(|_| Problem::internal())?;
    Ok(picture("image/png", png.into()))
}

/// The PIX code that waits for its payer, as an SVG picture. Of a payment that is paid, or has ended, a 409 that
/// says so.
#[utoipa::path(tag = "payments", params(("id" = Uuid, Path)),
    security(("shop" = []), ("order_token" = []), ("cart_token" = [])),
    responses((status = 200, body = String, content_type = "image/svg+xml"), (status = 409)))]
#[get("/payments/{id}/qr.svg")]
pub(crate) async fn qr_svg(
    state: Data<AppState>,
    caller: OrderCaller,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let code = pix_code(&state, &caller, path.into_inner()).await?;
    let svg = br_code::qr_svg(&code).map_err(|_| Problem::internal())?;
    Ok(picture("image/svg+xml", svg.into()))
}

/// Of a payment by PIX that is open: one that is paid, or has ended, says so, and others have no picture.
async fn pix_code(state: &AppState, caller: &OrderCaller, id: Uuid) -> Result<String, Problem> {
    let payment = state.orders.payment(&caller.0, PaymentId(id)).await?;
    match payment.next_action {
        NextAction::PixCode { br_code, .. } => Ok(br_code),
        _ if payment.method == MethodKind::Pix && payment.status != PaymentStatus::Pending => {
            Err(PaymentError::NotWaiting(payment.status).into())
        }
        _ => Err(PaymentError::NotFound.into()),
    }
}

fn picture(kind: &'static str, bytes: Bytes) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CACHE_CONTROL, PRIVATE))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ))
        .body(bytes)
}

/// Try again, perhaps with another method; an older attempt that is not captured is cancelled. An
/// order that is paid, or ended meanwhile, is a 409 with its `state`; a method that cannot carry
/// the total one with `minimum` and `maximum`.
#[utoipa::path(tag = "payments", request_body = RetryBody,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header, description = "new for each attempt, the same for each repeat")),
    security(("shop" = []), ("order_token" = []), ("cart_token" = [])),
    responses((status = 200, body = PaymentView)))]
#[post("/payments/{id}/retry")]
pub(crate) async fn retry(
    post: Post<OrderCaller>,
    path: Path<Uuid>,
    body: Body<RetryBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let paying = Paying::try_from(value.payment)?;
    let (state, actor) = (&post.state, &post.actor);
    let attempt = |key: IdempotencyKey| async move {
        let (orders, id) = (&state.orders, PaymentId(path.into_inner()));
        let old = orders.payment(actor, id).await?;
        let order = OrderId(old.reference.0);
        let method = paying.method(state, actor).await?;
        let paid = orders.retry_payment(actor, order, key.key, method).await;
        paid.map_err(Problem::from)
    };
    post.once_with_key(Keep::Answer, &bytes, attempt, Reply::ok::<PaymentView>)
        .await
}
