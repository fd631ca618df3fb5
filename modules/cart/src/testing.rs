//! A fake of [`Carts`] in memory, and fixtures, for the tests of `order`.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use feira_catalog::{Sellable, VariantId};
use feira_kernel::{
    Actor, Currency, IdempotencyKey, Money, MoneyError, Page, PageRequest, Versions,
    token::TokenHash,
};
use feira_store::{ShippingOption, Store};
use uuid::Uuid;

use crate::{
    api::{
        Cart, CartError, CartGroup, CartId, CartItemId, CartLine, CartOwner, CartStatus, Carts,
        Claimed, HeldCart, NewCart, NewItem, Released, ShippingSelection,
    },
    totals,
};

/// Carts in memory. Clones share them, so a test keeps one and gives one away.
///
/// It answers carts as they were put in, problems included, and holds, releases and closes them; a
/// released one is open again, and a held one is never too young to be listed. Buyers' own changes
/// are not faked: they are `Internal`.
#[derive(Clone, Default)]
pub struct FakeCarts(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    carts: BTreeMap<CartId, Cart>,
    down: bool,
}

impl FakeCarts {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a cart.
    pub fn put(&self, cart: Cart) -> CartId {
        let id = cart.id;
        self.state().carts.insert(id, cart);
        id
    }

    pub fn is_closed(&self, id: CartId) -> bool {
        self.closed_by(id).is_some()
    }

    /// The order that a cart was completed by.
    pub fn closed_by(&self, id: CartId) -> Option<Uuid> {
        self.order_of(id, CartStatus::Completed)
    }

    /// The order that a cart is held for.
    pub fn held_for(&self, id: CartId) -> Option<Uuid> {
        self.order_of(id, CartStatus::Held)
    }

    fn order_of(&self, id: CartId, status: CartStatus) -> Option<Uuid> {
        let state = self.state();
        let cart = state.carts.get(&id).filter(|cart| cart.status == status);
        cart.and_then(|cart| cart.order)
    }

    /// While down every call is `Unavailable`.
    pub fn set_down(&self, down: bool) {
        self.state().down = down;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn call(&self) -> Result<MutexGuard<'_, State>, CartError> {
        let state = self.state();
        if state.down {
            return Err(CartError::Unavailable("the fake is down".to_owned()));
        }
        Ok(state)
    }
}

impl State {
    fn owned(&self, id: CartId, owner: &CartOwner) -> Result<&Cart, CartError> {
        self.carts
            .get(&id)
            .filter(|cart| cart.owner == *owner)
            .ok_or(CartError::NotFound)
    }

    fn cart(&mut self, id: CartId) -> Result<&mut Cart, CartError> {
        self.carts.get_mut(&id).ok_or(CartError::NotFound)
    }
}

fn moved(cart: &mut Cart, status: CartStatus, order: Option<Uuid>) {
    cart.status = status;
    cart.order = order;
    cart.version += 1;
}

fn order_only(actor: &Actor) -> Result<(), CartError> {
    if actor.is_system(&["order"]) {
        Ok(())
    } else {
        Err(CartError::Forbidden)
    }
}

fn not_faked<T>(method: &str) -> Result<T, CartError> {
    Err(CartError::Internal(format!("{method} is not faked")))
}

#[async_trait]
impl Carts for FakeCarts {
    async fn create(&self, _: &Actor, _: Option<IdempotencyKey>) -> Result<NewCart, CartError> {
        not_faked("create")
    }

    async fn cart(&self, actor: &Actor, id: CartId) -> Result<Cart, CartError> {
        let owner = match actor {
            Actor::Person { user, .. } => CartOwner::User(*user),
            Actor::Guest { token: Some(token) } => CartOwner::Guest(token.clone()),
            _ => return Err(CartError::NotFound),
        };
        self.call()?.owned(id, &owner).cloned()
    }

    async fn add_item(
        &self,
        _: &Actor,
        _: CartId,
        _: NewItem,
        _: Option<IdempotencyKey>,
    ) -> Result<Cart, CartError> {
        not_faked("add_item")
    }

    async fn set_quantity(
        &self,
        _: &Actor,
        _: CartId,
        _: CartItemId,
        _: u32,
        _: Option<Versions>,
    ) -> Result<Cart, CartError> {
        not_faked("set_quantity")
    }

    async fn remove_item(
        &self,
        _: &Actor,
        _: CartId,
        _: CartItemId,
        _: Option<Versions>,
    ) -> Result<Cart, CartError> {
        not_faked("remove_item")
    }

    async fn set_shipping(
        &self,
        _: &Actor,
        _: CartId,
        _: ShippingSelection,
        _: Option<Versions>,
    ) -> Result<Cart, CartError> {
        not_faked("set_shipping")
    }

    async fn claim(
        &self,
        _: &Actor,
        _: CartId,
        _: TokenHash,
        _: Option<IdempotencyKey>,
    ) -> Result<Claimed, CartError> {
        not_faked("claim")
    }

    async fn for_checkout(
        &self,
        actor: &Actor,
        id: CartId,
        owner: CartOwner,
    ) -> Result<Cart, CartError> {
        let state = self.call()?;
        order_only(actor)?;
        let cart = state.owned(id, &owner)?;
        match cart.status {
            CartStatus::Open | CartStatus::Held => Ok(cart.clone()),
            CartStatus::Completed | CartStatus::Merged => Err(CartError::Closed),
        }
    }

    async fn hold(
        &self,
        actor: &Actor,
        id: CartId,
        version: i64,
        order: Uuid,
    ) -> Result<Option<i64>, CartError> {
        let mut state = self.call()?;
        order_only(actor)?;
        let Ok(cart) = state.cart(id) else {
            return Ok(None);
        };
        let as_seen = match cart.status {
            CartStatus::Open => cart.version == version,
            CartStatus::Held => cart.order == Some(order),
            CartStatus::Completed | CartStatus::Merged => false,
        };
        if as_seen {
            moved(cart, CartStatus::Held, Some(order));
        }
        Ok(as_seen.then_some(cart.version))
    }

    async fn release(
        &self,
        actor: &Actor,
        id: CartId,
        order: Uuid,
        version: Option<i64>,
    ) -> Result<Option<Released>, CartError> {
        let mut state = self.call()?;
        order_only(actor)?;
        let cart = state.cart(id)?;
        let as_seen = version.is_none_or(|version| version == cart.version);
        if cart.status == CartStatus::Held && cart.order == Some(order) && as_seen {
            moved(cart, CartStatus::Open, None);
        }
        let open = cart.status == CartStatus::Open;
        Ok(open.then_some(Released {
            cart: id,
            report: Vec::new(),
        }))
    }

    async fn held(&self, actor: &Actor, page: PageRequest) -> Result<Page<HeldCart>, CartError> {
        let state = self.call()?;
        order_only(actor)?;
        let after: Option<CartId> = page.after().unwrap_or_default();
        let carts = state.carts.values();
        let carts = carts.filter(|cart| cart.status == CartStatus::Held && Some(cart.id) > after);
        let held = carts.filter_map(|cart| {
            Some(HeldCart {
                cart: cart.id,
                order: cart.order?,
                version: cart.version,
            })
        });
        let held: Vec<HeldCart> = held.take(page.limit() as usize + 1).collect();
        Ok(Page::from_rows(held, &page, |held: &HeldCart| held.cart))
    }

    async fn close(
        &self,
        actor: &Actor,
        id: CartId,
        order: Uuid,
        held: bool,
    ) -> Result<(), CartError> {
        let mut state = self.call()?;
        order_only(actor)?;
        let cart = state.cart(id)?;
        match cart.status {
            CartStatus::Held if cart.order == Some(order) => {}
            CartStatus::Open | CartStatus::Merged if !held => {}
            CartStatus::Completed if cart.order == Some(order) => return Ok(()),
            _ => return Err(CartError::Closed),
        }
        moved(cart, CartStatus::Completed, Some(order));
        Ok(())
    }
}

/// A line of so many units at the sellable's price.
pub fn line(of: &Sellable, quantity: u32) -> Result<CartLine, MoneyError> {
    let none = Money::zero(of.currency);
    Ok(CartLine {
        id: CartItemId(next(0x11e)),
        variant: of.variant,
        product: of.product,
        product_slug: of.product_slug.clone(),
        title: of.title.clone(),
        sku: of.sku.clone(),
        options: of.options.clone(),
        image: of.image.clone(),
        category_path: of.category_path.clone(),
        weight_grams: of.weight_grams,
        quantity,
        unit_price: of.unit_price,
        unit_price_seen: of.unit_price,
        discount: none,
        tax: none,
        total: totals::line(of.unit_price, quantity, none, none)?,
    })
}

/// One store's lines with one way of shipping, which is chosen.
pub fn group(
    of: &Store,
    lines: Vec<CartLine>,
    shipping: ShippingOption,
) -> Result<CartGroup, MoneyError> {
    let totals = totals::group(of.currency, &lines, Some(shipping.price))?;
    Ok(CartGroup {
        store: of.id,
        store_name: of.name.clone(),
        store_slug: of.slug.clone(),
        lines,
        shipping_options: vec![shipping.clone()],
        shipping: Some(shipping),
        totals,
    })
}

/// An open cart of the groups, without problems.
pub fn cart(owner: CartOwner, groups: Vec<CartGroup>) -> Result<Cart, MoneyError> {
    let currency = groups
        .first()
        .map_or(Currency::BRL, |group| group.totals.total.currency());
    Ok(Cart {
        id: CartId(next(0xca7)),
        owner,
        status: CartStatus::Open,
        currency,
        totals: totals::cart(currency, &groups)?,
        groups,
        problems: Vec::new(),
        destination: None,
        order: None,
        continued_in: None,
        version: 1,
    })
}

/// What a variant's line is called in a cart, to name it in a test.
pub fn item_of(cart: &Cart, variant: VariantId) -> Option<CartItemId> {
    let mut lines = cart.groups.iter().flat_map(|group| &group.lines);
    lines
        .find(|line| line.variant == variant)
        .map(|line| line.id)
}

/// Ids that repeat themselves from run to run, in ascending order.
fn next(kind: u128) -> Uuid {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let count = u128::from(COUNT.fetch_add(1, Ordering::Relaxed));
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | (count << 16) | kind)
}
