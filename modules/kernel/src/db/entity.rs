//! Entities: queries and changes that fail with this crate's error.

use std::future::Future;

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DeleteMany, EntityTrait, Insert, InsertMany,
    IntoActiveModel, Select, Selector, SelectorTrait, TryInsert, TryInsertResult, UpdateMany,
    Value,
    sea_query::{Expr, ExprTrait},
};

use super::Error;

/// A query over an entity, bounded by a key, a list of keys or a limit.
pub trait Find: Sized {
    type Row;

    /// All rows.
    fn rows(
        self,
        db: &impl ConnectionTrait,
    ) -> impl Future<Output = Result<Vec<Self::Row>, Error>> + Send;

    /// The first row, if there is one.
    fn row(
        self,
        db: &impl ConnectionTrait,
    ) -> impl Future<Output = Result<Option<Self::Row>, Error>> + Send;
}

impl<E: EntityTrait> Find for Select<E> {
    type Row = E::Model;

    async fn rows(self, db: &impl ConnectionTrait) -> Result<Vec<Self::Row>, Error> {
        Ok(self.all(db).await?)
    }

    async fn row(self, db: &impl ConnectionTrait) -> Result<Option<Self::Row>, Error> {
        Ok(self.one(db).await?)
    }
}

impl<S> Find for Selector<S>
where
    S: SelectorTrait + Send,
    S::Item: Send,
{
    type Row = S::Item;

    async fn rows(self, db: &impl ConnectionTrait) -> Result<Vec<Self::Row>, Error> {
        Ok(self.all(db).await?)
    }

    async fn row(self, db: &impl ConnectionTrait) -> Result<Option<Self::Row>, Error> {
        Ok(self.one(db).await?)
    }
}

/// A change of rows by key or filter.
pub trait Change: Sized {
    /// Rows affected; 0 if the condition of a guarded change was not met.
    fn run(self, db: &impl ConnectionTrait) -> impl Future<Output = Result<u64, Error>> + Send;
}

impl<E: EntityTrait> Change for UpdateMany<E> {
    async fn run(self, db: &impl ConnectionTrait) -> Result<u64, Error> {
        Ok(self.exec(db).await?.rows_affected)
    }
}

impl<E: EntityTrait> Change for DeleteMany<E> {
    async fn run(self, db: &impl ConnectionTrait) -> Result<u64, Error> {
        Ok(self.exec(db).await?.rows_affected)
    }
}

impl<A: ActiveModelTrait + Send> Change for Insert<A> {
    async fn run(self, db: &impl ConnectionTrait) -> Result<u64, Error> {
        Ok(self.exec_without_returning(db).await?)
    }
}

impl<A: ActiveModelTrait + Send> Change for InsertMany<A> {
    async fn run(self, db: &impl ConnectionTrait) -> Result<u64, Error> {
        Ok(self.exec_without_returning(db).await?)
    }
}

impl<A: ActiveModelTrait + Send> Change for TryInsert<A> {
    async fn run(self, db: &impl ConnectionTrait) -> Result<u64, Error> {
        Ok(match self.exec_without_returning(db).await? {
            TryInsertResult::Inserted(rows) => rows,
            TryInsertResult::Empty | TryInsertResult::Conflicted => 0,
        })
    }
}

/// A change that tells what the rows are after it.
pub trait Returning<E: EntityTrait>: Sized {
    /// The changed rows; none if the condition of a guarded change was not met.
    fn returning(
        self,
        db: &impl ConnectionTrait,
    ) -> impl Future<Output = Result<Vec<E::Model>, Error>> + Send;
}

impl<E: EntityTrait> Returning<E> for UpdateMany<E>
where
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    async fn returning(self, db: &impl ConnectionTrait) -> Result<Vec<E::Model>, Error> {
        Ok(self.exec_with_returning(db).await?)
    }
}

/// A state as a literal, not a parameter: a generic plan uses a partial index on a state only then.
pub fn literal(state: impl Into<Value>) -> Expr {
    Expr::Constant(state.into())
}

/// Equal to this state, as a literal.
pub fn is<C: ColumnTrait>(column: C, state: impl Into<Value>) -> Expr {
    Expr::col(column).eq(literal(state))
}

/// Not equal to this state, as a literal.
pub fn is_not<C: ColumnTrait>(column: C, state: impl Into<Value>) -> Expr {
    Expr::col(column).ne(literal(state))
}

/// The text as LIKE takes it for itself.
pub fn like(text: &str) -> String {
    let special = |c: char| matches!(c, '%' | '_' | '\\');
    let escape = |c| special(c).then_some('\\').into_iter().chain([c]);
    text.chars().flat_map(escape).collect()
}

/// A filter that is always true and makes the commit of the statement's own transaction asynchronous:
/// only where a loss is redone by itself. Statements in files contain the same text.
pub fn relaxed() -> Expr {
    Expr::cust("set_config('synchronous_commit', 'off', true) = 'off'")
}

/// The boilerplate of an entity without relations and hooks; needs sea-orm's prelude in scope.
#[macro_export]
macro_rules! no_relations {
    () => {
        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}

        impl ActiveModelBehavior for ActiveModel {}
    };
}

/// Declares an enum with its text form in tables and on the wire, usable as a column of an entity, with
/// `ALL`, `as_str`, and `parse`, which is `None` for a word of a newer release. With `else` any word is read:
/// a former one as what it is now, any other as the last; then `#[serde(from = "String")]` does so on the wire.
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident {
        $($(#[$of:meta])* $variant:ident = $word:literal),+ $(,)?
    } $(else { $($former:literal => $now:ident,)+ _ => $other:ident $(,)? })?) => {
        $(#[$meta])*
        $vis enum $name {
            $($(#[$of])* $variant),+
        }

        impl $name {
            $vis const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            $vis fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            $vis fn parse(word: &str) -> Option<Self> {
                let known = Self::ALL.into_iter().find(|one| one.as_str() == word);
                $(let known = known.or(Some(match word {
                    $($former => Self::$now,)+
                    _ => Self::$other,
                }));)?
                known
            }
        }

        $(impl From<String> for $name {
            fn from(word: String) -> Self {
                Self::parse(&word).unwrap_or(Self::$other)
            }
        })?

        $crate::text_columns!($name);
    };
}

/// Makes types usable as text columns of an entity, by their `as_str` and `parse`.
#[macro_export]
macro_rules! text_columns {
    ($($name:ty),+ $(,)?) => {$(
        impl From<$name> for $crate::__private::sea_orm::Value {
            fn from(value: $name) -> Self {
                value.as_str().into()
            }
        }

        impl $crate::__private::sea_orm::TryGetable for $name {
            fn try_get_by<I: $crate::__private::sea_orm::ColIdx>(
                row: &$crate::__private::sea_orm::QueryResult,
                index: I,
            ) -> Result<Self, $crate::__private::sea_orm::TryGetError> {
                use $crate::__private::sea_orm::{DbErr, TryGetError, TryGetable};
                let text = <String as TryGetable>::try_get_by(row, index)?;
                <$name>::parse(&text).ok_or_else(|| {
                    let unknown = format!("{text:?} is no {}", stringify!($name));
                    TryGetError::DbErr(DbErr::Type(unknown))
                })
            }
        }

        impl $crate::__private::sea_orm::sea_query::ValueType for $name {
            fn try_from(
                value: $crate::__private::sea_orm::Value,
            ) -> Result<Self, $crate::__private::sea_orm::sea_query::ValueTypeErr> {
                use $crate::__private::sea_orm::sea_query::{ValueType, ValueTypeErr};
                let text = <String as ValueType>::try_from(value)?;
                <$name>::parse(&text).ok_or(ValueTypeErr)
            }

            fn type_name() -> String {
                stringify!($name).to_owned()
            }

            fn array_type() -> $crate::__private::sea_orm::sea_query::ArrayType {
                <String as $crate::__private::sea_orm::sea_query::ValueType>::array_type()
            }

            fn column_type() -> $crate::__private::sea_orm::sea_query::ColumnType {
                $crate::__private::sea_orm::sea_query::ColumnType::Text
            }
        }

        impl $crate::__private::sea_orm::sea_query::Nullable for $name {
            fn null() -> $crate::__private::sea_orm::Value {
                <String as $crate::__private::sea_orm::sea_query::Nullable>::null()
            }
        }

        impl $crate::__private::sea_orm::IntoActiveValue<$name> for $name {
            fn into_active_value(self) -> $crate::__private::sea_orm::ActiveValue<$name> {
                $crate::__private::sea_orm::ActiveValue::Set(self)
            }
        }

        impl $crate::__private::sea_orm::sea_query::postgres_array::NotU8 for $name {}
    )+};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_no_wildcards_but_its_own() {
        assert_eq!(like("50%_a\\b"), "50\\%\\_a\\\\b");
    }
}
