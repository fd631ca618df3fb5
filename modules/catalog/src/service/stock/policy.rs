use feira_kernel::{
    FieldError, Time,
    db::{self, Change as _},
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    CatalogError, StockPolicy, VariantId,
    entities::inventory::{self, Column},
    field_codes::{BELOW_RESERVED, OVERSOLD},
    validate::{MAX_QUANTITY, stock::LOWEST_LEVEL},
};

/// What a seller may set: what is counted covers what is reserved, what is sold on may lie below
/// zero, and what is not counted is not set.
pub(super) fn within_bounds(
    field: &str,
    level: &inventory::Model,
    on_hand: i64,
) -> Result<(), CatalogError> {
    match level.stock_policy {
        StockPolicy::NotCounted => return Err(CatalogError::StockNotCounted),
        StockPolicy::Counted if on_hand < i64::from(level.reserved) => {
            let detail = format!("{} are reserved for orders", level.reserved);
            return Err(FieldError::new(field, BELOW_RESERVED, detail).into());
        }
        StockPolicy::Counted | StockPolicy::Continue => {}
    }
    let bounds = i64::from(LOWEST_LEVEL)..=i64::from(MAX_QUANTITY);
    if bounds.contains(&on_hand) {
        Ok(())
    } else {
        Err(FieldError::out_of_range(field, bounds).into())
    }
}

/// Another way of keeping the units that are there; refused by the CHECK where they would have to
/// be counted and are oversold.
pub(crate) async fn set_policy(
    tx: &db::Tx,
    variant: VariantId,
    policy: StockPolicy,
    now: Time,
) -> Result<(), CatalogError> {
    let changed = inventory::Entity::update_many()
        .set(inventory::ActiveModel {
            stock_policy: Set(policy),
            updated_at: Set(now),
            ..Default::default()
        })
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::VariantId.eq(variant));
    let changed = changed.run(&**tx).await.map_err(|error| {
        if error.violates("inventory_bounds") {
            let detail = "more is sold or reserved than is on hand; set the quantity first";
            CatalogError::from(FieldError::new("/stock_policy", OVERSOLD, detail))
        } else {
            error.into()
        }
    })?;
    if changed == 1 {
        Ok(())
    } else {
        Err(CatalogError::Internal("a stock row vanished".to_owned()))
    }
}
