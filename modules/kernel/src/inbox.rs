//! Exactly one effect per event and consumer: the row is written with the effect.

use uuid::Uuid;

use crate::{db, values};

/// Whether this consumer sees the event for the first time. To be asked first in the
/// transaction that has the effect; `false` means that there is nothing left to do.
pub async fn first(tx: &db::Tx, consumer: &str, event: Uuid) -> Result<bool, db::Error> {
    let inserted = db::exec(
        &**tx,
        include_str!("sql/take_event.sql"),
        values![consumer, event],
    )
    .await?;
    Ok(inserted == 1)
}
