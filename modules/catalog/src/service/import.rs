//! Imports the products of a parsed file, one transaction each, so that a refused product does not undo
//! others. A dry run does the same work and rolls every transaction back.

mod apply;
mod exchange;
mod locks;
mod notes;
mod prices;
mod progress;
mod report;
mod run;
mod skus;
mod stock;
mod variants;

use std::collections::{BTreeMap, HashSet};

use feira_kernel::{
    Actor, Currency, Env, FieldCode, IdempotencyKey, StoreId, Time, db,
    idempotency::{self, Keyed},
    values,
};

use self::{
    exchange::Exchanges,
    progress::{Outcome, Progress},
    report::ProductResult,
    run::Run,
};
use super::{Service, stock::int};
use crate::{
    CatalogError, CategoryId, EDIT_PRODUCTS, EDIT_STOCK, ImportId, ImportNote, ImportReport,
    ImportRequest, access,
    import::{self, Imported, note},
    product_cache::ProductCache,
};

pub(crate) use locks::ImportLocks;

/// Why a transaction was rolled back.
enum Rollback {
    Dry(Vec<ProductResult>),
    Refused(ImportNote),
    Failed(CatalogError),
}

impl From<db::Error> for Rollback {
    fn from(error: db::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<CatalogError> for Rollback {
    fn from(error: CatalogError) -> Self {
        Self::Failed(error)
    }
}

/// `column` for what is missing in one.
fn refused(
    line: u64,
    column: Option<String>,
    code: FieldCode,
    detail: impl Into<String>,
) -> Rollback {
    Rollback::Refused(note(line, true, code, detail).at(column))
}

/// What all products of a file have in common.
#[derive(Clone)]
struct Import {
    env: Env,
    /// Also what the acts of one file have in common in the audit log.
    id: ImportId,
    product_cache: ProductCache,
    store: StoreId,
    currency: Currency,
    actor: Actor,
    threshold: i32,
    may_publish: bool,
    dry_run: bool,
}

/// Everything that the transaction needs to know of one product.
#[derive(Clone)]
struct Step {
    import: Import,
    imported: Imported,
    category: Option<Option<CategoryId>>,
    /// SKUs that it may want: the file's, and those that would be made up.
    wanted: Vec<String>,
    /// Of them, what earlier products of this file got, and what they gave up: a dry run took
    /// it back.
    taken: HashSet<String>,
    freed: Vec<String>,
    now: Time,
}

impl Service {
    pub(crate) async fn import(
        &self,
        actor: &Actor,
        request: ImportRequest,
        key: Option<IdempotencyKey>,
    ) -> Result<ImportReport, CatalogError> {
        let keyed = IdempotencyKey::of(key, actor);
        let store = access::editor(actor, EDIT_PRODUCTS)?;
        // A file may also change quantities.
        access::editor(actor, EDIT_STOCK)?;
        let _permit = self.imports.acquire().await?;
        let import = Import {
            env: self.env.clone(),
            id: ImportId(self.env.uuid()),
            product_cache: self.product_cache.clone(),
            store,
            currency: self.store_cards.card(store).await?.currency,
            actor: actor.clone(),
            threshold: int(self.settings.low_stock_threshold),
            may_publish: self.store_cards.may_publish(store).await?,
            dry_run: request.dry_run,
        };
        let (format, file, currency) = (request.format, request.file, import.currency);
        let parsed = tokio::task::spawn_blocking(move || import::parse(format, &file, currency))
            .await
            .map_err(|e| CatalogError::Internal(format!("reading the file: {e}")))??;
        let tree = self.categories.tree().await?;
        // Only now: a file that cannot be read takes no key.
        let progress = match self.begin(keyed.clone()).await? {
            Some(Outcome::Done(report)) => return Ok(report),
            Some(Outcome::Going(progress)) => progress,
            None => Progress::default(),
        };
        self.renew_keys(store, &parsed.earlier_keys).await?;
        let exchanges = Exchanges::of(&import, &parsed.products).await?;
        let mut run = Run::new(import, keyed.clone(), tree, parsed, exchanges, progress);
        run.all(&self.store_cards).await?;
        let mut report = run.report();
        self.keep_notes(store, &mut report).await;
        if let Some(keyed) = &keyed {
            let done = Outcome::Done(report.clone());
            idempotency::finish(self.env.pool.write(), keyed, &done).await?;
        }
        Ok(report)
    }

    /// Nobody sees it, so a dry run does it too. Who has the new key already keeps the other one.
    async fn renew_keys(
        &self,
        store: StoreId,
        earlier: &BTreeMap<String, String>,
    ) -> Result<(), CatalogError> {
        let storable =
            |(key, earlier): &(&String, &String)| !key.contains('\0') && !earlier.contains('\0');
        let (keys, earlier): (Vec<String>, Vec<String>) = earlier
            .iter()
            .filter(storable)
            .map(|(key, earlier)| (key.clone(), earlier.clone()))
            .unzip();
        if !keys.is_empty() {
            let sql = include_str!("../sql/renew_keys.sql");
            db::exec(self.env.pool.write(), sql, values![store, keys, earlier]).await?;
        }
        Ok(())
    }

    /// What is known of an earlier import with this key; else takes the key.
    async fn begin(&self, keyed: Option<Keyed>) -> Result<Option<Outcome>, CatalogError> {
        if keyed.is_none() {
            return Ok(None);
        }
        let input = (self.env.clone(), keyed);
        let known = self.env.pool.transaction(input, |tx, (env, keyed)| {
            Box::pin(async move {
                let nothing = Outcome::Going(Progress::default());
                idempotency::first(tx, &env, keyed.as_ref(), &nothing).await
            })
        });
        let known: Result<Option<Outcome>, db::Error> = known.await;
        Ok(known?)
    }
}
