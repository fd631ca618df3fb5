//! Compares a provider's balance report with the books.

use actix_multipart::form::{MultipartForm, bytes::Bytes, text::Text};
use actix_web::web::{get, post};
use askama::Template;
use feira_kernel::{ModuleError, Total};
use feira_payment::{
    Difference, DifferenceCount, PaymentError, ReconcileRequest, ReconciledSum, Reconciliation,
    ReportFormat, StatementAccount,
};
use feira_web::auth;

use super::{books, caller::AdminPage};
use crate::page::{Action, Answer, Choice, Fields, Form, Page, Place, Registered, respond};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, ago, brl, id},
    },
    feira_kernel::Currency,
    feira_payment::{DifferenceKind, PaymentId, Reference},
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/reconciliation",
    place: Place::Below("books"),
    show: || get().to(show),
    actions: &[Action::blank("/admin/reconciliation", || {
        post().to(reconcile)
    })],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/reconciliation.html")]
struct ReconciliationPage {
    p: Page,
    form: Form,
    providers: Vec<Choice>,
    formats: Vec<Choice>,
    report: Option<Report>,
}

struct Report {
    agrees: bool,
    matched: u64,
    by_amount: u64,
    lines: u64,
    format: ReportFormat,
    counts: Vec<DifferenceCount>,
    sums: Vec<ReconciledSum>,
    rows: Vec<Row>,
}

/// A difference with its two sides.
struct Row {
    difference: Difference,
    reported: Option<Total>,
    booked: Option<Total>,
}

/// The fields of the multipart form; sizes are limited by `upload_limits`.
#[derive(MultipartForm)]
struct Upload {
    csrf: Text<String>,
    provider: Text<String>,
    format: Text<String>,
    /// There if it is ticked.
    payouts: Option<Text<String>>,
    file: Bytes,
}

/// GET /admin/reconciliation
async fn show(admin: AdminPage) -> Answer {
    let form = Form::new(Fields::default().with("payouts", "yes"));
    detail(&admin, form, None).await
}

async fn detail(admin: &AdminPage, form: Form, report: Option<Report>) -> Answer {
    let status = form.status();
    let names = admin.state.payments.provider_names(&admin.actor).await?;
    let p = admin.frame(&PAGE).await;
    respond(&admin.request, status, &view(p, names, form, report))
}

fn view(p: Page, names: Vec<String>, form: Form, report: Option<Report>) -> ReconciliationPage {
    let providers = names
        .into_iter()
        .map(|name| Choice::new(name.clone(), name));
    let found_out = [Choice::new("", p.t("reconciliation-found-out"))].into_iter();
    let formats = ReportFormat::ALL
        .into_iter()
        .map(|format| Choice::new(format.as_str(), p.name(&format)));
    ReconciliationPage {
        providers: providers.collect(),
        formats: found_out.chain(formats).collect(),
        p: p.below(books::PAGE.path, "nav-books")
            .called("reconciliation-title"),
        form,
        report,
    }
}

/// POST /admin/reconciliation: nothing is kept, so the report is the answer.
async fn reconcile(
    admin: AdminPage,
    upload: Result<MultipartForm<Upload>, actix_web::Error>,
) -> Answer {
    let mut form = Form::default();
    let Ok(MultipartForm(upload)) = upload else {
        form.refuse("file", admin.lang.text("images-unreadable"));
        return detail(&admin, form, None).await;
    };
    auth::check_csrf(&admin.request, &upload.csrf)?;
    let payouts = upload.payouts.is_some();
    let typed = Fields::default()
        .with("provider", upload.provider.as_str())
        .with("format", upload.format.as_str())
        .with("payouts", if payouts { "yes" } else { "" });
    let mut form = Form::new(typed);
    let settings = &admin.state.settings;
    let request = ReconcileRequest {
        provider: form.text("provider"),
        format: ReportFormat::parse(form.value("format")),
        file: upload.file.data.into(),
        account: Some(StatementAccount {
            currency: settings.currency,
            time_zone: settings.time_zone.clone(),
            payouts,
        }),
    };
    match admin.state.payments.reconcile(&admin.actor, request).await {
        Ok(found) => detail(&admin, form, Some(Report::of(found))).await,
        Err(error) => {
            // The detail is shown instead of the code's text.
            let why = match &error {
                PaymentError::BadReport(why) => format!(" ({why})"),
                _ => String::new(),
            };
            let text = admin.lang.error(error.code(), (None, None));
            match text.filter(|_| !why.is_empty()) {
                Some(text) => form.refuse("file", format!("{text}{why}")),
                None => form.take(admin.lang, error)?,
            }
            detail(&admin, form, None).await
        }
    }
}

impl Report {
    fn of(found: Reconciliation) -> Self {
        Self {
            agrees: found.counts.is_empty(),
            matched: found.matched,
            by_amount: found.by_amount,
            lines: found.lines,
            format: found.format,
            counts: found.counts,
            sums: found.sums,
            rows: found.differences.into_iter().map(Row::of).collect(),
        }
    }
}

impl Row {
    /// For a fee the difference, otherwise the two amounts.
    fn of(difference: Difference) -> Self {
        let of_fee = difference.reported == difference.booked;
        let (reported, booked) = match of_fee {
            true => (difference.reported_fee, difference.booked_fee),
            false => (difference.reported, difference.booked),
        };
        Self {
            difference,
            reported,
            booked,
        }
    }
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let difference = |kind, line, reported: Option<i64>, booked: Option<i64>| Difference {
        kind,
        line,
        id: "pi_3PqR".to_owned(),
        reported: reported.map(|minor| brl(minor).into()),
        booked: booked.map(|minor| brl(minor).into()),
        reported_fee: Some(brl(118).into()),
        booked_fee: None,
        payment: booked.map(|_| PaymentId(id(4))),
        reference: booked.map(|_| Reference::new(id(5))),
        payout: None,
        at: Some(ago(600)),
    };
    use DifferenceKind::{Fee, NotInBooks, NotInReport, OtherAmount};
    let sum = ReconciledSum {
        currency: Currency::BRL,
        reported: brl(98_765).into(),
        booked: brl(98_665).into(),
        reported_fees: brl(2_345).into(),
        booked_fees: brl(2_227).into(),
        transferred: brl(-50_000).into(),
    };
    let found = |differences: Vec<Difference>, counts| Reconciliation {
        provider: "cards".to_owned(),
        format: ReportFormat::Stripe,
        lines: 120,
        matched: 116,
        by_amount: 2,
        from: Some(ago(90_000)),
        until: Some(ago(600)),
        sums: vec![sum.clone()],
        counts,
        differences,
    };
    let counts = [Fee, NotInBooks].map(|kind| DifferenceCount { kind, count: 2 });
    let differing = found(
        vec![
            difference(OtherAmount, Some(7), Some(1_990), Some(1_890)),
            difference(Fee, Some(8), Some(1_990), Some(1_990)),
            difference(NotInBooks, Some(9), Some(500), None),
            difference(NotInReport, None, None, Some(700)),
        ],
        counts.to_vec(),
    );
    let mut refused = Form::default();
    refused.refuse("file", lang.text("images-unreadable"));
    let page = |form, report| {
        let names = ["cards", "bank <1>"].map(str::to_owned).to_vec();
        samples::shown(&view(frame(lang, &PAGE), names, form, report))
    };
    vec![
        ("reconciliation", page(refused, None)),
        (
            "reconciliation_differs",
            page(Form::default(), Some(Report::of(differing))),
        ),
        (
            "reconciliation_agrees",
            page(
                Form::default(),
                Some(Report::of(found(Vec::new(), Vec::new()))),
            ),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_the_providers_is_chosen() {
        let (_, html) = samples(Lang::En).remove(0);
        for shown in ["<option value=\"cards\"", "bank &#60;1&#62;"] {
            assert!(html.contains(shown), "{shown}: {html}");
        }
        assert!(!html.contains("<input id=\"f-provider\""), "{html}");
    }

    #[test]
    fn each_difference_shows_its_two_sides() {
        let looks = samples(Lang::En);
        let (_, html) = looks
            .iter()
            .find(|(name, _)| *name == "reconciliation_differs")
            .expect("it");
        for shown in ["R$19.90", "R$18.90", "R$1.18", "R$5.00", "R$7.00"] {
            assert!(html.contains(shown), "{shown}: {html}");
        }
        assert!(html.contains(&format!("/admin/payments/{}", id(4))));
    }
}
