use feira_kernel::{Actor, IdempotencyKey, Money, db, idempotency, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{NewRow, View, create::letters, load, lock, touch};
use crate::{
    CatalogError, EDIT_PRODUCTS, MovementReason, NewProduct, NewVariant, OptionValue, Product,
    ProductId, ProductStatus, VariantChange, VariantId,
    rules::invalid,
    service::{Service, editor, parse, stock},
    validate::{self, MAX_VARIANTS, names},
};

/// Variants, their stock and its first movements in one statement.
const INSERT: &str = "\
    WITH new AS (SELECT * FROM jsonb_to_recordset($1) AS n (id uuid, sku text, options jsonb, price numeric, \
                        compare_at numeric, weight_grams integer, barcode text, position integer, quantity integer, \
                        imported_quantity integer, stock_policy text, movement uuid)), \
         made AS (INSERT INTO variants (id, product_id, store_id, sku, options, price, compare_at, currency, weight_grams, \
                                        barcode, position, imported_quantity) \
                  SELECT id, $2, $3, sku, options, price, compare_at, $4, weight_grams, barcode, position, \
                         imported_quantity FROM new), \
         stock AS (INSERT INTO inventory (variant_id, product_id, store_id, on_hand, stock_policy) \
                   SELECT id, $2, $3, quantity, stock_policy FROM new) \
    INSERT INTO inventory_movements (id, variant_id, store_id, on_hand_change, reserved_change, reason, reference, actor, at) \
    SELECT movement, id, $3, quantity, 0, $5, $6, $7, $8 FROM new WHERE quantity > 0";

/// Writes variants of a product whose row is locked or new; positions go on after `after`.
pub(crate) async fn insert_variants(
    tx: &db::Tx,
    row: &NewRow,
    after: usize,
    variants: &[NewVariant],
) -> Result<(), CatalogError> {
    let imported = row.imported.as_deref();
    let reason = if imported.is_some() {
        MovementReason::Import
    } else {
        MovementReason::Initial
    };
    let json: Vec<serde_json::Value> = variants
        .iter()
        .enumerate()
        .map(|(index, v)| {
            let made_up = || format!("{}-{}", after + index + 1, letters(&row.env, 7));
            serde_json::json!({
                "id": row.env.uuid(),
                "sku": v.sku.clone().unwrap_or_else(made_up),
                "options": v.options,
                "price": v.price.amount().to_string(),
                "compare_at": v.compare_at.map(|m| m.amount().to_string()),
                "weight_grams": v.weight_grams,
                "barcode": v.barcode,
                "position": after + index,
                "quantity": v.quantity,
                "stock_policy": v.stock_policy,
                "imported_quantity": imported.map(|_| v.quantity),
                "movement": row.env.uuid(),
            })
        })
        .collect();
    let written = db::exec(
        &**tx,
        INSERT,
        values![
            serde_json::Value::Array(json),
            row.id,
            row.store,
            row.currency.code(),
            reason.word(),
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
        invalid("/options", "duplicate", detail)
    } else {
        error.into()
    }
}

/// A stored variant, as far as a change needs it.
#[derive(FromQueryResult, Clone)]
pub(crate) struct VariantRow {
    pub(crate) id: Uuid,
    pub(crate) sku: String,
    pub(crate) options: String,
    pub(crate) price: Decimal,
    pub(crate) compare_at: Option<Decimal>,
    pub(crate) imported_quantity: Option<i32>,
    pub(crate) stock_policy: String,
}

impl VariantRow {
    /// The variants of a locked product in display order.
    pub(crate) async fn of(tx: &db::Tx, product: ProductId) -> Result<Vec<Self>, CatalogError> {
        let sql = "SELECT v.id, v.sku, v.options::text AS options, v.price, v.compare_at, v.imported_quantity, \
                          i.stock_policy \
                   FROM variants v JOIN inventory i ON i.variant_id = v.id \
                   WHERE v.product_id = $1 ORDER BY v.position, v.id";
        Ok(db::rows(&**tx, sql, values![product]).await?)
    }

    pub(crate) fn options(&self) -> Result<Vec<OptionValue>, CatalogError> {
        parse::json(&self.options)
    }
}

impl Service {
    pub(crate) async fn make_variant(
        &self,
        actor: &Actor,
        product: ProductId,
        new: NewVariant,
        key: Option<IdempotencyKey>,
    ) -> Result<Product, CatalogError> {
        let store = editor(actor, EDIT_PRODUCTS)?;
        let currency = self.store_cards.card(store).await?.currency;
        let new = validate::new_variant(new, currency)?;
        let row = NewRow {
            env: self.env.clone(),
            shelf: self.shelf.clone(),
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
                    lock(tx, &row.shelf, row.store, row.id, None).await?;
                    let done = idempotency::first(tx, &row.env, keyed.as_ref(), &row.id).await?;
                    if done.is_some() {
                        return load(&**tx, row.id).await;
                    }
                    let known = VariantRow::of(tx, row.id).await?;
                    fits(&known, &row.new.variants)?;
                    insert_variants(tx, &row, known.len(), &row.new.variants).await?;
                    touch(tx, row.id, row.now).await?;
                    load(&**tx, row.id).await
                })
            })
            .await?;
        self.present(row, View::Own).await
    }

    pub(crate) async fn change_variant(
        &self,
        actor: &Actor,
        product: ProductId,
        variant: VariantId,
        change: VariantChange,
    ) -> Result<Product, CatalogError> {
        let store = editor(actor, EDIT_PRODUCTS)?;
        let currency = self.store_cards.card(store).await?.currency;
        let change = validate::variant_change(change, currency)?;
        let now = self.env.now();
        let row = self
            .env
            .pool
            .transaction(
                (store, variant, change, self.shelf.clone()),
                move |tx, input| {
                    Box::pin(async move {
                        let (store, variant, change, shelf) = input;
                        let expected = change.expected_version.as_ref();
                        lock(tx, &shelf, store, product, expected).await?;
                        let known = VariantRow::of(tx, product).await?;
                        let row = known.into_iter().find(|v| v.id == variant.0);
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
        key: None,
        name: String::new(),
        description: String::new(),
        category: None,
        brand: None,
        tags: Vec::new(),
        status: ProductStatus::Draft,
        variants: vec![new],
    }
}

/// New variants have the option names of those that are there, and there is room.
pub(crate) fn fits(known: &[VariantRow], new: &[NewVariant]) -> Result<(), CatalogError> {
    if known.len() + new.len() > MAX_VARIANTS {
        let detail = format!("at most {MAX_VARIANTS} variants");
        return Err(invalid("", "too_many", &detail));
    }
    let Some(first) = known.first() else {
        return Ok(());
    };
    let options = first.options()?;
    if new.iter().any(|v| names(&v.options) != names(&options)) {
        let detail = "the same options in the same order as the other variants";
        return Err(invalid("/options", "option_names", detail));
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
    let mut check = validate::Check::default();
    check.compare_at("/compare_at", compare_at, price);
    check.done()?;
    let (set_barcode, barcode) = match &change.barcode {
        Some(barcode) => (true, barcode.clone()),
        None => (false, None),
    };
    let changed = db::exec(
        &**tx,
        "UPDATE variants SET sku = coalesce($2, sku), price = $3, compare_at = $4, \
                weight_grams = coalesce($5, weight_grams), \
                barcode = CASE WHEN $6 THEN $7 ELSE barcode END, updated_at = $8 \
         WHERE id = $1",
        values![
            row.id,
            change.sku.clone(),
            price.amount(),
            compare_at.map(Money::amount),
            change.weight_grams.map(stock::int),
            set_barcode,
            barcode,
            now
        ],
    )
    .await
    .map_err(clash)?;
    if changed != 1 {
        return Err(CatalogError::Internal("a variant vanished".to_owned()));
    }
    match change.stock_policy {
        Some(policy) if policy.word() != row.stock_policy => {
            stock::set_policy(tx, VariantId(row.id), policy, now).await
        }
        _ => Ok(()),
    }
}
