use actix_web::web::{Query, get};
use askama::Template;
use feira_payment::{Dispute, DisputeFilter, SEE_BALANCE};

use super::caller::SellerPage;
use crate::page::{Answer, ListView, Page, Place, Registered, Wanted, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::{
        disputes,
        page::{Lang, samples},
    },
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/disputes",
    place: Place::Section("disputes", &[SEE_BALANCE]),
    show: || get().to(show),
    actions: &[],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "disputes.html")]
struct DisputesPage {
    p: Page,
    disputes: Vec<Dispute>,
    list: ListView,
    path: &'static str,
}

/// GET /seller/disputes?cursor=
async fn show(seller: SellerPage, wanted: Query<Wanted>) -> Answer {
    let filter = DisputeFilter::default();
    let payments = &seller.state.payments;
    let found = payments
        .disputes(&seller.actor, filter, wanted.part())
        .await?;
    let p = seller.frame(&PAGE).await;
    let list = ListView::new(PAGE.path, wanted.into_inner(), found.next_cursor);
    respond_ok(&seller.request, &view(p, found.items, list))
}

fn view(p: Page, disputes: Vec<Dispute>, list: ListView) -> DisputesPage {
    DisputesPage {
        list: list.none(&disputes, p.t("disputes-none")),
        p: p.called("disputes-title"),
        disputes,
        path: PAGE.path,
    }
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let all = feira_payment::DisputeState::ALL.into_iter().zip(1_u128..);
    let all = all
        .map(|(state, n)| disputes::samples::dispute(n, state))
        .collect();
    let page = |disputes| {
        let list = ListView::new(PAGE.path, Wanted::default(), None);
        samples::shown(&view(frame(lang, &PAGE), disputes, list))
    };
    vec![("disputes", page(all)), ("disputes_none", page(Vec::new()))]
}
