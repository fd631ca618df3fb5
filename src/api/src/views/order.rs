use feira_cart::Released;
use feira_order::{
    FiscalDocument, HistoryEntry, Order, OrderLine, OrderSummary, SellerOrder, SellerOrderSummary,
    Shipment, StateChange, StoreOrder,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    AddressBody, MoneyView, Timestamp,
    cart::{MergedLineView, TotalsView},
    catalog::{ImageRefView, OptionView},
    order_refund::OrderRefundView,
    payment::{LegView, PaymentView},
    words::{BuyerAction, Completion, Fulfilment, OrderStatus, SellerAction, Settlement},
};

#[derive(Debug, Serialize, ToSchema)]
struct LineView {
    variant_id: Uuid,
    product_id: Uuid,
    name: String,
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
            name: l.title,
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
    shipped_at: Timestamp,
}

impl From<Shipment> for ShipmentView {
    fn from(s: Shipment) -> Self {
        Self {
            id: s.id.0,
            carrier: s.carrier,
            tracking_number: s.tracking_number,
            shipped_at: s.shipped_at.into(),
        }
    }
}

/// What a store gave out for the tax office: in Brazil a nota fiscal, by its access key.
#[derive(Debug, Serialize, ToSchema)]
struct FiscalDocumentView {
    /// 44 digits.
    key: String,
    series: u32,
    number: u32,
    /// Whether there is a file to fetch.
    has_file: bool,
    added_at: Timestamp,
}

impl From<FiscalDocument> for FiscalDocumentView {
    fn from(d: FiscalDocument) -> Self {
        Self {
            key: d.key,
            series: d.series,
            number: d.number,
            has_file: d.media_type.is_some(),
            added_at: d.added_at.into(),
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
    return_window_ends_at: Option<Timestamp>,
    completed_at: Option<Timestamp>,
    fiscal_document: Option<FiscalDocumentView>,
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
            return_window_ends_at: o.return_window_ends_at.map(Timestamp::from),
            completed_at: o.completed_at.map(Timestamp::from),
            fiscal_document: o.fiscal_document.map(FiscalDocumentView::from),
        }
    }
}

/// What changed: the order's status, or something of a store order. At first it comes from nothing.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "axis", rename_all = "snake_case")]
enum ChangeView {
    Status {
        from: Option<OrderStatus>,
        to: OrderStatus,
    },
    Fulfilment {
        from: Option<Fulfilment>,
        to: Fulfilment,
    },
    Settlement {
        from: Option<Settlement>,
        to: Settlement,
    },
    Completion {
        from: Option<Completion>,
        to: Completion,
    },
}

impl From<StateChange> for ChangeView {
    fn from(change: StateChange) -> Self {
        match change {
            StateChange::Status { from, to } => Self::Status {
                from: from.map(Into::into),
                to: to.into(),
            },
            StateChange::Fulfilment { from, to } => Self::Fulfilment {
                from: from.map(Into::into),
                to: to.into(),
            },
            StateChange::Settlement { from, to } => Self::Settlement {
                from: from.map(Into::into),
                to: to.into(),
            },
            StateChange::Completion { from, to } => Self::Completion {
                from: from.map(Into::into),
                to: to.into(),
            },
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct HistoryView {
    store_order_id: Option<Uuid>,
    #[serde(flatten)]
    change: ChangeView,
    reason: Option<String>,
    at: Timestamp,
}

impl From<HistoryEntry> for HistoryView {
    fn from(h: HistoryEntry) -> Self {
        Self {
            store_order_id: h.store_order.map(|s| s.0),
            change: h.change.into(),
            reason: h.reason,
            at: h.at.into(),
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
