use feira_kernel::{
    Actor, FieldError, IdempotencyKey, Time, Versions, audit,
    db::{self, Change as _, Find},
    idempotency,
    validate::{Fields, TAKEN, UNKNOWN},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Service;
use crate::{
    CatalogError, Category, CategoryChange, CategoryId, CategoryKey, NewCategory, access,
    acts::{CATEGORY_ADDED, CATEGORY_CHANGED, CATEGORY_REMOVED},
    categories::{MAX_CATEGORIES, Tree, whole},
    entities::{
        category::{ActiveModel, Column, Entity},
        given,
    },
    field_codes::{CYCLE, TOO_DEEP},
    slug::slug,
};

const MAX_DEPTH: usize = 5;
const MAX_NAME: usize = 100;

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
        new.name = fields.text("/name", &new.name, 1..=MAX_NAME);
        let names = &mut new.names;
        names.en = fields.optional("/names/en", names.en.as_deref(), MAX_NAME);
        names.pt_br = fields.optional("/names/pt-BR", names.pt_br.as_deref(), MAX_NAME);
        fields.finish()?;
        let keyed = IdempotencyKey::of(key, actor);
        if let Some(done) = idempotency::earlier(&self.env, keyed.as_ref()).await? {
            return self.category(actor, CategoryKey::Id(done)).await;
        }
        let tree = self.categories.tree_with(new.parent).await?;
        let mut path: Vec<Uuid> = tree.path(new.parent).iter().map(|c| c.id.0).collect();
        if new.parent.is_some() && path.is_empty() {
            return Err(no_such_parent());
        }
        if path.len() >= MAX_DEPTH {
            return Err(too_deep());
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

    pub(crate) async fn update_category(
        &self,
        actor: &Actor,
        id: CategoryId,
        mut change: CategoryChange,
    ) -> Result<Category, CatalogError> {
        access::manage_categories(actor)?;
        let mut fields = Fields::default();
        change.name = change
            .name
            .map(|name| fields.text("/name", &name, 1..=MAX_NAME));
        let names = &mut change.names;
        for (pointer, name) in [
            ("/names/en", &mut names.en),
            ("/names/pt-BR", &mut names.pt_br),
        ] {
            if let Some(name) = name {
                *name = fields.optional(pointer, name.as_deref(), MAX_NAME);
            }
        }
        fields.finish()?;
        let input = (self.env.clone(), actor.clone(), change);
        let changed: Result<(), CatalogError> = self
            .env
            .pool
            .transaction(input, move |tx, (env, who, change)| {
                Box::pin(async move {
                    let details =
                        json!({"parent": change.parent, "renamed": change.name.is_some()});
                    update(tx, id, change, env.now()).await?;
                    audit::record(tx, &env, &who, CATEGORY_CHANGED, id.0, details).await?;
                    Ok(())
                })
            })
            .await;
        changed?;
        // Products are shown with their way from the root.
        self.product_cache.forget_all();
        let tree = self.categories.reload().await?;
        tree.find(&CategoryKey::Id(id))
            .cloned()
            .ok_or(CatalogError::NotFound)
    }

    pub(crate) async fn remove_category(
        &self,
        actor: &Actor,
        id: CategoryId,
        products_to_parent: bool,
        expected: Option<Versions>,
    ) -> Result<(), CatalogError> {
        access::manage_categories(actor)?;
        let input = (self.env.clone(), actor.clone(), expected);
        let removed: Result<(), CatalogError> = self
            .env
            .pool
            .transaction(input, move |tx, (env, who, expected)| {
                Box::pin(async move {
                    let (tree, was) = locked(tx, id, expected.as_ref()).await?;
                    if tree.with_descendants(id).len() > 1 {
                        return Err(CatalogError::CategoryInUse);
                    }
                    if let Some(parent) = was.parent
                        && products_to_parent
                    {
                        let sql = include_str!("../sql/move_products.sql");
                        db::exec(&**tx, sql, values![id, parent, env.now()]).await?;
                    }
                    let gone = Entity::delete_many().filter(Column::Id.eq(id));
                    gone.run(&**tx).await.map_err(in_use)?;
                    let details = json!({"parent": was.parent, "moved": products_to_parent});
                    audit::record(tx, &env, &who, CATEGORY_REMOVED, id.0, details).await?;
                    Ok(())
                })
            })
            .await;
        removed?;
        self.product_cache.forget_all();
        self.categories.reload().await?;
        Ok(())
    }
}

/// The whole tree, locked: of two that move at once the second sees what the first did, so that
/// none comes to lie below itself.
async fn locked(
    tx: &db::Tx,
    id: CategoryId,
    expected: Option<&Versions>,
) -> Result<(Tree, Category), CatalogError> {
    let tree = Tree::new(whole().lock_exclusive().rows(&**tx).await?);
    let found = tree.find(&CategoryKey::Id(id)).cloned();
    let found = found.ok_or(CatalogError::NotFound)?;
    if expected.is_some_and(|seen| !seen.allow(found.version)) {
        return Err(CatalogError::VersionMismatch);
    }
    Ok((tree, found))
}

async fn update(
    tx: &db::Tx,
    id: CategoryId,
    change: CategoryChange,
    now: Time,
) -> Result<(), CatalogError> {
    let (tree, was) = locked(tx, id, change.expected_version.as_ref()).await?;
    let mut names = was.names;
    names.en = change.names.en.unwrap_or(names.en);
    names.pt_br = change.names.pt_br.unwrap_or(names.pt_br);
    let named = Entity::update_many()
        .set(ActiveModel {
            name: given(change.name),
            names: Set(json!(names)),
            version: Set(was.version + 1),
            ..Default::default()
        })
        .filter(Column::Id.eq(id));
    named.run(&**tx).await.map_err(name_taken)?;
    let moved = change.parent.filter(|parent| *parent != was.parent);
    let Some(parent) = moved else { return Ok(()) };
    let path: Vec<Uuid> = tree.path(parent).iter().map(|c| c.id.0).collect();
    if parent.is_some() && path.is_empty() {
        return Err(no_such_parent());
    }
    if path.contains(&id.0) {
        let detail = "it would lie below itself";
        return Err(FieldError::new("/parent_id", CYCLE, detail).into());
    }
    if path.len() + tree.height(id) > MAX_DEPTH {
        return Err(too_deep());
    }
    let sql = include_str!("../sql/move_category.sql");
    let moved = db::exec(&**tx, sql, values![id, parent, path, now]).await;
    moved.map(|_| ()).map_err(name_taken)
}

fn no_such_parent() -> CatalogError {
    FieldError::new("/parent_id", UNKNOWN, "there is no such category").into()
}

fn too_deep() -> CatalogError {
    let detail = format!("at most {MAX_DEPTH} levels");
    FieldError::new("/parent_id", TOO_DEEP, detail).into()
}

fn name_taken(error: db::Error) -> CatalogError {
    if error.violates("categories_name_per_parent") {
        FieldError::new("/name", TAKEN, "this name is in use beside it").into()
    } else {
        error.into()
    }
}

fn in_use(error: db::Error) -> CatalogError {
    if error.class() == db::Class::ForeignKey {
        CatalogError::CategoryInUse
    } else {
        error.into()
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
            // Removed since the tree was read.
            Err(error) if error.class() == db::Class::ForeignKey => return Err(no_such_parent()),
            Err(error) => return Err(name_taken(error)),
        }
    }
    Err(CatalogError::Unavailable(
        "no free slug was found".to_owned(),
    ))
}
