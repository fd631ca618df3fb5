//! The fields of a way of sending, of a new one and of one that is there. They are drawn by
//! `templates/seller/shipping_fields.html`.

use feira_kernel::{Currency, Money};
use feira_store::{NewShippingMethod, ShippingMethod, ShippingPrice};

use super::variant_form::Reader;
use crate::page::{Choice, Fields, Form, Lang, Page};

/// Field names of the form.
const KINDS: [&str; 3] = ["flat", "free_above", "pickup"];

pub(super) fn kinds(p: &Page) -> Vec<Choice> {
    KINDS
        .map(|kind| Choice::new(kind, p.word("shipping-kind", kind)))
        .into()
}

pub(super) fn fields_of(p: &Page, method: &ShippingMethod) -> Fields {
    let (kind, price, threshold) = match method.price {
        ShippingPrice::Flat { price } => (KINDS[0], Some(price), None),
        ShippingPrice::FreeAbove { price, threshold } => (KINDS[1], Some(price), Some(threshold)),
        ShippingPrice::Pickup {} => (KINDS[2], None, None),
    };
    let amount = |money: Option<Money>| money.map(|m| p.amount(&m)).unwrap_or_default();
    Fields::default()
        .with("name", method.name.clone())
        .with("kind", kind)
        .with("price", amount(price))
        .with("threshold", amount(threshold))
        .with("transit_days", method.transit_days.to_string())
        .with("active", method.active.to_string())
}

/// Reads the form. Faults are added to it, and what is returned then is not used.
pub(super) fn read(lang: Lang, currency: Currency, form: &mut Form) -> NewShippingMethod {
    let kind = form.text("kind");
    let mut reader = Reader {
        lang,
        currency,
        form,
    };
    reader.required("name");
    let days = reader.whole("transit_days");
    // The form has refused missing amounts.
    let mut amount = |name: &str| reader.price(name).unwrap_or(Money::zero(currency));
    let price = match kind.as_str() {
        "pickup" => ShippingPrice::Pickup {},
        "free_above" => ShippingPrice::FreeAbove {
            price: amount("price"),
            threshold: amount("threshold"),
        },
        _ => ShippingPrice::Flat {
            price: amount("price"),
        },
    };
    NewShippingMethod {
        name: form.text("name"),
        price,
        transit_days: u16::try_from(days).unwrap_or(u16::MAX),
    }
}

/// Maps the module's field names to the form's.
pub(super) fn named(mut form: Form) -> Form {
    form.rename("price_price", "price");
    form.rename("price_threshold", "threshold");
    form
}

/// The price as text.
pub(super) fn price_of(p: &Page, method: &ShippingMethod) -> String {
    match method.price {
        ShippingPrice::Flat { price } => p.money(&price),
        ShippingPrice::FreeAbove { price, threshold } => {
            let free = p.t1("shipping-free-from", p.money(&threshold));
            format!("{}, {free}", p.money(&price))
        }
        ShippingPrice::Pickup {} => p.t("shipping-kind-pickup"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> Form {
        let fields = fields.iter();
        Form::new(fields.fold(Fields::default(), |all, (name, value)| {
            all.with(name, *value)
        }))
    }

    #[test]
    fn each_kind_asks_for_its_amounts() {
        for (kind, missing) in [
            ("flat", &["price"][..]),
            ("free_above", &["price", "threshold"][..]),
            ("pickup", &[][..]),
        ] {
            let mut form = typed(&[("name", "Express"), ("kind", kind), ("transit_days", "2")]);
            read(Lang::En, Currency::BRL, &mut form);
            let said: Vec<&str> = form.problems().iter().map(|p| p.field.as_str()).collect();
            assert_eq!(said, missing, "{kind}");
        }
        let mut form = typed(&[
            ("name", "Express"),
            ("kind", "free_above"),
            ("price", "19,90"),
            ("threshold", "R$ 1.200"),
            ("transit_days", "99999"),
        ]);
        let new = read(Lang::PtBr, Currency::BRL, &mut form);
        assert!(!form.is_refused());
        assert_eq!(new.transit_days, u16::MAX, "the module refuses it");
        let ShippingPrice::FreeAbove { price, threshold } = new.price else {
            panic!("{:?}", new.price)
        };
        assert_eq!((price.minor(), threshold.minor()), (1_990, 120_000));
    }
}
