//! Bank statements: the import form, and the list of imported ones.

use actix_multipart::form::MultipartForm;
use actix_web::web::{Query, get, post};
use askama::Template;
use feira_payment::{BankStatementReport, BankStatementSummary, MANAGE_PAYMENTS};
use feira_web::{auth, idempotent::of_upload};
use uuid::Uuid;

use super::{bank_lines, caller::AdminPage, payments};
use crate::{
    bank_statements::{Upload, has_columns, refuse},
    page::{
        Action, Answer, Fields, Flash, Form, ListView, Page, Place, Registered, Wanted, act_and,
        done, query, respond,
    },
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, ago, id},
    },
    feira_payment::{
        BankStatementCount, BankStatementFormat, BankStatementId, BankStatementReason,
    },
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/bank-statements",
    place: Place::Below("payments"),
    show: || get().to(show),
    actions: &[Action::blank("/admin/bank-statements", || {
        post().to(import)
    })],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/bank_statements.html")]
struct StatementsPage {
    p: Page,
    form: Form,
    /// Whether the columns were chosen.
    chosen: bool,
    /// Whether the operator may import.
    manages: bool,
    /// The report of a dry run.
    checked: Option<BankStatementReport>,
    statements: Vec<BankStatementSummary>,
    list: ListView,
}

/// GET /admin/bank-statements?cursor=
async fn show(admin: AdminPage, wanted: Query<Wanted>) -> Answer {
    index(&admin, wanted.into_inner(), blank(&admin), None).await
}

/// The idempotency key: a form sent twice is one import.
fn blank(admin: &AdminPage) -> Form {
    Form::new(with_key(admin, Fields::default()))
}

fn with_key(admin: &AdminPage, fields: Fields) -> Fields {
    let key = Uuid::from_bytes(admin.state.entropy.bytes());
    fields.with("key", key.to_string())
}

async fn index(
    admin: &AdminPage,
    wanted: Wanted,
    form: Form,
    checked: Option<BankStatementReport>,
) -> Answer {
    let payments = &admin.state.payments;
    let found = payments
        .bank_statements(&admin.actor, wanted.part())
        .await?;
    let p = admin.frame(&PAGE).await;
    let list = ListView::new(PAGE.path, wanted, found.next_cursor);
    let status = form.status();
    let manages = admin.actor.is_operator(MANAGE_PAYMENTS);
    let page = view(p, (form, checked), manages, found.items, list);
    respond(&admin.request, status, &page)
}

fn view(
    p: Page,
    (form, checked): (Form, Option<BankStatementReport>),
    manages: bool,
    statements: Vec<BankStatementSummary>,
    list: ListView,
) -> StatementsPage {
    let p = p.below(payments::PAGE.path, "payments-title");
    StatementsPage {
        list: list.none(&statements, p.t("bank-statements-none")),
        p: p.called("bank-statements-title"),
        chosen: has_columns(&form),
        form,
        manages,
        checked,
        statements,
    }
}

/// POST /admin/bank-statements
async fn import(
    admin: AdminPage,
    upload: Result<MultipartForm<Upload>, actix_web::Error>,
) -> Answer {
    let Ok(MultipartForm(upload)) = upload else {
        let mut form = blank(&admin);
        form.refuse("file", admin.lang.text("images-unreadable"));
        return index(&admin, Wanted::default(), form, None).await;
    };
    auth::check_csrf(&admin.request, &upload.csrf)?;
    let form = Form::new(with_key(&admin, upload.typed(Fields::default())));
    let key = upload.key.as_ref().map(|key| key.as_str().to_owned());
    let request = upload.request(&form, admin.state.settings.currency);
    let dry_run = request.dry_run;
    // A dry run changes nothing and does not use the key up.
    let key = key.filter(|_| !dry_run);
    let key = key.and_then(|key| of_upload(&admin.request, &key, &request.file));
    let payments = &admin.state.payments;
    let imported = payments.import_bank_statement(&admin.actor, request, key);
    act_and(
        form,
        imported,
        |form, error| refuse(form, admin.lang, error),
        async |report: BankStatementReport, form| {
            if dry_run {
                return index(&admin, Wanted::default(), form, Some(report)).await;
            }
            let id = report.id.to_string();
            let to = query(bank_lines::PAGE.path, &[("statement", id.as_str())]);
            let flash = Flash::good("bank-statement-imported").count(report.marked());
            Ok(done(&admin.state, &to, &flash))
        },
        async |form| index(&admin, Wanted::default(), form, None).await,
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let report = BankStatementReport {
        id: BankStatementId(id(1)),
        dry_run: true,
        format: BankStatementFormat::Csv,
        lines: 73,
        known: 12,
        matched: 2,
        were_paid: 1,
        ignored: 0,
        open: vec![
            BankStatementCount {
                reason: BankStatementReason::AmountOnly,
                count: 1,
            },
            BankStatementCount {
                reason: BankStatementReason::MoneyOut,
                count: 58,
            },
        ],
        first: bank_lines::lines(),
        at: ago(1),
    };
    let imported = BankStatementSummary {
        id: BankStatementId(id(1)),
        format: BankStatementFormat::Ofx,
        lines: 73,
        known: 12,
        at: ago(5),
    };
    let mut refused = Form::default();
    refused.refuse("file", lang.text("images-unreadable"));
    let list = || ListView::new(PAGE.path, Wanted::default(), None);
    let shown = |form, checked, manages, all| {
        let page = view(frame(lang, &PAGE), (form, checked), manages, all, list());
        samples::shown(&page)
    };
    vec![
        (
            "statements",
            shown(Form::default(), None, true, vec![imported.clone()]),
        ),
        ("statements_none", shown(refused, None, true, Vec::new())),
        (
            "statements_checked",
            shown(Form::default(), Some(report), true, vec![imported]),
        ),
        (
            "statements_seen",
            shown(Form::default(), None, false, Vec::new()),
        ),
    ]
}
