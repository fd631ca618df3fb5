//! Takes the products of a parsed file, one transaction each: what is good stays, whatever
//! comes after it. A dry run does the same work and takes every transaction back.

use std::collections::HashMap;

use feira_kernel::{Actor, Currency, ModuleError, StoreId, db, values};
use uuid::Uuid;

use super::{
    Service, editor,
    product::{
        NewRow, VariantRow, fits, insert, insert_variants, lock, product_of_key, set, touch,
        update_one,
    },
    stock::{Change, change, int, lock_one, units},
};
use crate::{
    CatalogError, EDIT_PRODUCTS, EDIT_STOCK, ImportNote, ImportReport, ImportRequest,
    MovementReason, NewVariant, ProductChange, ProductId, StockChange, StockPolicy, VariantChange,
    VariantId,
    categories::Tree,
    import::{self, Imported, note},
    validate,
};

/// What became of one product.
#[derive(Clone, Copy)]
enum Done {
    Created,
    Updated,
}

/// Why a transaction was taken back.
enum Stop {
    Dry(Done),
    Failed(CatalogError),
}

impl From<db::Error> for Stop {
    fn from(error: db::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<CatalogError> for Stop {
    fn from(error: CatalogError) -> Self {
        Self::Failed(error)
    }
}

#[derive(Clone)]
struct Step {
    row: NewRow,
    counted: Vec<bool>,
    dry_run: bool,
    threshold: i32,
}

impl Service {
    pub(crate) async fn import_file(
        &self,
        actor: &Actor,
        request: ImportRequest,
    ) -> Result<ImportReport, CatalogError> {
        let store = editor(actor, EDIT_PRODUCTS)?;
        // A file may also change quantities.
        editor(actor, EDIT_STOCK)?;
        let currency = self.store_cards.card(store).await?.currency;
        let ImportRequest {
            format,
            dry_run,
            file,
        } = request;
        let parsed = tokio::task::spawn_blocking(move || import::parse(format, &file, currency))
            .await
            .map_err(|e| CatalogError::Internal(format!("reading the file: {e}")))??;
        let tree = self.categories.tree().await?;
        let mut report = ImportReport {
            notes: parsed.notes,
            ..ImportReport::default()
        };
        for mut imported in parsed.products {
            let line = imported.line;
            categorise(&mut imported, &tree, &mut report.notes);
            let variants = u32::try_from(imported.product.variants.len()).unwrap_or(u32::MAX);
            let step = self.step(actor, store, currency, imported, dry_run);
            let done = match step {
                Ok(step) => self.take(step).await,
                Err(error) => Err(error),
            };
            match done {
                Ok(Done::Created) => report.products_created += 1,
                Ok(Done::Updated) => report.products_updated += 1,
                Err(error) => {
                    report.notes.push(refusal(line, error)?);
                    continue;
                }
            }
            report.variants += variants;
        }
        report.notes.sort_by_key(|note| note.line);
        Ok(report)
    }

    fn step(
        &self,
        actor: &Actor,
        store: StoreId,
        currency: Currency,
        imported: Imported,
        dry_run: bool,
    ) -> Result<Step, CatalogError> {
        let new = validate::new_product(imported.product, currency)?;
        Ok(Step {
            row: NewRow {
                env: self.env.clone(),
                shelf: self.shelf.clone(),
                id: ProductId(self.env.uuid()),
                store,
                currency,
                imported: new.key.clone(),
                new,
                actor: actor.label(),
                now: self.env.now(),
            },
            counted: imported.counted,
            dry_run,
            threshold: int(self.settings.low_stock_threshold),
        })
    }

    async fn take(&self, step: Step) -> Result<Done, CatalogError> {
        let taken = self
            .env
            .pool
            .transaction(step, |tx, step| {
                Box::pin(async move {
                    let done = apply(tx, &step).await?;
                    if step.dry_run {
                        Err(Stop::Dry(done))
                    } else {
                        Ok(done)
                    }
                })
            })
            .await;
        match taken {
            Ok(done) | Err(Stop::Dry(done)) => Ok(done),
            Err(Stop::Failed(error)) => Err(error),
        }
    }
}

/// The category whose name is the file's type of product.
fn categorise(imported: &mut Imported, tree: &Tree, notes: &mut Vec<ImportNote>) {
    let Some(kind) = &imported.kind else { return };
    imported.product.category = tree.named(kind);
    if imported.product.category.is_none() {
        let detail = format!("no category is called {kind:?}; the product has none");
        notes.push(note(imported.line, false, "unknown_category", detail));
    }
}

/// A refused product is a note; what is no fault of the file ends the import.
fn refusal(line: u64, error: CatalogError) -> Result<ImportNote, CatalogError> {
    match &error {
        CatalogError::Unavailable(_) | CatalogError::Internal(_) => Err(error),
        CatalogError::Invalid(fields) => {
            let detail: Vec<String> = fields
                .iter()
                .take(5)
                .map(|f| format!("{}: {}", f.pointer, f.detail))
                .collect();
            Ok(note(line, true, error.code(), detail.join("; ")))
        }
        other => Ok(note(line, true, other.code(), other.to_string())),
    }
}

async fn apply(tx: &db::Tx, step: &Step) -> Result<Done, CatalogError> {
    let row = &step.row;
    let key = row.new.key.as_deref().unwrap_or_default();
    match product_of_key(tx, row.store, key).await? {
        Some(id) => update(tx, step, id).await,
        None if insert(tx, row).await? == row.id => Ok(Done::Created),
        // Another import of the same handle won meanwhile.
        None => Ok(Done::Updated),
    }
}

async fn update(tx: &db::Tx, step: &Step, id: ProductId) -> Result<Done, CatalogError> {
    let row = NewRow {
        id,
        ..step.row.clone()
    };
    lock(tx, &row.shelf, row.store, id, None).await?;
    let known = VariantRow::of(tx, id).await?;
    let change = ProductChange {
        name: Some(row.new.name.clone()),
        description: Some(row.new.description.clone()),
        // A category given by hand is not taken away by a file that names none of ours.
        category: row.new.category.map(Some),
        brand: Some(row.new.brand.clone()),
        tags: Some(row.new.tags.clone()),
        status: Some(row.new.status),
        expected_version: None,
    };
    set(tx, id, &change, row.now).await?;
    let mut added = Vec::new();
    let mut counts: HashMap<Uuid, u32> = HashMap::new();
    for (variant, counted) in row.new.variants.iter().zip(&step.counted) {
        let Some(old) = matching(&known, variant)? else {
            added.push(variant.clone());
            continue;
        };
        update_one(tx, old, &patch(old, variant), row.currency, row.now).await?;
        let count = i32::try_from(variant.quantity).ok();
        if *counted && old.imported_quantity != count {
            counts.insert(old.id, variant.quantity);
        }
    }
    if !added.is_empty() {
        fits(&known, &added)?;
        insert_variants(tx, &row, known.len(), &added).await?;
    }
    touch(tx, id, row.now).await?;
    count(tx, step, counts).await?;
    Ok(Done::Updated)
}

/// The stored variant that a row of the file means: the same options, or else the same SKU.
fn matching<'a>(
    known: &'a [VariantRow],
    variant: &NewVariant,
) -> Result<Option<&'a VariantRow>, CatalogError> {
    for old in known {
        if old.options()? == variant.options {
            return Ok(Some(old));
        }
    }
    let same_sku = |old: &&VariantRow| Some(&old.sku) == variant.sku.as_ref();
    Ok(known.iter().find(same_sku))
}

fn patch(old: &VariantRow, variant: &NewVariant) -> VariantChange {
    VariantChange {
        expected_version: None,
        sku: variant.sku.clone().filter(|sku| *sku != old.sku),
        price: Some(variant.price),
        compare_at: Some(variant.compare_at),
        weight_grams: Some(variant.weight_grams),
        barcode: Some(variant.barcode.clone()),
        stock_policy: None,
    }
}

/// Sets what is on hand where the file says something new, never below what is reserved; in
/// ascending order of the variant, like everybody who locks stock.
async fn count(tx: &db::Tx, step: &Step, counts: HashMap<Uuid, u32>) -> Result<(), CatalogError> {
    let row = &step.row;
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_unstable();
    for (variant, quantity) in counts {
        let to_do = Change {
            env: row.env.clone(),
            shelf: row.shelf.clone(),
            store: row.store,
            variant: VariantId(variant),
            reason: MovementReason::Import,
            reference: row.new.key.clone(),
            note: None,
            key: None,
            actor: row.actor.clone(),
            threshold: step.threshold,
        };
        let level = lock_one(tx, row.store, to_do.variant).await?;
        if level.policy()? == StockPolicy::NotCounted {
            continue;
        }
        let quantity_or_reserved = quantity.max(units(level.reserved));
        change(tx, &to_do, level, StockChange::To(quantity_or_reserved)).await?;
        db::exec(
            &**tx,
            "UPDATE variants SET imported_quantity = $2, updated_at = $3 WHERE id = $1",
            values![variant, int(quantity), row.now],
        )
        .await?;
    }
    Ok(())
}
