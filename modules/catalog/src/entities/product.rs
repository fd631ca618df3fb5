use feira_kernel::{StoreId, Time};
use sea_orm::{Set, entity::prelude::*};

use super::given;
use crate::{CategoryId, NewProduct, ProductChange, ProductId, ProductStatus};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "products")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProductId,
    pub store_id: StoreId,
    pub name: String,
    pub slug: String,
    pub description: String,
    pub category_id: Option<CategoryId>,
    pub brand: Option<String>,
    pub tags: Vec<String>,
    pub status: ProductStatus,
    pub version: i64,
    pub create_key: Option<String>,
    pub currency: String,
    pub price_from: Decimal,
    pub price_to: Decimal,
    pub compare_at: Option<Decimal>,
    pub image: Option<Json>,
    pub archived_by_import: bool,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();

impl ActiveModel {
    /// What its seller says of a new product.
    pub(crate) fn of(new: &NewProduct) -> Self {
        Self {
            name: Set(new.name.clone()),
            description: Set(new.description.clone()),
            category_id: Set(new.category),
            brand: Set(new.brand.clone()),
            tags: Set(new.tags.clone()),
            status: Set(new.status),
            ..Default::default()
        }
    }

    /// What of it is to be changed.
    pub(crate) fn changed(change: &ProductChange) -> Self {
        Self {
            name: given(change.name.clone()),
            description: given(change.description.clone()),
            category_id: given(change.category),
            brand: given(change.brand.clone()),
            tags: given(change.tags.clone()),
            status: given(change.status),
            ..Default::default()
        }
    }
}
