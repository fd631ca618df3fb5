use std::{fmt, marker::PhantomData};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Makes an id newtype a column of an entity, also its primary key.
#[doc(hidden)]
#[macro_export]
macro_rules! uuid_column {
    ($name:ident) => {
        const _: () = {
            use $crate::__private::{
                sea_orm::{
                    ActiveValue, ColIdx, DbErr, IntoActiveValue, QueryResult, TryFromU64,
                    TryGetError, TryGetable, Value,
                    sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr},
                },
                uuid::Uuid,
            };

            impl TryGetable for $name {
                fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
                    <Uuid as TryGetable>::try_get_by(row, index).map(Self)
                }
            }

            impl ValueType for $name {
                fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
                    <Uuid as ValueType>::try_from(value).map(Self)
                }

                fn type_name() -> String {
                    stringify!($name).to_owned()
                }

                fn array_type() -> ArrayType {
                    <Uuid as ValueType>::array_type()
                }

                fn column_type() -> ColumnType {
                    ColumnType::Uuid
                }
            }

            impl Nullable for $name {
                fn null() -> Value {
                    <Uuid as Nullable>::null()
                }
            }

            impl IntoActiveValue<$name> for $name {
                fn into_active_value(self) -> ActiveValue<$name> {
                    ActiveValue::Set(self)
                }
            }

            impl TryFromU64 for $name {
                fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                    Err(DbErr::ConvertFromU64(stringify!($name)))
                }
            }

            impl $crate::__private::sea_orm::sea_query::postgres_array::NotU8 for $name {}
        };
    };
}

/// Declares id newtypes over UUIDv7: serde as the UUID, usable as a bound SQL value.
#[macro_export]
macro_rules! id {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            $crate::__private::serde::Serialize, $crate::__private::serde::Deserialize)]
        #[serde(crate = "feira_kernel::__private::serde", transparent)]
        pub struct $name(pub $crate::__private::uuid::Uuid);

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl From<$name> for $crate::__private::sea_orm::Value {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }

        impl From<$crate::__private::uuid::Uuid> for $name {
            fn from(id: $crate::__private::uuid::Uuid) -> Self {
                Self(id)
            }
        }

        $crate::uuid_column!($name);
    )+};
}

// The macro names this crate as its callers do.
extern crate self as feira_kernel;

id! {
    /// A person: buyer, seller or operator.
    UserId,
    /// A seller's store.
    StoreId,
}

/// An opaque reference to something that a module above owns, such as a payment's order:
/// the holder can compare it and give it back, and knows nothing else of it.
pub struct Ref<Kind>(pub Uuid, PhantomData<fn() -> Kind>);

impl<Kind> Ref<Kind> {
    pub fn new(id: impl Into<Uuid>) -> Self {
        Self(id.into(), PhantomData)
    }
}

impl<Kind> Clone for Ref<Kind> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<Kind> Copy for Ref<Kind> {}
impl<Kind> PartialEq for Ref<Kind> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<Kind> Eq for Ref<Kind> {}
impl<Kind> std::hash::Hash for Ref<Kind> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<Kind> fmt::Debug for Ref<Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ref({})", self.0)
    }
}
impl<Kind> fmt::Display for Ref<Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
impl<Kind> Serialize for Ref<Kind> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de, Kind> Deserialize<'de> for Ref<Kind> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::new)
    }
}
impl<Kind> From<Ref<Kind>> for sea_orm::Value {
    fn from(reference: Ref<Kind>) -> Self {
        reference.0.into()
    }
}
