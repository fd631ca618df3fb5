use feira_kernel::{Money, StoreId, Time, id};
use serde::{Deserialize, Serialize};

use super::{MethodKind, PartReference, PaymentId, Reference};

id! {
    DisputeId,
}

feira_kernel::text_enum! {
    /// How money is asked back without us.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum DisputeKind {
        /// A card's bank takes it back.
        Chargeback = "chargeback",
        /// The special return of a PIX: the payer's bank says that it was a fraud or an error.
        Med = "med",
    }
}

impl DisputeKind {
    /// By which money can be asked back that was paid so, the likeliest first. What was transferred, or agreed upon
    /// in a chat, may have been paid in several ways; what stores were paid themselves is not here to be kept back.
    pub fn of(method: MethodKind) -> &'static [Self] {
        match method {
            MethodKind::Pix => &[Self::Med],
            MethodKind::Card | MethodKind::Paypal => &[Self::Chargeback],
            MethodKind::BankTransfer | MethodKind::Whatsapp => &[Self::Med, Self::Chargeback],
            MethodKind::CashOnDelivery => &[],
        }
    }
}

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum DisputeState {
        /// Its money is kept back, and evidence may be sent.
        Opened = "opened",
        /// The other bank decides.
        EvidenceSent = "evidence_sent",
        /// The money that was kept back is there again.
        Won = "won",
        /// It is the payer's; it may yet be won on appeal.
        Lost = "lost",
    }
}

feira_kernel::text_enum! {
    /// What a piece of evidence shows.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum EvidenceKind {
        /// What happened, in words only.
        Explanation = "explanation",
        Product = "product",
        /// That it was sent, or arrived.
        Delivery = "delivery",
        /// What buyer and store wrote to each other.
        Communication = "communication",
        Receipt = "receipt",
        Signature = "signature",
        /// What the buyer had agreed to.
        Policy = "policy",
        Other = "other",
    }
}

/// One dispute of a payment. To a store, amounts are those of its own parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    pub id: DisputeId,
    pub payment: PaymentId,
    pub reference: Reference,
    /// What the payer read of the payment: the order's number.
    pub description: String,
    pub kind: DisputeKind,
    pub state: DisputeState,
    pub amount: Money,
    /// As much of it as was there to be kept back: less than the amount if some had gone back before.
    pub held: Money,
    /// Of one that was lost, what the provider took although it had gone back before: the marketplace's loss, and
    /// zero to a store.
    pub written_off: Money,
    /// As the provider or the bank words it.
    pub reason: String,
    pub gateway: String,
    /// By which the provider knows it, or the bank.
    pub provider_id: String,
    /// Whether a person opened it, and its provider has told nothing of it yet.
    pub by_hand: bool,
    #[serde(with = "time::serde::rfc3339::option")]
    pub evidence_due_at: Option<Time>,
    /// What the provider took for it; told to operators.
    pub fee: Option<Money>,
    #[serde(with = "time::serde::rfc3339")]
    pub opened_at: Time,
    #[serde(with = "time::serde::rfc3339::option")]
    pub evidence_sent_at: Option<Time>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub closed_at: Option<Time>,
}

/// What a dispute keeps, or kept, of a store's part: amount = commission + earning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputePart {
    pub store: StoreId,
    pub part: PartReference,
    pub amount: Money,
    pub commission: Money,
    pub earning: Money,
}

/// A store sees its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Who wrote it; the marketplace itself, where it is none.
    pub store: Option<StoreId>,
    pub kind: EvidenceKind,
    pub text: Option<String>,
    pub file: Option<EvidenceFile>,
    #[serde(with = "time::serde::rfc3339")]
    pub changed_at: Time,
}

/// A file of it, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceFile {
    pub name: String,
    pub media_type: String,
    pub bytes: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeDetails {
    pub dispute: Dispute,
    /// The acting store's, or all.
    pub parts: Vec<DisputePart>,
    /// By kind: the acting store's own, or all.
    pub evidence: Vec<Evidence>,
    /// Oldest first, at most 100; told to operators.
    pub history: Vec<super::Exchange>,
    /// What the acting person may do now.
    pub allowed: Vec<DisputeAction>,
    /// Whether a person hands the evidence over, for no provider takes it from here.
    #[serde(default)]
    pub evidence_by_hand: bool,
}

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum DisputeAction {
        WriteEvidence = "write_evidence",
        SendEvidence = "send_evidence",
        /// Of one of which no provider tells, or not any more, or what cannot be: to say whether it was won or lost.
        Close = "close",
        /// Of such a one that was lost: to say that it was won on appeal.
        Appeal = "appeal",
    }
}

/// Filters; absent ones match all.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct DisputeFilter {
    pub state: Option<DisputeState>,
}

/// One that a person tells of: the bank took the money back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewDispute {
    pub payment: PaymentId,
    pub kind: DisputeKind,
    pub amount: Money,
    pub reason: String,
    /// Under which the bank told of it: one is opened once.
    pub bank_reference: String,
    #[serde(with = "time::serde::rfc3339::option")]
    pub evidence_due_at: Option<Time>,
}

/// What is given takes the place of what there was of the kind; what is not given stays.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewEvidence {
    pub kind: EvidenceKind,
    /// All of the kind is taken away, and the rest is not read.
    #[serde(default)]
    pub remove: bool,
    pub text: Option<String>,
    pub file: Option<EvidenceUpload>,
}

/// A PDF, JPEG or PNG file of up to 5 MiB.
#[derive(Clone, Serialize, Deserialize)]
pub struct EvidenceUpload {
    pub name: String,
    #[serde(with = "feira_kernel::base64_bytes")]
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for EvidenceUpload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EvidenceUpload")
            .field("name", &self.name)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// A file of evidence as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceContent {
    pub name: String,
    pub media_type: String,
    #[serde(with = "feira_kernel::base64_bytes")]
    pub bytes: Vec<u8>,
}
