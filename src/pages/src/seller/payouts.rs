use actix_web::web::{Query, get};
use askama::Template;
use feira_kernel::PageRequest;
use feira_payment::{Balance, LedgerLine, Payout, SEE_BALANCE};

use super::caller::SellerPage;
use crate::page::{Answer, ListView, Page, Place, Registered, Wanted, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, ago, brl, id},
    },
    feira_payment::{Account, LedgerKind},
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/payouts",
    place: Place::Section("payouts", &[SEE_BALANCE]),
    show: || get().to(show),
    actions: &[],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "seller/payouts.html")]
struct PayoutsPage {
    p: Page,
    balances: Vec<Balance>,
    payouts: Vec<Payout>,
    ledger: Vec<LedgerLine>,
    list: ListView,
}

/// GET /seller/payouts?cursor=: the balance, the latest payouts, and the ledger by pages.
async fn show(seller: SellerPage, wanted: Query<Wanted>) -> Answer {
    let (payments, actor) = (&seller.state.payments, &seller.actor);
    let balances = payments.balance(actor, None).await?;
    let payouts = payments.payouts(actor, PageRequest::first(12)).await?;
    let ledger = payments.ledger(actor, None, wanted.part()).await?;
    let p = seller.frame(&PAGE).await;
    let page = PayoutsPage {
        p: p.called("payouts-and-balance"),
        balances,
        payouts: payouts.items,
        ledger: ledger.items,
        list: ListView::new(PAGE.path, wanted.into_inner(), ledger.next_cursor),
    };
    respond_ok(&seller.request, &page)
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let line = |n: u128, account, kind, minor| LedgerLine {
        id: id(n),
        transaction: id(n),
        account,
        kind,
        amount: brl(minor).into(),
        part: (n == 1).then(|| id(2)),
        at: ago(60),
    };
    let page = PayoutsPage {
        p: frame(lang, &PAGE).called("payouts-and-balance"),
        balances: vec![samples::balance()],
        payouts: samples::payouts(),
        ledger: vec![
            line(1, Account::SellerPending, LedgerKind::Capture, 113_572),
            line(2, Account::SellerPayable, LedgerKind::Release, 113_572),
            line(3, Account::SellerPayable, LedgerKind::Payout, -113_572),
        ],
        list: ListView::new(PAGE.path, Wanted::default(), None),
    };
    vec![("payouts", samples::shown(&page))]
}
