//! One product of a file in its transaction: made, or changed by what the file says of it.

use std::collections::HashSet;

use feira_kernel::{
    audit,
    db::{self, Change},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Set};
use serde_json::json;

use super::{
    Rollback, Step,
    exchange::set_aside,
    prices::{free_of_charge, if_priced, note_free, prices},
    refused,
    report::{Places, ProductResult},
    skus::{free, give},
    stock::{below_zero, count, start_below},
    variants::{Existing, existing, matching, new_variant},
};
use crate::{
    CatalogError, NewProduct, NewVariant, ProductChange, ProductId, ProductStatus,
    acts::PRODUCT_ARCHIVED,
    entities::product,
    field_codes::{NO_TITLE, STAYS_ARCHIVED},
    import::{ImportedVariant, note},
    service::product::{
        NewRow, VariantRow, fits, insert, insert_variants, lock, set, touch, update_one,
    },
    validate,
};

/// The product of the key, and which of the SKUs belong to other products of the store.
#[derive(FromQueryResult)]
struct Target {
    id: Option<ProductId>,
    taken: Vec<String>,
}

pub(super) async fn product(tx: &db::Tx, step: &Step) -> Result<ProductResult, Rollback> {
    set_aside(tx, step).await?;
    let key = step.imported.key.clone();
    let target: Target = db::one(
        &**tx,
        include_str!("../../sql/import_target.sql"),
        values![step.import.store, key, step.wanted.clone()],
    )
    .await?;
    let mut skus = step.taken.clone();
    skus.extend(target.taken);
    match target.id {
        Some(id) => update(tx, step, id, skus).await,
        None => create(tx, step, skus).await,
    }
}

async fn create(
    tx: &db::Tx,
    step: &Step,
    skus: HashSet<String>,
) -> Result<ProductResult, Rollback> {
    let imported = &step.imported;
    if imported.name.is_none() {
        let detail = format!(
            "{:?} is new, so its first row needs a name",
            imported.handle
        );
        let column = imported.headers.of("name");
        return Err(refused(imported.line, column, NO_TITLE, detail));
    }
    validate::import_key(&imported.key)?;
    let mut taken = ProductResult {
        created: true,
        ..ProductResult::default()
    };
    let free = free_of_charge(imported, &[], &[]);
    note_free(imported, free, &mut taken);
    // What Shopify does with a file that does not say.
    let said = imported.status.unwrap_or(ProductStatus::Active);
    let status = if_priced(said, free);
    taken.assumed.published = u32::from(imported.status.is_none() && status == said);
    let mut added = Vec::with_capacity(imported.variants.len());
    for row in &imported.variants {
        added.push((row, new_variant(row, &imported.headers, &mut taken)?));
    }
    give(imported, &mut [], &mut added, skus, &mut taken)?;
    let below = below_zero(&added);
    let variants = added.into_iter().map(|(_, new)| new).collect();
    let new = NewProduct {
        variants,
        status,
        ..new_product(step)
    };
    let new = validate::new_product(new, prices(step.import.currency))?;
    if new.status == ProductStatus::Active && !step.import.may_publish {
        return Err(CatalogError::StoreClosed.into());
    }
    let row = new_row(step, ProductId(step.import.env.uuid()), new);
    if insert(tx, &row).await? != row.id {
        // Another import of the same handle won meanwhile.
        taken.created = false;
        return Ok(taken);
    }
    start_below(tx, step, row.id, 0, below).await?;
    if imported.status == Some(ProductStatus::Archived) {
        archived(tx, row.id).await?;
    }
    Ok(taken)
}

async fn update(
    tx: &db::Tx,
    step: &Step,
    id: ProductId,
    mut skus: HashSet<String>,
) -> Result<ProductResult, Rollback> {
    let (import, imported) = (&step.import, &step.imported);
    let mut taken = ProductResult::default();
    let was = lock(tx, &import.product_cache, import.store, id, None).await?;
    let known = VariantRow::of(tx, id).await?;
    let found = matching(&known, imported)?;
    let free = free_of_charge(imported, &found, &known);
    let change = product_change(step, &was, free, &mut taken)?;
    let from = was.status;
    let publishes = change.status == Some(ProductStatus::Active) && from != ProductStatus::Active;
    if publishes && !import.may_publish {
        return Err(CatalogError::StoreClosed.into());
    }
    set(tx, &was, &change, step.now, true).await?;
    if change.status == Some(ProductStatus::Archived) {
        archived(tx, id).await?;
        if from != ProductStatus::Archived {
            let details = json!({"from": from, "import": import.id});
            let (env, who) = (&import.env, &import.actor);
            audit::record(tx, env, who, PRODUCT_ARCHIVED, id.0, details).await?;
        }
    }
    let (mut changed, mut added) = (Vec::new(), Vec::new());
    for (row, old) in imported.variants.iter().zip(found) {
        match old {
            Some(old) => changed.push(existing(row, old, import, &imported.headers, &mut taken)?),
            None if row.bare => {}
            None => added.push((row, new_variant(row, &imported.headers, &mut taken)?)),
        }
    }
    let others = known
        .iter()
        .filter(|old| changed.iter().all(|c| c.old.id != old.id));
    skus.extend(others.map(|old| old.sku.clone()));
    give(imported, &mut changed, &mut added, skus, &mut taken)?;
    change_variants(tx, step, &changed).await?;
    add_variants(tx, step, id, &known, added).await?;
    touch(tx, id, step.now).await?;
    // In ascending order of the variant, like everybody who locks stock.
    changed.sort_by_key(|c| c.old.id);
    for changed in &changed {
        count(tx, step, changed).await?;
    }
    Ok(taken)
}

/// What the file says of the product itself. What a person archived is not brought back.
fn product_change(
    step: &Step,
    was: &product::Model,
    free: Option<u64>,
    taken: &mut ProductResult,
) -> Result<ProductChange, CatalogError> {
    let imported = &step.imported;
    let mut status = imported.status;
    let by_hand = was.status == ProductStatus::Archived && !was.archived_by_import;
    if let Some(said) = status.take_if(|_| by_hand)
        && said != ProductStatus::Archived
    {
        let detail = "the product was archived by hand and stays so";
        let told = note(imported.line, false, STAYS_ARCHIVED, detail);
        taken.notes.push(told.at(imported.headers.of("status")));
    }
    note_free(imported, free, taken);
    let becomes = status.unwrap_or(was.status);
    if if_priced(becomes, free) != becomes {
        status = Some(ProductStatus::Draft);
    }
    validate::product_change(ProductChange {
        name: imported.name.clone(),
        description: imported.description.clone(),
        category: step.category,
        brand: imported.brand.clone(),
        tags: imported.tags.clone(),
        status,
        ..ProductChange::default()
    })
}

/// Remembers that it was a file that archived the product: a later one may bring it back.
async fn archived(tx: &db::Tx, id: ProductId) -> Result<(), CatalogError> {
    let archived = product::Entity::update_many()
        .set(product::ActiveModel {
            archived_by_import: Set(true),
            ..Default::default()
        })
        .filter(product::Column::Id.eq(id));
    archived.run(&**tx).await?;
    Ok(())
}

async fn change_variants(
    tx: &db::Tx,
    step: &Step,
    changed: &[Existing<'_>],
) -> Result<(), Rollback> {
    let currency = step.import.currency;
    free(tx, changed).await?;
    for changed in changed {
        let at = |error| stop(step, changed.row.line, error);
        let change = changed.change.clone();
        let change = validate::variant_change(change, prices(currency)).map_err(at)?;
        let done = update_one(tx, changed.old, &change, currency, step.now).await;
        done.map_err(at)?;
    }
    Ok(())
}

async fn add_variants(
    tx: &db::Tx,
    step: &Step,
    id: ProductId,
    known: &[VariantRow],
    added: Vec<(&ImportedVariant, NewVariant)>,
) -> Result<(), Rollback> {
    if added.is_empty() {
        return Ok(());
    }
    let below = below_zero(&added);
    let mut variants = Vec::with_capacity(added.len());
    for (row, new) in added {
        let new = validate::new_variant(new, prices(step.import.currency));
        variants.push(new.map_err(|error| stop(step, row.line, error))?);
    }
    fits(tx, id, known, &variants).await?;
    let row = new_row(step, id, NewProduct::default());
    insert_variants(tx, &row, known, &variants).await?;
    start_below(tx, step, id, known.len(), below).await?;
    Ok(())
}

fn stop(step: &Step, line: u64, error: CatalogError) -> Rollback {
    let refusal = Places::of_row(&step.imported, line).refusal(error);
    refusal.map_or_else(Rollback::Failed, Rollback::Refused)
}

/// What the file says of a product that is new, but for its variants and status.
fn new_product(step: &Step) -> NewProduct {
    let imported = step.imported.clone();
    NewProduct {
        name: imported.name.unwrap_or_default(),
        description: imported.description.unwrap_or_default(),
        category: step.category.flatten(),
        brand: imported.brand.flatten(),
        tags: imported.tags.unwrap_or_default(),
        ..NewProduct::default()
    }
}

fn new_row(step: &Step, id: ProductId, new: NewProduct) -> NewRow {
    let import = step.import.clone();
    NewRow {
        env: import.env,
        product_cache: import.product_cache,
        id,
        store: import.store,
        currency: import.currency,
        new,
        imported: Some(step.imported.key.clone()),
        actor: import.actor.label(),
        now: step.now,
    }
}
