//! A part of what a store is owed, kept back until a day.

use feira_kernel::{
    Actor, Page, PageRequest, audit,
    db::{self, Change, Find},
    idempotency::{self, IdempotencyKey},
    validate::{Fields, PAST},
};
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Set,
};
use serde_json::json;

use super::{Service, debts::open_money, paging, releasing::open_items, rows};
use crate::{
    NewReserve, PaymentError, Reserve, ReserveFilter, ReserveId, ReserveStatus,
    access::{self, SELF},
    acts::{RESERVE_HELD, RESERVE_RELEASED},
    entities::reserve::{self, Column, Entity},
    ledger, postings,
};

/// Longer than anything can come back.
const LONGEST_DAYS: i64 = 5 * 366;
/// Reserves that one run of the job looks at together, and how often.
const BATCH: u64 = 100;
const BATCHES: u32 = 20;

impl reserve::Model {
    fn view(self) -> Result<Reserve, PaymentError> {
        Ok(Reserve {
            id: self.id,
            store: self.store_id,
            amount: rows::money(self.amount, &self.currency)?,
            reason: self.reason,
            status: self.status,
            release_at: self.release_at,
            released_at: self.released_at,
            created_at: self.created_at,
        })
    }
}

impl Service {
    pub(crate) async fn reserves(
        &self,
        actor: &Actor,
        filter: ReserveFilter,
        page: PageRequest,
    ) -> Result<Page<Reserve>, PaymentError> {
        let mut found = Entity::find();
        if let Some(store) = access::reserves(actor, filter.store)? {
            found = found.filter(Column::StoreId.eq(store));
        }
        if let Some(status) = filter.status {
            found = found.filter(Column::Status.eq(status));
        }
        let (db, by) = (self.env.pool.read(), [Column::CreatedAt, Column::Id]);
        let key = |row: &reserve::Model| (row.created_at, row.id.0);
        paging::newest(db, found, by, &page, key, reserve::Model::view).await
    }

    pub(crate) async fn hold_reserve(
        &self,
        actor: &Actor,
        reserve: NewReserve,
        key: Option<IdempotencyKey>,
    ) -> Result<Reserve, PaymentError> {
        access::manage_payouts(actor)?;
        let reserve = self.checked(reserve)?;
        let (id, keyed) = (ReserveId(self.env.uuid()), IdempotencyKey::of(key, actor));
        let input = (self.clone(), actor.clone(), reserve, keyed);
        self.env
            .pool
            .transaction(input, move |tx, (service, by, reserve, keyed)| {
                Box::pin(async move {
                    let known = idempotency::first(tx, &service.env, keyed.as_ref(), &id);
                    match known.await? {
                        Some(known) => load(tx, known).await?.view(),
                        None => service.hold_in(tx, &by, id, reserve).await,
                    }
                })
            })
            .await
    }

    fn checked(&self, reserve: NewReserve) -> Result<NewReserve, PaymentError> {
        let now = self.env.now();
        let mut fields = Fields::default();
        fields.positive("/amount", reserve.amount);
        let reason = fields.text("/reason", &reserve.reason, 1..=500);
        if reserve.release_at <= now {
            fields.refuse("/release_at", PAST, "the time must be in the future");
        }
        let days = (reserve.release_at - now).whole_days();
        fields.within("/release_at", days.max(0), 0..=LONGEST_DAYS);
        Ok(fields.or(NewReserve { reason, ..reserve })?)
    }

    async fn hold_in(
        &self,
        tx: &db::Tx,
        by: &Actor,
        id: ReserveId,
        reserve: NewReserve,
    ) -> Result<Reserve, PaymentError> {
        let (store, amount) = (reserve.store, reserve.amount);
        if amount.amount() > open_money(tx, store, amount.currency()).await? {
            return Err(PaymentError::MoreThanPayable);
        }
        let now = self.env.now();
        let row = reserve::Model {
            id,
            store_id: store,
            amount: amount.amount(),
            currency: amount.currency().code().to_owned(),
            reason: reserve.reason,
            status: ReserveStatus::Held,
            release_at: reserve.release_at,
            released_at: None,
            created_at: now,
            updated_at: now,
        };
        let whole = Entity::insert(row.clone().into_active_model());
        whole.run(&**tx).await?;
        let posting = postings::reserve_held(id.0, store, amount);
        let entries = ledger::post(tx, &self.env, &posting).await?;
        open_items(tx, posting.kind, &entries).await?;
        let details = json!({"store": store, "amount": amount});
        audit::record(tx, &self.env, by, RESERVE_HELD, id.0, details).await?;
        row.view()
    }

    pub(crate) async fn release_reserve(
        &self,
        actor: &Actor,
        id: ReserveId,
        key: Option<IdempotencyKey>,
    ) -> Result<Reserve, PaymentError> {
        access::manage_payouts(actor)?;
        let keyed = IdempotencyKey::of(key, actor);
        let input = (self.clone(), actor.clone(), keyed);
        self.env
            .pool
            .transaction(input, move |tx, (service, by, keyed)| {
                Box::pin(async move {
                    let known = idempotency::first(tx, &service.env, keyed.as_ref(), &id);
                    if known.await?.is_none() {
                        service.release_in(tx, &by, id).await?;
                    }
                    load(tx, id).await?.view()
                })
            })
            .await
    }

    /// Those whose day has come.
    pub(crate) async fn release_due_reserves(&self) -> Result<(), PaymentError> {
        for _ in 0..BATCHES {
            let due = Entity::find()
                .filter(db::is(Column::Status, ReserveStatus::Held))
                .filter(Column::ReleaseAt.lte(self.env.now()))
                .order_by_asc(Column::ReleaseAt)
                .limit(BATCH)
                .rows(self.env.pool.read())
                .await?;
            let count = due.len();
            for row in due {
                let id = row.id;
                let released: Result<(), PaymentError> = self
                    .env
                    .pool
                    .transaction(self.clone(), move |tx, service| {
                        Box::pin(async move { service.release_in(tx, &SELF, id).await })
                    })
                    .await;
                if let Err(error) = released {
                    tracing::warn!(reserve = %id, %error, "a reserve could not be released; it will be tried again");
                }
            }
            if u64::try_from(count).is_ok_and(|count| count < BATCH) {
                break;
            }
        }
        Ok(())
    }

    /// Once, whoever comes first.
    async fn release_in(&self, tx: &db::Tx, by: &Actor, id: ReserveId) -> Result<(), PaymentError> {
        let now = self.env.now();
        let changed = Entity::update_many()
            .set(reserve::ActiveModel {
                status: Set(ReserveStatus::Released),
                released_at: Set(Some(now)),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Column::Id.eq(id))
            .filter(Column::Status.eq(ReserveStatus::Held))
            .run(&**tx)
            .await?;
        let row = load(tx, id).await?;
        if changed == 0 {
            return Ok(());
        }
        let reserve = row.view()?;
        let posting = postings::reserve_released(id.0, reserve.store, reserve.amount);
        let entries = ledger::post(tx, &self.env, &posting).await?;
        open_items(tx, posting.kind, &entries).await?;
        if matches!(by, Actor::Person { .. }) {
            let details = json!({"store": reserve.store, "amount": reserve.amount});
            audit::record(tx, &self.env, by, RESERVE_RELEASED, id.0, details).await?;
        }
        Ok(())
    }
}

async fn load(tx: &db::Tx, id: ReserveId) -> Result<reserve::Model, PaymentError> {
    let found = Entity::find_by_id(id).row(&**tx).await?;
    found.ok_or(PaymentError::NotFound)
}
