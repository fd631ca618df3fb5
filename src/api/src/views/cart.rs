use feira_cart::{Cart, CartGroup, CartLine, MergedLine, Problem, Totals};
use feira_store::ShippingOption;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    MoneyView,
    catalog::{ImageRefView, OptionView},
    words::{CartStatus, MergeOutcome},
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
    /// What the buyer must know or mend.
    problems: Vec<CartProblemView>,
    /// Of a cart that is held or completed: its order. A held one is not changed until the order is
    /// paid or has ended; `POST /carts` gives another one meanwhile.
    order_id: Option<Uuid>,
    /// Of a merged cart: where its lines went when its buyer signed in or its order ended. Of a
    /// completed one of release 0.1.0: where the lines went that were not bought.
    continued_in: Option<Uuid>,
    version: i64,
}

/// Only with `price_changed` alone, that the price is another than when the item was put in, can the
/// cart be bought as it stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
enum CartProblemView {
    PriceChanged {
        item: Uuid,
        was: MoneyView,
        now: MoneyView,
    },
    SoldOut {
        item: Uuid,
    },
    LessLeft {
        item: Uuid,
        requested: u32,
        available: u32,
    },
    /// The product is not offered any more.
    NotOffered {
        item: Uuid,
    },
    StoreClosed {
        store: Uuid,
    },
    NoShipping {
        store: Uuid,
    },
    /// What was chosen is not offered any more: choose again.
    ShippingGone {
        store: Uuid,
    },
    Empty {},
}

impl From<Problem> for CartProblemView {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::PriceChanged { item, was, now } => Self::PriceChanged {
                item: item.0,
                was: was.into(),
                now: now.into(),
            },
            Problem::SoldOut { item } => Self::SoldOut { item: item.0 },
            Problem::LessLeft {
                item,
                requested,
                available,
            } => Self::LessLeft {
                item: item.0,
                requested,
                available,
            },
            Problem::NotOffered { item } => Self::NotOffered { item: item.0 },
            Problem::StoreClosed { store } => Self::StoreClosed { store: store.0 },
            Problem::NoShipping { store } => Self::NoShipping { store: store.0 },
            Problem::ShippingGone { store } => Self::ShippingGone { store: store.0 },
            Problem::Empty {} => Self::Empty {},
        }
    }
}

/// What was done to a line when its cart became part of another.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MergedLineView {
    variant: Uuid,
    name: String,
    /// Units in the cart that the line comes from: the guest's, or the held one.
    guest_quantity: u32,
    /// Units in the open cart before.
    own_quantity: u32,
    /// Units in the open cart now.
    quantity: u32,
    outcome: MergeOutcome,
}

impl From<MergedLine> for MergedLineView {
    fn from(line: MergedLine) -> Self {
        Self {
            variant: line.variant.0,
            name: line.title,
            guest_quantity: line.guest_quantity,
            own_quantity: line.own_quantity,
            quantity: line.quantity,
            outcome: line.outcome.into(),
        }
    }
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

impl From<Cart> for CartView {
    fn from(cart: Cart) -> Self {
        Self {
            id: cart.id.0,
            status: cart.status.into(),
            currency: cart.currency.code(),
            groups: cart.groups.into_iter().map(GroupView::from).collect(),
            totals: cart.totals.into(),
            problems: cart
                .problems
                .into_iter()
                .map(CartProblemView::from)
                .collect(),
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
            name: line.title,
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
