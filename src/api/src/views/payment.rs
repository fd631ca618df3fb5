use feira_kernel::Money;
use feira_payment::{
    AskedSplit, NextAction, PaidCard, PartRefund, Payment, PaymentDetails, PaymentLeg, Refund,
    whatsapp,
};
use feira_store::PayoutDestination;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    InstalmentsView, MoneyView, Timestamp,
    words::{LegStatus, PaymentFailure, PaymentMethod, PaymentStatus, RefundStatus},
};

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PaymentView {
    id: Uuid,
    /// Of the order.
    order_id: Uuid,
    method: PaymentMethod,
    status: PaymentStatus,
    amount: MoneyView,
    refunded: MoneyView,
    next_action: NextActionView,
    /// Of a card that is not paid at once.
    instalments: Option<InstalmentsView>,
    /// What is paid to the stores themselves, to each its part; none of what the marketplace takes.
    legs: Vec<LegView>,
    /// Of one that failed or expired.
    failure: Option<PaymentFailure>,
    expires_at: Timestamp,
}

impl From<Payment> for PaymentView {
    fn from(p: Payment) -> Self {
        Self {
            id: p.id.0,
            order_id: p.reference.0,
            method: p.method.into(),
            status: p.status.into(),
            amount: p.amount.into(),
            refunded: p.refunded.into(),
            next_action: NextActionView::of(
                p.next_action,
                (p.statement.as_deref(), p.amount),
                p.page.as_deref(),
            ),
            instalments: p.instalments.map(InstalmentsView::from),
            legs: p.legs.into_iter().map(LegView::from).collect(),
            failure: p.failure.map(PaymentFailure::from),
            expires_at: p.expires_at.into(),
        }
    }
}

/// What a buyer pays to one store itself.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LegView {
    store_id: Uuid,
    store_order_id: Uuid,
    amount: MoneyView,
    status: LegStatus,
    /// What the buyer does for it while it is open, each with its own code, account or chat; nothing of what is paid on
    /// delivery.
    next_action: NextActionView,
    /// By which the store's bank tells of it: the txid of a PIX, else the order's number, to be written with it.
    statement: Option<String>,
    paid_at: Option<Timestamp>,
}

impl From<PaymentLeg> for LegView {
    fn from(leg: PaymentLeg) -> Self {
        Self {
            store_id: leg.store.0,
            store_order_id: leg.part.0,
            amount: leg.amount.into(),
            status: leg.status.into(),
            next_action: NextActionView::of(
                leg.next_action,
                (leg.statement.as_deref(), leg.amount),
                leg.page.as_deref(),
            ),
            statement: leg.statement,
            paid_at: leg.paid_at.map(Timestamp::from),
        }
    }
}

/// What a store has yet to give back of what it was paid itself.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PartRefundView {
    store_order_id: Uuid,
    /// Mark it as sent by its id.
    refund: RefundView,
}

impl From<PartRefund> for PartRefundView {
    fn from(one: PartRefund) -> Self {
        Self {
            store_order_id: one.part.0,
            refund: one.refund.into(),
        }
    }
}

/// A payment as operators see to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PaymentDetailsView {
    payment: PaymentView,
    /// Who takes the money, by the name in the settings.
    provider: String,
    /// Whether an operator says that it was paid, and that its refunds were sent, or will not be.
    by_hand: bool,
    /// Whether an operator says that the money of a refund came back: its provider does not tell.
    returns_by_hand: bool,
    /// By which the bank tells of it: the txid of a PIX, of a transfer the order's number.
    statement: Option<String>,
    /// Oldest first.
    refunds: Vec<RefundView>,
    /// Parts of which the provider does not say whether it paid them to the accounts of their stores.
    asked_splits: Vec<AskedSplitView>,
    /// By which it was paid, as far as its provider tells.
    card: Option<PaidCardView>,
    /// Of the PIX that came, by which all banks know it. The search of orders finds it.
    end_to_end_id: Option<String>,
    /// What operators noted down, for themselves alone.
    notes: Option<String>,
}

/// A part that was to be split to its store's account at the provider.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskedSplitView {
    store_id: Uuid,
    store_order_id: Uuid,
    amount: MoneyView,
    /// The provider's name of the account.
    account: String,
}

impl From<AskedSplit> for AskedSplitView {
    fn from(one: AskedSplit) -> Self {
        Self {
            store_id: one.store.0,
            store_order_id: one.part.0,
            amount: one.amount.into(),
            account: one.account,
        }
    }
}

/// A card, of whose number nothing but the end is known.
#[derive(Debug, Serialize, ToSchema)]
struct PaidCardView {
    /// In the provider's word.
    brand: Option<String>,
    last4: String,
    /// Such as `2031-07`.
    expires: Option<String>,
}

impl From<PaidCard> for PaidCardView {
    fn from(card: PaidCard) -> Self {
        Self {
            brand: card.brand,
            last4: card.last4,
            expires: card.expires,
        }
    }
}

impl From<PaymentDetails> for PaymentDetailsView {
    fn from(d: PaymentDetails) -> Self {
        Self {
            provider: d.payment.gateway.clone(),
            statement: d.payment.statement.clone(),
            payment: d.payment.into(),
            by_hand: d.by_hand,
            returns_by_hand: d.returns_by_hand,
            refunds: d.refunds.into_iter().map(RefundView::from).collect(),
            asked_splits: d
                .asked_splits
                .into_iter()
                .map(AskedSplitView::from)
                .collect(),
            card: d.paid_by.card.map(PaidCardView::from),
            end_to_end_id: d.paid_by.end_to_end_id,
            notes: d.notes,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefundView {
    id: Uuid,
    payment_id: Uuid,
    amount: MoneyView,
    status: RefundStatus,
    /// It is pending, and its provider says that as much was given back there already, or has forgotten it before it
    /// said what became of it: somebody says whether this refund was made there.
    given_back_there: bool,
    /// It has failed: it was completed, and its money came back.
    came_back: bool,
    /// It has failed: whoever was to send it said that nobody will.
    withdrawn: bool,
    /// Of one that was completed: under which its provider, or the bank that sent it, knows it.
    reference: Option<String>,
}

impl From<Refund> for RefundView {
    fn from(r: Refund) -> Self {
        Self {
            id: r.id.0,
            payment_id: r.payment.0,
            amount: r.amount.into(),
            status: r.status.into(),
            given_back_there: r.given_back_there,
            came_back: r.came_back,
            withdrawn: r.withdrawn,
            reference: r.reference,
        }
    }
}

/// What the buyer does now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
enum NextActionView {
    None {},
    PixCode {
        /// To be copied into the bank's application.
        br_code: String,
        /// The same as an SVG picture.
        qr_svg: String,
    },
    Redirect {
        url: String,
    },
    CardConfirmation {
        /// Where the payer is sent, unless only a program can confirm it.
        #[serde(skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        /// With which your program confirms it at the provider, by that one's own library.
        #[serde(skip_serializing_if = "Option::is_none")]
        client_secret: Option<String>,
    },
    Instructions {
        text: String,
    },
    Whatsapp {
        /// Opens a chat, in which the order's number, its total and, for its buyer, the link of its page stand to
        /// be sent; to one of several stores, that of its part.
        url: String,
    },
    /// Transfer the leg's amount to the store's account, with its `statement`.
    BankAccount {
        account: BankAccountView,
    },
    /// The stores are paid themselves: `legs` says how, each for itself.
    PayStores {},
}

/// An account of a store.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BankAccountView {
    holder: String,
    /// CPF or CNPJ, of an account in Brazil.
    holder_tax_id: Option<String>,
    /// The bank's three-digit code, of an account in Brazil, with branch and number.
    bank: Option<String>,
    branch: Option<String>,
    account: Option<String>,
    iban: Option<String>,
    bic: Option<String>,
}

impl BankAccountView {
    /// Nothing of what is no bank account.
    fn of(to: PayoutDestination) -> Option<Self> {
        match to {
            PayoutDestination::BankAccount {
                bank,
                branch,
                account,
                holder,
                holder_tax_id,
            } => Some(Self {
                holder,
                holder_tax_id: Some(holder_tax_id),
                bank: Some(bank),
                branch: Some(branch),
                account: Some(account),
                iban: None,
                bic: None,
            }),
            PayoutDestination::Iban { iban, bic, holder } => Some(Self {
                holder,
                holder_tax_id: None,
                bank: None,
                branch: None,
                account: None,
                iban: Some(iban),
                bic,
            }),
            PayoutDestination::Pix { .. } | PayoutDestination::Provider { .. } => None,
        }
    }
}

impl NextActionView {
    /// Of a payment that its payee knows by this statement, and sees on this page.
    fn of(
        action: NextAction,
        (statement, amount): (Option<&str>, Money),
        page: Option<&str>,
    ) -> Self {
        match action {
            NextAction::Whatsapp { number } => {
                let named = format!("{}:", statement.unwrap_or_default());
                let url = whatsapp::asking(&number, &named, &amount.to_string(), page);
                Self::Whatsapp { url }
            }
            NextAction::None {} => Self::None {},
            NextAction::PixCode { br_code, qr_svg } => Self::PixCode { br_code, qr_svg },
            NextAction::Redirect { url } => Self::Redirect { url },
            NextAction::CardConfirmation { url, client_secret } => {
                Self::CardConfirmation { url, client_secret }
            }
            NextAction::Instructions { text } => Self::Instructions { text },
            NextAction::BankAccount { to } => match BankAccountView::of(to) {
                Some(account) => Self::BankAccount { account },
                None => Self::None {},
            },
            NextAction::PayStores {} => Self::PayStores {},
        }
    }
}
