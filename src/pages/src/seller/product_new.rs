use actix_web::{HttpRequest, http::StatusCode, web::Data};
use askama::Template;
use feira_catalog::{NewProduct, NewVariant, OptionValue, ProductStatus};
use feira_kernel::Currency;
use feira_store::StoreKey;
use feira_web::{
    auth::{CsrfForm, SellerPage},
    idempotent::of_form,
    state::AppState,
};
use uuid::Uuid;

use super::{
    products::{LIST, category_choices, status_of, statuses, tags},
    variant_form::{self, Reader},
};
use crate::page::{Answer, Choice, Fields, Flash, Form, Lang, Page, done, respond};

/// Rows for variants on the page; more are added once the product is there.
const ROWS: usize = 4;

#[derive(Template)]
#[template(path = "seller/product_new.html")]
pub(super) struct NewProductPage {
    pub(super) p: Page,
    pub(super) form: Form,
    pub(super) categories: Vec<Choice>,
    pub(super) statuses: Vec<Choice>,
    pub(super) policies: Vec<Choice>,
    pub(super) rows: Vec<Row>,
    pub(super) currency: Currency,
}

/// The field names of one variant's row: those that the catalogue's pointers become.
pub(super) struct Row {
    pub(super) number: usize,
    pub(super) value: String,
    pub(super) price: String,
    pub(super) sku: String,
    pub(super) quantity: String,
}

pub(super) fn rows() -> Vec<Row> {
    let name = |index: usize, field: &str| format!("variants_{index}_{field}");
    (0..ROWS)
        .map(|index| Row {
            number: index + 1,
            value: name(index, "options_0_value"),
            price: name(index, "price"),
            sku: name(index, "sku"),
            quantity: name(index, "quantity"),
        })
        .collect()
}

/// GET /seller/products/new
pub(crate) async fn blank(
    request: HttpRequest,
    state: Data<AppState>,
    seller: SellerPage,
) -> Answer {
    // The key makes a form that is sent twice one product.
    let key = Uuid::from_bytes(state.entropy.bytes());
    let form = Form::new(
        Fields::default()
            .with("key", key.to_string())
            .with("status", "draft"),
    );
    show(&request, &state, &seller, form, StatusCode::OK).await
}

async fn show(
    request: &HttpRequest,
    state: &AppState,
    seller: &SellerPage,
    form: Form,
    status: StatusCode,
) -> Answer {
    let categories = state.catalog.categories(&seller.actor).await?;
    let currency = currency(state, seller).await?;
    let p = Page::seller(request, state, seller, "products").await;
    let title = p.t("product-new");
    let p = p.below(LIST, "products-title").titled(title);
    let page = NewProductPage {
        categories: category_choices(&p, &categories),
        statuses: statuses(&p),
        policies: variant_form::policies(&p),
        rows: rows(),
        currency,
        form,
        p,
    };
    respond(request, status, &page)
}

/// In which the store settles, and so prices.
async fn currency(
    state: &AppState,
    seller: &SellerPage,
) -> Result<Currency, feira_store::StoreError> {
    let key = StoreKey::Id(seller.membership.store);
    Ok(state.stores.store(&seller.actor, key).await?.currency)
}

/// POST /seller/products/new
pub(crate) async fn create(
    request: HttpRequest,
    state: Data<AppState>,
    seller: SellerPage,
    form: CsrfForm<Fields>,
) -> Answer {
    let lang = Lang::of(&seller.user.locale);
    let currency = currency(&state, &seller).await?;
    let mut form = Form::new(form.0);
    let key = of_form(&format!("{LIST}/new"), form.value("key"), form.fields());
    if let Some(new) = read(lang, currency, &mut form) {
        match state.catalog.create_product(&seller.actor, new, key).await {
            Ok(product) => {
                let flash = Flash::good("product-created-flash").name(product.name);
                return Ok(done(&state, &format!("{LIST}/{}", product.id), &flash));
            }
            Err(error) => {
                form.take(lang, error)?;
                form.rename("category_id", "category");
            }
        }
    }
    show(
        &request,
        &state,
        &seller,
        form,
        StatusCode::UNPROCESSABLE_ENTITY,
    )
    .await
}

/// What was typed, or `None` and the form says what is wrong. Rows that are left empty are no
/// variants; the first always is one.
pub(super) fn read(lang: Lang, currency: Currency, form: &mut Form) -> Option<NewProduct> {
    let option = form.optional("option_name");
    let stock_policy = variant_form::policy_of(form).unwrap_or_default();
    let mut variants = Vec::new();
    for (index, row) in rows().iter().enumerate() {
        let filled = [&row.value, &row.price, &row.sku]
            .iter()
            .any(|name| form.optional(name).is_some());
        if !filled && index > 0 {
            break;
        }
        let mut reader = Reader {
            lang,
            currency,
            form,
        };
        let price = reader.price(&row.price);
        let quantity = reader.whole(&row.quantity);
        if option.is_some() {
            reader.required(&row.value);
        }
        variants.push(NewVariant {
            sku: form.optional(&row.sku),
            options: option
                .iter()
                .map(|name| OptionValue {
                    name: name.clone(),
                    value: form.text(&row.value),
                })
                .collect(),
            // A row without a price was refused above, and nothing is made of it.
            price: price.unwrap_or(feira_kernel::Money::zero(currency)),
            compare_at: None,
            weight_grams: 0,
            barcode: None,
            quantity,
            stock_policy,
        });
    }
    if option.is_none() && variants.len() > 1 {
        form.refuse("option_name", lang.text("variants-option-missing"));
    }
    Reader {
        lang,
        currency,
        form,
    }
    .required("name");
    if form.is_refused() {
        return None;
    }
    Some(NewProduct {
        name: form.text("name"),
        description: form.text("description"),
        category: variant_form::category(form),
        brand: form.optional("brand"),
        tags: tags(form.value("tags")),
        status: status_of(form.value("status")).unwrap_or(ProductStatus::Draft),
        variants,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> Form {
        Form::new(
            fields
                .iter()
                .fold(Fields::default(), |form, (name, value)| {
                    form.with(name, *value)
                }),
        )
    }

    #[test]
    fn empty_rows_are_no_variants() {
        let mut form = typed(&[
            ("name", "Cup"),
            ("option_name", "Size"),
            ("status", "active"),
            ("tags", "clay, , blue"),
            ("stock_policy", "continue"),
            ("variants_0_options_0_value", "S"),
            ("variants_0_price", "19,90"),
            ("variants_0_quantity", "3"),
            ("variants_1_options_0_value", "L"),
            ("variants_1_price", "R$ 1.029,90"),
        ]);
        let new = read(Lang::PtBr, Currency::BRL, &mut form).expect("good");
        assert_eq!(new.tags, ["clay", "blue"]);
        let prices: Vec<_> = new
            .variants
            .iter()
            .map(|v| (v.price.minor(), v.quantity))
            .collect();
        assert_eq!(prices, [(1990, 3), (102_990, 0)]);
        assert_eq!(new.variants[1].options[0].value, "L");
        let continued = |v: &NewVariant| v.stock_policy == feira_catalog::StockPolicy::Continue;
        assert!(new.variants.iter().all(continued));
    }

    #[test]
    fn what_is_wrong_is_said_beside_each_field() {
        let mut form = typed(&[
            ("variants_0_price", "abc"),
            ("variants_0_quantity", "-1"),
            ("variants_1_price", "2"),
        ]);
        assert!(read(Lang::En, Currency::BRL, &mut form).is_none());
        for field in [
            "name",
            "variants_0_price",
            "variants_0_quantity",
            "option_name",
        ] {
            assert!(form.error(field).is_some(), "{field}");
        }
        assert!(form.error("variants_1_price").is_none());
        assert_eq!(form.value("variants_0_price"), "abc");
    }
}
