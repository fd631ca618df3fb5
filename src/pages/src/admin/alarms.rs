//! Charges that somebody must look at.

use actix_web::web::{Query, get};
use askama::Template;
use feira_payment::Alarm;

use super::{caller::AdminPage, payments};
use crate::page::{Answer, ListView, Page, Place, Registered, Wanted, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, ago, id},
    },
    feira_payment::PaymentId,
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/payment-alarms",
    place: Place::Below("payments"),
    show: || get().to(show),
    actions: &[],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/alarms.html")]
struct AlarmsPage {
    p: Page,
    alarms: Vec<Alarm>,
    list: ListView,
}

/// GET /admin/payment-alarms?cursor=
async fn show(admin: AdminPage, wanted: Query<Wanted>) -> Answer {
    let payments = &admin.state.payments;
    let found = payments.alarms(&admin.actor, wanted.part()).await?;
    let p = admin.frame(&PAGE).await;
    let list = ListView::new(PAGE.path, wanted.into_inner(), found.next_cursor);
    respond_ok(&admin.request, &view(p, found.items, list))
}

fn view(p: Page, alarms: Vec<Alarm>, list: ListView) -> AlarmsPage {
    AlarmsPage {
        list: list.none(&alarms, p.t("alarms-none")),
        p: p.below(payments::PAGE.path, "payments-title")
            .called("alarms-title"),
        alarms,
    }
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let page = |alarms| {
        let list = ListView::new(PAGE.path, Wanted::default(), None);
        samples::shown(&view(frame(lang, &PAGE), alarms, list))
    };
    let alarm = Alarm {
        id: id(1),
        payment: PaymentId(id(4)),
        message: "charge ch_1 is over 18.90 BRL, not 19.90 BRL".to_owned(),
        at: ago(600),
    };
    vec![
        ("alarms", page(vec![alarm])),
        ("alarms_none", page(Vec::new())),
    ]
}
