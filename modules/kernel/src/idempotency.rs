//! Idempotency keys: one caller, route and key have one effect. The key is a row written in the
//! transaction of the effect, so that neither a lost answer nor a crash leads to a second one.

use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use time::Duration;

use crate::{
    Actor, Env, Time,
    db::{self, Change, Find},
    entities::idempotency_key::{self, Column},
    values,
};

/// How long a key is stored, as the API promises.
pub const KEEP: Duration = Duration::hours(72);
/// The code of a refusal: the key was used for another request.
pub const REUSED: &str = crate::validate::KEY_REUSED.as_str();
/// Rows that are deleted by one statement, and statements of one run of the job.
const STEP: i64 = 5_000;
const STEPS: usize = 40;

/// The key that the caller chose for this route, and a digest of the request: another request under
/// the same key is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdempotencyKey {
    pub route: String,
    pub key: String,
    pub fingerprint: String,
}

/// A key with its caller.
#[derive(Debug, Clone)]
pub struct Keyed {
    caller: String,
    key: IdempotencyKey,
}

impl IdempotencyKey {
    /// For the transaction of the effect. To be called after authorisation: the outcome of a key is
    /// given to everybody who may run the command.
    pub fn of(key: Option<Self>, actor: &Actor) -> Option<Keyed> {
        key.map(|key| Keyed {
            caller: actor.caller(),
            key,
        })
    }

    /// The same for a module that has its own name for the caller.
    pub fn by(self, caller: impl Into<String>) -> Keyed {
        Keyed {
            caller: caller.into(),
            key: self,
        }
    }
}

crate::recordset! {
    /// A row of `idempotency_key`, for a statement that writes several effects with their keys. The statement
    /// itself must refuse a used key, and overwrite one that is older than [`KEEP`].
    #[derive(Debug, Clone, Serialize)]
    pub struct Record {
        caller: String,
        route: String,
        key: String,
        fingerprint: String,
        outcome: serde_json::Value,
        #[serde(with = "time::serde::rfc3339")]
        used_at: Time,
    }
}

pub fn record<T: Serialize>(env: &Env, keyed: &Keyed, outcome: &T) -> Record {
    let Keyed { caller, key } = keyed.clone();
    Record {
        caller,
        route: key.route,
        key: key.key,
        fingerprint: key.fingerprint,
        outcome: json(outcome),
        used_at: env.now(),
    }
}

/// The stored outcome of this key, read outside any transaction: for a command that decides before it
/// writes, on a state that its first call has changed.
pub async fn earlier<T: DeserializeOwned>(
    env: &Env,
    keyed: Option<&Keyed>,
) -> Result<Option<T>, db::Error> {
    match keyed {
        Some(keyed) => keyed.find(env.pool.read(), env.now()).await,
        None => Ok(None),
    }
}

/// Inserts the key with this outcome. `Some` is the outcome of an earlier call: there is nothing to do.
/// Waits for a concurrent transaction with the same key.
pub async fn first<T: Serialize + DeserializeOwned>(
    tx: &db::Tx,
    env: &Env,
    keyed: Option<&Keyed>,
    outcome: &T,
) -> Result<Option<T>, db::Error> {
    let Some(keyed) = keyed else { return Ok(None) };
    let Keyed { caller, key } = keyed.clone();
    let now = env.now();
    let taken: Option<bool> = db::scalar(
        &**tx,
        include_str!("sql/take_key.sql"),
        values![
            caller,
            key.route,
            key.key,
            key.fingerprint,
            json(outcome),
            now,
            now - KEEP
        ],
    )
    .await?;
    if taken.is_some() {
        return Ok(None);
    }
    let found = keyed.find(&**tx, now).await?;
    found.map(Some).ok_or_else(db::Error::lost_race)
}

/// Updates the outcome of an effect of several transactions, of which the first inserted the key: the
/// final result, or in one of them the progress.
pub async fn finish<T: Serialize>(
    db: &impl sea_orm::ConnectionTrait,
    keyed: &Keyed,
    outcome: &T,
) -> Result<(), db::Error> {
    let finished = idempotency_key::Entity::update_many()
        .set(idempotency_key::ActiveModel {
            outcome: Set(json(outcome)),
            ..Default::default()
        })
        .filter(keyed.is_meant());
    finished.run(db).await.map(drop)
}

/// Deletes expired keys in small batches; the rest is for the next run.
pub(crate) async fn forget(env: &Env) -> Result<(), db::Error> {
    let sql = include_str!("sql/forget_keys.sql");
    for _ in 0..STEPS {
        let over = values![env.now() - KEEP, STEP];
        if db::exec(env.pool.write(), sql, over).await? < STEP.unsigned_abs() {
            break;
        }
    }
    Ok(())
}

fn json(outcome: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(outcome).unwrap_or(serde_json::Value::Null)
}

impl Keyed {
    /// Its row.
    fn is_meant(&self) -> Condition {
        Condition::all()
            .add(Column::Caller.eq(self.caller.as_str()))
            .add(Column::Route.eq(self.key.route.as_str()))
            .add(Column::Key.eq(self.key.key.as_str()))
    }

    async fn find<T: DeserializeOwned>(
        &self,
        db: &impl sea_orm::ConnectionTrait,
        now: Time,
    ) -> Result<Option<T>, db::Error> {
        let found = idempotency_key::Entity::find()
            .filter(self.is_meant())
            .filter(Column::UsedAt.gte(now - KEEP));
        let Some(row) = found.row(db).await? else {
            return Ok(None);
        };
        if row.fingerprint != self.key.fingerprint {
            return Err(db::Error::key_reused());
        }
        serde_json::from_value(row.outcome)
            .map(Some)
            .map_err(|error| db::Error::unreadable(&error))
    }
}
