//! What the sentences of a message name: its subject and its notice.

use super::{content::Content, orders::OrderPart};
use crate::{
    VariantFacts,
    translator::{Arg, Translator, arg, count},
};

impl Content {
    /// What the sentences of its kind name.
    pub(super) fn args(&self, translator: Translator<'_>) -> Vec<Arg<'static>> {
        match self {
            Self::VerifyEmail { .. }
            | Self::ResetPassword { .. }
            | Self::ChangeEmail { .. }
            | Self::EmailChangeAsked
            | Self::PasswordChanged => Vec::new(),
            Self::SignInLink { surface, .. } => vec![arg("surface", surface.as_str())],
            Self::ApplicationApproved { store }
            | Self::ApplicationRejected { store, .. }
            | Self::StoreSuspended { store, .. }
            | Self::StoreReinstated { store }
            | Self::PayoutReturned { store }
            | Self::DebtInvoiced { store }
            | Self::PayoutAccountChanged { store }
            | Self::PhoneChanged { store } => vec![arg("store", store)],
            Self::OrderPlaced { order, until } => vec![
                arg("number", &order.number),
                arg("total", &translator.money(order.total)),
                arg("until", &translator.moment(*until)),
            ],
            Self::OrderConfirmed { order } => {
                let sent = order.parts.iter().filter(|part| part.paid);
                let stores = u32::try_from(sent.count()).unwrap_or(u32::MAX);
                vec![
                    arg("number", &order.number),
                    count("stores", stores),
                    paid(order.parts.iter().any(|part| part.on_delivery)),
                ]
            }
            Self::OrderShipped(OrderPart { order, part }) => {
                vec![arg("number", &order.number), arg("store", &part.store_name)]
            }
            Self::OrderCancelled { order, reason } => {
                vec![arg("number", &order.number), arg("reason", reason)]
            }
            Self::NewOrder(OrderPart { part, .. })
            | Self::PartCancelled(OrderPart { part, .. }) => {
                let cancelled = matches!(self, Self::PartCancelled(_));
                let how = match part.to_store && cancelled {
                    true => arg("paid", "to_store"),
                    false => paid(part.on_delivery),
                };
                let quantities = part.lines.iter().map(|line| line.quantity);
                let units = quantities.fold(0_u32, u32::saturating_add);
                vec![
                    arg("number", &part.number),
                    arg("store", &part.store_name),
                    count("units", units),
                    how,
                ]
            }
            Self::PaymentExpected { .. }
            | Self::OrderRefunded { .. }
            | Self::PartRefunded { .. }
            | Self::PayoutPaid { .. }
            | Self::PaymentDisputed { .. }
            | Self::DisputeClosed { .. }
            | Self::StockLow { .. } => self.args_of_store(translator),
        }
    }

    /// The same of what is told of money and stock.
    fn args_of_store(&self, translator: Translator<'_>) -> Vec<Arg<'static>> {
        match self {
            Self::OrderRefunded { order, amount } => vec![
                arg("number", &order.number),
                arg("amount", &translator.money(*amount)),
            ],
            Self::PaymentExpected {
                of: OrderPart { part, .. },
                until,
            } => vec![
                arg("number", &part.number),
                arg("store", &part.store_name),
                arg("amount", &translator.money(part.total)),
                arg("until", &translator.moment(*until)),
            ],
            Self::PartRefunded { of, amount } => vec![
                arg("number", &of.part.number),
                arg("store", &of.part.store_name),
                arg("amount", &translator.money(*amount)),
            ],
            Self::PayoutPaid { store, day } => {
                vec![arg("store", store), arg("date", &translator.date(*day))]
            }
            Self::PaymentDisputed { store, until, .. } => {
                let day = until.map(|day| translator.date(day));
                let known = if day.is_some() { "known" } else { "unknown" };
                vec![
                    arg("whose", whose(store.as_deref())),
                    arg("store", store.as_deref().unwrap_or_default()),
                    arg("until", known),
                    arg("date", &day.unwrap_or_default()),
                ]
            }
            Self::DisputeClosed { store, won, .. } => {
                let outcome = if *won { "won" } else { "lost" };
                vec![
                    arg("whose", whose(store.as_deref())),
                    arg("store", store.as_deref().unwrap_or_default()),
                    arg("outcome", outcome),
                ]
            }
            Self::StockLow {
                store,
                variant,
                available,
                ..
            } => vec![
                arg("store", store),
                arg("product", &variant.title),
                arg("variant", &variant.named()),
                count("available", *available),
            ],
            _ => Vec::new(),
        }
    }
}

/// Which sentence is meant.
fn whose(store: Option<&str>) -> &'static str {
    match store {
        Some(_) => "store",
        None => "marketplace",
    }
}

impl VariantFacts {
    /// Which of the product's it is: `Size: Large, SKU CUP-L`.
    fn named(&self) -> String {
        let sku = format!("SKU {}", self.sku);
        let parts = self.options.iter().chain([&sku]);
        parts.map(String::as_str).collect::<Vec<_>>().join(", ")
    }
}

/// Whether that was done before, or is when it is handed over.
fn paid(on_delivery: bool) -> Arg<'static> {
    let how = if on_delivery { "on_delivery" } else { "before" };
    arg("paid", how)
}
