//! Products of one file that take each other's SKUs. They are taken in one transaction, so that
//! each gets what another one gives up, and nothing is given up for one that is refused.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use feira_kernel::{
    db::{self, Find},
    values,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    sea_query::ExprTrait,
};

use super::{Import, Rollback, Step, progress::Progress, skus::take_away, variants::matching};
use crate::{
    CatalogError, ProductId, VariantId,
    entities::{inventory, product, variant},
    import::Imported,
    service::product::VariantRow,
};

/// Products in one transaction, which holds their stock: buyers wait for it.
const MAX_TOGETHER: usize = 100;

/// Who wants a SKU that another imported product of the store has.
#[derive(FromQueryResult)]
struct Wanted {
    taker: String,
    giver: String,
    sku: String,
}

/// Products are named by their place in the file.
#[derive(Debug, Default)]
pub(super) struct Exchanges {
    givers: BTreeMap<usize, BTreeSet<usize>>,
    /// Takers and givers of each.
    tied: BTreeMap<usize, BTreeSet<usize>>,
}

impl Exchanges {
    pub(super) async fn of(import: &Import, products: &[Imported]) -> Result<Self, CatalogError> {
        let (mut keys, mut skus) = (Vec::new(), Vec::new());
        let (mut places, mut said) = (HashMap::new(), HashSet::new());
        for (place, product) in products.iter().enumerate() {
            places.insert(product.key.as_str(), place);
            for sku in product.variants.iter().filter_map(|v| v.sku.as_deref()) {
                // What PostgreSQL cannot compare is refused with its product.
                let possible = !sku.contains('\0') && !product.key.contains('\0');
                if said.insert((place, sku)) && possible {
                    keys.push(product.key.clone());
                    skus.push(sku.to_owned());
                }
            }
        }
        let reads = import.env.pool.read();
        let wanted: Vec<Wanted> = db::rows(
            reads,
            include_str!("../../sql/wanted_skus.sql"),
            values![import.store, keys, skus],
        )
        .await?;
        let mut exchanges = Self::default();
        for Wanted { taker, giver, sku } in &wanted {
            let ends = places.get(taker.as_str()).zip(places.get(giver.as_str()));
            // A product that still says the SKU gives nothing up.
            if let Some((taker, giver)) = ends
                && !said.contains(&(*giver, sku.as_str()))
            {
                exchanges.tie(*taker, *giver);
            }
        }
        Ok(exchanges)
    }

    fn tie(&mut self, taker: usize, giver: usize) {
        self.givers.entry(taker).or_default().insert(giver);
        self.tied.entry(taker).or_default().insert(giver);
        self.tied.entry(giver).or_default().insert(taker);
    }

    /// The products to be taken next: the first one that is left, or those that it waits for. Of
    /// a long chain those who give come before those who take.
    pub(super) fn next(&self, progress: &Progress) -> Vec<usize> {
        let left = |place: &usize| !progress.is_done(*place);
        let mut first = progress.next();
        let mut seen = HashSet::new();
        while seen.insert(first) {
            let mut givers = self.givers.get(&first).into_iter().flatten();
            let Some(giver) = givers.find(|giver| left(giver) && !seen.contains(*giver)) else {
                break;
            };
            first = *giver;
        }
        let mut together = BTreeSet::from([first]);
        let mut queue = VecDeque::from([first]);
        while let Some(place) = queue.pop_front() {
            for other in self.tied.get(&place).into_iter().flatten() {
                if together.len() < MAX_TOGETHER && left(other) && together.insert(*other) {
                    queue.push_back(*other);
                }
            }
        }
        together.into_iter().collect()
    }
}

#[derive(FromQueryResult)]
struct Known {
    id: ProductId,
    create_key: String,
}

/// Takes from the products the SKUs that they give up and one of them wants, and tells which.
/// Locks everything in the order of the ids first.
pub(super) async fn release(tx: &db::Tx, steps: &[Step]) -> Result<Vec<String>, Rollback> {
    let Some(Step { import, .. }) = steps.first() else {
        return Ok(Vec::new());
    };
    let products = lock_all(tx, import, steps).await?;
    let wanted: HashSet<&String> = steps.iter().flat_map(|step| &step.wanted).collect();
    let (mut variants, mut skus) = (Vec::new(), Vec::new());
    for product in products {
        let mut steps = steps.iter();
        let Some(step) = steps.find(|step| step.imported.key == product.create_key) else {
            continue;
        };
        let known = VariantRow::of(tx, product.id).await?;
        let imported = &step.imported;
        for (row, old) in imported.variants.iter().zip(matching(&known, imported)?) {
            let Some(old) = old else { continue };
            let gives = row.sku.as_ref().is_some_and(|sku| *sku != old.sku);
            if gives && wanted.contains(&old.sku) {
                variants.push(old.id);
                skus.push(old.sku.clone());
            }
        }
    }
    take_away(tx, variant::Column::Id.eq_any(variants)).await?;
    Ok(skus)
}

/// Products first, then their stock, like everybody.
async fn lock_all(tx: &db::Tx, import: &Import, steps: &[Step]) -> Result<Vec<Known>, db::Error> {
    let keys = steps.iter().map(|step| step.imported.key.clone());
    let products = product::Entity::find()
        .select_only()
        .columns([product::Column::Id, product::Column::CreateKey])
        .filter(product::Column::StoreId.eq(import.store))
        .filter(product::Column::CreateKey.eq_any(keys))
        .order_by_asc(product::Column::Id)
        .lock_exclusive()
        .into_model::<Known>()
        .rows(&**tx)
        .await?;
    let stock = inventory::Entity::find()
        .select_only()
        .column(inventory::Column::VariantId)
        .filter(inventory::Column::ProductId.eq_any(products.iter().map(|product| product.id)))
        .order_by_asc(inventory::Column::VariantId)
        .lock_exclusive()
        .into_tuple::<VariantId>();
    stock.rows(&**tx).await?;
    Ok(products)
}

/// In a dry run variants still have the SKUs that earlier products of the file gave up.
pub(super) async fn set_aside(tx: &db::Tx, step: &Step) -> Result<(), CatalogError> {
    if !step.freed.is_empty() {
        let of_store = variant::Column::StoreId.eq(step.import.store);
        let freed = variant::Column::Sku.eq_any(step.freed.clone());
        let live = variant::Column::ArchivedAt.is_null();
        take_away(tx, of_store.and(freed).and(live)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes all of so many products; in which transaction each one was.
    fn taken(exchanges: &Exchanges, products: usize) -> Vec<usize> {
        let mut progress = Progress::default();
        let mut when = vec![0; products];
        for number in 0.. {
            if progress.next() == products {
                break;
            }
            let together = exchanges.next(&progress);
            assert!((1..=MAX_TOGETHER).contains(&together.len()));
            for place in &together {
                assert!(!progress.is_done(*place), "{place} comes twice");
                when[*place] = number;
            }
            progress.taken(&together, &[]);
        }
        when
    }

    #[test]
    fn who_gives_never_comes_after_who_takes() {
        assert_eq!(taken(&Exchanges::default(), 3), [0, 1, 2]);
        let mut ring = Exchanges::default();
        for (taker, giver) in [(1, 4), (4, 3), (3, 1)] {
            ring.tie(taker, giver);
        }
        assert_eq!(taken(&ring, 5), [0, 1, 2, 1, 1]);
        let (mut down, mut up) = (Exchanges::default(), Exchanges::default());
        for place in 0..249 {
            down.tie(place, place + 1);
            up.tie(place + 1, place);
        }
        assert!(taken(&down, 250).is_sorted_by(|taker, giver| taker >= giver));
        assert!(taken(&up, 250).is_sorted());
    }
}
