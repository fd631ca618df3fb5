//! The value of a commission rule in forms and lists.

use feira_kernel::{Currency, Money};
use feira_store::CommissionValue;
use rust_decimal::Decimal;

use crate::page::{Choice, Fields, Form, Lang, Page, Unread, parse_money};

const KINDS: [&str; 2] = ["percentage", "per_unit"];

pub(super) fn kinds(p: &Page) -> Vec<Choice> {
    KINDS
        .map(|kind| Choice::new(kind, p.word("commission-kind", kind)))
        .into()
}

pub(super) fn fields_of(p: &Page, value: &CommissionValue) -> Fields {
    let (kind, amount) = match value {
        CommissionValue::Percentage { percent } => (KINDS[0], number(p.lang, *percent)),
        CommissionValue::PerUnit { amount } => (KINDS[1], p.amount(amount)),
    };
    Fields::default().with("kind", kind).with("amount", amount)
}

/// Reads the form. Faults are added to it, and what is returned then is not used.
pub(super) fn read(lang: Lang, currency: Currency, form: &mut Form) -> CommissionValue {
    let text = form.text("amount");
    if form.value("kind") == KINDS[1] {
        let amount = parse_money(lang, &text, currency);
        return CommissionValue::PerUnit {
            amount: amount.unwrap_or_else(|unread| {
                let said = match unread {
                    Unread::Ambiguous => "field-money-ambiguous",
                    Unread::Wrong(_) => "field-money",
                };
                form.refuse("amount", lang.text(said));
                Money::zero(currency)
            }),
        };
    }
    let plain = text.trim_end_matches('%').trim_end().replace(',', ".");
    let percent = plain.parse::<Decimal>();
    CommissionValue::Percentage {
        percent: percent.unwrap_or_else(|_| {
            form.refuse("amount", lang.text("field-percent"));
            Decimal::ZERO
        }),
    }
}

/// Maps the module's field names to the form's one field.
pub(super) fn named(mut form: Form) -> Form {
    for (module, page) in [
        ("value", "amount"),
        ("value_percent", "amount"),
        ("value_amount", "amount"),
        ("store_id", "store"),
        ("category_id", "category"),
    ] {
        form.rename(module, page);
    }
    form
}

/// The value as text.
pub(super) fn value_of(p: &Page, value: &CommissionValue) -> String {
    match value {
        CommissionValue::Percentage { percent } => format!("{} %", number(p.lang, *percent)),
        CommissionValue::PerUnit { amount } => p.t1("commission-each", p.money(amount)),
    }
}

fn number(lang: Lang, percent: Decimal) -> String {
    let text = percent.normalize().to_string();
    match lang {
        Lang::En => text,
        Lang::PtBr => text.replace('.', ","),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_read_as_people_write_it() {
        let typed = |kind: &str, amount: &str| {
            let fields = Fields::default().with("kind", kind).with("amount", amount);
            let mut form = Form::new(fields);
            let value = read(Lang::PtBr, Currency::BRL, &mut form);
            (!form.is_refused()).then_some(value)
        };
        let percent = |digits, scale| {
            let percent = Decimal::new(digits, scale);
            Some(CommissionValue::Percentage { percent })
        };
        assert_eq!(typed("percentage", "12,5"), percent(125, 1));
        assert_eq!(typed("percentage", "7 %"), percent(7, 0));
        assert_eq!(typed("percentage", "3.25%"), percent(325, 2));
        let amount = Money::from_minor(150, Currency::BRL).expect("small");
        let fee = Some(CommissionValue::PerUnit { amount });
        assert_eq!(typed("per_unit", "R$ 1,50"), fee);
        for (kind, wrong) in [("percentage", ""), ("percentage", "dez"), ("per_unit", "x")] {
            assert_eq!(typed(kind, wrong), None, "{kind} {wrong}");
        }
    }
}
