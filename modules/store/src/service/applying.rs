//! Applying to sell: a person, her store, its address, its team of one and a way of shipping.

use std::{collections::BTreeSet, sync::Arc};

use feira_kernel::{
    Actor, Env, IdempotencyKey, ModuleError, StoreId, UserId, db,
    idempotency::{self, Keyed},
    values,
};
use feira_user::{User, UserError, UserStatus};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{
    Service,
    deciding::{load, step},
    history::{self, Change},
    rows,
};
use crate::{
    Settings, access,
    api::{Address, Application, Role, Store, StoreError, StoreStatus},
    slug,
    status::Action,
    validation,
};

/// How often a slug is looked for anew after somebody else took it meanwhile.
const SLUG_TRIES: u32 = 8;
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

#[derive(FromQueryResult)]
struct Earlier {
    id: Uuid,
    status: String,
}

impl Service {
    pub(super) async fn apply_to_sell(
        &self,
        actor: &Actor,
        application: Application,
        key: Option<IdempotencyKey>,
    ) -> Result<Store, StoreError> {
        let user = access::person(actor)?;
        let application = validation::application(&application)?;
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

    /// Somebody who was blocked keeps her token for some minutes; she applies for nothing.
    async fn active_user(&self, id: UserId) -> Result<User, StoreError> {
        match self.users.user(&Actor::system("store"), id).await {
            Ok(user) if user.status == UserStatus::Active => Ok(user),
            Ok(_) | Err(UserError::NotFound) => Err(StoreError::Forbidden),
            Err(UserError::Unavailable(reason)) => Err(StoreError::Unavailable(reason)),
            Err(other) => Err(StoreError::Internal(format!("{}: {other}", other.code()))),
        }
    }
}

impl Applying {
    async fn run(self, tx: &db::Tx) -> Result<Store, StoreError> {
        let id = StoreId(self.env.uuid());
        // Before anything is written: a late repeat brings no old words back.
        if let Some(done) = idempotency::first(tx, &self.env, self.keyed.as_ref(), &()).await? {
            let () = done;
            return self.of_owner(tx).await;
        }
        // Also takes the lock under which one person's applications follow each other.
        self.write_owner(tx).await?;
        let earlier: Option<Earlier> = db::optional(
            &**tx,
            "SELECT id, status FROM stores WHERE owner_id = $1 AND status <> 'closed' FOR UPDATE",
            values![self.user],
        )
        .await?;
        let id = match earlier {
            Some(earlier) => self.submit_again(tx, earlier).await?,
            None => self.submit(tx, id).await?,
        };
        if self.settings.auto_approve {
            let by = "system:store".to_owned();
            step(tx, &self.env, id, Action::Approve, None, by).await?;
        }
        load(tx, id).await
    }

    /// Her store, as it is now.
    async fn of_owner(&self, tx: &db::Tx) -> Result<Store, StoreError> {
        let sql =
            "SELECT id FROM stores WHERE owner_id = $1 ORDER BY status = 'closed', id DESC LIMIT 1";
        let id: Option<Uuid> = db::scalar(&**tx, sql, values![self.user]).await?;
        load(tx, StoreId(id.ok_or(StoreError::NotFound)?)).await
    }

    async fn write_owner(&self, tx: &db::Tx) -> Result<(), StoreError> {
        let application = &self.application;
        db::exec(
            &**tx,
            "INSERT INTO store_owners (user_id, business_name, tax_id, phone, updated_at) \
             VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (user_id) DO UPDATE SET business_name = excluded.business_name, \
                 tax_id = excluded.tax_id, phone = excluded.phone, updated_at = excluded.updated_at",
            values![
                self.user,
                application.business_name.clone(),
                application.tax_id.clone(),
                application.phone.clone(),
                self.env.now()
            ],
        )
        .await?;
        Ok(())
    }

    /// A first application: everything is new.
    async fn submit(&self, tx: &db::Tx, id: StoreId) -> Result<StoreId, StoreError> {
        self.insert_with_free_slug(tx, id).await?;
        self.write_address(tx, id).await?;
        db::exec(
            &**tx,
            "INSERT INTO store_members (store_id, user_id, role) VALUES ($1, $2, $3)",
            values![id, self.user, Role::Owner.as_str()],
        )
        .await?;
        let price = self.settings.default_shipping_price;
        db::exec(
            &**tx,
            "INSERT INTO shipping_methods (id, store_id, name, kind, price, currency, transit_days) \
             VALUES ($1, $2, $3, 'flat', $4, $5, $6)",
            values![
                self.env.uuid(),
                id,
                DEFAULT_METHOD,
                price.amount(),
                price.currency().code(),
                DEFAULT_TRANSIT_DAYS
            ],
        )
        .await?;
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

    /// After a rejection the same store is submitted with what is said now. Its slug stays.
    async fn submit_again(&self, tx: &db::Tx, earlier: Earlier) -> Result<StoreId, StoreError> {
        let id = StoreId(earlier.id);
        if rows::status(&earlier.status)?
            .after(Action::Submit)
            .is_err()
        {
            return Err(StoreError::AlreadyApplied);
        }
        let (name, text) = (&self.application.name, &self.application.description);
        db::exec(
            &**tx,
            "UPDATE stores SET name = $2, description = $3 WHERE id = $1",
            values![id, name.clone(), text.clone()],
        )
        .await?;
        self.write_address(tx, id).await?;
        let by = self.actor.clone();
        step(tx, &self.env, id, Action::Submit, None, by).await?;
        Ok(id)
    }

    async fn insert_with_free_slug(&self, tx: &db::Tx, id: StoreId) -> Result<(), StoreError> {
        let base = slug::of(&self.application.name);
        for _ in 0..SLUG_TRIES {
            let taken: Vec<Slug> = db::rows(
                &**tx,
                "SELECT slug FROM stores WHERE slug = $1 OR slug LIKE $1 || '-%' LIMIT 10000",
                values![base.clone()],
            )
            .await?;
            let taken: BTreeSet<String> = taken.into_iter().map(|row| row.slug).collect();
            if self.insert(tx, id, slug::free(&base, &taken)).await? {
                return Ok(());
            }
        }
        Err(StoreError::Unavailable("no free slug was found".to_owned()))
    }

    /// Whether the slug was still free; waits for another that is about to take it.
    async fn insert(&self, tx: &db::Tx, id: StoreId, slug: String) -> Result<bool, StoreError> {
        let inserted = db::exec(
            &**tx,
            "INSERT INTO stores (id, owner_id, name, slug, description, status, currency, time_zone, \
                                 version, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7, 1, $8, $8) \
             ON CONFLICT (slug) DO NOTHING",
            values![
                id,
                self.user,
                self.application.name.clone(),
                slug,
                self.application.description.clone(),
                self.settings.currency.code(),
                self.settings.time_zone.clone(),
                self.env.now()
            ],
        )
        .await?;
        Ok(inserted == 1)
    }

    async fn write_address(&self, tx: &db::Tx, id: StoreId) -> Result<(), StoreError> {
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
        } = self.application.address.clone();
        db::exec(
            &**tx,
            "INSERT INTO store_addresses (store_id, recipient, street, number, complement, district, \
                                          city, state, postal_code, country, phone, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
             ON CONFLICT (store_id) DO UPDATE SET recipient = excluded.recipient, \
                 street = excluded.street, number = excluded.number, \
                 complement = excluded.complement, district = excluded.district, \
                 city = excluded.city, state = excluded.state, \
                 postal_code = excluded.postal_code, country = excluded.country, \
                 phone = excluded.phone, updated_at = excluded.updated_at",
            values![
                id, recipient, street, number, complement, district, city, state, postal_code,
                country, phone, self.env.now()
            ],
        )
        .await?;
        Ok(())
    }
}

#[derive(FromQueryResult)]
struct Slug {
    slug: String,
}
