use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, JsonValue, Statement};

use super::Market;

impl Market {
    /// Rows as the owner sees them.
    pub(crate) async fn rows(&self, sql: &str) -> Vec<JsonValue> {
        let rows = self
            .owner
            .query_all_raw(Statement::from_string(DbBackend::Postgres, sql))
            .await
            .expect(sql);
        rows.iter()
            .map(|row| JsonValue::from_query_result(row, "").expect("a row"))
            .collect()
    }

    /// The first column of the first row as a number.
    pub(crate) async fn count(&self, sql: &str) -> i64 {
        let row = self
            .owner
            .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
            .await
            .expect(sql);
        row.expect("a row").try_get_by_index(0).expect("a number")
    }

    /// Asks the database until the answer is true, for at most half a minute.
    pub(crate) async fn wait_for(&self, sql: &str) {
        let asked = async {
            loop {
                let row = self
                    .owner
                    .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
                    .await
                    .expect(sql);
                if row.is_some_and(|row| row.try_get_by_index::<bool>(0).unwrap_or(false)) {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), asked)
            .await
            .unwrap_or_else(|_| panic!("never true: {sql}"));
    }
}
