//! Lists in pages, each beginning after the sort key of the last row of the one before.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Select, Value,
    sea_query::{Expr, ExprTrait, IntoValueTuple},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{Error, Find, query};
use crate::{Page, PageError, Slice};

/// The sort direction of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

/// A page of a list, sorted by these NOT NULL columns, of which the last is unique; `key` gives their
/// values in a row.
pub async fn page<'a, E, K, X>(
    db: &impl ConnectionTrait,
    select: Select<E>,
    order: (&[E::Column], Direction),
    slice: impl Into<Slice<'a>>,
    key: impl Fn(&E::Model) -> K,
) -> Result<Page<E::Model>, X>
where
    E: EntityTrait,
    K: IntoValueTuple + Serialize + DeserializeOwned,
    X: From<PageError> + From<Error>,
{
    page_as(db, select, order, slice, key).await
}

/// The same for a query that selects some of the columns.
pub async fn page_as<'a, M, E, K, X>(
    db: &impl ConnectionTrait,
    select: Select<E>,
    order: (&[E::Column], Direction),
    slice: impl Into<Slice<'a>>,
    key: impl Fn(&M) -> K,
) -> Result<Page<M>, X>
where
    M: FromQueryResult + Send,
    E: EntityTrait,
    K: IntoValueTuple + Serialize + DeserializeOwned,
    X: From<PageError> + From<Error>,
{
    let slice = slice.into();
    let rows = after(select, order, slice.after::<K>()?)
        .limit(slice.fetch().unsigned_abs())
        .into_model::<M>()
        .rows(db)
        .await?;
    Ok(Page::from_rows(rows, slice, key))
}

/// The same for the rows of a statement in a file. Its last parameters are the key after which the page
/// begins, and how many rows it reads; `start` is a key before all others.
pub async fn page_of<'a, M, K, X>(
    db: &impl ConnectionTrait,
    sql: &str,
    mut values: Vec<Value>,
    start: K,
    slice: impl Into<Slice<'a>>,
    key: impl Fn(&M) -> K,
) -> Result<Page<M>, X>
where
    M: FromQueryResult,
    K: IntoValueTuple + Serialize + DeserializeOwned,
    X: From<PageError> + From<Error>,
{
    let slice = slice.into();
    let after = slice.after::<K>()?.unwrap_or(start);
    values.extend(after.into_value_tuple());
    values.push(slice.fetch().into());
    let rows = query::rows(db, sql, values).await?;
    Ok(Page::from_rows(rows, slice, key))
}

/// Sorted by the columns, beginning after the key, if there is one.
pub fn after<E: EntityTrait>(
    mut select: Select<E>,
    (columns, direction): (&[E::Column], Direction),
    key: Option<impl IntoValueTuple>,
) -> Select<E> {
    if let Some(key) = key {
        let key: Vec<Value> = key.into_value_tuple().into_iter().collect();
        debug_assert_eq!(key.len(), columns.len(), "a value for each column");
        let at = Expr::tuple(columns.iter().map(|column| column.into_expr()));
        let key = Expr::tuple(key.into_iter().map(Expr::val));
        select = select.filter(match direction {
            Direction::Ascending => at.gt(key),
            Direction::Descending => at.lt(key),
        });
    }
    for column in columns {
        select = match direction {
            Direction::Ascending => select.order_by_asc(*column),
            Direction::Descending => select.order_by_desc(*column),
        };
    }
    select
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, QueryTrait};

    use super::*;

    #[expect(unreachable_pub, reason = "the derives make public types")]
    mod thing {
        use sea_orm::entity::prelude::*;

        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(table_name = "things")]
        pub struct Model {
            #[sea_orm(primary_key, auto_increment = false)]
            pub id: i64,
            pub place: i64,
        }

        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}

        impl ActiveModelBehavior for ActiveModel {}
    }
    use thing::{Column, Entity};

    fn sql(columns: &[Column], direction: Direction, key: Option<impl IntoValueTuple>) -> String {
        let select = after(Entity::find(), (columns, direction), key);
        let text = select.build(DbBackend::Postgres).to_string();
        let (_, end) = text.split_once("FROM \"things\"").unwrap();
        end.replace('"', "").replace("things.", "")
    }

    #[test]
    fn a_page_begins_behind_the_key() {
        let one = [Column::Id];
        let first = sql(&one, Direction::Descending, None::<i64>);
        assert_eq!(first, " ORDER BY id DESC");
        let next = sql(&one, Direction::Descending, Some(7_i64));
        assert_eq!(next, " WHERE (id) < (7) ORDER BY id DESC");
        let two = [Column::Place, Column::Id];
        let next = sql(&two, Direction::Ascending, Some((3_i64, 7_i64)));
        assert_eq!(
            next,
            " WHERE (place, id) > (3, 7) ORDER BY place ASC, id ASC"
        );
    }
}
