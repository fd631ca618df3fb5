//! The ordered list of commission rules, and quotes by it.

use std::collections::BTreeSet;

use feira_kernel::{
    Actor, Env, FieldError, IdempotencyKey, Money, StoreId, audit,
    db::{self, Change, Find},
    idempotency,
    validate::Fields,
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::json;

use super::{Service, bounded, defect};
use crate::{
    access,
    acts::COMMISSION_RULE_ADDED,
    api::{
        CommissionQuote, CommissionRequest, CommissionRule, CommissionRuleId, CommissionValue,
        MANAGE_COMMISSION, NewCommissionRule, StoreError,
    },
    commission,
    entities::commission_rule::{ActiveModel, Column, Entity, Model},
    field_codes::{PERCENT, UNKNOWN_STORE},
};

const MAX_RULES: usize = 1_000;
/// Lines of one checkout, with room.
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
            .order_by_asc(Column::Position)
            .rows(self.env.pool.read())
            .await?;
        let rules = self.rules(rows)?;
        requests
            .iter()
            .map(|request| {
                commission::quote(&rules, request)
                    .map_err(defect)?
                    .ok_or_else(|| defect("the list of commission rules has no default"))
            })
            .collect()
    }

    pub(crate) async fn commission_rules(
        &self,
        actor: &Actor,
    ) -> Result<Vec<CommissionRule>, StoreError> {
        access::operator(actor, MANAGE_COMMISSION)?;
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
                            written(tx, &env, &who, &rule).await?;
                            Ok(rule)
                        }
                    }
                })
            })
            .await
    }

    fn rules(&self, rows: Vec<Model>) -> Result<Vec<CommissionRule>, StoreError> {
        let default = self.settings.default_commission_percent;
        rows.into_iter().map(|row| row.rule(default)).collect()
    }
}

/// The one that an earlier call with the same key made.
async fn made(tx: &db::Tx, id: CommissionRuleId) -> Result<Model, StoreError> {
    let row = Entity::find_by_id(id).row(&**tx).await?;
    row.ok_or_else(|| defect("a commission rule is gone"))
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
    let (percent, amount) = match &new.value {
        CommissionValue::Percentage { percent } => (Some(*percent), None),
        CommissionValue::PerUnit { amount } => (None, Some(*amount)),
    };
    let first = others.iter().find(|rule| !rule.is_default);
    let position = first.map_or(FIRST_POSITION, |rule| rule.position) - 1;
    let row = ActiveModel {
        id: Set(id),
        position: Set(position),
        store_id: Set(new.store),
        category_id: Set(new.category),
        percent: Set(percent),
        amount: Set(amount.map(Money::amount)),
        currency: Set(amount.map(|amount| amount.currency().code().to_owned())),
        ..Default::default()
    };
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
    })
}

async fn written(
    tx: &db::Tx,
    env: &Env,
    who: &Actor,
    rule: &CommissionRule,
) -> Result<(), db::Error> {
    let details = json!({"store": rule.store, "category": rule.category, "value": rule.value});
    audit::record(tx, env, who, COMMISSION_RULE_ADDED, rule.id.0, details).await
}

fn no_such_store() -> StoreError {
    FieldError::new("/store_id", UNKNOWN_STORE, "there is no such store").into()
}

/// The value as it is kept: at most four decimals of a percent.
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
