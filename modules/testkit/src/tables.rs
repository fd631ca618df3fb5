use sea_orm::{
    ColumnTrait, ColumnType, ConnectionTrait, DbBackend, EntityTrait, IdenStatic, Iterable,
    Statement,
};

use crate::run_module;

/// What an entity says of its table.
pub struct Table {
    name: &'static str,
    columns: Vec<Column>,
}

struct Column {
    name: &'static str,
    may_be_empty: bool,
    /// As PostgreSQL names it.
    data_type: String,
}

impl Table {
    pub fn of<E: EntityTrait>() -> Self {
        let columns = E::Column::iter();
        Self {
            name: E::default().as_str(),
            columns: columns
                .map(|column| Column {
                    name: column.as_str(),
                    may_be_empty: column.def().is_null(),
                    data_type: data_type(column.def().get_column_type()),
                })
                .collect(),
        }
    }
}

fn data_type(of: &ColumnType) -> String {
    let name = match of {
        ColumnType::Char(_) | ColumnType::String(_) | ColumnType::Text => "text",
        ColumnType::SmallInteger => "smallint",
        ColumnType::Integer => "integer",
        ColumnType::BigInteger => "bigint",
        ColumnType::Decimal(_) => "numeric",
        ColumnType::Double => "double precision",
        ColumnType::Boolean => "boolean",
        ColumnType::Uuid => "uuid",
        ColumnType::Date => "date",
        ColumnType::TimestampWithTimeZone => "timestamp with time zone",
        ColumnType::Json | ColumnType::JsonBinary => "jsonb",
        ColumnType::Blob | ColumnType::Binary(_) | ColumnType::VarBinary(_) => "bytea",
        ColumnType::Array(of) => return format!("{}[]", data_type(of)),
        other => return format!("{other:?}"),
    };
    name.to_owned()
}

/// Codes of two or three letters are text to whoever reads them.
fn as_read(column: &str) -> &str {
    match column {
        "character" => "text",
        other => other,
    }
}

/// Compares entities with the migrated tables: each of their columns is there, of the same type, and may be
/// empty only where the entity says so. A column that no entity reads is none of its business.
///
/// # Panics
/// With all that differs.
pub fn entities_match(schema: &'static str, tables: Vec<Table>) {
    assert!(!tables.is_empty(), "no entities were named");
    run_module(schema, |db| async move {
        let owner = db.owner().await;
        let mut wrong = Vec::new();
        for table in tables {
            let sql = "SELECT a.attname::text, NOT a.attnotnull, format_type(a.atttypid, NULL) FROM pg_attribute a \
                       WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped";
            let name = format!("{schema}.{}", table.name);
            let asked =
                Statement::from_sql_and_values(DbBackend::Postgres, sql, [name.clone().into()]);
            let found = owner.query_all_raw(asked).await.expect("it is valid");
            let found: Vec<(String, bool, String)> = found
                .iter()
                .map(|row| row.try_get_many_by_index().expect("three columns"))
                .collect();
            for column in table.columns {
                let Column {
                    name: of,
                    may_be_empty,
                    data_type,
                } = column;
                match found.iter().find(|(name, ..)| name == of) {
                    None => wrong.push(format!("{name}.{of}: not there")),
                    Some((_, really, _)) if *really != may_be_empty => {
                        wrong.push(format!("{name}.{of}: may it be empty?"));
                    }
                    Some((.., really)) if as_read(really) != data_type => {
                        wrong.push(format!("{name}.{of}: {really}, not {data_type}"));
                    }
                    Some(_) => {}
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}
