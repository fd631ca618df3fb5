//! The ordered list of commission rules, and quotes by it.

use std::collections::BTreeSet;

use feira_kernel::{
    Actor, Env, FieldError, IdempotencyKey, Money, StoreId, Time, Versions,
    audit::{self, Act},
    db::{self, Change, Find},
    idempotency,
    validate::Fields,
};
use rust_decimal::Decimal;
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Set,
};
use serde_json::json;

use super::{Service, as_seen, bounded};
use crate::{
    access,
    acts::{COMMISSION_RULE_ADDED, COMMISSION_RULE_CHANGED, COMMISSION_RULE_REMOVED},
    api::{
        CommissionQuote, CommissionRequest, CommissionRule, CommissionRuleChange, CommissionRuleId,
        CommissionValue, MANAGE_COMMISSION, NewCommissionRule, RuleEnd, StoreError,
    },
    commission,
    entities::commission_rule::{ActiveModel, Column, Entity, Model},
    field_codes::{PERCENT, UNKNOWN_STORE},
};

const MAX_RULES: usize = 1_000;
/// An upper bound for the lines of one checkout.
const MAX_REQUESTS: usize = 1_000;
/// New rules get positions below this one, downwards; the default's is far above.
const FIRST_POSITION: i64 = 1_000_000_000;

impl Service {
    pub(crate) async fn quote_commission(
        &self,
        actor: &Actor,
        requests: Vec<CommissionRequest>,
    ) -> Result<Vec<CommissionQuote>, StoreError> {
        access::modules_only(actor)?;
        bounded(&requests, MAX_REQUESTS)?;
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        let stores: BTreeSet<StoreId> = requests.iter().map(|request| request.store).collect();
        let rows = Entity::find()
            .filter(
                Condition::any()
                    .add(Column::StoreId.is_null())
                    .add(Column::StoreId.eq_any(stores)),
            )
            .filter(
                Condition::any()
                    .add(Column::EndsAt.is_null())
                    .add(Column::EndsAt.gt(self.env.now())),
            )
            .order_by_asc(Column::Position)
            .rows(self.env.pool.read())
            .await?;
        let rules = self.rules(rows)?;
        requests
            .iter()
            .map(|request| {
                commission::quote(&rules, request)
                    .map_err(StoreError::defect)?
                    .ok_or_else(|| {
                        StoreError::defect("the list of commission rules has no default")
                    })
            })
            .collect()
    }

    pub(crate) async fn commission_rules(
        &self,
        actor: &Actor,
    ) -> Result<Vec<CommissionRule>, StoreError> {
        access::read_commission(actor)?;
        let rows = Entity::find()
            .order_by_asc(Column::Position)
            .limit(MAX_RULES as u64)
            .rows(self.env.pool.read())
            .await?;
        self.rules(rows)
    }

    pub(crate) async fn add_commission_rule(
        &self,
        actor: &Actor,
        new: NewCommissionRule,
        key: Option<IdempotencyKey>,
    ) -> Result<CommissionRule, StoreError> {
        access::operator(actor, MANAGE_COMMISSION)?;
        let value = checked(new.value.clone())?;
        let id = CommissionRuleId(self.env.uuid());
        let new = NewCommissionRule { value, ..new };
        let keyed = IdempotencyKey::of(key, actor);
        let input = (self.env.clone(), actor.clone(), new, keyed);
        let default = self.settings.default_commission_percent;
        self.env
            .pool
            .transaction(input, move |tx, (env, who, new, keyed)| {
                Box::pin(async move {
                    match idempotency::first(tx, &env, keyed.as_ref(), &id).await? {
                        Some(done) => made(tx, done).await?.rule(default),
                        None => {
                            let rule = add(tx, id, new).await?;
                            written(tx, &env, &who, COMMISSION_RULE_ADDED, &rule).await?;
                            Ok(rule)
                        }
                    }
                })
            })
            .await
    }

    pub(crate) async fn update_commission_rule(
        &self,
        actor: &Actor,
        id: CommissionRuleId,
        mut change: CommissionRuleChange,
    ) -> Result<CommissionRule, StoreError> {
        access::operator(actor, MANAGE_COMMISSION)?;
        change.value = change.value.map(checked).transpose()?;
        let input = (self.env.clone(), actor.clone(), change);
        let default = self.settings.default_commission_percent;
        self.env
            .pool
            .transaction(input, move |tx, (env, who, change)| {
                Box::pin(async move {
                    let row = known(tx, id, change.expected_version.as_ref()).await?;
                    update(tx, &row, change, env.now()).await?;
                    let rule = made(tx, id).await?.rule(default)?;
                    written(tx, &env, &who, COMMISSION_RULE_CHANGED, &rule).await?;
                    Ok(rule)
                })
            })
            .await
    }

    pub(crate) async fn remove_commission_rule(
        &self,
        actor: &Actor,
        id: CommissionRuleId,
        expected: Option<Versions>,
    ) -> Result<(), StoreError> {
        access::operator(actor, MANAGE_COMMISSION)?;
        let input = (self.env.clone(), actor.clone(), expected);
        let default = self.settings.default_commission_percent;
        self.env
            .pool
            .transaction(input, move |tx, (env, who, expected)| {
                Box::pin(async move {
                    let row = known(tx, id, expected.as_ref()).await?;
                    if row.is_default {
                        return Err(StoreError::DefaultRule);
                    }
                    let gone = Entity::delete_many().filter(Column::Id.eq(id));
                    gone.run(&**tx).await?;
                    let rule = row.rule(default)?;
                    written(tx, &env, &who, COMMISSION_RULE_REMOVED, &rule).await?;
                    Ok(())
                })
            })
            .await
    }

    fn rules(&self, rows: Vec<Model>) -> Result<Vec<CommissionRule>, StoreError> {
        let default = self.settings.default_commission_percent;
        rows.into_iter().map(|row| row.rule(default)).collect()
    }
}

/// The rule of an earlier call with the same key, unless it was removed since.
async fn made(tx: &db::Tx, id: CommissionRuleId) -> Result<Model, StoreError> {
    let row = Entity::find_by_id(id).row(&**tx).await?;
    row.ok_or(StoreError::NotFound)
}

/// Locks the rule and checks its version.
async fn known(
    tx: &db::Tx,
    id: CommissionRuleId,
    expected: Option<&Versions>,
) -> Result<Model, StoreError> {
    let row = Entity::find_by_id(id).lock_exclusive().row(&**tx).await?;
    let row = row.ok_or(StoreError::NotFound)?;
    as_seen(expected, row.version)?;
    Ok(row)
}

async fn update(
    tx: &db::Tx,
    row: &Model,
    change: CommissionRuleChange,
    now: Time,
) -> Result<(), StoreError> {
    let per_unit = matches!(change.value, Some(CommissionValue::PerUnit { .. }));
    if row.is_default && per_unit {
        let detail = "of what no rule names a percentage is kept";
        return Err(FieldError::new("/value", PERCENT, detail).into());
    }
    let ends_at = match change.end {
        Some(RuleEnd::At { .. }) if row.is_default => return Err(StoreError::DefaultRule),
        Some(RuleEnd::At { at }) => Set(Some(at)),
        Some(RuleEnd::Never {}) => Set(None),
        None => NotSet,
    };
    let mut new = ActiveModel {
        ends_at,
        version: Set(row.version + 1),
        updated_at: Set(now),
        ..Default::default()
    };
    if let Some(value) = change.value {
        set_value(&mut new, &value);
    }
    let changed = Entity::update_many().set(new);
    changed.filter(Column::Id.eq(row.id)).run(&**tx).await?;
    Ok(())
}

fn set_value(row: &mut ActiveModel, value: &CommissionValue) {
    let (percent, amount) = match value {
        CommissionValue::Percentage { percent } => (Some(*percent), None),
        CommissionValue::PerUnit { amount } => (None, Some(*amount)),
    };
    row.percent = Set(percent);
    row.amount = Set(amount.map(Money::amount));
    row.currency = Set(amount.map(|amount| amount.currency().code().to_owned()));
}

async fn add(
    tx: &db::Tx,
    id: CommissionRuleId,
    new: NewCommissionRule,
) -> Result<CommissionRule, StoreError> {
    // The default's row is the lock of the list: two new rules get two positions.
    let last = Entity::find().filter(Column::IsDefault.eq(true));
    last.lock_exclusive().row(&**tx).await?;
    let others = Entity::find()
        .order_by_asc(Column::Position)
        .limit(MAX_RULES as u64)
        .rows(&**tx)
        .await?;
    if others.len() >= MAX_RULES {
        return Err(FieldError::too_many("", MAX_RULES).into());
    }
    let first = others.iter().find(|rule| !rule.is_default);
    let position = first.map_or(FIRST_POSITION, |rule| rule.position) - 1;
    let mut row = ActiveModel {
        id: Set(id),
        position: Set(position),
        store_id: Set(new.store),
        category_id: Set(new.category),
        ..Default::default()
    };
    set_value(&mut row, &new.value);
    match Entity::insert(row).run(&**tx).await {
        Err(error) if error.class() == db::Class::ForeignKey => return Err(no_such_store()),
        other => other?,
    };
    Ok(CommissionRule {
        id,
        position,
        store: new.store,
        category: new.category,
        value: new.value,
        ends_at: None,
        version: 1,
    })
}

async fn written(
    tx: &db::Tx,
    env: &Env,
    who: &Actor,
    act: Act,
    rule: &CommissionRule,
) -> Result<(), db::Error> {
    let mut details = json!({"store": rule.store, "category": rule.category, "value": rule.value});
    if let Some(end) = rule.ends_at {
        details["ends_at"] = json!(end.unix_timestamp());
    }
    audit::record(tx, env, who, act, rule.id.0, details).await
}

fn no_such_store() -> StoreError {
    FieldError::new("/store_id", UNKNOWN_STORE, "there is no such store").into()
}

/// The value rounded to four decimals of a percent.
fn checked(value: CommissionValue) -> Result<CommissionValue, StoreError> {
    let mut fields = Fields::default();
    match &value {
        CommissionValue::Percentage { percent } => {
            let percent = percent.normalize();
            if percent < Decimal::ZERO || percent > Decimal::ONE_HUNDRED || percent.scale() > 4 {
                let detail = "from 0 to 100, with at most four decimals";
                fields.refuse("/value/percent", PERCENT, detail);
            }
        }
        CommissionValue::PerUnit { amount } => {
            fields.not_negative("/value/amount", *amount);
        }
    }
    Ok(fields.or(value)?)
}
