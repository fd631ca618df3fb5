//! The buyer's side: her bank, where she pays a PIX code, and the page that confirms a card.
//! Plain pages without a script, for demos; nobody signs in here, because no money moves.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Json, Path, Query},
};
use askama::Template;
use feira_kernel::{Currency, Money};
use serde::Deserialize;

use super::{
    Sandbox, SandboxError,
    charges::{Capture, Charge},
    disputes::{NewDispute, Outcome},
    entities::charge::Column,
    status::ChargeStatus,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PayQuery {
    /// The transfer was on its way when the charge ended.
    #[serde(default)]
    late: bool,
}

pub(super) async fn pix_page(
    sandbox: Data<Sandbox>,
    txid: Path<String>,
) -> Result<HttpResponse, SandboxError> {
    let charge = sandbox.find(Column::Txid, &txid).await?;
    let action = format!(
        "/sandbox/pix/{}/pay",
        charge.txid.clone().unwrap_or_default()
    );
    Ok(page("Simulated bank", "Pay by PIX", &charge, &action))
}

pub(super) async fn pay(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    txid: Path<String>,
    query: Query<PayQuery>,
) -> Result<HttpResponse, SandboxError> {
    let how = if query.late {
        Capture::PaidLate
    } else {
        Capture::Paid
    };
    let charge = sandbox.find(Column::Txid, &txid).await?;
    let charge = sandbox.capture(&charge.id, how).await?;
    Ok(answer(
        &sandbox,
        &request,
        charge,
        &format!("/sandbox/pix/{txid}"),
    ))
}

pub(super) async fn confirm_page(
    sandbox: Data<Sandbox>,
    id: Path<String>,
) -> Result<HttpResponse, SandboxError> {
    let charge = confirmable(&sandbox, &id).await?;
    let action = format!("/sandbox/confirm/{}", charge.id);
    Ok(page(
        "Simulated card issuer",
        "Confirm the payment",
        &charge,
        &action,
    ))
}

pub(super) async fn confirm(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, SandboxError> {
    confirmable(&sandbox, &id).await?;
    let charge = sandbox.capture(&id, Capture::Paid).await?;
    Ok(answer(
        &sandbox,
        &request,
        charge,
        &format!("/sandbox/confirm/{id}"),
    ))
}

/// By which what is made is made once.
pub(super) fn key(request: &HttpRequest) -> Result<String, SandboxError> {
    let header = request
        .headers()
        .get("idempotency-key")
        .and_then(|h| h.to_str().ok());
    header
        .map(str::to_owned)
        .ok_or_else(|| SandboxError::Invalid("an Idempotency-Key is required".to_owned()))
}

/// The payer asks her bank for her money back.
pub(super) async fn dispute(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    id: Path<String>,
    new: Json<NewDispute>,
) -> Result<HttpResponse, SandboxError> {
    let dispute = sandbox.dispute(&id, &key(&request)?, &new).await?;
    Ok(HttpResponse::Created().json(dispute))
}

/// Her bank decides.
pub(super) async fn decide(
    sandbox: Data<Sandbox>,
    id: Path<String>,
    outcome: Json<Outcome>,
) -> Result<HttpResponse, SandboxError> {
    sandbox.decide(&id, &outcome).await?;
    Ok(HttpResponse::Ok().json(outcome.into_inner()))
}

async fn confirmable(sandbox: &Sandbox, id: &str) -> Result<Charge, SandboxError> {
    let charge = sandbox.find(Column::Id, id).await?;
    if charge.confirms {
        Ok(charge)
    } else {
        Err(SandboxError::NotFound)
    }
}

/// A browser goes back to the page; a program gets the charge.
fn answer(sandbox: &Sandbox, request: &HttpRequest, charge: Charge, back: &str) -> HttpResponse {
    let accept = request
        .headers()
        .get("accept")
        .and_then(|h| h.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("text/html")) {
        return HttpResponse::SeeOther()
            .insert_header(("location", back))
            .finish();
    }
    HttpResponse::Ok().json(sandbox.view(charge))
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{{ title }}</title>
<main><h1>{{ title }}</h1><p>No real money moves here.</p><p>{{ description }}</p><p>{{ money }}</p>
{%- match status %}
{%- when ChargeStatus::Pending %}
<form method="post" action="{{ action }}"><button>{{ button }}</button></form>
{%- when ChargeStatus::Captured %}
<p><strong>Paid.</strong></p>
{%- when ChargeStatus::Declined | ChargeStatus::Cancelled %}
<p><strong>This charge can no longer be paid.</strong></p>
{%- endmatch %}
</main></html>"#
)]
struct ChargePage<'a> {
    title: &'a str,
    description: &'a str,
    money: String,
    status: ChargeStatus,
    action: &'a str,
    button: &'a str,
}

fn page(title: &str, button: &str, charge: &Charge, action: &str) -> HttpResponse {
    let money = charge
        .currency
        .parse::<Currency>()
        .ok()
        .and_then(|currency| Money::from_minor(charge.amount, currency).ok())
        .map_or_else(String::new, |money| money.to_string());
    let page = ChargePage {
        title,
        description: &charge.description,
        money,
        status: charge.status,
        action,
        button,
    };
    // Nothing in it can fail to be written.
    let body = page.render().unwrap_or_default();
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header(("cache-control", "no-store"))
        .body(body)
}
