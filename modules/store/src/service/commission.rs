//! The ordered list of commission rules, and quotes by it.

use std::collections::BTreeSet;

use feira_kernel::{Actor, IdempotencyKey, Money, db, idempotency, values};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Service, bounded, defect, rows::RuleRow};
use crate::{
    access,
    api::{
        CommissionQuote, CommissionRequest, CommissionRule, CommissionRuleId, CommissionValue,
        MANAGE_COMMISSION, NewCommissionRule, StoreError,
    },
    commission,
    validation::Faults,
};

const MAX_RULES: i64 = 1_000;
/// Lines of one checkout, with room.
const MAX_REQUESTS: usize = 1_000;
/// New rules get positions below this one, downwards; the default's is far above.
const FIRST_POSITION: i64 = 1_000_000_000;

impl Service {
    pub(super) async fn commission_quotes(
        &self,
        actor: &Actor,
        requests: Vec<CommissionRequest>,
    ) -> Result<Vec<CommissionQuote>, StoreError> {
        access::modules_only(actor)?;
        bounded(&requests, MAX_REQUESTS)?;
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        let stores: BTreeSet<Uuid> = requests.iter().map(|request| request.store.0).collect();
        let rows: Vec<RuleRow> = db::rows(
            self.env.pool.by_key(),
            "SELECT id, position, store_id, category_id, percent, amount, currency \
             FROM commission_rules WHERE store_id IS NULL OR store_id = ANY($1) ORDER BY position",
            values![Vec::from_iter(stores)],
        )
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

    pub(super) async fn all_commission_rules(
        &self,
        actor: &Actor,
    ) -> Result<Vec<CommissionRule>, StoreError> {
        access::operator(actor, MANAGE_COMMISSION)?;
        let rows: Vec<RuleRow> = db::rows(
            self.env.pool.reads(),
            "SELECT id, position, store_id, category_id, percent, amount, currency \
             FROM commission_rules ORDER BY position LIMIT $1",
            values![MAX_RULES],
        )
        .await?;
        self.rules(rows)
    }

    pub(super) async fn new_commission_rule(
        &self,
        actor: &Actor,
        new: NewCommissionRule,
        key: Option<IdempotencyKey>,
    ) -> Result<CommissionRule, StoreError> {
        access::operator(actor, MANAGE_COMMISSION)?;
        let value = checked(new.value.clone())?;
        let id = CommissionRuleId(self.env.uuid());
        let new = NewCommissionRule { value, ..new };
        let input = (self.env.clone(), new, IdempotencyKey::of(key, actor));
        let default = self.settings.default_commission_percent;
        self.env
            .pool
            .transaction(input, move |tx, (env, new, keyed)| {
                Box::pin(async move {
                    match idempotency::first(tx, &env, keyed.as_ref(), &id).await? {
                        Some(done) => made(tx, done).await?.rule(default),
                        None => add(tx, id, new).await,
                    }
                })
            })
            .await
    }

    fn rules(&self, rows: Vec<RuleRow>) -> Result<Vec<CommissionRule>, StoreError> {
        let default = self.settings.default_commission_percent;
        rows.into_iter().map(|row| row.rule(default)).collect()
    }
}

/// The one that an earlier call with the same key made.
async fn made(tx: &db::Tx, id: CommissionRuleId) -> Result<RuleRow, StoreError> {
    let sql = "SELECT id, position, store_id, category_id, percent, amount, currency \
               FROM commission_rules WHERE id = $1";
    Ok(db::one(&**tx, sql, values![id]).await?)
}

async fn add(
    tx: &db::Tx,
    id: CommissionRuleId,
    new: NewCommissionRule,
) -> Result<CommissionRule, StoreError> {
    // The default's row is the lock of the list: two new rules get two positions.
    db::exec(
        &**tx,
        "SELECT 1 FROM commission_rules WHERE is_default FOR UPDATE",
        values![],
    )
    .await?;
    let count: Option<i64> =
        db::scalar(&**tx, "SELECT count(*) FROM commission_rules", values![]).await?;
    if count.unwrap_or(0) >= MAX_RULES {
        let mut faults = Faults::default();
        faults.add("", "too_many", format!("at most {MAX_RULES} rules"));
        faults.or(())?;
    }
    let (percent, amount) = match &new.value {
        CommissionValue::Percentage { percent } => (Some(*percent), None),
        CommissionValue::PerUnit { amount } => (None, Some(*amount)),
    };
    let position: Result<Option<i64>, db::Error> = db::scalar(
        &**tx,
        "INSERT INTO commission_rules (id, position, store_id, category_id, percent, amount, currency) \
         SELECT $1, coalesce(min(position), $2) - 1, $3, $4, $5, $6, $7 \
         FROM commission_rules WHERE NOT is_default RETURNING position",
        values![
            id,
            FIRST_POSITION,
            new.store.map(|store| store.0),
            new.category,
            percent,
            amount.map(Money::amount),
            amount.map(|amount| amount.currency().code())
        ],
    )
    .await;
    let position = match position {
        Err(error) if error.class() == db::Class::ForeignKey => return Err(no_such_store()),
        other => other?,
    };
    Ok(CommissionRule {
        id,
        position: position.ok_or_else(|| defect("a new rule without a position"))?,
        store: new.store,
        category: new.category,
        value: new.value,
    })
}

fn no_such_store() -> StoreError {
    let mut faults = Faults::default();
    faults.add("/store_id", "unknown_store", "there is no such store");
    faults.or(()).err().unwrap_or(StoreError::NotFound)
}

/// The value as it is kept: at most four decimals of a percent.
fn checked(value: CommissionValue) -> Result<CommissionValue, StoreError> {
    let mut faults = Faults::default();
    match &value {
        CommissionValue::Percentage { percent } => {
            let percent = percent.normalize();
            if percent < Decimal::ZERO || percent > Decimal::ONE_HUNDRED || percent.scale() > 4 {
                let detail = "from 0 to 100, with at most four decimals";
                faults.add("/value/percent", "percent", detail);
            }
        }
        CommissionValue::PerUnit { amount } => {
            if amount.is_negative() {
                faults.add("/value/amount", "too_small", "must not be below zero");
            }
        }
    }
    faults.or(value)
}
