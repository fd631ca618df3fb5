//! Lists that go from the newest row to the oldest.

use feira_kernel::{
    Page, PageRequest, Time,
    db::{self, Connections, Direction},
};
use sea_orm::{EntityTrait, FromQueryResult, Select, Value};
use serde::{Deserialize, Serialize};
use time::serde::timestamp::microseconds;
use uuid::Uuid;

use crate::PaymentError;

/// A time in a cursor, in microseconds.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Moment(#[serde(with = "microseconds")] pub(super) Time);

impl From<Moment> for Value {
    fn from(moment: Moment) -> Self {
        moment.0.into()
    }
}

/// A page of the list, as what is shown of each row; `key` gives its time and id.
pub(super) async fn newest<M, E, T>(
    db: &Connections,
    select: Select<E>,
    columns: [E::Column; 2],
    page: &PageRequest,
    key: impl Fn(&M) -> (Time, Uuid),
    view: impl Fn(M) -> Result<T, PaymentError>,
) -> Result<Page<T>, PaymentError>
where
    M: FromQueryResult + Send,
    E: EntityTrait,
{
    rows(db, select, columns, page, key).await?.try_map(view)
}

/// The same as the rows are.
pub(super) async fn rows<M, E>(
    db: &Connections,
    select: Select<E>,
    columns: [E::Column; 2],
    page: &PageRequest,
    key: impl Fn(&M) -> (Time, Uuid),
) -> Result<Page<M>, PaymentError>
where
    M: FromQueryResult + Send,
    E: EntityTrait,
{
    let key = |row: &M| {
        let (at, id) = key(row);
        (Moment(at), id)
    };
    db::page_as(db, select, (&columns, Direction::Descending), page, key).await
}
