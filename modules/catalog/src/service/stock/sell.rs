use feira_kernel::{Time, db, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{ids, int, units};
use crate::{
    CatalogError, Reservation, ReservationKey, ReservationState, StockLine, VariantId,
    service::Service, shelf::Moved,
};

/// So many lines are sold at once; more of them one by one.
const LINES: usize = 20;

/// Sells what an active reservation holds, unless a seller has to be told of it or a line was not
/// counted. The reservation
/// is locked before its stock, as everywhere; all that is decided on was read under those locks.
/// The fence, which never fails, takes everything back with a division by zero.
const SELL_AT_ONCE: &str = "\
    WITH locked AS (SELECT r.expires_at, l.variant_id, l.quantity, i.on_hand - i.reserved <= $3 AS low, i.low_told \
                    FROM reservations r JOIN reservation_lines l ON l.key = r.key \
                                        JOIN inventory i ON i.variant_id = l.variant_id \
                    WHERE r.key = $1 AND r.state = 'active' AND r.expires_at > $2 AND r.uncounted = '[]' \
                    ORDER BY i.variant_id FOR UPDATE OF r, i), \
         numbered AS (SELECT *, row_number() OVER (ORDER BY variant_id) AS number FROM locked), \
         ended AS (UPDATE reservations SET state = 'committed', updated_at = $2 \
                   WHERE key = $1 AND (SELECT count(*) BETWEEN 1 AND cardinality($4) FROM locked) \
                     AND NOT EXISTS (SELECT 1 FROM locked WHERE low AND NOT low_told) RETURNING key), \
         changed AS (UPDATE inventory i \
                     SET on_hand = i.on_hand - n.quantity, reserved = i.reserved - n.quantity, version = i.version + 1, \
                         low_told = n.low, updated_at = $2 \
                     FROM ended, numbered n WHERE i.variant_id = n.variant_id AND i.reserved >= n.quantity \
                     RETURNING i.variant_id, i.product_id, i.store_id, n.quantity, n.number, n.expires_at), \
         moved AS (INSERT INTO inventory_movements (id, variant_id, store_id, on_hand_change, reserved_change, reason, \
                                                    reference, actor, at) \
                   SELECT ($4::uuid[])[number], variant_id, store_id, -quantity, -quantity, 'order_placed', $1::text, \
                          $5, $2 FROM changed) \
    SELECT product_id, variant_id, quantity, expires_at \
    FROM (SELECT 1 / CASE WHEN count(variant_id) = (SELECT count(*) FROM locked) THEN 1 ELSE 0 END AS whole \
          FROM ended LEFT JOIN changed ON true HAVING count(*) > 0) fence LEFT JOIN changed ON true \
    WHERE fence.whole = 1 ORDER BY variant_id";

#[derive(FromQueryResult)]
struct Sold {
    product_id: Uuid,
    variant_id: Uuid,
    quantity: i32,
    expires_at: Time,
}

impl Service {
    /// What nearly all are; `None` if nothing was done.
    pub(super) async fn sell_at_once(
        &self,
        key: ReservationKey,
        actor: &str,
    ) -> Result<Option<Reservation>, CatalogError> {
        let selling = db::Single {
            sql: SELL_AT_ONCE,
            values: values![
                key,
                self.env.now(),
                int(self.settings.low_stock_threshold),
                ids(&self.env, LINES),
                actor,
            ],
            publishes: false,
        };
        let shelf = self.shelf.clone();
        let moved = move |sold: &Result<Vec<Sold>, db::Error>| match sold {
            Ok(sold) => shelf.moved(sold.iter().map(|row| Moved {
                product_id: row.product_id,
                // It was held before: as much can be bought as then.
                crosses: false,
            })),
            // Perhaps it is done all the same.
            Err(_) => shelf.forget_all(),
        };
        let sold: Vec<Sold> = self.env.pool.single(selling, moved).await?;
        Ok(sold.first().map(|first| Reservation {
            key,
            lines: sold.iter().map(line).collect(),
            state: ReservationState::Committed,
            expires_at: first.expires_at,
        }))
    }
}

fn line(row: &Sold) -> StockLine {
    StockLine {
        variant: VariantId(row.variant_id),
        quantity: units(row.quantity),
    }
}
