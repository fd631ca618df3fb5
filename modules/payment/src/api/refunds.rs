use feira_kernel::Money;
use serde::{Deserialize, Serialize};

use super::{PartReference, PaymentId, RefundId};

feira_kernel::text_enum! {
    /// Who bears what goes back to a payer.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum BorneBy {
        /// The store gives its earning back, and the marketplace its commission unless it keeps that.
        Store = "store",
        /// Goodwill: the store keeps its earning.
        Marketplace = "marketplace",
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewRefund {
    pub key: uuid::Uuid,
    pub payment: PaymentId,
    /// Of each part how much; none means all that is left of the payment when it is asked for: neither given
    /// back, nor on its way back. Repeated under its key, such a one is the refund that was made then.
    pub parts: Vec<RefundPart>,
    /// Without parts: all that is left of this one alone, as of what its store was paid itself.
    #[serde(default)]
    pub rest_of: Option<PartReference>,
    pub reason: String,
    /// None of a sale that came to nothing: each side gives back what it got.
    #[serde(default)]
    pub borne_by: Option<BorneBy>,
}

/// A refund that nobody has asked for yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefundDraft {
    pub payment: PaymentId,
    pub parts: Vec<RefundPart>,
    pub borne_by: Option<BorneBy>,
}

/// What a refund would come to. Where others of the payment run, a cent may yet go to the other side: it
/// is rounded in the order in which they are completed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundPreview {
    /// What the payer gets.
    pub amount: Money,
    /// In the order of the draft.
    pub parts: Vec<PartPreview>,
    /// Who bears what the provider takes for it beside; of several stores each by its part.
    #[serde(default = "nobody_said")]
    pub fee_borne_by: BorneBy,
    /// How much that is, if it is known before: of most providers only once it is done.
    #[serde(default)]
    pub fee: Option<Money>,
}

fn nobody_said() -> BorneBy {
    BorneBy::Marketplace
}

/// What is given back of one part is the sum of `commission`, `earning` and `promotion`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartPreview {
    pub part: PartReference,
    pub amount: Money,
    /// What the marketplace gives back of its commission.
    pub commission: Money,
    /// What the store gives back.
    pub earning: Money,
    /// What the marketplace bears beside.
    pub promotion: Money,
    /// What can still go back afterwards.
    pub left: Money,
    /// What the store then still earns by it: negative where it bore more than it had.
    pub earning_left: Money,
}

/// What waits for an operator who looks at the bank account, oldest first, at most 10 of each kind, and how
/// many there are, of which no more than 1000 are counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingByHand {
    /// Payments to be marked as paid.
    pub payments: Vec<WaitingPayment>,
    pub payments_count: u32,
    /// Payments with refunds to be sent.
    pub refunds: Vec<WaitingPayment>,
    pub refunds_count: u32,
    /// Payments with refunds that stores have to send, which were paid themselves.
    #[serde(default)]
    pub of_stores: Vec<WaitingPayment>,
    #[serde(default)]
    pub of_stores_count: u32,
    /// Payments whose refund came back from the payer's bank, or will be sent by nobody though the sale came to nothing,
    /// and was not made anew.
    pub returned: Vec<WaitingPayment>,
    pub returned_count: u32,
}

/// What a store that is paid itself has to do, oldest first, at most 50 of each kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreTasks {
    /// Whose buyers are to pay it before anything is sold.
    pub to_confirm: Vec<PartTask>,
    /// Whose money it is to send back.
    pub to_send: Vec<PartTask>,
}

/// A part of a payment that something is to be done about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartTask {
    pub part: PartReference,
    /// What the payer reads: the order's number.
    pub description: String,
    pub amount: Money,
}

/// A payment that something is to be done about, and the amount of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingPayment {
    pub payment: PaymentId,
    /// What the payer reads: the order's number.
    pub description: String,
    pub amount: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundPart {
    pub part: PartReference,
    pub amount: Money,
}

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum RefundStatus {
        Pending = "pending",
        Completed = "completed",
        Failed = "failed",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    pub id: RefundId,
    pub payment: PaymentId,
    pub amount: Money,
    pub status: RefundStatus,
    /// Of one that was completed, and whose money came back since: it is `Failed`.
    #[serde(default)]
    pub came_back: bool,
    /// Of a failed one: whoever was to send it said that nobody will.
    #[serde(default)]
    pub withdrawn: bool,
    /// Of a pending one: its provider says that as much was given back there already, or has forgotten it before it
    /// said what became of it; somebody says whether it was given back.
    #[serde(default)]
    pub given_back_there: bool,
    /// Of one that was completed: under which its provider, or the bank that sent it, knows it.
    #[serde(default)]
    pub reference: Option<String>,
}

/// A refund of what a store was paid itself, which it gives back itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRefund {
    pub part: PartReference,
    pub refund: Refund,
}

/// What a person found of a refund that waits for her.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum GivenBackAs {
    /// This refund, which the provider knows by this reference.
    ThisRefund { reference: String },
    /// Another one: nothing goes back by this one, and what it had set aside is there again.
    Another {},
}
