//! The category tree in memory: it is small, read by every product page and rarely changed.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use feira_kernel::{
    Clock, Time,
    db::{self, Find, Pool},
};
use sea_orm::{EntityTrait, QueryOrder, QuerySelect, Select, sea_query::Expr};
use time::Duration;
use uuid::Uuid;

use crate::{
    Category, CategoryId, CategoryKey,
    entities::category::{Column, Entity, Model},
};

/// How stale the tree may be after a change by another process.
const FRESH: Duration = Duration::seconds(30);
pub(crate) const MAX_CATEGORIES: usize = 5_000;

/// All categories, parents before children, siblings by position.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    ordered: Vec<Category>,
    paths: HashMap<CategoryId, Vec<usize>>,
}

impl Tree {
    pub(crate) fn new(rows: Vec<Model>) -> Self {
        let mut children: HashMap<Option<CategoryId>, Vec<Model>> = HashMap::new();
        for row in rows {
            children.entry(row.parent_id).or_default().push(row);
        }
        let mut tree = Self::default();
        tree.add(&mut children, None, &[]);
        tree
    }

    fn add(
        &mut self,
        children: &mut HashMap<Option<CategoryId>, Vec<Model>>,
        parent: Option<CategoryId>,
        above: &[usize],
    ) {
        for row in children.remove(&parent).unwrap_or_default() {
            let mut path = above.to_vec();
            path.push(self.ordered.len());
            self.ordered.push(Category {
                id: row.id,
                parent: row.parent_id,
                name: row.name,
                slug: row.slug,
                position: row.position,
                names: serde_json::from_value(row.names).unwrap_or_default(),
                version: row.version,
            });
            self.add(children, Some(row.id), &path);
            self.paths.insert(row.id, path);
        }
    }

    pub(crate) fn all(&self) -> &[Category] {
        &self.ordered
    }

    pub(crate) fn find(&self, key: &CategoryKey) -> Option<&Category> {
        match key {
            CategoryKey::Id(id) => {
                let place = self.paths.get(id)?.last()?;
                self.ordered.get(*place)
            }
            CategoryKey::Slug(slug) => self.ordered.iter().find(|c| c.slug == *slug),
        }
    }

    pub(crate) fn contains(&self, id: CategoryId) -> bool {
        self.paths.contains_key(&id)
    }

    /// From the root down to the category; empty for none and for an unknown one.
    pub(crate) fn path(&self, id: Option<CategoryId>) -> Vec<&Category> {
        let places = id.and_then(|id| self.paths.get(&id));
        let places = places.map(Vec::as_slice).unwrap_or_default();
        places.iter().map(|place| &self.ordered[*place]).collect()
    }

    /// How many levels the category and those below it have.
    pub(crate) fn height(&self, id: CategoryId) -> usize {
        let above = self.path(Some(id)).len().saturating_sub(1);
        let below = self.with_descendants(id);
        let depths = below.iter().map(|c| self.path(Some(CategoryId(*c))).len());
        depths.max().map_or(0, |deepest| deepest - above)
    }

    /// The category and all below it.
    pub(crate) fn with_descendants(&self, id: CategoryId) -> Vec<Uuid> {
        let Some(place) = self.paths.get(&id).and_then(|path| path.last()) else {
            return Vec::new();
        };
        let below = |c: &&Category| self.paths.get(&c.id).is_some_and(|p| p.contains(place));
        self.ordered.iter().filter(below).map(|c| c.id.0).collect()
    }

    /// The category of that name in any language, whatever the case; the first in display order.
    pub(crate) fn named(&self, name: &str) -> Option<CategoryId> {
        let name = name.trim().to_lowercase();
        let mut found = self.ordered.iter();
        let called = |c: &&Category| {
            let others = [&c.names.en, &c.names.pt_br].into_iter().flatten();
            let mut names = others.chain([&c.name]);
            names.any(|one| one.to_lowercase() == name)
        };
        found.find(called).map(|c| c.id)
    }
}

/// All categories, in an order in which siblings are as they are shown.
pub(crate) fn whole() -> Select<Entity> {
    Entity::find()
        .order_by_asc(Expr::cust("cardinality(path)"))
        .order_by_asc(Column::Position)
        .order_by_asc(Column::Name)
        .limit(MAX_CATEGORIES as u64)
}

pub(crate) struct Categories {
    pool: Pool,
    clock: Clock,
    /// How often it was begun to read the tree.
    reads: AtomicU64,
    cached: RwLock<Latest>,
}

/// The tree whose reading began last, and until when it is used.
#[derive(Default)]
struct Latest(Option<(u64, Arc<Tree>, Time)>);

impl Latest {
    /// One that was slow to read must not take the place of a newer one.
    fn keep(&mut self, read: u64, tree: Arc<Tree>, until: Time) {
        if self.0.as_ref().is_none_or(|(kept, ..)| *kept < read) {
            self.0 = Some((read, tree, until));
        }
    }
}

impl Categories {
    pub(crate) fn new(pool: Pool, clock: Clock) -> Self {
        Self {
            pool,
            clock,
            reads: AtomicU64::new(0),
            cached: RwLock::default(),
        }
    }

    pub(crate) async fn tree(&self) -> Result<Arc<Tree>, db::Error> {
        {
            let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, tree, until)) = &cached.0
                && *until > self.clock.now()
            {
                return Ok(tree.clone());
            }
        }
        self.reload().await
    }

    /// The tree with a category that a row names: one made elsewhere since is read now.
    pub(crate) async fn tree_with(&self, id: Option<CategoryId>) -> Result<Arc<Tree>, db::Error> {
        let tree = self.tree().await?;
        match id {
            Some(id) if !tree.contains(id) => self.reload().await,
            _ => Ok(tree),
        }
    }

    pub(crate) async fn reload(&self) -> Result<Arc<Tree>, db::Error> {
        let read = self.reads.fetch_add(1, Ordering::SeqCst);
        let rows = whole().rows(self.pool.read()).await?;
        let tree = Arc::new(Tree::new(rows));
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        cached.keep(read, tree.clone(), self.clock.now() + FRESH);
        Ok(tree)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_that_was_read_earlier_replaces_none() {
        let mut latest = Latest::default();
        let trees = [0, 1, 2].map(|_| Arc::new(Tree::default()));
        for (read, shown) in [(1, 1), (0, 1), (2, 2)] {
            latest.keep(
                read,
                trees[usize::try_from(read).unwrap()].clone(),
                Time::UNIX_EPOCH,
            );
            let (kept, tree, _) = latest.0.as_ref().unwrap();
            assert_eq!(*kept, shown);
            assert!(Arc::ptr_eq(tree, &trees[usize::try_from(shown).unwrap()]));
        }
    }

    #[test]
    fn the_tree_knows_what_is_above_and_below() {
        let id = |n| CategoryId(Uuid::from_u128(n));
        let row = |number: u128, parent: Option<u128>, name: &str| Model {
            id: id(number),
            parent_id: parent.map(id),
            name: name.to_owned(),
            slug: name.to_lowercase(),
            position: 1,
            names: serde_json::json!({"pt-BR": format!("{name} em português")}),
            version: 1,
        };
        let tree = Tree::new(vec![
            row(1, None, "Fashion"),
            row(2, None, "Home"),
            row(3, Some(1), "Shoes"),
            row(4, Some(3), "Boots"),
        ]);
        let names: Vec<_> = tree.all().iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["Fashion", "Shoes", "Boots", "Home"]);
        let path: Vec<_> = tree.path(Some(id(4))).iter().map(|c| c.id).collect();
        assert_eq!(path, [id(1), id(3), id(4)]);
        assert_eq!(tree.with_descendants(id(1)).len(), 3);
        let heights = [1, 2, 3, 4, 9].map(|n| tree.height(id(n)));
        assert_eq!(heights, [3, 1, 2, 1, 0]);
        assert_eq!(tree.named(" boots"), Some(id(4)));
        assert_eq!(tree.named("SHOES EM PORTUGUÊS"), Some(id(3)));
        let home = &tree.all()[3];
        let called = ["en", "pt-BR", "fr"].map(|language| home.name_in(language));
        assert_eq!(called, ["Home", "Home em português", "Home"]);
        assert!(tree.path(Some(id(9))).is_empty() && tree.with_descendants(id(9)).is_empty());
    }
}
