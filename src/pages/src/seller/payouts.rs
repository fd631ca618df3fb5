use actix_web::web::{Query, get};
use askama::Template;
use feira_kernel::{Cursor, PageRequest};
use feira_payment::{
    Balance, LedgerLine, NextPayout, Payout, PayoutFilter, Reserve, ReserveFilter, ReserveStatus,
    SEE_BALANCE, WhyNotPaid,
};
use feira_store::PayoutAccount;

use super::caller::SellerPage;
use crate::page::{Answer, ListView, Page, Place, Registered, Wanted, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, ago, brl, id},
    },
    feira_kernel::Currency,
    feira_payment::{Account, LedgerKind},
};

/// The filter by which the page is all payouts and nothing else: it has the ledger for a list already.
const ALL: (&str, &str) = ("list", "payouts");

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
    /// Each with the reason why it is not paid yet.
    next: Vec<(NextPayout, Option<String>)>,
    account: Option<PayoutAccount>,
    payouts: Vec<Payout>,
    /// The address of older payouts, if there are any.
    older: Option<String>,
    /// Payouts that are held.
    reserves: Vec<Reserve>,
    more_reserves: bool,
    ledger: Vec<LedgerLine>,
    list: ListView,
}

#[derive(Template)]
#[template(path = "seller/payouts_all.html")]
struct AllPayoutsPage {
    p: Page,
    payouts: Vec<Payout>,
    list: ListView,
}

/// The text for why a store is not paid.
pub(super) fn why_not(p: &Page, why: &WhyNotPaid) -> String {
    match why {
        WhyNotPaid::StoreSuspended {} => p.t("why-not-suspended"),
        WhyNotPaid::NoAccount {} => p.t("why-not-account"),
        WhyNotPaid::AccountNotReady {} => p.t("why-not-account-not-ready"),
        WhyNotPaid::NegativeBalance {} => p.t("why-not-negative"),
        WhyNotPaid::NothingPayable {} => p.t("why-not-nothing"),
        WhyNotPaid::AccountChanged { until } => p.t1("why-not-account-changed", p.exact(until)),
        WhyNotPaid::Held { until } => p.t1("why-not-held", p.exact(until)),
        WhyNotPaid::BelowMinimum { minimum } => p.t1("why-not-minimum", p.money(minimum)),
    }
}

fn explained(p: &Page, next: Vec<NextPayout>) -> Vec<(NextPayout, Option<String>)> {
    let explained = next.into_iter().map(|next| {
        let why = next.why_not.as_ref().map(|why| why_not(p, why));
        (next, why)
    });
    explained.collect()
}

/// GET /seller/payouts?cursor=: the balance, the latest payouts, and the ledger by pages. With `list=payouts`:
/// all payouts by pages.
async fn show(seller: SellerPage, wanted: Query<Wanted>) -> Answer {
    if wanted.get(ALL.0) == ALL.1 {
        return show_all(&seller, wanted.into_inner()).await;
    }
    let (payments, actor) = (&seller.state.payments, &seller.actor);
    let balances = payments.balance(actor, None).await?;
    let latest = payments.payouts(actor, PayoutFilter::default(), PageRequest::first(12));
    let payouts = latest.await?;
    let next = payments.next_payouts(actor, None).await?;
    let account = seller.state.stores.payout_account(actor).await?;
    let held = ReserveFilter {
        store: None,
        status: Some(ReserveStatus::Held),
    };
    let reserves = payments.reserves(actor, held, PageRequest::first(12));
    let reserves = reserves.await?;
    let ledger = payments.ledger(actor, None, wanted.part()).await?;
    let p = seller.frame(&PAGE).await;
    let page = PayoutsPage {
        next: explained(&p, next),
        p: p.called("payouts-and-balance"),
        balances,
        account,
        payouts: payouts.items,
        older: payouts.next_cursor.map(|_| address_of_all()),
        reserves: reserves.items,
        more_reserves: reserves.next_cursor.is_some(),
        ledger: ledger.items,
        list: ListView::new(PAGE.path, wanted.into_inner(), ledger.next_cursor),
    };
    respond_ok(&seller.request, &page)
}

fn address_of_all() -> String {
    format!("{}?{}={}", PAGE.path, ALL.0, ALL.1)
}

async fn show_all(seller: &SellerPage, wanted: Wanted) -> Answer {
    let payments = &seller.state.payments;
    let found = payments.payouts(&seller.actor, PayoutFilter::default(), wanted.part());
    let found = found.await?;
    let p = seller.frame(&PAGE).await;
    let page = view_all(p, found.items, wanted, found.next_cursor);
    respond_ok(&seller.request, &page)
}

fn view_all(p: Page, payouts: Vec<Payout>, wanted: Wanted, next: Option<Cursor>) -> AllPayoutsPage {
    let list = ListView::new(PAGE.path, wanted, next).keep(ALL.0, ALL.1);
    let p = p.below(PAGE.path, "payouts-and-balance");
    AllPayoutsPage {
        list: list.none(&payouts, p.t("payouts-none")),
        p: p.called("payouts-title"),
        payouts,
    }
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
    let p = frame(lang, &PAGE);
    let next = |why_not| NextPayout {
        currency: Currency::BRL,
        at: ago(-4_000),
        amount: brl(123_450).into(),
        why_not,
        hold_days: 0,
        held_as_new: false,
    };
    let until = ago(-5_000);
    let reasons = [
        WhyNotPaid::StoreSuspended {},
        WhyNotPaid::NoAccount {},
        WhyNotPaid::AccountNotReady {},
        WhyNotPaid::NegativeBalance {},
        WhyNotPaid::NothingPayable {},
        WhyNotPaid::AccountChanged { until },
        WhyNotPaid::Held { until },
        WhyNotPaid::BelowMinimum { minimum: brl(1) },
    ];
    let all = reasons.into_iter().map(Some).chain([None]).map(next);
    let page = PayoutsPage {
        next: explained(&p, all.collect()),
        p: p.called("payouts-and-balance"),
        balances: vec![samples::balance()],
        account: Some(samples::payout_account()),
        payouts: samples::payouts(),
        older: Some(address_of_all()),
        reserves: samples::reserves(),
        more_reserves: true,
        ledger: vec![
            line(1, Account::SellerPending, LedgerKind::Capture, 113_572),
            line(2, Account::SellerPayable, LedgerKind::Release, 113_572),
            line(3, Account::SellerPayable, LedgerKind::Payout, -113_572),
        ],
        list: ListView::new(PAGE.path, Wanted::default(), None),
    };
    let mut owing = samples::balance();
    owing.payable = brl(-1_990).into();
    owing.owed = brl(1_990).into();
    let mut billed = samples::balance();
    billed.owed = brl(4_000).into();
    billed.billed = brl(3_000).into();
    let shown = samples::shown(&page);
    let owes = PayoutsPage {
        balances: vec![owing, billed],
        ..page
    };
    let next = Some(Cursor::encode(&7));
    let wanted = Wanted::sample(&[ALL]);
    let every = view_all(frame(lang, &PAGE), samples::payouts(), wanted, next);
    vec![
        ("payouts", shown),
        ("payouts_owing", samples::shown(&owes)),
        ("payouts_all", samples::shown(&every)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_balance_is_explained() {
        for (lang, told) in [
            (Lang::En, "R$19.90 more went back to buyers"),
            (Lang::PtBr, "R$\u{a0}19,90 a mais"),
        ] {
            let all = samples(lang);
            let told = all.iter().map(|(_, html)| html.contains(told));
            assert_eq!(told.collect::<Vec<_>>(), [false, true, false]);
        }
    }

    #[test]
    fn what_is_owed_stands_once_and_what_is_billed_beside_it() {
        for (lang, negative, owed, billed) in [
            (Lang::En, "19.90", "R$40.00", "R$30.00"),
            (Lang::PtBr, "19,90", "R$\u{a0}40,00", "R$\u{a0}30,00"),
        ] {
            let (_, html) = &samples(lang)[1];
            // The refund that is held is as much.
            let of_refunds = html.matches(&lang.text("balance-refunding-note")).count();
            assert_eq!(html.matches(negative).count(), 1 + of_refunds, "{html}");
            assert!(html.contains(owed) && html.contains(billed), "{html}");
            assert!(html.contains(&lang.text("balance-billed-note")), "{html}");
        }
    }

    #[test]
    fn what_is_not_on_the_first_page_is_said_and_led_to() {
        let looks = samples(Lang::En);
        let (now, all) = (&looks[0].1, &looks[2].1);
        assert!(now.contains("/seller/payouts?list=payouts\""), "{now}");
        let more = "Those that were put in reserve before are not shown.";
        assert!(now.contains(more), "{now}");
        assert!(all.contains("cursor="), "{all}");
    }
}
