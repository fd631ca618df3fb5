//! Orders as they are shown. The database builds the documents in the shape of the DTOs, so that
//! an order with all that belongs to it is one statement.

use std::sync::LazyLock;

use feira_cart::{CartError, CartId, CartOwner};
use feira_kernel::{Actor, UserId, token::TokenHash, values};
use feira_payment::{Payment, PaymentId};
use serde::Deserialize;

use super::Service;
use crate::{
    Order, OrderError, OrderForMessage, OrderId, SellerOrder, StoreOrderId, access,
    neighbours::{self, ORDER},
};

/// A store order `s` as a [`crate::StoreOrder`].
const PART: &str = "\
json_build_object( \
    'id', s.id, 'number', s.number, 'store', s.store_id, 'store_name', s.store_name, \
    'fulfilment', s.fulfilment, 'settlement', s.settlement, \
    'totals', json_build_object( \
        'subtotal', money(s.subtotal, s.currency), 'discount', money(s.discount, s.currency), \
        'shipping', money(s.shipping, s.currency), 'tax', money(s.tax, s.currency), \
        'total', money(s.total, s.currency)), \
    'shipping_method', s.shipping_method, \
    'return_window_ends_at', s.return_window_ends_at, 'completed_at', s.completed_at, \
    'shipments', coalesce((SELECT json_agg(json_build_object( \
        'id', h.id, 'carrier', h.carrier, 'tracking_number', h.tracking_number, \
        'shipped_at', h.shipped_at) ORDER BY h.id) \
        FROM shipments h WHERE h.store_order_id = s.id), '[]'), \
    'lines', (SELECT json_agg(json_build_object( \
        'variant', i.variant_id, 'product', i.product_id, 'title', i.title, 'sku', i.sku, \
        'options', i.options, 'image', i.image, 'quantity', i.quantity, \
        'unit_price', money(i.unit_price, i.currency), 'discount', money(i.discount, i.currency), \
        'tax', money(i.tax, i.currency), 'total', money(i.total, i.currency)) ORDER BY i.position) \
        FROM order_items i WHERE i.store_order_id = s.id))";

/// The buyer of an order `o` as an [`Owner`].
const OWNER: &str = "\
json_build_object('user', o.user_id, 'guest', o.guest_token_hash, 'cart_id', o.cart_id, \
                  'cart', o.cart_token_hash)";

/// Entries of the history `h` as [`crate::HistoryEntry`]s.
const HISTORY: &str = "\
coalesce(json_agg(json_build_object( \
    'store_order', h.store_order_id, 'axis', h.axis, 'from', h.from_state, 'to', h.to_state, \
    'actor', h.actor, 'reason', h.reason, 'at', h.at) ORDER BY h.seq), '[]')";

static ORDER_DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT json_build_object( \
            'owner', {OWNER}, \
            'paid_by', c.payment_id, 'order', json_build_object( \
            'id', o.id, 'number', o.number, 'user', o.user_id, 'email', o.email, 'locale', o.locale, \
            'status', o.status, 'totals', json_build_object( \
                'subtotal', money(o.subtotal, o.currency), 'discount', money(o.discount, o.currency), \
                'shipping', money(o.shipping, o.currency), 'tax', money(o.tax, o.currency), \
                'total', money(o.total, o.currency)), \
            'shipping_address', o.shipping_address, 'billing_address', o.billing_address, \
            'cart', o.cart_id, 'returned', c.returned, 'payment', NULL, 'version', o.version, \
            'placed_at', o.placed_at, 'expires_at', o.expires_at, \
            'store_orders', (SELECT json_agg({PART} ORDER BY s.position) \
                             FROM store_orders s WHERE s.order_id = o.id), \
            'history', (SELECT {HISTORY} FROM order_status_history h WHERE h.order_id = o.id))) \
         FROM orders o JOIN checkouts c ON c.order_id = o.id WHERE o.id = $1"
    )
});

static SELLER_DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT json_build_object( \
            'store_order', {PART}, 'order_number', o.number, 'buyer_email', o.email, \
            'shipping_address', o.shipping_address, 'commission', money(s.commission, s.currency), \
            'earning', money(s.earning, s.currency), 'version', s.version, 'placed_at', s.placed_at, \
            'history', (SELECT {HISTORY} FROM order_status_history h \
                        WHERE h.order_id = o.id AND h.store_order_id = s.id)) \
         FROM store_orders s JOIN orders o ON o.id = s.order_id WHERE s.id = $1 AND s.store_id = $2"
    )
});

#[derive(Deserialize)]
struct Document {
    owner: Owner,
    paid_by: Option<PaymentId>,
    order: Order,
}

/// Whose an order is.
#[derive(Deserialize)]
pub(crate) struct Owner {
    pub(crate) user: Option<UserId>,
    /// The order's own token.
    pub(crate) guest: Option<TokenHash>,
    pub(crate) cart_id: CartId,
    /// The token that opened the cart.
    pub(crate) cart: Option<TokenHash>,
}

impl Service {
    async fn document_of(&self, id: OrderId) -> Result<Option<Document>, OrderError> {
        self.document(&ORDER_DOCUMENT, values![id]).await
    }

    /// Without its payment.
    pub(crate) async fn read_order(&self, id: OrderId) -> Result<Option<Order>, OrderError> {
        Ok(self.document_of(id).await?.map(|document| document.order))
    }

    pub(crate) async fn owner_of(&self, id: OrderId) -> Result<Option<Owner>, OrderError> {
        let sql = format!("SELECT {OWNER} FROM orders o WHERE o.id = $1");
        self.document(&sql, values![id]).await
    }

    /// Whether she is the buyer: by her account or a token, or because she was a guest then, has
    /// signed in since and claimed the cart; her client forgets its token.
    pub(crate) async fn owns(&self, actor: &Actor, owner: &Owner) -> Result<bool, OrderError> {
        if access::owns(actor, owner) {
            return Ok(true);
        }
        let (Some(user), Some(_)) = (access::customer(actor), &owner.cart) else {
            return Ok(false);
        };
        let carts = &self.deps.carts;
        let of = CartOwner::User(user);
        match carts.for_checkout(&ORDER, owner.cart_id, of).await {
            Ok(_) | Err(CartError::Closed) => Ok(true),
            Err(CartError::NotFound) => Ok(false),
            Err(error) => Err(neighbours::cart(error)),
        }
    }

    async fn sees(&self, actor: &Actor, owner: &Owner) -> Result<bool, OrderError> {
        Ok(access::is_operator(actor) || self.owns(actor, owner).await?)
    }

    pub(super) async fn visible_order(
        &self,
        actor: &Actor,
        id: OrderId,
    ) -> Result<Order, OrderError> {
        let document = self.document_of(id).await?.ok_or(OrderError::NotFound)?;
        if !self.sees(actor, &document.owner).await? {
            return Err(OrderError::NotFound);
        }
        self.with_payment(document).await
    }

    async fn with_payment(&self, document: Document) -> Result<Order, OrderError> {
        let leading = self.leading_payment(document.order.id).await?;
        let payment = match document.paid_by {
            Some(paid) if leading.as_ref().is_none_or(|leading| leading.id != paid) => {
                Some(self.payment_by_id(paid).await?)
            }
            _ => leading,
        };
        Ok(Order {
            payment,
            ..document.order
        })
    }

    /// The payment that an order is shown with.
    pub(crate) async fn shown_payment(&self, order: &Order) -> Result<Option<Payment>, OrderError> {
        match self.document_of(order.id).await? {
            Some(document) => Ok(self.with_payment(document).await?.payment),
            None => Ok(None),
        }
    }

    /// The payment's order tells who may see it.
    pub(super) async fn visible_payment(
        &self,
        actor: &Actor,
        id: PaymentId,
    ) -> Result<Payment, OrderError> {
        let reference = self.deps.payments.reference_of(&ORDER, id).await;
        let order = OrderId(reference.map_err(neighbours::payment)?);
        let owner = self.owner_of(order).await?.ok_or(OrderError::NotFound)?;
        if !self.sees(actor, &owner).await? {
            return Err(OrderError::NotFound);
        }
        self.payment_by_id(id).await
    }

    pub(super) async fn message(
        &self,
        actor: &Actor,
        id: OrderId,
    ) -> Result<OrderForMessage, OrderError> {
        if !actor.is_system(&["notification"]) {
            return Err(OrderError::Forbidden);
        }
        let document = self.document_of(id).await?.ok_or(OrderError::NotFound)?;
        let guest = document.owner.guest.is_some();
        Ok(OrderForMessage {
            order: self.with_payment(document).await?,
            order_token: guest.then(|| self.order_token(id)),
        })
    }

    pub(super) async fn seller_order(
        &self,
        actor: &Actor,
        id: StoreOrderId,
    ) -> Result<SellerOrder, OrderError> {
        let store = access::seller(actor)?;
        let found = self.document(&SELLER_DOCUMENT, values![id, store]).await?;
        found.ok_or(OrderError::NotFound)
    }
}
