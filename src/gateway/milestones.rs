use feira_kernel::{db, values};

use super::Gateway;

impl Gateway {
    /// Whether this installation has come there.
    pub(crate) async fn has_reached(&self, name: &str) -> Result<bool, db::Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM milestones WHERE name = $1)";
        let found = db::scalar(self.env.pool.reads(), sql, values![name]).await?;
        Ok(found == Some(true))
    }

    /// Remembers it for good; once more changes nothing.
    pub(crate) async fn reach(&self, name: &str) -> Result<(), db::Error> {
        let sql = "INSERT INTO milestones (name) VALUES ($1) ON CONFLICT (name) DO NOTHING";
        db::exec(self.env.pool.reads(), sql, values![name])
            .await
            .map(|_| ())
    }
}
