use actix_web::web::{Path, get};
use askama::Template;
use feira_payment::BookTransaction;
use feira_web::ledger_file::order_numbers;
use uuid::Uuid;

use super::{
    books,
    caller::AdminPage,
    ledger_account::{self, Line, lines},
};
use crate::page::{Answer, Page, Place, Registered, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, ago, id},
    },
    feira_payment::{Account, LedgerKind},
    std::collections::BTreeMap,
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/books/transactions/{id}",
    place: Place::Below("books"),
    show: || get().to(show),
    actions: &[],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/ledger_transaction.html")]
struct TransactionPage {
    p: Page,
    transaction: BookTransaction,
    sides: Vec<Side>,
    payment: Option<Uuid>,
    order: Option<(Uuid, String)>,
    /// The payout it is about, if the operator may open that page.
    payout: Option<Uuid>,
}

/// An entry with a link to its account's entries.
struct Side {
    line: Line,
    account: String,
}

/// GET /admin/books/transactions/{id}: all sides of what happened once.
async fn show(admin: AdminPage, id: Path<Uuid>) -> Answer {
    let payments = &admin.state.payments;
    let mut found = payments.ledger_transaction(&admin.actor, *id).await?;
    let entries = std::mem::take(&mut found.entries);
    let numbers = order_numbers(&admin.state, &admin.actor, &entries).await?;
    let p = admin.frame(&PAGE).await;
    respond_ok(&admin.request, &view(p, found, lines(entries, &numbers)))
}

fn view(p: Page, transaction: BookTransaction, lines: Vec<Line>) -> TransactionPage {
    let payment = lines.iter().find_map(|line| line.entry.payment);
    let order = lines.iter().find_map(|line| {
        let order = line.entry.reference?.0;
        Some((order, line.number.clone()?))
    });
    let payout = lines.iter().find_map(|line| line.entry.payout);
    let payout = payout.filter(|_| p.leads_to("/admin/payouts"));
    let side = |line: Line| Side {
        account: ledger_account::address(line.entry.account, line.entry.amount.currency()),
        line,
    };
    let title = p.name(&transaction.kind);
    TransactionPage {
        p: p.below(books::PAGE.path, "nav-books").titled(title),
        sides: lines.into_iter().map(side).collect(),
        payment: payment.map(|payment| payment.0),
        order,
        payout: payout.map(|payout| payout.0),
        transaction,
    }
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let entry = |n, account, minor| {
        let kind = LedgerKind::Capture;
        ledger_account::entry(n, account, kind, minor)
    };
    let mut entries = vec![
        entry(1, Account::ProviderClearing, 125_970),
        entry(2, Account::SellerPending, -113_572),
        entry(3, Account::PlatformCommission, -12_398),
    ];
    if let Some(clearing) = entries.first_mut() {
        (clearing.store, clearing.store_name) = (None, None);
    }
    let transaction = BookTransaction {
        id: id(1),
        kind: LedgerKind::Capture,
        source: id(4),
        at: ago(60),
        entries: Vec::new(),
    };
    let numbers = BTreeMap::from([(id(5), "FR-7K31".to_owned())]);
    let page = view(frame(lang, &PAGE), transaction, lines(entries, &numbers));
    vec![("ledger_transaction", samples::shown(&page))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_leads_to_its_account_and_the_whole_to_its_payment() {
        let (_, html) = samples(Lang::En).remove(0);
        for link in [
            "/admin/books/accounts/provider_clearing/BRL".to_owned(),
            "/admin/books/accounts/platform_commission/BRL".to_owned(),
            format!("/admin/payments/{}", id(4)),
            format!("/admin/orders/{}", id(5)),
        ] {
            assert!(html.contains(&format!("href=\"{link}\"")), "{link}: {html}");
        }
    }
}
