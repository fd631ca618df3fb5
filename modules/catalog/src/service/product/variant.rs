use feira_kernel::{
    Actor, FieldError, IdempotencyKey, Money,
    db::{self, Change as _, Find},
    idempotency,
    validate::DUPLICATE,
    values,
};
use rust_decimal::Decimal;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set,
    prelude::Json,
    sea_query::{Expr, ExprTrait},
};

use serde::Serialize;
use uuid::Uuid;

use super::{NewRow, View, load, lock, row::letters, touch};
use crate::{
    CatalogError, EDIT_PRODUCTS, MovementReason, NewProduct, NewVariant, OptionValue, Product,
    ProductId, StockPolicy, VariantChange, VariantId, access,
    entities::{given, inventory, variant},
    field_codes::OPTION_NAMES,
    service::{Service, parse, stock},
    validate::{self, MAX_VARIANTS, MAX_VARIANTS_EVER, Prices, names},
};

feira_kernel::recordset! {
    #[derive(Serialize)]
    struct InsertedVariant<'a> {
        id: Uuid,
        sku: String,
        options: &'a [OptionValue],
        price: Decimal,
        compare_at: Option<Decimal>,
        weight_grams: u32,
        barcode: Option<&'a str>,
        position: usize,
        quantity: u32,
        imported_quantity: Option<u32>,
        stock_policy: StockPolicy,
        movement: Uuid,
    }
}

/// Writes variants of a product whose row is locked or new; positions go on after those
/// that it has.
pub(crate) async fn insert_variants(
    tx: &db::Tx,
    row: &NewRow,
    known: &[VariantRow],
    variants: &[NewVariant],
) -> Result<(), CatalogError> {
    let last = known.last().map(|last| last.position);
    let after = last.map_or(0, |last| usize::try_from(last).unwrap_or_default() + 1);
    let imported = row.imported.as_deref();
    let reason = if imported.is_some() {
        MovementReason::Import
    } else {
        MovementReason::Initial
    };
    let rows = variants.iter().enumerate().map(|(index, v)| {
        let made_up = || format!("{}-{}", after + index + 1, letters(&row.env, 7));
        InsertedVariant {
            id: row.env.uuid(),
            sku: v.sku.clone().unwrap_or_else(made_up),
            options: &v.options,
            price: v.price.amount(),
            compare_at: v.compare_at.map(Money::amount),
            weight_grams: v.weight_grams,
            barcode: v.barcode.as_deref(),
            position: after + index,
            quantity: v.quantity,
            stock_policy: v.stock_policy,
            imported_quantity: imported.map(|_| v.quantity),
            movement: row.env.uuid(),
        }
    });
    let rows: Vec<_> = rows.collect();
    let written = db::exec(
        &**tx,
        include_str!("../../sql/insert_variants.sql"),
        values![
            db::recordset(&rows)?,
            row.id,
            row.store,
            row.currency.code(),
            reason,
            imported,
            row.actor.clone(),
            row.now
        ],
    )
    .await;
    written.map(|_| ()).map_err(clash)
}

/// What a unique index of variants says.
fn clash(error: db::Error) -> CatalogError {
    if error.violates("variants_sku") {
        CatalogError::SkuTaken
    } else if error.violates("variants_options") {
        let detail = "another variant has these options";
        FieldError::new("/options", DUPLICATE, detail).into()
    } else {
        error.into()
    }
}

/// A stored variant, as far as a change needs it.
#[derive(FromQueryResult, Clone)]
pub(crate) struct VariantRow {
    pub(crate) id: VariantId,
    pub(crate) sku: String,
    options: Json,
    pub(crate) price: Decimal,
    pub(crate) compare_at: Option<Decimal>,
    position: i32,
    pub(crate) imported_quantity: Option<i32>,
    pub(crate) stock_policy: StockPolicy,
}

impl VariantRow {
    /// The variants of a locked product in display order.
    pub(crate) async fn of(tx: &db::Tx, product: ProductId) -> Result<Vec<Self>, CatalogError> {
        let found = variant::Entity::find()
            .inner_join(inventory::Entity)
            .filter(variant::Column::ProductId.eq(product))
            .filter(variant::Column::ArchivedAt.is_null())
            .order_by_asc(variant::Column::Position)
            .order_by_asc(variant::Column::Id)
            .column(inventory::Column::StockPolicy);
        Ok(found.into_model::<Self>().rows(&**tx).await?)
    }

    pub(crate) fn options(&self) -> Result<Vec<OptionValue>, CatalogError> {
        parse::stored(&self.options)
    }
}

impl Service {
    pub(crate) async fn add_variant(
        &self,
        actor: &Actor,
        product: ProductId,
        new: NewVariant,
        key: Option<IdempotencyKey>,
    ) -> Result<Product, CatalogError> {
        let store = access::editor(actor, EDIT_PRODUCTS)?;
        let currency = self.store_cards.card(store).await?.currency;
        let new = validate::new_variant(new, Prices::above_zero(currency))?;
        let row = NewRow {
            env: self.env.clone(),
            product_cache: self.product_cache.clone(),
            id: product,
            store,
            currency,
            new: just_variant(new),
            imported: None,
            actor: actor.label(),
            now: self.env.now(),
        };
        let row = self
            .env
            .pool
            .transaction((row, IdempotencyKey::of(key, actor)), |tx, (row, keyed)| {
                Box::pin(async move {
                    lock(tx, &row.product_cache, row.store, row.id, None).await?;
                    let done = idempotency::first(tx, &row.env, keyed.as_ref(), &row.id).await?;
                    if done.is_some() {
                        return load(&**tx, row.id).await;
                    }
                    let known = VariantRow::of(tx, row.id).await?;
                    fits(tx, row.id, &known, &row.new.variants).await?;
                    insert_variants(tx, &row, &known, &row.new.variants).await?;
                    touch(tx, row.id, row.now).await?;
                    load(&**tx, row.id).await
                })
            })
            .await?;
        self.present(row, View::Own).await
    }

    pub(crate) async fn update_variant(
        &self,
        actor: &Actor,
        product: ProductId,
        variant: VariantId,
        change: VariantChange,
    ) -> Result<Product, CatalogError> {
        let store = access::editor(actor, EDIT_PRODUCTS)?;
        let currency = self.store_cards.card(store).await?.currency;
        let change = validate::variant_change(change, Prices::above_zero(currency))?;
        let now = self.env.now();
        let row = self
            .env
            .pool
            .transaction(
                (store, variant, change, self.product_cache.clone()),
                move |tx, input| {
                    Box::pin(async move {
                        let (store, variant, change, product_cache) = input;
                        let expected = change.expected_version.as_ref();
                        lock(tx, &product_cache, store, product, expected).await?;
                        let known = VariantRow::of(tx, product).await?;
                        let row = known.into_iter().find(|v| v.id == variant);
                        let row = row.ok_or(CatalogError::NotFound)?;
                        update_one(tx, &row, &change, currency, now).await?;
                        touch(tx, product, now).await?;
                        load(&**tx, product).await
                    })
                },
            )
            .await?;
        self.present(row, View::Own).await
    }
}

fn just_variant(new: NewVariant) -> NewProduct {
    NewProduct {
        variants: vec![new],
        ..NewProduct::default()
    }
}

/// New variants have the option names of those that are there, and there is room, also beside those that
/// were removed and stay.
pub(crate) async fn fits(
    tx: &db::Tx,
    product: ProductId,
    known: &[VariantRow],
    new: &[NewVariant],
) -> Result<(), CatalogError> {
    if known.len() + new.len() > MAX_VARIANTS {
        return Err(FieldError::too_many("", MAX_VARIANTS).into());
    }
    let ever = variant::Entity::find()
        .filter(variant::Column::ProductId.eq(product))
        .select_only()
        .expr(Expr::col(variant::Column::Id).count())
        .into_tuple::<i64>();
    let ever = ever.row(&**tx).await?.unwrap_or_default();
    let ever = usize::try_from(ever).unwrap_or(usize::MAX);
    if ever.saturating_add(new.len()) > MAX_VARIANTS_EVER {
        return Err(FieldError::too_many("", MAX_VARIANTS_EVER).into());
    }
    let Some(first) = known.first() else {
        return Ok(());
    };
    let options = first.options()?;
    if new.iter().any(|v| names(&v.options) != names(&options)) {
        let detail = "the same options in the same order as the other variants";
        return Err(FieldError::new("/options", OPTION_NAMES, detail).into());
    }
    Ok(())
}

/// Changes what is given of a variant whose product is locked.
pub(crate) async fn update_one(
    tx: &db::Tx,
    row: &VariantRow,
    change: &VariantChange,
    currency: feira_kernel::Currency,
    now: feira_kernel::Time,
) -> Result<(), CatalogError> {
    let price = match change.price {
        Some(price) => price,
        None => parse::money(row.price, currency)?,
    };
    let compare_at = match change.compare_at {
        Some(compare_at) => compare_at,
        None => row
            .compare_at
            .map(|amount| parse::money(amount, currency))
            .transpose()?,
    };
    validate::compare_at("/compare_at", compare_at, price)?;
    let changed = variant::Entity::update_many()
        .set(variant::ActiveModel {
            sku: given(change.sku.clone()),
            price: given(change.price.map(Money::amount)),
            compare_at: given(change.compare_at.map(|to| to.map(Money::amount))),
            weight_grams: given(change.weight_grams.map(stock::int)),
            barcode: given(change.barcode.clone()),
            updated_at: Set(now),
            ..Default::default()
        })
        .filter(variant::Column::Id.eq(row.id));
    if changed.run(&**tx).await.map_err(clash)? != 1 {
        return Err(CatalogError::Internal("a variant vanished".to_owned()));
    }
    match change.stock_policy {
        Some(policy) if policy != row.stock_policy => {
            stock::set_policy(tx, row.id, policy, now).await
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use feira_kernel::db::Recordset;

    use super::*;

    #[test]
    fn a_row_has_what_the_statement_reads() {
        let sql = include_str!("../../sql/insert_variants.sql");
        feira_testkit::reads(sql, 1, InsertedVariant::FIELDS);
    }
}
