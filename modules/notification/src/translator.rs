//! The texts of mails: Fluent files in two languages, compiled in.

use std::{borrow::Cow, collections::HashMap};

use feira_kernel::{Money, Time};
use fluent_templates::{
    LanguageIdentifier, Loader, fluent_bundle::FluentValue, langid, static_loader,
};
use time::Date;

use crate::{format, locale::Locale, sanitize};

static_loader! {
    static FILES = {
        locales: "./locales",
        fallback_language: "en",
        // Isolation marks would be sent as stray characters; names are cleaned of overrides.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static ENGLISH: LanguageIdentifier = langid!("en");
static PORTUGUESE: LanguageIdentifier = langid!("pt-BR");

fn identifier(locale: Locale) -> &'static LanguageIdentifier {
    match locale {
        Locale::En => &ENGLISH,
        Locale::PtBr => &PORTUGUESE,
    }
}

/// The marketplace, as mails speak of it.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    /// Without a slash at the end.
    pub(crate) base_url: String,
    /// Of the base URL, without port: the right side of each Message-ID.
    pub(crate) host: String,
    pub(crate) shop: String,
    /// IANA name: buyers read times of this zone.
    pub(crate) time_zone: String,
}

/// Texts in one recipient's language; the marketplace's name is known to all of them.
#[derive(Clone, Copy)]
pub(crate) struct Translator<'a> {
    pub(crate) locale: Locale,
    pub(crate) site: &'a Site,
}

/// A named value in a message. Text is cleaned to one line.
pub(crate) type Arg<'a> = (&'static str, FluentValue<'a>);

/// A text argument.
pub(crate) fn arg(name: &'static str, value: &str) -> Arg<'static> {
    (name, FluentValue::from(sanitize::line(value)))
}

/// A number that decides on singular and plural.
pub(crate) fn count(name: &'static str, value: u32) -> Arg<'static> {
    (name, FluentValue::from(value))
}

impl Translator<'_> {
    /// The message; `$shop` is always known. A missing key is a defect that the tests find: it
    /// is sent as its own name rather than not at all.
    pub(crate) fn text(&self, key: &str, args: &[Arg<'_>]) -> String {
        let mut known: HashMap<Cow<'static, str>, FluentValue<'_>> = HashMap::new();
        known.insert(
            "shop".into(),
            FluentValue::from(sanitize::line(&self.site.shop)),
        );
        for (name, value) in args {
            known.insert((*name).into(), value.clone());
        }
        FILES
            .try_lookup_with_args(identifier(self.locale), key, &known)
            .unwrap_or_else(|| {
                tracing::error!(
                    key,
                    locale = self.locale.as_str(),
                    "a mail's text is missing"
                );
                key.to_owned()
            })
    }

    pub(crate) fn money(&self, amount: Money) -> String {
        format::money(self.locale, amount)
    }

    pub(crate) fn date(&self, date: Date) -> String {
        let args = [
            ("month", FluentValue::from(u8::from(date.month()))),
            arg("day", &date.day().to_string()),
            arg("year", &date.year().to_string()),
        ];
        self.text("date-long", &args)
    }

    /// A day and a time of it, with the offset that it is told in.
    pub(crate) fn moment(&self, at: Time) -> String {
        let (hours, minutes, _) = at.offset().as_hms();
        let sign = if at.offset().is_negative() { '-' } else { '+' };
        let offset = format!("{sign}{:02}:{:02}", hours.abs(), minutes.abs());
        let args = [
            arg("date", &self.date(at.date())),
            arg("time", &format!("{:02}:{:02}", at.hour(), at.minute())),
            arg("offset", &offset),
        ];
        self.text("date-time", &args)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.site.base_url)
    }
}

#[cfg(test)]
#[path = "translator_tests.rs"]
mod tests;
