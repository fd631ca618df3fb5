//! What payments do for several orders at once: each is one statement over lists of rows, which
//! answers the ids of the payments that it wrote. One that is refused keeps no other from being
//! written.

use std::collections::BTreeSet;

use async_trait::async_trait;
use feira_kernel::{
    Env, Time,
    batch::{Batch, Results, Work},
    db,
    outbox::Event,
    values,
};
use sea_orm::FromQueryResult;
use serde_json::Value;
use time::{Duration, format_description::well_known::Rfc3339};
use uuid::Uuid;

use super::rows::internal;
use crate::{
    PaymentCaptured, PaymentError, PaymentId, PaymentStatus,
    status::{self, Action},
};

/// The rows of one payment that begins.
#[derive(Clone)]
pub(super) struct Begun {
    pub(super) id: PaymentId,
    pub(super) reference: Uuid,
    pub(super) payment: Value,
    pub(super) splits: Vec<Value>,
}

/// One that the provider has captured.
#[derive(Clone)]
pub(super) struct Captured {
    pub(super) id: PaymentId,
    pub(super) capture: Value,
    pub(super) entries: Vec<Value>,
}

/// One whose payer has something to do.
#[derive(Clone)]
pub(super) struct PayerAction {
    pub(super) id: PaymentId,
    pub(super) charge: Value,
}

pub(super) struct Beginning(Env);
pub(super) struct Capturing(Env);
pub(super) struct Keeping {
    env: Env,
    poll_every: Duration,
}

/// The queues in front of them.
#[derive(Clone)]
pub(super) struct Batches {
    pub(super) beginnings: Batch<Beginning>,
    pub(super) captures: Batch<Capturing>,
    pub(super) charges: Batch<Keeping>,
}

impl Batches {
    pub(super) fn new(env: &Env, poll_every: Duration) -> Self {
        let pool = || env.pool.clone();
        let keeping = Keeping {
            env: env.clone(),
            poll_every,
        };
        Self {
            beginnings: Batch::new(pool(), Beginning(env.clone())),
            captures: Batch::new(pool(), Capturing(env.clone())),
            charges: Batch::new(pool(), keeping),
        }
    }
}

#[derive(FromQueryResult)]
struct Written {
    id: PaymentId,
}

#[async_trait]
impl Work for Beginning {
    const NAME: &'static str = "begin_payment";
    type Item = Begun;
    type Key = Uuid;
    /// Whether it was made, or another payment is in its way.
    type Done = bool;
    type Error = db::Error;

    /// Attempts of one reference are counted, so they come one after the other.
    fn key(one: &Begun) -> Uuid {
        one.reference
    }

    async fn run(&self, all: Vec<Begun>) -> Results<bool, db::Error> {
        let payments = all.iter().map(|one| one.payment.clone()).collect();
        let splits = all.iter().flat_map(|one| one.splits.clone()).collect();
        let making = db::Single {
            sql: include_str!("../sql/start_payments.sql"),
            values: values![Value::Array(payments), Value::Array(splits)],
            publishes: false,
        };
        written(&self.0, making, all.iter().map(|one| one.id)).await
    }
}

#[async_trait]
impl Work for Capturing {
    const NAME: &'static str = "capture";
    type Item = Captured;
    type Key = PaymentId;
    /// Whether it was captured by this.
    type Done = bool;
    type Error = PaymentError;

    fn key(one: &Captured) -> PaymentId {
        one.id
    }

    async fn run(&self, all: Vec<Captured>) -> Results<bool, PaymentError> {
        let sources = status::sources(Action::Capture);
        let from = sources.first().and_then(|from| PaymentStatus::parse(from));
        let from = from.ok_or_else(|| internal("a capture without a source"))?;
        let captures = all.iter().map(|one| one.capture.clone()).collect();
        let entries = all.iter().flat_map(|one| one.entries.clone()).collect();
        let capturing = db::Single {
            sql: include_str!("../sql/capture_payments.sql"),
            values: values![
                Value::Array(captures),
                Value::Array(entries),
                sources,
                status::next(from, Action::Capture)?,
                self.0.now(),
                PaymentCaptured::NAME
            ],
            publishes: true,
        };
        written(&self.0, capturing, all.iter().map(|one| one.id)).await
    }
}

#[async_trait]
impl Work for Keeping {
    const NAME: &'static str = "keep_charge";
    type Item = PayerAction;
    type Key = PaymentId;
    /// Whether it was the first answer of an open payment.
    type Done = bool;
    type Error = db::Error;

    fn key(one: &PayerAction) -> PaymentId {
        one.id
    }

    async fn run(&self, all: Vec<PayerAction>) -> Results<bool, db::Error> {
        let charges = all.iter().map(|one| one.charge.clone()).collect();
        let now = self.env.now();
        let open = [PaymentStatus::Pending, PaymentStatus::Authorized];
        let keeping = db::Single {
            sql: include_str!("../sql/keep_charges.sql"),
            values: values![
                Value::Array(charges),
                now + self.poll_every,
                now,
                open.map(|state| state.as_str().to_owned()).to_vec()
            ],
            publishes: false,
        };
        written(&self.env, keeping, all.iter().map(|one| one.id)).await
    }
}

async fn written<E: From<db::Error>>(
    env: &Env,
    single: db::Single,
    all: impl Iterator<Item = PaymentId>,
) -> Results<bool, E> {
    let rows: Vec<Written> = env.pool.single(single).await?;
    let done: BTreeSet<PaymentId> = rows.into_iter().map(|row| row.id).collect();
    Ok(all.map(|id| Ok(done.contains(&id))).collect())
}

/// A moment in a list of rows.
pub(super) fn moment(time: Time) -> Result<String, PaymentError> {
    time.format(&Rfc3339).map_err(internal)
}
