use feira_cart::CartId;
use feira_catalog::{ReservationKey, StockLine};
use feira_kernel::{Money, Time, UserId, values};
use feira_payment::{Method, PartReference, PaymentId, Split};
use sea_orm::{
    EntityTrait, Set, UpdateMany,
    sea_query::{Expr, ExprTrait},
};
use serde::Deserialize;

use crate::{
    CheckoutId, OrderError, OrderId, StoreOrderRef, entities::checkout, service::Service,
    status::CheckoutState,
};

/// All that a step needs to know of a checkout and its order.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Progress {
    pub(crate) checkout: CheckoutId,
    pub(crate) order: OrderId,
    pub(crate) number: String,
    pub(crate) user: Option<UserId>,
    pub(crate) cart: CartId,
    /// Whether the cart was held before the order was placed; release 0.1.0 did not.
    pub(crate) cart_held: bool,
    pub(crate) state: CheckoutState,
    pub(crate) attempt: i32,
    pub(crate) method: Option<Method>,
    pub(crate) reservation: ReservationKey,
    /// The payment that confirmed it.
    pub(crate) payment: Option<PaymentId>,
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) expires_at: Time,
    pub(crate) total: Money,
    pub(crate) parts: Vec<Split>,
    /// The reserved or sold units; one variant may have several lines.
    pub(crate) lines: Vec<StockLine>,
}

impl Progress {
    pub(crate) fn store_order_refs(&self) -> Vec<StoreOrderRef> {
        self.parts
            .iter()
            .map(|split| store_order_ref(split.part, split))
            .collect()
    }
}

fn store_order_ref(part: PartReference, split: &Split) -> StoreOrderRef {
    StoreOrderRef {
        store_order: part.0.into(),
        store: split.store,
    }
}

/// An update of a checkout that raises its version; the caller adds the filters.
pub(super) fn update(set: checkout::ActiveModel, now: Time) -> UpdateMany<checkout::Entity> {
    use checkout::Column;
    let set = checkout::ActiveModel {
        updated_at: Set(now),
        ..set
    };
    checkout::Entity::update_many()
        .set(set)
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
}

impl Service {
    pub(crate) async fn progress(&self, order: OrderId) -> Result<Option<Progress>, OrderError> {
        self.document(include_str!("../sql/progress.sql"), values![order])
            .await
    }
}
