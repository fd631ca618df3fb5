//! What was asked and answered in exchanges, as far as it is kept: read by operators, and erased in the end.

use std::collections::BTreeMap;

use feira_kernel::{
    db::{self, Find},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{Service, reading::MOST_EXCHANGES};
use crate::{
    ExchangeTexts, PaymentError, PaymentId,
    entities::exchange_text::{Column, Entity, Model},
};

/// Erased by one statement.
const STEP: i64 = 1000;

impl Service {
    /// By the exchange.
    pub(super) async fn texts_of(
        &self,
        id: PaymentId,
    ) -> Result<BTreeMap<Uuid, ExchangeTexts>, PaymentError> {
        let found = Entity::find()
            .filter(Column::PaymentId.eq(id))
            .order_by_asc(Column::At)
            .limit(MOST_EXCHANGES)
            .rows(self.env.pool.read())
            .await?;
        let told = |row: Model| {
            let (request, response) = (row.request, row.response);
            (row.transaction_id, ExchangeTexts { request, response })
        };
        Ok(found.into_iter().map(told).collect())
    }

    pub(crate) async fn erase_exchange_texts(&self) -> Result<(), PaymentError> {
        let before = self.env.now() - self.settings.exchange_texts_for;
        let sql = include_str!("../sql/erase_exchange_texts.sql");
        let step = STEP.unsigned_abs();
        while db::exec(&self.env.pool.write_relaxed(), sql, values![before, STEP]).await? == step {}
        Ok(())
    }
}
