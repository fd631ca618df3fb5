//! A store's part of an order, and what happened to an order.

use feira_order::{FiscalDocument, HistoryEntry, OrderLine, Shipment, StateChange, StoreOrder};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    MoneyView, Timestamp,
    cart::TotalsView,
    catalog::{ImageRefView, OptionView},
    words::{Completion, Fulfilment, OrderStatus, Settlement},
};

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LineView {
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
pub(super) struct ShipmentView {
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
pub(super) struct FiscalDocumentView {
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
pub(super) struct StoreOrderView {
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
pub(super) enum ChangeView {
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
pub(super) struct HistoryView {
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
