use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use feira_kernel::token::TokenKey;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Lang,
    text::{number, words},
};

const COOKIE: &str = "__Host-feira_flash";
const PURPOSE: &str = "flash";

/// A message that survives one redirect, in a signed cookie: the key of a text, never a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Flash {
    good: bool,
    key: String,
    count: Option<i64>,
    name: Option<String>,
}

impl Flash {
    pub(crate) fn good(key: &str) -> Self {
        Self {
            good: true,
            key: key.to_owned(),
            count: None,
            name: None,
        }
    }

    pub(crate) fn bad(key: &str) -> Self {
        Self {
            good: false,
            ..Self::good(key)
        }
    }

    /// The text's `$count`.
    pub(crate) fn count(mut self, count: impl TryInto<i64>) -> Self {
        self.count = count.try_into().ok();
        self
    }

    /// The text's `$name`.
    pub(crate) fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    pub(crate) fn is_good(&self) -> bool {
        self.good
    }

    pub(crate) fn text(&self, lang: Lang) -> String {
        let mut arguments = Vec::new();
        arguments.extend(self.count.map(|count| ("count", number(count))));
        arguments.extend(self.name.as_ref().map(|name| ("name", words(name))));
        lang.text_with(&self.key, arguments)
    }

    pub(super) fn cookie(&self, key: &TokenKey) -> Cookie<'static> {
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default());
        let seal = key.derive(PURPOSE, Uuid::nil(), &payload);
        build(format!("{payload}.{seal}"), Duration::minutes(2))
    }

    /// The request's message.
    pub(super) fn of(request: &HttpRequest, key: &TokenKey) -> Option<Self> {
        let cookie = request.cookie(COOKIE)?;
        let (payload, seal) = cookie.value().split_once('.')?;
        if !key.verify(seal, PURPOSE, Uuid::nil(), payload) {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }

    /// Removes the cookie if the request has one.
    pub(super) fn removal(request: &HttpRequest) -> Option<Cookie<'static>> {
        request
            .cookie(COOKIE)
            .map(|_| build(String::new(), Duration::ZERO))
    }
}

fn build(value: String, age: Duration) -> Cookie<'static> {
    Cookie::build(COOKIE, value)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(age)
        .finish()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_message_comes_back_once_and_only_as_it_was_signed() {
        let key = TokenKey::new(vec![1; 32]).unwrap();
        let flash = Flash::good("payouts-made").count(3);
        let cookie = flash.cookie(&key);
        let request = TestRequest::default()
            .cookie(cookie.clone())
            .to_http_request();
        assert_eq!(Flash::of(&request, &key), Some(flash));
        assert_eq!(
            Flash::removal(&request).unwrap().max_age(),
            Some(Duration::ZERO)
        );

        let other = TokenKey::new(vec![2; 32]).unwrap();
        assert_eq!(Flash::of(&request, &other), None);
        let forged = Cookie::new(COOKIE, format!("x{}", cookie.value()));
        let request = TestRequest::default().cookie(forged).to_http_request();
        assert_eq!(Flash::of(&request, &key), None);
        assert!(Flash::removal(&TestRequest::default().to_http_request()).is_none());
    }
}
