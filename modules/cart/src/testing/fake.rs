use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use feira_catalog::StockLine;
use feira_kernel::{Actor, Page, PageRequest};
use uuid::Uuid;

use crate::api::{
    Cart, CartError, CartId, CartOwner, CartStatus, Carts, HeldCart, MergeOutcome, MergedLine,
    Released,
};

/// Carts in memory. Clones share them, so a test keeps one and gives one away.
///
/// It answers carts as they were put in, problems included, and holds, releases and closes them. A
/// released cart is always open again, all held ones are listed whatever their age, and a cart that
/// is closed keeps what was not bought. Buyers' own changes are not faked: they are `Internal`. Though a
/// PostgreSQL runs beside the tests: they need carts with problems, and carts that do not answer.
#[derive(Clone, Default)]
pub struct FakeCarts(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    carts: BTreeMap<CartId, Cart>,
    /// What was told of carts that were released, by cart and order.
    released: BTreeMap<(CartId, Uuid), Vec<MergedLine>>,
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

fn set_status(cart: &mut Cart, status: CartStatus, order: Option<Uuid>) {
    cart.status = status;
    cart.order = order;
    cart.version += 1;
}

/// Each line as it was.
fn report(cart: &Cart) -> Vec<MergedLine> {
    let lines = cart.groups.iter().flat_map(|group| &group.lines);
    let told = lines.map(|line| MergedLine {
        variant: line.variant,
        title: line.title.clone(),
        guest_quantity: line.quantity,
        own_quantity: 0,
        quantity: line.quantity,
        outcome: MergeOutcome::Moved,
    });
    told.collect()
}

fn order_only(actor: &Actor) -> Result<(), CartError> {
    if actor.is_system(&["order"]) {
        Ok(())
    } else {
        Err(CartError::Forbidden)
    }
}

#[async_trait]
impl Carts for FakeCarts {
    async fn cart(&self, actor: &Actor, id: CartId) -> Result<Cart, CartError> {
        let owner = match actor {
            Actor::Person { user, .. } => CartOwner::User(*user),
            Actor::Guest { token: Some(token) } => CartOwner::Guest(token.clone()),
            _ => return Err(CartError::NotFound),
        };
        self.call()?.owned(id, &owner).cloned()
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
    ) -> Result<bool, CartError> {
        let mut state = self.call()?;
        order_only(actor)?;
        let Ok(cart) = state.cart(id) else {
            return Ok(false);
        };
        let as_seen = match cart.status {
            CartStatus::Open => cart.version == version,
            CartStatus::Held => cart.order == Some(order),
            CartStatus::Completed | CartStatus::Merged => false,
        };
        if as_seen {
            set_status(cart, CartStatus::Held, Some(order));
        }
        Ok(as_seen)
    }

    async fn release(
        &self,
        actor: &Actor,
        id: CartId,
        order: Uuid,
    ) -> Result<Option<Released>, CartError> {
        let mut state = self.call()?;
        order_only(actor)?;
        let cart = state.cart(id)?;
        if cart.status == CartStatus::Held && cart.order == Some(order) {
            set_status(cart, CartStatus::Open, None);
            let report = report(cart);
            state.released.insert((id, order), report);
        }
        let open = state.cart(id)?.status == CartStatus::Open;
        let report = state.released.get(&(id, order)).cloned();
        Ok(open.then(|| Released {
            cart: id,
            report: report.unwrap_or_default(),
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
        bought: Option<Vec<StockLine>>,
    ) -> Result<(), CartError> {
        let mut state = self.call()?;
        order_only(actor)?;
        let cart = state.cart(id)?;
        match cart.status {
            CartStatus::Held if cart.order == Some(order) => {}
            CartStatus::Open | CartStatus::Merged if bought.is_some() => {}
            CartStatus::Completed if cart.order == Some(order) => return Ok(()),
            _ => return Err(CartError::Closed),
        }
        set_status(cart, CartStatus::Completed, Some(order));
        Ok(())
    }
}
