//! Members of stores.

use feira_kernel::{
    Actor, StoreId, UserId,
    db::{self, Find},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};

use super::Service;
use crate::{
    access,
    api::{Membership, Role, StoreError, StoreStatus},
    entities::store_member,
};

/// The most stores of one person, and the most people of one store, that are listed.
const MAX_MEMBERS: u64 = 200;

#[derive(FromQueryResult)]
struct MemberRow {
    store: StoreId,
    name: String,
    slug: String,
    status: StoreStatus,
    time_zone: String,
    role: Role,
}

impl From<MemberRow> for Membership {
    fn from(row: MemberRow) -> Self {
        Self {
            store: row.store,
            name: row.name,
            slug: row.slug,
            status: row.status,
            time_zone: row.time_zone,
            role: row.role,
            permissions: row.role.permissions(),
        }
    }
}

impl Service {
    pub(crate) async fn memberships(
        &self,
        actor: &Actor,
        user: UserId,
    ) -> Result<Vec<Membership>, StoreError> {
        access::herself_or_module(actor, user)?;
        let rows: Vec<MemberRow> = db::rows(
            self.env.pool.read(),
            include_str!("../sql/memberships.sql"),
            values![user, i64::try_from(MAX_MEMBERS).unwrap_or(i64::MAX)],
        )
        .await?;
        Ok(rows.into_iter().map(Membership::from).collect())
    }

    pub(crate) async fn people(
        &self,
        actor: &Actor,
        id: StoreId,
    ) -> Result<Vec<UserId>, StoreError> {
        access::modules_only(actor)?;
        self.members(id, Role::ALL.to_vec()).await
    }

    pub(crate) async fn people_who_may(
        &self,
        actor: &Actor,
        id: StoreId,
        permission: String,
    ) -> Result<Vec<UserId>, StoreError> {
        access::modules_only(actor)?;
        let roles = Role::ALL.into_iter().filter(|role| role.may(&permission));
        self.members(id, roles.collect()).await
    }

    async fn members(&self, id: StoreId, roles: Vec<Role>) -> Result<Vec<UserId>, StoreError> {
        let rows = store_member::Entity::find()
            .filter(store_member::Column::StoreId.eq(id))
            .filter(store_member::Column::Role.is_in(roles))
            .order_by_asc(store_member::Column::UserId)
            .limit(MAX_MEMBERS)
            .rows(self.env.pool.read())
            .await?;
        Ok(rows.into_iter().map(|row| row.user_id).collect())
    }
}
