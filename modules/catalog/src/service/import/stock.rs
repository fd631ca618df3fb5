//! What a file says of the stock of a product's variants.

use feira_kernel::db::{self, Change as _};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::{Step, variants::Existing};
use crate::{
    CatalogError, MovementReason, NewVariant, ProductId, StockChange,
    StockPolicy::{self, Continue, Counted, NotCounted},
    VariantId,
    entities::variant,
    import::ImportedVariant,
    service::{
        product::VariantRow,
        stock::{Change, change, lock_one, set_policy},
    },
};

/// Sets how a variant is counted and what is on hand where the file says something new.
pub(super) async fn count(
    tx: &db::Tx,
    step: &Step,
    changed: &Existing<'_>,
) -> Result<(), CatalogError> {
    let variant = changed.old.id;
    let (mut now, policy) = changed.policies;
    if let Some(quantity) = changed.quantity {
        // Only of what may lie below zero every count can be set.
        if policy != now && now != Continue {
            now = Continue;
            set_policy(tx, variant, now, step.now).await?;
        }
        put(tx, step, variant, policy, quantity).await?;
    }
    if policy != now {
        set_policy(tx, variant, policy, step.now).await?;
    }
    Ok(())
}

/// What is counted is never set below what is reserved.
async fn put(
    tx: &db::Tx,
    step: &Step,
    variant: VariantId,
    policy: StockPolicy,
    quantity: i32,
) -> Result<(), CatalogError> {
    let import = &step.import;
    let to_do = Change {
        env: import.env.clone(),
        product_cache: import.product_cache.clone(),
        store: import.store,
        variant,
        reason: MovementReason::Import,
        reference: Some(step.imported.key.clone()),
        note: None,
        actor: import.actor.label(),
        threshold: import.threshold,
    };
    let level = lock_one(tx, import.store, variant).await?;
    let to = match policy {
        Counted => quantity.max(level.reserved),
        Continue | NotCounted => quantity,
    };
    let by = StockChange::By(i64::from(to) - i64::from(level.on_hand));
    change(tx, &to_do, level, by).await?;
    let imported = variant::Entity::update_many()
        .set(variant::ActiveModel {
            imported_quantity: Set(Some(quantity)),
            updated_at: Set(step.now),
            ..Default::default()
        })
        .filter(variant::Column::Id.eq(variant));
    imported.run(&**tx).await?;
    Ok(())
}

/// The new variants that start below zero, which no [`NewVariant`] can.
pub(super) fn below_zero(added: &[(&ImportedVariant, NewVariant)]) -> Vec<(usize, i32)> {
    let mut below = Vec::new();
    for (place, (row, new)) in added.iter().enumerate() {
        let quantity = row.stock.quantity.filter(|quantity| *quantity < 0);
        if let Some(quantity) = quantity.filter(|_| new.stock_policy == Continue) {
            below.push((place, quantity));
        }
    }
    below
}

/// Takes them there; they stand after so many others of the product.
pub(super) async fn start_below(
    tx: &db::Tx,
    step: &Step,
    id: ProductId,
    after: usize,
    below: Vec<(usize, i32)>,
) -> Result<(), CatalogError> {
    if below.is_empty() {
        return Ok(());
    }
    let variants = VariantRow::of(tx, id).await?;
    for (place, quantity) in below {
        if let Some(variant) = variants.get(after + place) {
            put(tx, step, variant.id, Continue, quantity).await?;
        }
    }
    Ok(())
}
