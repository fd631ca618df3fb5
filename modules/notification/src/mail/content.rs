use std::sync::Arc;

use feira_kernel::{Money, Surface, Time};
use time::Date;
use uuid::Uuid;

use super::{
    Kind, Mail, Recipient,
    orders::{self, OrderPart},
    view::{Frame, Order},
};
use crate::{NotificationError, OrderFacts, VariantFacts, sanitize, translator::Translator};

/// What a message says, as it is known when it is written; of the kind that is told beside it.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// The link that confirms an address.
    VerifyEmail {
        token: String,
    },
    /// The link to set a new password.
    ResetPassword {
        token: String,
    },
    /// The link that confirms another address of an account.
    ChangeEmail {
        token: String,
    },
    /// To the address that an account is to leave.
    EmailChangeAsked,
    /// To a person: she has another password.
    PasswordChanged,
    /// What signs the person in once: a code for the shop, elsewhere a link.
    SignInLink {
        token: String,
        surface: Surface,
    },
    /// To the owner of a store: she may sell.
    ApplicationApproved {
        store: String,
    },
    /// To the owner of a store: she may not sell yet, and why.
    ApplicationRejected {
        store: String,
        reason: String,
    },
    /// To the people of a store: nothing of it can be bought, and why.
    StoreSuspended {
        store: String,
        reason: String,
    },
    /// To them: it can be bought from again.
    StoreReinstated {
        store: String,
    },
    /// To the buyer, once per attempt: it waits for her payment, until then.
    OrderPlaced {
        order: Arc<OrderFacts>,
        until: Time,
    },
    /// To the buyer, once per order: it is paid.
    OrderConfirmed {
        order: Arc<OrderFacts>,
    },
    /// To the buyer: a store sent its part.
    OrderShipped(OrderPart),
    /// To the buyer: it ended before anything was sent.
    OrderCancelled {
        order: Arc<OrderFacts>,
        reason: String,
    },
    /// To the buyer: so much of it went back.
    OrderRefunded {
        order: Arc<OrderFacts>,
        amount: Money,
    },
    /// To a person of a store: her buyer is to pay it itself, until then.
    PaymentExpected {
        of: OrderPart,
        until: Time,
    },
    /// To a person of a store: its part is paid and waits to be sent.
    NewOrder(OrderPart),
    /// To a person of a store: what was to be sent is not any more.
    PartCancelled(OrderPart),
    /// To a person of a store: the marketplace gave so much of its part back.
    PartRefunded {
        of: OrderPart,
        amount: Money,
    },
    /// To a person of a store: a payout was made on this day.
    PayoutPaid {
        store: String,
        day: Date,
    },
    /// To a person of a store: the bank sent a payout back.
    PayoutReturned {
        store: String,
    },
    /// To a person of a store: it was billed what it owes.
    DebtInvoiced {
        store: String,
    },
    /// To the owner of a store: it is paid on another account from now on.
    PayoutAccountChanged {
        store: String,
    },
    PhoneChanged {
        store: String,
    },
    /// To a person of a store, or to an operator: a payer asks money back through her bank.
    PaymentDisputed {
        store: Option<String>,
        dispute: Uuid,
        until: Option<Date>,
    },
    /// To them: that is over.
    DisputeClosed {
        store: Option<String>,
        dispute: Uuid,
        won: bool,
    },
    /// To a person of a store: a sale left little of a variant.
    StockLow {
        store: String,
        product: Uuid,
        variant: VariantFacts,
        available: u32,
    },
}

/// In place of a token, in a link that others than its recipient may read.
const HIDDEN: &str = "-----";

impl Content {
    /// As others than its recipient may read it: without what opens the order.
    pub(crate) fn hidden(mut self) -> Self {
        if let Self::OrderPlaced { order, .. }
        | Self::OrderConfirmed { order }
        | Self::OrderCancelled { order, .. }
        | Self::OrderRefunded { order, .. }
        | Self::OrderShipped(OrderPart { order, .. }) = &mut self
        {
            let order = Arc::make_mut(order);
            order.order_token = order.order_token.take().map(|_| HIDDEN.to_owned());
        }
        self
    }

    /// One clean line.
    pub(crate) fn subject(&self, kind: Kind, translator: Translator<'_>) -> String {
        let text = translator.text(&kind.key("subject"), &self.args(translator));
        sanitize::line(&text)
    }

    pub(crate) fn write(
        &self,
        kind: Kind,
        translator: Translator<'_>,
        to: &Recipient,
    ) -> Result<Mail, NotificationError> {
        let mut frame = Frame::new(
            translator,
            kind,
            to,
            &self.args(translator),
            self.link(translator),
        );
        if matches!(
            kind,
            Kind::VerifyEmail
                | Kind::ResetPassword
                | Kind::ChangeEmail
                | Kind::SignInLink
                | Kind::ApplicationRejected
                | Kind::OrderCancelled
        ) {
            frame.note = Some(translator.text(&kind.key("note"), &[]));
        }
        match self {
            Self::OrderPlaced { order, .. } => {
                frame.order(kind, &orders::to_pay(translator, order))
            }
            Self::OrderConfirmed { order } => frame.order(kind, &orders::whole(translator, order)),
            Self::OrderShipped(of) => frame.order(kind, &orders::sent(translator, of)),
            Self::OrderCancelled { order, .. } => {
                let order = Order {
                    address: Vec::new(),
                    ..orders::whole(translator, order)
                };
                frame.order(kind, &order)
            }
            Self::PaymentExpected { of, .. } => {
                frame.order(kind, &orders::expected(translator, of))
            }
            Self::NewOrder(of) => frame.order(kind, &orders::to_send(translator, of)),
            Self::PartCancelled(of) => {
                let order = Order {
                    address: Vec::new(),
                    ..orders::to_send(translator, of)
                };
                frame.order(kind, &order)
            }
            Self::ApplicationRejected { reason, .. } | Self::StoreSuspended { reason, .. } => {
                frame.notice(kind, &sanitize::lines(reason))
            }
            Self::SignInLink {
                token,
                surface: Surface::Shop,
            } => frame.notice(kind, &[sanitize::line(token)]),
            Self::VerifyEmail { .. }
            | Self::ResetPassword { .. }
            | Self::ChangeEmail { .. }
            | Self::EmailChangeAsked
            | Self::PasswordChanged
            | Self::SignInLink { .. }
            | Self::ApplicationApproved { .. }
            | Self::StoreReinstated { .. }
            | Self::OrderRefunded { .. }
            | Self::PartRefunded { .. }
            | Self::PayoutPaid { .. }
            | Self::PayoutReturned { .. }
            | Self::DebtInvoiced { .. }
            | Self::PayoutAccountChanged { .. }
            | Self::PhoneChanged { .. }
            | Self::PaymentDisputed { .. }
            | Self::DisputeClosed { .. }
            | Self::StockLow { .. } => frame.notice(kind, &[]),
        }
    }
}
