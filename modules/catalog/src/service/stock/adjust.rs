use feira_kernel::{Actor, Env, IdempotencyKey, StoreId, Versions, db, idempotency, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{int, policy::within_bounds, units};
use crate::{
    Adjustment, CatalogError, EDIT_STOCK, MovementReason, ProductId, StockChange, StockLevel,
    StockPolicy, VariantId,
    rules::invalid,
    service::{Service, editor, parse},
    shelf::Shelf,
    validate::{Check, MAX_KEY, MAX_QUANTITY},
};

/// A locked stock row.
#[derive(FromQueryResult)]
pub(crate) struct Level {
    product_id: Uuid,
    pub(crate) on_hand: i32,
    pub(crate) reserved: i32,
    stock_policy: String,
    version: i64,
}

impl Level {
    pub(crate) fn policy(&self) -> Result<StockPolicy, CatalogError> {
        parse::stock_policy(&self.stock_policy)
    }

    /// A count replaces what its author saw, and nothing else.
    fn check_seen(&self, by: StockChange, seen: Option<&Versions>) -> Result<(), CatalogError> {
        match (by, seen) {
            (StockChange::To(_), Some(seen)) if !seen.allow(self.version) => {
                Err(CatalogError::VersionMismatch)
            }
            _ => Ok(()),
        }
    }
}

/// One change of what is on hand, with everything that its movement tells.
#[derive(Clone)]
pub(crate) struct Change {
    pub(crate) env: Env,
    pub(crate) shelf: Shelf,
    pub(crate) store: StoreId,
    pub(crate) variant: VariantId,
    pub(crate) reason: MovementReason,
    pub(crate) reference: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) actor: String,
    pub(crate) threshold: i32,
}

/// What a key was used for.
#[derive(FromQueryResult)]
struct Done {
    variant_id: Uuid,
    on_hand_change: i32,
    reason: String,
}

impl Service {
    pub(crate) async fn adjust(
        &self,
        actor: &Actor,
        mut adjustment: Adjustment,
        key: Option<IdempotencyKey>,
    ) -> Result<StockLevel, CatalogError> {
        let store = editor(actor, EDIT_STOCK)?;
        check(&mut adjustment)?;
        let to_do = Change {
            env: self.env.clone(),
            shelf: self.shelf.clone(),
            store,
            variant: adjustment.variant,
            reason: adjustment.reason,
            reference: None,
            note: adjustment.note,
            key: adjustment.key,
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
                    if done.is_some() || known_key(tx, &to_do, by).await? {
                        return level_of(to_do.variant, &level);
                    }
                    level.check_seen(by, seen.as_ref())?;
                    change(tx, &to_do, level, by).await
                })
            })
            .await
    }
}

fn check(adjustment: &mut Adjustment) -> Result<(), CatalogError> {
    let mut check = Check::default();
    if let Some(key) = &mut adjustment.key {
        check.text("/key", key, 1, MAX_KEY);
    }
    if let Some(note) = &mut adjustment.note {
        check.text("/note", note, 0, 500);
    }
    let limit = i64::from(MAX_QUANTITY);
    let in_range = match adjustment.change {
        StockChange::By(by) => by != 0 && (-limit..=limit).contains(&by),
        StockChange::To(to) => to <= MAX_QUANTITY,
    };
    if !in_range {
        check.refuse(
            field(adjustment.change),
            "out_of_range",
            &format!("at most {limit}, not zero"),
        );
    }
    if !matches!(
        adjustment.reason,
        MovementReason::Restock | MovementReason::Adjustment
    ) {
        check.refuse("/reason", "unknown", "restock or adjustment");
    }
    check.done()
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
) -> Result<Level, CatalogError> {
    db::optional(
        &**tx,
        "SELECT product_id, on_hand, reserved, stock_policy, version FROM inventory \
         WHERE variant_id = $1 AND store_id = $2 FOR UPDATE",
        values![variant, store],
    )
    .await?
    .ok_or(CatalogError::NotFound)
}

/// Whether this key has done its work; for another one it is refused. Of a count only the
/// difference that it made is kept, so two counts cannot be told apart.
async fn known_key(tx: &db::Tx, change: &Change, by: StockChange) -> Result<bool, CatalogError> {
    let Some(key) = &change.key else {
        return Ok(false);
    };
    let found: Option<Done> = db::optional(
        &**tx,
        "SELECT variant_id, on_hand_change, reason FROM inventory_movements WHERE store_id = $1 AND key = $2",
        values![change.store, key.clone()],
    )
    .await?;
    let Some(done) = found else { return Ok(false) };
    let other = if done.variant_id != change.variant.0 {
        "this key was used for another variant"
    } else if matches!(by, StockChange::By(by) if by != i64::from(done.on_hand_change)) {
        "this key was used for another quantity"
    } else if done.reason != change.reason.word() {
        "this key was used for another reason"
    } else {
        return Ok(true);
    };
    Err(invalid("/key", "in_use", other))
}

/// Changes locked stock, with its movement. Nothing is written for a change of nothing, unless
/// its key must be remembered.
pub(crate) async fn change(
    tx: &db::Tx,
    change: &Change,
    level: Level,
    by: StockChange,
) -> Result<StockLevel, CatalogError> {
    let field = field(by);
    let by = match by {
        StockChange::By(by) => by,
        StockChange::To(to) => i64::from(to) - i64::from(level.on_hand),
    };
    within_bounds(field, &level, i64::from(level.on_hand) + by)?;
    let by = i32::try_from(by).map_err(|e| CatalogError::Internal(e.to_string()))?;
    if by == 0 && change.key.is_none() {
        return level_of(change.variant, &level);
    }
    let changed = db::exec(
        &**tx,
        "WITH changed AS (UPDATE inventory SET on_hand = on_hand + $3, version = version + 1, updated_at = $10, \
                                 low_told = low_told AND on_hand + $3 - reserved <= $11 \
                          WHERE variant_id = $1 AND store_id = $2 \
                            AND (stock_policy = 'continue' OR on_hand + $3 >= reserved) \
                          RETURNING variant_id, store_id) \
         INSERT INTO inventory_movements (id, variant_id, store_id, on_hand_change, reserved_change, reason, reference, \
                                          note, key, actor, at) \
         SELECT $4, variant_id, store_id, $3, 0, $5, $6, $7, $8, $9, $10 FROM changed",
        values![
            change.variant,
            change.store,
            by,
            change.env.uuid(),
            change.reason.word(),
            change.reference.clone(),
            change.note.clone(),
            change.key.clone(),
            change.actor.clone(),
            change.env.now(),
            change.threshold
        ],
    )
    .await?;
    if changed != 1 {
        return Err(CatalogError::Internal("locked stock changed".to_owned()));
    }
    let product = ProductId(level.product_id);
    change.shelf.moves_stock(tx, [product], true);
    level_of(
        change.variant,
        &Level {
            on_hand: level.on_hand + by,
            ..level
        },
    )
}

fn level_of(variant: VariantId, level: &Level) -> Result<StockLevel, CatalogError> {
    Ok(StockLevel {
        variant,
        on_hand: level.on_hand.into(),
        reserved: units(level.reserved),
        stock_policy: level.policy()?,
    })
}
