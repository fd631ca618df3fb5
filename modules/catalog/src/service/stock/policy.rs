use feira_kernel::{
    FieldError, Time,
    db::{self, Change as _},
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    CatalogError, StockChange, StockPolicy, VariantId,
    entities::inventory::{self, Column},
    field_codes::{ABOVE_AVAILABLE, BELOW_RESERVED, OVERSOLD},
    validate::{MAX_QUANTITY, stock::LOWEST_LEVEL},
};

/// By how much a seller changes what is on hand: what is counted covers what is reserved, what is
/// sold on may lie below zero, and what is not counted is not set. The bounds of a refusal are those
/// of what was asked: a count's, or a change's from what there is.
pub(super) fn within_bounds(
    field: &str,
    level: &inventory::Model,
    change: StockChange,
) -> Result<i64, CatalogError> {
    let (on_hand, reserved) = (i64::from(level.on_hand), i64::from(level.reserved));
    let (asked, start) = match change {
        StockChange::By(by) => (by, on_hand),
        StockChange::To(to) => (i64::from(to), 0),
    };
    let least = reserved - start;
    match level.stock_policy {
        StockPolicy::NotCounted => return Err(CatalogError::StockNotCounted),
        StockPolicy::Counted if asked < least => {
            let refused = match change {
                StockChange::By(_) => {
                    let detail = format!("at most {least}: no more is on hand and not reserved");
                    FieldError::new(field, ABOVE_AVAILABLE, detail)
                }
                StockChange::To(_) => {
                    let detail = format!("at least {least}: as many are reserved for orders");
                    FieldError::new(field, BELOW_RESERVED, detail)
                }
            };
            let min = Some(least);
            return Err(FieldError { min, ..refused }.into());
        }
        StockPolicy::Counted | StockPolicy::Continue => {}
    }
    let bounds = i64::from(LOWEST_LEVEL) - start..=i64::from(MAX_QUANTITY) - start;
    if bounds.contains(&asked) {
        Ok(start + asked - on_hand)
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

#[cfg(test)]
mod tests {
    use feira_kernel::{ModuleError, StoreId};
    use uuid::Uuid;

    use super::*;
    use crate::ProductId;

    fn level(on_hand: i32, reserved: i32, stock_policy: StockPolicy) -> inventory::Model {
        inventory::Model {
            variant_id: VariantId(Uuid::nil()),
            product_id: ProductId(Uuid::nil()),
            store_id: StoreId(Uuid::nil()),
            on_hand,
            reserved,
            version: 1,
            low_told: false,
            stock_policy,
            created_at: Time::UNIX_EPOCH,
            updated_at: Time::UNIX_EPOCH,
        }
    }

    fn refused(
        level: &inventory::Model,
        change: StockChange,
    ) -> (String, Option<i64>, Option<i64>) {
        let error = within_bounds("/by", level, change).unwrap_err();
        let field = &error.fields()[0];
        (field.code.clone(), field.min, field.max)
    }

    #[test]
    fn a_refusal_tells_how_far_a_change_may_go() {
        use StockChange::{By, To};
        let most = i64::from(MAX_QUANTITY);
        let counted = |on_hand, reserved| level(on_hand, reserved, StockPolicy::Counted);
        let taken = |min| ("catalog.above_available".to_owned(), Some(min), None);
        assert_eq!(refused(&counted(39, 0), By(-100)), taken(-39));
        assert_eq!(refused(&counted(39, 5), By(-35)), taken(-34));
        assert_eq!(refused(&counted(5, 5), By(-1)), taken(0));
        let below = ("catalog.below_reserved".to_owned(), Some(5), None);
        assert_eq!(refused(&counted(39, 5), To(4)), below);
        let sold_on = level(-3, 0, StockPolicy::Continue);
        for (level, asked) in [(&counted(39, 0), most), (&sold_on, most + 4)] {
            let (code, _, max) = refused(level, By(asked));
            assert_eq!(code, "request.out_of_range");
            assert_eq!(max, Some(most - i64::from(level.on_hand)));
        }
    }

    #[test]
    fn a_count_is_a_change_from_what_there_is() {
        let counted = level(39, 5, StockPolicy::Counted);
        for (change, by) in [
            (StockChange::To(5), -34),
            (StockChange::To(39), 0),
            (StockChange::By(-34), -34),
        ] {
            assert_eq!(within_bounds("/to", &counted, change).unwrap(), by);
        }
    }
}
