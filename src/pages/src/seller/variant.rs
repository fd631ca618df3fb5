use actix_web::{
    HttpRequest,
    http::StatusCode,
    web::{Data, Path, Query},
};
use askama::Template;
use feira_catalog::{Movement, Product, ProductId, ProductKey, Variant, VariantChange, VariantId};
use feira_kernel::{Currency, Cursor, PageRequest};
use feira_web::{
    auth::{CsrfForm, SellerPage},
    error::PageError,
    state::AppState,
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    products::LIST,
    variant_form::{Reader, fields_of, policies, policy_of},
    variant_stock,
};
use crate::page::{Answer, Choice, Fields, Flash, Form, Lang, Page, done, query, respond};

#[derive(Template)]
#[template(path = "seller/variant.html")]
pub(super) struct VariantPage {
    pub(super) p: Page,
    pub(super) product: Product,
    pub(super) variant: Variant,
    pub(super) form: Form,
    pub(super) stock: Form,
    pub(super) policies: Vec<Choice>,
    pub(super) modes: Vec<Choice>,
    pub(super) reasons: Vec<Choice>,
    pub(super) movements: Vec<Movement>,
    pub(super) currency: Currency,
    pub(super) first: Option<String>,
    pub(super) next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ListQuery {
    cursor: Option<String>,
}

/// The forms of a variant's page: as the variant stands where `None`.
#[derive(Default)]
pub(super) struct Forms {
    pub(super) details: Option<Form>,
    pub(super) stock: Option<Form>,
}

pub(super) async fn product_of(
    state: &AppState,
    seller: &SellerPage,
    id: Uuid,
) -> Result<Product, PageError> {
    Ok(state
        .catalog
        .product(&seller.actor, ProductKey::Id(ProductId(id)))
        .await?)
}

/// All variants of a product have the price's currency of the first.
pub(super) fn currency_of(product: &Product) -> Result<Currency, PageError> {
    product
        .variants
        .first()
        .map(|variant| variant.price.currency())
        .ok_or_else(PageError::not_found)
}

fn name_of(p: &Page, variant: &Variant) -> String {
    let values: Vec<&str> = variant
        .options
        .iter()
        .map(|option| option.value.as_str())
        .collect();
    if values.is_empty() {
        p.t("variant-only")
    } else {
        values.join(" / ")
    }
}

/// GET /seller/products/{id}/variants/{variant}?cursor=
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    seller: SellerPage,
    ids: Path<(Uuid, Uuid)>,
    wanted: Query<ListQuery>,
) -> Answer {
    let cursor = wanted.into_inner().cursor;
    detail(
        &request,
        &state,
        &seller,
        *ids,
        cursor,
        Forms::default(),
        StatusCode::OK,
    )
    .await
}

pub(super) async fn detail(
    request: &HttpRequest,
    state: &AppState,
    seller: &SellerPage,
    (id, variant): (Uuid, Uuid),
    cursor: Option<String>,
    forms: Forms,
    status: StatusCode,
) -> Answer {
    let product = product_of(state, seller, id).await?;
    let variant = product
        .variants
        .iter()
        .find(|v| v.id.0 == variant)
        .cloned()
        .ok_or_else(PageError::not_found)?;
    let later = cursor.is_some();
    let part = PageRequest::new(None, cursor.map(Cursor)).unwrap_or_default();
    let movements = state
        .catalog
        .movements(&seller.actor, variant.id, part)
        .await?;
    let p = Page::seller(request, state, seller, "products").await;
    let here = format!("{LIST}/{id}/variants/{}", variant.id);
    let key = Uuid::from_bytes(state.entropy.bytes());
    let mut page = view(p, product, variant, key)?;
    page.movements = movements.items;
    page.next = movements
        .next_cursor
        .map(|cursor| query(&here, &[("cursor", &cursor.0)]));
    page.first = later.then_some(here);
    page.form = match forms.details {
        Some(typed) => typed.beside(page.p.lang, page.form),
        None => page.form,
    };
    page.stock = match forms.stock {
        Some(typed) => variant_stock::beside(typed, page.p.lang, &page.variant),
        None => page.stock,
    };
    respond(request, status, &page)
}

pub(super) fn view(
    p: Page,
    product: Product,
    variant: Variant,
    key: Uuid,
) -> Result<VariantPage, PageError> {
    let back = format!("{LIST}/{}", product.id);
    let title = name_of(&p, &variant);
    let p = p
        .below(LIST, "products-title")
        .below_named(back, product.name.clone())
        .titled(title);
    Ok(VariantPage {
        currency: currency_of(&product)?,
        form: Form::editing(product.version, fields_of(&p, &variant)),
        stock: variant_stock::blank(&variant, key),
        policies: policies(&p),
        modes: ["by", "to"]
            .map(|mode| Choice::new(mode, p.word("stock-mode", mode)))
            .into(),
        reasons: ["restock", "adjustment"]
            .map(|reason| Choice::new(reason, p.word("movement", reason)))
            .into(),
        movements: Vec::new(),
        first: None,
        next: None,
        product,
        variant,
        p,
    })
}

/// POST /seller/products/{id}/variants/{variant}
pub(crate) async fn save(
    request: HttpRequest,
    state: Data<AppState>,
    seller: SellerPage,
    ids: Path<(Uuid, Uuid)>,
    form: CsrfForm<Fields>,
) -> Answer {
    let (id, variant) = *ids;
    let lang = Lang::of(&seller.user.locale);
    let currency = currency_of(&product_of(&state, &seller, id).await?)?;
    let mut form = Form::new(form.0);
    let expected_version = form.version(lang);
    let mut reader = Reader {
        lang,
        currency,
        form: &mut form,
    };
    let change = VariantChange {
        price: reader.price("price"),
        compare_at: Some(reader.money("compare_at")),
        weight_grams: Some(reader.whole("weight_grams")),
        barcode: Some(form.optional("barcode")),
        expected_version,
        sku: form.optional("sku"),
        stock_policy: policy_of(&form),
    };
    if !form.is_refused() {
        match state
            .catalog
            .update_variant(&seller.actor, ProductId(id), VariantId(variant), change)
            .await
        {
            Ok(_) => {
                return Ok(done(
                    &state,
                    &format!("{LIST}/{id}/variants/{variant}"),
                    &Flash::good("saved"),
                ));
            }
            Err(error) => form.take(lang, error)?,
        }
    }
    let forms = Forms {
        details: Some(form),
        stock: None,
    };
    detail(
        &request,
        &state,
        &seller,
        *ids,
        None,
        forms,
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await
}
