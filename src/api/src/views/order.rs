use feira_cart::Released;
use feira_order::{Order, OrderSummary, SellerOrder, SellerOrderSummary};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    AddressBody, MoneyView, Timestamp,
    cart::{MergedLineView, TotalsView},
    order_refund::OrderRefundView,
    payment::{LegView, PaymentView},
    store_order::{HistoryView, StoreOrderView},
    words::{BuyerAction, Fulfilment, OrderStatus, SellerAction, Settlement},
};

/// An order as its buyer sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderView {
    id: Uuid,
    number: String,
    status: OrderStatus,
    /// What the buyer may do now.
    allowed: Vec<BuyerAction>,
    email: String,
    totals: TotalsView,
    shipping_address: AddressBody,
    billing_address: AddressBody,
    store_orders: Vec<StoreOrderView>,
    history: Vec<HistoryView>,
    /// Of which it was made.
    cart_id: Uuid,
    /// Of an order that ended unpaid, as soon as the lines of its cart are back.
    #[serde(skip_serializing_if = "Option::is_none")]
    returned: Option<ReturnedView>,
    payment: Option<PaymentView>,
    /// Oldest first; none of its cancel.
    refunds: Vec<OrderRefundView>,
    placed_at: Timestamp,
    expires_at: Timestamp,
}

/// The cart after its order has ended.
#[derive(Debug, Serialize, ToSchema)]
struct ReturnedView {
    /// In which the lines went on: the one of which the order was made, or the one beside it.
    cart_id: Uuid,
    /// What was done to each line.
    report: Vec<MergedLineView>,
}

impl From<Released> for ReturnedView {
    fn from(r: Released) -> Self {
        Self {
            cart_id: r.cart.0,
            report: r.report.into_iter().map(MergedLineView::from).collect(),
        }
    }
}

impl From<Order> for OrderView {
    fn from(o: Order) -> Self {
        Self {
            allowed: o.allowed().into_iter().map(BuyerAction::from).collect(),
            id: o.id.0,
            number: o.number,
            status: o.status.into(),
            email: o.email,
            totals: o.totals.into(),
            shipping_address: o.shipping_address.into(),
            billing_address: o.billing_address.into(),
            store_orders: o
                .store_orders
                .into_iter()
                .map(StoreOrderView::from)
                .collect(),
            history: o.history.into_iter().map(HistoryView::from).collect(),
            cart_id: o.cart.0,
            returned: o.returned.map(ReturnedView::from),
            payment: o.payment.map(PaymentView::from),
            refunds: o.refunds.into_iter().map(OrderRefundView::from).collect(),
            placed_at: o.placed_at.into(),
            expires_at: o.expires_at.into(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderSummaryView {
    id: Uuid,
    number: String,
    status: OrderStatus,
    total: MoneyView,
    stores: u32,
    placed_at: Timestamp,
}

impl From<OrderSummary> for OrderSummaryView {
    fn from(o: OrderSummary) -> Self {
        Self {
            id: o.id.0,
            number: o.number,
            status: o.status.into(),
            total: o.total.into(),
            stores: o.stores,
            placed_at: o.placed_at.into(),
        }
    }
}

/// A store order as its seller sees it, with commission and earning as agreed at the sale.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SellerOrderView {
    #[serde(flatten)]
    store_order: StoreOrderView,
    /// What the seller may do now.
    allowed: Vec<SellerAction>,
    order_number: String,
    buyer_email: String,
    shipping_address: AddressBody,
    /// Whether the store earns by it, at once or later; not once it was cancelled or refunded.
    earns: bool,
    commission: MoneyView,
    earning: MoneyView,
    /// Of this store order, oldest first.
    refunds: Vec<OrderRefundView>,
    /// What its buyer pays the store itself before anything is sold, while the order waits for that: say when you have
    /// the money.
    leg: Option<LegView>,
    history: Vec<HistoryView>,
    version: i64,
    placed_at: Timestamp,
}

impl From<SellerOrder> for SellerOrderView {
    fn from(o: SellerOrder) -> Self {
        Self {
            allowed: o.allowed().into_iter().map(SellerAction::from).collect(),
            earns: o.store_order.earns(),
            store_order: o.store_order.into(),
            order_number: o.order_number,
            buyer_email: o.buyer_email,
            shipping_address: o.shipping_address.into(),
            commission: o.commission.into(),
            earning: o.earning.into(),
            refunds: o.refunds.into_iter().map(OrderRefundView::from).collect(),
            leg: o.leg.map(LegView::from),
            history: o.history.into_iter().map(HistoryView::from).collect(),
            version: o.version,
            placed_at: o.placed_at.into(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SellerOrderSummaryView {
    id: Uuid,
    number: String,
    fulfilment: Fulfilment,
    settlement: Settlement,
    total: MoneyView,
    units: u32,
    recipient: String,
    placed_at: Timestamp,
}

impl From<SellerOrderSummary> for SellerOrderSummaryView {
    fn from(o: SellerOrderSummary) -> Self {
        Self {
            id: o.id.0,
            number: o.number,
            fulfilment: o.fulfilment.into(),
            settlement: o.settlement.into(),
            total: o.total.into(),
            units: o.units,
            recipient: o.recipient,
            placed_at: o.placed_at.into(),
        }
    }
}
