//! An in-memory cache of products and pages of lists, for buyers who browse. Cart and checkout never
//! read it: before anybody pays, price and stock come from PostgreSQL.
//!
//! A change by this process invalidates at commit: each value carries the count of changes from before
//! it was loaded and is used only while that count is unchanged. A change by another process is seen
//! after [`FRESH`] at the latest.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use feira_kernel::{Page, PageRequest, Time, db};
use quick_cache::{UnitWeighter, Weighter, sync::Cache};
use time::Duration;

use crate::{Product, ProductCard, ProductId, Search, store_cards::ClosedStores};

/// How stale a value may be after a change by another process.
pub(crate) const FRESH: Duration = Duration::seconds(5);
/// Change counters; products share them by hash, at the cost of a few needless misses.
const COUNTS: usize = 1024;
/// The least size of a product, to estimate how many fit.
const SMALL: u64 = 2048;

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct ProductCache(Arc<Inner>);

struct Inner {
    products: Cache<ProductId, Cached<Product>, Bytes>,
    /// Which product a slug means; whether it still does is compared with the product.
    slugs: Cache<String, ProductId, UnitWeighter>,
    lists: Cache<String, Cached<List>, Bytes>,
    hasher: RandomState,
    changes: Vec<AtomicU64>,
    any_product: AtomicU64,
    all: AtomicU64,
}

struct Cached<T> {
    value: Arc<T>,
    bytes: u64,
    change_count: ChangeCount,
    until: Time,
}

impl<T> Clone for Cached<T> {
    fn clone(&self) -> Self {
        Self {
            value: self.value.clone(),
            ..*self
        }
    }
}

struct List {
    page: Page<ProductCard>,
    /// The stores that it leaves out.
    closed: Arc<ClosedStores>,
}

/// The sum of the change counters that a value depends on, read before it was loaded. Counters only
/// grow, so an equal sum means no change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChangeCount(u64);

#[derive(Clone)]
struct Bytes;

impl<K, T> Weighter<K, Cached<T>> for Bytes {
    fn weight(&self, _: &K, kept: &Cached<T>) -> u64 {
        kept.bytes
    }
}

impl ProductCache {
    /// Takes about so many bytes; with none nothing is kept.
    pub(crate) fn new(bytes: u64) -> Self {
        let for_products = bytes / 4 * 3;
        let products = usize::try_from(for_products / SMALL).unwrap_or(usize::MAX);
        let for_lists = bytes - for_products;
        let lists = usize::try_from(for_lists / SMALL / 4).unwrap_or(usize::MAX);
        Self(Arc::new(Inner {
            products: Cache::with_weighter(products, for_products, Bytes),
            slugs: Cache::new(products),
            lists: Cache::with_weighter(lists, for_lists, Bytes),
            hasher: RandomState::new(),
            changes: (0..COUNTS).map(|_| AtomicU64::new(0)).collect(),
            any_product: AtomicU64::new(0),
            all: AtomicU64::new(0),
        }))
    }

    /// To be read before the product is loaded.
    pub(crate) fn change_count(&self, id: ProductId) -> ChangeCount {
        self.sum(self.count(id))
    }

    /// To be read before the list is loaded.
    pub(crate) fn list_change_count(&self) -> ChangeCount {
        self.sum(&self.0.any_product)
    }

    pub(crate) fn product(&self, id: ProductId, now: Time) -> Option<Arc<Product>> {
        let kept = self.0.products.get(&id)?;
        (kept.change_count == self.change_count(id) && kept.until > now).then_some(kept.value)
    }

    pub(crate) fn id_of(&self, slug: &str) -> Option<ProductId> {
        self.0.slugs.get(slug)
    }

    /// Keeps what buyers see of a product.
    pub(crate) fn keep_product(&self, change_count: ChangeCount, product: &Product, now: Time) {
        if self.0.products.capacity() == 0 {
            return;
        }
        self.keep_slug(product);
        let kept = kept(product.clone(), weight(product), change_count, now);
        self.0.products.insert(product.id, kept);
    }

    /// Remembers which product the slug means.
    pub(crate) fn keep_slug(&self, product: &Product) {
        if self.id_of(&product.slug) != Some(product.id) {
            self.0.slugs.insert(product.slug.clone(), product.id);
        }
    }

    pub(crate) fn list(
        &self,
        key: &str,
        closed: &Arc<ClosedStores>,
        now: Time,
    ) -> Option<Page<ProductCard>> {
        let kept = self.0.lists.get(key)?;
        let good = kept.change_count == self.list_change_count() && kept.until > now;
        (good && Arc::ptr_eq(&kept.value.closed, closed)).then(|| kept.value.page.clone())
    }

    pub(crate) fn keep_list(
        &self,
        change_count: ChangeCount,
        key: String,
        page: &Page<ProductCard>,
        closed: Arc<ClosedStores>,
        now: Time,
    ) {
        if self.0.lists.capacity() == 0 {
            return;
        }
        let bytes = weight(page) + weight(&key);
        let page = page.clone();
        let kept = kept(List { page, closed }, bytes, change_count, now);
        self.0.lists.insert(key, kept);
    }

    /// Invalidates the product and lists when the transaction commits.
    pub(crate) fn changes(&self, tx: &db::Tx, id: ProductId) {
        let product_cache = self.clone();
        tx.on_commit(move || {
            product_cache.forget(id);
            product_cache.forget_lists();
        });
    }

    /// The transaction changes how many of the products can be bought; lists show only whether
    /// any can.
    pub(crate) fn moves_stock(
        &self,
        tx: &db::Tx,
        products: impl IntoIterator<Item = ProductId>,
        also_lists: bool,
    ) {
        let product_cache = self.clone();
        let products: Vec<ProductId> = products.into_iter().collect();
        tx.on_commit(move || {
            for id in products {
                product_cache.forget(id);
            }
            if also_lists {
                product_cache.forget_lists();
            }
        });
    }

    /// A store changed, whose name is in its products.
    pub(crate) fn forget_all(&self) {
        self.0.all.fetch_add(1, Ordering::SeqCst);
    }

    fn forget(&self, id: ProductId) {
        self.count(id).fetch_add(1, Ordering::SeqCst);
    }

    fn forget_lists(&self) {
        self.0.any_product.fetch_add(1, Ordering::SeqCst);
    }

    fn count(&self, id: ProductId) -> &AtomicU64 {
        let hash = self.0.hasher.hash_one(id) % (COUNTS as u64);
        &self.0.changes[usize::try_from(hash).unwrap_or(0)]
    }

    fn sum(&self, count: &AtomicU64) -> ChangeCount {
        let all = self.0.all.load(Ordering::SeqCst);
        ChangeCount(count.load(Ordering::SeqCst).wrapping_add(all))
    }
}

/// The same list has the same key.
pub(crate) fn list_key(query: &Search, page: &PageRequest) -> Option<String> {
    serde_json::to_string(&(query, page)).ok()
}

fn kept<T>(value: T, bytes: u64, change_count: ChangeCount, now: Time) -> Cached<T> {
    Cached {
        value: Arc::new(value),
        bytes,
        change_count,
        until: now + FRESH,
    }
}

/// About what it takes: as text it is about as long, what its lists and strings cost besides is
/// made up for by the names of its fields.
fn weight(value: &impl serde::Serialize) -> u64 {
    let text = serde_json::to_vec(value).unwrap_or_default();
    u64::try_from(text.len()).unwrap_or(u64::MAX).max(1)
}

#[cfg(test)]
#[path = "product_cache_tests.rs"]
mod tests;
