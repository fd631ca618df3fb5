use actix_web::web::{Path, get, post};
use feira_kernel::StoreId;
use feira_payment::{DisputeDetails, DisputeId, PaymentError};
use feira_web::{auth::CsrfForm, error::PageError};
use uuid::Uuid;

use super::{caller::AdminPage, disputes as list};
use crate::{
    disputes::{self, DisputeCaller, DisputePage},
    page::{Action, Answer, Fields, Flash, Form, Page, Place, Registered, not_sure, press},
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
    feira_payment::{DisputeAction, DisputeState},
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/disputes/{id}",
    place: Place::Below("disputes"),
    show: || get().to(disputes::show::<AdminPage>),
    actions: &[
        Action::blank("/admin/disputes/{id}/evidence", || {
            post().to(disputes::write::<AdminPage>)
        }),
        Action::at("/admin/disputes/{id}/evidence/{kind}", || {
            get().to(disputes::file::<AdminPage>)
        }),
        Action::at("/admin/disputes/{id}/evidence/{kind}/remove", || {
            post().to(disputes::remove::<AdminPage>)
        }),
        Action::blank("/admin/disputes/{id}/send", || {
            post().to(disputes::send::<AdminPage>)
        }),
        Action::blank("/admin/disputes/{id}/close/{outcome}", || post().to(close)),
    ],
    #[cfg(test)]
    samples,
};

impl DisputeCaller for AdminPage {
    const LIST: &'static Registered = &list::PAGE;

    async fn page(&self, details: DisputeDetails, form: Form) -> Result<DisputePage, PageError> {
        let p = self.frame(&PAGE).await;
        let names = self.store_names(details.parts.iter().map(|part| part.store));
        let names = names.await?;
        Ok(view(p, details, form).naming(&names))
    }

    fn evidence_of(named: Option<StoreId>) -> Option<StoreId> {
        named
    }
}

fn view(p: Page, details: DisputeDetails, form: Form) -> DisputePage {
    let dispute = &details.dispute;
    let address = disputes::address::<AdminPage>(dispute.id.0);
    let title = p.t1("dispute-title", p.money(&dispute.amount));
    let order = format!("/admin/orders/{}", dispute.reference.0);
    let order = p.leads_to("/admin/orders").then_some(order);
    let payment = format!("/admin/payments/{}", dispute.payment.0);
    let payment = p.leads_to("/admin/payments").then_some(payment);
    let p = p.below(list::PAGE.path, "disputes-title").titled(title);
    DisputePage::new(p, None, details, (address, form)).leading(order, payment)
}

/// POST /admin/disputes/{id}/close/{outcome}
async fn close(admin: AdminPage, path: Path<(Uuid, String)>, form: CsrfForm<Fields>) -> Answer {
    let (id, outcome) = path.into_inner();
    let won = match outcome.as_str() {
        "won" => true,
        "lost" => false,
        _ => return Err(PaymentError::NotFound.into()),
    };
    let address = disputes::address::<AdminPage>(id);
    if !form.0.is_sure() {
        return Ok(not_sure(&admin.state, &address));
    }
    let payments = &admin.state.payments;
    press(
        &admin.state,
        &address,
        payments.close_dispute(&admin.actor, DisputeId(id), won, None),
        |_| Flash::good("dispute-closed-flash"),
        disputes::refused,
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let page = |n, state, allowed: &[DisputeAction]| {
        let details = disputes::samples::details(n, state, allowed);
        samples::shown(&view(frame(lang, &PAGE), details, Form::default()))
    };
    let all = [
        DisputeAction::WriteEvidence,
        DisputeAction::SendEvidence,
        DisputeAction::Close,
    ];
    vec![
        ("dispute_open", page(1, DisputeState::Opened, &all)),
        (
            "dispute_lost",
            page(2, DisputeState::Lost, &[DisputeAction::Appeal]),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_final_asks_whether_she_is_sure() {
        let looks = samples(Lang::En);
        let asks = looks
            .iter()
            .map(|(_, html)| html.matches("name=\"sure\"").count());
        // Sending, won and lost; when it is over, only that it was won after all.
        assert_eq!(asks.collect::<Vec<_>>(), [3, 1]);
        let typed = |value| Fields::default().with("sure", value).is_sure();
        assert_eq!(["yes", "", "no"].map(typed), [true, false, false]);
    }
}
