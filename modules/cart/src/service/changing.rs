//! Buyers' changes of their lines.

use feira_catalog::Sellable;
use feira_kernel::{
    Actor, FieldError, IdempotencyKey, Versions,
    idempotency::{self, Keyed},
};

use super::{Service, TRIES, contended, reading::too_large};
use crate::{
    access,
    api::{
        Cart, CartError, CartGroup, CartId, CartItemId, MAX_LINES, MAX_QUANTITY, NewItem, Problem,
    },
    field_codes::UNKNOWN_VARIANT,
    pricing::{PricedLines, Sellables},
    snapshot::{Change, Item, Snapshot},
    status::Action,
    validate,
};

/// What a change depends on besides the cart.
#[derive(Default)]
struct ChangeOptions<'a> {
    expected: Option<&'a Versions>,
    new: Option<&'a NewItem>,
    keyed: Option<Keyed>,
}

impl<'a> ChangeOptions<'a> {
    fn seen(expected: Option<&'a Versions>) -> Self {
        Self {
            expected,
            ..Self::default()
        }
    }
}

impl Service {
    pub(crate) async fn add_item(
        &self,
        actor: &Actor,
        id: CartId,
        new: NewItem,
        key: Option<IdempotencyKey>,
    ) -> Result<Cart, CartError> {
        validate::quantity(new.quantity)?;
        let line = CartItemId(self.env.uuid());
        let change = ChangeOptions {
            new: Some(&new),
            keyed: IdempotencyKey::of(key, actor),
            ..ChangeOptions::default()
        };
        self.change(actor, id, change, |snapshot, sellables| {
            let sellable = sellables
                .get(&new.variant)
                .filter(|sellable| sellable.active)
                .ok_or_else(|| {
                    let detail = "there is no such variant";
                    FieldError::new("/variant_id", UNKNOWN_VARIANT, detail)
                })?;
            added(snapshot, sellable, &new, line).map(Change::Put)
        })
        .await
    }

    pub(crate) async fn set_quantity(
        &self,
        actor: &Actor,
        id: CartId,
        item: CartItemId,
        quantity: u32,
        expected: Option<Versions>,
    ) -> Result<Cart, CartError> {
        validate::quantity(quantity)?;
        let options = ChangeOptions::seen(expected.as_ref());
        self.change(actor, id, options, |snapshot, sellables| {
            let line = snapshot.item(item).ok_or(CartError::NotFound)?;
            let offered = sellables.get(&line.variant).filter(|s| s.active);
            let available = offered.map_or(0, |s| s.available);
            if offered.is_none_or(|s| !s.stock_policy.offers(quantity, available)) {
                return Err(CartError::OutOfStock {
                    variant: line.variant,
                    requested: quantity,
                    available,
                });
            }
            Ok(Change::Quantity(item, quantity))
        })
        .await
    }

    pub(crate) async fn remove_item(
        &self,
        actor: &Actor,
        id: CartId,
        item: CartItemId,
        expected: Option<Versions>,
    ) -> Result<Cart, CartError> {
        self.change(
            actor,
            id,
            ChangeOptions::seen(expected.as_ref()),
            |snapshot, _| {
                snapshot.item(item).ok_or(CartError::NotFound)?;
                Ok(Change::Remove(item))
            },
        )
        .await
    }

    /// Reads, asks the catalogue and the stores once, decides, writes; and decides again if the cart
    /// has changed meanwhile. A change whose total could not be kept, or that raises a line of a store
    /// that cannot be bought from, is refused before it is written.
    async fn change(
        &self,
        actor: &Actor,
        id: CartId,
        options: ChangeOptions<'_>,
        decide: impl Fn(&Snapshot, &Sellables) -> Result<Change, CartError> + Send + Sync,
    ) -> Result<Cart, CartError> {
        let owner = access::buyer(actor)?;
        let keyed = options.keyed.as_ref();
        let mut sellables = Sellables::new();
        for _ in 0..TRIES {
            let snapshot = self.owned(id, &owner).await?;
            let done: Option<CartId> = idempotency::earlier(&self.env, keyed).await?;
            if done.is_some() {
                return self.view(snapshot).await;
            }
            snapshot.after(Action::Change)?;
            snapshot.is_as_seen(options.expected)?;
            let mut variants = snapshot.variants();
            variants.extend(options.new.map(|new| new.variant));
            self.ask(&mut sellables, variants).await?;
            let change = decide(&snapshot, &sellables)?;
            let after = snapshot.clone().changed(change.clone());
            let priced = PricedLines::of(after, &sellables);
            // Taking a line out of a cart that is too large is the way to mend it.
            let cart = match (priced, &change) {
                (Err(_), Change::Remove(_)) => None,
                (priced, _) => Some(self.quoted(priced.map_err(too_large)?).await?),
            };
            if let (Some(cart), Some(line)) = (&cart, raised(&snapshot, &change)) {
                is_open(cart, line)?;
            }
            if self.write(&snapshot, &change, keyed).await? {
                return match cart {
                    Some(cart) => Ok(cart),
                    None => self.view(self.owned(id, &owner).await?).await,
                };
            }
        }
        Err(contended())
    }
}

/// The line that has more units after the change.
fn raised(before: &Snapshot, change: &Change) -> Option<CartItemId> {
    let (id, quantity) = match change {
        Change::Put(item) => (item.id, item.quantity),
        Change::Quantity(id, quantity) => (*id, *quantity),
        Change::Remove(_) | Change::Shipping(..) => return None,
    };
    let had = before.item(id).map_or(0, |line| line.quantity);
    (quantity > had).then_some(id)
}

/// Refused if nothing can be bought now of the line's store.
fn is_open(cart: &Cart, line: CartItemId) -> Result<(), CartError> {
    let has_line = |group: &&CartGroup| group.lines.iter().any(|of_group| of_group.id == line);
    let Some(CartGroup { store, .. }) = cart.groups.iter().find(has_line) else {
        return Ok(());
    };
    let closed = Problem::StoreClosed { store: *store };
    match cart.problems.contains(&closed) {
        true => Err(CartError::StoreClosed { store: *store }),
        false => Ok(()),
    }
}

/// The line with the units added, at the price that the buyer sees now.
fn added(
    snapshot: &Snapshot,
    sellable: &Sellable,
    new: &NewItem,
    id: CartItemId,
) -> Result<Item, CartError> {
    if sellable.currency != snapshot.currency {
        return Err(CartError::OtherCurrency {
            cart: snapshot.currency,
            item: sellable.currency,
        });
    }
    let line = snapshot.line_of(new.variant);
    if line.is_none() && snapshot.items.len() >= MAX_LINES {
        return Err(CartError::Full);
    }
    let quantity = line.map_or(0, |line| line.quantity) + new.quantity;
    if quantity > MAX_QUANTITY {
        let detail = format!("a line has at most {MAX_QUANTITY} units; this would be {quantity}");
        let out_of_range = validate::out_of_range();
        return Err(FieldError {
            detail,
            ..out_of_range
        }
        .into());
    }
    if !sellable.stock_policy.offers(quantity, sellable.available) {
        return Err(CartError::OutOfStock {
            variant: new.variant,
            requested: quantity,
            available: sellable.available,
        });
    }
    Ok(Item {
        id: line.map_or(id, |line| line.id),
        variant: sellable.variant,
        product: sellable.product,
        store: sellable.store,
        title: sellable.title.clone(),
        quantity,
        price_seen: sellable.unit_price,
        position: line.map_or_else(|| snapshot.next_position(), |line| line.position),
    })
}
