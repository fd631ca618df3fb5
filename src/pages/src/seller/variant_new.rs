use actix_web::web::{Path, get, post};
use askama::Template;
use feira_catalog::{NewVariant, OptionValue, Product};
use feira_kernel::{Currency, Money};
use feira_web::{auth::CsrfForm, error::PageError};
use uuid::Uuid;

use super::{
    caller::SellerPage,
    products,
    variant::{currency_of, product_of},
    variant_form::{Reader, policies, policy_of},
};
use crate::page::{
    Action, Answer, Choice, Fields, Flash, Form, Page, Place, Registered, act, respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Lang, samples},
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/products/{id}/variants/new",
    place: Place::Below("products"),
    show: || get().to(blank),
    actions: &[Action::blank("/seller/products/{id}/variants/new", || {
        post().to(add)
    })],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "seller/variant_new.html")]
struct NewVariantPage {
    p: Page,
    product: Product,
    form: Form,
    options: Vec<OptionField>,
    policies: Vec<Choice>,
    currency: Currency,
    back: String,
}

struct OptionField {
    name: String,
    field: String,
}

/// GET /seller/products/{id}/variants/new
async fn blank(seller: SellerPage, id: Path<Uuid>) -> Answer {
    let product = product_of(&seller, *id).await?;
    show(&seller, product, Form::default()).await
}

async fn show(seller: &SellerPage, product: Product, form: Form) -> Answer {
    let p = seller.frame(&PAGE).await;
    let status = form.status();
    respond(&seller.request, status, &view(p, product, form)?)
}

fn view(p: Page, product: Product, form: Form) -> Result<NewVariantPage, PageError> {
    let back = format!("{}/{}", products::PAGE.path, product.id);
    let policies = policies(&p);
    Ok(NewVariantPage {
        p: p.below(products::PAGE.path, "products-title")
            .below_named(back.clone(), product.name.clone())
            .called("variant-add"),
        options: options_of(&product),
        policies,
        currency: currency_of(&product)?,
        back,
        product,
        form,
    })
}

/// The options that every variant of a product has.
fn options_of(product: &Product) -> Vec<OptionField> {
    let options = product
        .variants
        .first()
        .map_or(&[][..], |variant| &variant.options);
    let name = |(index, option): (usize, &OptionValue)| OptionField {
        name: option.name.clone(),
        field: format!("options_{index}_value"),
    };
    options.iter().enumerate().map(name).collect()
}

/// POST /seller/products/{id}/variants/new
async fn add(seller: SellerPage, id: Path<Uuid>, form: CsrfForm<Fields>) -> Answer {
    let product = product_of(&seller, *id).await?;
    let mut form = Form::new(form.0);
    let new = read(&seller, &product, &mut form)?;
    let catalog = &seller.state.catalog;
    act(
        &seller.state,
        seller.lang,
        form,
        catalog.add_variant(&seller.actor, product.id, new, None),
        |_| {
            let to = format!("{}/{id}", products::PAGE.path);
            (to, Flash::good("variant-added"))
        },
        async |form| show(&seller, product, form).await,
    )
    .await
}

/// Reads the form. Faults are added to it, and what is returned then is not used.
fn read(seller: &SellerPage, product: &Product, form: &mut Form) -> Result<NewVariant, PageError> {
    let currency = currency_of(product)?;
    let options = options_of(product);
    let mut reader = Reader {
        lang: seller.lang,
        currency,
        form,
    };
    options
        .iter()
        .for_each(|option| reader.required(&option.field));
    let price = reader.price("price");
    Ok(NewVariant {
        compare_at: reader.money("compare_at"),
        weight_grams: reader.whole("weight_grams"),
        quantity: reader.whole("quantity"),
        stock_policy: policy_of(form).unwrap_or_default(),
        // The form has refused a missing price.
        price: price.unwrap_or(Money::zero(currency)),
        barcode: form.optional("barcode"),
        sku: form.optional("sku"),
        options: options
            .iter()
            .map(|o| OptionValue {
                name: o.name.clone(),
                value: form.text(&o.field),
            })
            .collect(),
    })
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let page = view(frame(lang, &PAGE), samples::product(), Form::default());
    vec![("variant_new", samples::shown(&page.expect("a page")))]
}
