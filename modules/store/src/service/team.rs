//! Who works in which store.

use std::collections::BTreeMap;

use feira_kernel::{Actor, StoreId, UserId, db::Find};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Service, defect};
use crate::{
    access,
    api::{Membership, Role, StoreError},
    entities::{store, store_member},
};

/// The most stores of one person, and the most people of one store, that are told.
const MAX_MEMBERS: u64 = 200;

impl Service {
    pub(super) async fn memberships_of(
        &self,
        actor: &Actor,
        user: UserId,
    ) -> Result<Vec<Membership>, StoreError> {
        access::herself_or_module(actor, user)?;
        let db = self.env.pool.reads();
        let members = store_member::Entity::find()
            .filter(store_member::Column::UserId.eq(user))
            .order_by_asc(store_member::Column::StoreId)
            .limit(MAX_MEMBERS)
            .rows(db)
            .await?;
        if members.is_empty() {
            return Ok(Vec::new());
        }
        let ids = members.iter().map(|member| member.store_id);
        let stores = store::Entity::find()
            .filter(store::Column::Id.is_in(ids))
            .rows(db)
            .await?;
        let mut stores: BTreeMap<StoreId, store::Model> =
            stores.into_iter().map(|store| (store.id, store)).collect();
        let of = |member: store_member::Model| {
            let store = stores.remove(&member.store_id);
            let store = store.ok_or_else(|| defect("a member of no store"))?;
            Ok(membership(store, member.role))
        };
        members.into_iter().map(of).collect()
    }

    pub(super) async fn people_of(
        &self,
        actor: &Actor,
        id: StoreId,
    ) -> Result<Vec<UserId>, StoreError> {
        access::modules_only(actor)?;
        let rows = store_member::Entity::find()
            .filter(store_member::Column::StoreId.eq(id))
            .order_by_asc(store_member::Column::UserId)
            .limit(MAX_MEMBERS)
            .rows(self.env.pool.reads())
            .await?;
        Ok(rows.into_iter().map(|row| row.user_id).collect())
    }
}

fn membership(store: store::Model, role: Role) -> Membership {
    Membership {
        store: store.id,
        name: store.name,
        slug: store.slug,
        status: store.status,
        role,
        permissions: role.permissions(),
    }
}
