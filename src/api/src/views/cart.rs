use feira_cart::{Cart, CartGroup, CartLine, Totals};
use feira_store::ShippingOption;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    MoneyView,
    catalog::{ImageRefView, OptionView},
    words::CartStatus,
};

/// subtotal - discount + shipping + tax = total.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TotalsView {
    subtotal: MoneyView,
    discount: MoneyView,
    shipping: MoneyView,
    tax: MoneyView,
    total: MoneyView,
}

impl From<Totals> for TotalsView {
    fn from(t: Totals) -> Self {
        Self {
            subtotal: t.subtotal.into(),
            discount: t.discount.into(),
            shipping: t.shipping.into(),
            tax: t.tax.into(),
            total: t.total.into(),
        }
    }
}

/// A cart as it stands now: prices, stock and stores are read live.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CartView {
    id: Uuid,
    status: CartStatus,
    currency: &'static str,
    groups: Vec<GroupView>,
    totals: TotalsView,
    /// Why it cannot be bought as it stands: `{"code": "less_left", "item": ..., ...}`.
    #[schema(value_type = Vec<Object>)]
    problems: Vec<feira_cart::Problem>,
    /// Of a cart that is held or completed: its order. A held one is not changed until the order is
    /// paid or has ended; `POST /carts` gives another one meanwhile.
    order_id: Option<Uuid>,
    /// Of a merged cart: where its lines went when its buyer signed in or its order ended. Of a
    /// completed one of release 0.1.0: where the lines went that were not bought.
    continued_in: Option<Uuid>,
    version: i64,
}

/// What comes from one store.
#[derive(Debug, Serialize, ToSchema)]
struct GroupView {
    store_id: Uuid,
    store_name: String,
    store_slug: String,
    items: Vec<ItemView>,
    shipping_options: Vec<ShippingOptionView>,
    /// The chosen one.
    shipping_method_id: Option<Uuid>,
    totals: TotalsView,
}

#[derive(Debug, Serialize, ToSchema)]
struct ShippingOptionView {
    shipping_method_id: Uuid,
    name: String,
    price: MoneyView,
    transit_days: u16,
}

#[derive(Debug, Serialize, ToSchema)]
struct ItemView {
    id: Uuid,
    variant_id: Uuid,
    product_id: Uuid,
    product_slug: String,
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

impl From<Cart> for CartView {
    fn from(cart: Cart) -> Self {
        Self {
            id: cart.id.0,
            status: cart.status.into(),
            currency: cart.currency.code(),
            groups: cart.groups.into_iter().map(GroupView::from).collect(),
            totals: cart.totals.into(),
            problems: cart.problems,
            order_id: cart.order,
            continued_in: cart.continued_in.map(|cart| cart.0),
            version: cart.version,
        }
    }
}

impl From<CartGroup> for GroupView {
    fn from(group: CartGroup) -> Self {
        Self {
            store_id: group.store.0,
            store_name: group.store_name,
            store_slug: group.store_slug,
            items: group.lines.into_iter().map(ItemView::from).collect(),
            shipping_options: group
                .shipping_options
                .into_iter()
                .map(ShippingOptionView::from)
                .collect(),
            shipping_method_id: group.shipping.map(|s| s.method.0),
            totals: group.totals.into(),
        }
    }
}

impl From<ShippingOption> for ShippingOptionView {
    fn from(option: ShippingOption) -> Self {
        Self {
            shipping_method_id: option.method.0,
            name: option.name,
            price: option.price.into(),
            transit_days: option.transit_days,
        }
    }
}

impl From<CartLine> for ItemView {
    fn from(line: CartLine) -> Self {
        Self {
            id: line.id.0,
            variant_id: line.variant.0,
            product_id: line.product.0,
            product_slug: line.product_slug,
            title: line.title,
            sku: line.sku,
            options: line.options.into_iter().map(OptionView::from).collect(),
            image: line.image.map(ImageRefView::from),
            quantity: line.quantity,
            unit_price: line.unit_price.into(),
            discount: line.discount.into(),
            tax: line.tax.into(),
            total: line.total.into(),
        }
    }
}
