//! Rows that a statement in a file is given as one list of JSON (`jsonb_to_recordset`).

use sea_orm::Value;
use serde::Serialize;

use super::Error;

/// Such a row. What the statement reads and no row has is NULL to PostgreSQL, so a test compares the names:
/// `feira_testkit::reads`.
pub trait Recordset: Serialize {
    const FIELDS: &'static [&'static str];
}

/// Declares a [`Recordset`]: a struct with the names that the statement reads.
#[macro_export]
macro_rules! recordset {
    ($(#[$meta:meta])* $vis:vis struct $name:ident $(<$life:lifetime>)? {
        $($(#[$of:meta])* $field_vis:vis $field:ident: $type:ty),+ $(,)?
    }) => {
        $(#[$meta])*
        $vis struct $name $(<$life>)? {
            $($(#[$of])* $field_vis $field: $type),+
        }

        impl $(<$life>)? $crate::db::Recordset for $name $(<$life>)? {
            const FIELDS: &'static [&'static str] = &[$(stringify!($field)),+];
        }
    };
}

/// The rows as the parameter of their statement.
pub fn recordset<R: Recordset>(rows: &[R]) -> Result<Value, Error> {
    let rows = serde_json::to_value(rows).map_err(|error| Error::unreadable(&error))?;
    Ok(rows.into())
}
