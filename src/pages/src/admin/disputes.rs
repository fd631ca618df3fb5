use actix_web::web::{Query, get};
use askama::Template;
use feira_payment::{Dispute, DisputeFilter, DisputeState, MANAGE_PAYMENTS, SEE_PAYMENTS};

use super::caller::AdminPage;
use crate::{
    disputes::choices,
    page::{Answer, ListView, Page, Place, Registered, Wanted, respond_ok},
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::{
        disputes,
        page::{Lang, samples},
    },
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/disputes",
    place: Place::Section("disputes", &[SEE_PAYMENTS, MANAGE_PAYMENTS]),
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

/// GET /admin/disputes?state=&cursor=
async fn show(admin: AdminPage, wanted: Query<Wanted>) -> Answer {
    let filter = DisputeFilter {
        state: DisputeState::parse(wanted.get("state")),
    };
    let payments = &admin.state.payments;
    let found = payments
        .disputes(&admin.actor, filter, wanted.part())
        .await?;
    let p = admin.frame(&PAGE).await;
    let list = ListView::new(PAGE.path, wanted.into_inner(), found.next_cursor);
    respond_ok(&admin.request, &view(p, found.items, list))
}

fn view(p: Page, disputes: Vec<Dispute>, list: ListView) -> DisputesPage {
    let states = choices(&p, DisputeState::ALL.map(|state| (state, state.as_str())));
    let list = list.select("state", p.t("dispute-state"), states);
    DisputesPage {
        list: list.none(&disputes, p.t("disputes-none")),
        p: p.called("disputes-title"),
        disputes,
        path: PAGE.path,
    }
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let all = DisputeState::ALL.into_iter().zip(1_u128..);
    let all = all
        .map(|(state, n)| disputes::samples::dispute(n, state))
        .collect();
    let page = |disputes| {
        let list = ListView::new(PAGE.path, Wanted::default(), None);
        samples::shown(&view(frame(lang, &PAGE), disputes, list))
    };
    vec![("disputes", page(all)), ("disputes_none", page(Vec::new()))]
}
