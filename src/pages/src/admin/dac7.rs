//! What stores sold per quarter, for the report of sellers.

use actix_web::web::{Query, get};
use askama::Template;
use feira_payment::SEE_PAYMENTS;
use feira_web::reports::{self, Quarter};

use super::{books, caller::AdminPage};
use crate::page::{Action, Answer, ListView, Page, Place, Registered, Wanted, query, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, brl, id},
    },
    feira_kernel::{Currency, StoreId},
    feira_payment::QuarterSum,
    feira_store::StoreStatus,
};

const FILE: &str = "/admin/reports/dac7/file";

pub(super) const PAGE: Registered = Registered {
    path: "/admin/reports/dac7",
    place: Place::Apart("books", &[SEE_PAYMENTS]),
    show: || get().to(show),
    actions: &[Action::at(FILE, || get().to(file))],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/dac7.html")]
struct ReportPage {
    p: Page,
    /// Each row with the text key of why it is left out of the report, if it is.
    quarters: Vec<(Quarter, &'static str)>,
    list: ListView,
    file: String,
}

/// The year that is asked for, or the current one of the marketplace.
fn year(admin: &AdminPage, wanted: &Wanted) -> i32 {
    let this_year = || admin.state.clock.now().year();
    wanted.get("year").parse().unwrap_or_else(|_| this_year())
}

/// GET /admin/reports/dac7?year=&cursor=
async fn show(admin: AdminPage, wanted: Query<Wanted>) -> Answer {
    let year = year(&admin, &wanted);
    let found = reports::quarter_rows(&admin.state, &admin.actor, year, wanted.place());
    let (quarters, next) = found.await?;
    let p = admin.frame(&PAGE).await;
    let list = ListView::new(PAGE.path, wanted.into_inner(), next);
    respond_ok(&admin.request, &view(p, year, quarters, list))
}

fn view(p: Page, year: i32, quarters: Vec<Quarter>, list: ListView) -> ReportPage {
    let list = list.search("year", p.t("dac7-year"));
    ReportPage {
        list: list.none(&quarters, p.t("dac7-none")),
        file: query(FILE, &[("year", &year.to_string())]),
        p: p.below(books::PAGE.path, "nav-books")
            .titled(format!("DAC7 {year}")),
        quarters: quarters.into_iter().map(told).collect(),
    }
}

fn told(quarter: Quarter) -> (Quarter, &'static str) {
    let excluded = match quarter.sum.excluded {
        Some(true) => "dac7-yes",
        Some(false) => "dac7-no",
        None => "",
    };
    (quarter, excluded)
}

/// GET /admin/reports/dac7/file?year=
async fn file(admin: AdminPage, wanted: Query<Wanted>) -> Answer {
    let year = year(&admin, &wanted);
    let csv = reports::quarters(&admin.state, &admin.actor, year).await?;
    let name = format!("dac7-{year}.csv");
    Ok(reports::download(&name, "text/csv; charset=utf-8", csv))
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let quarter = |number, excluded| Quarter {
        sum: QuarterSum {
            store: StoreId(id(3)),
            year: 2026,
            quarter: number,
            currency: Currency::BRL,
            consideration: brl(113_572).into(),
            fees: brl(12_398).into(),
            taxes: brl(0).into(),
            activities: 7,
            excluded,
        },
        store: (number < 3).then(|| samples::store(StoreStatus::Approved)),
    };
    let page = |quarters| {
        let list = ListView::new(PAGE.path, Wanted::default(), None);
        samples::shown(&view(frame(lang, &PAGE), 2026, quarters, list))
    };
    let quarters = vec![
        quarter(1, None),
        quarter(2, Some(true)),
        quarter(3, Some(false)),
    ];
    vec![("dac7", page(quarters)), ("dac7_none", page(Vec::new()))]
}
