use actix_multipart::form::MultipartForm;
use actix_web::web::{Path, get, post};
use feira_payment::{DisputeDetails, DisputeId, EvidenceKind, NewEvidence, PaymentError};
use feira_web::auth::CsrfForm;
use uuid::Uuid;

use super::{caller::SellerPage, disputes as list};
use crate::{
    disputes::{self, DisputePage, Upload},
    page::{
        Action, Answer, Fields, Flash, Form, Page, Place, Registered, act, not_sure, press, respond,
    },
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
    show: || get().to(show),
    actions: &[
        Action::at("/seller/disputes/{id}/evidence", || post().to(write)),
        Action::at("/seller/disputes/{id}/evidence/{kind}", || get().to(file)),
        Action::at("/seller/disputes/{id}/evidence/{kind}/remove", || {
            post().to(remove)
        }),
        Action::at("/seller/disputes/{id}/send", || post().to(send)),
    ],
    #[cfg(test)]
    samples,
};

fn address(id: Uuid) -> String {
    format!("{}/{id}", list::PAGE.path)
}

/// GET /seller/disputes/{id}
async fn show(seller: SellerPage, id: Path<Uuid>) -> Answer {
    index(&seller, *id, Form::default()).await
}

async fn index(seller: &SellerPage, id: Uuid, form: Form) -> Answer {
    let payments = &seller.state.payments;
    let details = payments.dispute(&seller.actor, DisputeId(id)).await?;
    let status = form.status();
    let p = seller.frame(&PAGE).await;
    let page = view(p, details, form);
    respond(&seller.request, status, &page)
}

fn view(p: Page, details: DisputeDetails, form: Form) -> DisputePage {
    let dispute = &details.dispute;
    let (id, title) = (
        dispute.id.0,
        p.t1("dispute-title", p.money(&dispute.amount)),
    );
    let part = details.parts.first().map(|part| part.part.0);
    let order = part.filter(|_| p.leads_to("/seller/orders"));
    let order = order.map(|part| format!("/seller/orders/{part}"));
    let payment = None;
    let p = p.below(list::PAGE.path, "disputes-title").titled(title);
    let own = details.parts.first().map(|part| part.store);
    DisputePage::new(p, own, details, (address(id), form)).leading(order, payment)
}

/// POST /seller/disputes/{id}/evidence
async fn write(
    seller: SellerPage,
    id: Path<Uuid>,
    upload: Result<MultipartForm<Upload>, actix_web::Error>,
) -> Answer {
    let (form, evidence) = disputes::given(&seller.request, seller.lang, upload)?;
    let Some(evidence) = evidence else {
        return index(&seller, *id, form).await;
    };
    let payments = &seller.state.payments;
    act(
        &seller.state,
        seller.lang,
        form,
        payments.put_evidence(&seller.actor, DisputeId(*id), evidence, None),
        |_| (address(*id), Flash::good("evidence-written")),
        async |mut form| {
            form.rename("file_name", "file");
            index(&seller, *id, form).await
        },
    )
    .await
}

/// GET /seller/disputes/{id}/evidence/{kind}: its file.
async fn file(seller: SellerPage, path: Path<(Uuid, String)>) -> Answer {
    let (id, kind) = path.into_inner();
    let kind = EvidenceKind::parse(&kind).ok_or(PaymentError::NotFound)?;
    let payments = &seller.state.payments;
    let content = payments.evidence_file(&seller.actor, DisputeId(id), None, kind);
    Ok(disputes::file(content.await?))
}

/// POST /seller/disputes/{id}/evidence/{kind}/remove
async fn remove(seller: SellerPage, path: Path<(Uuid, String)>, _form: CsrfForm<Fields>) -> Answer {
    let (id, kind) = path.into_inner();
    let kind = EvidenceKind::parse(&kind).ok_or(PaymentError::NotFound)?;
    let evidence = NewEvidence {
        kind,
        remove: true,
        text: None,
        file: None,
    };
    let payments = &seller.state.payments;
    press(
        &seller.state,
        &address(id),
        payments.put_evidence(&seller.actor, DisputeId(id), evidence, None),
        |_| Flash::good("evidence-removed"),
        refused,
    )
    .await
}

/// POST /seller/disputes/{id}/send
async fn send(seller: SellerPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    if !form.0.is_sure() {
        return Ok(not_sure(&seller.state, &address(*id)));
    }
    let payments = &seller.state.payments;
    press(
        &seller.state,
        &address(*id),
        payments.send_evidence(&seller.actor, DisputeId(*id), None),
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
