//! Who works in which store.

use feira_kernel::{Actor, StoreId, UserId, db, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{Service, defect, rows};
use crate::{
    access,
    api::{Membership, Role, StoreError},
};

/// The most stores of one person, and the most people of one store, that are told.
const MAX_MEMBERS: i64 = 200;

#[derive(FromQueryResult)]
struct MemberRow {
    store_id: Uuid,
    name: String,
    slug: String,
    status: String,
    role: String,
}

impl TryFrom<MemberRow> for Membership {
    type Error = StoreError;

    fn try_from(row: MemberRow) -> Result<Self, StoreError> {
        let role = Role::parse(&row.role).ok_or_else(|| defect(format!("role {:?}", row.role)))?;
        Ok(Self {
            store: StoreId(row.store_id),
            name: row.name,
            slug: row.slug,
            status: rows::status(&row.status)?,
            role,
            permissions: role.permissions(),
        })
    }
}

#[derive(FromQueryResult)]
struct Person {
    user_id: Uuid,
}

impl Service {
    pub(super) async fn memberships_of(
        &self,
        actor: &Actor,
        user: UserId,
    ) -> Result<Vec<Membership>, StoreError> {
        access::herself_or_module(actor, user)?;
        let rows: Vec<MemberRow> = db::rows(
            self.env.pool.reads(),
            "SELECT s.id AS store_id, s.name, s.slug, s.status, m.role \
             FROM store_members m JOIN stores s ON s.id = m.store_id \
             WHERE m.user_id = $1 ORDER BY s.id LIMIT $2",
            values![user, MAX_MEMBERS],
        )
        .await?;
        rows.into_iter().map(Membership::try_from).collect()
    }

    pub(super) async fn people_of(
        &self,
        actor: &Actor,
        id: StoreId,
    ) -> Result<Vec<UserId>, StoreError> {
        access::modules_only(actor)?;
        let rows: Vec<Person> = db::rows(
            self.env.pool.reads(),
            "SELECT user_id FROM store_members WHERE store_id = $1 ORDER BY user_id LIMIT $2",
            values![id, MAX_MEMBERS],
        )
        .await?;
        Ok(rows.into_iter().map(|row| UserId(row.user_id)).collect())
    }
}
