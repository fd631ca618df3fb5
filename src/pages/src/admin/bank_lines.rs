//! Lines of bank statements: the result of each, and decisions about those that matched no payment.

use actix_web::web::{Path, Query, get, post};
use askama::Template;
use feira_payment::{
    BankStatementId, BankStatementLine, BankStatementLineFilter, BankStatementLineId,
    BankStatementLineState, BankStatementReport, MANAGE_PAYMENTS, PaymentError, PaymentId,
};
use feira_web::auth::CsrfForm;
use uuid::Uuid;

use super::caller::AdminPage;
use crate::page::{
    Action, Answer, Choice, Fields, Flash, ListView, Page, Place, Registered, Wanted, press,
    respond_ok,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, ago, brl, id},
    },
    feira_payment::{BankStatementCount, BankStatementFormat, BankStatementReason},
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/bank-statement-lines",
    place: Place::Below("payments"),
    show: || get().to(show),
    actions: &[Action::blank("/admin/bank-statement-lines/{id}", || {
        post().to(decide)
    })],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/bank_lines.html")]
struct LinesPage {
    p: Page,
    /// The statement, if the list is of one statement only.
    report: Option<BankStatementReport>,
    lines: Vec<BankStatementLine>,
    /// Whether the operator may decide about lines.
    manages: bool,
    list: ListView,
}

/// GET /admin/bank-statement-lines?statement=&state=&cursor=
async fn show(admin: AdminPage, wanted: Query<Wanted>) -> Answer {
    let wanted = wanted.into_inner();
    let filter = BankStatementLineFilter {
        statement: statement(&wanted),
        state: BankStatementLineState::parse(wanted.get("state")),
    };
    let (payments, actor) = (&admin.state.payments, &admin.actor);
    let report = match filter.statement {
        Some(id) => Some(payments.bank_statement_report(actor, id).await?),
        None => None,
    };
    let found = payments.bank_statement_lines(actor, filter, wanted.part());
    let found = found.await?;
    let p = admin.frame(&PAGE).await;
    let list = ListView::new(PAGE.path, wanted, found.next_cursor);
    let manages = admin.actor.is_operator(MANAGE_PAYMENTS);
    let page = view(p, report, found.items, manages, list);
    respond_ok(&admin.request, &page)
}

fn statement(wanted: &Wanted) -> Option<BankStatementId> {
    let id: Uuid = wanted.get("statement").parse().ok()?;
    Some(BankStatementId(id))
}

fn view(
    p: Page,
    report: Option<BankStatementReport>,
    lines: Vec<BankStatementLine>,
    manages: bool,
    list: ListView,
) -> LinesPage {
    let mut states = vec![Choice::new("", p.t("filter-all"))];
    let all = BankStatementLineState::ALL.into_iter();
    states.extend(all.map(|state| Choice::new(state.as_str(), p.name(&state))));
    let mut list = list.select("state", p.t("bank-line-state"), states);
    if let Some(report) = &report {
        list = list.keep("statement", &report.id.to_string());
    }
    let p = p.below("/admin/bank-statements", "bank-statements-title");
    LinesPage {
        list: list.none(&lines, p.t("bank-lines-none")),
        p: p.called("bank-lines-title"),
        report,
        lines,
        manages,
    }
}

/// POST /admin/bank-statement-lines/{id}?statement=&state=&cursor=: it is the money of a payment, or of none.
async fn decide(
    admin: AdminPage,
    id: Path<Uuid>,
    wanted: Query<Wanted>,
    form: CsrfForm<Fields>,
) -> Answer {
    let (payments, actor) = (&admin.state.payments, &admin.actor);
    let line = BankStatementLineId(*id);
    let to = wanted.at(PAGE.path);
    if form.0.get("decision") == "ignore" {
        let ignore = payments.ignore_bank_statement_line(actor, line, None);
        let good = |_| Flash::good("bank-line-ignored-flash");
        return press(&admin.state, &to, ignore, good, refused).await;
    }
    let work = async {
        let typed = payment(form.0.get("payment")).ok_or(PaymentError::NotFound)?;
        payments
            .match_bank_statement_line(actor, line, typed, None)
            .await
    };
    let good = |line: BankStatementLine| {
        Flash::good(match line.was_paid {
            true => "bank-line-was-paid-flash",
            false => "bank-line-matched-flash",
        })
    };
    press(&admin.state, &to, work, good, refused).await
}

/// Reads a payment's id, or takes it from the address of its page.
fn payment(typed: &str) -> Option<PaymentId> {
    let last = typed.trim().trim_end_matches('/').rsplit('/').next()?;
    let id = last.split(['?', '#']).next()?;
    Some(PaymentId(id.parse().ok()?))
}

/// The message shown at the line.
fn refused(error: &PaymentError) -> Option<Flash> {
    let text = match error {
        PaymentError::NotFound => "bank-line-no-payment-flash",
        PaymentError::NotByHand => "bank-line-not-by-hand-flash",
        PaymentError::PaidTooLate => "payment-too-late-flash",
        PaymentError::StatementAmount => "bank-line-amount-flash",
        PaymentError::PaidByAnotherLine => "bank-line-already_paid-flash",
        PaymentError::StatementLineMove(_) => "bank-line-decided-flash",
        _ => return None,
    };
    Some(Flash::bad(text))
}

#[cfg(test)]
pub(super) fn lines() -> Vec<BankStatementLine> {
    let line = |n: u128, amount, state, reason, payment: Option<u128>| BankStatementLine {
        id: BankStatementLineId(id(n)),
        statement: BankStatementId(id(1)),
        number: 7,
        on: time::macros::date!(2026 - 03 - 17),
        amount: brl(amount),
        text: "PIX RECEBIDO <b>CLARA</b> 00020126".to_owned(),
        state,
        reason,
        payment: payment.map(|n| PaymentId(id(n))),
        was_paid: n == 6,
    };
    vec![
        line(
            2,
            125_970,
            BankStatementLineState::Open,
            Some(BankStatementReason::AmountOnly),
            Some(7),
        ),
        line(
            3,
            990,
            BankStatementLineState::Open,
            Some(BankStatementReason::Unknown),
            None,
        ),
        line(4, 4_990, BankStatementLineState::Matched, None, Some(8)),
        line(6, 5_990, BankStatementLineState::Matched, None, Some(9)),
        line(
            5,
            -4_990,
            BankStatementLineState::Out,
            Some(BankStatementReason::RefundToSend),
            Some(8),
        ),
    ]
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let report = BankStatementReport {
        id: BankStatementId(id(1)),
        dry_run: false,
        format: BankStatementFormat::Ofx,
        lines: 5,
        known: 0,
        matched: 2,
        were_paid: 1,
        ignored: 0,
        open: vec![BankStatementCount {
            reason: BankStatementReason::PaidTooLate,
            count: 1,
        }],
        first: Vec::new(),
        at: ago(5),
    };
    let list = || ListView::new(PAGE.path, Wanted::default(), None);
    let shown = |report, lines, manages| {
        let page = view(frame(lang, &PAGE), report, lines, manages, list());
        samples::shown(&page)
    };
    vec![
        ("lines", shown(Some(report), lines(), true)),
        ("lines_seen", shown(None, lines(), false)),
        ("lines_none", shown(None, Vec::new(), true)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_is_typed_as_its_id_or_its_address() {
        let meant = Some(PaymentId(id(7)));
        for typed in [
            id(7).to_string(),
            format!(" https://shop.example/admin/payments/{}?x=1 ", id(7)),
            format!("/admin/payments/{}/", id(7)),
        ] {
            assert_eq!(payment(&typed), meant, "{typed}");
        }
        for typed in ["", "R$ 10,00", "/admin/payments"] {
            assert_eq!(payment(typed), None, "{typed}");
        }
    }

    #[test]
    fn only_what_is_open_is_decided_and_by_who_may() {
        for (lang, word) in [(Lang::En, "Ignore"), (Lang::PtBr, "Ignorar")] {
            let looks = samples(lang);
            let forms = looks.iter();
            let forms = forms.map(|(_, html)| html.matches("value=\"ignore\"").count());
            assert_eq!(forms.collect::<Vec<_>>(), [2, 0, 0]);
            assert!(looks[0].1.contains(word) && !looks[0].1.contains("<b>CLARA"));
        }
    }
}
