//! The public face of `catalog`: products, variants, categories, images and stock.

mod category;
mod error;
mod ids;
mod import;
mod lists;
mod patch;
mod product;
mod stock;

use feira_kernel::{Actor, IdempotencyKey, Page, PageRequest, Versions, remote};

pub use category::*;
pub use error::CatalogError;
pub use ids::*;
pub use import::*;
pub use lists::*;
pub use product::*;
pub use stock::*;

/// Members who edit products.
pub const EDIT_PRODUCTS: &str = "products.edit";
/// Members who change stock.
pub const EDIT_STOCK: &str = "stock.edit";
/// Operators who edit categories.
pub const MANAGE_CATEGORIES: &str = "catalog.categories";

remote! {
    /// Products and their stock. Calls `store`.
    pub trait Catalog, client HttpCatalog, dispatch dispatch_catalog, service crate::service::Service {
        /// The whole category tree, in display order (parents before children).
        async fn categories(&self, actor: &Actor) -> Result<Vec<Category>, CatalogError>;
        /// One category by id or slug.
        async fn category(&self, actor: &Actor, key: CategoryKey) -> Result<Category, CatalogError>;
        /// Adds a category. Operators with [`MANAGE_CATEGORIES`].
        async fn create_category(&self, actor: &Actor, new: NewCategory, key: Option<IdempotencyKey>) -> Result<Category, CatalogError>;
        /// Renames a category or moves it with all below it, at the end of its new siblings; its
        /// slug stays. [`MANAGE_CATEGORIES`]. `VersionMismatch` if `expected_version` does not name
        /// the current one. Errors: `Invalid` (name, a parent that is below it, too deep).
        async fn update_category(&self, actor: &Actor, id: CategoryId, change: CategoryChange) -> Result<Category, CatalogError>;
        /// Removes a category without categories below it. With products it is `CategoryInUse`,
        /// unless they are to go to its parent and it has one; they go in parts, so that one that is
        /// refused in the end may have lost some. `CategoryHasRules` while commission rules name it.
        /// [`MANAGE_CATEGORIES`]. `NotFound` if it is not there, so also of a repeat.
        async fn remove_category(&self, actor: &Actor, id: CategoryId, products_to_parent: bool, expected: Option<Versions>) -> Result<(), CatalogError>;
        /// Makes a product with its variants in the acting seller's store. [`EDIT_PRODUCTS`].
        /// With a `key` a repeat answers the product that the first call made. `StoreClosed` if it is to
        /// be active while the store is suspended, rejected or closed, here and wherever a product
        /// becomes active.
        async fn create_product(&self, actor: &Actor, new: NewProduct, key: Option<IdempotencyKey>) -> Result<Product, CatalogError>;
        /// Changes what is given, in the acting seller's store only; other variants stay as they
        /// are. `VersionMismatch` if `expected_version` does not name the current one.
        async fn update_product(&self, actor: &Actor, id: ProductId, change: ProductChange) -> Result<Product, CatalogError>;
        /// Adds a variant to a product of the acting seller's store.
        async fn add_variant(&self, actor: &Actor, product: ProductId, new: NewVariant, key: Option<IdempotencyKey>) -> Result<Product, CatalogError>;
        /// Changes what is given of one variant; `NotFound` if it is not this product's.
        /// `VersionMismatch` if `expected_version` does not name the product's current one.
        async fn update_variant(&self, actor: &Actor, product: ProductId, variant: VariantId, change: VariantChange) -> Result<Product, CatalogError>;
        /// Takes a variant away, with its SKU and options free again: deleted if nothing was ever
        /// booked on its stock, else archived for what names it; what nobody has reserved of its stock
        /// is given up. Carts find it no longer offered.
        /// `LastVariant` of the only one, `NotFound` of one that is not there, so also of a repeat.
        async fn remove_variant(&self, actor: &Actor, product: ProductId, variant: VariantId, expected: Option<Versions>) -> Result<Product, CatalogError>;
        /// One product by id or slug. Buyers see active products of purchasable stores; a seller
        /// sees her own in any state, and nothing else on her surface.
        async fn product(&self, actor: &Actor, key: ProductKey) -> Result<Product, CatalogError>;
        /// Cards of active products: text, category with descendants, store, price, stock.
        async fn search(&self, actor: &Actor, query: Search, page: PageRequest) -> Result<Page<ProductCard>, CatalogError>;
        /// Cards by id, at most 100, active ones only.
        async fn cards(&self, actor: &Actor, ids: Vec<ProductId>) -> Result<Vec<ProductCard>, CatalogError>;
        /// The acting seller's products in any state, newest first.
        async fn seller_products(&self, actor: &Actor, filter: SellerFilter, page: PageRequest) -> Result<Page<SellerProduct>, CatalogError>;
        /// What can be sold now of each variant, at most 200; unknown ids are left out. For modules.
        async fn sellables(&self, actor: &Actor, variants: Vec<VariantId>) -> Result<Vec<Sellable>, CatalogError>;
        /// Adds an image: JPEG, PNG or WebP up to 8 MiB, decoded under limits and re-encoded.
        /// The same content twice on one product is the same image.
        async fn add_image(&self, actor: &Actor, product: ProductId, upload: ImageUpload, key: Option<IdempotencyKey>) -> Result<Image, CatalogError>;
        /// Puts the images of a product of the acting seller's store in this order; all of them
        /// are named, once each.
        async fn order_images(&self, actor: &Actor, product: ProductId, images: Vec<ImageId>, expected: Option<Versions>) -> Result<Product, CatalogError>;
        /// Takes an image away. Its files stay: orders name them by their content. `NotFound` if it
        /// is not this product's, so also of a repeat.
        async fn remove_image(&self, actor: &Actor, product: ProductId, image: ImageId, expected: Option<Versions>) -> Result<Product, CatalogError>;
        /// A stored derivative by content key; public.
        async fn image_file(&self, actor: &Actor, key: String) -> Result<ImageFile, CatalogError>;
        /// Changes the quantity on hand of a variant of the acting seller's store, with a movement.
        /// Never below what is reserved where the policy is `Counted`; `StockNotCounted` where it is
        /// `NotCounted`; `VersionMismatch` if `expected_version` of a count does not name the stock's
        /// current one. With a `key` a repeat changes nothing more.
        async fn adjust_stock(&self, actor: &Actor, adjustment: Adjustment, key: Option<IdempotencyKey>) -> Result<StockLevel, CatalogError>;
        /// Movements of one variant of the acting seller's store, newest first.
        async fn movements(&self, actor: &Actor, variant: VariantId, page: PageRequest) -> Result<Page<Movement>, CatalogError>;
        /// Holds stock for a key until it expires; all lines or none. Lines of what is not counted
        /// are written down and hold nothing, whatever their variants' policies become until it
        /// ends. Repeating an active key answers the same reservation; `OutOfStock` names what is
        /// short. For `order`.
        async fn reserve(&self, actor: &Actor, request: ReservationRequest) -> Result<Reservation, CatalogError>;
        /// Turns a hold into a sale: stock leaves for good, with movements. Idempotent by key;
        /// `ReservationEnded` if it was released or expired. For `order`.
        async fn commit_reservation(&self, actor: &Actor, key: ReservationKey) -> Result<Reservation, CatalogError>;
        /// Gives a hold back. Idempotent; an unknown, expired or released key is no error, a
        /// committed one is `ReservationEnded`. For `order`.
        async fn release_reservation(&self, actor: &Actor, key: ReservationKey) -> Result<(), CatalogError>;
        /// Puts sold units back on hand (cancelled after payment, returned), but for what was not
        /// counted. Idempotent by key. For `order`.
        async fn restock(&self, actor: &Actor, request: Restock) -> Result<(), CatalogError>;
        /// Imports products from a CSV into the acting seller's store; a dry run changes nothing.
        /// Product by product: a bad one is reported, good ones are kept. A file updates what an
        /// earlier one made: what it has no column for stays, an empty column clears. One import
        /// at a time; `Unavailable` if several are waiting. With a `key` a repeat answers the same
        /// report; one that was cut off is gone on with, and what it had done is not touched.
        async fn import(&self, actor: &Actor, request: ImportRequest, key: Option<IdempotencyKey>) -> Result<ImportReport, CatalogError>;
        /// What `import` answered for the acting seller's store, for 30 days. [`EDIT_PRODUCTS`].
        async fn import_report(&self, actor: &Actor, id: ImportId) -> Result<ImportReport, CatalogError>;
        /// What an import of the acting seller's store told, refusals first, by kind and line; of a kind
        /// where its `code` is given. Of each kind the first 2,000, for 30 days. [`EDIT_PRODUCTS`].
        async fn import_notes(&self, actor: &Actor, id: ImportId, code: Option<String>, page: PageRequest) -> Result<Page<ImportNote>, CatalogError>;
    }
}
