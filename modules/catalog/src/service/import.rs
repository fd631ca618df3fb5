//! Takes the products of a parsed file, one transaction each: what is good stays, whatever
//! comes after it. A dry run does the same work and takes every transaction back.

mod apply;
mod report;
mod skus;
mod variants;

use std::collections::HashSet;

use feira_kernel::{
    Actor, Currency, Env, IdempotencyKey, StoreId, Time, db,
    idempotency::{self, Keyed},
};

use self::report::{Assumed, Taken, finish, refusal};
use super::{Service, editor, stock::int};
use crate::{
    CatalogError, CategoryId, EDIT_PRODUCTS, EDIT_STOCK, ImportNote, ImportReport, ImportRequest,
    categories::Tree,
    import::{self, Imported, made_up, note},
    shelf::Shelf,
};

/// Why a transaction was taken back.
enum Stop {
    Dry(Box<Taken>),
    Refused(ImportNote),
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

fn refused(line: u64, code: &str, detail: impl Into<String>) -> Stop {
    Stop::Refused(note(line, true, code, detail))
}

/// What all products of a file have in common.
#[derive(Clone)]
struct Import {
    env: Env,
    shelf: Shelf,
    store: StoreId,
    currency: Currency,
    actor: String,
    threshold: i32,
    dry_run: bool,
}

/// Everything that the transaction of one product needs to know.
#[derive(Clone)]
struct Step {
    import: Import,
    imported: Imported,
    category: Option<Option<CategoryId>>,
    /// SKUs that it may want: the file's, and those that would be made up.
    wanted: Vec<String>,
    /// Those of them that earlier products of this file got; a dry run took them back.
    taken: HashSet<String>,
    now: Time,
}

impl Service {
    pub(crate) async fn import_file(
        &self,
        actor: &Actor,
        request: ImportRequest,
        key: Option<IdempotencyKey>,
    ) -> Result<ImportReport, CatalogError> {
        let keyed = IdempotencyKey::of(key, actor);
        let store = editor(actor, EDIT_PRODUCTS)?;
        // A file may also change quantities.
        editor(actor, EDIT_STOCK)?;
        if let Some(report) = self.begin(keyed.clone()).await? {
            return Ok(report);
        }
        let import = Import {
            env: self.env.clone(),
            shelf: self.shelf.clone(),
            store,
            currency: self.store_cards.card(store).await?.currency,
            actor: actor.label(),
            threshold: int(self.settings.low_stock_threshold),
            dry_run: request.dry_run,
        };
        let (format, file, currency) = (request.format, request.file, import.currency);
        let parsed = tokio::task::spawn_blocking(move || import::parse(format, &file, currency))
            .await
            .map_err(|e| CatalogError::Internal(format!("reading the file: {e}")))??;
        let tree = self.categories.tree().await?;
        let mut report = ImportReport {
            notes: parsed.notes,
            ..ImportReport::default()
        };
        let (mut assumed, mut skus) = (Assumed::default(), HashSet::new());
        for imported in parsed.products {
            let line = imported.line;
            let category = category(&imported, &tree, &mut report.notes);
            let step = step(&import, imported, category, &skus);
            match take(step).await {
                Ok(taken) | Err(Stop::Dry(taken)) => {
                    report.products_created += u32::from(taken.created);
                    report.products_updated += u32::from(!taken.created);
                    report.variants += taken.variants;
                    report.notes.extend(taken.notes);
                    assumed.add(&taken.assumed);
                    skus.extend(taken.skus);
                }
                Err(Stop::Refused(note)) => report.notes.push(note),
                Err(Stop::Failed(error)) => report.notes.push(refusal(line, error)?),
            }
        }
        report.notes.extend(assumed.notes());
        finish(&mut report);
        if let Some(keyed) = &keyed {
            idempotency::finish(&self.env, keyed, &Some(&report)).await?;
        }
        Ok(report)
    }

    /// The report of an earlier import with this key. One that did not come to its end is done
    /// again: it changes nothing where it has been.
    async fn begin(&self, keyed: Option<Keyed>) -> Result<Option<ImportReport>, CatalogError> {
        if keyed.is_none() {
            return Ok(None);
        }
        let input = (self.env.clone(), keyed);
        let known = self.env.pool.transaction(input, |tx, (env, keyed)| {
            Box::pin(async move {
                let none: Option<ImportReport> = None;
                idempotency::first(tx, &env, keyed.as_ref(), &none).await
            })
        });
        let known: Result<Option<Option<ImportReport>>, db::Error> = known.await;
        Ok(known?.flatten())
    }
}

fn step(
    import: &Import,
    imported: Imported,
    category: Option<Option<CategoryId>>,
    skus: &HashSet<String>,
) -> Step {
    let wanted: Vec<String> = imported
        .variants
        .iter()
        .map(|variant| {
            let options = variant.options.as_deref().unwrap_or_default();
            let made_up = || made_up(&imported.handle, options);
            variant.sku.clone().unwrap_or_else(made_up)
        })
        .collect();
    Step {
        import: import.clone(),
        category,
        taken: wanted
            .iter()
            .filter(|sku| skus.contains(*sku))
            .cloned()
            .collect(),
        wanted,
        now: import.env.now(),
        imported,
    }
}

async fn take(step: Step) -> Result<Box<Taken>, Stop> {
    let pool = step.import.env.pool.clone();
    pool.transaction(step, |tx, step| {
        Box::pin(async move {
            let taken = Box::new(apply::product(tx, &step).await?);
            if step.import.dry_run {
                Err(Stop::Dry(taken))
            } else {
                Ok(taken)
            }
        })
    })
    .await
}

/// The category whose name is the file's type of product. One given by hand is not taken away by
/// a type that is none of ours.
fn category(
    imported: &Imported,
    tree: &Tree,
    notes: &mut Vec<ImportNote>,
) -> Option<Option<CategoryId>> {
    let Some(kind) = imported.kind.as_ref()? else {
        return Some(None);
    };
    let found = tree.named(kind);
    if found.is_none() {
        let detail = format!("no category is called {kind:?}; none was set");
        notes.push(note(imported.line, false, "unknown_category", detail));
    }
    found.map(Some)
}
