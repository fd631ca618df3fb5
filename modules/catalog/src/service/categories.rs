use feira_kernel::{
    Actor, FieldError, IdempotencyKey, audit, db, idempotency,
    validate::{Fields, TAKEN, UNKNOWN},
    values,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Service;
use crate::{
    CatalogError, Category, CategoryId, CategoryKey, NewCategory, access, acts::CATEGORY_ADDED,
    categories::MAX_CATEGORIES, field_codes::TOO_DEEP, slug::slug,
};

const MAX_DEPTH: usize = 5;

#[derive(Clone)]
struct New {
    id: Uuid,
    parent: Option<CategoryId>,
    path: Vec<Uuid>,
    name: String,
    names: Value,
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
        access::manage_categories(actor)?;
        let mut fields = Fields::default();
        new.name = fields.text("/name", &new.name, 1..=100);
        let names = &mut new.names;
        names.en = fields.optional("/names/en", names.en.as_deref(), 100);
        names.pt_br = fields.optional("/names/pt-BR", names.pt_br.as_deref(), 100);
        fields.finish()?;
        let keyed = IdempotencyKey::of(key, actor);
        if let Some(done) = idempotency::earlier(&self.env, keyed.as_ref()).await? {
            return self.category(actor, CategoryKey::Id(done)).await;
        }
        let tree = self.categories.tree_with(new.parent).await?;
        let mut path: Vec<Uuid> = tree.path(new.parent).iter().map(|c| c.id.0).collect();
        if new.parent.is_some() && path.is_empty() {
            let detail = "there is no such category";
            return Err(FieldError::new("/parent_id", UNKNOWN, detail).into());
        }
        if path.len() >= MAX_DEPTH {
            let detail = format!("at most {MAX_DEPTH} levels");
            return Err(FieldError::new("/parent_id", TOO_DEEP, detail).into());
        }
        if tree.all().len() >= MAX_CATEGORIES {
            return Err(FieldError::too_many("/name", MAX_CATEGORIES).into());
        }
        let id = self.env.uuid();
        path.push(id);
        let new = New {
            id,
            parent: new.parent,
            path,
            slug: slug(&new.name, "category"),
            name: new.name,
            names: json!(new.names),
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
                new.path.clone(),
                new.names.clone()
            ],
        )
        .await;
        match inserted {
            Ok(1) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.violates("categories_name_per_parent") => {
                let detail = "this name is in use beside it";
                return Err(FieldError::new("/name", TAKEN, detail).into());
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(CatalogError::Unavailable(
        "no free slug was found".to_owned(),
    ))
}
