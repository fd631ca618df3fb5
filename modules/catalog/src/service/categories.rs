use feira_kernel::{Actor, IdempotencyKey, audit, db, idempotency, values};
use serde_json::json;
use uuid::Uuid;

use super::Service;
use crate::{
    CatalogError, Category, CategoryId, CategoryKey, MANAGE_CATEGORIES, NewCategory,
    acts::CATEGORY_ADDED, categories::MAX_CATEGORIES, rules::invalid, slug::slug, validate::Check,
};

const MAX_DEPTH: usize = 5;

#[derive(Clone)]
struct New {
    id: Uuid,
    parent: Option<CategoryId>,
    path: Vec<Uuid>,
    name: String,
    slug: String,
}

impl Service {
    pub(crate) async fn categories(&self, _: &Actor) -> Result<Vec<Category>, CatalogError> {
        Ok(self.categories.tree().await?.all().to_vec())
    }

    /// One made elsewhere since the tree was read is found too.
    pub(crate) async fn category(
        &self,
        _: &Actor,
        key: CategoryKey,
    ) -> Result<Category, CatalogError> {
        if let Some(found) = self.categories.tree().await?.find(&key) {
            return Ok(found.clone());
        }
        let tree = self.categories.reload().await?;
        tree.find(&key).cloned().ok_or(CatalogError::NotFound)
    }

    pub(crate) async fn create_category(
        &self,
        actor: &Actor,
        mut new: NewCategory,
        key: Option<IdempotencyKey>,
    ) -> Result<Category, CatalogError> {
        if !actor.is_operator(MANAGE_CATEGORIES) {
            return Err(CatalogError::Forbidden);
        }
        let mut check = Check::default();
        check.text("/name", &mut new.name, 1, 100);
        check.done()?;
        let keyed = IdempotencyKey::of(key, actor);
        if let Some(done) = idempotency::earlier(&self.env, keyed.as_ref()).await? {
            return self.category(actor, CategoryKey::Id(done)).await;
        }
        let tree = self.categories.tree_with(new.parent).await?;
        let mut path: Vec<Uuid> = tree.path(new.parent).iter().map(|c| c.id.0).collect();
        if new.parent.is_some() && path.is_empty() {
            return Err(invalid(
                "/parent_id",
                "unknown",
                "there is no such category",
            ));
        }
        if path.len() >= MAX_DEPTH {
            let detail = format!("at most {MAX_DEPTH} levels");
            return Err(invalid("/parent_id", "too_deep", &detail));
        }
        if tree.all().len() as u64 >= MAX_CATEGORIES {
            return Err(invalid(
                "/name",
                "too_many",
                "there are too many categories",
            ));
        }
        let id = self.env.uuid();
        path.push(id);
        let new = New {
            id,
            parent: new.parent,
            path,
            slug: slug(&new.name, "category"),
            name: new.name,
        };
        let input = (self.env.clone(), actor.clone(), new, keyed);
        let made = self
            .env
            .pool
            .transaction(input, |tx, (env, who, new, keyed)| {
                Box::pin(async move {
                    let id = CategoryId(new.id);
                    let done = idempotency::first(tx, &env, keyed.as_ref(), &id).await?;
                    if let Some(done) = done {
                        return Ok(done);
                    }
                    let details = json!({"parent": new.parent});
                    insert(tx, new).await?;
                    audit::record(tx, &env, &who, CATEGORY_ADDED, id.0, details).await?;
                    Ok(id)
                })
            })
            .await;
        let made: Result<CategoryId, CatalogError> = made;
        let tree = self.categories.reload().await;
        tree?
            .find(&CategoryKey::Id(made?))
            .cloned()
            .ok_or(CatalogError::NotFound)
    }
}

async fn insert(tx: &db::Tx, new: New) -> Result<(), CatalogError> {
    let suffix = new.id.simple().to_string();
    for slug in [
        new.slug.clone(),
        format!("{}-{}", new.slug, &suffix[suffix.len() - 6..]),
    ] {
        let inserted = db::exec(
            &**tx,
            include_str!("../sql/insert_category.sql"),
            values![
                new.id,
                new.parent,
                new.name.clone(),
                slug.clone(),
                new.path.clone()
            ],
        )
        .await;
        match inserted {
            Ok(1) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.violates("categories_name_per_parent") => {
                return Err(invalid("/name", "taken", "this name is in use beside it"));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(CatalogError::Unavailable(
        "no free slug was found".to_owned(),
    ))
}
