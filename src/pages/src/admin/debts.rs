use actix_web::web::{Query, get};
use askama::Template;
use feira_payment::Debt;

use super::{books, caller::AdminPage};
use crate::page::{Answer, ListView, Page, Place, Registered, Wanted, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, ago, brl, id},
    },
    feira_kernel::StoreId,
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/books/stores",
    place: Place::Below("books"),
    show: || get().to(show),
    actions: &[],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/debts.html")]
struct DebtsPage {
    p: Page,
    debts: Vec<Debt>,
    list: ListView,
}

/// GET /admin/books/stores?cursor=: who owes, longest first.
async fn show(admin: AdminPage, wanted: Query<Wanted>) -> Answer {
    let payments = &admin.state.payments;
    let found = payments.debts(&admin.actor, wanted.part()).await?;
    let p = admin.frame(&PAGE).await;
    let list = ListView::new(PAGE.path, wanted.into_inner(), found.next_cursor);
    respond_ok(&admin.request, &view(p, found.items, list))
}

fn view(p: Page, debts: Vec<Debt>, list: ListView) -> DebtsPage {
    DebtsPage {
        list: list.none(&debts, p.t("debts-none")),
        p: p.below(books::PAGE.path, "nav-books").called("debts-title"),
        debts,
    }
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let page = |debts| {
        let list = ListView::new(PAGE.path, Wanted::default(), None);
        samples::shown(&view(frame(lang, &PAGE), debts, list))
    };
    let debt = Debt {
        store: StoreId(id(3)),
        store_name: "Ateliê da Maria".to_owned(),
        owed: brl(12_300).into(),
        since: ago(60_000),
    };
    vec![
        ("debts", page(vec![debt])),
        ("debts_none", page(Vec::new())),
    ]
}
