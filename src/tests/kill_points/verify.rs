//! What must be true when everything has come to rest.

use serde_json::json;

use crate::server::DataDir;

impl DataDir {
    /// After quiescence: the invariants hold, and our record, the provider's and the buyers' agree.
    /// These are all purchases that anybody tried.
    pub(crate) fn verify(&self, acknowledged: &[String]) {
        self.check();
        let mut distinct = acknowledged.to_vec();
        distinct.sort();
        distinct.dedup();
        assert_eq!(
            distinct.len(),
            acknowledged.len(),
            "one order was acknowledged for two purchases"
        );
        // The demo's orders have other buyers.
        let rows = self.rows(
            "SELECT o.id::text AS id, o.status, \
                    (SELECT count(*) FROM payments.payments p WHERE p.reference = o.id AND p.status = 'completed') AS captured, \
                    (SELECT count(*) FROM sandbox.charges c JOIN payments.payments p ON c.idempotency_key = p.id::text \
                      WHERE p.reference = o.id AND c.status = 'captured' AND c.amount = p.amount * 100) AS charged \
             FROM orders.orders o WHERE o.email = 'guest@test.example'",
        );
        for id in acknowledged {
            let row = rows
                .iter()
                .find(|row| row["id"] == id.as_str())
                .unwrap_or_else(|| panic!("{id} was acknowledged and is lost"));
            assert_eq!(row["status"], "confirmed", "{row}");
            assert_eq!(
                (row["captured"].as_i64(), row["charged"].as_i64()),
                (Some(1), Some(1)),
                "{row}"
            );
        }
        // One that was doubled and then cancelled breaks no invariant.
        assert_eq!(
            rows.len(),
            acknowledged.len(),
            "orders and purchases: {rows:?}"
        );
        let stray = self.rows(
            "SELECT c.id::text AS id FROM sandbox.charges c WHERE c.status = 'captured' AND NOT EXISTS \
                (SELECT 1 FROM payments.payments p WHERE p.id::text = c.idempotency_key AND p.status = 'completed')",
        );
        assert!(
            stray.is_empty(),
            "the provider charged what we do not know: {stray:?}"
        );
    }

    /// Of each of these orders 1.00 went back, once, by every record.
    pub(crate) fn verify_refunded(&self, orders: &[String]) {
        self.check();
        let rows = self.rows(
            "SELECT o.id::text AS id, o.status, \
                    (SELECT string_agg(r.state, ' ') FROM orders.refunds r WHERE r.order_id = o.id) AS asked, \
                    p.status AS payment, (p.refunded = 1) AS one_back, \
                    (SELECT count(*) FROM sandbox.refunds r WHERE r.charge_id = c.id) AS refunds, c.refunded AS sent \
             FROM orders.orders o JOIN payments.payments p ON p.reference = o.id \
             JOIN sandbox.charges c ON c.idempotency_key = p.id::text WHERE o.email = 'guest@test.example'",
        );
        assert_eq!(rows.len(), orders.len(), "{rows:?}");
        for mut row in rows {
            let id = row["id"].take();
            assert!(orders.iter().any(|order| id == order.as_str()), "{id}");
            let expected = json!({"id": null, "status": "confirmed", "asked": "completed", "payment": "partially_refunded",
                "one_back": true, "refunds": 1, "sent": 100});
            assert_eq!(row, expected, "{id}");
        }
    }

    /// These are all orders that anybody placed. Each is cancelled, all of its money went back,
    /// once, by both records, and so did its stock. A payment that only the provider had ended when
    /// we were killed has failed, by its word.
    pub(crate) fn verify_given_back(&self, paid: &[String], unpaid: &[String]) {
        self.check();
        let rows = self.rows(
            "SELECT o.id::text AS id, o.status, \
                    CASE WHEN p.status IN ('cancelled', 'failed') THEN 'over' ELSE p.status END AS payment, p.refunded = p.amount AS all_back, \
                    c.status AS charge, c.refunded = c.amount AS all_sent, \
                    (SELECT count(*) FROM sandbox.refunds r WHERE r.charge_id = c.id) AS refunds, \
                    (SELECT count(*) FROM catalog.inventory_movements m \
                      WHERE m.reason = 'order_cancelled' AND m.reference = o.number) AS restocked, \
                    (SELECT r.state FROM catalog.reservations r WHERE r.key = k.reservation) AS hold \
             FROM orders.orders o JOIN orders.checkouts k ON k.order_id = o.id \
             JOIN payments.payments p ON p.reference = o.id \
             JOIN sandbox.charges c ON c.idempotency_key = p.id::text WHERE o.email = 'guest@test.example'",
        );
        assert_eq!(rows.len(), paid.len() + unpaid.len(), "{rows:?}");
        for mut row in rows {
            let id = row["id"].take();
            let is = |known: &&String| id == known.as_str();
            let expected = if paid.iter().any(|order| is(&order)) {
                json!({"id": null, "status": "cancelled", "payment": "refunded", "all_back": true, "charge": "captured",
                       "all_sent": true, "refunds": 1, "restocked": 2, "hold": "committed"})
            } else {
                assert!(unpaid.iter().any(|order| is(&order)), "{row}");
                json!({"id": null, "status": "cancelled", "payment": "over", "all_back": false, "charge": "cancelled",
                       "all_sent": false, "refunds": 0, "restocked": 0, "hold": "released"})
            };
            assert_eq!(row, expected, "{id}");
        }
    }
}
