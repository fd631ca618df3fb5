use actix_web::web::{get, post};
use askama::Template;
use feira_user::{EmailChange, PasswordChange};
use feira_web::auth::CsrfForm;

use super::caller::PersonPage;
use crate::page::{Action, Answer, Fields, Flash, Form, Page, Place, Registered, act, respond};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
};

pub(super) const PAGE: Registered = Registered {
    path: "/account",
    place: Place::Outside,
    show: || get().to(show),
    actions: &[
        Action::blank("/account/password", || post().to(change_password)),
        Action::blank("/account/email", || post().to(change_email)),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "account/settings.html")]
struct AccountPage {
    p: Page,
    email: String,
    password: Form,
    address: Form,
}

/// GET /account
async fn show(person: PersonPage) -> Answer {
    page(&person, Form::default(), Form::default()).await
}

async fn page(person: &PersonPage, password: Form, address: Form) -> Answer {
    let user = person.state.users.user(&person.actor, person.id).await?;
    let status = match password.is_refused() {
        true => password.status(),
        false => address.status(),
    };
    let p = person
        .frame("account-title")
        .below(person.home(), "nav-home");
    respond(
        &person.request,
        status,
        &view(p, user.email, password, address),
    )
}

fn view(p: Page, email: String, password: Form, address: Form) -> AccountPage {
    AccountPage {
        p,
        email,
        password: password.prefixed("password-"),
        address: address.prefixed("email-"),
    }
}

/// POST /account/password
async fn change_password(person: PersonPage, form: CsrfForm<Fields>) -> Answer {
    let change = PasswordChange {
        current_password: form.0.secret("current_password"),
        new_password: form.0.secret("new_password"),
        session: person.session,
    };
    act(
        &person.state,
        person.lang,
        Form::new(form.0),
        person.state.users.change_password(&person.actor, change),
        |()| {
            (
                person.account().to_owned(),
                Flash::good("account-password-done"),
            )
        },
        async |form| page(&person, form, Form::default()).await,
    )
    .await
}

/// POST /account/email: the same answer for an address that somebody has.
async fn change_email(person: PersonPage, form: CsrfForm<Fields>) -> Answer {
    let change = EmailChange {
        email: form.0.text("email"),
        password: form.0.secret("password"),
    };
    act(
        &person.state,
        person.lang,
        Form::new(form.0),
        person.state.users.change_email(&person.actor, change),
        |()| {
            (
                person.account().to_owned(),
                Flash::good("account-email-sent"),
            )
        },
        async |form| page(&person, Form::default(), form).await,
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let mut password = Form::default();
    let wrong = lang.error("user.wrong_password", (None, None));
    password.refuse("current_password", wrong.expect("a text"));
    let p = frame(lang, "account-title").below("/seller", "nav-home");
    let page = view(p, "maria@example.com".to_owned(), password, Form::default());
    vec![("account", samples::shown(&page))]
}
