use feira_kernel::{
    Actor, Env, IdempotencyKey, StoreId, Versions,
    db::{self, Change as _, Find},
    idempotency,
    validate::{Fields, REQUIRED, UNKNOWN},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};

use super::{
    int,
    policy::{set_policy, within_bounds},
    units,
};
use crate::{
    Adjustment, CatalogError, EDIT_STOCK, MovementReason, StockChange, StockLevel, StockPolicy,
    VariantId, access, entities::inventory, product_cache::ProductCache, service::Service,
    validate::MAX_QUANTITY,
};

/// One change of what is on hand, with everything that its movement tells.
#[derive(Clone)]
pub(crate) struct Change {
    pub(crate) env: Env,
    pub(crate) product_cache: ProductCache,
    pub(crate) store: StoreId,
    pub(crate) variant: VariantId,
    pub(crate) reason: MovementReason,
    pub(crate) reference: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) actor: String,
    pub(crate) threshold: i32,
}

impl Service {
    pub(crate) async fn adjust_stock(
        &self,
        actor: &Actor,
        mut adjustment: Adjustment,
        key: Option<IdempotencyKey>,
    ) -> Result<StockLevel, CatalogError> {
        let store = access::editor(actor, EDIT_STOCK)?;
        check(&mut adjustment)?;
        let to_do = Change {
            env: self.env.clone(),
            product_cache: self.product_cache.clone(),
            store,
            variant: adjustment.variant,
            reason: adjustment.reason,
            reference: None,
            note: adjustment.note,
            actor: actor.label(),
            threshold: int(self.settings.low_stock_threshold),
        };
        let keyed = IdempotencyKey::of(key, actor);
        let (by, seen) = (adjustment.change, adjustment.expected_version);
        self.env
            .pool
            .transaction((to_do, seen, keyed), move |tx, (to_do, seen, keyed)| {
                Box::pin(async move {
                    let level = lock_one(tx, to_do.store, to_do.variant).await?;
                    let done = idempotency::first(tx, &to_do.env, keyed.as_ref(), &()).await?;
                    if done.is_some() {
                        return Ok(level_of(&level));
                    }
                    check_seen(&level, by, seen.as_ref())?;
                    change(tx, &to_do, level, by).await
                })
            })
            .await
    }
}

fn check(adjustment: &mut Adjustment) -> Result<(), CatalogError> {
    let mut fields = Fields::default();
    if let Some(note) = &mut adjustment.note {
        *note = fields.text("/note", note, 0..=500);
    }
    let limit = i64::from(MAX_QUANTITY);
    let at = field(adjustment.change);
    match adjustment.change {
        StockChange::By(0) => fields.refuse(at, REQUIRED, "must not be zero"),
        StockChange::By(by) => fields.within(at, by, -limit..=limit),
        StockChange::To(to) => fields.within(at, to, 0..=limit),
    }
    if !matches!(
        adjustment.reason,
        MovementReason::Restock | MovementReason::Adjustment
    ) {
        fields.refuse("/reason", UNKNOWN, "restock or adjustment");
    }
    Ok(fields.finish()?)
}

/// A count replaces what its author saw, and nothing else.
fn check_seen(
    level: &inventory::Model,
    by: StockChange,
    seen: Option<&Versions>,
) -> Result<(), CatalogError> {
    match (by, seen) {
        (StockChange::To(_), Some(seen)) if !seen.allow(level.version) => {
            Err(CatalogError::VersionMismatch)
        }
        _ => Ok(()),
    }
}

/// Where a caller wrote the change.
fn field(change: StockChange) -> &'static str {
    match change {
        StockChange::By(_) => "/by",
        StockChange::To(_) => "/to",
    }
}

/// Locks one variant's stock in the store; a foreign one is not found.
pub(crate) async fn lock_one(
    tx: &db::Tx,
    store: StoreId,
    variant: VariantId,
) -> Result<inventory::Model, CatalogError> {
    let own = inventory::Entity::find_by_id(variant)
        .filter(inventory::Column::StoreId.eq(store))
        .lock_exclusive();
    own.row(&**tx).await?.ok_or(CatalogError::NotFound)
}

/// Changes locked stock, with its movement. Nothing is written for a change of nothing.
pub(crate) async fn change(
    tx: &db::Tx,
    change: &Change,
    mut level: inventory::Model,
    by: StockChange,
) -> Result<StockLevel, CatalogError> {
    let by = within_bounds(field(by), &level, by)?;
    let by = i32::try_from(by).map_err(CatalogError::defect)?;
    if by == 0 {
        return Ok(level_of(&level));
    }
    let changed = db::exec(
        &**tx,
        include_str!("../../sql/adjust_stock.sql"),
        values![
            change.variant,
            change.store,
            by,
            change.env.uuid(),
            change.reason.as_str(),
            change.reference.clone(),
            change.note.clone(),
            change.actor.clone(),
            change.env.now(),
            change.threshold
        ],
    )
    .await?;
    if changed != 1 {
        return Err(CatalogError::Internal("locked stock changed".to_owned()));
    }
    change
        .product_cache
        .moves_stock(tx, [level.product_id], true);
    level.on_hand += by;
    Ok(level_of(&level))
}

/// Leaves what is reserved, counted, so that nobody reserves more of it: neither who read it before, nor a
/// process of the release before this one, which knows no archived variants.
pub(crate) async fn withdraw(tx: &db::Tx, withdrawn: &Change) -> Result<(), CatalogError> {
    let (variant, now) = (withdrawn.variant, withdrawn.env.now());
    let mut level = lock_one(tx, withdrawn.store, variant).await?;
    // Nobody needs to hear that it is low.
    let told = inventory::Entity::update_many()
        .set(inventory::ActiveModel {
            low_told: Set(true),
            ..Default::default()
        })
        .filter(inventory::Column::VariantId.eq(variant));
    told.run(&**tx).await?;
    if level.stock_policy == StockPolicy::NotCounted {
        // It can be set only then, and may be below zero until it is.
        set_policy(tx, variant, StockPolicy::Continue, now).await?;
        level.stock_policy = StockPolicy::Continue;
    }
    let (was, reserved) = (level.stock_policy, units(level.reserved));
    change(tx, withdrawn, level, StockChange::To(reserved)).await?;
    if was != StockPolicy::Counted {
        set_policy(tx, variant, StockPolicy::Counted, now).await?;
    }
    Ok(())
}

fn level_of(level: &inventory::Model) -> StockLevel {
    StockLevel {
        variant: level.variant_id,
        on_hand: level.on_hand.into(),
        reserved: units(level.reserved),
        stock_policy: level.stock_policy,
    }
}
