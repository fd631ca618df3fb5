use actix_web::web::{get, post};
use feira_kernel::StoreId;
use feira_payment::DisputeDetails;
use feira_web::error::PageError;

use super::{caller::SellerPage, disputes as list};
use crate::{
    disputes::{self, DisputeCaller, DisputePage},
    page::{Action, Form, Page, Place, Registered},
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
    feira_payment::{DisputeAction, DisputeState},
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/disputes/{id}",
    place: Place::Below("disputes"),
    show: || get().to(disputes::show::<SellerPage>),
    actions: &[
        Action::blank("/seller/disputes/{id}/evidence", || {
            post().to(disputes::write::<SellerPage>)
        }),
        Action::at("/seller/disputes/{id}/evidence/{kind}", || {
            get().to(disputes::file::<SellerPage>)
        }),
        Action::at("/seller/disputes/{id}/evidence/{kind}/remove", || {
            post().to(disputes::remove::<SellerPage>)
        }),
        Action::blank("/seller/disputes/{id}/send", || {
            post().to(disputes::send::<SellerPage>)
        }),
    ],
    #[cfg(test)]
    samples,
};

impl DisputeCaller for SellerPage {
    const LIST: &'static Registered = &list::PAGE;

    async fn page(&self, details: DisputeDetails, form: Form) -> Result<DisputePage, PageError> {
        Ok(view(self.frame(&PAGE).await, details, form))
    }

    /// Her own store's.
    fn evidence_of(_: Option<StoreId>) -> Option<StoreId> {
        None
    }
}

fn view(p: Page, details: DisputeDetails, form: Form) -> DisputePage {
    let dispute = &details.dispute;
    let address = disputes::address::<SellerPage>(dispute.id.0);
    let title = p.t1("dispute-title", p.money(&dispute.amount));
    let part = details.parts.first().map(|part| part.part.0);
    let order = part.filter(|_| p.leads_to("/seller/orders"));
    let order = order.map(|part| format!("/seller/orders/{part}"));
    let payment = None;
    let p = p.below(list::PAGE.path, "disputes-title").titled(title);
    let own = details.parts.first().map(|part| part.store);
    DisputePage::new(p, own, details, (address, form)).leading(order, payment)
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let page = |n, state, allowed: &[DisputeAction]| {
        let details = disputes::samples::details(n, state, allowed);
        samples::shown(&view(frame(lang, &PAGE), details, Form::default()))
    };
    let all = [DisputeAction::WriteEvidence, DisputeAction::SendEvidence];
    vec![
        ("dispute_open", page(1, DisputeState::Opened, &all)),
        ("dispute_lost", page(2, DisputeState::Lost, &[])),
    ]
}
