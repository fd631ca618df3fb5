//! What mails about an order show below their first sentence.

use std::sync::Arc;

use feira_kernel::Money;

use super::view::{Group, Line, Order, Row};
use crate::{
    OrderFacts, PartFacts, clean,
    words::{Words, arg},
};

/// An order, and one store's part of it.
#[derive(Debug, Clone)]
pub(crate) struct OrderPart {
    pub(crate) order: Arc<OrderFacts>,
    pub(crate) part: PartFacts,
}

/// What a store sent, and by whom.
pub(super) fn sent(words: Words<'_>, of: &OrderPart) -> Order {
    let tracking = words.text("label-tracking", &[]);
    let rows = of.part.shipments.iter().map(|(carrier, number)| Row {
        label: tracking.clone(),
        value: clean::line(&format!("{carrier} {number}")),
    });
    Order {
        groups: vec![Group {
            rows: rows.collect(),
            ..group(words, &of.part)
        }],
        total: None,
        ..whole(words, &of.order)
    }
}

/// What a store is to send: its own part only.
pub(super) fn to_send(words: Words<'_>, of: &OrderPart) -> Order {
    Order {
        groups: vec![group(words, &of.part)],
        total: Some(total(words, of.part.total)),
        ..whole(words, &of.order)
    }
}

pub(super) fn whole(words: Words<'_>, facts: &OrderFacts) -> Order {
    let several = facts.parts.len() > 1;
    let groups = facts.parts.iter().map(|part| {
        let mut group = group(words, part);
        if several {
            group.rows.push(Row {
                label: words.text("label-store-total", &[arg("store", &part.store_name)]),
                value: words.money(part.total),
            });
        }
        group
    });
    Order {
        groups: groups.collect(),
        total: Some(total(words, facts.total)),
        address_label: words.text("label-address", &[]),
        address: facts.address.iter().map(|line| clean::line(line)).collect(),
    }
}

fn total(words: Words<'_>, amount: Money) -> Row {
    Row {
        label: words.text("label-total", &[]),
        value: words.money(amount),
    }
}

fn group(words: Words<'_>, part: &PartFacts) -> Group {
    let lines = part.lines.iter().map(|line| Line {
        title: words.text(
            "line-quantity",
            &[
                arg("quantity", &line.quantity.to_string()),
                arg("title", &line.title),
            ],
        ),
        options: clean::line(&line.options.join(", ")),
        total: words.money(line.total),
    });
    Group {
        title: clean::line(&part.store_name),
        lines: lines.collect(),
        rows: vec![Row {
            label: words.text("label-shipping", &[arg("method", &part.shipping_method)]),
            value: words.money(part.shipping),
        }],
    }
}
