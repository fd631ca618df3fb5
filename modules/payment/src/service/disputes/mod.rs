//! Money that is asked back without us: who may, then one room per kind of work.

mod books;
mod by_hand;
mod changing;
mod checking;
mod closing;
mod evidence;
mod fees;
mod finding;
mod history;
mod holding;
mod looks;
mod opening;
mod reading;
mod reopening;
mod rows;
mod sending;
mod telling;
mod told;

use feira_kernel::{Actor, IdempotencyKey, Page, PageRequest, StoreId};

use super::Service;
use crate::{
    Dispute, DisputeDetails, DisputeFilter, DisputeId, EvidenceContent, EvidenceKind, NewDispute,
    NewEvidence, PaymentError, access,
};

impl Service {
    pub(crate) async fn disputes(
        &self,
        actor: &Actor,
        filter: DisputeFilter,
        page: PageRequest,
    ) -> Result<Page<Dispute>, PaymentError> {
        let store = access::disputes(actor)?;
        self.list_disputes(store, filter, page).await
    }

    pub(crate) async fn dispute(
        &self,
        actor: &Actor,
        id: DisputeId,
    ) -> Result<DisputeDetails, PaymentError> {
        let store = access::disputes(actor)?;
        self.dispute_details(actor, store, id).await
    }

    pub(crate) async fn evidence_file(
        &self,
        actor: &Actor,
        id: DisputeId,
        store: Option<StoreId>,
        kind: EvidenceKind,
    ) -> Result<EvidenceContent, PaymentError> {
        let own = access::disputes(actor)?;
        self.dispute_seen(own, id).await?;
        self.file_of(own.or(store), id, kind).await
    }

    pub(crate) async fn put_evidence(
        &self,
        actor: &Actor,
        id: DisputeId,
        evidence: NewEvidence,
        key: Option<IdempotencyKey>,
    ) -> Result<DisputeDetails, PaymentError> {
        let store = access::evidence(actor)?;
        let keyed = IdempotencyKey::of(key, actor);
        self.write_evidence(actor, (store, id), evidence, keyed)
            .await
    }

    pub(crate) async fn send_evidence(
        &self,
        actor: &Actor,
        id: DisputeId,
        key: Option<IdempotencyKey>,
    ) -> Result<DisputeDetails, PaymentError> {
        let store = access::evidence(actor)?;
        self.providers.refresh().await?;
        let keyed = IdempotencyKey::of(key, actor);
        self.pass_evidence_on(actor, store, id, keyed).await
    }

    pub(crate) async fn open_dispute(
        &self,
        actor: &Actor,
        dispute: NewDispute,
        key: Option<IdempotencyKey>,
    ) -> Result<DisputeDetails, PaymentError> {
        access::manage_payments(actor)?;
        self.providers.refresh().await?;
        let keyed = IdempotencyKey::of(key, actor);
        self.say_disputed(actor, dispute, keyed).await
    }

    pub(crate) async fn close_dispute(
        &self,
        actor: &Actor,
        id: DisputeId,
        won: bool,
        key: Option<IdempotencyKey>,
    ) -> Result<DisputeDetails, PaymentError> {
        access::manage_payments(actor)?;
        self.providers.refresh().await?;
        let keyed = IdempotencyKey::of(key, actor);
        self.say_closed(actor, id, won, keyed).await
    }
}
