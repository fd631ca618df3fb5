//! Products, their variants, images, categories and stock.
//!
//! Owns the schema `catalog` and the files of images, which `files` makes and keeps. Calls `store`
//! (which stores can be bought from, their names and currency), is called by `cart` and `order`.
//!
//! Invariants: `0 <= reserved`, and of what is counted `reserved <= on_hand`; stock is the sum of
//! its movements; reserved is the sum of the lines of active reservations; whether a store can be
//! bought from is never copied here; a variant on which something was booked is archived, never
//! deleted; no category lies below itself.

mod access;
mod acts;
mod api;
mod categories;
#[cfg(test)]
mod codes_tests;
#[expect(unreachable_pub, reason = "the derives make public types")]
mod entities;
mod events;
mod field_codes;
mod import;
mod jobs;
mod product_cache;
mod service;
mod slug;
mod status;
mod store_cards;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod validate;

use std::{path::PathBuf, sync::Arc};

use feira_files::{DiskStorage, Pictures};
use feira_kernel::{Env, Module, Runtime, batch::Batch};
use feira_store::Stores;

pub use acts::ACTS;
pub use api::*;
pub use field_codes::{FIELD_CODES, NOTE_CODES};

/// The modules below.
pub struct Deps {
    pub stores: Arc<dyn Stores>,
}

/// What the configuration decides.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where images are kept, by content; made when it is not there.
    pub files_dir: PathBuf,
    /// A sale that leaves so many or fewer available publishes [`StockLow`].
    pub low_stock_threshold: u32,
    /// Pictures decoded at the same time; all together they have 150 MiB.
    pub decode_concurrency: usize,
    /// Memory for products and lists that buyers look at; 0 keeps none.
    pub cache_bytes: u64,
}

impl Settings {
    /// With the defaults: low at 5 units, two decoders, 24 MiB of cache.
    pub fn new(files_dir: impl Into<PathBuf>) -> Self {
        Self {
            files_dir: files_dir.into(),
            low_stock_threshold: 5,
            decode_concurrency: 2,
            cache_bytes: 24 << 20,
        }
    }
}

/// Builds the module; opens no connection and no file yet.
pub fn start(env: Env, deps: Deps, settings: Settings) -> Module<dyn Catalog> {
    let product_cache = product_cache::ProductCache::new(settings.cache_bytes);
    let holding = service::Holding {
        env: env.clone(),
        product_cache: product_cache.clone(),
    };
    let selling = service::Selling {
        env: env.clone(),
        product_cache: product_cache.clone(),
        threshold: i32::try_from(settings.low_stock_threshold).unwrap_or(i32::MAX),
    };
    let service = Arc::new(service::Service {
        holds: Batch::new(env.pool.clone(), holding),
        sales: Batch::new(env.pool.clone(), selling),
        store_cards: store_cards::StoreCards::new(deps.stores, env.clock.clone()),
        categories: categories::Categories::new(env.pool.clone(), env.clock.clone()),
        files: Arc::new(DiskStorage::new(
            settings.files_dir.clone(),
            env.pool.disk_health().clone(),
        )),
        product_cache,
        pictures: Pictures::new(settings.decode_concurrency),
        imports: service::ImportLocks::new(),
        env: env.clone(),
        settings,
    });
    Module {
        runtime: Runtime {
            name: "catalog",
            env,
            subscriptions: events::subscriptions(&service),
            jobs: jobs::jobs(&service),
        },
        api: service,
    }
}
