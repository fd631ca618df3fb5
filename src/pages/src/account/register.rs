use actix_web::web::{Form as UrlEncoded, get, post};
use askama::Template;
use feira_kernel::Actor;
use feira_user::Registration;

use crate::page::{
    Action, Answer, Fields, Flash, Form, Page, Place, PublicPage, Registered, act, respond,
};
#[cfg(test)]
use crate::page::{Area, Lang, samples};

pub(super) const PAGE: Registered = Registered {
    path: "/account/register",
    place: Place::Outside,
    show: || get().to(show),
    actions: &[Action::blank("/account/register", || post().to(submit))],
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
async fn show(public: PublicPage) -> Answer {
    page(&public, Form::default())
}

fn page(public: &PublicPage, form: Form) -> Answer {
    let p = public.frame("register-title");
    respond(&public.request, form.status(), &RegisterPage { p, form })
}

/// POST /account/register: the same answer for an address that has an account.
async fn submit(public: PublicPage, form: UrlEncoded<Fields>) -> Answer {
    let (state, fields) = (&public.state, form.into_inner());
    let registration = Registration {
        email: fields.text("email"),
        password: fields.secret("password"),
        first_name: fields.text("first_name"),
        last_name: fields.text("last_name"),
        username: None,
        phone_number: None,
        locale: Some(public.locale.clone()),
        address: public.address(),
    };
    act(
        state,
        public.lang,
        Form::new(fields),
        state.users.register(&Actor::stranger(), registration),
        |()| ("/seller/login".to_owned(), Flash::good("register-sent")),
        async |form| page(&public, form),
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
