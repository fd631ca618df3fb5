//! What operators and sellers do on the pages of disputes. It is the same: who asks says whose pages they are.

use actix_multipart::form::MultipartForm;
use actix_web::web::{Path, Query};
use feira_kernel::StoreId;
use feira_payment::{
    DisputeDetails, DisputeFilter, DisputeId, DisputeState, EvidenceKind, NewEvidence, PaymentError,
};
use feira_web::{auth::CsrfForm, error::PageError};
use uuid::Uuid;

use super::{DisputePage, DisputesPage, Upload, file_of, given, sent};
use crate::page::{
    Answer, Fields, Flash, Form, ListView, PageCaller, Registered, Wanted, act, not_sure, press,
    respond, respond_ok,
};

/// An operator, or a member of a store.
pub(crate) trait DisputeCaller: PageCaller {
    /// The page with all of them.
    const LIST: &'static Registered;

    /// The page of one, as she sees it.
    async fn page(&self, details: DisputeDetails, form: Form) -> Result<DisputePage, PageError>;

    /// Whose evidence she reads, where an address names a store.
    fn evidence_of(named: Option<StoreId>) -> Option<StoreId>;
}

pub(crate) fn address<C: DisputeCaller>(id: Uuid) -> String {
    format!("{}/{id}", C::LIST.path)
}

/// GET the list: ?state=&cursor=
pub(crate) async fn list<C: DisputeCaller>(caller: C, wanted: Query<Wanted>) -> Answer {
    let filter = DisputeFilter {
        state: DisputeState::parse(wanted.get("state")),
    };
    let of = caller.caller();
    let payments = &of.state.payments;
    let found = payments.disputes(of.actor, filter, wanted.part()).await?;
    let p = caller.framed(C::LIST).await;
    let list = ListView::new(C::LIST.path, wanted.into_inner(), found.next_cursor);
    let page = DisputesPage::new(p, found.items, list, C::LIST.path);
    respond_ok(of.request, &page)
}

/// GET one.
pub(crate) async fn show<C: DisputeCaller>(caller: C, id: Path<Uuid>) -> Answer {
    index(&caller, *id, Form::default()).await
}

async fn index<C: DisputeCaller>(caller: &C, id: Uuid, form: Form) -> Answer {
    let of = caller.caller();
    let payments = &of.state.payments;
    let details = payments.dispute(of.actor, DisputeId(id)).await?;
    let status = form.status();
    let page = caller.page(details, form).await?;
    respond(of.request, status, &page)
}

/// POST a piece of evidence.
pub(crate) async fn write<C: DisputeCaller>(
    caller: C,
    id: Path<Uuid>,
    upload: Result<MultipartForm<Upload>, actix_web::Error>,
) -> Answer {
    let of = caller.caller();
    let (form, evidence) = given(of.request, of.lang, upload)?;
    let Some(evidence) = evidence else {
        return index(&caller, *id, form).await;
    };
    let payments = &of.state.payments;
    act(
        of.state,
        of.lang,
        form,
        payments.put_evidence(of.actor, DisputeId(*id), evidence, None),
        |_| (address::<C>(*id), Flash::good("evidence-written")),
        async |mut form| {
            form.rename("file_name", "file");
            index(&caller, *id, form).await
        },
    )
    .await
}

/// GET the file of a piece of evidence: ?store=
pub(crate) async fn file<C: DisputeCaller>(
    caller: C,
    path: Path<(Uuid, String)>,
    wanted: Query<Wanted>,
) -> Answer {
    let (id, kind) = path.into_inner();
    let kind = EvidenceKind::parse(&kind).ok_or(PaymentError::NotFound)?;
    let of = caller.caller();
    let named = wanted.optional("store").and_then(|id| id.parse().ok());
    let store = C::evidence_of(named.map(StoreId));
    let payments = &of.state.payments;
    let content = payments.evidence_file(of.actor, DisputeId(id), store, kind);
    Ok(file_of(content.await?))
}

/// POST that a piece of evidence is taken away.
pub(crate) async fn remove<C: DisputeCaller>(
    caller: C,
    path: Path<(Uuid, String)>,
    _form: CsrfForm<Fields>,
) -> Answer {
    let (id, kind) = path.into_inner();
    let kind = EvidenceKind::parse(&kind).ok_or(PaymentError::NotFound)?;
    let evidence = NewEvidence {
        kind,
        remove: true,
        text: None,
        file: None,
    };
    let of = caller.caller();
    let payments = &of.state.payments;
    press(
        of.state,
        &address::<C>(id),
        payments.put_evidence(of.actor, DisputeId(id), evidence, None),
        |_| Flash::good("evidence-removed"),
        refused,
    )
    .await
}

/// POST that the evidence is sent.
pub(crate) async fn send<C: DisputeCaller>(
    caller: C,
    id: Path<Uuid>,
    form: CsrfForm<Fields>,
) -> Answer {
    let of = caller.caller();
    if !form.0.is_sure() {
        return Ok(not_sure(of.state, &address::<C>(*id)));
    }
    let payments = &of.state.payments;
    press(
        of.state,
        &address::<C>(*id),
        payments.send_evidence(of.actor, DisputeId(*id), None),
        |details| sent(&details),
        refused,
    )
    .await
}

pub(crate) fn refused(error: &PaymentError) -> Option<Flash> {
    match error {
        PaymentError::EvidenceRefused(_) => Some(Flash::bad("evidence-refused-flash")),
        PaymentError::DisputeMove(_) => Some(Flash::bad("dispute-moved-flash")),
        _ => None,
    }
}
