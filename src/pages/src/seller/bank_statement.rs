//! The import of a statement of the store's own bank account, and what it came to.

use actix_multipart::form::MultipartForm;
use actix_web::web::{get, post};
use askama::Template;
use feira_payment::StoreStatementReport;
use feira_web::auth;

use super::{caller::SellerPage, orders};
use crate::{
    bank_statements::{Upload, has_columns, refuse},
    page::{Action, Answer, Fields, Form, Page, Place, Registered, act_and, respond},
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, brl, id},
    },
    feira_payment::{
        BankStatementCount, BankStatementFormat, BankStatementReason, PartReference,
        StoreStatementLine,
    },
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/orders/bank-statement",
    place: Place::Below("orders"),
    show: || get().to(show),
    actions: &[Action::blank("/seller/orders/bank-statement", || {
        post().to(import)
    })],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "seller/bank_statement.html")]
struct StatementPage {
    p: Page,
    form: Form,
    /// Whether the columns were chosen.
    chosen: bool,
    report: Option<StoreStatementReport>,
}

/// GET /seller/orders/bank-statement
async fn show(seller: SellerPage) -> Answer {
    detail(&seller, Form::default(), None).await
}

async fn detail(seller: &SellerPage, form: Form, report: Option<StoreStatementReport>) -> Answer {
    let status = form.status();
    let p = seller.frame(&PAGE).await;
    respond(&seller.request, status, &view(p, form, report))
}

fn view(p: Page, form: Form, report: Option<StoreStatementReport>) -> StatementPage {
    let p = p.below(orders::PAGE.path, "orders-title");
    StatementPage {
        p: p.called("store-statement-title"),
        chosen: has_columns(&form),
        form,
        report,
    }
}

/// POST /seller/orders/bank-statement: the file once more does what is left of it.
async fn import(
    seller: SellerPage,
    upload: Result<MultipartForm<Upload>, actix_web::Error>,
) -> Answer {
    let Ok(MultipartForm(upload)) = upload else {
        let mut form = Form::default();
        form.refuse("file", seller.lang.text("images-unreadable"));
        return detail(&seller, form, None).await;
    };
    auth::check_csrf(&seller.request, &upload.csrf)?;
    let form = Form::new(upload.typed(Fields::default()));
    let request = upload.request(&form, seller.state.settings.currency);
    let dry_run = request.dry_run;
    let payments = &seller.state.payments;
    let imported = payments.import_store_statement(&seller.actor, request, None);
    act_and(
        form,
        imported,
        |form, error| refuse(form, seller.lang, error),
        async |report, form| {
            // The import follows the dry run, with the same columns.
            let form = if dry_run { form } else { Form::default() };
            detail(&seller, form, Some(report)).await
        },
        async |form| detail(&seller, form, None).await,
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let line = |number, reason, part: Option<u128>| StoreStatementLine {
        number,
        on: time::macros::date!(2026 - 03 - 17),
        amount: brl(12_990),
        text: "PIX <Clara>".to_owned(),
        reason: Some(reason),
        part: part.map(|n| PartReference::new(id(n))),
        was_paid: false,
    };
    let report = |dry_run| StoreStatementReport {
        dry_run,
        format: BankStatementFormat::Csv,
        lines: 73,
        matched: 2,
        were_paid: 1,
        open: vec![
            BankStatementCount {
                reason: BankStatementReason::AmountOnly,
                count: 1,
            },
            BankStatementCount {
                reason: BankStatementReason::MoneyOut,
                count: 68,
            },
        ],
        unmatched: vec![
            line(3, BankStatementReason::AmountOnly, Some(2)),
            line(9, BankStatementReason::Unknown, None),
        ],
    };
    let mut refused = Form::new(Fields::default().with("amount", "Valor <R$>"));
    refused.refuse("file", lang.text("images-unreadable"));
    let shown = |form, report| samples::shown(&view(frame(lang, &PAGE), form, report));
    vec![
        ("store_statement", shown(Form::default(), None)),
        ("store_statement_refused", shown(refused, None)),
        (
            "store_statement_checked",
            shown(Form::default(), Some(report(true))),
        ),
        (
            "store_statement_done",
            shown(Form::default(), Some(report(false))),
        ),
    ]
}
