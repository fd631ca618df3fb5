//! By what is paid, and within which amounts.

use feira_kernel::{
    Actor, FieldError, ModuleError, StoreId, Versions, audit,
    db::{self, Change, Find},
    idempotency::{self, Keyed},
    validate::{CURRENCY, Fields, UNKNOWN},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;

use super::{Service, rows::internal};
use crate::{
    MethodLimit, MethodLimitId, MethodRule, PaymentError,
    access::SELF,
    acts::{METHOD_LIMIT_REMOVED, METHOD_LIMIT_SET},
    entities::method_limit::{ActiveModel, Column, Entity, Model, kept},
    field_codes::LIMITS,
};

const MOST_LIMITS: usize = 1_000;

/// Why a transaction leaves nothing.
enum NotWritten {
    /// The key is known: this is what was kept under it.
    Known(MethodLimit),
    Refused(PaymentError),
}

impl From<PaymentError> for NotWritten {
    fn from(error: PaymentError) -> Self {
        Self::Refused(error)
    }
}

impl From<db::Error> for NotWritten {
    fn from(error: db::Error) -> Self {
        Self::Refused(error.into())
    }
}

impl Service {
    pub(super) async fn kept_limits(&self) -> Result<Vec<MethodLimit>, PaymentError> {
        self.providers.refresh().await?;
        Ok(self.providers.now().limits().to_vec())
    }

    pub(super) async fn keep_limit(
        &self,
        by: &Actor,
        rule: MethodRule,
        expected: Option<Versions>,
        keyed: Option<Keyed>,
    ) -> Result<MethodLimit, PaymentError> {
        acceptable(&rule)?;
        if let Some(store) = rule.store {
            self.store_exists(store).await?;
        }
        let fresh = MethodLimitId(self.env.uuid());
        let input = (self.clone(), by.clone(), expected, keyed);
        let kept = self
            .env
            .pool
            .transaction(input, move |tx, (service, by, expected, keyed)| {
                Box::pin(async move {
                    let kept = service
                        .write_limit(tx, fresh, rule, expected.as_ref())
                        .await?;
                    let known = idempotency::first(tx, &service.env, keyed.as_ref(), &kept);
                    // Nothing of a repeat stays: it answers what the first try did.
                    if let Some(known) = known.await? {
                        return Err(NotWritten::Known(known));
                    }
                    let (env, details) = (&service.env, json!(rule));
                    audit::record(tx, env, &by, METHOD_LIMIT_SET, kept.id.0, details).await?;
                    Ok(kept)
                })
            })
            .await;
        let kept = match kept {
            Ok(kept) | Err(NotWritten::Known(kept)) => kept,
            Err(NotWritten::Refused(error)) => return Err(error),
        };
        self.providers.changed().await?;
        Ok(kept)
    }

    async fn store_exists(&self, store: StoreId) -> Result<(), PaymentError> {
        let found = self.stores.stores(&SELF, vec![store]).await;
        let found = found.map_err(PaymentError::from_neighbour)?;
        match found.is_empty() {
            true => Err(FieldError::new("/store_id", UNKNOWN, "there is no such store").into()),
            false => Ok(()),
        }
    }

    async fn write_limit(
        &self,
        tx: &db::Tx,
        fresh: MethodLimitId,
        rule: MethodRule,
        expected: Option<&Versions>,
    ) -> Result<MethodLimit, PaymentError> {
        self.lock_providers(tx).await?;
        let all = kept().rows(&**tx).await?;
        let same = |row: &&Model| {
            let currency = row.currency == rule.currency.code();
            row.method == rule.method && currency && row.store_id == rule.store
        };
        let now = self.env.now();
        let row = ActiveModel {
            enabled: Set(rule.enabled),
            least: Set(rule.least.map(|least| least.amount())),
            most: Set(rule.most.map(|most| most.amount())),
            updated_at: Set(now),
            ..Default::default()
        };
        if let Some(found) = all.iter().find(same) {
            as_seen(expected, found.version)?;
            let (id, version) = (found.id, found.version + 1);
            let row = ActiveModel {
                version: Set(version),
                ..row
            };
            let changed = Entity::update_many().set(row).filter(Column::Id.eq(id));
            changed.run(&**tx).await?;
            return Ok(MethodLimit { id, rule, version });
        }
        if expected.is_some() {
            return Err(PaymentError::NoSuchLimit);
        }
        if all.len() >= MOST_LIMITS {
            return Err(FieldError::too_many("", MOST_LIMITS).into());
        }
        let row = ActiveModel {
            id: Set(fresh),
            method: Set(rule.method),
            currency: Set(rule.currency.code().to_owned()),
            store_id: Set(rule.store),
            version: Set(1),
            created_at: Set(now),
            ..row
        };
        Entity::insert(row).run(&**tx).await?;
        Ok(MethodLimit {
            id: fresh,
            rule,
            version: 1,
        })
    }

    pub(super) async fn drop_limit(
        &self,
        by: &Actor,
        id: MethodLimitId,
        expected: Option<Versions>,
    ) -> Result<(), PaymentError> {
        let input = (self.clone(), by.clone(), expected);
        self.env
            .pool
            .transaction(input, move |tx, (service, by, expected)| {
                Box::pin(async move {
                    service.lock_providers(tx).await?;
                    let found = Entity::find_by_id(id).limit(1).row(&**tx).await?;
                    let row = found.ok_or(PaymentError::NoSuchLimit)?;
                    as_seen(expected.as_ref(), row.version)?;
                    let gone = Entity::delete_many().filter(Column::Id.eq(id));
                    gone.run(&**tx).await?;
                    let limit = row.view();
                    let limit = limit.ok_or_else(|| internal("a currency that is not known"))?;
                    let (env, details) = (&service.env, json!(limit.rule));
                    audit::record(tx, env, &by, METHOD_LIMIT_REMOVED, id.0, details).await?;
                    Ok::<_, PaymentError>(())
                })
            })
            .await?;
        Ok(self.providers.changed().await?)
    }
}

fn as_seen(expected: Option<&Versions>, version: i64) -> Result<(), PaymentError> {
    match expected {
        Some(seen) if !seen.allow(version) => Err(PaymentError::VersionMismatch),
        _ => Ok(()),
    }
}

/// The amounts are of the rule's currency, above zero, and leave something.
fn acceptable(rule: &MethodRule) -> Result<(), PaymentError> {
    let mut fields = Fields::default();
    for (pointer, amount) in [("/least", rule.least), ("/most", rule.most)] {
        let Some(amount) = amount else { continue };
        fields.positive(pointer, amount);
        if amount.currency() != rule.currency {
            fields.refuse(pointer, CURRENCY, "must be in the currency of the rule");
        }
    }
    if let (Some(least), Some(most)) = (rule.least, rule.most)
        && least.minor() > most.minor()
    {
        fields.refuse("/most", LIMITS, "must not be less than the least amount");
    }
    Ok(fields.finish()?)
}
