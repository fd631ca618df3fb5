//! A category is removed once its products are elsewhere.

use feira_kernel::{
    Actor, Versions, audit,
    db::{self, Change as _},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::{locked, seen};
use crate::{
    CatalogError, Category, CategoryId, access,
    acts::CATEGORY_REMOVED,
    categories::Tree,
    entities::category::{Column, Entity},
    service::Service,
};

/// Products that one transaction moves.
const BATCH: i64 = 1_000;
/// How often the products that came meanwhile are moved too.
const ROUNDS: u32 = 5;

impl Service {
    pub(crate) async fn remove_category(
        &self,
        actor: &Actor,
        id: CategoryId,
        products_to_parent: bool,
        expected: Option<Versions>,
    ) -> Result<(), CatalogError> {
        access::manage_categories(actor)?;
        let removed = self.empty_and_delete(actor, id, products_to_parent, expected);
        let removed = removed.await;
        let tree = self.categories.reload().await;
        // Also those that were moved out of one that stays.
        self.product_cache.forget_all();
        removed?;
        tree?;
        Ok(())
    }

    /// Its products go before, in transactions of their own, in which nobody waits for the tree. Who puts
    /// one in meanwhile makes it go round once more.
    async fn empty_and_delete(
        &self,
        actor: &Actor,
        id: CategoryId,
        products_to_parent: bool,
        expected: Option<Versions>,
    ) -> Result<(), CatalogError> {
        let tree = self.categories.reload().await?;
        let parent = removable(&tree, id, expected.as_ref())?.parent;
        let rules = self.store_cards.commission_rules_of(id).await?;
        if !rules.is_empty() {
            return Err(CatalogError::CategoryHasRules(rules.join(", ")));
        }
        let parent = parent.filter(|_| products_to_parent);
        let mut rounds = parent.map_or(1, |_| ROUNDS);
        loop {
            if let Some(parent) = parent {
                self.move_products(id, parent).await?;
            }
            rounds -= 1;
            let deleted = self.delete_category(actor, id, products_to_parent, expected.clone());
            match deleted.await {
                Err(CatalogError::CategoryInUse) if rounds > 0 => {}
                done => return done,
            }
        }
    }

    async fn move_products(&self, from: CategoryId, to: CategoryId) -> Result<(), CatalogError> {
        loop {
            let moved = self.env.pool.transaction(self.env.now(), move |tx, now| {
                Box::pin(async move {
                    let sql = include_str!("../../sql/move_products.sql");
                    let moved = db::exec(&**tx, sql, values![from, to, now, BATCH]).await;
                    moved.map_err(in_use)
                })
            });
            let moved: Result<u64, CatalogError> = moved.await;
            if moved? < BATCH.unsigned_abs() {
                return Ok(());
            }
        }
    }

    async fn delete_category(
        &self,
        actor: &Actor,
        id: CategoryId,
        products_to_parent: bool,
        expected: Option<Versions>,
    ) -> Result<(), CatalogError> {
        let input = (self.env.clone(), actor.clone(), expected);
        self.env
            .pool
            .transaction(input, move |tx, (env, who, expected)| {
                Box::pin(async move {
                    let tree = locked(tx).await?;
                    let was = removable(&tree, id, expected.as_ref())?;
                    let gone = Entity::delete_many().filter(Column::Id.eq(id));
                    gone.run(&**tx).await.map_err(in_use)?;
                    let details = json!({"parent": was.parent, "moved": products_to_parent});
                    audit::record(tx, &env, &who, CATEGORY_REMOVED, id.0, details).await?;
                    Ok(())
                })
            })
            .await
    }
}

/// The category as the caller saw it, if nothing lies below it.
fn removable<'a>(
    tree: &'a Tree,
    id: CategoryId,
    expected: Option<&Versions>,
) -> Result<&'a Category, CatalogError> {
    let found = seen(tree, id, expected)?;
    if tree.with_descendants(id).len() > 1 {
        return Err(CatalogError::CategoryInUse);
    }
    Ok(found)
}

fn in_use(error: db::Error) -> CatalogError {
    if error.class() == db::Class::ForeignKey {
        CatalogError::CategoryInUse
    } else {
        error.into()
    }
}
