//! Exactly one effect per event and consumer: the inbox row is written in its transaction.

use uuid::Uuid;

use crate::{db, values};

/// Inserts the inbox row; `false` if this consumer had the event before and there is nothing to do. To
/// be called first in the transaction of the effect.
pub async fn first(tx: &db::Tx, consumer: &str, event: Uuid) -> Result<bool, db::Error> {
    let inserted = db::exec(
        &**tx,
        include_str!("sql/take_event.sql"),
        values![consumer, event],
    )
    .await?;
    Ok(inserted == 1)
}
