//! Forms that were sent without a valid session or token: the values are shown again with the current
//! token, to be sent with one button. Secrets are asked for again. Values kept over a sign-in are shown
//! only to the person who had signed in with this browser before.

use askama::Template;
use feira_kernel::token::TokenHash;
use feira_web::current::Current;
use serde::{Deserialize, Serialize};

use crate::page::{Fields, Page};

/// The sign-in form's field that carries the kept form.
pub(crate) const FIELD: &str = "kept";
const CSRF: &str = "csrf";

/// A form that waits to be sent again.
#[derive(Template)]
#[template(path = "send_again.html")]
pub(crate) struct SendAgain {
    p: Page,
    action: String,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    value: String,
    /// The field's name, if the page has no label for it.
    label: String,
    secret: bool,
}

impl SendAgain {
    /// The CSRF token comes from `p`.
    pub(crate) fn new(p: Page, action: impl Into<String>, typed: &Fields) -> Self {
        let field = |(name, value): (&str, &str)| {
            let label = p.label(name).trim_end_matches([':', ' ']).to_owned();
            Field {
                label: if label.is_empty() {
                    name.to_owned()
                } else {
                    label
                },
                secret: is_secret(name),
                name: name.to_owned(),
                value: value.to_owned(),
            }
        };
        let fields = typed.pairs().into_iter().map(field).collect();
        Self {
            p: p.called("send-again-title"),
            action: action.into(),
            fields,
        }
    }
}

fn is_secret(name: &str) -> bool {
    ["password", "token", "secret"]
        .iter()
        .any(|word| name.contains(word))
}

/// The fields of a form, and the device token of the browser that sent it.
#[derive(Serialize, Deserialize)]
struct Carried {
    device: TokenHash,
    fields: Fields,
}

/// The running request's form without its CSRF token and secrets.
pub(crate) fn typed(current: &Current) -> Option<Fields> {
    let form = std::str::from_utf8(current.form.as_ref()?).ok()?;
    let fields = actix_web::web::Query::<Fields>::from_query(form).ok()?;
    let mut kept = Fields::default();
    for (name, value) in fields.pairs().into_iter().filter(|(name, _)| *name != CSRF) {
        kept = kept.with(name, if is_secret(name) { "" } else { value });
    }
    Some(kept)
}

/// Encodes it as a form field with the hash of the device token, which other sites do not know.
pub(crate) fn carried(typed: &Fields, device: &str) -> String {
    let carried = Carried {
        device: TokenHash::of(device),
        fields: typed.clone(),
    };
    serde_json::to_string(&carried).unwrap_or_default()
}

/// Decodes such a field if it belongs to this browser.
pub(crate) fn of_field(text: &str, device: &str) -> Option<Fields> {
    let carried: Carried = serde_json::from_str(text).ok()?;
    (carried.device == TokenHash::of(device)).then_some(carried.fields)
}

#[cfg(test)]
mod tests {
    use actix_web::web::Bytes;

    use super::*;
    use crate::page::{Area, Lang, rules::checked, samples};

    fn sent(form: &'static str) -> Option<Fields> {
        typed(&Current {
            form: Some(Bytes::from_static(form.as_bytes())),
            ..Current::default()
        })
    }

    #[test]
    fn what_was_typed_is_kept_and_no_secret() {
        let form = "csrf=old&name=Caneca+azul&price=49%2C90&no_word=7777&new_password=hunter2&password=hunter2";
        let kept = sent(form).expect("a form");
        let carried = carried(&kept, "hers");
        assert!(!carried.contains("hunter2") && !carried.contains("old"));
        assert!(of_field(&carried, "another").is_none());
        let kept = of_field(&carried, "hers").expect("as it was");
        for lang in Lang::ALL {
            let mut p = Page::sample(lang, Area::Public);
            p.csrf = "fresh".to_owned();
            let page = SendAgain::new(p, "/seller/products/new", &kept);
            let html = samples::shown(&page);
            checked("send_again", lang, &html);
            let all_is_shown = "<dt>no_word</dt><dd>7777</dd>";
            for there in [
                "Caneca azul",
                "49,90",
                all_is_shown,
                "value=\"fresh\"",
                "new_password",
            ] {
                assert!(html.contains(there), "{there}: {html}");
            }
            assert!(html.contains("action=\"/seller/products/new\""));
            assert_eq!(html.matches("type=\"password\"").count(), 2, "{html}");
        }
        assert!(typed(&Current::default()).is_none());
        assert!(of_field("", "hers").is_none());
    }
}
