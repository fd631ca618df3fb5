use actix_web::web::{Query, get};
use askama::Template;
use feira_kernel::{PageRequest, Total};
use feira_payment::{Balance, LedgerLine, Payout, SEE_BALANCE};

use super::caller::SellerPage;
use crate::page::{Answer, ListView, Page, Place, Registered, Wanted, allowed, respond_ok};
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
    /// Each with what its pending amount waits for.
    balances: Vec<(Balance, String)>,
    payouts: Vec<Payout>,
    ledger: Vec<LedgerLine>,
    list: ListView,
}

/// What a pending amount waits for; what of it is in its return window order knows, for whoever may see
/// orders.
fn waits(p: &Page, balance: &Balance, in_window: Option<Total>) -> String {
    match in_window.filter(|total| total.currency() == balance.currency) {
        Some(total) => p.t1("balance-pending-note", p.total(&total)),
        None => p.t("balance-pending-plain"),
    }
}

/// GET /seller/payouts?cursor=: the balance, the latest payouts, and the ledger by pages.
async fn show(seller: SellerPage, wanted: Query<Wanted>) -> Answer {
    let (payments, actor) = (&seller.state.payments, &seller.actor);
    let balances = payments.balance(actor, None).await?;
    let payouts = payments.payouts(actor, PageRequest::first(12)).await?;
    let ledger = payments.ledger(actor, None, wanted.part()).await?;
    let figures = allowed(seller.state.orders.seller_figures(actor).await)?;
    let in_window = figures.map(|figures| figures.in_return_window);
    let p = seller.frame(&PAGE).await;
    let balances = balances
        .into_iter()
        .map(|balance| {
            let waits = waits(&p, &balance, in_window);
            (balance, waits)
        })
        .collect();
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
    let (p, balance) = (frame(lang, &PAGE), samples::balance());
    let waits = waits(&p, &balance, Some(brl(12_300).into()));
    let page = PayoutsPage {
        p: p.called("payouts-and-balance"),
        balances: vec![(balance, waits)],
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pending_says_what_it_waits_for() {
        for (lang, told) in [
            (Lang::En, "R$123.00 within the return window"),
            (Lang::PtBr, "R$\u{a0}123,00 no prazo de devolução"),
        ] {
            let (_, html) = samples(lang).remove(0);
            assert!(html.contains(told), "{html}");
        }
    }
}
