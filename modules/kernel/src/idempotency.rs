//! Keys of repeated commands: one caller, route and key have one effect. The key is a row of the
//! transaction of the effect, so that neither a lost answer nor a crash makes a second one.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use time::{Duration, format_description::well_known::Rfc3339};

use crate::{Actor, Env, db, values};

/// How long a key is known; what the API promises.
pub const KEEP: Duration = Duration::hours(72);
/// The code of a refusal: the key was used for another request.
pub const REUSED: &str = crate::validate::KEY_REUSED.as_str();
/// Rows that are forgotten at once, and statements of one run of the job.
const STEP: i64 = 5_000;
const STEPS: usize = 40;

/// What tells a repeat: the key that the caller chose for this route, and a digest of all that
/// she asked for. Another request under the same key is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdempotencyKey {
    pub route: String,
    pub key: String,
    pub fingerprint: String,
}

/// A key and whose it is.
#[derive(Debug, Clone)]
pub struct Keyed {
    caller: String,
    key: IdempotencyKey,
}

#[derive(sea_orm::FromQueryResult)]
struct Row {
    fingerprint: String,
    outcome: serde_json::Value,
}

impl IdempotencyKey {
    /// For the transaction of the effect. The caller was authorised before: what became of a key
    /// is told to whoever may do the thing.
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

/// For a statement that writes the keys of several effects beside them: an object with the columns
/// of `idempotency_key`, of which a list is its parameter. Such a statement must be refused by
/// itself when a key was used; one that is older than [`KEEP`] is written over.
pub fn record<T: Serialize>(
    env: &Env,
    keyed: &Keyed,
    outcome: &T,
) -> Result<serde_json::Value, db::Error> {
    let Keyed { caller, key } = keyed;
    let at = env.now().format(&Rfc3339);
    Ok(serde_json::json!({
        "caller": caller,
        "route": key.route,
        "key": key.key,
        "fingerprint": key.fingerprint,
        "outcome": json(outcome),
        "used_at": at.map_err(|error| db::Error::unreadable(&error))?,
    }))
}

/// The outcome that this key has had, outside any transaction: for a command that decides before
/// it writes, on a state in which the first call has already changed something.
pub async fn earlier<T: DeserializeOwned>(
    env: &Env,
    keyed: Option<&Keyed>,
) -> Result<Option<T>, db::Error> {
    match keyed {
        Some(keyed) => keyed.find(env.pool.read(), env.now()).await,
        None => Ok(None),
    }
}

/// Takes the key for an effect of this transaction with this outcome. `Some` is the outcome of an
/// earlier call: there is nothing to do. Waits for one that is being written at this moment.
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

/// Says what came of an effect that took several transactions, of which the first took the key;
/// or, in the transaction of one of them, how far it has come.
pub async fn finish<T: Serialize>(
    db: &impl sea_orm::ConnectionTrait,
    keyed: &Keyed,
    outcome: &T,
) -> Result<(), db::Error> {
    let Keyed { caller, key } = keyed.clone();
    db::exec(
        db,
        include_str!("sql/finish_key.sql"),
        values![caller, key.route, key.key, json(outcome)],
    )
    .await
    .map(|_| ())
}

/// Forgets keys whose time is over, in small steps; what is left is for the next run.
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
    async fn find<T: DeserializeOwned>(
        &self,
        db: &impl sea_orm::ConnectionTrait,
        now: crate::Time,
    ) -> Result<Option<T>, db::Error> {
        let Self { caller, key } = self.clone();
        let row: Option<Row> = db::optional(
            db,
            include_str!("sql/find_key.sql"),
            values![caller, key.route, key.key, now - KEEP],
        )
        .await?;
        let Some(row) = row else { return Ok(None) };
        if row.fingerprint != key.fingerprint {
            return Err(db::Error::key_reused());
        }
        serde_json::from_value(row.outcome)
            .map(Some)
            .map_err(|error| db::Error::unreadable(&error))
    }
}
