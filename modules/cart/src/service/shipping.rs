//! Where a cart goes, and how each store sends its part.

use std::collections::BTreeMap;

use feira_kernel::{Actor, FieldError, StoreId, Versions, validate::Fields};
use feira_store::ShippingMethodId;

use super::{Service, TRIES, contended};
use crate::{
    access,
    api::{Cart, CartError, CartId, MAX_LINES, ShippingChoice, ShippingSelection},
    field_codes::{SHIPPING_METHOD, STORE_NOT_IN_CART},
    pricing::Sellables,
    snapshot::Change,
    status::Action,
};

impl Service {
    pub(crate) async fn set_shipping(
        &self,
        actor: &Actor,
        id: CartId,
        selection: ShippingSelection,
        expected: Option<Versions>,
    ) -> Result<Cart, CartError> {
        let owner = access::buyer(actor)?;
        if selection.choices.len() > MAX_LINES {
            return Err(FieldError::too_many("/choices", MAX_LINES).into());
        }
        let mut fields = Fields::default();
        let destination = selection.destination.as_ref();
        let destination = destination.map(|to| to.checked(&mut fields));
        let destination = fields.or(destination)?;
        let choices: BTreeMap<StoreId, ShippingMethodId> = selection
            .choices
            .iter()
            .map(|choice| (choice.store, choice.method))
            .collect();
        let mut sellables = Sellables::new();
        for _ in 0..TRIES {
            let snapshot = self.owned(id, &owner).await?;
            snapshot.after(Action::Change)?;
            snapshot.is_as_seen(expected.as_ref())?;
            self.ask(&mut sellables, snapshot.variants()).await?;
            let change = Change::Shipping(destination.clone(), choices.clone());
            let after = snapshot.clone().changed(change.clone());
            let cart = self.view_with(after, &sellables).await?;
            for (index, choice) in selection.choices.iter().enumerate() {
                check(&cart, index, choice)?;
            }
            if self.write(&snapshot, &change, None).await? {
                return Ok(cart);
            }
        }
        Err(contended())
    }
}

/// The store has lines in the cart and offers the method there.
fn check(cart: &Cart, index: usize, choice: &ShippingChoice) -> Result<(), CartError> {
    let Some(group) = cart.groups.iter().find(|group| group.store == choice.store) else {
        let pointer = format!("/choices/{index}/store_id");
        let detail = "nothing of this store is in the cart";
        return Err(FieldError::new(pointer, STORE_NOT_IN_CART, detail).into());
    };
    let mut options = group.shipping_options.iter();
    if options.any(|option| option.method == choice.method) {
        return Ok(());
    }
    let pointer = format!("/choices/{index}/shipping_method_id");
    let detail = "the store does not offer this there";
    Err(FieldError::new(pointer, SHIPPING_METHOD, detail).into())
}
