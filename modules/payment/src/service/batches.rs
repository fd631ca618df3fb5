//! What payments do for several orders at once: each is one statement over lists of rows, which
//! answers the ids of the payments that it wrote. One that is refused keeps no other from being
//! written.

use std::collections::BTreeSet;

use async_trait::async_trait;
use feira_kernel::{
    Env,
    batch::{Batch, Results, Work},
    db::{self, recordset},
    values,
};
use sea_orm::FromQueryResult;
use time::Duration;
use uuid::Uuid;

use super::batch_rows::{ChargeRow, EntryRow, MoveRow, NewPaymentRow, NewSplitRow};
use crate::{PaymentId, PaymentStatus};

/// The rows of one payment that begins.
#[derive(Clone)]
pub(super) struct Begun {
    pub(super) payment: NewPaymentRow,
    pub(super) splits: Vec<NewSplitRow>,
}

/// One of which the provider, or its silence, has decided.
#[derive(Clone)]
pub(super) struct Moved {
    pub(super) change: MoveRow,
    pub(super) entries: Vec<EntryRow>,
}

pub(super) struct Beginning(Env);
pub(super) struct Moving(Env);
pub(super) struct Keeping {
    env: Env,
    poll_every: Duration,
}

/// The queues in front of them.
#[derive(Clone)]
pub(super) struct Batches {
    pub(super) beginnings: Batch<Beginning>,
    pub(super) moves: Batch<Moving>,
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
            moves: Batch::new(pool(), Moving(env.clone())),
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
        one.payment.reference.0
    }

    async fn run(&self, all: Vec<Begun>) -> Results<bool, db::Error> {
        let ids: Vec<PaymentId> = all.iter().map(|one| one.payment.id).collect();
        let rows = all.into_iter().map(|one| (one.payment, one.splits));
        let (payments, splits): (Vec<_>, Vec<_>) = rows.unzip();
        let making = db::Single {
            sql: include_str!("../sql/start_payments.sql"),
            values: values![recordset(&payments)?, recordset(&splits.concat())?],
            publishes: false,
        };
        written(&self.0, making, ids).await
    }
}

#[async_trait]
impl Work for Moving {
    const NAME: &'static str = "move_payment";
    type Item = Moved;
    type Key = PaymentId;
    /// Whether it was moved by this.
    type Done = bool;
    type Error = db::Error;

    fn key(one: &Moved) -> PaymentId {
        one.change.id
    }

    async fn run(&self, all: Vec<Moved>) -> Results<bool, db::Error> {
        let ids: Vec<PaymentId> = all.iter().map(|one| one.change.id).collect();
        let publishes = all.iter().any(|one| one.change.event.is_some());
        let rows = all.into_iter().map(|one| (one.change, one.entries));
        let (changes, entries): (Vec<_>, Vec<_>) = rows.unzip();
        let moving = db::Single {
            sql: include_str!("../sql/move_payments.sql"),
            values: values![
                recordset(&changes)?,
                recordset(&entries.concat())?,
                self.0.now()
            ],
            publishes,
        };
        written(&self.0, moving, ids).await
    }
}

#[async_trait]
impl Work for Keeping {
    const NAME: &'static str = "keep_charge";
    type Item = ChargeRow;
    type Key = PaymentId;
    /// Whether it was the first answer of an open payment.
    type Done = bool;
    type Error = db::Error;

    fn key(one: &ChargeRow) -> PaymentId {
        one.id
    }

    async fn run(&self, all: Vec<ChargeRow>) -> Results<bool, db::Error> {
        let now = self.env.now();
        let open = [PaymentStatus::Pending, PaymentStatus::Authorized];
        let keeping = db::Single {
            sql: include_str!("../sql/keep_charges.sql"),
            values: values![
                recordset(&all)?,
                now + self.poll_every,
                now,
                open.map(|state| state.as_str().to_owned()).to_vec()
            ],
            publishes: false,
        };
        written(&self.env, keeping, all.iter().map(|one| one.id).collect()).await
    }
}

async fn written(env: &Env, single: db::Single, all: Vec<PaymentId>) -> Results<bool, db::Error> {
    let rows: Vec<Written> = env.pool.single(single).await?;
    let done: BTreeSet<PaymentId> = rows.into_iter().map(|row| row.id).collect();
    Ok(all.iter().map(|id| Ok(done.contains(id))).collect())
}
