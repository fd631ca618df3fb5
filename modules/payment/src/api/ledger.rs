use feira_kernel::{Currency, Money, StoreId, Time, Total};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Instalments, PartReference, PayoutId};

feira_kernel::text_enum! {
    /// Where money stands. Entries are signed: what we hold or are owed is positive, what we owe is
    /// negative; every transaction sums to zero per currency.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Account {
        /// Money at the provider, ours to pay out.
        ProviderClearing = "provider_clearing",
        /// Money that a provider keeps back while a payment is disputed.
        ProviderDisputed = "provider_disputed",
        /// Earned by a store, within the return window.
        SellerPending = "seller_pending",
        /// Earned by a store, to be paid out.
        SellerPayable = "seller_payable",
        /// Earned by a store, and kept back while the payment is disputed.
        SellerDisputed = "seller_disputed",
        /// Earned by a store, and held for refunds that run: what they will take of it.
        SellerRefunding = "seller_refunding",
        /// Earned by a store, and kept back against what may come.
        SellerReserve = "seller_reserve",
        /// What a store owes to the marketplace: the commission of what buyers paid to the store itself.
        SellerReceivable = "seller_receivable",
        /// Claimed by a payout that is on its way.
        PayoutInTransit = "payout_in_transit",
        PlatformCommission = "platform_commission",
        /// What providers took for their service, and the marketplace bears.
        ProviderFees = "provider_fees",
        /// What the marketplace gives: discounts and refunds that it bears.
        PlatformPromotions = "platform_promotions",
        /// What stores owed and will not pay, and what providers took for lost disputes of money that had gone
        /// back already.
        WriteOffs = "write_offs",
        /// Tax that the marketplace has collected and owes.
        Tax = "tax",
    }
}

feira_kernel::text_enum! {
    /// Why money moved.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum LedgerKind {
        Capture = "capture",
        Release = "release",
        /// The provider paid a part to the store's own account there.
        SplitPaid = "split_paid",
        /// Of a part that went back whole, what its store has left of it, or owes for it, is for the next payout.
        RestReleased = "rest_released",
        Refund = "refund",
        /// A refund is asked for: what it will take of stores is held.
        RefundHeld = "refund_held",
        /// It will not be made: what was held is there again.
        RefundFreed = "refund_freed",
        /// A refund that was completed came back from the payer's bank.
        RefundReturned = "refund_returned",
        Payout = "payout",
        PayoutPaid = "payout_paid",
        /// The bank sent a payout back: what it claimed is open again.
        PayoutReturned = "payout_returned",
        /// A part of a payout by transfer was taken back from the store's account at the provider.
        PayoutReversed = "payout_reversed",
        /// A provider took something for its service.
        Fee = "fee",
        /// A payment is disputed: its money is kept back.
        DisputeOpened = "dispute_opened",
        /// The money that was kept back is there again.
        DisputeWon = "dispute_won",
        /// The money that was kept back is the payer's.
        DisputeLost = "dispute_lost",
        /// What a store owes is taken off what it is owed.
        Netting = "netting",
        /// A store paid what it owed.
        SettledByStore = "settled_by_store",
        /// What a store owed is given up.
        WriteOff = "write_off",
        /// What a store owes is billed to it: no payout nets it any more.
        Invoiced = "invoiced",
        /// Kept back against what may come.
        ReserveHeld = "reserve_held",
        ReserveReleased = "reserve_released",
    }
}

impl Account {
    /// What a sum of its entries is.
    pub fn nature(self) -> AccountNature {
        match self {
            Self::ProviderClearing | Self::ProviderDisputed | Self::SellerReceivable => {
                AccountNature::Held
            }
            Self::SellerPending
            | Self::SellerPayable
            | Self::SellerDisputed
            | Self::SellerRefunding
            | Self::SellerReserve
            | Self::PayoutInTransit
            | Self::Tax => AccountNature::Owed,
            Self::PlatformCommission => AccountNature::Earned,
            Self::ProviderFees | Self::PlatformPromotions | Self::WriteOffs => AccountNature::Spent,
        }
    }

    /// Whether its entries tell a store of its own money.
    pub fn is_seller(self) -> bool {
        matches!(
            self,
            Self::SellerPending
                | Self::SellerPayable
                | Self::SellerDisputed
                | Self::SellerRefunding
                | Self::SellerReserve
                | Self::SellerReceivable
                | Self::PayoutInTransit
        )
    }
}

/// What an account's sum is to the marketplace. What is held, or owed to it, and what was spent is positive
/// in the books; what is owed and what was earned, together as much, is negative there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountNature {
    Held,
    Owed,
    Earned,
    Spent,
}

feira_kernel::text_enum! {
    /// Where a store's earning by one part stands.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum EarningState {
        /// Nobody has paid it.
        Unpaid = "unpaid",
        /// Paid, and not payable to the store before it is released.
        Pending = "pending",
        /// In the next payout.
        Payable = "payable",
        /// Claimed by a payout that is on its way.
        InPayout = "in_payout",
        PaidOut = "paid_out",
        /// The buyer paid it to the store itself.
        PaidToStore = "paid_to_store",
        /// The provider paid it to the store's own account there, when the buyer paid.
        PaidAtProvider = "paid_at_provider",
        /// All of it went back to the payer, or is on its way back: nothing is earned.
        Refunded = "refunded",
    }
}

/// What became of a part's amount, which is the sum of the four: what went back or is on its way back to the
/// payer, but for what the marketplace bears of it; what the marketplace keeps; what the store gets; and fees
/// that it bears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earning {
    pub part: PartReference,
    pub state: EarningState,
    pub refunded: Money,
    pub commission: Money,
    /// What the store gets, after the fees that it bears.
    pub earning: Money,
    /// What providers took for their service, and the store bears.
    pub fees: Money,
    /// In which its payer pays by card, if not at once: the store is paid as if she did.
    #[serde(default)]
    pub instalments: Option<Instalments>,
    /// Of what went back, what lost disputes took.
    pub lost: Money,
    /// Since when it is payable.
    #[serde(with = "time::serde::rfc3339::option")]
    pub released_at: Option<Time>,
    /// When the payout that claims it was paid.
    #[serde(with = "time::serde::rfc3339::option")]
    pub paid_at: Option<Time>,
}

/// A store's standing in one currency; all amounts as the store sees them (owed to it: positive).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    pub store: StoreId,
    pub currency: Currency,
    pub pending: Total,
    /// Negative where more was given back than has been earned since.
    pub payable: Total,
    /// Kept back: in dispute, for refunds that run, or against what may come.
    pub held: Total,
    pub in_payout: Total,
    pub paid: Total,
    /// Kept back while payments are disputed.
    pub disputed: Total,
    /// Held for refunds that are asked for, and not made yet.
    pub refunding: Total,
    /// Kept back against what may come: see [`Reserve`](super::Reserve).
    pub reserved: Total,
    /// What the store owes for certain, as [`Debt`](super::Debt) says it: a payable amount below zero, but for what
    /// disputes and refunds that run hold, and what is asked back of transfers; and commissions of what it was paid
    /// itself, and what it was billed.
    pub owed: Total,
    /// Of that, what open invoices ask for: no payout nets it.
    pub billed: Total,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    pub id: Uuid,
    pub transaction: Uuid,
    pub account: Account,
    pub kind: LedgerKind,
    /// As the store sees it.
    pub amount: Total,
    /// The store's part of what was paid, if there is one.
    pub part: Option<Uuid>,
    #[serde(with = "time::serde::rfc3339")]
    pub at: Time,
}

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum PayoutStatus {
        /// Claimed, waiting for somebody (or a provider) to pay it.
        Pending = "pending",
        Paid = "paid",
        /// Given up before it was paid; what it claimed is open again.
        Failed = "failed",
        /// Sent back by the bank after it was paid; what it claimed is open again.
        Returned = "returned",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payout {
    pub id: PayoutId,
    pub store: StoreId,
    pub store_name: String,
    pub amount: Total,
    pub status: PayoutStatus,
    /// Under which it was paid.
    pub reference: Option<String>,
    /// How many earnings it claims, or claimed until it came back.
    pub items: u32,
    /// The account that it goes to, with most of its number hidden.
    pub account: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: Time,
    #[serde(with = "time::serde::rfc3339::option")]
    pub paid_at: Option<Time>,
    /// When it came back or was given up, and why.
    #[serde(with = "time::serde::rfc3339::option")]
    pub ended_at: Option<Time>,
    pub ended_why: Option<String>,
    /// By which provider it is transferred to the store's account there; nobody else pays it.
    #[serde(default)]
    pub provider: Option<String>,
    /// Since when it is in a file for the bank.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub filed_at: Option<Time>,
}

/// The answer to "do the books balance?".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Books {
    pub balanced: bool,
    /// Sum per account and currency over all entries.
    pub accounts: Vec<AccountTotal>,
    /// One sentence per broken rule; empty when balanced.
    pub violations: Vec<String>,
    pub transactions: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountTotal {
    pub account: Account,
    pub total: Total,
}
