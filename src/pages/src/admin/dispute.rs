use actix_multipart::form::MultipartForm;
use actix_web::web::{Path, Query, get, post};
use feira_kernel::StoreId;
use feira_payment::{DisputeDetails, DisputeId, EvidenceKind, NewEvidence, PaymentError};
use feira_web::auth::CsrfForm;
use uuid::Uuid;

use super::{caller::AdminPage, disputes as list};
use crate::{
    disputes::{self, DisputePage, Upload},
    page::{
        Action, Answer, Fields, Flash, Form, Page, Place, Registered, Wanted, act, not_sure, press,
        respond,
    },
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
    show: || get().to(show),
    actions: &[
        Action::at("/admin/disputes/{id}/evidence", || post().to(write)),
        Action::at("/admin/disputes/{id}/evidence/{kind}", || get().to(file)),
        Action::at("/admin/disputes/{id}/evidence/{kind}/remove", || {
            post().to(remove)
        }),
        Action::at("/admin/disputes/{id}/send", || post().to(send)),
        Action::at("/admin/disputes/{id}/close/{outcome}", || post().to(close)),
    ],
    #[cfg(test)]
    samples,
};

fn address(id: Uuid) -> String {
    format!("{}/{id}", list::PAGE.path)
}

/// GET /admin/disputes/{id}
async fn show(admin: AdminPage, id: Path<Uuid>) -> Answer {
    index(&admin, *id, Form::default()).await
}

async fn index(admin: &AdminPage, id: Uuid, form: Form) -> Answer {
    let payments = &admin.state.payments;
    let details = payments.dispute(&admin.actor, DisputeId(id)).await?;
    let status = form.status();
    let p = admin.frame(&PAGE).await;
    let names = admin.store_names(details.parts.iter().map(|part| part.store));
    let names = names.await?;
    let page = view(p, details, form).naming(&names);
    respond(&admin.request, status, &page)
}

fn view(p: Page, details: DisputeDetails, form: Form) -> DisputePage {
    let dispute = &details.dispute;
    let (id, title) = (
        dispute.id.0,
        p.t1("dispute-title", p.money(&dispute.amount)),
    );
    let order = format!("/admin/orders/{}", dispute.reference.0);
    let order = p.leads_to("/admin/orders").then_some(order);
    let payment = format!("/admin/payments/{}", dispute.payment.0);
    let payment = p.leads_to("/admin/payments").then_some(payment);
    let p = p.below(list::PAGE.path, "disputes-title").titled(title);
    DisputePage::new(p, None, details, (address(id), form)).leading(order, payment)
}

/// POST /admin/disputes/{id}/evidence
async fn write(
    admin: AdminPage,
    id: Path<Uuid>,
    upload: Result<MultipartForm<Upload>, actix_web::Error>,
) -> Answer {
    let (form, evidence) = disputes::given(&admin.request, admin.lang, upload)?;
    let Some(evidence) = evidence else {
        return index(&admin, *id, form).await;
    };
    let payments = &admin.state.payments;
    act(
        &admin.state,
        admin.lang,
        form,
        payments.put_evidence(&admin.actor, DisputeId(*id), evidence, None),
        |_| (address(*id), Flash::good("evidence-written")),
        async |mut form| {
            form.rename("file_name", "file");
            index(&admin, *id, form).await
        },
    )
    .await
}

/// GET /admin/disputes/{id}/evidence/{kind}: its file.
async fn file(admin: AdminPage, path: Path<(Uuid, String)>, wanted: Query<Wanted>) -> Answer {
    let (id, kind) = path.into_inner();
    let kind = EvidenceKind::parse(&kind).ok_or(PaymentError::NotFound)?;
    let payments = &admin.state.payments;
    let store = wanted.optional("store").and_then(|id| id.parse().ok());
    let content = payments.evidence_file(&admin.actor, DisputeId(id), store.map(StoreId), kind);
    Ok(disputes::file(content.await?))
}

/// POST /admin/disputes/{id}/evidence/{kind}/remove
async fn remove(admin: AdminPage, path: Path<(Uuid, String)>, _form: CsrfForm<Fields>) -> Answer {
    let (id, kind) = path.into_inner();
    let kind = EvidenceKind::parse(&kind).ok_or(PaymentError::NotFound)?;
    let evidence = NewEvidence {
        kind,
        remove: true,
        text: None,
        file: None,
    };
    let payments = &admin.state.payments;
    press(
        &admin.state,
        &address(id),
        payments.put_evidence(&admin.actor, DisputeId(id), evidence, None),
        |_| Flash::good("evidence-removed"),
        refused,
    )
    .await
}

/// POST /admin/disputes/{id}/send
async fn send(admin: AdminPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    if !form.0.is_sure() {
        return Ok(not_sure(&admin.state, &address(*id)));
    }
    let payments = &admin.state.payments;
    press(
        &admin.state,
        &address(*id),
        payments.send_evidence(&admin.actor, DisputeId(*id), None),
        |details| disputes::sent(&details.dispute),
        refused,
    )
    .await
}

fn refused(error: &PaymentError) -> Option<Flash> {
    match error {
        PaymentError::EvidenceRefused(_) => Some(Flash::bad("evidence-refused-flash")),
        PaymentError::DisputeMove(_) => Some(Flash::bad("dispute-moved-flash")),
        _ => None,
    }
}

/// POST /admin/disputes/{id}/close/{outcome}
async fn close(admin: AdminPage, path: Path<(Uuid, String)>, form: CsrfForm<Fields>) -> Answer {
    let (id, outcome) = path.into_inner();
    let won = match outcome.as_str() {
        "won" => true,
        "lost" => false,
        _ => return Err(PaymentError::NotFound.into()),
    };
    if !form.0.is_sure() {
        return Ok(not_sure(&admin.state, &address(id)));
    }
    let payments = &admin.state.payments;
    press(
        &admin.state,
        &address(id),
        payments.close_dispute(&admin.actor, DisputeId(id), won, None),
        |_| Flash::good("dispute-closed-flash"),
        refused,
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
        // Sending, won and lost; and nothing of it when it is over.
        assert_eq!(asks.collect::<Vec<_>>(), [3, 0]);
        let typed = |value| Fields::default().with("sure", value).is_sure();
        assert_eq!(["yes", "", "no"].map(typed), [true, false, false]);
    }
}
