//! Stores as people and modules see them.

use feira_kernel::{Actor, Page, PageRequest, StoreId, db, values};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

use super::{
    MAX_BATCH, Service, bounded,
    rows::{SELECT_STORE, StoreRow},
};
use crate::{
    access,
    api::{Store, StoreError, StoreFilter, StoreKey, StoreStatus},
    validation::Faults,
};

/// The most stores that a cache is told of.
const MAX_NOT_PURCHASABLE: i64 = 10_000;
/// A longer search text finds nothing more.
const MAX_SEARCH: usize = 120;

#[derive(FromQueryResult)]
struct Id {
    id: Uuid,
}

impl Service {
    pub(super) async fn one_store(
        &self,
        actor: &Actor,
        key: StoreKey,
    ) -> Result<Store, StoreError> {
        let (column, key) = match key {
            StoreKey::Id(id) => ("s.id", Value::from(id)),
            // What is no slug names no store, and PostgreSQL takes no NUL.
            StoreKey::Slug(slug) if slug.contains('\0') => return Err(StoreError::NotFound),
            StoreKey::Slug(slug) => ("s.slug", Value::from(slug)),
        };
        let sql = format!(
            "{SELECT_STORE} WHERE {column} = $1 AND ($2 OR s.status = 'approved' OR EXISTS \
                 (SELECT 1 FROM store_members m WHERE m.store_id = s.id AND m.user_id = $3))"
        );
        let sees_all = access::sees_all(actor);
        let user = access::person(actor).ok();
        let row: Option<StoreRow> = db::optional(
            self.env.pool.reads(),
            &sql,
            values![key, sees_all, user.map(|user| user.0)],
        )
        .await?;
        row.ok_or(StoreError::NotFound)?.try_into()
    }

    pub(super) async fn stores_by_id(
        &self,
        actor: &Actor,
        ids: Vec<StoreId>,
    ) -> Result<Vec<Store>, StoreError> {
        access::modules_only(actor)?;
        bounded(&ids, MAX_BATCH)?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = ids.into_iter().map(|id| id.0).collect();
        let sql = format!("{SELECT_STORE} WHERE s.id = ANY($1) ORDER BY s.id");
        let rows: Vec<StoreRow> = db::rows(self.env.pool.reads(), &sql, values![ids]).await?;
        rows.into_iter().map(Store::try_from).collect()
    }

    pub(super) async fn page_of_stores(
        &self,
        actor: &Actor,
        filter: StoreFilter,
        page: PageRequest,
    ) -> Result<Page<Store>, StoreError> {
        let mut faults = Faults::default();
        let after = page.after::<StoreId>().unwrap_or_else(|error| {
            faults.add("/cursor", "cursor", error.to_string());
            None
        });
        let prefix = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
        let prefix = prefix.map(|q| like_prefix(&faults.line("/q", q, MAX_SEARCH)));
        faults.or(())?;
        // Strangers who ask for another state than the visible one find nothing.
        let visible = (!access::sees_all(actor)).then_some(StoreStatus::Approved.as_str());
        let sql = format!(
            "{SELECT_STORE} WHERE ($1::text IS NULL OR s.status = $1) \
                 AND ($2::text IS NULL OR s.status = $2) \
                 AND ($3::text IS NULL OR lower(s.name) LIKE lower($3)) \
                 AND ($4::uuid IS NULL OR s.id < $4) \
             ORDER BY s.id DESC LIMIT $5"
        );
        let rows: Vec<StoreRow> = db::rows(
            self.env.pool.reads(),
            &sql,
            values![
                visible,
                filter.status.map(StoreStatus::as_str),
                prefix,
                after.map(|id| id.0),
                page.fetch()
            ],
        )
        .await?;
        let stores: Result<Vec<Store>, _> = rows.into_iter().map(Store::try_from).collect();
        Ok(Page::from_rows(stores?, &page, |store| store.id))
    }

    pub(super) async fn closed_to_buyers(&self, actor: &Actor) -> Result<Vec<StoreId>, StoreError> {
        access::modules_only(actor)?;
        let rows: Vec<Id> = db::rows(
            self.env.pool.reads(),
            // Those first that were approved once, whose products buyers know: no number of
            // applications keeps a suspended store out of the list.
            "SELECT id FROM stores WHERE status <> 'approved' \
             ORDER BY status NOT IN ('suspended', 'closed'), id LIMIT $1",
            values![MAX_NOT_PURCHASABLE],
        )
        .await?;
        if i64::try_from(rows.len()).is_ok_and(|count| count == MAX_NOT_PURCHASABLE) {
            tracing::warn!(
                most = MAX_NOT_PURCHASABLE,
                "more stores cannot be bought from than are told; the latest applications are left out"
            );
        }
        Ok(rows.into_iter().map(|row| StoreId(row.id)).collect())
    }
}

/// A pattern for texts that start so; what is typed has no wildcards.
fn like_prefix(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 1);
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
