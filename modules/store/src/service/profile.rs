//! The store's profile: name, description, address, telephone and time zone. The slug never changes, so
//! that links keep working.

use feira_kernel::{
    Actor, StoreId, Time,
    db::{self, Change, Find},
    values,
};
use sea_orm::{
    ActiveValue::{self, NotSet},
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set, Value,
};

use super::{Service, applying::write_address, as_seen, rows::load};
use crate::{
    access,
    api::{ProfileChange, Store, StoreError},
    entities::{store, store_owner},
    validate,
};

impl Service {
    pub(crate) async fn update_store(
        &self,
        actor: &Actor,
        change: ProfileChange,
    ) -> Result<Store, StoreError> {
        let id = access::manager(actor)?;
        let change = validate::profile(change)?;
        if let Some(zone) = &change.time_zone {
            self.counts_days_in(zone).await?;
        }
        let now = self.env.now();
        self.env
            .pool
            .transaction(change, move |tx, change| {
                Box::pin(async move {
                    update(tx, id, change, now).await?;
                    load(tx, id).await
                })
            })
            .await
    }

    /// The database checks the time zone by reading all zones, so this runs before the row is locked.
    async fn counts_days_in(&self, zone: &str) -> Result<(), StoreError> {
        let sql = include_str!("../sql/time_zone_exists.sql");
        let zone = values![zone.to_owned()];
        let known: Option<bool> = db::scalar(self.env.pool.read(), sql, zone).await?;
        if known == Some(true) {
            Ok(())
        } else {
            Err(validate::no_time_zone().into())
        }
    }
}

async fn update(
    tx: &db::Tx,
    id: StoreId,
    change: ProfileChange,
    now: Time,
) -> Result<(), StoreError> {
    let found = store::Entity::find_by_id(id).lock_exclusive();
    let found = found.row(&**tx).await?.ok_or(StoreError::NotFound)?;
    as_seen(change.expected_version.as_ref(), found.version)?;
    let changed = store::Entity::update_many()
        .set(store::ActiveModel {
            name: given(change.name),
            description: given(change.description),
            time_zone: given(change.time_zone),
            version: Set(found.version + 1),
            updated_at: Set(now),
            ..Default::default()
        })
        .filter(store::Column::Id.eq(id));
    changed.run(&**tx).await?;
    if let Some(address) = change.address {
        write_address(tx, id, address, now).await?;
    }
    if let Some(phone) = change.phone {
        let changed = store_owner::Entity::update_many()
            .set(store_owner::ActiveModel {
                phone: Set(phone),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(store_owner::Column::UserId.eq(found.owner_id));
        changed.run(&**tx).await?;
    }
    Ok(())
}

/// Fields that are not given stay.
fn given<T: Into<Value>>(value: Option<T>) -> ActiveValue<T> {
    value.map_or(NotSet, Set)
}
