//! The store's side: the page on which the holder of an account gives what is missing.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Json, Path},
};
use askama::Template;

use super::{
    Sandbox, SandboxError,
    accounts::{NewAccount, NewLink, Opening},
    bank::key,
    transfers::{NewReversal, NewTransfer},
};

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Simulated payment provider</title>
<main><h1>Account of {{ name }}</h1><p>No real money moves here.</p>
{%- if open %}
<p><strong>This account takes payouts.</strong></p>
{%- else %}
<p>Missing: a bank account.</p>
<form method="post" action="/sandbox/accounts/{{ id }}"><button>Give what is missing</button></form>
{%- endif %}
{%- if let Some(back) = back %}<p><a href="{{ back }}">Back to the marketplace</a></p>{% endif %}
</main></html>"#
)]
struct AccountPage<'a> {
    id: &'a str,
    name: &'a str,
    open: bool,
    back: Option<&'a str>,
}

pub(super) async fn page(
    sandbox: Data<Sandbox>,
    id: Path<String>,
) -> Result<HttpResponse, SandboxError> {
    let account = sandbox.account(&id).await?;
    let page = AccountPage {
        id: &account.id,
        name: &account.name,
        open: account.open,
        back: account.back.as_deref(),
    };
    // Nothing in it can fail to be written.
    let body = page.render().unwrap_or_default();
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header(("cache-control", "no-store"))
        .body(body))
}

/// She has given it, and goes back to where the link was made.
pub(super) async fn submit(
    sandbox: Data<Sandbox>,
    id: Path<String>,
) -> Result<HttpResponse, SandboxError> {
    let account = sandbox.set_account(&id, &Opening::opened()).await?;
    let back = account
        .back
        .unwrap_or_else(|| format!("/sandbox/accounts/{}", account.id));
    Ok(HttpResponse::SeeOther()
        .insert_header(("location", back))
        .finish())
}

/// Somebody closes it, or opens it again.
pub(super) async fn set(
    sandbox: Data<Sandbox>,
    id: Path<String>,
    opening: Json<Opening>,
) -> Result<HttpResponse, SandboxError> {
    sandbox.set_account(&id, &opening).await?;
    Ok(HttpResponse::Ok().json(opening.into_inner()))
}

pub(super) async fn drain(
    sandbox: Data<Sandbox>,
    id: Path<String>,
) -> Result<HttpResponse, SandboxError> {
    Ok(HttpResponse::Ok().json(sandbox.drain_account(&id).await?))
}

pub(super) async fn open(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    new: Json<NewAccount>,
) -> Result<HttpResponse, SandboxError> {
    sandbox.authorize(&request)?;
    let account = sandbox.open_account(&key(&request)?, &new).await?;
    Ok(HttpResponse::Created().json(account))
}

pub(super) async fn fetch(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, SandboxError> {
    sandbox.authorize(&request)?;
    Ok(HttpResponse::Ok().json(sandbox.account_view(&id).await?))
}

pub(super) async fn link(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    id: Path<String>,
    new: Json<NewLink>,
) -> Result<HttpResponse, SandboxError> {
    sandbox.authorize(&request)?;
    Ok(HttpResponse::Created().json(sandbox.account_link(&id, &new).await?))
}

pub(super) async fn transfer(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    new: Json<NewTransfer>,
) -> Result<HttpResponse, SandboxError> {
    sandbox.authorize(&request)?;
    let sent = sandbox.transfer(&key(&request)?, &new).await?;
    Ok(HttpResponse::Created().json(sent))
}

pub(super) async fn reverse(
    sandbox: Data<Sandbox>,
    request: HttpRequest,
    id: Path<String>,
    new: Json<NewReversal>,
) -> Result<HttpResponse, SandboxError> {
    sandbox.authorize(&request)?;
    let made = sandbox.reverse(&id, &key(&request)?, &new).await?;
    Ok(HttpResponse::Created().json(made))
}
