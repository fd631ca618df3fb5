//! One import on its way through its file.

use std::{collections::HashSet, sync::Arc};

use feira_kernel::idempotency::{self, Keyed};

use super::{
    Import, Rollback, Step, apply,
    exchange::{Exchanges, release},
    progress::{Outcome, Progress},
    report::{Assumed, Places, ProductResult},
};
use crate::{
    CatalogError, CategoryId, ImportNote, ImportReport,
    categories::Tree,
    field_codes::{CONTINUED, UNKNOWN_CATEGORY},
    import::{Imported, Notes, Parsed, made_up, note},
    store_cards::StoreCards,
};

/// Products after which it is asked anew whether the store's may be published: a long file may
/// outlast its suspension.
const ASKED_EVERY: usize = 100;

pub(super) struct Run {
    import: Import,
    keyed: Option<Keyed>,
    tree: Arc<Tree>,
    /// Those that are still to be taken.
    products: Vec<Option<Imported>>,
    exchanges: Exchanges,
    progress: Progress,
    notes: Notes,
    /// Products whose refusals an earlier try has noted.
    refused_before: u32,
    assumed: Assumed,
    /// What a dry run took back.
    skus: HashSet<String>,
    freed: HashSet<String>,
}

/// What is done in one transaction.
#[derive(Clone)]
struct Unit {
    places: Vec<usize>,
    steps: Vec<Step>,
    /// Only to see whether it can be done.
    dry: bool,
    /// Where it is kept how far the import has come, and how far it had come before.
    kept: Option<(Keyed, Progress)>,
}

impl Run {
    pub(super) fn new(
        import: Import,
        keyed: Option<Keyed>,
        tree: Arc<Tree>,
        parsed: Parsed,
        exchanges: Exchanges,
        progress: Progress,
    ) -> Self {
        let mut notes = parsed.notes;
        let before = progress.count();
        if before > 0 {
            let detail = format!(
                "an earlier try of this import has taken or refused {before} products: they are \
                 counted, and left as they are now; what was noted of them is lost"
            );
            notes.push(note(1, false, CONTINUED, detail));
        }
        Self {
            import,
            keyed,
            tree,
            products: parsed.products.into_iter().map(Some).collect(),
            exchanges,
            refused_before: progress.refused,
            progress,
            notes,
            assumed: Assumed::default(),
            skus: HashSet::new(),
            freed: HashSet::new(),
        }
    }

    pub(super) async fn all(&mut self, stores: &StoreCards) -> Result<(), CatalogError> {
        let mut asked = self.progress.count();
        while self.progress.next() < self.products.len() {
            if self.progress.count() >= asked + ASKED_EVERY {
                asked = self.progress.count();
                self.import.may_publish = stores.may_publish(self.import.store).await?;
            }
            let mut steps = Vec::new();
            for place in self.exchanges.next(&self.progress) {
                steps.push((place, self.step(place)?));
            }
            if steps.len() > 1 {
                self.together(steps).await?;
            } else {
                self.each(steps).await?;
            }
        }
        Ok(())
    }

    /// Each by itself: who is refused costs nobody else anything.
    async fn each(&mut self, steps: Vec<(usize, Step)>) -> Result<(), CatalogError> {
        for (place, step) in steps {
            let unit = self.unit(vec![(place, step)]);
            match take(unit).await? {
                Ok(taken) => self.taken(&[place], taken),
                Err(refused) => self.refused(place, refused),
            }
        }
        Ok(())
    }

    /// Who is refused by itself keeps its SKUs and has no part in it.
    async fn together(&mut self, steps: Vec<(usize, Step)>) -> Result<(), CatalogError> {
        let mut good = Vec::with_capacity(steps.len());
        for (place, step) in steps {
            let trial = Unit {
                dry: true,
                ..self.unit(vec![(place, step.clone())])
            };
            match take(trial).await? {
                Ok(_) => good.push((place, step)),
                Err(refused) => self.refused(place, refused),
            }
        }
        let unit = self.unit(good.clone());
        let places = unit.places.clone();
        match take(unit).await? {
            Ok(taken) => {
                self.taken(&places, taken);
                Ok(())
            }
            Err(_) => self.each(good).await,
        }
    }

    fn unit(&self, steps: Vec<(usize, Step)>) -> Unit {
        let dry = self.import.dry_run;
        let keyed = self.keyed.clone().filter(|_| !dry);
        let (places, steps) = steps.into_iter().unzip();
        Unit {
            places,
            steps,
            dry,
            kept: keyed.map(|keyed| (keyed, self.progress.clone())),
        }
    }

    fn step(&mut self, place: usize) -> Result<Step, CatalogError> {
        let imported = self.products.get_mut(place).and_then(Option::take);
        let twice = || CatalogError::Internal("a product comes twice".to_owned());
        let imported = imported.ok_or_else(twice)?;
        let wanted = wanted(&imported);
        let of = |skus: &HashSet<String>| {
            let found = wanted.iter().filter(|sku| skus.contains(*sku));
            found.cloned().collect::<Vec<String>>()
        };
        Ok(Step {
            import: self.import.clone(),
            category: category(&imported, &self.tree, &mut self.notes),
            taken: of(&self.skus).into_iter().collect(),
            freed: of(&self.freed),
            wanted,
            now: self.import.env.now(),
            imported,
        })
    }

    fn taken(&mut self, places: &[usize], all: Vec<ProductResult>) {
        self.progress.taken(places, &all);
        for taken in all {
            self.notes.append(taken.notes);
            self.assumed.add(&taken.assumed);
            if self.import.dry_run {
                self.skus.extend(taken.skus);
                self.freed.extend(taken.freed);
            }
        }
    }

    fn refused(&mut self, place: usize, why: ImportNote) {
        self.progress.refused(place);
        self.notes.push(why);
    }

    pub(super) fn report(mut self) -> ImportReport {
        for note in self.assumed.notes() {
            self.notes.push(note);
        }
        ImportReport {
            id: self.import.id,
            dry_run: self.import.dry_run,
            products_created: self.progress.created,
            products_updated: self.progress.updated,
            variants: self.progress.variants,
            refused: self.refused_before.saturating_add(self.notes.refused()),
            notes: self.notes.by_kind(),
        }
    }
}

/// What became of each product, or why one of them is refused and none was taken.
async fn take(unit: Unit) -> Result<Result<Vec<ProductResult>, ImportNote>, CatalogError> {
    let Some(first) = unit.steps.first() else {
        return Ok(Ok(Vec::new()));
    };
    let (places, pool) = (Places::of(&first.imported), first.import.env.pool.clone());
    let done = pool.transaction(unit, |tx, unit| {
        Box::pin(async move {
            let mut freed = match unit.steps.len() {
                1 => Vec::new(),
                _ => release(tx, &unit.steps).await?,
            };
            let mut all = Vec::with_capacity(unit.steps.len());
            for step in &unit.steps {
                let mut taken = apply::product(tx, step).await?;
                taken.freed.append(&mut freed);
                all.push(taken);
            }
            if unit.dry {
                return Err(Rollback::Dry(all));
            }
            if let Some((keyed, mut progress)) = unit.kept {
                progress.taken(&unit.places, &all);
                idempotency::finish(&**tx, &keyed, &Outcome::Going(progress)).await?;
            }
            Ok(all)
        })
    });
    let done: Result<Vec<ProductResult>, Rollback> = done.await;
    match done {
        Ok(taken) | Err(Rollback::Dry(taken)) => Ok(Ok(taken)),
        Err(Rollback::Refused(note)) => Ok(Err(note)),
        Err(Rollback::Failed(error)) => places.refusal(error).map(Err),
    }
}

fn wanted(imported: &Imported) -> Vec<String> {
    let skus = imported.variants.iter().map(|variant| {
        let options = variant.options.as_deref().unwrap_or_default();
        let made_up = || made_up(&imported.handle, options);
        variant.sku.clone().unwrap_or_else(made_up)
    });
    skus.collect()
}

/// The category whose name is the file's type of product. One given by hand is not taken away by
/// a type that is none of ours.
fn category(imported: &Imported, tree: &Tree, notes: &mut Notes) -> Option<Option<CategoryId>> {
    let Some(kind) = imported.kind.as_ref()? else {
        return Some(None);
    };
    let found = tree.named(kind);
    if found.is_none() {
        let detail = format!("no category is called {kind:?}; none was set");
        let column = imported.headers.of("category_id");
        notes.push(note(imported.line, false, UNKNOWN_CATEGORY, detail).at(column));
    }
    found.map(Some)
}
