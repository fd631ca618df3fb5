//! Which routes there are, and another body for each.

use serde_json::{Value, json};

use super::world::World;
use crate::support::{application, payout_account, pix, product};

pub(crate) const ROUTES: &[&str] = &[
    "/api/v1/stores",
    "/api/v1/carts",
    "/api/v1/carts/{id}/items",
    "/api/v1/carts/{id}/claim",
    "/api/v1/checkouts",
    "/api/v1/me/payment-methods",
    "/api/v1/payments/{id}/retry",
    "/api/v1/orders/{id}/cancel",
    "/api/v1/orders/{id}/confirm-delivery",
    "/api/v1/seller/shipping-methods",
    "/api/v1/seller/payout-account",
    "/api/v1/seller/products",
    "/api/v1/seller/products/{id}/variants",
    "/api/v1/seller/products/{id}/images",
    "/api/v1/seller/inventory/{variant_id}/movements",
    "/api/v1/seller/imports",
    "/api/v1/seller/orders/{id}/accept",
    "/api/v1/seller/orders/{id}/ship",
    "/api/v1/seller/orders/{id}/deliver",
    "/api/v1/seller/orders/{id}/collected",
    "/api/v1/seller/orders/{id}/not-collected",
    "/api/v1/seller/bank-statements",
    "/api/v1/seller/orders/{id}/fiscal-document",
    "/api/v1/seller/orders/{id}/refunds",
    "/api/v1/seller/refunds/{id}/mark-sent",
    "/api/v1/seller/refunds/{id}/withdrawn",
    "/api/v1/seller/refunds/{id}/returned",
    "/api/v1/seller/disputes/{id}/evidence",
    "/api/v1/seller/disputes/{id}/evidence/file",
    "/api/v1/seller/disputes/{id}/send-evidence",
    "/api/v1/admin/stores/{id}/approve",
    "/api/v1/admin/stores/{id}/reject",
    "/api/v1/admin/stores/{id}/suspend",
    "/api/v1/admin/categories",
    "/api/v1/admin/commission-rules",
    "/api/v1/admin/orders/{id}/refunds",
    "/api/v1/admin/payments/{id}/mark-paid",
    "/api/v1/admin/store-orders/{id}/collected",
    "/api/v1/admin/store-orders/{id}/not-collected",
    "/api/v1/admin/refunds/{id}/mark-sent",
    "/api/v1/admin/refunds/{id}/settled",
    "/api/v1/admin/refunds/{id}/withdrawn",
    "/api/v1/admin/refunds/{id}/returned",
    "/api/v1/admin/payments/{id}/splits/{store_order_id}/settled",
    "/api/v1/admin/bank-statements",
    "/api/v1/admin/bank-statement-lines/{id}/match",
    "/api/v1/admin/bank-statement-lines/{id}/ignore",
    "/api/v1/admin/disputes",
    "/api/v1/admin/disputes/{id}/evidence",
    "/api/v1/admin/disputes/{id}/evidence/file",
    "/api/v1/admin/disputes/{id}/send-evidence",
    "/api/v1/admin/disputes/{id}/close",
    "/api/v1/admin/payouts",
    "/api/v1/admin/payouts/{id}/paid",
    "/api/v1/admin/providers",
    "/api/v1/admin/method-limits",
    "/api/v1/admin/payouts/{id}/returned",
    "/api/v1/admin/payouts/{id}/cancelled",
    "/api/v1/admin/payout-files",
    "/api/v1/admin/stores/{id}/payouts",
    "/api/v1/admin/ledger/write-offs",
    "/api/v1/admin/ledger/settlements",
    "/api/v1/admin/ledger/invoices",
    "/api/v1/admin/ledger/invoices/{id}/end",
    "/api/v1/admin/ledger/reserves",
    "/api/v1/admin/ledger/reserves/{id}/release",
    "/api/v1/admin/events/{module}/{event_id}/{subscriber}/retry",
];

/// A provider whose payments a person confirms.
pub(super) fn by_hand(name: &str) -> Value {
    json!({"name": name, "kind": "manual", "settings": {"transfer": "Bank 001, account 5678-9"}})
}

/// A rule of cards in a currency that nobody pays in.
pub(super) fn at_most(amount: &str) -> Value {
    let most = json!({"amount": amount, "currency": "USD"});
    json!({"method": "card", "currency": "USD", "enabled": true, "most": most})
}

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
        "/api/v1/seller/orders/{id}/collected"
        | "/api/v1/admin/store-orders/{id}/collected"
        | "/api/v1/admin/payments/{id}/mark-paid" => json!({"note": "another"}),
        "/api/v1/seller/orders/{id}/not-collected"
        | "/api/v1/admin/store-orders/{id}/not-collected" => {
            json!({"restock": true})
        }
        "/api/v1/admin/stores/{id}/reject" | "/api/v1/admin/stores/{id}/suspend" => {
            json!({"reason": "another"})
        }
        "/api/v1/seller/orders/{id}/refunds" | "/api/v1/admin/orders/{id}/refunds" => {
            json!({"amount": money, "reason": "other"})
        }
        "/api/v1/admin/categories" => json!({"name": "Another"}),
        "/api/v1/admin/commission-rules" => {
            json!({"store_id": world.b.store, "value": {"kind": "percentage", "percent": "8"}})
        }
        "/api/v1/admin/method-limits" => at_most("2.00"),
        "/api/v1/admin/providers" => by_hand("another"),
        "/api/v1/seller/payout-account" => payout_account("another@feira.example"),
        "/api/v1/admin/payouts/{id}/returned" | "/api/v1/admin/payouts/{id}/cancelled" => {
            json!({"reason": "another"})
        }
        "/api/v1/admin/disputes" => json!({
            "payment_id": crate::refusals::NOBODY, "kind": "med", "amount": money, "reason": "another",
            "bank_reference": "another",
        }),
        "/api/v1/admin/disputes/{id}/evidence" | "/api/v1/seller/disputes/{id}/evidence" => {
            json!({"kind": "other", "text": "another"})
        }
        "/api/v1/admin/disputes/{id}/close" => json!({"won": true}),
        "/api/v1/admin/payments/{id}/splits/{store_order_id}/settled" => json!({"split": true}),
        "/api/v1/admin/refunds/{id}/settled" => {
            json!({"outcome": "this_refund", "reference": "another"})
        }
        "/api/v1/admin/payouts/{id}/paid"
        | "/api/v1/admin/refunds/{id}/mark-sent"
        | "/api/v1/seller/refunds/{id}/mark-sent" => {
            json!({"reference": "another"})
        }
        "/api/v1/admin/bank-statement-lines/{id}/match" => {
            json!({"payment_id": "00000000-0000-7000-8000-000000000000"})
        }
        "/api/v1/admin/ledger/write-offs" => {
            json!({"store_id": world.a.store, "amount": money, "reason": "another"})
        }
        "/api/v1/admin/ledger/settlements" => {
            json!({"store_id": world.a.store, "amount": money, "reference": "another"})
        }
        "/api/v1/admin/ledger/invoices" => {
            json!({"store_id": world.a.store, "amount": money, "due_on": "2030-01-01", "note": "another"})
        }
        "/api/v1/admin/ledger/invoices/{id}/end" => {
            json!({"outcome": "withdrawn", "reason": "another"})
        }
        "/api/v1/admin/ledger/reserves" => {
            json!({"store_id": world.a.store, "amount": money, "reason": "another", "release_at": "2030-01-01T00:00:00Z"})
        }
        _ => Value::Null,
    }
}
