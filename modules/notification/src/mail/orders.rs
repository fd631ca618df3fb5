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

/// What a store's buyer is to pay it itself, and by what its bank tells of that.
pub(super) fn expected(translator: Translator<'_>, of: &OrderPart) -> Order {
    let statement = of.part.leg.as_ref().and_then(|leg| leg.statement.as_ref());
    let statement = statement.map(|statement| Row {
        label: translator.text("label-statement", &[]),
        value: sanitize::line(statement),
    });
    Order {
        codes: statement.into_iter().collect(),
        address: Vec::new(),
        ..to_send(translator, of)
    }
}

/// How each store is paid itself.
fn legs(translator: Translator<'_>, facts: &OrderFacts) -> Vec<Row> {
    let mut rows = Vec::new();
    for part in &facts.parts {
        let Some(leg) = &part.leg else { continue };
        let amount = translator.money(part.total);
        let named = [arg("store", &part.store_name), arg("amount", &amount)];
        if let Some(code) = &leg.code {
            rows.push(Row {
                label: translator.text("label-pix-of-store", &named),
                value: sanitize::code(code),
            });
        } else if !leg.account.is_empty() {
            let lines = leg.account.iter().chain(&leg.statement);
            let lines: Vec<String> = lines.map(|line| sanitize::line(line)).collect();
            rows.push(Row {
                label: translator.text("label-account-of-store", &named),
                value: lines.join(", "),
            });
        }
    }
    rows
}

/// What the buyer is to pay, and how.
pub(super) fn to_pay(translator: Translator<'_>, facts: &OrderFacts) -> Order {
    let codes = match &facts.pay {
        Some(PayFacts::Pix { code }) => vec![Row {
            label: translator.text("label-pix", &[]),
            value: sanitize::code(code),
        }],
        Some(PayFacts::ToStores {}) => legs(translator, facts),
        Some(PayFacts::OnPage {}) | None => Vec::new(),
    };
    Order {
        codes,
        ..whole(translator, facts)
    }
}

pub(super) fn whole(translator: Translator<'_>, facts: &OrderFacts) -> Order {
    let several = facts.parts.len() > 1;
    let groups = facts.parts.iter().map(|part| {
        let mut group = group(translator, part);
        if facts.parts.iter().any(|one| one.paid) && !part.paid {
            group.rows.push(Row {
                label: translator.text("label-not-paid", &[]),
                value: String::new(),
            });
        }
        if several {
            group.rows.push(Row {
                label: translator.text("label-store-total", &[arg("store", &part.store_name)]),
                value: translator.money(part.total),
            });
        }
        group
    });
    Order {
        codes: Vec::new(),
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
    if part.leg.is_some() {
        rows.push(Row {
            label: translator.text("label-to-store", &[arg("store", &part.store_name)]),
            value: translator.money(part.total),
        });
    }
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
