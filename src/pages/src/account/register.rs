use actix_web::{
    HttpRequest,
    web::{Data, Form as UrlEncoded, get, post},
};
use askama::Template;
use feira_kernel::Actor;
use feira_user::Registration;
use feira_web::{auth::Locale, extract, state::AppState};

use crate::page::{
    Action, Answer, Fields, Flash, Form, Lang, Page, Place, Registered, act, respond,
};
#[cfg(test)]
use crate::page::{Area, samples};

pub(super) const PAGE: Registered = Registered {
    path: "/account/register",
    place: Place::Outside,
    show: || get().to(show),
    actions: &[Action::at("/account/register", || post().to(submit))],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "account/register.html")]
struct RegisterPage {
    p: Page,
    form: Form,
}

/// GET /account/register
async fn show(request: HttpRequest, state: Data<AppState>, locale: Locale) -> Answer {
    page(&request, &state, &locale, Form::default())
}

fn page(request: &HttpRequest, state: &AppState, locale: &Locale, form: Form) -> Answer {
    let p = Page::public(request, state, Lang::of(&locale.0)).called("register-title");
    respond(request, form.status(), &RegisterPage { p, form })
}

/// POST /account/register: the same answer for an address that has an account.
async fn submit(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    form: UrlEncoded<Fields>,
) -> Answer {
    let fields = form.into_inner();
    let registration = Registration {
        email: fields.text("email"),
        password: fields.secret("password"),
        first_name: fields.text("first_name"),
        last_name: fields.text("last_name"),
        username: None,
        phone_number: None,
        locale: Some(locale.0.clone()),
        address: extract::client_address(&request, state.settings.trust_proxy),
    };
    act(
        &state,
        Lang::of(&locale.0),
        Form::new(fields),
        state.users.register(&Actor::stranger(), registration),
        |()| ("/seller/login".to_owned(), Flash::good("register-sent")),
        async |form| page(&request, &state, &locale, form),
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let mut form = Form::new(Fields::default().with("email", "ana@example.com"));
    form.refuse("password", lang.text("field-required"));
    let page = RegisterPage {
        p: Page::sample(lang, Area::Public).called("register-title"),
        form,
    };
    vec![("register", samples::shown(&page))]
}
