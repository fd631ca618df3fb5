use feira_kernel::{Currency, Money, MoneyError};

use super::Form;
use crate::page::{Lang, Unread, parse_money};

impl Form {
    /// The amount that was typed, if one was; of what is wrong with it the form says so.
    pub(crate) fn money(&mut self, lang: Lang, field: &str, currency: Currency) -> Option<Money> {
        let typed = self.optional(field)?;
        let key = match parse_money(lang, &typed, currency) {
            Ok(amount) => return Some(amount),
            Err(Unread::Ambiguous) => "field-money-ambiguous",
            Err(Unread::Wrong(MoneyError::SubUnit { .. })) => "field-money-decimals",
            Err(Unread::Wrong(MoneyError::TooLarge)) => "field-too-large",
            Err(Unread::Wrong(MoneyError::NotANumber | MoneyError::CurrencyMismatch(..))) => {
                "field-money"
            }
        };
        self.refuse(field, lang.text(key));
        None
    }

    /// The same where one must be typed.
    pub(crate) fn needed_money(
        &mut self,
        lang: Lang,
        field: &str,
        currency: Currency,
    ) -> Option<Money> {
        if self.optional(field).is_none() {
            self.refuse(field, lang.text("field-required"));
        }
        self.money(lang, field, currency)
    }
}
