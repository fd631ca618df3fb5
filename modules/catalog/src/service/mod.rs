//! The implementation of the trait, split by aggregate.

mod categories;
mod image;
mod image_changes;
mod import;
pub(crate) mod parse;
mod product;
mod search;
mod seller;
mod stock;

use std::sync::Arc;

pub(crate) use import::ImportLocks;
pub(crate) use stock::{Holding, Selling};

use feira_files::{Pictures, Storage};
use feira_kernel::{Env, batch::Batch};

use crate::{categories::Categories, product_cache::ProductCache, store_cards::StoreCards, *};

pub(crate) struct Service {
    pub(crate) env: Env,
    pub(crate) settings: Settings,
    pub(crate) store_cards: StoreCards,
    pub(crate) categories: Categories,
    pub(crate) files: Arc<dyn Storage>,
    pub(crate) product_cache: ProductCache,
    pub(crate) pictures: Pictures,
    pub(crate) imports: ImportLocks,
    pub(crate) holds: Batch<Holding>,
    pub(crate) sales: Batch<Selling>,
}
