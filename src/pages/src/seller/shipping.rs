use actix_web::web::{get, post};
use askama::Template;
use feira_kernel::Currency;
use feira_store::{MANAGE_STORE, ShippingMethod};
use feira_web::auth::CsrfForm;

use super::{
    caller::SellerPage,
    product_new::currency,
    shipping_form::{kinds, named, price_of, read},
};
use crate::page::{
    Action, Answer, Choice, Fields, Flash, Form, ListView, Page, Place, Registered, Wanted, act,
    respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, brl, id},
    },
    feira_kernel::StoreId,
    feira_store::{ShippingMethodId, ShippingPrice},
};

const NEW: &str = "/seller/shipping/new";

pub(super) const PAGE: Registered = Registered {
    path: "/seller/shipping",
    place: Place::Section("shipping", &[MANAGE_STORE]),
    show: || get().to(show),
    actions: &[Action::blank(NEW, || post().to(add))],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "seller/shipping.html")]
struct ShippingPage {
    p: Page,
    methods: Vec<(ShippingMethod, String)>,
    form: Form,
    kinds: Vec<Choice>,
    currency: Currency,
    list: ListView,
}

/// GET /seller/shipping
async fn show(seller: SellerPage) -> Answer {
    index(&seller, Form::default()).await
}

async fn index(seller: &SellerPage, form: Form) -> Answer {
    let methods = seller.state.stores.shipping_methods(&seller.actor).await?;
    let currency = currency(seller).await?;
    let p = seller.frame(&PAGE).await;
    let status = form.status();
    respond(&seller.request, status, &view(p, methods, currency, form))
}

fn view(p: Page, methods: Vec<ShippingMethod>, currency: Currency, form: Form) -> ShippingPage {
    let p = p.called("nav-shipping");
    let list = ListView::new(PAGE.path, Wanted::default(), None);
    let priced = methods.into_iter().map(|method| {
        let price = price_of(&p, &method);
        (method, price)
    });
    let methods: Vec<_> = priced.collect();
    ShippingPage {
        list: list.none(&methods, p.t("shipping-empty")),
        kinds: kinds(&p),
        methods,
        form,
        currency,
        p,
    }
}

/// POST /seller/shipping/new
async fn add(seller: SellerPage, form: CsrfForm<Fields>) -> Answer {
    let currency = currency(&seller).await?;
    let mut form = Form::new(form.0);
    let new = read(seller.lang, currency, &mut form);
    let stores = &seller.state.stores;
    act(
        &seller.state,
        seller.lang,
        form,
        stores.add_shipping_method(&seller.actor, new, None),
        |_| (PAGE.path.to_owned(), Flash::good("shipping-added")),
        async |form| index(&seller, named(form)).await,
    )
    .await
}

/// A way of sending of each kind.
#[cfg(test)]
pub(super) fn sample_methods() -> Vec<ShippingMethod> {
    let method = |n: u128, name: &str, price| ShippingMethod {
        id: ShippingMethodId(id(n)),
        store: StoreId(id(3)),
        name: name.to_owned(),
        price,
        transit_days: 7,
        active: n != 3,
        version: 2,
    };
    let price = brl(1_990);
    let threshold = brl(20_000);
    vec![
        method(1, "PAC", ShippingPrice::Flat { price }),
        method(2, "SEDEX", ShippingPrice::FreeAbove { price, threshold }),
        method(3, "Loja", ShippingPrice::Pickup {}),
    ]
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let look =
        |methods, form| samples::shown(&view(frame(lang, &PAGE), methods, Currency::BRL, form));
    let mut refused = Form::new(Fields::default().with("price", "abc"));
    read(lang, Currency::BRL, &mut refused);
    vec![
        ("shipping", look(sample_methods(), refused)),
        ("shipping_none", look(Vec::new(), Form::default())),
    ]
}
