//! The form of a variant's stock: what is added or taken away, or a count that replaces what is on
//! hand.

use feira_catalog::{Adjustment, MovementReason, StockChange, Variant, VariantId};
use feira_kernel::Currency;
use uuid::Uuid;

use super::variant_form::Reader;
use crate::page::{Fields, Form, Lang};

/// Ids of this form differ from those of the page's other form.
const PREFIX: &str = "stock-";

/// The idempotency key: a form sent twice makes one movement.
pub(super) fn blank(variant: &Variant, key: Uuid) -> Form {
    let fields = Fields::default()
        .with("key", key.to_string())
        .with("mode", "by")
        .with("reason", "restock");
    editing(variant, fields).prefixed(PREFIX)
}

/// The refused form; a count stands beside what is on hand by now, if that was changed meanwhile.
pub(super) fn beside(typed: Form, lang: Lang, variant: &Variant) -> Form {
    let mut now = typed.fields().clone();
    if typed.value("mode") == "to" {
        now = now.with("amount", variant.on_hand.unwrap_or_default().to_string());
    }
    typed.beside(lang, editing(variant, now)).prefixed(PREFIX)
}

fn editing(variant: &Variant, fields: Fields) -> Form {
    Form::editing(variant.stock_version.unwrap_or_default(), fields)
}

/// The adjustment in the form.
pub(super) fn adjustment(variant: VariantId, lang: Lang, form: &mut Form) -> Adjustment {
    Adjustment {
        variant,
        expected_version: form.version(lang),
        change: change(lang, form),
        reason: match form.value("reason") {
            "restock" => MovementReason::Restock,
            _ => MovementReason::Adjustment,
        },
        note: form.optional("note"),
    }
}

fn change(lang: Lang, form: &mut Form) -> StockChange {
    let mut reader = Reader {
        lang,
        currency: Currency::BRL,
        form,
    };
    if reader.form.value("mode") == "to" {
        reader.required("amount");
        StockChange::To(reader.whole("amount"))
    } else {
        StockChange::By(reader.change("amount"))
    }
}
