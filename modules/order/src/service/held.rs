//! Earnings that wait for the fiscal documents of their parts.

use feira_kernel::db::{Change, Find};
use feira_payment::{PartReference, Reference, ReleaseEarning};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;

use super::Service;
use crate::{OrderError, OrderId, StoreOrderId, access::SELF, entities::store_order, neighbours};

/// Earnings that one look releases; what is left waits for the next.
const BATCH: u64 = 100;
const BATCHES: usize = 10;

impl Service {
    /// Marks an earning that must wait; `false` if its part has a document, whatever was read before.
    pub(crate) async fn hold_earning(&self, id: StoreOrderId) -> Result<bool, OrderError> {
        use store_order::Column;
        let now = self.env.now();
        let held = store_order::Entity::update_many()
            .set(store_order::ActiveModel {
                earning_held_at: Set(Some(now)),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Column::Id.eq(id))
            .filter(Column::DocumentedAt.is_null())
            .run(self.env.pool.write())
            .await?;
        Ok(held > 0)
    }

    /// Releases earnings whose documents have come, or all that were held if none is asked for any more.
    /// A failure is logged and tried again by the next run.
    pub(crate) async fn release_held(&self) -> Result<(), OrderError> {
        use store_order::Column;
        let mut after = StoreOrderId(Uuid::nil());
        for _ in 0..BATCHES {
            let mut held = store_order::Entity::find()
                .filter(Column::EarningHeldAt.is_not_null())
                .filter(Column::Id.gt(after));
            if self.settings.document_before_payout {
                held = held.filter(Column::DocumentedAt.is_not_null());
            }
            let held = held.order_by_asc(Column::Id).limit(BATCH);
            let held = held.rows(self.env.pool.read()).await?;
            let Some(last) = held.last() else {
                break;
            };
            after = last.id;
            for part in held {
                let (order, part) = (part.order_id, part.id);
                if let Err(error) = self.release_one(order, part).await {
                    tracing::warn!(%order, %part, %error, "a held earning could not be released; it is tried again");
                }
            }
        }
        Ok(())
    }

    async fn release_one(&self, order: OrderId, part: StoreOrderId) -> Result<(), OrderError> {
        use store_order::Column;
        self.release_part(part.0, order, part).await?;
        let now = self.env.now();
        store_order::Entity::update_many()
            .set(store_order::ActiveModel {
                earning_held_at: Set(None),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Column::Id.eq(part))
            .run(self.env.pool.write())
            .await?;
        Ok(())
    }

    /// Payment releases a part's earning once, whatever the keys: of the payment that confirmed the order.
    pub(crate) async fn release_part(
        &self,
        key: Uuid,
        order: OrderId,
        part: StoreOrderId,
    ) -> Result<(), OrderError> {
        let release = ReleaseEarning {
            payment: self.paid_with(order).await?,
            key,
            reference: Reference::new(order.0),
            part: PartReference::new(part.0),
        };
        let released = self.deps.payments.release_earning(&SELF, release).await;
        released.map_err(neighbours::payment)
    }
}
