//! Exactly one effect per event and consumer: the inbox row is written in its transaction.

use sea_orm::{EntityTrait, Set};
use uuid::Uuid;

use crate::{
    db::{self, Change},
    entities::inbox,
};

/// Inserts the inbox row; `false` if this consumer had the event before and there is nothing to do. To
/// be called first in the transaction of the effect.
pub async fn first(tx: &db::Tx, consumer: &str, event: Uuid) -> Result<bool, db::Error> {
    let row = inbox::ActiveModel {
        consumer: Set(consumer.to_owned()),
        event_id: Set(event),
    };
    let taken = inbox::Entity::insert(row).on_conflict_do_nothing();
    Ok(taken.run(&**tx).await? == 1)
}
