//! The public face of `notification`: messages to people, made from events.

use async_trait::async_trait;
use feira_kernel::{
    Actor, FieldError, Money, Page, PageRequest, StoreId, Time, UserId, id, module_error, remote,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

id! {
    /// One message to one recipient.
    MessageId,
}

/// Operators who see the mailbox.
pub const SEE_MESSAGES: &str = "messages.see";

remote! {
    /// Messages. Listens to all modules; nobody but the pages calls it.
    pub trait Notifications, client HttpNotifications, dispatch dispatch_notifications, service crate::service::Service {
        /// Messages, newest first. [`SEE_MESSAGES`].
        async fn messages(&self, actor: &Actor, filter: MessageFilter, page: PageRequest) -> Result<Page<MessageSummary>, NotificationError>;
        /// One message with its text and HTML; without them if it lets its recipient into an account,
        /// and without what opens an order. [`SEE_MESSAGES`].
        async fn message(&self, actor: &Actor, id: MessageId) -> Result<Message, NotificationError>;
        /// Whether messages are sent; without a mail server they are written to a directory.
        /// [`SEE_MESSAGES`], or the gateway.
        async fn sends(&self, actor: &Actor) -> Result<bool, NotificationError>;
        /// Sends a message again that failed, or was only written, under the same Message-ID.
        /// [`SEE_MESSAGES`].
        async fn resend(&self, actor: &Actor, id: MessageId) -> Result<Message, NotificationError>;
    }
}

/// What a message about an order needs; asked of the composition root when its event is heard, and
/// again when it is written, because this module calls nobody but `user` and `store`.
#[async_trait]
pub trait OrderSource: Send + Sync + 'static {
    async fn order(&self, id: Uuid) -> Result<OrderFacts, NotificationError>;
}

/// The same of a variant.
#[async_trait]
pub trait VariantSource: Send + Sync + 'static {
    async fn variant(&self, id: Uuid) -> Result<VariantFacts, NotificationError>;
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantFacts {
    /// The product's.
    pub title: String,
    /// `Size: Large`.
    pub options: Vec<String>,
    pub sku: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderFacts {
    pub id: Uuid,
    pub number: String,
    pub user: Option<UserId>,
    pub email: String,
    pub locale: String,
    /// Opens the order without signing in, for its buyer.
    pub order_token: Option<String>,
    /// What she has to do to pay; `None` if nothing.
    pub pay: Option<PayFacts>,
    /// Until when.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: Time,
    pub shipping: Money,
    pub total: Money,
    /// How the buyer pays by card, if not at once.
    #[serde(default)]
    pub instalments: Option<InstalmentFacts>,
    pub parts: Vec<PartFacts>,
    /// Recipient and place, one line each.
    pub address: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalmentFacts {
    pub count: u8,
    /// Of each but the first, once it is known.
    pub amount: Option<Money>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PayFacts {
    /// The code of a PIX, to be copied as it is.
    Pix { code: String },
    /// What the page of the order shows.
    OnPage {},
    /// The stores are paid themselves: each part says how.
    ToStores {},
}

/// How a store is paid itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegFacts {
    /// Of a PIX, to be copied as it is.
    pub code: Option<String>,
    /// Of a transfer whom it pays, one line each.
    pub account: Vec<String>,
    /// By which the store's bank tells of it.
    pub statement: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFacts {
    pub store_order: Uuid,
    pub number: String,
    pub store: StoreId,
    pub store_name: String,
    /// Whether it ever was, or was to be on delivery, so that its store was told to send it.
    pub paid: bool,
    /// Whether its buyer pays the store itself, when it is handed over.
    #[serde(default)]
    pub on_delivery: bool,
    /// What its buyer is to pay the store itself before it is sent, while that waits.
    #[serde(default)]
    pub leg: Option<LegFacts>,
    /// Whether its buyer was to pay the store itself before it is sent, so that its people look for the money, or have it.
    #[serde(default)]
    pub to_store: bool,
    pub lines: Vec<LineFacts>,
    pub shipping_method: String,
    pub shipping: Money,
    pub total: Money,
    /// Carrier and tracking number of what was sent.
    pub shipments: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineFacts {
    pub title: String,
    /// `Size: Large`.
    pub options: Vec<String>,
    pub quantity: u32,
    pub total: Money,
}

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum MessageStatus {
        Pending = "pending",
        Sent = "sent",
        /// It lies in the directory that there is without a mail server: nobody got it. An operator may
        /// send it once there is one.
        Written = "written",
        /// Gave up; an operator may send it again.
        Failed = "failed",
    }
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct MessageFilter {
    pub status: Option<MessageStatus>,
    /// Exact address.
    pub recipient: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageSummary {
    pub id: MessageId,
    /// The template, one of [`kinds`](crate::kinds): `verify_email`, `order_confirmed`, ...
    pub kind: String,
    pub recipient: String,
    pub subject: String,
    pub status: MessageStatus,
    pub attempts: u32,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: Time,
    #[serde(with = "time::serde::rfc3339::option")]
    pub sent_at: Option<Time>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub summary: MessageSummary,
    pub message_id: String,
    pub text: String,
    pub html: String,
    pub last_error: Option<String>,
}

#[derive(Debug, Clone, thiserror::Error, Serialize, Deserialize)]
pub enum NotificationError {
    #[error("some fields are not acceptable")]
    Invalid(Vec<FieldError>),
    #[error("the message was sent already")]
    AlreadySent,
    #[error("you may not do this")]
    Forbidden,
    #[error("there is no such message")]
    NotFound,
    #[error("messages are not available now; try again")]
    Unavailable(String),
    #[error("an error on our side")]
    Internal(String),
}

module_error!(NotificationError,
    kind: |e| {
        use feira_kernel::ErrorKind as K;
        match e {
            Self::Invalid(_) => K::Invalid,
            Self::AlreadySent => K::Conflict,
            Self::Forbidden => K::Forbidden,
            Self::NotFound => K::NotFound,
            Self::Unavailable(_) => K::Unavailable,
            Self::Internal(_) => K::Internal,
        }
    },
    codes: {
        Self::Invalid(_) => "notification.invalid",
        Self::AlreadySent => "notification.already_sent",
        Self::Forbidden => "notification.forbidden",
        Self::NotFound => "notification.not_found",
        Self::Unavailable(_) => "notification.unavailable",
        Self::Internal(_) => "notification.internal",
    },
);
