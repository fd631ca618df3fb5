//! Mails about an order, to its buyer and to the people of each store.

use feira_kernel::Money;

use super::{
    Kind, Mail, Recipient,
    view::{Frame, Group, Line, Order, Row},
};
use crate::{
    NotificationError, OrderFacts, PartFacts, clean,
    words::{Words, arg, count},
};

/// To the buyer, once per order: it is paid.
pub(crate) fn order_confirmed(
    words: Words<'_>,
    to: &Recipient,
    facts: &OrderFacts,
) -> Result<Mail, NotificationError> {
    let kind = Kind::OrderConfirmed;
    let stores = u32::try_from(facts.parts.len()).unwrap_or(u32::MAX);
    let args = [arg("number", &facts.number), count("stores", stores)];
    let order = whole(words, facts);
    Frame::new(words, kind, to, &args, guest_link(words, facts)).order(
        kind,
        facts.id.to_string(),
        to,
        &order,
    )
}

/// To the buyer: a store sent its part.
pub(crate) fn order_shipped(
    words: Words<'_>,
    to: &Recipient,
    facts: &OrderFacts,
    part: &PartFacts,
) -> Result<Mail, NotificationError> {
    let kind = Kind::OrderShipped;
    let args = [arg("number", &facts.number), arg("store", &part.store_name)];
    let tracking = words.text("label-tracking", &[]);
    let rows = part.shipments.iter().map(|(carrier, number)| Row {
        label: tracking.clone(),
        value: clean::line(&format!("{carrier} {number}")),
    });
    let order = Order {
        groups: vec![Group {
            rows: rows.collect(),
            ..group(words, part)
        }],
        total: None,
        ..whole(words, facts)
    };
    Frame::new(words, kind, to, &args, guest_link(words, facts)).order(
        kind,
        part.store_order.to_string(),
        to,
        &order,
    )
}

/// To the buyer: it ended before anything was sent. `reason` is the event's code.
pub(crate) fn order_cancelled(
    words: Words<'_>,
    to: &Recipient,
    facts: &OrderFacts,
    reason: &str,
) -> Result<Mail, NotificationError> {
    let kind = Kind::OrderCancelled;
    let args = [arg("number", &facts.number), arg("reason", reason)];
    let order = Order {
        address: Vec::new(),
        ..whole(words, facts)
    };
    Frame::new(words, kind, to, &args, guest_link(words, facts))
        .with_note(words, kind)
        .order(kind, facts.id.to_string(), to, &order)
}

/// To a person of a store: its part is paid and waits to be sent.
pub(crate) fn new_order(
    words: Words<'_>,
    to: &Recipient,
    facts: &OrderFacts,
    part: &PartFacts,
) -> Result<Mail, NotificationError> {
    let kind = Kind::NewOrder;
    let units = part
        .lines
        .iter()
        .fold(0_u32, |sum, line| sum.saturating_add(line.quantity));
    let args = [
        arg("number", &part.number),
        arg("store", &part.store_name),
        count("units", units),
    ];
    let order = Order {
        groups: vec![group(words, part)],
        total: Some(total(words, part.total)),
        ..whole(words, facts)
    };
    let link = words.url(&format!("/seller/orders/{}", part.store_order));
    Frame::new(words, kind, to, &args, Some(link)).order(
        kind,
        part.store_order.to_string(),
        to,
        &order,
    )
}

/// Only a guest needs a link with a token; an account shows its orders itself.
fn guest_link(words: Words<'_>, facts: &OrderFacts) -> Option<String> {
    let token = facts.order_token.as_deref()?;
    Some(words.url(&format!("/l/order/{}", clean::segment(token))))
}

fn whole(words: Words<'_>, facts: &OrderFacts) -> Order {
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
