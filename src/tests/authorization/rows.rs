//! Who may do what, a row for each operation.

use self::{Access as A, Verdict as V, Who as W};

/// Whom an operation serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// It does not ask who calls.
    Anyone,
    /// Customers and guests, who get something of their own.
    Shop,
    /// Whose the cart, the order or the payment is.
    Buyer,
    /// A signed-in customer.
    Customer,
    /// The customer whose thing it is.
    Holder,
    /// A customer who has the token of the guest whose cart it is.
    Claimer,
    /// Everybody in the store whose thing it is.
    Member,
    /// Those who manage the store.
    Manager,
    AnyOperator,
    /// Operators with every right; others are refused.
    Operator,
}

/// Who calls. What is hers are the things of the customer, of the guest, or of the seller's store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Stranger,
    Guest,
    OtherGuest,
    Customer,
    OtherCustomer,
    Seller,
    /// In the same store, without the right to manage it.
    Staff,
    OtherSeller,
    Operator,
    /// An operator who may look at orders and payments.
    Support,
}

/// How a caller is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// As a stranger is.
    AsAnybody,
    Served,
    /// 401: no credential, or one of another surface.
    Unauthenticated,
    /// 403.
    Forbidden,
    /// As if it were not there.
    Hidden,
}

/// How `who` is answered where the thing is the `owner`'s.
pub(super) fn verdict(access: Access, who: Who, owner: Who) -> Verdict {
    let shop = !matches!(
        who,
        W::Seller | W::Staff | W::OtherSeller | W::Operator | W::Support
    );
    match (access, who) {
        (A::Anyone, _) => V::AsAnybody,
        (A::Shop | A::Buyer, _) if !shop => V::Unauthenticated,
        (A::Shop, _) => V::Served,
        (A::Buyer, _) if who == owner => V::Served,
        (A::Buyer, _) => V::Hidden,
        (A::Customer, W::Customer | W::OtherCustomer) => V::Served,
        (A::Holder, W::Customer) => V::Served,
        (A::Holder, W::OtherCustomer) => V::Hidden,
        (A::Claimer, W::Customer | W::OtherCustomer) => V::Hidden,
        (A::Member | A::Manager, W::Seller) | (A::Member, W::Staff) => V::Served,
        (A::Manager, W::Staff) => V::Forbidden,
        (A::Member | A::Manager, W::OtherSeller) => V::Hidden,
        (A::AnyOperator, W::Operator | W::Support) | (A::Operator, W::Operator) => V::Served,
        (A::Operator, W::Support) => V::Forbidden,
        _ => V::Unauthenticated,
    }
}

pub(super) const ROWS: &[(&str, Access)] = &[
    ("GET /api/v1/products", A::Anyone),
    ("GET /api/v1/products/{key}", A::Anyone),
    ("GET /api/v1/categories", A::Anyone),
    ("GET /api/v1/categories/{key}", A::Anyone),
    ("GET /api/v1/stores", A::Anyone),
    ("GET /api/v1/stores/{key}", A::Anyone),
    ("POST /api/v1/auth/register", A::Anyone),
    ("POST /api/v1/auth/verify-email", A::Anyone),
    ("POST /api/v1/auth/verify-email/resend", A::Anyone),
    ("POST /api/v1/auth/password/forgot", A::Anyone),
    ("POST /api/v1/auth/password/reset", A::Anyone),
    ("POST /api/v1/auth/login", A::Anyone),
    ("POST /api/v1/auth/login-link", A::Anyone),
    ("POST /api/v1/auth/login-link/redeem", A::Anyone),
    ("POST /api/v1/auth/refresh", A::Anyone),
    ("POST /api/v1/auth/logout", A::Anyone),
    ("GET /api/v1/me", A::Customer),
    ("POST /api/v1/me/password", A::Customer),
    ("POST /api/v1/me/email", A::Customer),
    ("GET /api/v1/me/payment-methods", A::Customer),
    ("POST /api/v1/me/payment-methods", A::Customer),
    ("GET /api/v1/me/payment-methods/{id}", A::Holder),
    ("PATCH /api/v1/me/payment-methods/{id}", A::Holder),
    ("DELETE /api/v1/me/payment-methods/{id}", A::Holder),
    ("POST /api/v1/me/payment-methods/{id}/finish", A::Holder),
    ("POST /api/v1/stores", A::Customer),
    ("POST /api/v1/carts", A::Shop),
    ("GET /api/v1/carts/{id}", A::Buyer),
    ("POST /api/v1/carts/{id}/items", A::Buyer),
    ("PATCH /api/v1/carts/{id}/items/{item_id}", A::Buyer),
    ("DELETE /api/v1/carts/{id}/items/{item_id}", A::Buyer),
    ("PUT /api/v1/carts/{id}/shipping", A::Buyer),
    ("POST /api/v1/carts/{id}/claim", A::Claimer),
    ("GET /api/v1/carts/{id}/payment-methods", A::Buyer),
    ("POST /api/v1/checkouts", A::Buyer),
    ("GET /api/v1/orders", A::Customer),
    ("GET /api/v1/orders/{id}", A::Buyer),
    ("GET /api/v1/orders/{id}/payment-methods", A::Buyer),
    ("POST /api/v1/orders/{id}/cancel", A::Buyer),
    ("POST /api/v1/orders/{id}/confirm-delivery", A::Buyer),
    ("GET /api/v1/payments/{id}", A::Buyer),
    ("GET /api/v1/payments/{id}/qr.png", A::Buyer),
    ("GET /api/v1/payments/{id}/qr.svg", A::Buyer),
    ("POST /api/v1/payments/{id}/retry", A::Buyer),
    ("GET /api/v1/seller/store", A::Member),
    ("PATCH /api/v1/seller/store", A::Manager),
    ("GET /api/v1/seller/shipping-methods", A::Member),
    ("POST /api/v1/seller/shipping-methods", A::Manager),
    ("GET /api/v1/seller/shipping-methods/{id}", A::Member),
    ("PATCH /api/v1/seller/shipping-methods/{id}", A::Manager),
    ("DELETE /api/v1/seller/shipping-methods/{id}", A::Manager),
    ("GET /api/v1/seller/balance", A::Manager),
    ("GET /api/v1/seller/ledger", A::Manager),
    ("GET /api/v1/seller/payouts", A::Manager),
    ("GET /api/v1/seller/payouts/{id}", A::Manager),
    ("GET /api/v1/seller/next-payouts", A::Manager),
    ("GET /api/v1/seller/payout-account", A::Manager),
    ("POST /api/v1/seller/payout-account", A::Manager),
    ("GET /api/v1/seller/provider-accounts", A::Manager),
    ("POST /api/v1/seller/provider-accounts", A::Manager),
    ("GET /api/v1/seller/reserves", A::Manager),
    ("GET /api/v1/seller/invoices", A::Manager),
    ("GET /api/v1/seller/disputes", A::Manager),
    ("GET /api/v1/seller/disputes/{id}", A::Manager),
    ("POST /api/v1/seller/disputes/{id}/evidence", A::Manager),
    (
        "POST /api/v1/seller/disputes/{id}/evidence/file",
        A::Manager,
    ),
    ("GET /api/v1/seller/disputes/{id}/evidence/file", A::Manager),
    (
        "POST /api/v1/seller/disputes/{id}/send-evidence",
        A::Manager,
    ),
    ("GET /api/v1/seller/products", A::Member),
    ("POST /api/v1/seller/products", A::Member),
    ("GET /api/v1/seller/products/{id}", A::Member),
    ("PATCH /api/v1/seller/products/{id}", A::Member),
    ("POST /api/v1/seller/products/{id}/variants", A::Member),
    (
        "PATCH /api/v1/seller/products/{id}/variants/{variant_id}",
        A::Member,
    ),
    (
        "DELETE /api/v1/seller/products/{id}/variants/{variant_id}",
        A::Member,
    ),
    ("POST /api/v1/seller/products/{id}/images", A::Member),
    ("PUT /api/v1/seller/products/{id}/images", A::Member),
    (
        "DELETE /api/v1/seller/products/{id}/images/{image_id}",
        A::Member,
    ),
    (
        "GET /api/v1/seller/inventory/{variant_id}/movements",
        A::Member,
    ),
    (
        "POST /api/v1/seller/inventory/{variant_id}/movements",
        A::Member,
    ),
    ("POST /api/v1/seller/imports", A::Member),
    ("GET /api/v1/seller/imports/{id}/notes", A::Member),
    ("GET /api/v1/seller/orders", A::Member),
    ("GET /api/v1/seller/orders/{id}", A::Member),
    ("POST /api/v1/seller/orders/{id}/accept", A::Member),
    ("POST /api/v1/seller/orders/{id}/ship", A::Member),
    ("POST /api/v1/seller/orders/{id}/deliver", A::Member),
    ("POST /api/v1/seller/orders/{id}/collected", A::Member),
    ("POST /api/v1/seller/bank-statements", A::Member),
    ("POST /api/v1/seller/orders/{id}/not-collected", A::Member),
    ("POST /api/v1/seller/orders/{id}/fiscal-document", A::Member),
    ("GET /api/v1/seller/orders/{id}/fiscal-document", A::Member),
    (
        "GET /api/v1/orders/{id}/fiscal-documents/{store_order_id}",
        A::Buyer,
    ),
    ("GET /api/v1/seller/earnings", A::Manager),
    ("GET /api/v1/seller/statement", A::Manager),
    ("GET /api/v1/seller/operations", A::Manager),
    ("GET /api/v1/admin/stores/{id}/operations", A::AnyOperator),
    (
        "GET /api/v1/admin/stores/{id}/split-accounts",
        A::AnyOperator,
    ),
    ("GET /api/v1/admin/reports/dac7", A::AnyOperator),
    ("GET /api/v1/seller/orders/{id}/refunds/preview", A::Manager),
    ("POST /api/v1/seller/orders/{id}/refunds", A::Manager),
    ("GET /api/v1/seller/orders/{id}/refunds-to-send", A::Member),
    ("GET /api/v1/seller/orders/{id}/refunds-sent", A::Member),
    ("POST /api/v1/seller/refunds/{id}/mark-sent", A::Manager),
    ("POST /api/v1/seller/refunds/{id}/withdrawn", A::Manager),
    ("POST /api/v1/seller/refunds/{id}/returned", A::Manager),
    // Who may not review them sees those that everybody sees.
    ("GET /api/v1/admin/stores", A::AnyOperator),
    ("POST /api/v1/admin/stores/{id}/approve", A::Operator),
    ("POST /api/v1/admin/stores/{id}/reject", A::Operator),
    ("POST /api/v1/admin/stores/{id}/suspend", A::Operator),
    ("POST /api/v1/admin/categories", A::Operator),
    ("PATCH /api/v1/admin/categories/{id}", A::Operator),
    ("DELETE /api/v1/admin/categories/{id}", A::Operator),
    ("GET /api/v1/admin/commission-rules", A::Operator),
    ("POST /api/v1/admin/commission-rules", A::Operator),
    ("GET /api/v1/admin/commission-rules/{id}", A::Operator),
    ("PATCH /api/v1/admin/commission-rules/{id}", A::Operator),
    ("DELETE /api/v1/admin/commission-rules/{id}", A::Operator),
    ("GET /api/v1/admin/orders", A::AnyOperator),
    ("GET /api/v1/admin/orders/{id}", A::AnyOperator),
    ("GET /api/v1/admin/orders/{id}/refunds/preview", A::Operator),
    ("POST /api/v1/admin/orders/{id}/refunds", A::Operator),
    ("GET /api/v1/admin/payments", A::AnyOperator),
    ("GET /api/v1/admin/payments/{id}", A::AnyOperator),
    ("PATCH /api/v1/admin/payments/{id}", A::Operator),
    ("GET /api/v1/admin/payment-alarms", A::AnyOperator),
    ("POST /api/v1/admin/payments/{id}/mark-paid", A::Operator),
    (
        "POST /api/v1/admin/store-orders/{id}/collected",
        A::Operator,
    ),
    (
        "POST /api/v1/admin/store-orders/{id}/not-collected",
        A::Operator,
    ),
    ("POST /api/v1/admin/refunds/{id}/mark-sent", A::Operator),
    ("POST /api/v1/admin/refunds/{id}/settled", A::Operator),
    ("POST /api/v1/admin/refunds/{id}/withdrawn", A::Operator),
    ("POST /api/v1/admin/refunds/{id}/returned", A::Operator),
    (
        "POST /api/v1/admin/payments/{id}/splits/{store_order_id}/settled",
        A::Operator,
    ),
    ("GET /api/v1/admin/payouts", A::AnyOperator),
    ("POST /api/v1/admin/payouts", A::Operator),
    ("POST /api/v1/admin/payouts/{id}/paid", A::Operator),
    ("POST /api/v1/admin/payout-files", A::Operator),
    ("GET /api/v1/admin/payouts/{id}", A::AnyOperator),
    ("POST /api/v1/admin/payouts/{id}/returned", A::Operator),
    ("POST /api/v1/admin/payouts/{id}/cancelled", A::Operator),
    ("POST /api/v1/admin/stores/{id}/payouts", A::Operator),
    ("GET /api/v1/admin/books", A::AnyOperator),
    ("GET /api/v1/admin/providers", A::Operator),
    ("POST /api/v1/admin/providers", A::Operator),
    ("GET /api/v1/admin/providers/{name}", A::Operator),
    ("PATCH /api/v1/admin/providers/{name}", A::Operator),
    ("DELETE /api/v1/admin/providers/{name}", A::Operator),
    ("GET /api/v1/admin/providers/{name}/check", A::Operator),
    ("GET /api/v1/admin/method-limits", A::Operator),
    ("POST /api/v1/admin/method-limits", A::Operator),
    ("GET /api/v1/admin/method-limits/{id}", A::Operator),
    ("PATCH /api/v1/admin/method-limits/{id}", A::Operator),
    ("DELETE /api/v1/admin/method-limits/{id}", A::Operator),
    ("GET /api/v1/admin/bank-statements", A::AnyOperator),
    ("POST /api/v1/admin/bank-statements", A::Operator),
    ("GET /api/v1/admin/bank-statements/{id}", A::AnyOperator),
    ("GET /api/v1/admin/bank-statement-lines", A::AnyOperator),
    (
        "POST /api/v1/admin/bank-statement-lines/{id}/match",
        A::Operator,
    ),
    (
        "POST /api/v1/admin/bank-statement-lines/{id}/ignore",
        A::Operator,
    ),
    ("GET /api/v1/admin/ledger/entries", A::AnyOperator),
    ("GET /api/v1/admin/ledger/export", A::AnyOperator),
    ("GET /api/v1/admin/ledger/transactions/{id}", A::AnyOperator),
    ("GET /api/v1/admin/ledger/months", A::AnyOperator),
    ("GET /api/v1/admin/ledger/debts", A::AnyOperator),
    ("POST /api/v1/admin/ledger/write-offs", A::Operator),
    ("POST /api/v1/admin/ledger/settlements", A::Operator),
    ("GET /api/v1/admin/ledger/invoices", A::AnyOperator),
    ("POST /api/v1/admin/ledger/invoices", A::Operator),
    ("POST /api/v1/admin/ledger/invoices/{id}/end", A::Operator),
    ("GET /api/v1/admin/ledger/settlements", A::AnyOperator),
    ("GET /api/v1/admin/ledger/reserves", A::AnyOperator),
    ("POST /api/v1/admin/ledger/reserves", A::Operator),
    (
        "POST /api/v1/admin/ledger/reserves/{id}/release",
        A::Operator,
    ),
    ("POST /api/v1/admin/ledger/reconciliations", A::AnyOperator),
    ("GET /api/v1/admin/disputes", A::AnyOperator),
    ("POST /api/v1/admin/disputes", A::Operator),
    ("GET /api/v1/admin/disputes/{id}", A::AnyOperator),
    ("POST /api/v1/admin/disputes/{id}/evidence", A::Operator),
    (
        "POST /api/v1/admin/disputes/{id}/evidence/file",
        A::Operator,
    ),
    (
        "GET /api/v1/admin/disputes/{id}/evidence/file",
        A::AnyOperator,
    ),
    (
        "POST /api/v1/admin/disputes/{id}/send-evidence",
        A::Operator,
    ),
    ("POST /api/v1/admin/disputes/{id}/close", A::Operator),
    ("GET /api/v1/admin/events", A::Operator),
    (
        "POST /api/v1/admin/events/{module}/{event_id}/{subscriber}/retry",
        A::Operator,
    ),
];
