//! Names for what differs from run to run, so that an answer can be compared with one of another run.

use serde_json::Value;
use time::{
    Date, OffsetDateTime, PrimitiveDateTime, format_description::well_known::Rfc3339,
    macros::format_description,
};
use uuid::Uuid;

const TIME: &str = "2026-03-17T12:00:00Z";
const DAY: &str = "2026-03-17";
/// In a table, by the clock of who reads it.
const LOCAL_TIME: &str = "2026-03-17 09:00:00";
/// What of a provider's or a bank's is new with each payment.
const NEW: &[&str] = &[
    "access_token",
    "refresh_token",
    "device_token",
    "cart_token",
    "order_token",
    "client_secret",
    "next_cursor",
    "br_code",
    "qr_svg",
];

/// The same name wherever the same thing comes again: who refers to what stays visible. Each is as its schema says,
/// so that the answer can be shown as an example.
#[derive(Default)]
pub(crate) struct Names {
    ids: Vec<String>,
    orders: Vec<String>,
}

impl Names {
    pub(crate) fn replace(&mut self, value: &mut Value) {
        self.replace_at("", value);
    }

    fn replace_at(&mut self, field: &str, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (field, value) in fields {
                    self.replace_at(field, value);
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.replace_at(field, item);
                }
            }
            Value::String(text) => {
                if let Some(name) = self.name_of(field, text) {
                    *text = name;
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// What stands for a text that is another one in each run.
    fn name_of(&mut self, field: &str, text: &str) -> Option<String> {
        if OffsetDateTime::parse(text, &Rfc3339).is_ok() {
            return Some(TIME.to_owned());
        }
        if Date::parse(text, format_description!("[year]-[month]-[day]")).is_ok() {
            return Some(DAY.to_owned());
        }
        let local = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
        if PrimitiveDateTime::parse(text, local).is_ok() {
            return Some(LOCAL_TIME.to_owned());
        }
        match field {
            "month" => Some("2026-03".to_owned()),
            field if NEW.contains(&field) => Some(field.to_owned()),
            // A house has a number, too. That of a store order is its order's with one more.
            "number" | "order_number" | "order" if text.contains('-') => {
                let mut hyphens = text.match_indices('-');
                let end = hyphens.nth(1).map_or(text.len(), |(at, _)| at);
                let (order, part) = text.split_at(end);
                let place = place(&mut self.orders, order);
                Some(format!("order-{place}{part}"))
            }
            "sku" => made_sku(text),
            _ => self.with_ids_named(text),
        }
    }

    /// The text with names for the ids in it, if it has any.
    fn with_ids_named(&mut self, text: &str) -> Option<String> {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let ids: Vec<&str> = words.filter(|w| Uuid::try_parse(w).is_ok()).collect();
        let mut named = text.to_owned();
        for id in &ids {
            named = named.replace(id, &self.id(id));
        }
        (!ids.is_empty()).then_some(named)
    }

    fn id(&mut self, id: &str) -> String {
        let place = place(&mut self.ids, id);
        format!("00000000-0000-7000-8000-{place:012}")
    }
}

/// That which a variant gets that is given none.
fn made_sku(text: &str) -> Option<String> {
    let (number, made) = text.split_once('-')?;
    let is_made = number.bytes().all(|b| b.is_ascii_digit()) && made.len() == 7;
    is_made.then(|| format!("{number}-0000000"))
}

/// By the order in which the texts came, from one.
fn place(known: &mut Vec<String>, text: &str) -> usize {
    let place = known.iter().position(|one| one == text);
    let place = place.unwrap_or_else(|| {
        known.push(text.to_owned());
        known.len() - 1
    });
    place + 1
}
