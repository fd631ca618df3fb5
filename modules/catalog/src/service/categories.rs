mod removal;

use feira_kernel::{
    Actor, FieldError, IdempotencyKey, Time, Versions, audit,
    db::{self, Find},
    idempotency,
    validate::{Fields, TAKEN, UNKNOWN},
    values,
};
use sea_orm::{QuerySelect, sea_query::LockType};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Service;
use crate::{
    CatalogError, Category, CategoryChange, CategoryId, CategoryKey, NewCategory, access,
    acts::{CATEGORY_ADDED, CATEGORY_CHANGED},
    categories::{MAX_CATEGORIES, Tree, whole},
    field_codes::{CYCLE, TOO_DEEP},
    slug::slug,
};

const MAX_DEPTH: usize = 5;
const MAX_NAME: usize = 100;

#[derive(Clone)]
struct New {
    id: Uuid,
    parent: Option<CategoryId>,
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
        let new = New {
            id: self.env.uuid(),
            parent: new.parent,
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
                    let tree = locked(tx).await?;
                    if tree.all().len() >= MAX_CATEGORIES {
                        return Err(FieldError::too_many("/name", MAX_CATEGORIES).into());
                    }
                    let path = path_to(&tree, new.parent, 1)?;
                    let details = json!({"parent": new.parent});
                    insert(tx, new, path).await?;
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
        let tree = self.categories.reload().await?;
        // Products are shown with their way from the root; what is kept from now on has the new one.
        self.product_cache.forget_all();
        tree.find(&CategoryKey::Id(id))
            .cloned()
            .ok_or(CatalogError::NotFound)
    }
}

/// The whole tree, of which one changes at a time: of two that move at once the second sees what the
/// first did, so that none comes to lie below itself. Products may be put into it meanwhile.
async fn locked(tx: &db::Tx) -> Result<Tree, CatalogError> {
    whole().lock(LockType::NoKeyUpdate).rows(&**tx).await?;
    // Read anew: what was added while this waited is not in what the first statement sees.
    Ok(Tree::new(whole().rows(&**tx).await?))
}

/// The category, if it is still as the caller saw it.
fn seen<'a>(
    tree: &'a Tree,
    id: CategoryId,
    expected: Option<&Versions>,
) -> Result<&'a Category, CatalogError> {
    let found = tree.find(&CategoryKey::Id(id));
    let found = found.ok_or(CatalogError::NotFound)?;
    if expected.is_some_and(|seen| !seen.allow(found.version)) {
        return Err(CatalogError::VersionMismatch);
    }
    Ok(found)
}

async fn update(
    tx: &db::Tx,
    id: CategoryId,
    change: CategoryChange,
    now: Time,
) -> Result<(), CatalogError> {
    let tree = locked(tx).await?;
    let was = seen(&tree, id, change.expected_version.as_ref())?.clone();
    let parent = change.parent.unwrap_or(was.parent);
    if tree.path(parent).iter().any(|above| above.id == id) {
        let detail = "it would lie below itself";
        return Err(FieldError::new("/parent_id", CYCLE, detail).into());
    }
    let path = path_to(&tree, parent, tree.height(id))?;
    let mut names = was.names;
    names.en = change.names.en.unwrap_or(names.en);
    names.pt_br = change.names.pt_br.unwrap_or(names.pt_br);
    let name = change.name.unwrap_or(was.name);
    let sql = include_str!("../sql/change_category.sql");
    let values = values![id, parent, path, name, json!(names), now];
    let changed = db::exec(&**tx, sql, values).await;
    changed.map(|_| ()).map_err(name_taken)
}

/// The way from the root to the parent, below which so many levels have room.
fn path_to(
    tree: &Tree,
    parent: Option<CategoryId>,
    levels: usize,
) -> Result<Vec<Uuid>, CatalogError> {
    let path: Vec<Uuid> = tree.path(parent).iter().map(|c| c.id.0).collect();
    if parent.is_some() && path.is_empty() {
        return Err(no_such_parent());
    }
    if path.len() + levels > MAX_DEPTH {
        return Err(too_deep());
    }
    Ok(path)
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

/// Below what its path is of.
async fn insert(tx: &db::Tx, new: New, mut path: Vec<Uuid>) -> Result<(), CatalogError> {
    path.push(new.id);
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
                path.clone(),
                new.names.clone()
            ],
        )
        .await;
        match inserted {
            Ok(1) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(name_taken(error)),
        }
    }
    Err(CatalogError::Unavailable(
        "no free slug was found".to_owned(),
    ))
}
