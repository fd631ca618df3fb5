//! Bank statements: the import form, and the list of imported ones.

use actix_multipart::form::{MultipartForm, bytes::Bytes, text::Text};
use actix_web::web::{Query, get, post};
use askama::Template;
use feira_kernel::IdempotencyKey;
use feira_payment::{
    BankStatementColumns, BankStatementReport, BankStatementRequest, BankStatementSummary,
    MANAGE_PAYMENTS, PaymentError,
};
use feira_web::{auth, idempotent::of_upload};
use uuid::Uuid;

use super::{bank_lines, caller::AdminPage, payments};
use crate::page::{
    Action, Answer, Fields, Flash, Form, ListView, Page, Place, Registered, Wanted, act_and, done,
    query, refuse_file, respond,
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
    /// Whether the operator may import.
    manages: bool,
    /// The report of a dry run.
    checked: Option<BankStatementReport>,
    statements: Vec<BankStatementSummary>,
    list: ListView,
}

/// The fields of the multipart form; sizes are limited by `upload_limits`.
#[derive(MultipartForm)]
struct Upload {
    csrf: Text<String>,
    key: Option<Text<String>>,
    file: Bytes,
    date: Option<Text<String>>,
    amount: Option<Text<String>>,
    description: Option<Text<String>>,
    id: Option<Text<String>>,
    /// Set by the button for a dry run.
    dry_run: Option<Text<String>>,
}

/// GET /admin/bank-statements?cursor=
async fn show(admin: AdminPage, wanted: Query<Wanted>) -> Answer {
    index(&admin, wanted.into_inner(), blank(&admin), None).await
}

/// The idempotency key: a form sent twice is one import.
fn blank(admin: &AdminPage) -> Form {
    let key = Uuid::from_bytes(admin.state.entropy.bytes());
    Form::new(Fields::default().with("key", key.to_string()))
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
    let mut form = blank(&admin);
    let Ok(MultipartForm(upload)) = upload else {
        form.refuse("file", admin.lang.text("images-unreadable"));
        return index(&admin, Wanted::default(), form, None).await;
    };
    auth::check_csrf(&admin.request, &upload.csrf)?;
    let (request, key) = request(&admin, upload);
    let dry_run = request.dry_run;
    let payments = &admin.state.payments;
    let imported = payments.import_bank_statement(&admin.actor, request, key);
    act_and(
        form,
        imported,
        |form, error| {
            let detail = match &error {
                PaymentError::BadStatement(why) => Some(why.clone()),
                _ => None,
            };
            refuse_file(form, admin.lang, error, detail)
        },
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

fn request(admin: &AdminPage, upload: Upload) -> (BankStatementRequest, Option<IdempotencyKey>) {
    let typed = |text: Option<Text<String>>| {
        let text = text.map(Text::into_inner)?;
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let request = BankStatementRequest {
        dry_run: upload.dry_run.is_some(),
        currency: admin.state.settings.currency,
        columns: BankStatementColumns {
            date: typed(upload.date),
            amount: typed(upload.amount),
            description: typed(upload.description),
            id: typed(upload.id),
        },
        file: upload.file.data.into(),
    };
    // A dry run changes nothing and does not use the key up.
    let key = upload.key.filter(|_| !request.dry_run);
    let key = key.and_then(|key| of_upload(&admin.request, &key, &request.file));
    (request, key)
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
