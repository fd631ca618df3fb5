//! Stores as people and modules see them.

use std::collections::BTreeSet;

use feira_kernel::{
    Actor, Page, PageRequest, StoreId,
    db::{self, Direction, Find},
    validate::Fields,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Query},
};

use super::{MAX_BATCH, Service, bounded, rows::whole};
use crate::{
    access,
    api::{Store, StoreError, StoreFilter, StoreKey, StoreStatus},
    entities::{
        store::{self, Column},
        store_member,
    },
};

/// The most stores that are listed for a cache.
const MAX_NOT_PURCHASABLE: u64 = 10_000;
/// Longer search texts are cut.
const MAX_SEARCH: usize = 120;

impl Service {
    pub(crate) async fn store(&self, actor: &Actor, key: StoreKey) -> Result<Store, StoreError> {
        let keyed = match key {
            StoreKey::Id(id) => Column::Id.eq(id),
            // Anything but a slug finds nothing; PostgreSQL refuses NUL in text.
            StoreKey::Slug(slug) if slug.contains('\0') => return Err(StoreError::NotFound),
            StoreKey::Slug(slug) => Column::Slug.eq(slug),
        };
        let mut found = store::Entity::find().filter(keyed);
        if !access::sees_all(actor) {
            let mut visible = Condition::any().add(Column::Status.eq(StoreStatus::Approved));
            if let Ok(user) = access::person(actor) {
                let own = Query::select()
                    .column(store_member::Column::StoreId)
                    .from(store_member::Entity)
                    .and_where(store_member::Column::UserId.eq(user))
                    .to_owned();
                visible = visible.add(Column::Id.in_subquery(own));
            }
            found = found.filter(visible);
        }
        let db = self.env.pool.read();
        let id: Option<StoreId> = found
            .select_only()
            .column(Column::Id)
            .into_tuple()
            .row(db)
            .await?;
        let store = whole(db, &Vec::from_iter(id)).await?.into_iter().next();
        store.ok_or(StoreError::NotFound)
    }

    pub(crate) async fn stores(
        &self,
        actor: &Actor,
        ids: Vec<StoreId>,
    ) -> Result<Vec<Store>, StoreError> {
        access::modules_only(actor)?;
        bounded(&ids, MAX_BATCH)?;
        let ids: BTreeSet<StoreId> = ids.into_iter().collect();
        whole(self.env.pool.read(), &Vec::from_iter(ids)).await
    }

    pub(crate) async fn list(
        &self,
        actor: &Actor,
        filter: StoreFilter,
        page: PageRequest,
    ) -> Result<Page<Store>, StoreError> {
        page.after::<StoreId>()?;
        let mut fields = Fields::default();
        let prefix = fields.optional("/q", filter.q.as_deref(), MAX_SEARCH);
        let prefix = prefix.map(|q| format!("{}%", db::like(&q)));
        fields.finish()?;
        let mut found = store::Entity::find();
        if !access::sees_all(actor) {
            // For strangers any other state than approved finds nothing.
            found = found.filter(Column::Status.eq(StoreStatus::Approved));
        }
        if let Some(status) = filter.status {
            found = found.filter(Column::Status.eq(status));
        }
        if let Some(prefix) = prefix {
            found = found.filter(Expr::cust_with_values(
                "lower(name) LIKE lower($1)",
                [prefix],
            ));
        }
        // The prefix is inlined so that the index of names is used.
        let db = self.env.pool.search();
        let by = (&[Column::Id][..], Direction::Descending);
        let rows = db::page::<_, _, StoreError>(db, found, by, &page, |row| row.id).await?;
        let ids: Vec<StoreId> = rows.items.iter().map(|row| row.id).collect();
        let items = whole(self.env.pool.read(), &ids).await?;
        Ok(Page {
            items,
            next_cursor: rows.next_cursor,
        })
    }

    pub(crate) async fn not_purchasable(&self, actor: &Actor) -> Result<Vec<StoreId>, StoreError> {
        access::modules_only(actor)?;
        // Stores that were approved once come first, so that no number of applications pushes a
        // suspended store out of the list.
        let known = [StoreStatus::Suspended, StoreStatus::Closed];
        let ids: Vec<StoreId> = store::Entity::find()
            .filter(db::is_not(Column::Status, StoreStatus::Approved))
            .order_by(Column::Status.is_not_in(known), Order::Asc)
            .order_by_asc(Column::Id)
            .limit(MAX_NOT_PURCHASABLE)
            .select_only()
            .column(Column::Id)
            .into_tuple()
            .rows(self.env.pool.read())
            .await?;
        if u64::try_from(ids.len()).is_ok_and(|count| count == MAX_NOT_PURCHASABLE) {
            tracing::warn!(
                most = MAX_NOT_PURCHASABLE,
                "more stores cannot be bought from than are told; the latest applications are left out"
            );
        }
        Ok(ids)
    }
}
