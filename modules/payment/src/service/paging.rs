//! Lists that go from the newest row to the oldest.

use feira_kernel::{Page, PageRequest, Time};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{PaymentError, rules};

/// What a cursor holds: a time in microseconds and an id.
pub(super) type Key = (i64, Uuid);

/// The rows of a page, and the one more that tells whether there is a next one.
pub(super) fn newest<E: EntityTrait>(
    select: Select<E>,
    (at, id): (E::Column, E::Column),
    page: &PageRequest,
) -> Result<Select<E>, PaymentError> {
    let mut select = select;
    if let Some((last_at, last_id)) = after(page)? {
        let here = Expr::tuple([at.into_expr(), id.into_expr()]);
        let last = Expr::tuple([Expr::val(last_at), Expr::val(last_id)]);
        select = select.filter(here.lt(last));
    }
    let sorted = select.order_by_desc(at).order_by_desc(id);
    Ok(sorted.limit(page.fetch().unsigned_abs()))
}

/// The place after which a page starts.
fn after(page: &PageRequest) -> Result<Option<(Time, Uuid)>, PaymentError> {
    let refused = || rules::refuse("/cursor", "the cursor is not one that this list gave");
    let Some((micros, id)) = page.after::<Key>().map_err(|_| refused())? else {
        return Ok(None);
    };
    let at = Time::from_unix_timestamp_nanos(i128::from(micros) * 1000).map_err(|_| refused())?;
    Ok(Some((at, id)))
}

pub(super) fn key(at: Time, id: Uuid) -> Key {
    (
        i64::try_from(at.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX),
        id,
    )
}

/// Rows as items, the first that cannot be read as the error.
pub(super) fn views<R, T>(
    page: Page<R>,
    view: impl Fn(R) -> Result<T, PaymentError>,
) -> Result<Page<T>, PaymentError> {
    let items: Result<Vec<T>, PaymentError> = page.items.into_iter().map(view).collect();
    Ok(Page {
        items: items?,
        next_cursor: page.next_cursor,
    })
}
