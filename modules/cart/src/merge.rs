//! What becomes of lines that go into an open cart which has some already: a guest's when she logs
//! in, and those of a held cart whose order has ended. The rule: quantities are summed, but never
//! above what is there and what a line may have, and never below what the open cart's line had.
//! Nothing goes without being named in the report.

use feira_catalog::Sellable;

use crate::{
    api::{MAX_LINES, MAX_QUANTITY, MergeOutcome, MergedLine},
    live::Sellables,
    snapshot::{Item, Snapshot},
};

/// Lines to write into the open cart, and what to tell its owner.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// New lines, and lines that were there with another quantity.
    pub(crate) lines: Vec<Item>,
    pub(crate) report: Vec<MergedLine>,
}

pub(crate) fn plan(own: &Snapshot, guest: &Snapshot, sellables: &Sellables) -> Plan {
    let mut plan = Plan::default();
    let mut lines = own.items.len();
    let mut position = own.next_position();
    for item in &guest.items {
        let mine = own.line_of(item.variant);
        let before = mine.map_or(0, |line| line.quantity);
        let sellable = sellables
            .get(&item.variant)
            .filter(|s| s.active && s.currency == own.currency);
        let room = mine.is_some() || lines < MAX_LINES;
        let (quantity, outcome) = decide(item.quantity, before, sellable, room);
        plan.report.push(MergedLine {
            variant: item.variant,
            title: sellable.map_or(&item.title, |s| &s.title).clone(),
            guest_quantity: item.quantity,
            own_quantity: before,
            quantity,
            outcome,
        });
        if quantity == before {
            continue;
        }
        let line = mine.cloned().unwrap_or_else(|| {
            lines += 1;
            position += 1;
            Item {
                position: position - 1,
                ..item.clone()
            }
        });
        plan.lines.push(Item { quantity, ..line });
    }
    plan
}

/// The report of a cart that became hers, or open again, as it was.
pub(crate) fn moved(guest: &Snapshot) -> Vec<MergedLine> {
    let lines = guest.items.iter().map(|item| MergedLine {
        variant: item.variant,
        title: item.title.clone(),
        guest_quantity: item.quantity,
        own_quantity: 0,
        quantity: item.quantity,
        outcome: MergeOutcome::Moved,
    });
    lines.collect()
}

fn decide(guest: u32, own: u32, sellable: Option<&Sellable>, room: bool) -> (u32, MergeOutcome) {
    let Some(sellable) = sellable else {
        return (own, MergeOutcome::NotOffered);
    };
    if !room {
        return (own, MergeOutcome::CartFull);
    }
    let sum = guest.saturating_add(own);
    let offered = if sellable.stock_policy.offers(sum, sellable.available) {
        sum
    } else {
        sellable.available
    };
    let cap = offered.min(MAX_QUANTITY);
    if sum > cap {
        let outcome = if offered < MAX_QUANTITY {
            MergeOutcome::CappedByStock
        } else {
            MergeOutcome::CappedByLimit
        };
        (cap.max(own), outcome)
    } else if own > 0 {
        (sum, MergeOutcome::Summed)
    } else {
        (sum, MergeOutcome::Moved)
    }
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
