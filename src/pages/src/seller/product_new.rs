use actix_web::web::{get, post};
use askama::Template;
use feira_catalog::{Category, NewProduct, NewVariant, OptionValue};
use feira_kernel::Currency;
use feira_store::{StoreError, StoreKey};
use feira_web::{auth::CsrfForm, idempotent::of_form};
use uuid::Uuid;

use super::{
    caller::SellerPage,
    product_form::{self, Selects},
    products,
    variant_form::{self, Reader},
};
use crate::page::{
    Action, Answer, Choice, Fields, Flash, Form, Lang, Page, Place, Registered, act, respond,
};
#[cfg(test)]
use {super::caller::frame, crate::page::samples};

pub(super) const PAGE: Registered = Registered {
    path: products::NEW,
    place: Place::Below("products"),
    show: || get().to(blank),
    actions: &[Action::at(products::NEW, || post().to(create))],
    #[cfg(test)]
    samples,
};

/// Rows for variants on the page; more are added once the product is there.
const ROWS: usize = 4;

#[derive(Template)]
#[template(path = "seller/product_new.html")]
struct NewProductPage {
    p: Page,
    form: Form,
    selects: Selects,
    policies: Vec<Choice>,
    rows: Vec<Row>,
    currency: Currency,
}

/// The field names of one variant's row: those that the catalogue's pointers become.
struct Row {
    number: usize,
    value: String,
    price: String,
    sku: String,
    quantity: String,
}

fn rows() -> Vec<Row> {
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
async fn blank(seller: SellerPage) -> Answer {
    // The key makes a form that is sent twice one product.
    let key = Uuid::from_bytes(seller.state.entropy.bytes());
    let form = Form::new(
        Fields::default()
            .with("key", key.to_string())
            .with("status", "draft"),
    );
    show(&seller, form).await
}

async fn show(seller: &SellerPage, form: Form) -> Answer {
    let categories = seller.state.catalog.categories(&seller.actor).await?;
    let currency = currency(seller).await?;
    let p = seller.frame(&PAGE).await;
    let status = form.status();
    let page = view(p, &categories, currency, form);
    respond(&seller.request, status, &page)
}

fn view(p: Page, categories: &[Category], currency: Currency, form: Form) -> NewProductPage {
    let p = p.below(products::PAGE.path, "products-title");
    let p = p.called("product-new");
    NewProductPage {
        selects: Selects::new(&p, categories),
        policies: variant_form::policies(&p),
        rows: rows(),
        currency,
        form,
        p,
    }
}

/// In which the store settles, and so prices.
async fn currency(seller: &SellerPage) -> Result<Currency, StoreError> {
    let key = StoreKey::Id(seller.membership.store);
    let store = seller.state.stores.store(&seller.actor, key).await?;
    Ok(store.currency)
}

/// POST /seller/products/new
async fn create(seller: SellerPage, form: CsrfForm<Fields>) -> Answer {
    let currency = currency(&seller).await?;
    let mut form = Form::new(form.0);
    let key = of_form(&seller.request, form.value("key"), form.fields());
    let new = read(seller.lang, currency, &mut form);
    let catalog = &seller.state.catalog;
    act(
        &seller.state,
        seller.lang,
        form,
        catalog.create_product(&seller.actor, new, key),
        |product| {
            let to = format!("{}/{}", products::PAGE.path, product.id);
            let flash = Flash::good("product-created-flash").name(product.name);
            (to, flash)
        },
        async |mut form| {
            form.rename("category_id", "category");
            show(&seller, form).await
        },
    )
    .await
}

/// What was typed; of what is wrong the form says so, and nothing is made of it. Rows that are
/// left empty are no variants; the first always is one.
fn read(lang: Lang, currency: Currency, form: &mut Form) -> NewProduct {
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
            // A row without a price was refused above.
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
    NewProduct {
        variants,
        ..product_form::typed(form)
    }
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let mut form = Form::new(
        Fields::default()
            .with("variants_0_price", "abc")
            .with("status", "active"),
    );
    read(lang, Currency::BRL, &mut form);
    assert!(form.is_refused());
    let categories = samples::categories();
    let page = view(frame(lang, &PAGE), &categories, Currency::BRL, form);
    vec![("product_new", samples::shown(&page))]
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
        let new = read(Lang::PtBr, Currency::BRL, &mut form);
        assert!(!form.is_refused());
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
        read(Lang::En, Currency::BRL, &mut form);
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
