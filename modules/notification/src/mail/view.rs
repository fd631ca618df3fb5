//! What the templates show, and the one place that renders them.

use askama::Template;

use super::{Kind, Mail, Recipient};
use crate::{
    NotificationError, sanitize,
    translator::{Arg, Translator, arg},
};

/// What every mail has, around its details.
pub(super) struct Frame {
    pub(super) lang: &'static str,
    pub(super) shop: String,
    pub(super) subject: String,
    pub(super) heading: String,
    pub(super) greeting: String,
    pub(super) intro: String,
    pub(super) action: Option<Action>,
    pub(super) note: Option<String>,
    pub(super) footer: String,
    pub(super) fallback: String,
}

/// The one thing to do next.
pub(super) struct Action {
    pub(super) label: String,
    pub(super) url: String,
}

/// A label and what belongs to it.
pub(super) struct Row {
    pub(super) label: String,
    pub(super) value: String,
}

/// One thing that was bought.
pub(super) struct Line {
    pub(super) title: String,
    pub(super) options: String,
    pub(super) total: String,
}

/// One store's part of an order.
pub(super) struct Group {
    pub(super) title: String,
    pub(super) lines: Vec<Line>,
    pub(super) rows: Vec<Row>,
}

/// What an order's mail shows below its first sentence.
#[derive(Default)]
pub(super) struct Order {
    /// To be copied as it is.
    pub(super) codes: Vec<Row>,
    pub(super) groups: Vec<Group>,
    pub(super) total: Option<Row>,
    /// In which the buyer pays it.
    pub(super) instalments: Option<Row>,
    pub(super) address_label: String,
    pub(super) address: Vec<String>,
}

#[derive(Template)]
#[template(path = "email/notice.html")]
struct NoticeHtml<'a> {
    frame: &'a Frame,
    quote: &'a [String],
}

#[derive(Template)]
#[template(path = "email/notice.txt")]
struct NoticeText<'a> {
    frame: &'a Frame,
    quote: &'a [String],
}

#[derive(Template)]
#[template(path = "email/order.html")]
struct OrderHtml<'a> {
    frame: &'a Frame,
    order: &'a Order,
}

#[derive(Template)]
#[template(path = "email/order.txt")]
struct OrderText<'a> {
    frame: &'a Frame,
    order: &'a Order,
}

impl Frame {
    /// The parts that every kind has a text for; `link` becomes the button.
    pub(super) fn new(
        translator: Translator<'_>,
        kind: Kind,
        to: &Recipient,
        args: &[Arg<'_>],
        link: Option<String>,
    ) -> Self {
        let text = |part: &str| translator.text(&kind.key(part), args);
        Self {
            lang: translator.locale.as_str(),
            shop: sanitize::line(&translator.site.shop),
            subject: sanitize::line(&text("subject")),
            heading: text("heading"),
            greeting: if to.name.is_empty() {
                translator.text("greeting-plain", &[])
            } else {
                translator.text("greeting", &[arg("name", &to.name)])
            },
            intro: text("intro"),
            action: link.map(|url| Action {
                label: text("action"),
                url,
            }),
            note: None,
            footer: translator.text("footer", &[]),
            fallback: translator.text("button-fallback", &[]),
        }
    }

    /// A mail of a few sentences, perhaps with somebody's own words.
    pub(super) fn notice(&self, kind: Kind, quote: &[String]) -> Result<Mail, NotificationError> {
        let frame = self;
        self.finish(
            kind,
            &NoticeText { frame, quote },
            &NoticeHtml { frame, quote },
        )
    }

    /// A mail about an order.
    pub(super) fn order(&self, kind: Kind, order: &Order) -> Result<Mail, NotificationError> {
        let frame = self;
        self.finish(
            kind,
            &OrderText { frame, order },
            &OrderHtml { frame, order },
        )
    }

    fn finish(
        &self,
        kind: Kind,
        text: &impl Template,
        html: &impl Template,
    ) -> Result<Mail, NotificationError> {
        let failed = |error: askama::Error| {
            NotificationError::Internal(format!("{} cannot be written: {error}", kind.as_str()))
        };
        Ok(Mail {
            subject: self.subject.clone(),
            text: text.render().map_err(failed)?,
            html: html.render().map_err(failed)?,
        })
    }
}
