//! The implementation of the trait, split by aggregate.

mod categories;
mod image;
mod import;
pub(crate) mod parse;
mod product;
mod search;
mod seller;
mod stock;

use std::sync::Arc;

pub(crate) use import::ImportLocks;
pub(crate) use stock::{Holding, Selling};

use async_trait::async_trait;
use feira_kernel::{Actor, Env, IdempotencyKey, Page, PageRequest, StoreId, batch::Batch};

use crate::{
    categories::Categories, files::Files, images::Decoders, product_cache::ProductCache,
    store_cards::StoreCards, *,
};

pub(crate) struct Service {
    pub(crate) env: Env,
    pub(crate) settings: Settings,
    pub(crate) store_cards: StoreCards,
    pub(crate) categories: Categories,
    pub(crate) files: Arc<dyn Files>,
    pub(crate) product_cache: ProductCache,
    pub(crate) decoders: Decoders,
    pub(crate) imports: ImportLocks,
    pub(crate) holds: Batch<Holding>,
    pub(crate) sales: Batch<Selling>,
}

/// The acting seller's store, if she may do this in it.
pub(crate) fn editor(actor: &Actor, permission: &str) -> Result<StoreId, CatalogError> {
    actor
        .seller_store(permission)
        .ok_or(CatalogError::Forbidden)
}

#[async_trait]
impl Catalog for Service {
    async fn categories(&self, _: &Actor) -> Result<Vec<Category>, CatalogError> {
        Ok(self.categories.tree().await?.all().to_vec())
    }
    async fn category(&self, _: &Actor, key: CategoryKey) -> Result<Category, CatalogError> {
        self.find_category(&key).await
    }
    async fn create_category(
        &self,
        actor: &Actor,
        new: NewCategory,
        key: Option<IdempotencyKey>,
    ) -> Result<Category, CatalogError> {
        self.add_category(actor, new, key).await
    }
    async fn create_product(
        &self,
        actor: &Actor,
        new: NewProduct,
        key: Option<IdempotencyKey>,
    ) -> Result<Product, CatalogError> {
        self.make_product(actor, new, key).await
    }
    async fn update_product(
        &self,
        actor: &Actor,
        id: ProductId,
        change: ProductChange,
    ) -> Result<Product, CatalogError> {
        self.change_product(actor, id, change).await
    }
    async fn add_variant(
        &self,
        actor: &Actor,
        product: ProductId,
        new: NewVariant,
        key: Option<IdempotencyKey>,
    ) -> Result<Product, CatalogError> {
        self.make_variant(actor, product, new, key).await
    }
    async fn update_variant(
        &self,
        actor: &Actor,
        product: ProductId,
        variant: VariantId,
        change: VariantChange,
    ) -> Result<Product, CatalogError> {
        self.change_variant(actor, product, variant, change).await
    }
    async fn product(&self, actor: &Actor, key: ProductKey) -> Result<Product, CatalogError> {
        self.show_product(actor, key).await
    }
    async fn search(
        &self,
        _: &Actor,
        query: Search,
        page: PageRequest,
    ) -> Result<Page<ProductCard>, CatalogError> {
        self.find(query, page).await
    }
    async fn cards(
        &self,
        _: &Actor,
        ids: Vec<ProductId>,
    ) -> Result<Vec<ProductCard>, CatalogError> {
        self.cards_by_id(ids).await
    }
    async fn seller_products(
        &self,
        actor: &Actor,
        filter: SellerFilter,
        page: PageRequest,
    ) -> Result<Page<SellerProduct>, CatalogError> {
        self.products_of_store(actor, filter, page).await
    }
    async fn sellables(
        &self,
        actor: &Actor,
        variants: Vec<VariantId>,
    ) -> Result<Vec<Sellable>, CatalogError> {
        self.sellable_variants(actor, variants).await
    }
    async fn add_image(
        &self,
        actor: &Actor,
        product: ProductId,
        upload: ImageUpload,
        key: Option<IdempotencyKey>,
    ) -> Result<Image, CatalogError> {
        self.keep_image(actor, product, upload, key).await
    }
    async fn image_file(&self, _: &Actor, key: String) -> Result<ImageFile, CatalogError> {
        self.read_image(key).await
    }
    async fn adjust_stock(
        &self,
        actor: &Actor,
        adjustment: Adjustment,
        key: Option<IdempotencyKey>,
    ) -> Result<StockLevel, CatalogError> {
        self.adjust(actor, adjustment, key).await
    }
    async fn movements(
        &self,
        actor: &Actor,
        variant: VariantId,
        page: PageRequest,
    ) -> Result<Page<Movement>, CatalogError> {
        self.movements_of(actor, variant, page).await
    }
    async fn reserve(
        &self,
        actor: &Actor,
        request: ReservationRequest,
    ) -> Result<Reservation, CatalogError> {
        self.hold(actor, request).await
    }
    async fn commit_reservation(
        &self,
        actor: &Actor,
        key: ReservationKey,
    ) -> Result<Reservation, CatalogError> {
        self.sell(actor, key).await
    }
    async fn release_reservation(
        &self,
        actor: &Actor,
        key: ReservationKey,
    ) -> Result<(), CatalogError> {
        self.give_back(actor, key).await
    }
    async fn restock(&self, actor: &Actor, request: Restock) -> Result<(), CatalogError> {
        self.put_back(actor, request).await
    }
    async fn import(
        &self,
        actor: &Actor,
        request: ImportRequest,
        key: Option<IdempotencyKey>,
    ) -> Result<ImportReport, CatalogError> {
        self.import_file(actor, request, key).await
    }
}
