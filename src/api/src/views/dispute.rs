use feira_payment::{Dispute, DisputeDetails, DisputePart, Evidence, EvidenceFile, Exchange};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    MoneyView, Timestamp,
    words::{DisputeAction, DisputeKind, DisputeState, EvidenceKind},
};

/// A dispute; to a store, amounts are those of its own part.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DisputeView {
    id: Uuid,
    payment_id: Uuid,
    order_id: Uuid,
    order_number: String,
    kind: DisputeKind,
    state: DisputeState,
    amount: MoneyView,
    /// As much of it as was there to be kept back.
    held: MoneyView,
    /// Of one that was lost, what the provider took although it had gone back before: no store bears it.
    /// Zero to stores.
    written_off: MoneyView,
    /// As the provider or the bank words it.
    reason: String,
    /// Who takes the payment's money, by the name in the settings.
    provider: String,
    /// By which the provider knows it, or the bank.
    provider_id: String,
    /// Whether an operator opened it, and its provider has told nothing of it yet.
    by_hand: bool,
    evidence_due_at: Option<Timestamp>,
    /// What the provider took for it; told to operators.
    fee: Option<MoneyView>,
    opened_at: Timestamp,
    evidence_sent_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
}

impl From<Dispute> for DisputeView {
    fn from(d: Dispute) -> Self {
        Self {
            id: d.id.0,
            payment_id: d.payment.0,
            order_id: d.reference.0,
            order_number: d.description,
            kind: d.kind.into(),
            state: d.state.into(),
            amount: d.amount.into(),
            held: d.held.into(),
            written_off: d.written_off.into(),
            reason: d.reason,
            provider: d.gateway,
            provider_id: d.provider_id,
            by_hand: d.by_hand,
            evidence_due_at: d.evidence_due_at.map(Timestamp::from),
            fee: d.fee.map(MoneyView::from),
            opened_at: d.opened_at.into(),
            evidence_sent_at: d.evidence_sent_at.map(Timestamp::from),
            closed_at: d.closed_at.map(Timestamp::from),
        }
    }
}

/// What a dispute keeps back, or kept, of a store's part.
#[derive(Debug, Serialize, ToSchema)]
struct DisputePartView {
    store_id: Uuid,
    store_order_id: Uuid,
    amount: MoneyView,
    commission: MoneyView,
    earning: MoneyView,
}

impl From<DisputePart> for DisputePartView {
    fn from(p: DisputePart) -> Self {
        Self {
            store_id: p.store.0,
            store_order_id: p.part.0,
            amount: p.amount.into(),
            commission: p.commission.into(),
            earning: p.earning.into(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct EvidenceView {
    /// Who wrote it; the marketplace itself, where it is none.
    store_id: Option<Uuid>,
    kind: EvidenceKind,
    text: Option<String>,
    file: Option<EvidenceFileView>,
    changed_at: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
struct EvidenceFileView {
    name: String,
    media_type: String,
    bytes: u32,
}

impl From<EvidenceFile> for EvidenceFileView {
    fn from(f: EvidenceFile) -> Self {
        Self {
            name: f.name,
            media_type: f.media_type,
            bytes: f.bytes,
        }
    }
}

impl From<Evidence> for EvidenceView {
    fn from(e: Evidence) -> Self {
        Self {
            store_id: e.store.map(|store| store.0),
            kind: e.kind.into(),
            text: e.text,
            file: e.file.map(EvidenceFileView::from),
            changed_at: e.changed_at.into(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct DisputeEventView {
    what: String,
    at: Timestamp,
}

impl From<Exchange> for DisputeEventView {
    fn from(e: Exchange) -> Self {
        Self {
            what: e.outcome,
            at: e.at.into(),
        }
    }
}

/// A dispute with its evidence.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DisputeDetailsView {
    dispute: DisputeView,
    parts: Vec<DisputePartView>,
    evidence: Vec<EvidenceView>,
    /// What happened, oldest first; told to operators.
    history: Vec<DisputeEventView>,
    /// What the caller may do now.
    allowed: Vec<DisputeAction>,
    /// Whether a person hands the evidence over, for no provider takes it from here.
    evidence_by_hand: bool,
}

impl From<DisputeDetails> for DisputeDetailsView {
    fn from(d: DisputeDetails) -> Self {
        Self {
            dispute: d.dispute.into(),
            parts: d.parts.into_iter().map(DisputePartView::from).collect(),
            evidence: d.evidence.into_iter().map(EvidenceView::from).collect(),
            history: d.history.into_iter().map(DisputeEventView::from).collect(),
            allowed: d.allowed.into_iter().map(DisputeAction::from).collect(),
            evidence_by_hand: d.evidence_by_hand,
        }
    }
}
