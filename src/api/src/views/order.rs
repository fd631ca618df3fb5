use feira_cart::{MergedLine, Released};
use feira_order::{
    HistoryEntry, Order, OrderLine, OrderSummary, SellerOrder, SellerOrderSummary, Shipment,
    StoreOrder,
};
use feira_payment::{NextAction, Payment};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    AddressBody, MoneyView,
    cart::TotalsView,
    catalog::{ImageRefView, OptionView},
    rfc3339,
    words::{BuyerAction, Fulfilment, OrderStatus, PaymentStatus, SellerAction, Settlement},
};

#[derive(Debug, Serialize, ToSchema)]
struct LineView {
    variant_id: Uuid,
    product_id: Uuid,
    title: String,
    sku: String,
    options: Vec<OptionView>,
    image: Option<ImageRefView>,
    quantity: u32,
    unit_price: MoneyView,
    discount: MoneyView,
    tax: MoneyView,
    total: MoneyView,
}

impl From<OrderLine> for LineView {
    fn from(l: OrderLine) -> Self {
        Self {
            variant_id: l.variant.0,
            product_id: l.product.0,
            title: l.title,
            sku: l.sku,
            options: l.options.into_iter().map(OptionView::from).collect(),
            image: l.image.map(ImageRefView::from),
            quantity: l.quantity,
            unit_price: l.unit_price.into(),
            discount: l.discount.into(),
            tax: l.tax.into(),
            total: l.total.into(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct ShipmentView {
    id: Uuid,
    carrier: String,
    tracking_number: String,
    shipped_at: String,
}

impl From<Shipment> for ShipmentView {
    fn from(s: Shipment) -> Self {
        Self {
            id: s.id.0,
            carrier: s.carrier,
            tracking_number: s.tracking_number,
            shipped_at: rfc3339(s.shipped_at),
        }
    }
}

/// One seller's part of an order.
#[derive(Debug, Serialize, ToSchema)]
struct StoreOrderView {
    id: Uuid,
    number: String,
    store_id: Uuid,
    store_name: String,
    fulfilment: Fulfilment,
    settlement: Settlement,
    items: Vec<LineView>,
    totals: TotalsView,
    shipping_method: String,
    shipments: Vec<ShipmentView>,
    return_window_ends_at: Option<String>,
    completed_at: Option<String>,
}

impl From<StoreOrder> for StoreOrderView {
    fn from(o: StoreOrder) -> Self {
        Self {
            id: o.id.0,
            number: o.number,
            store_id: o.store.0,
            store_name: o.store_name,
            fulfilment: o.fulfilment.into(),
            settlement: o.settlement.into(),
            items: o.lines.into_iter().map(LineView::from).collect(),
            totals: o.totals.into(),
            shipping_method: o.shipping_method,
            shipments: o.shipments.into_iter().map(ShipmentView::from).collect(),
            return_window_ends_at: o.return_window_ends_at.map(rfc3339),
            completed_at: o.completed_at.map(rfc3339),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct HistoryView {
    store_order_id: Option<Uuid>,
    /// `status`, `fulfilment` or `settlement`.
    axis: String,
    from: Option<String>,
    to: String,
    reason: Option<String>,
    at: String,
}

impl From<HistoryEntry> for HistoryView {
    fn from(h: HistoryEntry) -> Self {
        Self {
            store_order_id: h.store_order.map(|s| s.0),
            axis: h.axis,
            from: h.from,
            to: h.to,
            reason: h.reason,
            at: rfc3339(h.at),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PaymentView {
    id: Uuid,
    /// Of the order.
    order_id: Uuid,
    method: String,
    status: PaymentStatus,
    amount: MoneyView,
    refunded: MoneyView,
    /// What the buyer does now: `{"type": "pix_code", "br_code": ..., "qr_svg": ...}`.
    #[schema(value_type = Object)]
    next_action: NextAction,
    failure: Option<String>,
    expires_at: String,
}

impl From<Payment> for PaymentView {
    fn from(p: Payment) -> Self {
        Self {
            id: p.id.0,
            order_id: p.reference.0,
            method: p.method,
            status: p.status.into(),
            amount: p.amount.into(),
            refunded: p.refunded.into(),
            next_action: p.next_action,
            failure: p.failure,
            expires_at: rfc3339(p.expires_at),
        }
    }
}

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
    placed_at: String,
    expires_at: String,
}

/// The cart after its order has ended.
#[derive(Debug, Serialize, ToSchema)]
struct ReturnedView {
    /// In which the lines went on: the one of which the order was made, or the one beside it.
    cart_id: Uuid,
    /// What was done to each line.
    #[schema(value_type = Vec<Object>)]
    report: Vec<MergedLine>,
}

impl From<Released> for ReturnedView {
    fn from(r: Released) -> Self {
        Self {
            cart_id: r.cart.0,
            report: r.report,
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
            placed_at: rfc3339(o.placed_at),
            expires_at: rfc3339(o.expires_at),
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
    placed_at: String,
}

impl From<OrderSummary> for OrderSummaryView {
    fn from(o: OrderSummary) -> Self {
        Self {
            id: o.id.0,
            number: o.number,
            status: o.status.into(),
            total: o.total.into(),
            stores: o.stores,
            placed_at: rfc3339(o.placed_at),
        }
    }
}

/// A store order as its seller sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SellerOrderView {
    #[serde(flatten)]
    store_order: StoreOrderView,
    /// What the seller may do now.
    allowed: Vec<SellerAction>,
    order_number: String,
    buyer_email: String,
    shipping_address: AddressBody,
    commission: MoneyView,
    earning: MoneyView,
    history: Vec<HistoryView>,
    version: i64,
    placed_at: String,
}

impl From<SellerOrder> for SellerOrderView {
    fn from(o: SellerOrder) -> Self {
        Self {
            allowed: o
                .store_order
                .allowed()
                .into_iter()
                .map(SellerAction::from)
                .collect(),
            store_order: o.store_order.into(),
            order_number: o.order_number,
            buyer_email: o.buyer_email,
            shipping_address: o.shipping_address.into(),
            commission: o.commission.into(),
            earning: o.earning.into(),
            history: o.history.into_iter().map(HistoryView::from).collect(),
            version: o.version,
            placed_at: rfc3339(o.placed_at),
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
    placed_at: String,
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
            placed_at: rfc3339(o.placed_at),
        }
    }
}
