use feira_payment::{InstalmentPlan, Instalments, MethodLacking, MethodOffer, Offers};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{MoneyView, words::PaymentMethod};

/// The ways to pay what is asked about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OffersView {
    items: Vec<MethodOfferView>,
    /// Always `null`: there are few.
    next_cursor: Option<String>,
    /// Ways that pay the stores themselves, and are not offered because these have given no account for it, or one
    /// that was changed a short while ago.
    lacking: Vec<MethodLackingView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MethodLackingView {
    method: PaymentMethod,
    store_ids: Vec<Uuid>,
}

impl From<Offers> for OffersView {
    fn from(offers: Offers) -> Self {
        let lacking = |one: MethodLacking| MethodLackingView {
            method: one.method.into(),
            store_ids: one.stores.into_iter().map(|store| store.0).collect(),
        };
        let items = offers.methods.into_iter();
        Self {
            items: items.map(MethodOfferView::from).collect(),
            next_cursor: None,
            lacking: offers.lacking.into_iter().map(lacking).collect(),
        }
    }
}

/// A way to pay what is asked about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MethodOfferView {
    method: PaymentMethod,
    /// Of a card, the fewest first; send the `count` that the buyer chose as `instalments`. Of all else empty.
    instalments: Vec<InstalmentPlanView>,
}

impl From<MethodOffer> for MethodOfferView {
    fn from(offer: MethodOffer) -> Self {
        let plans = offer.instalments.into_iter();
        Self {
            method: offer.method.into(),
            instalments: plans.map(InstalmentPlanView::from).collect(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstalmentPlanView {
    /// 1: at once.
    #[schema(example = 10)]
    count: u8,
    /// Of each instalment but the first, which has the cents that are left over. `null` where the provider
    /// tells interest only once it knows the card.
    amount: Option<MoneyView>,
    /// What the buyer pays in all.
    total: Option<MoneyView>,
    /// The total is the price.
    interest_free: bool,
}

impl From<InstalmentPlan> for InstalmentPlanView {
    fn from(plan: InstalmentPlan) -> Self {
        Self {
            count: plan.count,
            amount: plan.amount.map(MoneyView::from),
            total: plan.total.map(MoneyView::from),
            interest_free: plan.interest_free,
        }
    }
}

/// How a payment by card is divided.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstalmentsView {
    #[schema(example = 10)]
    count: u8,
    /// Of each instalment but the first, which has the cents that are left over; `null` until it is known what
    /// the buyer pays in all.
    amount: Option<MoneyView>,
    /// What the buyer pays in all: more than the payment's amount where the interest is hers.
    total: Option<MoneyView>,
}

impl From<Instalments> for InstalmentsView {
    fn from(chosen: Instalments) -> Self {
        Self {
            count: chosen.count,
            amount: chosen.amount.map(MoneyView::from),
            total: chosen.total.map(MoneyView::from),
        }
    }
}
