use feira_kernel::{
    Actor, FieldError, IdempotencyKey, Money,
    db::{self, Change, Find},
    idempotency,
    validate::UNKNOWN,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set, sea_query::OnConflict};

use super::{
    NewRow, View, insert_variants, load,
    row::{category_gone, letters},
};
use crate::{
    CatalogError, CategoryId, EDIT_PRODUCTS, NewProduct, NewVariant, Product, ProductId,
    ProductStatus, access,
    entities::{given, product},
    service::Service,
    slug::slug,
    validate::{self, Prices},
};

/// Slugs that are tried before giving up: the plain one, then with random letters.
const SLUGS: usize = 5;

impl Service {
    pub(crate) async fn create_product(
        &self,
        actor: &Actor,
        new: NewProduct,
        key: Option<IdempotencyKey>,
    ) -> Result<Product, CatalogError> {
        let store = access::editor(actor, EDIT_PRODUCTS)?;
        let currency = self.store_cards.card(store).await?.currency;
        let new = validate::new_product(new, Prices::above_zero(currency))?;
        self.known_category(new.category).await?;
        let may_be = match new.status {
            ProductStatus::Active => self.store_cards.may_publish(store).await?,
            ProductStatus::Draft | ProductStatus::Archived => true,
        };
        let row = NewRow {
            env: self.env.clone(),
            product_cache: self.product_cache.clone(),
            id: ProductId(self.env.uuid()),
            store,
            currency,
            new,
            imported: None,
            actor: actor.label(),
            now: self.env.now(),
        };
        let row = self
            .env
            .pool
            .transaction(
                (row, IdempotencyKey::of(key, actor)),
                move |tx, (row, keyed)| {
                    Box::pin(async move {
                        let done =
                            idempotency::first(tx, &row.env, keyed.as_ref(), &row.id).await?;
                        let id = match done {
                            Some(id) => id,
                            None if may_be => insert(tx, &row).await?,
                            None => return Err(CatalogError::StoreClosed),
                        };
                        load(&**tx, id).await
                    })
                },
            )
            .await?;
        self.present(row, View::Own).await
    }

    pub(crate) async fn known_category(
        &self,
        category: Option<CategoryId>,
    ) -> Result<(), CatalogError> {
        let Some(id) = category else { return Ok(()) };
        if self.categories.tree_with(category).await?.contains(id) {
            Ok(())
        } else {
            let detail = "there is no such category";
            Err(FieldError::new("/category_id", UNKNOWN, detail).into())
        }
    }
}

/// The product that another import made of the same one.
async fn made_by_import(tx: &db::Tx, row: &NewRow) -> Result<Option<ProductId>, CatalogError> {
    let Some(key) = row.imported.clone() else {
        return Ok(None);
    };
    let made = product::Entity::find()
        .filter(product::Column::StoreId.eq(row.store))
        .filter(product::Column::CreateKey.eq(key))
        .select_only()
        .column(product::Column::Id)
        .into_tuple::<ProductId>();
    Ok(made.row(&**tx).await?)
}

/// Writes product, variants and stock; answers the product of another import if that won meanwhile.
pub(crate) async fn insert(tx: &db::Tx, row: &NewRow) -> Result<ProductId, CatalogError> {
    let base = slug(&row.new.name, "product");
    for attempt in 0..SLUGS {
        let slug = if attempt == 0 {
            base.clone()
        } else {
            format!("{base}-{}", letters(&row.env, 5))
        };
        if insert_product(tx, row, &slug).await? {
            insert_variants(tx, row, &[], &row.new.variants).await?;
            row.product_cache.changes(tx, row.id);
            return Ok(row.id);
        }
        if let Some(id) = made_by_import(tx, row).await? {
            return Ok(id);
        }
    }
    Err(CatalogError::Unavailable(
        "no free slug was found".to_owned(),
    ))
}

/// Whether its slug and its import key were free.
async fn insert_product(tx: &db::Tx, row: &NewRow, slug: &str) -> Result<bool, CatalogError> {
    let new = &row.new;
    let (from, to, compare_at) = prices(&new.variants);
    let made = product::ActiveModel {
        id: Set(row.id),
        store_id: Set(row.store),
        slug: Set(slug.to_owned()),
        create_key: Set(row.imported.clone()),
        currency: Set(row.currency.code().to_owned()),
        price_from: given(from.map(Money::amount)),
        price_to: given(to.map(Money::amount)),
        compare_at: Set(compare_at.map(Money::amount)),
        created_at: Set(row.now),
        updated_at: Set(row.now),
        ..product::ActiveModel::of(new)
    };
    let free = OnConflict::new().do_nothing().to_owned();
    let insert = product::Entity::insert(made).on_conflict(free);
    Ok(insert.run(&**tx).await.map_err(category_gone)? == 1)
}

/// Lowest and highest price, and what the cheapest variant is struck through at.
fn prices(variants: &[NewVariant]) -> (Option<Money>, Option<Money>, Option<Money>) {
    let lowest = variants.iter().min_by_key(|v| v.price.amount());
    let highest = variants.iter().max_by_key(|v| v.price.amount());
    (
        lowest.map(|v| v.price),
        highest.map(|v| v.price),
        lowest.and_then(|v| v.compare_at),
    )
}
