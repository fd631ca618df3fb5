//! What mails about an order show below their first sentence.

use std::sync::Arc;

use feira_kernel::Money;

use super::view::{Group, Line, Order, Row};
use crate::{
    InstalmentFacts, OrderFacts, PartFacts, PayFacts, sanitize,
    translator::{Translator, arg},
};

/// An order, and one store's part of it.
#[derive(Debug, Clone)]
pub(crate) struct OrderPart {
    pub(crate) order: Arc<OrderFacts>,
    pub(crate) part: PartFacts,
}

/// What a store sent, and by whom.
pub(super) fn sent(translator: Translator<'_>, of: &OrderPart) -> Order {
    let tracking = translator.text("label-tracking", &[]);
    let rows = of.part.shipments.iter().map(|(carrier, number)| Row {
        label: tracking.clone(),
        value: sanitize::line(&format!("{carrier} {number}")),
    });
    Order {
        groups: vec![Group {
            rows: rows.collect(),
            ..group(translator, &of.part)
        }],
        total: None,
        instalments: None,
        ..whole(translator, &of.order)
    }
}

/// What a store is to send: its own part only.
pub(super) fn to_send(translator: Translator<'_>, of: &OrderPart) -> Order {
    Order {
        groups: vec![group(translator, &of.part)],
        total: Some(total(translator, of.part.total)),
        instalments: None,
        ..whole(translator, &of.order)
    }
}

/// What the buyer is to pay, and how.
pub(super) fn to_pay(translator: Translator<'_>, facts: &OrderFacts) -> Order {
    let code = match &facts.pay {
        Some(PayFacts::Pix { code }) => Some(Row {
            label: translator.text("label-pix", &[]),
            value: sanitize::code(code),
        }),
        Some(PayFacts::OnPage {}) | None => None,
    };
    Order {
        code,
        ..whole(translator, facts)
    }
}

pub(super) fn whole(translator: Translator<'_>, facts: &OrderFacts) -> Order {
    let several = facts.parts.len() > 1;
    let groups = facts.parts.iter().map(|part| {
        let mut group = group(translator, part);
        if several {
            group.rows.push(Row {
                label: translator.text("label-store-total", &[arg("store", &part.store_name)]),
                value: translator.money(part.total),
            });
        }
        group
    });
    Order {
        code: None,
        groups: groups.collect(),
        total: Some(total(translator, facts.total)),
        instalments: facts.instalments.map(|chosen| divided(translator, chosen)),
        address_label: translator.text("label-address", &[]),
        address: facts
            .address
            .iter()
            .map(|line| sanitize::line(line))
            .collect(),
    }
}

fn divided(translator: Translator<'_>, chosen: InstalmentFacts) -> Row {
    let count = chosen.count.to_string();
    let value = match chosen.amount {
        Some(amount) => {
            let each = translator.money(amount);
            translator.text(
                "instalments-of",
                &[arg("count", &count), arg("amount", &each)],
            )
        }
        None => format!("{count}x"),
    };
    Row {
        label: translator.text("label-instalments", &[]),
        value,
    }
}

fn total(translator: Translator<'_>, amount: Money) -> Row {
    Row {
        label: translator.text("label-total", &[]),
        value: translator.money(amount),
    }
}

fn group(translator: Translator<'_>, part: &PartFacts) -> Group {
    let lines = part.lines.iter().map(|line| Line {
        title: translator.text(
            "line-quantity",
            &[
                arg("quantity", &line.quantity.to_string()),
                arg("title", &line.title),
            ],
        ),
        options: sanitize::line(&line.options.join(", ")),
        total: translator.money(line.total),
    });
    let mut rows = vec![Row {
        label: translator.text("label-shipping", &[arg("method", &part.shipping_method)]),
        value: translator.money(part.shipping),
    }];
    if part.on_delivery {
        rows.push(Row {
            label: translator.text("label-on-delivery", &[arg("store", &part.store_name)]),
            value: translator.money(part.total),
        });
    }
    Group {
        title: sanitize::line(&part.store_name),
        lines: lines.collect(),
        rows,
    }
}
