//! What the tables hold.

use std::collections::BTreeMap;

use crate::support::Market;

/// What belongs to requests and to the work of the process, not to the marketplace.
const NOT_BUSINESS: &str = "t.schemaname = 'gateway' OR t.tablename = 'job'";

/// A digest of each table's rows, by the table's name.
pub(crate) struct Contents(BTreeMap<String, String>);

impl Contents {
    pub(crate) async fn of(market: &Market) -> Self {
        let schemas: Vec<_> = feira_migrations::schemas().collect();
        let each = format!(
            "SELECT string_agg(format('SELECT %L AS name, md5(string_agg(r::text, chr(10) ORDER BY r::text)) AS rows \
                                       FROM %I.%I r', \
                                      t.schemaname || '.' || t.tablename, t.schemaname, t.tablename), ' UNION ALL ') AS sql \
             FROM pg_tables t WHERE t.schemaname = ANY('{{{}}}') AND NOT ({NOT_BUSINESS})",
            schemas.join(",")
        );
        let sql = market.rows(&each).await[0]["sql"].clone();
        let rows = market.rows(sql.as_str().expect("tables")).await;
        let digests = rows.into_iter().map(|row| {
            let name = row["name"].as_str().expect("a name").to_owned();
            (name, row["rows"].to_string())
        });
        let digests: BTreeMap<_, _> = digests.collect();
        assert!(digests.contains_key("orders.order_items"), "{digests:?}");
        Self(digests)
    }

    /// The tables whose rows are others now.
    pub(crate) fn changed(&self, now: &Self) -> Vec<String> {
        let before = self.0.iter();
        let changed = before.filter(|(name, rows)| now.0.get(*name) != Some(rows));
        changed.map(|(name, _)| name.clone()).collect()
    }
}
