use actix_web::web::{Path, get, post};
use askama::Template;
use feira_kernel::Currency;
use feira_store::{ShippingMethod, ShippingMethodChange, ShippingMethodId, StoreError};
use feira_web::auth::CsrfForm;
use uuid::Uuid;

use super::{
    caller::SellerPage,
    product_new::currency,
    shipping,
    shipping_form::{fields_of, kinds, named, read},
};
use crate::page::{
    Action, Answer, Choice, Fields, Flash, Form, Page, Place, Registered, act, press, respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/shipping/{id}",
    place: Place::Below("shipping"),
    show: || get().to(show),
    actions: &[
        Action::at("/seller/shipping/{id}", || post().to(save)),
        Action::at("/seller/shipping/{id}/remove", || post().to(remove)),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "seller/shipping_method.html")]
struct MethodPage {
    p: Page,
    action: String,
    remove: String,
    form: Form,
    kinds: Vec<Choice>,
    offered: Vec<Choice>,
    currency: Currency,
}

fn address(id: impl std::fmt::Display) -> String {
    format!("{}/{id}", shipping::PAGE.path)
}

/// GET /seller/shipping/{id}
async fn show(seller: SellerPage, id: Path<Uuid>) -> Answer {
    detail(&seller, *id, None).await
}

/// `sent` is a refused form to show again.
async fn detail(seller: &SellerPage, id: Uuid, sent: Option<Form>) -> Answer {
    let methods = seller.state.stores.shipping_methods(&seller.actor).await?;
    let method = methods.into_iter().find(|method| method.id.0 == id);
    let method = method.ok_or(StoreError::NotFound)?;
    let currency = currency(seller).await?;
    let p = seller.frame(&PAGE).await;
    let page = view(p, &method, currency, sent);
    respond(&seller.request, page.form.status(), &page)
}

fn view(p: Page, method: &ShippingMethod, currency: Currency, sent: Option<Form>) -> MethodPage {
    let p = p
        .below(shipping::PAGE.path, "nav-shipping")
        .titled(method.name.clone());
    let now = Form::editing(method.version, fields_of(&p, method));
    let action = address(method.id);
    MethodPage {
        form: match sent {
            Some(typed) => typed.beside(p.lang, now),
            None => now,
        },
        kinds: kinds(&p),
        offered: [true, false]
            .map(|offered| {
                Choice::new(
                    offered.to_string(),
                    p.word("shipping-offered", offered.to_string()),
                )
            })
            .into(),
        remove: format!("{action}/remove"),
        action,
        currency,
        p,
    }
}

/// POST /seller/shipping/{id}
async fn save(seller: SellerPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let currency = currency(&seller).await?;
    let mut form = Form::new(form.0);
    let expected_version = form.version(seller.lang);
    let typed = read(seller.lang, currency, &mut form);
    let change = ShippingMethodChange {
        expected_version,
        name: Some(typed.name),
        price: Some(typed.price),
        transit_days: Some(typed.transit_days),
        active: form.value("active").parse().ok(),
    };
    let stores = &seller.state.stores;
    act(
        &seller.state,
        seller.lang,
        form,
        stores.update_shipping_method(&seller.actor, ShippingMethodId(*id), change),
        |_| (shipping::PAGE.path.to_owned(), Flash::good("saved")),
        async |form| detail(&seller, *id, Some(named(form))).await,
    )
    .await
}

/// POST /seller/shipping/{id}/remove
async fn remove(seller: SellerPage, id: Path<Uuid>, _form: CsrfForm<Fields>) -> Answer {
    let stores = &seller.state.stores;
    press(
        &seller.state,
        shipping::PAGE.path,
        stores.remove_shipping_method(&seller.actor, ShippingMethodId(*id), None),
        |()| Flash::good("shipping-removed"),
        |error| {
            let gone = matches!(error, StoreError::NotFound);
            gone.then(|| Flash::good("shipping-removed"))
        },
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let method = &shipping::sample_methods()[1];
    let currency = Currency::BRL;
    let page = view(frame(lang, &PAGE), method, currency, None);
    vec![("shipping_method", samples::shown(&page))]
}
