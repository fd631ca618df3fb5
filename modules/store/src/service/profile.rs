//! The store's profile: name, description, address, telephone and time zone. Another telephone is told to its owner. The slug never changes, so
//! that links keep working.

use feira_kernel::{
    Actor, Env, StoreId, UserId,
    db::{self, Change, Find},
    outbox,
};
use sea_orm::{
    ActiveValue::{self, NotSet},
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set, Value,
};

use super::{Service, applying::write_address, as_seen, rows::load};
use crate::{
    access,
    api::{ProfileChange, Store, StoreError, StorePhoneChanged},
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
        let input = (self.env.clone(), change);
        self.env
            .pool
            .transaction(input, move |tx, (env, change)| {
                Box::pin(async move {
                    update(tx, &env, id, change).await?;
                    load(tx, id).await
                })
            })
            .await
    }

    /// The database checks the time zone by reading all zones, so this runs before the row is locked.
    async fn counts_days_in(&self, zone: &str) -> Result<(), StoreError> {
        match db::knows_time_zone(self.env.pool.read(), zone).await? {
            true => Ok(()),
            false => Err(validate::no_time_zone().into()),
        }
    }
}

async fn update(
    tx: &db::Tx,
    env: &Env,
    id: StoreId,
    change: ProfileChange,
) -> Result<(), StoreError> {
    let now = env.now();
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
        let (owner, version) = (found.owner_id, found.version + 1);
        write_phone(tx, env, (id, owner, version), phone).await?;
    }
    Ok(())
}

/// Another telephone is told to its owner and is paid to only after a while, as another payout account: whoever took over
/// a seller's session could have buyers pay him in a chat.
async fn write_phone(
    tx: &db::Tx,
    env: &Env,
    (store, owner, version): (StoreId, UserId, i64),
    phone: String,
) -> Result<(), StoreError> {
    let now = env.now();
    let changed = store_owner::Entity::update_many()
        .set(store_owner::ActiveModel {
            phone: Set(phone.clone()),
            phone_changed_at: Set(Some(now)),
            updated_at: Set(now),
            ..Default::default()
        })
        .filter(store_owner::Column::UserId.eq(owner))
        .filter(store_owner::Column::Phone.ne(phone))
        .run(&**tx)
        .await?;
    if changed == 0 {
        return Ok(());
    }
    let event = StorePhoneChanged {
        store,
        owner,
        version,
    };
    outbox::publish(tx, env, &event).await?;
    Ok(())
}

/// Fields that are not given stay.
fn given<T: Into<Value>>(value: Option<T>) -> ActiveValue<T> {
    value.map_or(NotSet, Set)
}
