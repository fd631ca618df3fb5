//! Fixtures for the tests of this module and of what is built on it.

use feira_cart::{CartId, Totals};
use feira_catalog::{ProductId, VariantId};
use feira_kernel::{Currency, Money, StoreId};
use feira_store::testing::address;
use time::macros::datetime;
use uuid::Uuid;

use crate::{
    Fulfilment, HistoryEntry, Order, OrderId, OrderLine, OrderStatus, Settlement, StateChange,
    StoreOrder, StoreOrderId,
};

/// A guest's pending order of one line (2 x 10.00 and 15.00 for sending it), without a payment.
pub fn order() -> Order {
    let brl = |minor| Money::from_minor(minor, Currency::BRL).unwrap_or(Money::zero(Currency::BRL));
    let totals = Totals {
        subtotal: brl(2000),
        discount: brl(0),
        shipping: brl(1500),
        tax: brl(0),
        total: brl(3500),
    };
    let line = OrderLine {
        variant: VariantId(Uuid::from_u128(31)),
        product: ProductId(Uuid::from_u128(32)),
        title: "Coffee".to_owned(),
        sku: "COFFEE-1".to_owned(),
        options: Vec::new(),
        image: None,
        quantity: 2,
        unit_price: brl(1000),
        discount: brl(0),
        tax: brl(0),
        total: brl(2000),
    };
    let at = datetime!(2026-03-02 12:00 UTC);
    Order {
        id: OrderId(Uuid::from_u128(21)),
        number: "7K3PM-X9QWA".to_owned(),
        user: None,
        email: "guest@feira.example".to_owned(),
        locale: "en".to_owned(),
        status: OrderStatus::Pending,
        totals,
        shipping_address: address(),
        billing_address: address(),
        store_orders: vec![StoreOrder {
            id: StoreOrderId(Uuid::from_u128(22)),
            number: "7K3PM-X9QWA-1".to_owned(),
            store: StoreId(Uuid::from_u128(23)),
            store_name: "Serra".to_owned(),
            fulfilment: Fulfilment::Pending,
            settlement: Settlement::Unpaid,
            lines: vec![line],
            totals,
            shipping_method: "Standard".to_owned(),
            shipments: Vec::new(),
            return_window_ends_at: None,
            completed_at: None,
            fiscal_document: None,
        }],
        history: vec![HistoryEntry {
            store_order: None,
            change: StateChange::Status {
                from: None,
                to: OrderStatus::Pending,
            },
            actor: "guest".to_owned(),
            reason: None,
            at,
        }],
        cart: CartId(Uuid::from_u128(24)),
        returned: None,
        beside: Vec::new(),
        payment: None,
        refunds: Vec::new(),
        version: 1,
        placed_at: at,
        expires_at: at + time::Duration::minutes(30),
    }
}
