use actix_web::{
    HttpRequest,
    web::{Data, Query},
};
use askama::Template;
use feira_kernel::{Cursor, PageRequest};
use feira_payment::{Balance, LedgerLine, Payout};
use feira_web::{auth::SellerPage, state::AppState};
use serde::Deserialize;

use crate::page::{Answer, Lang, Page, query, respond_ok};

#[derive(Template)]
#[template(path = "seller/payouts.html")]
pub(super) struct PayoutsPage {
    pub(super) p: Page,
    pub(super) balances: Vec<Balance>,
    pub(super) payouts: Vec<Payout>,
    pub(super) ledger: Vec<LedgerLine>,
    pub(super) first: Option<String>,
    pub(super) next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ListQuery {
    cursor: Option<String>,
}

const HERE: &str = "/seller/payouts";

/// GET /seller/payouts?cursor=: the balance, the latest payouts, and the ledger by pages.
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    seller: SellerPage,
    wanted: Query<ListQuery>,
) -> Answer {
    let actor = &seller.actor;
    let cursor = wanted.into_inner().cursor;
    let later = cursor.is_some();
    let part = PageRequest::new(None, cursor.map(Cursor)).unwrap_or_default();
    let balances = state.payments.balance(actor, None).await?;
    let payouts = state
        .payments
        .payouts(actor, PageRequest::first(12))
        .await?
        .items;
    let ledger = state.payments.ledger(actor, None, part).await?;
    let p = Page::seller(&request, &state, &seller, "payouts").await;
    let page = PayoutsPage {
        p: p.titled(Lang::of(&seller.user.locale).text("payouts-and-balance")),
        balances,
        payouts,
        ledger: ledger.items,
        first: later.then(|| HERE.to_owned()),
        next: ledger
            .next_cursor
            .map(|cursor| query(HERE, &[("cursor", &cursor.0)])),
    };
    respond_ok(&request, &page)
}
