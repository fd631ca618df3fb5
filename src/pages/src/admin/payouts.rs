use actix_web::{
    HttpResponse,
    http::header,
    web::{Path, Query, get, post},
};
use askama::Template;
use feira_payment::{MANAGE_PAYOUTS, Payout, PayoutFilter, PayoutId, PayoutStatus, SEE_PAYMENTS};
use feira_web::auth::CsrfForm;
use uuid::Uuid;

use super::caller::AdminPage;
use crate::page::{
    Action, Answer, Choice, Fields, Flash, Form, ListView, Page, Place, Registered, Wanted, act,
    press, respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, id},
    },
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/payouts",
    place: Place::Section("settle", &[SEE_PAYMENTS, MANAGE_PAYOUTS]),
    show: || get().to(show),
    actions: &[
        Action::at("/admin/payouts/run", || post().to(run)),
        Action::blank("/admin/payouts/file", || post().to(file)),
        Action::blank("/admin/payouts/{id}/paid", || post().to(mark_paid)),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/payouts.html")]
struct PayoutsPage {
    p: Page,
    payouts: Vec<Payout>,
    /// Whether the operator may make and settle payouts.
    manages: bool,
    /// Typed references by payout id.
    form: Form,
    list: ListView,
}

/// GET /admin/payouts?cursor=
async fn show(admin: AdminPage, wanted: Query<Wanted>) -> Answer {
    index(&admin, wanted.into_inner(), Form::default()).await
}

async fn index(admin: &AdminPage, wanted: Wanted, form: Form) -> Answer {
    let payments = &admin.state.payments;
    let filter = PayoutFilter {
        status: PayoutStatus::parse(wanted.get("status")),
    };
    let found = payments
        .payouts(&admin.actor, filter, wanted.part())
        .await?;
    let p = admin.frame(&PAGE).await;
    let list = ListView::new(PAGE.path, wanted, found.next_cursor);
    let status = form.status();
    let manages = admin.actor.is_operator(MANAGE_PAYOUTS);
    let page = view(p, found.items, manages, form, list);
    respond(&admin.request, status, &page)
}

fn view(p: Page, payouts: Vec<Payout>, manages: bool, form: Form, list: ListView) -> PayoutsPage {
    PayoutsPage {
        list: list
            .select("status", p.t("payout-status"), statuses(&p))
            .none(&payouts, p.t("payouts-none")),
        p: p.called("payouts-title"),
        payouts,
        manages,
        form,
    }
}

fn statuses(p: &Page) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", p.t("filter-all"))];
    choices.extend(PayoutStatus::ALL.map(|status| Choice::new(status.as_str(), p.name(&status))));
    choices
}

/// POST /admin/payouts/file: for the bank, with whole account numbers. That she took it is written down.
async fn file(admin: AdminPage, form: CsrfForm<Fields>) -> Answer {
    let again = form.0.text("again") == "yes";
    let payments = &admin.state.payments;
    let file = payments.payout_file(&admin.actor, again, None).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"payouts.csv\"",
        ))
        .body(file.csv))
}

/// POST /admin/payouts/run
async fn run(admin: AdminPage, _form: CsrfForm<Fields>) -> Answer {
    let payments = &admin.state.payments;
    press(
        &admin.state,
        PAGE.path,
        payments.run_payouts(&admin.actor, None),
        |made| Flash::good("payouts-made").count(made.len()),
        |_| None,
    )
    .await
}

/// POST /admin/payouts/{id}/paid?cursor=
async fn mark_paid(
    admin: AdminPage,
    id: Path<Uuid>,
    wanted: Query<Wanted>,
    form: CsrfForm<Fields>,
) -> Answer {
    let reference = form.0.text("reference");
    let field = id.to_string();
    let mut form = Form::new(Fields::default().with(&field, reference.clone()));
    if reference.is_empty() {
        form.refuse(&field, admin.lang.text("payout-reference-missing"));
    }
    let payments = &admin.state.payments;
    act(
        &admin.state,
        admin.lang,
        form,
        payments.mark_payout_paid(&admin.actor, PayoutId(*id), reference, None),
        |payout| {
            let flash = Flash::good("payout-paid-flash").name(payout.store_name);
            (wanted.at(PAGE.path), flash)
        },
        async |mut form| {
            form.rename("reference", &field);
            index(&admin, wanted.0.clone(), form).await
        },
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let mut form = Form::new(Fields::default().with(&id(1).to_string(), ""));
    form.refuse(&id(1).to_string(), lang.text("payout-reference-missing"));
    let list = ListView::new(PAGE.path, Wanted::default(), None);
    let page = view(frame(lang, &PAGE), samples::payouts(), true, form, list);
    vec![("payouts", samples::shown(&page))]
}
