//! Every mail that is sent: what is stored of it (`params`), what it says (`content`), how it looks
//! (`view`). The texts are in `locales/`, the templates in `templates/email/`.

mod args;
mod content;
mod link;
mod orders;
mod params;
mod view;

pub(crate) use content::Content;
use feira_kernel::UserId;
pub(crate) use orders::OrderPart;
pub(crate) use params::MessageParams;

use crate::{locale::Locale, sanitize};

feira_kernel::text_enum! {
    /// Which mail it is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Kind {
        VerifyEmail = "verify_email",
        ResetPassword = "reset_password",
        ChangeEmail = "change_email",
        EmailChangeAsked = "email_change_asked",
        PasswordChanged = "password_changed",
        SignInLink = "sign_in_link",
        ApplicationApproved = "application_approved",
        ApplicationRejected = "application_rejected",
        StoreSuspended = "store_suspended",
        StoreReinstated = "store_reinstated",
        OrderPlaced = "order_placed",
        OrderConfirmed = "order_confirmed",
        OrderShipped = "order_shipped",
        OrderCancelled = "order_cancelled",
        OrderRefunded = "order_refunded",
        PaymentExpected = "payment_expected",
        NewOrder = "new_order",
        PartCancelled = "part_cancelled",
        PartRefunded = "part_refunded",
        PayoutPaid = "payout_paid",
        PayoutReturned = "payout_returned",
        DebtInvoiced = "debt_invoiced",
        PayoutAccountChanged = "payout_account_changed",
        PhoneChanged = "phone_changed",
        PaymentDisputed = "payment_disputed",
        DisputeClosed = "dispute_closed",
        StockLow = "stock_low",
    }
}

/// Every [`MessageSummary::kind`](crate::MessageSummary::kind), for whoever has words for them.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    Kind::ALL.into_iter().map(Kind::as_str)
}

impl Kind {
    /// Whether who reads it gets into an account by it, or takes an address for one: it is for its
    /// recipient alone.
    pub(crate) fn lets_in(self) -> bool {
        matches!(
            self,
            Self::VerifyEmail | Self::ResetPassword | Self::ChangeEmail | Self::SignInLink
        )
    }

    /// Whether its link opens an order.
    pub(crate) fn opens_order(self) -> bool {
        matches!(
            self,
            Self::OrderPlaced
                | Self::OrderConfirmed
                | Self::OrderShipped
                | Self::OrderCancelled
                | Self::OrderRefunded
        )
    }

    /// The key of one of its texts in the message files.
    fn key(self, part: &str) -> String {
        format!("{}-{part}", self.as_str().replace('_', "-"))
    }
}

/// Who gets a mail, and in which language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recipient {
    pub(crate) user: Option<UserId>,
    pub(crate) email: String,
    /// One clean line; empty if it is unknown or not to be said.
    pub(crate) name: String,
    pub(crate) locale: Locale,
}

impl Recipient {
    /// The person with this account.
    pub(crate) fn of(user: &feira_user::User) -> Self {
        let name = format!("{} {}", user.first_name, user.last_name);
        Self {
            user: Some(user.id),
            email: user.email.clone(),
            name: sanitize::line(&name),
            locale: Locale::of(&user.locale),
        }
    }

    /// Somebody without an account.
    pub(crate) fn guest(email: &str, locale: &str) -> Self {
        Self {
            user: None,
            email: email.to_owned(),
            name: String::new(),
            locale: Locale::of(locale),
        }
    }

    /// The recipient's part of a dedupe key: the account, else the address.
    pub(crate) fn key(&self) -> String {
        self.user
            .map_or_else(|| self.email.to_lowercase(), |user| user.to_string())
    }
}

/// A mail that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mail {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// A message that is to be kept, and written when it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) params: MessageParams,
    pub(crate) to: Recipient,
    pub(crate) subject: String,
}

impl Draft {
    pub(crate) fn dedupe_key(&self) -> String {
        let (kind, params) = (self.params.kind().as_str(), self.params.key());
        format!("{kind}:{params}:{}", self.to.key())
    }
}

#[cfg(test)]
mod tests;
