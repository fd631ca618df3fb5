use feira_kernel::{FieldError, Money, Ref, StoreId, Time, UserId, Versions, id};
use feira_store::PayoutDestination;
use serde::{Deserialize, Serialize};

use super::{Instalments, LegStatus, MOST_INSTALMENTS, PaymentFailure, PaymentLeg, SavedMethodId};
use crate::field_codes::{CARD_TOKEN, INSTALMENTS};

id! {
    PaymentId,
    RefundId,
    PayoutId,
    ReserveId,
}

/// Marks references to what is paid for; payment knows no more of it.
pub enum Payable {}
/// Marks references to a store's part of it.
pub enum PayablePart {}

pub type Reference = Ref<Payable>;
pub type PartReference = Ref<PayablePart>;

fn at_once() -> u8 {
    1
}

fn is_at_once(count: &u8) -> bool {
    *count == 1
}

/// How the buyer pays. Never a card number: a token that the provider gave for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum Method {
    Pix {},
    Card {
        /// Of the provider's vault; the sandbox knows `tok_approved`, `tok_declined`,
        /// `tok_timeout_after_charge`, `tok_delayed`.
        token: String,
        /// In how many it is paid; 1: at once.
        #[serde(default = "at_once", skip_serializing_if = "is_at_once")]
        instalments: u8,
    },
    /// A card that its provider keeps for the payer.
    SavedCard {
        saved: SavedMethodId,
        #[serde(default = "at_once", skip_serializing_if = "is_at_once")]
        instalments: u8,
    },
    /// To the account of the marketplace, or of each store, as the payer is told.
    BankTransfer {},
    /// The payer approves it at PayPal.
    Paypal {},
    /// As is agreed upon in a chat with the marketplace, or with each store.
    Whatsapp {},
    /// To each store itself, when its part is handed over.
    CashOnDelivery {},
}

feira_kernel::text_enum! {
    /// A way to pay, without what the payer gives for it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum MethodKind {
        Pix = "pix",
        Card = "card",
        BankTransfer = "bank_transfer",
        Paypal = "paypal",
        Whatsapp = "whatsapp",
        CashOnDelivery = "cash_on_delivery",
    }
}

impl MethodKind {
    /// Whether the payer agrees to it at once, and pays when she has the goods: an authorized payment of it is
    /// all that there is to know before that.
    pub fn is_on_delivery(self) -> bool {
        self == Self::CashOnDelivery
    }

    /// Whether it can pay the stores themselves before anything is sold: a person sees that the money came.
    pub fn can_pay_stores(self) -> bool {
        matches!(self, Self::Pix | Self::BankTransfer | Self::Whatsapp)
    }
}

impl Method {
    pub fn kind(&self) -> MethodKind {
        match self {
            Self::Pix {} => MethodKind::Pix,
            Self::Card { .. } | Self::SavedCard { .. } => MethodKind::Card,
            Self::BankTransfer {} => MethodKind::BankTransfer,
            Self::Paypal {} => MethodKind::Paypal,
            Self::Whatsapp {} => MethodKind::Whatsapp,
            Self::CashOnDelivery {} => MethodKind::CashOnDelivery,
        }
    }

    /// 1 of what is no card.
    pub fn instalments(&self) -> u8 {
        match self {
            Self::Card { instalments, .. } | Self::SavedCard { instalments, .. } => *instalments,
            Self::Pix {}
            | Self::BankTransfer {}
            | Self::Paypal {}
            | Self::Whatsapp {}
            | Self::CashOnDelivery {} => 1,
        }
    }

    /// What can be refused before anything is asked of a provider.
    pub fn validate(&self, pointer: &str) -> Result<(), FieldError> {
        if !(1..=MOST_INSTALMENTS).contains(&self.instalments()) {
            let detail = format!("a whole number from 1 to {MOST_INSTALMENTS}");
            let pointer = format!("{pointer}/instalments");
            return Err(FieldError::new(pointer, INSTALMENTS, detail));
        }
        match self {
            Self::Pix {}
            | Self::SavedCard { .. }
            | Self::BankTransfer {}
            | Self::Paypal {}
            | Self::Whatsapp {}
            | Self::CashOnDelivery {} => Ok(()),
            Self::Card { token, .. } => {
                if token.is_empty() || token.len() > 255 || has_card_number(token) {
                    let detail = "a token that the provider gave for the card, never its number";
                    return Err(FieldError::new(
                        format!("{pointer}/token"),
                        CARD_TOKEN,
                        detail,
                    ));
                }
                Ok(())
            }
        }
    }
}

/// Twelve digits or more, written together or in groups: a token's are among its letters. One of 32
/// hexadecimal digits, as Mercado Pago's are, may have as many in a row by chance.
fn has_card_number(text: &str) -> bool {
    let hexadecimal = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if hexadecimal && text.bytes().any(|b| b.is_ascii_alphabetic()) {
        return false;
    }
    let joined = text.replace([' ', '-', '.'], "");
    let mut runs = joined.split(|c: char| !c.is_ascii_digit());
    runs.any(|run| run.len() >= 12)
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StartPayment {
    /// One per attempt: the caller's key.
    pub key: uuid::Uuid,
    pub reference: Reference,
    /// What the payer reads: the order's number.
    pub description: String,
    pub payer: Option<UserId>,
    pub method: Method,
    /// The sum of the splits.
    pub amount: Money,
    pub splits: Vec<Split>,
    /// After it the payment cannot be made any more.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: Time,
}

/// A store's part: amount = commission + earning, frozen at sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    pub store: StoreId,
    pub part: PartReference,
    pub amount: Money,
    pub commission: Money,
    pub earning: Money,
}

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum PaymentStatus {
        Pending = "pending",
        Authorized = "authorized",
        /// Captured.
        Completed = "completed",
        Failed = "failed",
        Cancelled = "cancelled",
        Expired = "expired",
        PartiallyRefunded = "partially_refunded",
        Refunded = "refunded",
        Disputed = "disputed",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    pub id: PaymentId,
    pub reference: Reference,
    pub payer: Option<UserId>,
    pub method: MethodKind,
    pub gateway: String,
    pub status: PaymentStatus,
    pub amount: Money,
    pub refunded: Money,
    pub next_action: NextAction,
    /// Of one that is paid to the stores themselves what each gets, in the order of its splits; of others, and
    /// where payments are listed, none.
    #[serde(default)]
    pub legs: Vec<PaymentLeg>,
    /// By which the payee's bank tells of it: the txid of a PIX, of a transfer what its payer reads.
    #[serde(default)]
    pub statement: Option<String>,
    /// Where its payer sees what she pays, if she sends that to the payee: whoever made it says so, to her alone.
    #[serde(default)]
    pub page: Option<String>,
    /// Of one that failed or expired.
    pub failure: Option<PaymentFailure>,
    /// Of a card that is not paid at once.
    #[serde(default)]
    pub instalments: Option<Instalments>,
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: Time,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: Time,
}

impl Payment {
    /// The amount less what its stores, which are paid themselves, will never be paid.
    pub fn collected(&self) -> Money {
        let unpaid = self.legs.iter();
        let unpaid = unpaid.filter(|leg| leg.status == LegStatus::Unpaid);
        let given_up = Money::sum(self.amount.currency(), unpaid.map(|leg| leg.amount));
        let collected = given_up.and_then(|given_up| self.amount.checked_sub(given_up));
        collected.unwrap_or(self.amount)
    }
}

/// A part that was to be split to its store's account, while nobody knows whether it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedSplit {
    pub store: StoreId,
    pub part: PartReference,
    /// The store's earning, all of which goes there.
    pub amount: Money,
    /// The provider's name of the account.
    pub account: String,
}

/// By what a payment was paid: a card, or a PIX.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidBy {
    pub card: Option<PaidCard>,
    /// By which all banks know a PIX.
    pub end_to_end_id: Option<String>,
}

/// A card, of whose number nothing but the end is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidCard {
    /// In the provider's word, in small letters.
    pub brand: Option<String>,
    pub last4: String,
    /// Such as `2031-07`.
    pub expires: Option<String>,
}

/// What an operator changes of a payment; what is not given stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct PaymentChange {
    /// Of the notes.
    pub expected_version: Option<Versions>,
    /// At most 2,000 characters; `Some(None)` takes them away.
    pub notes: Option<Option<String>>,
}

/// What waits at a provider until somebody has seen to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stuck {
    pub provider: String,
    /// Payments to be looked at and refunds to be made, if it is not configured any more.
    pub unconfigured: u64,
    /// Refunds that it was asked for under keys which it has forgotten: asked again, it could pay
    /// twice.
    pub forgotten: u64,
}

/// A charge that is not what was asked for, or not what it was: somebody must look at it. Each is told once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    pub id: uuid::Uuid,
    pub payment: PaymentId,
    /// In English, with what the provider calls the charge.
    pub message: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: Time,
}

/// What the buyer has to do now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum NextAction {
    None {},
    PixCode {
        /// EMV QR code payload ("copia e cola").
        br_code: String,
        /// The same as an SVG picture.
        qr_svg: String,
    },
    Redirect {
        url: String,
    },
    /// By one of them, or either.
    CardConfirmation {
        /// Where the payer is sent.
        url: Option<String>,
        /// With which her program confirms it at the provider, by that one's own library.
        client_secret: Option<String>,
    },
    Instructions {
        text: String,
    },
    /// Whoever shows it makes the link, with the order's number, its total and where it is.
    Whatsapp {
        /// With the country's code, digits alone.
        number: String,
    },
    /// To transfer money to an account of a store.
    BankAccount {
        to: PayoutDestination,
    },
    /// Each leg says what is to be done for it.
    PayStores {},
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReleaseEarning {
    /// The id of the event that made it payable.
    pub key: uuid::Uuid,
    pub reference: Reference,
    pub part: PartReference,
    /// That the part was paid with. Without one it is that which was captured first, of those that were not given
    /// back as a sale that came to nothing.
    #[serde(default)]
    pub payment: Option<PaymentId>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProviderWebhook {
    pub provider: String,
    /// What follows the provider's name in the path; it may hold a secret.
    pub path: String,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    #[serde(with = "feira_kernel::base64_bytes")]
    pub body: Vec<u8>,
}
