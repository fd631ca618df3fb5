//! The application to sell, to which people without a store are led.

use actix_web::web::{get, post};
use askama::Template;
use feira_kernel::Actor;
use feira_store::{Address, Application, Membership, Role, Store, StoreKey, StoreStatus};
use feira_web::{
    auth::{CsrfForm, GATEWAY},
    error::PageError,
};

use super::caller::PersonPage;
use crate::page::{Action, Answer, Fields, Flash, Form, Page, Place, Registered, act, respond};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
};

pub(super) const PAGE: Registered = Registered {
    path: "/account/sell",
    place: Place::Outside,
    show: || get().to(show),
    actions: &[Action::blank("/account/sell", || post().to(apply))],
    #[cfg(test)]
    samples,
};

/// The country of an application that names none.
const COUNTRY: &str = "BR";

#[derive(Template)]
#[template(path = "account/sell.html")]
struct SellPage {
    p: Page,
    form: Form,
    /// Her store, if no application of hers is needed.
    store: Option<String>,
}

/// GET /account/sell
async fn show(person: PersonPage) -> Answer {
    let owned = owned(&person).await?;
    let (form, store) = match owned {
        Some(owned) if owned.status == StoreStatus::Rejected => {
            let key = StoreKey::Id(owned.store);
            let store = person.state.stores.store(&GATEWAY, key).await?;
            (Form::new(fields(&store)), None)
        }
        Some(owned) => (Form::default(), Some(owned.name)),
        None => {
            let fields = Fields::default().with("address_country", COUNTRY);
            (Form::new(fields), None)
        }
    };
    page(&person, form, store)
}

/// Her store, unless it is closed.
async fn owned(person: &PersonPage) -> Result<Option<Membership>, PageError> {
    let all = person.state.stores.memberships(&GATEWAY, person.id).await?;
    let mut all = all.into_iter();
    Ok(all.find(|one| one.role == Role::Owner && one.status != StoreStatus::Closed))
}

fn page(person: &PersonPage, form: Form, store: Option<String>) -> Answer {
    let p = person.frame("sell-title");
    let status = form.status();
    respond(&person.request, status, &SellPage { p, form, store })
}

/// POST /account/sell
async fn apply(person: PersonPage, form: CsrfForm<Fields>) -> Answer {
    let application = application(&form.0);
    let applicant = Actor::customer(person.id);
    act(
        &person.state,
        person.lang,
        Form::new(form.0),
        person.state.stores.apply(&applicant, application, None),
        |_| ("/seller".to_owned(), Flash::good("sell-done")),
        async |form| page(&person, form, None),
    )
    .await
}

fn application(fields: &Fields) -> Application {
    Application {
        business_name: fields.text("business_name"),
        tax_id: fields.text("tax_id"),
        phone: fields.text("phone"),
        name: fields.text("name"),
        description: fields.text("description"),
        address: Address {
            recipient: None,
            street: fields.text("address_street"),
            number: fields.optional("address_number"),
            complement: fields.optional("address_complement"),
            district: fields.optional("address_district"),
            city: fields.text("address_city"),
            state: fields.optional("address_state"),
            postal_code: fields.text("address_postal_code"),
            country: fields.text("address_country"),
            phone: None,
        },
    }
}

/// The fields of her last application.
fn fields(store: &Store) -> Fields {
    let address = &store.address;
    let mut fields = Fields::default();
    for (name, value) in [
        ("business_name", Some(&store.business_name)),
        ("tax_id", Some(&store.tax_id)),
        ("phone", Some(&store.phone)),
        ("name", Some(&store.name)),
        ("description", Some(&store.description)),
        ("address_street", Some(&address.street)),
        ("address_number", address.number.as_ref()),
        ("address_complement", address.complement.as_ref()),
        ("address_district", address.district.as_ref()),
        ("address_city", Some(&address.city)),
        ("address_state", address.state.as_ref()),
        ("address_postal_code", Some(&address.postal_code)),
        ("address_country", Some(&address.country)),
    ] {
        fields = fields.with(name, value.map_or("", String::as_str));
    }
    fields
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let page = |form, store: Option<&str>| {
        samples::shown(&SellPage {
            p: frame(lang, "sell-title"),
            form,
            store: store.map(str::to_owned),
        })
    };
    let mut refused = Form::new(Fields::default().with("name", "Ateliê"));
    refused.refuse("address_street", lang.text("field-required"));
    vec![
        ("sell", page(refused, None)),
        ("sell_applied", page(Form::default(), Some("Ateliê"))),
    ]
}
