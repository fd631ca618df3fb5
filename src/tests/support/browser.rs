use reqwest::Method;
use scraper::{ElementRef, Html, Selector};

use super::{Answer, Client, Market, PASSWORD, pictures::multipart};

/// Somebody at a browser, signed in.
pub(crate) struct Browser {
    pub(crate) client: Client,
}

impl Browser {
    pub(crate) async fn sign_in(market: &Market, login: &str, email: &str) -> Self {
        let fields = [("login", email), ("password", PASSWORD), ("next", "")];
        let answer = market.client().form(login, &fields).await.expect(303);
        let cookie = answer.header("set-cookie").expect("a cookie");
        for word in [
            "__Host-feira_",
            "HttpOnly",
            "Secure",
            "SameSite=Lax",
            "Path=/",
        ] {
            assert!(cookie.contains(word), "{cookie}");
        }
        let pair = cookie.split(';').next().expect("a pair");
        Self {
            client: market.client().with("cookie", pair),
        }
    }

    pub(crate) async fn open(&self, path: &str) -> Answer {
        let page = self.client.get(path).await.expect(200);
        let html = Html::parse_document(&page.text);
        let one = |css: &str| {
            html.select(&Selector::parse(css).expect("a selector"))
                .count()
        };
        assert_eq!(one("h1"), 1, "{path} has one h1");
        assert_eq!(
            one("script:not([src]), [style], [onclick]"),
            0,
            "{path} has something inline"
        );
        assert!(
            page.text.len() < 60_000,
            "{path} is {} bytes",
            page.text.len()
        );
        page
    }

    /// Adds a picture on a product's page, with the token of the form there or another.
    pub(crate) async fn add_picture(
        &self,
        product: &str,
        token: Option<&str>,
        picture: &[u8],
    ) -> Answer {
        let action = format!("{product}/images");
        let page = self.open(product).await;
        let own = hidden_fields(&page.text, &action);
        let csrf = own.iter().find(|(name, _)| name == "csrf");
        let token = token.or(csrf.map(|(_, value)| value.as_str()));
        let request = self
            .client
            .request(Method::POST, &action)
            .header("content-type", "multipart/form-data; boundary=feira")
            .header("sec-fetch-site", "same-origin")
            .body(multipart(token.unwrap_or_default(), picture));
        self.client.send(request).await
    }

    /// Sends a form of a page with what is hidden in it, and the fields that are typed.
    pub(crate) async fn submit(&self, page: &str, action: &str, typed: &[(&str, &str)]) -> Answer {
        let page = self.open(page).await;
        self.send(action, &hidden_fields(&page.text, action), typed)
            .await
    }

    /// Sends a form of a page that was opened before, all of it, with what is typed.
    pub(crate) async fn save(
        &self,
        opened: &Answer,
        action: &str,
        typed: &[(&str, &str)],
    ) -> Answer {
        self.send(action, &form_fields(&opened.text, action), typed)
            .await
    }

    /// Sends a form as its page gives it, each box ticked, with what is typed; what is shown once it is taken.
    pub(crate) async fn fill(&self, page: &str, action: &str, typed: &[(&str, &str)]) -> Answer {
        let opened = self.open(page).await;
        let done = self.save(&opened, action, typed).await;
        self.led_on(&done.expect(303)).await
    }

    /// The page that an answer leads to, with the message that it has for it.
    pub(crate) async fn led_on(&self, done: &Answer) -> Answer {
        let to = done.header("location").expect("an address");
        let message = done.header("set-cookie").unwrap_or_default();
        let message = message.split(';').next().unwrap_or_default();
        self.with_cookie(message).open(to).await
    }

    /// With one more cookie, if it is one.
    pub(crate) fn with_cookie(&self, cookie: &str) -> Self {
        let own = self.client.headers.iter();
        let own = own.filter(|(name, _)| *name == "cookie");
        let cookies = own.map(|(_, value)| value.as_str()).chain([cookie]);
        let cookies: Vec<&str> = cookies.filter(|one| !one.is_empty()).collect();
        Self {
            client: self.client.with("cookie", &cookies.join("; ")),
        }
    }

    /// The same with a text as its file; what is answered.
    pub(crate) async fn upload(
        &self,
        page: &str,
        action: &str,
        typed: &[(&str, &str)],
        file: &str,
    ) -> Answer {
        let shown = form_fields(&self.open(page).await.text, action);
        let part = |name: &str, file: &str, value: &str| {
            format!(
                "--feira\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n"
            )
        };
        let mut body = String::new();
        for (name, value) in shown {
            let over = typed.iter().find(|(typed, _)| *typed == name);
            body += &match name.as_str() {
                "file" => part(&name, "; filename=\"file.csv\"", file),
                // A box that is not ticked is not sent.
                _ if over.is_some_and(|(_, value)| value.is_empty()) => String::new(),
                _ => part(&name, "", over.map_or(&value, |(_, value)| value)),
            };
        }
        let request = self
            .client
            .request(Method::POST, action)
            .header("content-type", "multipart/form-data; boundary=feira")
            .header("sec-fetch-site", "same-origin")
            .body(body + "--feira--\r\n");
        self.client.send(request).await
    }

    pub(crate) async fn send(
        &self,
        action: &str,
        shown: &[(String, String)],
        typed: &[(&str, &str)],
    ) -> Answer {
        let mut fields: Vec<(&str, &str)> = shown
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        fields.retain(|(name, _)| typed.iter().all(|(other, _)| other != name));
        fields.extend(typed);
        self.client.form(action, &fields).await
    }
}

/// What a browser sends of a form as it was loaded.
pub(crate) fn form_fields(html: &str, action: &str) -> Vec<(String, String)> {
    let document = Html::parse_document(html);
    let css = |css: &str| Selector::parse(css).expect("a selector");
    let form = css(&format!("form[action=\"{action}\"]"));
    let form = document.select(&form).next().expect("the form");
    let (named, chosen, choices) = (css("[name]"), css("option[selected]"), css("option"));
    let said = |of: ElementRef<'_>, what: &str| of.attr(what).unwrap_or_default().to_owned();
    let value = |field: ElementRef<'_>| match field.value().name() {
        "textarea" => field.text().collect::<String>(),
        "select" => {
            let choice = field.select(&chosen).next();
            let choice = choice.or_else(|| field.select(&choices).next());
            choice
                .map(|choice| said(choice, "value"))
                .unwrap_or_default()
        }
        _ => said(field, "value"),
    };
    let fields = form.select(&named);
    fields.map(|f| (said(f, "name"), value(f))).collect()
}

pub(crate) fn hidden_fields(html: &str, action: &str) -> Vec<(String, String)> {
    let document = Html::parse_document(html);
    let css = format!("form[action=\"{action}\"] input[type=hidden]");
    let inputs = Selector::parse(&css).expect("a selector");
    let found: Vec<_> = document
        .select(&inputs)
        .map(|i| {
            (
                i.attr("name").unwrap_or_default().to_owned(),
                i.attr("value").unwrap_or_default().to_owned(),
            )
        })
        .collect();
    assert!(
        found.iter().any(|(name, _)| name == "csrf"),
        "no form to {action} with a token"
    );
    found
}
