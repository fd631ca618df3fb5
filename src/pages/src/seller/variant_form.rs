//! Reading the fields of products and variants; what cannot be read is refused beside its field.

use feira_catalog::{StockPolicy, Variant};
use feira_kernel::{Currency, Money, MoneyError, text};

use crate::page::{Choice, Fields, Form, Lang, Page, Unread, parse_money};

pub(super) struct Reader<'a> {
    pub(super) lang: Lang,
    pub(super) currency: Currency,
    pub(super) form: &'a mut Form,
}

impl Reader<'_> {
    fn refuse(&mut self, name: &str, key: &str) {
        self.form.refuse(name, self.lang.text(key));
    }

    pub(super) fn required(&mut self, name: &str) {
        if self.form.value(name).is_empty() {
            self.refuse(name, "field-required");
        }
    }

    pub(super) fn price(&mut self, name: &str) -> Option<Money> {
        self.required(name);
        self.money(name)
    }

    /// `None` when nothing was typed, or after a refusal.
    pub(super) fn money(&mut self, name: &str) -> Option<Money> {
        let text = self.form.value(name);
        if text.is_empty() {
            return None;
        }
        match parse_money(self.lang, text, self.currency) {
            Ok(money) if money.is_negative() => self.refuse(name, "field-negative"),
            Ok(money) => return Some(money),
            Err(Unread::Ambiguous) => self.refuse(name, "field-money-ambiguous"),
            Err(Unread::Wrong(error)) => match error {
                MoneyError::SubUnit { .. } => self.refuse(name, "field-money-decimals"),
                MoneyError::TooLarge => self.refuse(name, "field-too-large"),
                MoneyError::NotANumber | MoneyError::CurrencyMismatch(..) => {
                    self.refuse(name, "field-money")
                }
            },
        }
        None
    }

    /// A count from zero; nothing typed is zero.
    pub(super) fn whole(&mut self, name: &str) -> u32 {
        let text = text::code(self.form.value(name));
        if text.trim().is_empty() {
            return 0;
        }
        match text.trim().parse() {
            Ok(number) => number,
            Err(_) => {
                self.refuse(name, "field-whole");
                0
            }
        }
    }

    /// A change of either sign.
    pub(super) fn change(&mut self, name: &str) -> i64 {
        let text = text::code(self.form.value(name));
        match text.trim().trim_start_matches('+').parse::<i32>() {
            Ok(number) => i64::from(number),
            Err(_) => {
                self.refuse(name, "field-change");
                0
            }
        }
    }
}

/// The chosen value; `None` if it is unknown.
pub(super) fn policy_of(form: &Form) -> Option<StockPolicy> {
    StockPolicy::parse(form.value("stock_policy"))
}

pub(super) fn policies(p: &Page) -> Vec<Choice> {
    StockPolicy::ALL
        .map(StockPolicy::as_str)
        .map(|name| Choice::new(name, p.word("stock-policy", name)))
        .into()
}

/// A variant as the form shows it.
pub(super) fn fields_of(p: &Page, variant: &Variant) -> Fields {
    let compare_at = variant
        .compare_at
        .map(|money| p.amount(&money))
        .unwrap_or_default();
    Fields::default()
        .with("price", p.amount(&variant.price))
        .with("compare_at", compare_at)
        .with("sku", variant.sku.clone())
        .with("barcode", variant.barcode.clone().unwrap_or_default())
        .with("weight_grams", variant.weight_grams.to_string())
        .with("stock_policy", variant.stock_policy.as_str())
}
