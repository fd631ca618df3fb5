use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IdenStatic, Iterable, Statement,
};

use crate::run_module;

/// What an entity says of its table.
pub struct Table {
    name: &'static str,
    /// Each column, and whether it may be empty.
    columns: Vec<(&'static str, bool)>,
}

impl Table {
    pub fn of<E: EntityTrait>() -> Self {
        let columns = E::Column::iter();
        Self {
            name: E::default().as_str(),
            columns: columns
                .map(|column| (column.as_str(), column.def().is_null()))
                .collect(),
        }
    }
}

/// Compares entities with the migrated tables: each of their columns is there, and may be empty only
/// where the entity says so. A column that no entity reads is none of its business.
///
/// # Panics
/// With all that differs.
pub fn entities_match(schema: &'static str, tables: Vec<Table>) {
    assert!(!tables.is_empty(), "no entities were named");
    run_module(schema, |db| async move {
        let owner = db.owner().await;
        let mut wrong = Vec::new();
        for table in tables {
            let sql = "SELECT a.attname::text, NOT a.attnotnull FROM pg_attribute a \
                       WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped";
            let name = format!("{schema}.{}", table.name);
            let asked =
                Statement::from_sql_and_values(DbBackend::Postgres, sql, [name.clone().into()]);
            let found = owner.query_all_raw(asked).await.expect("it is valid");
            let found: Vec<(String, bool)> = found
                .iter()
                .map(|row| row.try_get_many_by_index().expect("two columns"))
                .collect();
            for (column, empty) in table.columns {
                match found.iter().find(|(name, _)| name == column) {
                    Some((_, really)) if *really == empty => {}
                    Some(_) => wrong.push(format!("{name}.{column}: may it be empty?")),
                    None => wrong.push(format!("{name}.{column}: not there")),
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}
