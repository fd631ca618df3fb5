//! Where the button of a message leads to.

use feira_kernel::Surface;

use super::{content::Content, orders::OrderPart};
use crate::{sanitize, translator::Translator};

impl Content {
    /// The one thing to do next.
    pub(super) fn link(&self, translator: Translator<'_>) -> Option<String> {
        let path = match self {
            Self::VerifyEmail { token } | Self::ChangeEmail { token } => {
                format!("/l/verify-email/{}", sanitize::segment(token))
            }
            Self::ResetPassword { token } => {
                format!("/l/reset-password/{}", sanitize::segment(token))
            }
            Self::EmailChangeAsked | Self::PasswordChanged => "/account/forgot".to_owned(),
            Self::SignInLink {
                surface: Surface::Shop,
                ..
            } => return None,
            Self::SignInLink { token, .. } => format!("/l/sign-in/{}", sanitize::segment(token)),
            Self::ApplicationApproved { .. }
            | Self::ApplicationRejected { .. }
            | Self::StoreSuspended { .. }
            | Self::StoreReinstated { .. } => "/seller".to_owned(),
            // The token opens this one order to whoever has the mail, with an account or without.
            Self::OrderPlaced { order, .. }
            | Self::OrderConfirmed { order }
            | Self::OrderCancelled { order, .. }
            | Self::OrderRefunded { order, .. }
            | Self::OrderShipped(OrderPart { order, .. }) => {
                format!(
                    "/l/order/{}",
                    sanitize::segment(order.order_token.as_deref()?)
                )
            }
            Self::NewOrder(of)
            | Self::PartCancelled(of)
            | Self::PaymentExpected { of, .. }
            | Self::PartRefunded { of, .. } => {
                format!("/seller/orders/{}", of.part.store_order)
            }
            Self::PayoutPaid { .. } | Self::PayoutReturned { .. } => "/seller/payouts".to_owned(),
            Self::DebtInvoiced { .. } => "/seller/invoices".to_owned(),
            Self::PayoutAccountChanged { .. } => "/seller/payouts/account".to_owned(),
            Self::PhoneChanged { .. } => "/seller/profile".to_owned(),
            Self::PaymentDisputed { store, dispute, .. }
            | Self::DisputeClosed { store, dispute, .. } => match store {
                Some(_) => format!("/seller/disputes/{dispute}"),
                None => format!("/admin/disputes/{dispute}"),
            },
            Self::StockLow { product, .. } => format!("/seller/products/{product}"),
        };
        Some(translator.url(&path))
    }
}
