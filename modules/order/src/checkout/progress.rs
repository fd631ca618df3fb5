use feira_cart::CartId;
use feira_catalog::{ReservationKey, StockLine};
use feira_kernel::{Money, Time, UserId, values};
use feira_payment::{Method, PartReference, PaymentId, Split};
use serde::Deserialize;

use crate::{CheckoutId, OrderError, OrderId, PartRef, service::Service};

/// The state of a checkout; see the module's page for what each means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Paying,
    Awaiting,
    Confirmed,
    Cancelling,
    Cancelled,
}

/// All that a step needs to know of a checkout and its order.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Progress {
    pub(crate) checkout: CheckoutId,
    pub(crate) order: OrderId,
    pub(crate) number: String,
    pub(crate) user: Option<UserId>,
    pub(crate) cart: CartId,
    /// Whether the cart was held before the order was placed; older ones' were not.
    pub(crate) cart_held: bool,
    pub(crate) state: State,
    pub(crate) attempt: i32,
    pub(crate) method: Option<Method>,
    pub(crate) reservation: ReservationKey,
    /// By which it was confirmed.
    pub(crate) payment: Option<PaymentId>,
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) expires_at: Time,
    pub(crate) total: Money,
    pub(crate) parts: Vec<Split>,
    /// What it holds or sold; lines of one variant come one by one.
    pub(crate) lines: Vec<StockLine>,
}

impl Progress {
    pub(crate) fn part_refs(&self) -> Vec<PartRef> {
        self.parts
            .iter()
            .map(|split| part_ref(split.part, split))
            .collect()
    }
}

fn part_ref(part: PartReference, split: &Split) -> PartRef {
    PartRef {
        store_order: part.0.into(),
        store: split.store,
    }
}

const PROGRESS: &str = "\
SELECT json_build_object( \
    'checkout', c.id, 'order', o.id, 'number', o.number, 'user', o.user_id, 'cart', o.cart_id, \
    'cart_held', o.cart_held, 'state', c.state, 'attempt', c.attempt, 'method', c.method, 'reservation', c.reservation, \
    'payment', c.payment_id, 'expires_at', o.expires_at, 'total', money(o.total, o.currency), \
    'parts', (SELECT json_agg(json_build_object( \
                  'store', s.store_id, 'part', s.id, 'amount', money(s.total, s.currency), \
                  'commission', money(s.commission, s.currency), \
                  'earning', money(s.earning, s.currency)) ORDER BY s.position) \
              FROM store_orders s WHERE s.order_id = o.id), \
    'lines', (SELECT json_agg(json_build_object('variant', i.variant_id, 'quantity', i.quantity)) \
              FROM order_items i JOIN store_orders s ON s.id = i.store_order_id \
              WHERE s.order_id = o.id)) \
FROM orders o JOIN checkouts c ON c.order_id = o.id WHERE o.id = $1";

impl Service {
    pub(crate) async fn progress(&self, order: OrderId) -> Result<Option<Progress>, OrderError> {
        self.document(PROGRESS, values![order]).await
    }
}
