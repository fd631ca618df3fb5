//! A run of payouts that somebody asked for with a key.

use feira_kernel::{
    Actor, StoreId,
    db::{self, Find},
    idempotency::{self, Keyed},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Service,
    paying_out::{BATCH, BATCHES, Run},
};
use crate::{PaymentError, Payout, entities::payout};

/// What came of a run that somebody asked for with a key.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct KeptRun {
    id: Uuid,
    /// All stores were looked at: a repeat pays nobody.
    finished: bool,
}

impl Service {
    /// A run is what its key made: a repeat answers the same payouts, and after a crash goes on
    /// with the stores that were not reached.
    pub(crate) async fn pay_out(
        &self,
        by: &Actor,
        only: Option<StoreId>,
        keyed: Option<Keyed>,
    ) -> Result<Vec<Payout>, PaymentError> {
        let Some(keyed) = keyed else {
            let made = self.pay_stores(by, Run { id: None, only }).await?;
            self.mark_withdrawals(only).await?;
            return Ok(made);
        };
        let run = self.begin_run(keyed.clone()).await?;
        if !run.finished {
            let id = Some(run.id);
            self.pay_stores(by, Run { id, only }).await?;
            self.mark_withdrawals(only).await?;
            let finished = KeptRun {
                finished: true,
                ..run
            };
            idempotency::finish(self.env.pool.write(), &keyed, &finished).await?;
        }
        let made = payout::Entity::find()
            .filter(payout::Column::RunId.eq(run.id))
            .order_by_asc(payout::Column::Id)
            .limit(BATCH.unsigned_abs() * u64::from(BATCHES))
            .rows(self.env.pool.read())
            .await?;
        made.into_iter().map(payout::Model::view).collect()
    }

    /// The same for one store, which must be there.
    pub(super) async fn pay_out_store(
        &self,
        by: &Actor,
        store: StoreId,
        keyed: Option<Keyed>,
    ) -> Result<Vec<Payout>, PaymentError> {
        let known = self.payees(vec![store]).await?;
        if !known.contains_key(&store) {
            return Err(PaymentError::NotFound);
        }
        self.pay_out(by, Some(store), keyed).await
    }

    async fn begin_run(&self, keyed: Keyed) -> Result<KeptRun, PaymentError> {
        let run = KeptRun {
            id: self.env.uuid(),
            finished: false,
        };
        let input = (self.env.clone(), keyed);
        let known = self.env.pool.transaction(input, move |tx, (env, keyed)| {
            Box::pin(async move { idempotency::first(tx, &env, Some(&keyed), &run).await })
        });
        let known: Result<Option<KeptRun>, db::Error> = known.await;
        Ok(known?.unwrap_or(run))
    }
}
