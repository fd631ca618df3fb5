//! Which SKU each variant of a file gets.

use std::collections::HashSet;

use feira_kernel::db::{self, Change};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};

use super::{report::ProductResult, variants::Existing};
use crate::{
    CatalogError, NewVariant, VariantId,
    entities::variant,
    field_codes::DUPLICATE_SKU,
    import::{Imported, ImportedVariant, made_up, note, told_apart},
};

/// The SKU that a variant is to have.
struct Wanted {
    line: u64,
    sku: String,
    /// What it has now.
    now: Option<String>,
    /// Instead, where another variant has it.
    told_apart: String,
}

impl Wanted {
    fn keeps(&self) -> bool {
        self.now.as_ref() == Some(&self.sku)
    }
}

/// A SKU for each, of which none is taken or given twice. Who has the wanted one already keeps
/// it, so that the order of the rows decides only between those that are new.
fn assign(wanted: &[Wanted], mut taken: HashSet<String>) -> Vec<String> {
    let kept = wanted.iter().filter(|w| w.keeps());
    taken.extend(kept.map(|w| w.sku.clone()));
    let mut assigned = Vec::with_capacity(wanted.len());
    for w in wanted {
        let sku = if !w.keeps() && taken.contains(&w.sku) {
            &w.told_apart
        } else {
            &w.sku
        };
        taken.insert(sku.clone());
        assigned.push(sku.clone());
    }
    assigned
}

/// Gives each variant its SKU, and tells of those that are not as the file wants them. `taken`
/// are those of all other variants of the store, as far as the file wants them.
pub(super) fn give(
    imported: &Imported,
    changed: &mut [Existing<'_>],
    added: &mut [(&ImportedVariant, NewVariant)],
    taken: HashSet<String>,
    report: &mut ProductResult,
) -> Result<(), CatalogError> {
    let handle = &imported.handle;
    let mut wanted = Vec::with_capacity(changed.len() + added.len());
    for Existing { row, old, .. } in changed.iter() {
        let sku = row.sku.clone().unwrap_or_else(|| old.sku.clone());
        wanted.push(Wanted {
            line: row.line,
            now: Some(old.sku.clone()),
            told_apart: told_apart(&sku, handle, &old.options()?),
            sku,
        });
    }
    for (row, new) in added.iter() {
        let made_up = || made_up(handle, &new.options);
        let sku = row.sku.clone().unwrap_or_else(made_up);
        wanted.push(Wanted {
            line: row.line,
            now: None,
            told_apart: told_apart(&sku, handle, &new.options),
            sku,
        });
    }
    let skus = assign(&wanted, taken);
    for (wanted, sku) in wanted.iter().zip(&skus) {
        if wanted.sku != *sku {
            let detail = format!(
                "another variant has the SKU {:?}; this one got {sku:?}",
                wanted.sku
            );
            let column = imported.headers.of("sku");
            let told = note(wanted.line, false, DUPLICATE_SKU, detail);
            report.notes.push(told.at(column));
        }
    }
    let mut given = skus.iter().cloned();
    for (changed, sku) in changed.iter_mut().zip(given.by_ref()) {
        if sku != changed.old.sku {
            report.freed.push(changed.old.sku.clone());
            changed.change.sku = Some(sku);
        }
    }
    for ((_, new), sku) in added.iter_mut().zip(given) {
        new.sku = Some(sku);
    }
    report.variants = u32::try_from(skus.len()).unwrap_or(u32::MAX);
    report.skus = skus;
    Ok(())
}

/// Makes room for variants that take each other's SKUs: the constraint is checked row by row.
pub(super) async fn free(tx: &db::Tx, changed: &[Existing<'_>]) -> Result<(), CatalogError> {
    let ids = crossed(changed);
    if !ids.is_empty() {
        take_away(tx, variant::Column::Id.eq_any(ids)).await?;
    }
    Ok(())
}

/// Their ids stand for the SKUs of these variants until they get others.
pub(super) async fn take_away(tx: &db::Tx, whose: Expr) -> Result<(), db::Error> {
    let id = Expr::col(variant::Column::Id).cast_as("text");
    let without = variant::Entity::update_many()
        .col_expr(variant::Column::Sku, id)
        .filter(whose);
    without.run(&**tx).await.map(drop)
}

/// The variants that get another SKU, if one of them gets what another one gives up.
fn crossed(changed: &[Existing<'_>]) -> Vec<VariantId> {
    let mut ids = Vec::new();
    let (mut given_up, mut new) = (HashSet::new(), Vec::new());
    for Existing { old, change, .. } in changed {
        if let Some(sku) = &change.sku {
            ids.push(old.id);
            given_up.insert(&old.sku);
            new.push(sku);
        }
    }
    if !new.iter().any(|sku| given_up.contains(sku)) {
        ids.clear();
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assigned(wanted: &[(&str, &str)], taken: &[&str]) -> Vec<String> {
        let wanted: Vec<Wanted> = wanted
            .iter()
            .map(|(sku, now)| Wanted {
                line: 2,
                sku: (*sku).to_owned(),
                now: Some((*now).to_owned()).filter(|now| !now.is_empty()),
                told_apart: format!("{sku}-x"),
            })
            .collect();
        assign(&wanted, taken.iter().map(|sku| (*sku).to_owned()).collect())
    }

    #[test]
    fn nobody_loses_a_sku_to_the_row_before() {
        assert_eq!(assigned(&[("A", ""), ("A", "A")], &[]), ["A-x", "A"]);
        assert_eq!(assigned(&[("A", "B"), ("B", "A")], &[]), ["A", "B"]);
        assert_eq!(assigned(&[("A", ""), ("B", "")], &["B"]), ["A", "B-x"]);
        assert_eq!(assigned(&[("A", "A-x"), ("A", "A")], &[]), ["A-x", "A"]);
    }
}
