use actix_web::web::{get, post};
use askama::Template;
use feira_store::{Address, MANAGE_STORE, ProfileChange, Store, StoreKey};
use feira_web::auth::CsrfForm;

use super::caller::SellerPage;
use crate::page::{Action, Answer, Fields, Flash, Form, Page, Place, Registered, act, respond};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
    feira_store::StoreStatus,
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/profile",
    place: Place::Section("profile", &[MANAGE_STORE]),
    show: || get().to(show),
    actions: &[Action::at("/seller/profile", || post().to(save))],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "seller/profile.html")]
struct ProfilePage {
    p: Page,
    store: Store,
    form: Form,
}

/// GET /seller/profile
async fn show(seller: SellerPage) -> Answer {
    detail(&seller, None).await
}

/// `sent` is a refused form to show again.
async fn detail(seller: &SellerPage, sent: Option<Form>) -> Answer {
    let key = StoreKey::Id(seller.membership.store);
    let store = seller.state.stores.store(&seller.actor, key).await?;
    let p = seller.frame(&PAGE).await;
    let page = view(p, store, sent);
    respond(&seller.request, page.form.status(), &page)
}

fn view(p: Page, store: Store, sent: Option<Form>) -> ProfilePage {
    let p = p.called("nav-profile");
    let now = Form::editing(store.version, fields_of(&store));
    ProfilePage {
        form: match sent {
            Some(typed) => typed.beside(p.lang, now),
            None => now,
        },
        store,
        p,
    }
}

fn fields_of(store: &Store) -> Fields {
    let address = &store.address;
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    Fields::default()
        .with("name", store.name.clone())
        .with("description", store.description.clone())
        .with("phone", store.phone.clone())
        .with("time_zone", store.time_zone.clone())
        .with("address_recipient", optional(&address.recipient))
        .with("address_street", address.street.clone())
        .with("address_number", optional(&address.number))
        .with("address_complement", optional(&address.complement))
        .with("address_district", optional(&address.district))
        .with("address_city", address.city.clone())
        .with("address_state", optional(&address.state))
        .with("address_postal_code", address.postal_code.clone())
        .with("address_country", address.country.clone())
        .with("address_phone", optional(&address.phone))
}

/// The form has all fields, so the change sets all.
fn change(form: &Form) -> ProfileChange {
    ProfileChange {
        expected_version: None,
        name: Some(form.text("name")),
        description: Some(form.text("description")),
        phone: Some(form.text("phone")),
        time_zone: Some(form.text("time_zone")),
        address: Some(Address {
            recipient: form.optional("address_recipient"),
            street: form.text("address_street"),
            number: form.optional("address_number"),
            complement: form.optional("address_complement"),
            district: form.optional("address_district"),
            city: form.text("address_city"),
            state: form.optional("address_state"),
            postal_code: form.text("address_postal_code"),
            country: form.text("address_country"),
            phone: form.optional("address_phone"),
        }),
    }
}

/// POST /seller/profile
async fn save(seller: SellerPage, form: CsrfForm<Fields>) -> Answer {
    let mut form = Form::new(form.0);
    let expected_version = form.version(seller.lang);
    let change = ProfileChange {
        expected_version,
        ..change(&form)
    };
    let stores = &seller.state.stores;
    act(
        &seller.state,
        seller.lang,
        form,
        stores.update_store(&seller.actor, change),
        |_| (PAGE.path.to_owned(), Flash::good("saved")),
        async |form| detail(&seller, Some(form)).await,
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let page = view(
        frame(lang, &PAGE),
        samples::store(StoreStatus::Approved),
        None,
    );
    vec![("profile", samples::shown(&page))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_and_sent_back_changes_nothing() {
        let store = samples::store(StoreStatus::Approved);
        let sent = change(&Form::new(fields_of(&store)));
        assert_eq!(sent.address, Some(store.address));
        assert_eq!(sent.name, Some(store.name));
        assert_eq!(sent.time_zone, Some(store.time_zone));
    }
}
