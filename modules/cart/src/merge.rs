//! What becomes of lines that go into an open cart which has some already. The rule: quantities
//! are summed, but never above what a line may have, and never below what the open cart's line
//! had. Lines of a guest who logs in are capped by what is to be had now, too. Those of a held cart
//! whose order has ended are not: like all lines of a cart they stay, and the cart shows what is
//! wrong with them. Every line is named in the report.

use feira_catalog::Sellable;

use crate::{
    api::{MAX_LINES, MAX_QUANTITY, MergeOutcome, MergedLine},
    pricing::Sellables,
    snapshot::{Item, Snapshot},
};

/// Lines to write into the open cart, and what to tell its owner.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// New lines, and lines that were there with another quantity.
    pub(crate) lines: Vec<Item>,
    pub(crate) report: Vec<MergedLine>,
}

/// `offers` is what can be bought now, if that caps the lines.
pub(crate) fn plan(own: &Snapshot, from: &Snapshot, offers: Option<&Sellables>) -> Plan {
    let mut plan = Plan::default();
    let mut lines = own.items.len();
    let mut position = own.next_position();
    for item in &from.items {
        let mine = own.line_of(item.variant);
        let before = mine.map_or(0, |line| line.quantity);
        let sum = item.quantity.saturating_add(before);
        let sellable = offers.and_then(|offers| offers.get(&item.variant));
        let offered = match offers {
            Some(_) => sellable
                .filter(|s| s.active && s.currency == own.currency)
                .map(|s| offered(s, sum)),
            None => (item.price_seen.currency() == own.currency).then_some(sum),
        };
        let room = mine.is_some() || lines < MAX_LINES;
        let (quantity, outcome) = decide(sum, before, offered, room);
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

/// The report of a whole cart that changed its owner or was opened again: each line as it was.
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

/// Units that can be bought of so many.
fn offered(sellable: &Sellable, units: u32) -> u32 {
    if sellable.stock_policy.offers(units, sellable.available) {
        units
    } else {
        sellable.available
    }
}

fn decide(sum: u32, own: u32, offered: Option<u32>, room: bool) -> (u32, MergeOutcome) {
    let Some(offered) = offered else {
        return (own, MergeOutcome::NotOffered);
    };
    if !room {
        return (own, MergeOutcome::CartFull);
    }
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
