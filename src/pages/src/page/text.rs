use std::{borrow::Cow, collections::HashMap};

use fluent_templates::{LanguageIdentifier, Loader, fluent_bundle::FluentValue, langid};

use super::error_texts;

fluent_templates::static_loader! {
    static TEXTS = {
        locales: "../../templates/locales",
        fallback_language: "en",
        // The marks around arguments would show up in copied text and in tests.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static EN: LanguageIdentifier = langid!("en");
static PT_BR: LanguageIdentifier = langid!("pt-BR");

/// The languages of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Lang {
    #[default]
    En,
    PtBr,
}

/// An argument of a text.
pub(super) type Argument<'a> = (&'static str, FluentValue<'a>);

impl Lang {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 2] = [Self::En, Self::PtBr];

    /// From a locale's name such as `pt-BR`; anything unknown is English.
    pub(crate) fn of(locale: &str) -> Self {
        let portuguese = locale
            .get(..2)
            .is_some_and(|l| l.eq_ignore_ascii_case("pt"));
        if portuguese { Self::PtBr } else { Self::En }
    }

    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::PtBr => "pt-BR",
        }
    }

    /// The other language.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::En => Self::PtBr,
            Self::PtBr => Self::En,
        }
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Self::En => &EN,
            Self::PtBr => &PT_BR,
        }
    }

    /// The text of a key; a key without a text shows itself, which a test looks for.
    pub(crate) fn text(self, key: &str) -> String {
        TEXTS
            .try_lookup(self.id(), key)
            .unwrap_or_else(|| key.to_owned())
    }

    /// The text of a key, if it has one.
    pub(crate) fn find(self, key: &str) -> Option<String> {
        TEXTS.try_lookup(self.id(), key)
    }

    /// What an error's code says, with the bounds of a refused value.
    pub(crate) fn error(self, code: &str, bounds: (Option<i64>, Option<i64>)) -> Option<String> {
        error_texts::text(code, self == Self::PtBr, bounds)
    }

    /// A text with a `$name`.
    pub(crate) fn named(self, key: &str, name: impl ToString) -> String {
        self.text_with(key, vec![("name", words(name))])
    }

    pub(super) fn text_with(self, key: &str, arguments: Vec<Argument<'_>>) -> String {
        let arguments: HashMap<Cow<'static, str>, FluentValue<'_>> = arguments
            .into_iter()
            .map(|(name, value)| (Cow::Borrowed(name), value))
            .collect();
        TEXTS
            .try_lookup_with_args(self.id(), key, &arguments)
            .unwrap_or_else(|| key.to_owned())
    }
}

/// A number for plural forms.
pub(super) fn number(value: impl ToString) -> FluentValue<'static> {
    FluentValue::from(value.to_string().parse::<i64>().unwrap_or_default())
}

pub(super) fn words(value: impl ToString) -> FluentValue<'static> {
    FluentValue::from(value.to_string())
}
