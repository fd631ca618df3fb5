//! Forms that edit existing things. A form sends all fields back, also unchanged ones, so it carries the
//! version it was made from, and a concurrent change is not overwritten unseen.

use feira_kernel::Versions;

use super::{Fields, Form};
use crate::page::Lang;

/// The name of the hidden version field.
const VERSION: &str = "version";

impl Form {
    /// A form for editing this version.
    pub(crate) fn editing(version: i64, fields: Fields) -> Self {
        Self::new(fields.with(VERSION, version.to_string()))
    }

    /// The version that was shown, for the module to compare where it writes. A form that does
    /// not say it is refused.
    pub(crate) fn version(&mut self, lang: Lang) -> Option<Versions> {
        let version: Option<i64> = self.value(VERSION).parse().ok();
        if version.is_none() {
            self.outdated(lang);
        }
        version.map(Versions::from)
    }

    /// A refused form with the current values. If the version has changed, the form says so and shows
    /// the current values beside the typed ones; sending it again overwrites them knowingly.
    pub(crate) fn beside(mut self, lang: Lang, now: Self) -> Self {
        if self.value(VERSION) != now.value(VERSION) {
            self.outdated(lang);
            self.fields = self.fields.with(VERSION, now.value(VERSION));
            self.current = Some(now.fields);
        }
        self
    }

    pub(super) fn outdated(&mut self, lang: Lang) {
        let text = lang.text("form-outdated");
        if self.problems.iter().all(|problem| problem.text != text) {
            self.refuse("", text);
        }
    }

    /// The current value, where another one was typed. Browsers end lines in their own way.
    pub(crate) fn now(&self, name: &str) -> Option<&str> {
        let now = self.current.as_ref()?.get(name);
        now.lines().ne(self.value(name).lines()).then_some(now)
    }

    /// Whether this choice is the current value while another one was chosen.
    pub(crate) fn is_now(&self, name: &str, choice: &str) -> bool {
        self.now(name) == Some(choice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_of_another_version_shows_what_is_there_now() {
        let shown = |version, price: &str| {
            let fields = Fields::default().with("price", price).with("text", "a\nb");
            Form::editing(version, fields)
        };
        let mut typed = Form::new(shown(4, "10").fields.with("text", "a\r\nb"));
        assert!(typed.version(Lang::En).is_some_and(|seen| seen.allow(4)));
        typed.refuse("price", "x");
        let same = typed.clone().beside(Lang::En, shown(4, "10"));
        assert_eq!((same.problems().len(), same.now("price")), (1, None));

        let late = typed.beside(Lang::En, shown(5, "12"));
        assert_eq!(late.problems().len(), 2);
        assert_eq!((late.value("price"), late.value("version")), ("10", "5"));
        assert!(late.is_now("price", "12") && late.now("text").is_none());
        let described = late.described_by("price", "a hint");
        let ids = "f-price-error f-price-now f-price-hint";
        assert_eq!(described.as_deref(), Some(ids));

        for version in ["", "x", "1.5"] {
            let fields = Fields::default().with("version", version);
            let mut form = Form::new(fields);
            assert_eq!(form.version(Lang::PtBr), None);
            let form = form.beside(Lang::PtBr, shown(5, "12"));
            assert_eq!(form.problems().len(), 1, "it is said once");
        }
    }
}
