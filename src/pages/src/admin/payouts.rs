use actix_web::{
    HttpRequest,
    http::StatusCode,
    web::{Data, Path, Query},
};
use askama::Template;
use feira_kernel::{Cursor, PageRequest};
use feira_payment::{Payout, PayoutId};
use feira_web::{
    auth::{AdminPage, CsrfForm},
    state::AppState,
};
use serde::Deserialize;
use uuid::Uuid;

use crate::page::{Answer, Fields, Flash, Form, Lang, Page, done, query, respond};

#[derive(Template)]
#[template(path = "admin/payouts.html")]
pub(super) struct PayoutsPage {
    pub(super) p: Page,
    pub(super) payouts: Vec<Payout>,
    /// The references that were typed, each under its payout's id.
    pub(super) form: Form,
    pub(super) first: Option<String>,
    pub(super) next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ListQuery {
    cursor: Option<String>,
}

const LIST: &str = "/admin/payouts";

/// GET /admin/payouts?cursor=
pub(crate) async fn list(
    request: HttpRequest,
    state: Data<AppState>,
    admin: AdminPage,
    wanted: Query<ListQuery>,
) -> Answer {
    show(
        &request,
        &state,
        &admin,
        wanted.into_inner().cursor,
        Form::default(),
        StatusCode::OK,
    )
    .await
}

async fn show(
    request: &HttpRequest,
    state: &AppState,
    admin: &AdminPage,
    cursor: Option<String>,
    form: Form,
    status: StatusCode,
) -> Answer {
    let later = cursor.is_some();
    let part = PageRequest::new(None, cursor.map(Cursor)).unwrap_or_default();
    let found = state.payments.payouts(&admin.actor, part).await?;
    let p = Page::admin(request, state, admin, "settle").await;
    let title = p.t("payouts-title");
    let page = PayoutsPage {
        p: p.titled(title),
        payouts: found.items,
        form,
        first: later.then(|| LIST.to_owned()),
        next: found
            .next_cursor
            .map(|cursor| query(LIST, &[("cursor", &cursor.0)])),
    };
    respond(request, status, &page)
}

/// POST /admin/payouts/run
pub(crate) async fn run(
    state: Data<AppState>,
    admin: AdminPage,
    _form: CsrfForm<Fields>,
) -> Answer {
    let made = state.payments.run_payouts(&admin.actor, None).await?;
    Ok(done(
        &state,
        LIST,
        &Flash::good("payouts-made").count(made.len()),
    ))
}

/// POST /admin/payouts/{id}/paid
pub(crate) async fn mark_paid(
    request: HttpRequest,
    state: Data<AppState>,
    admin: AdminPage,
    id: Path<Uuid>,
    form: CsrfForm<Fields>,
) -> Answer {
    let lang = Lang::of(&admin.user.locale);
    let reference = form.0.text("reference");
    let field = id.to_string();
    let mut form = Form::new(Fields::default().with(&field, reference.clone()));
    if reference.is_empty() {
        form.refuse(&field, lang.text("payout-reference-missing"));
    } else {
        match state
            .payments
            .mark_payout_paid(&admin.actor, PayoutId(*id), reference, None)
            .await
        {
            Ok(payout) => {
                return Ok(done(
                    &state,
                    LIST,
                    &Flash::good("payout-paid-flash").name(payout.store_name),
                ));
            }
            Err(error) => {
                form.take(lang, error)?;
                form.rename("reference", &field);
            }
        }
    }
    show(
        &request,
        &state,
        &admin,
        None,
        form,
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await
}
