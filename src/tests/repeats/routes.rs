//! Which routes there are, and another body for each.

use serde_json::{Value, json};

use super::world::World;
use crate::support::{application, pix, product};

pub(super) const ROUTES: &[&str] = &[
    "/api/v1/stores",
    "/api/v1/carts",
    "/api/v1/carts/{id}/items",
    "/api/v1/carts/{id}/claim",
    "/api/v1/checkouts",
    "/api/v1/payments/{id}/retry",
    "/api/v1/orders/{id}/cancel",
    "/api/v1/orders/{id}/confirm-delivery",
    "/api/v1/seller/shipping-methods",
    "/api/v1/seller/products",
    "/api/v1/seller/products/{id}/variants",
    "/api/v1/seller/products/{id}/images",
    "/api/v1/seller/inventory/{variant_id}/movements",
    "/api/v1/seller/imports",
    "/api/v1/seller/orders/{id}/accept",
    "/api/v1/seller/orders/{id}/ship",
    "/api/v1/seller/orders/{id}/deliver",
    "/api/v1/admin/stores/{id}/approve",
    "/api/v1/admin/stores/{id}/reject",
    "/api/v1/admin/stores/{id}/suspend",
    "/api/v1/admin/categories",
    "/api/v1/admin/commission-rules",
    "/api/v1/admin/payments/{id}/mark-paid",
    "/api/v1/admin/refunds/{id}/mark-sent",
    "/api/v1/admin/payouts",
    "/api/v1/admin/payouts/{id}/paid",
    "/api/v1/admin/events/{module}/{event_id}/{subscriber}/retry",
];

/// Another body that this route takes; null where it takes none.
pub(super) fn another(route: &str, world: &World<'_>) -> Value {
    let money = json!({"amount": "1.00", "currency": "BRL"});
    match route {
        "/api/v1/stores" => application("Another", 1),
        "/api/v1/carts/{id}/items" => json!({"variant_id": world.a.variant(1), "quantity": 1}),
        "/api/v1/payments/{id}/retry" => json!({"payment": pix()}),
        "/api/v1/orders/{id}/cancel" => json!({"reason": "another"}),
        "/api/v1/seller/shipping-methods" => {
            json!({"name": "Another", "transit_days": 3, "price": {"kind": "flat", "price": money}})
        }
        "/api/v1/seller/products" => product("another", "1.00", 1, None),
        "/api/v1/seller/products/{id}/variants" => {
            json!({"options": [{"name": "Size", "value": "another"}], "price": money, "quantity": 1})
        }
        "/api/v1/seller/inventory/{variant_id}/movements" => json!({"by": 49}),
        "/api/v1/seller/orders/{id}/ship" => json!({"carrier": "Another", "tracking_number": "1"}),
        "/api/v1/admin/stores/{id}/reject" | "/api/v1/admin/stores/{id}/suspend" => {
            json!({"reason": "another"})
        }
        "/api/v1/admin/categories" => json!({"name": "Another"}),
        "/api/v1/admin/commission-rules" => {
            json!({"store_id": world.b.store, "value": {"kind": "percentage", "percent": "8"}})
        }
        "/api/v1/admin/payouts/{id}/paid" | "/api/v1/admin/refunds/{id}/mark-sent" => {
            json!({"reference": "another"})
        }
        _ => Value::Null,
    }
}
