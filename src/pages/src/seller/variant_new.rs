use actix_web::{
    HttpRequest,
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;
use feira_catalog::{NewVariant, OptionValue, Product};
use feira_kernel::{Currency, Money};
use feira_web::{
    auth::{CsrfForm, SellerPage},
    error::PageError,
    state::AppState,
};
use uuid::Uuid;

use super::{
    products::LIST,
    variant::{currency_of, product_of},
    variant_form::{Reader, policies, policy_of},
};
use crate::page::{Answer, Choice, Fields, Flash, Form, Lang, Page, done, respond};

#[derive(Template)]
#[template(path = "seller/variant_new.html")]
pub(super) struct NewVariantPage {
    pub(super) p: Page,
    pub(super) product: Product,
    pub(super) form: Form,
    pub(super) options: Vec<OptionField>,
    pub(super) policies: Vec<Choice>,
    pub(super) currency: Currency,
    pub(super) back: String,
}

pub(super) struct OptionField {
    pub(super) name: String,
    pub(super) field: String,
}

/// GET /seller/products/{id}/variants/new
pub(crate) async fn blank(
    request: HttpRequest,
    state: Data<AppState>,
    seller: SellerPage,
    id: Path<Uuid>,
) -> Answer {
    let product = product_of(&state, &seller, *id).await?;
    show(
        &request,
        &state,
        &seller,
        product,
        Form::default(),
        StatusCode::OK,
    )
    .await
}

async fn show(
    request: &HttpRequest,
    state: &AppState,
    seller: &SellerPage,
    product: Product,
    form: Form,
    status: StatusCode,
) -> Answer {
    let p = Page::seller(request, state, seller, "products").await;
    respond(request, status, &view(p, product, form)?)
}

pub(super) fn view(p: Page, product: Product, form: Form) -> Result<NewVariantPage, PageError> {
    let back = format!("{LIST}/{}", product.id);
    let title = p.t("variant-add");
    let policies = policies(&p);
    Ok(NewVariantPage {
        p: p.below(LIST, "products-title")
            .below_named(back.clone(), product.name.clone())
            .titled(title),
        options: options_of(&product),
        policies,
        currency: currency_of(&product)?,
        back,
        product,
        form,
    })
}

/// The options that every variant of a product has.
pub(super) fn options_of(product: &Product) -> Vec<OptionField> {
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
pub(crate) async fn add(
    request: HttpRequest,
    state: Data<AppState>,
    seller: SellerPage,
    id: Path<Uuid>,
    form: CsrfForm<Fields>,
) -> Answer {
    let lang = Lang::of(&seller.user.locale);
    let product = product_of(&state, &seller, *id).await?;
    let currency = currency_of(&product)?;
    let mut form = Form::new(form.0);
    let options = options_of(&product);
    let mut reader = Reader {
        lang,
        currency,
        form: &mut form,
    };
    options
        .iter()
        .for_each(|option| reader.required(&option.field));
    let price = reader.price("price");
    let new = NewVariant {
        compare_at: reader.money("compare_at"),
        weight_grams: reader.whole("weight_grams"),
        quantity: reader.whole("quantity"),
        stock_policy: policy_of(&form).unwrap_or_default(),
        // Without a price the form was refused, and nothing is made of it.
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
    };
    if !form.is_refused() {
        match state
            .catalog
            .add_variant(&seller.actor, product.id, new, None)
            .await
        {
            Ok(_) => {
                return Ok(done(
                    &state,
                    &format!("{LIST}/{id}"),
                    &Flash::good("variant-added"),
                ));
            }
            Err(error) => form.take(lang, error)?,
        }
    }
    show(
        &request,
        &state,
        &seller,
        product,
        form,
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await
}
