//! What happened to a dispute: the exchanges of its payment that name it.

use feira_kernel::db::Find;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    Exchange, PaymentError, PaymentId,
    entities::{dispute, transaction},
    sentences::Said,
    service::{
        Service,
        rows::{self, Exchanged},
    },
};

/// The kind of such exchanges.
const DISPUTE: &str = "dispute";
const MOST: u64 = 100;

impl Service {
    /// Writes it down in the transaction of what happened.
    pub(super) async fn dispute_exchange(
        &self,
        db: &impl ConnectionTrait,
        payment: PaymentId,
        provider_id: &str,
        outcome: impl Into<Said>,
    ) -> Result<(), PaymentError> {
        let exchange = Exchanged {
            kind: DISPUTE,
            gateway_id: Some(provider_id),
            outcome: outcome.into().as_str().to_owned(),
        };
        rows::exchanged(db, &self.env, payment, exchange).await
    }

    pub(super) async fn dispute_history(
        &self,
        row: &dispute::Model,
    ) -> Result<Vec<Exchange>, PaymentError> {
        use transaction::Column;
        let found = transaction::Entity::find()
            .filter(Column::PaymentId.eq(row.payment_id))
            .filter(Column::Kind.eq(DISPUTE))
            .filter(Column::GatewayId.eq(row.provider_id.clone()))
            .order_by_asc(Column::At)
            .order_by_asc(Column::Id)
            .limit(MOST)
            .rows(self.env.pool.read())
            .await?;
        let told = found.into_iter().map(|row| Exchange {
            texts: None,
            kind: row.kind,
            gateway_id: row.gateway_id,
            outcome: row.outcome,
            at: row.at,
        });
        Ok(told.collect())
    }
}
