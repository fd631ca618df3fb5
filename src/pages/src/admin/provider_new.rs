use actix_web::web::{Path, get, post};
use askama::Template;
use feira_payment::{KindName, NewProvider, PaymentError};
use feira_web::{auth::CsrfForm, idempotent::of_form};
use uuid::Uuid;

use super::{
    caller::AdminPage,
    provider_form::{Asked, asked, fields_of, typed},
    providers,
};
use crate::page::{Action, Answer, Fields, Flash, Form, Page, Place, Registered, act, respond};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
};

pub(super) const PAGE: Registered = Registered {
    path: "/admin/providers/{kind}/new",
    place: Place::Below("providers"),
    show: || get().to(show),
    actions: &[Action::blank("/admin/providers/{kind}/new", || {
        post().to(add)
    })],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "admin/provider_new.html")]
struct NewProviderPage {
    p: Page,
    action: String,
    form: Form,
    asked: Vec<Asked>,
    explained: String,
}

fn kind_of(word: &str) -> Result<KindName, PaymentError> {
    KindName::parse(word).ok_or(PaymentError::NoSuchProvider)
}

/// GET /admin/providers/{kind}/new
async fn show(admin: AdminPage, kind: Path<String>) -> Answer {
    let kind = kind_of(&kind)?;
    // The idempotency key: a form sent twice makes one provider.
    let key = Uuid::from_bytes(admin.state.entropy.bytes());
    let fields = fields_of(kind, &Default::default());
    let there = admin.state.payments.providers(&admin.actor).await?;
    let taken: Vec<String> = there.into_iter().map(|one| one.name).collect();
    let fields = fields.with("name", free(suggested(kind), &taken));
    let form = Form::new(fields.with("key", key.to_string()));
    index(&admin, kind, form).await
}

/// The suggested name of a first provider of this kind.
fn suggested(kind: KindName) -> &'static str {
    match kind {
        KindName::Manual => "pix",
        KindName::MercadoPago => "mercadopago",
        KindName::PixApi => "bank",
        other => other.as_str(),
    }
}

/// The first of `pix`, `pix2` and so on that no provider has.
fn free(name: &str, taken: &[String]) -> String {
    let numbered = (2..).map(|n| format!("{name}{n}"));
    let mut all = std::iter::once(name.to_owned()).chain(numbered);
    let free = all.find(|one| !taken.contains(one));
    free.unwrap_or_default()
}

async fn index(admin: &AdminPage, kind: KindName, form: Form) -> Answer {
    let p = admin.frame(&PAGE).await;
    let status = form.status();
    respond(&admin.request, status, &view(p, kind, form))
}

fn view(p: Page, kind: KindName, form: Form) -> NewProviderPage {
    let word = p.word("provider-kind", kind.as_str());
    let p = p.below(providers::PAGE.path, "nav-providers");
    NewProviderPage {
        asked: asked(&p, kind, None),
        explained: p.word("provider-about", kind.as_str()),
        p: p.titled(word),
        action: format!("{}/{}/new", providers::PAGE.path, kind.as_str()),
        form,
    }
}

/// POST /admin/providers/{kind}/new
async fn add(admin: AdminPage, kind: Path<String>, form: CsrfForm<Fields>) -> Answer {
    let kind = kind_of(&kind)?;
    let (settings, open) = typed(kind, form.0);
    let form = Form::new(open);
    let key = of_form(&admin.request, form.value("key"), form.fields());
    let new = NewProvider {
        name: form.text("name"),
        kind,
        settings,
    };
    let payments = &admin.state.payments;
    act(
        &admin.state,
        admin.lang,
        form,
        payments.add_provider(&admin.actor, new, key),
        |made| {
            let flash = Flash::good("provider-added").name(made.name.clone());
            (format!("{}/{}", providers::PAGE.path, made.name), flash)
        },
        async |form| index(&admin, kind, form).await,
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let page = |kind, form| samples::shown(&view(frame(lang, &PAGE), kind, form));
    let fields = fields_of(KindName::Manual, &Default::default());
    let mut refused = Form::new(fields.with("name", "pix").with("key", "k"));
    let said = lang.error("payment.pix_key", (None, None));
    refused.refuse("settings_pix_key", said.unwrap_or_default());
    let bank = Form::new(fields_of(KindName::PixApi, &Default::default()));
    vec![
        ("provider_new_manual", page(KindName::Manual, refused)),
        ("provider_new_pix_api", page(KindName::PixApi, bank)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_use_is_not_offered() {
        let all = ["pix", "pix2", "stripe"].map(str::to_owned);
        assert_eq!(free("pix", &all), "pix3");
        assert_eq!(free("stripe", &all), "stripe2");
        assert_eq!(free("woovi", &all), "woovi");
    }
}
