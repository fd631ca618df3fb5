//! The step that confirms an order: it is paid, its stock sold and its cart closed.

use feira_kernel::{db, outbox::Event, values};
use feira_payment::PaymentId;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::Progress;
use crate::{
    Fulfilment, OrderConfirmed, OrderError, Settlement,
    neighbours::ORDER,
    service::Service,
    status::{self, MoneyStep, Part},
};

/// The whole confirmation, in one statement. The order's row comes first, so everything after it
/// is done under its lock; whoever finds it other than pending does nothing. If the lock had to be
/// waited for, the other rows are looked at in their newest version when they are written, and
/// nobody changes the parts of an order that stays pending: all are as they were placed. That, and
/// that its checkout is on its way forward, is the fence, which takes everything back with a
/// division by zero.
const CONFIRM: &str = "\
    WITH o AS (UPDATE orders SET status = $3, version = version + 1, updated_at = $4 \
               WHERE id = $1 AND status = $2 RETURNING id, version), \
         p AS (UPDATE store_orders s SET settlement = $7, paid_at = $4, version = s.version + 1, updated_at = $4 \
               FROM o WHERE s.order_id = o.id AND s.fulfilment = $5 AND s.settlement = $6 \
               RETURNING s.id, s.order_id), \
         c AS (UPDATE checkouts k SET state = 'confirmed', payment_id = $8, method = NULL, due_at = NULL, \
                      version = k.version + 1, updated_at = $4 \
               FROM o WHERE k.order_id = o.id AND k.state IN ('paying', 'awaiting') RETURNING k.attempt), \
         h AS (INSERT INTO order_status_history (order_id, store_order_id, axis, from_state, to_state, actor, at) \
               SELECT order_id, id, 'settlement', $6, $7, $9, $4 FROM p \
               UNION ALL SELECT id, NULL, 'status', $2, $3, $9, $4 FROM o), \
         i AS (INSERT INTO inbox (consumer, event_id) SELECT $10::text, $11::uuid FROM o WHERE $10::text IS NOT NULL \
               ON CONFLICT DO NOTHING), \
         e AS (INSERT INTO outbox_event (id, name, aggregate_id, aggregate_version, payload, occurred_at) \
               SELECT $12, $13, id, version, jsonb_set($14, '{version}', to_jsonb(version)), $4 FROM o) \
    SELECT (SELECT attempt FROM c) / CASE WHEN (SELECT count(*) FROM p) = $15 AND EXISTS (SELECT 1 FROM c) THEN 1 ELSE 0 END \
           AS attempt \
    FROM o";

#[derive(FromQueryResult)]
struct Confirmed {
    attempt: i32,
}

impl Service {
    /// Which attempt the checkout was at; `None` if it is not on its way forward any more. The
    /// state is the guard against an event that comes again: whoever finds it confirmed has nothing
    /// to note in the inbox, because what he does then may be repeated.
    pub(super) async fn confirm(
        &self,
        at: &Progress,
        payment: PaymentId,
        event: Option<(&'static str, Uuid)>,
    ) -> Result<Option<i32>, OrderError> {
        let before = Part {
            fulfilment: Fulfilment::Pending,
            settlement: Settlement::Unpaid,
            completed: false,
        };
        let after = before.settle(MoneyStep::Pay)?;
        let whole = |part: Part| status::name(&status::project(&vec![part; at.parts.len()]));
        let told = OrderConfirmed {
            order: at.order,
            // The statement puts the true one in its place.
            version: 1,
            user: at.user,
            parts: at.part_refs(),
        };
        let payload =
            serde_json::to_value(&told).map_err(|e| OrderError::Internal(e.to_string()))?;
        let (consumer, heard) = event.unzip();
        let confirming = db::Single {
            sql: CONFIRM,
            values: values![
                at.order,
                whole(before),
                whole(after),
                self.env.now(),
                status::name(&before.fulfilment),
                status::name(&before.settlement),
                status::name(&after.settlement),
                payment,
                ORDER.label(),
                consumer.map(str::to_owned),
                heard,
                self.env.uuid(),
                OrderConfirmed::NAME,
                payload,
                i64::try_from(at.parts.len()).unwrap_or(i64::MAX),
            ],
            publishes: true,
        };
        let confirmed: Vec<Confirmed> = self.env.pool.single(confirming, |_| ()).await?;
        Ok(confirmed.first().map(|row| row.attempt))
    }
}
