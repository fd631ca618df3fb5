//! The form of a variant's stock: what is added or taken away, or a count that replaces what is on
//! hand.

use actix_web::web::{Path, Query};
use feira_catalog::{Adjustment, MovementReason, StockChange, Variant, VariantId};
use feira_kernel::Currency;
use feira_web::{auth::CsrfForm, idempotent::of_form};
use uuid::Uuid;

use super::{
    caller::SellerPage,
    variant::{Sent, address, detail},
    variant_form::Reader,
};
use crate::page::{Answer, Fields, Flash, Form, Lang, Wanted, act};

/// Apart from the other form of the page.
const PREFIX: &str = "stock-";

/// The key makes an adjustment that is sent twice one movement.
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

/// POST /seller/products/{id}/variants/{variant}/stock?cursor=
pub(super) async fn adjust(
    seller: SellerPage,
    ids: Path<(Uuid, Uuid)>,
    wanted: Query<Wanted>,
    form: CsrfForm<Fields>,
) -> Answer {
    let lang = seller.lang;
    let mut form = Form::new(form.0);
    let key = of_form(&seller.request, form.value("key"), form.fields());
    let expected_version = form.version(lang);
    let change = change(lang, &mut form);
    let adjustment = Adjustment {
        variant: VariantId(ids.1),
        change,
        expected_version,
        reason: match form.value("reason") {
            "restock" => MovementReason::Restock,
            _ => MovementReason::Adjustment,
        },
        note: form.optional("note"),
    };
    let catalog = &seller.state.catalog;
    act(
        &seller.state,
        lang,
        form,
        catalog.adjust_stock(&seller.actor, adjustment, key),
        |level| {
            let flash = Flash::good("stock-done").count(level.on_hand);
            (address(*ids), flash)
        },
        async |mut form| {
            form.rename("by", "amount");
            form.rename("to", "amount");
            detail(&seller, *ids, wanted.0.clone(), Sent::Stock(form)).await
        },
    )
    .await
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
