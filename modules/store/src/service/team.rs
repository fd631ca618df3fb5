//! Members of stores.

use feira_kernel::{
    Actor, StoreId, UserId,
    db::{self, Find},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Service;
use crate::{
    access,
    api::{Membership, Role, StoreError},
    entities::{store, store_member},
};

/// The most stores of one person, and the most people of one store, that are listed.
const MAX_MEMBERS: u64 = 200;

fn membership((member, store): (store_member::Model, store::Model)) -> Membership {
    Membership {
        store: store.id,
        name: store.name,
        slug: store.slug,
        status: store.status,
        time_zone: store.time_zone,
        role: member.role,
        permissions: member.role.permissions(),
    }
}

impl Service {
    pub(crate) async fn memberships(
        &self,
        actor: &Actor,
        user: UserId,
    ) -> Result<Vec<Membership>, StoreError> {
        access::herself_or_module(actor, user)?;
        let found = store_member::Entity::find()
            .filter(store_member::Column::UserId.eq(user))
            .order_by_asc(store_member::Column::StoreId)
            .limit(MAX_MEMBERS)
            .find_both_related(store::Entity)
            .all(self.env.pool.read())
            .await
            .map_err(db::Error::from)?;
        Ok(found.into_iter().map(membership).collect())
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
