//! Applying to sell: makes the store with its address, owner and a shipping method.

use std::{collections::BTreeSet, sync::Arc};

use feira_kernel::{
    Actor, Env, IdempotencyKey, ModuleError, StoreId, Time, UserId,
    db::{self, Change as _, Find},
    idempotency::{self, Keyed},
};
use feira_user::{User, UserError, UserStatus};
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, Condition, EntityTrait, Iterable, Order, QueryFilter,
    QueryOrder, QuerySelect, Set, sea_query::OnConflict,
};

use super::{
    Service,
    deciding::step,
    history::{self, Change},
    rows::load,
};
use crate::{
    Settings,
    access::{self, SELF},
    api::{Address, Application, Role, ShippingMethodId, Store, StoreError, StoreStatus},
    entities::{
        shipping_method::{self, ShippingKind},
        store, store_address, store_member, store_owner,
    },
    slug,
    status::Action,
    validate,
};

/// Retries after another application took the slug at the same time.
const SLUG_TRIES: u32 = 8;
/// The most similar slugs that are read.
const MAX_ALIKE: u64 = 10_000;
const DEFAULT_METHOD: &str = "Standard";
const DEFAULT_TRANSIT_DAYS: i32 = 7;

#[derive(Clone)]
struct Applying {
    env: Env,
    settings: Arc<Settings>,
    user: UserId,
    application: Application,
    actor: String,
    keyed: Option<Keyed>,
}

impl Service {
    pub(crate) async fn apply(
        &self,
        actor: &Actor,
        application: Application,
        key: Option<IdempotencyKey>,
    ) -> Result<Store, StoreError> {
        let user = access::person(actor)?;
        let application = validate::application(&application)?;
        self.active_user(user).await?;
        let input = Applying {
            env: self.env.clone(),
            settings: self.settings.clone(),
            user,
            application,
            actor: actor.label(),
            keyed: IdempotencyKey::of(key, actor),
        };
        self.env
            .pool
            .transaction(input, |tx, input| {
                Box::pin(async move { input.run(tx).await })
            })
            .await
    }

    /// A blocked person's access token may still be valid, so her account's state is checked.
    async fn active_user(&self, id: UserId) -> Result<User, StoreError> {
        match self.users.user(&SELF, id).await {
            Ok(user) if user.status == UserStatus::Active => Ok(user),
            Ok(_) | Err(UserError::NotFound) => Err(StoreError::Forbidden),
            Err(other) => Err(StoreError::from_neighbour(other)),
        }
    }
}

impl Applying {
    async fn run(self, tx: &db::Tx) -> Result<Store, StoreError> {
        let id = StoreId(self.env.uuid());
        // Checked before anything is written, so that a late repeat does not overwrite newer values.
        if let Some(done) = idempotency::first(tx, &self.env, self.keyed.as_ref(), &()).await? {
            let () = done;
            return self.of_owner(tx).await;
        }
        // Also takes the lock that serializes one person's applications.
        self.write_owner(tx).await?;
        let earlier = store::Entity::find()
            .filter(store::Column::OwnerId.eq(self.user))
            .filter(db::is_not(store::Column::Status, StoreStatus::Closed))
            .lock_exclusive()
            .row(&**tx)
            .await?;
        let id = match earlier {
            Some(earlier) => self.submit_again(tx, earlier).await?,
            None => self.submit(tx, id).await?,
        };
        if self.settings.auto_approve {
            let by = SELF.label();
            step(tx, &self.env, id, Action::Approve, None, by).await?;
        }
        load(tx, id).await
    }

    /// Her current store.
    async fn of_owner(&self, tx: &db::Tx) -> Result<Store, StoreError> {
        let latest = store::Entity::find()
            .filter(store::Column::OwnerId.eq(self.user))
            .order_by(store::Column::Status.eq(StoreStatus::Closed), Order::Asc)
            .order_by_desc(store::Column::Id)
            .row(&**tx)
            .await?;
        load(tx, latest.ok_or(StoreError::NotFound)?.id).await
    }

    async fn write_owner(&self, tx: &db::Tx) -> Result<(), StoreError> {
        use store_owner::Column;
        let application = &self.application;
        let row = store_owner::ActiveModel {
            user_id: Set(self.user),
            business_name: Set(application.business_name.clone()),
            tax_id: Set(application.tax_id.clone()),
            phone: Set(application.phone.clone()),
            phone_changed_at: NotSet,
            updated_at: Set(self.env.now()),
            created_at: NotSet,
        };
        let newest = OnConflict::column(Column::UserId)
            .update_columns([
                Column::BusinessName,
                Column::TaxId,
                Column::Phone,
                Column::UpdatedAt,
            ])
            .to_owned();
        let insert = store_owner::Entity::insert(row).on_conflict(newest);
        insert.run(&**tx).await?;
        Ok(())
    }

    /// A first application: inserts everything.
    async fn submit(&self, tx: &db::Tx, id: StoreId) -> Result<StoreId, StoreError> {
        self.insert_with_free_slug(tx, id).await?;
        write_address(tx, id, self.application.address.clone(), self.env.now()).await?;
        let member = store_member::ActiveModel {
            store_id: Set(id),
            user_id: Set(self.user),
            role: Set(Role::Owner),
            ..Default::default()
        };
        store_member::Entity::insert(member).run(&**tx).await?;
        let price = self.settings.default_shipping_price;
        let method = shipping_method::ActiveModel {
            id: Set(ShippingMethodId(self.env.uuid())),
            store_id: Set(id),
            name: Set(DEFAULT_METHOD.to_owned()),
            kind: Set(ShippingKind::Flat),
            price: Set(Some(price.amount())),
            currency: Set(Some(price.currency().code().to_owned())),
            transit_days: Set(DEFAULT_TRANSIT_DAYS),
            ..Default::default()
        };
        shipping_method::Entity::insert(method).run(&**tx).await?;
        let change = Change {
            store: id,
            owner: self.user,
            version: 1,
            from: None,
            to: StoreStatus::Pending,
            reason: None,
            actor: self.actor.clone(),
        };
        history::record(tx, &self.env, change).await?;
        Ok(id)
    }

    /// After a rejection the same store is submitted again with the new values. Its slug stays.
    async fn submit_again(
        &self,
        tx: &db::Tx,
        earlier: store::Model,
    ) -> Result<StoreId, StoreError> {
        let id = earlier.id;
        if earlier.status.after(Action::Submit).is_err() {
            return Err(StoreError::AlreadyApplied);
        }
        store::Entity::update_many()
            .set(store::ActiveModel {
                name: Set(self.application.name.clone()),
                description: Set(self.application.description.clone()),
                ..Default::default()
            })
            .filter(store::Column::Id.eq(id))
            .run(&**tx)
            .await?;
        write_address(tx, id, self.application.address.clone(), self.env.now()).await?;
        let by = self.actor.clone();
        step(tx, &self.env, id, Action::Submit, None, by).await?;
        Ok(id)
    }

    async fn insert_with_free_slug(&self, tx: &db::Tx, id: StoreId) -> Result<(), StoreError> {
        let base = slug::of(&self.application.name);
        for _ in 0..SLUG_TRIES {
            let taken: Vec<String> = store::Entity::find()
                .filter(
                    Condition::any()
                        .add(store::Column::Slug.eq(base.clone()))
                        .add(store::Column::Slug.like(format!("{base}-%"))),
                )
                .limit(MAX_ALIKE)
                .select_only()
                .column(store::Column::Slug)
                .into_tuple()
                .rows(&**tx)
                .await?;
            let taken: BTreeSet<String> = taken.into_iter().collect();
            if self.insert(tx, id, slug::free(&base, &taken)).await? {
                return Ok(());
            }
        }
        Err(StoreError::Unavailable("no free slug was found".to_owned()))
    }

    /// Whether the slug was free; waits for a concurrent insert of it.
    async fn insert(&self, tx: &db::Tx, id: StoreId, slug: String) -> Result<bool, StoreError> {
        let now = self.env.now();
        let row = store::ActiveModel {
            id: Set(id),
            owner_id: Set(self.user),
            name: Set(self.application.name.clone()),
            slug: Set(slug),
            description: Set(self.application.description.clone()),
            status: Set(StoreStatus::Pending),
            currency: Set(self.settings.currency.code().to_owned()),
            time_zone: Set(self.settings.time_zone.clone()),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
            status_reason: NotSet,
        };
        let unless_taken = OnConflict::column(store::Column::Slug)
            .do_nothing()
            .to_owned();
        let insert = store::Entity::insert(row).on_conflict(unless_taken);
        Ok(insert.run(&**tx).await? == 1)
    }
}

pub(super) async fn write_address(
    tx: &db::Tx,
    id: StoreId,
    address: Address,
    now: Time,
) -> Result<(), StoreError> {
    let Address {
        recipient,
        street,
        number,
        complement,
        district,
        city,
        state,
        postal_code,
        country,
        phone,
    } = address;
    let row = store_address::ActiveModel {
        store_id: Set(id),
        recipient: Set(recipient),
        street: Set(street),
        number: Set(number),
        complement: Set(complement),
        district: Set(district),
        city: Set(city),
        state: Set(state),
        postal_code: Set(postal_code),
        country: Set(country),
        phone: Set(phone),
        updated_at: Set(now),
        created_at: NotSet,
    };
    let all = store_address::Column::iter().filter(|column| {
        !matches!(
            column,
            store_address::Column::StoreId | store_address::Column::CreatedAt
        )
    });
    let newest = OnConflict::column(store_address::Column::StoreId)
        .update_columns(all)
        .to_owned();
    let insert = store_address::Entity::insert(row).on_conflict(newest);
    insert.run(&**tx).await?;
    Ok(())
}
