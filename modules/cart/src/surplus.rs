//! What a cart has beyond what an order bought of it. The rule: per variant, the units that are
//! more than were bought; a line that was taken out after the order was placed is no loss.

use std::collections::BTreeMap;

use feira_catalog::{StockLine, VariantId};

/// The units that were not bought, beside the line that has them.
pub(crate) fn surplus<L>(
    lines: impl IntoIterator<Item = (L, VariantId, u32)>,
    bought: &[StockLine],
) -> Vec<(L, u32)> {
    let mut units: BTreeMap<VariantId, u32> = BTreeMap::new();
    for line in bought {
        let sum = units.entry(line.variant).or_default();
        *sum = sum.saturating_add(line.quantity);
    }
    let left = lines.into_iter().map(|(line, variant, quantity)| {
        let sold = units.get(&variant).copied().unwrap_or_default();
        (line, quantity.saturating_sub(sold))
    });
    left.filter(|(_, quantity)| *quantity > 0).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn variant(number: u128) -> VariantId {
        VariantId(Uuid::from_u128(number))
    }

    #[test]
    fn new_lines_and_more_units_are_left_and_nothing_else() {
        let lines = [(1, 2), (2, 5), (3, 1), (4, 1)];
        let lines = lines.map(|(number, quantity)| (number, variant(number), quantity));
        let sold = [(1, 2), (2, 1), (2, 1), (4, 3), (5, 1)];
        let sold = sold.map(|(number, quantity)| StockLine {
            variant: variant(number),
            quantity,
        });
        assert_eq!(surplus(lines, &sold), [(2, 3), (3, 1)]);
        assert_eq!(surplus(lines, &[]), [(1, 2), (2, 5), (3, 1), (4, 1)]);
    }
}
