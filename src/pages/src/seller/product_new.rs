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
    actions: &[Action::blank(products::NEW, || post().to(create))],
    #[cfg(test)]
    samples,
};

/// Rows for variants on the page; more are added once the product is there.
const ROWS: usize = 4;
/// Field names of the option names; each has a column of values.
const OPTIONS: [&str; 3] = ["option_name", "option_name_2", "option_name_3"];

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
    values: [String; OPTIONS.len()],
    price: String,
    sku: String,
    quantity: String,
}

fn rows() -> Vec<Row> {
    let name = |index: usize, field: &str| format!("variants_{index}_{field}");
    (0..ROWS)
        .map(|index| Row {
            number: index + 1,
            values: std::array::from_fn(|option| name(index, &format!("options_{option}_value"))),
            price: name(index, "price"),
            sku: name(index, "sku"),
            quantity: name(index, "quantity"),
        })
        .collect()
}

/// GET /seller/products/new
async fn blank(seller: SellerPage) -> Answer {
    // The idempotency key: a form sent twice makes one product.
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

/// The store's settlement currency, which is that of its prices.
pub(super) async fn currency(seller: &SellerPage) -> Result<Currency, StoreError> {
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
            for (index, name) in OPTIONS.iter().enumerate() {
                form.rename(&format!("variants_0_options_{index}_name"), name);
            }
            show(&seller, form).await
        },
    )
    .await
}

/// Reads the form. Faults are added to it, and what is returned then is not used. Empty rows are no
/// variants, except the first.
fn read(lang: Lang, currency: Currency, form: &mut Form) -> NewProduct {
    let options = options(lang, form);
    let stock_policy = variant_form::policy_of(form).unwrap_or_default();
    let mut variants = Vec::new();
    for (index, row) in rows().iter().enumerate() {
        let mut names = row.values.iter().chain([&row.price, &row.sku]);
        let filled = names.any(|name| !form.value(name).is_empty());
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
        for (value, _) in row.values.iter().zip(&options) {
            reader.required(value);
        }
        variants.push(NewVariant {
            sku: form.optional(&row.sku),
            options: options
                .iter()
                .zip(&row.values)
                .map(|(name, value)| OptionValue {
                    name: name.clone(),
                    value: form.text(value),
                })
                .collect(),
            // Rows without a price were refused above.
            price: price.unwrap_or(feira_kernel::Money::zero(currency)),
            compare_at: None,
            weight_grams: 0,
            barcode: None,
            quantity,
            stock_policy,
        });
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

/// The names of the options, the first ones of the columns. One with values, or before another
/// one, needs a name; and so does the first where there are several variants.
fn options(lang: Lang, form: &mut Form) -> Vec<String> {
    let rows = rows();
    let used = |column: usize| {
        let mut values = rows.iter().map(|row| &row.values[column]);
        let valued = values.any(|name| !form.value(name).is_empty());
        valued || !form.value(OPTIONS[column]).is_empty()
    };
    let priced = rows.iter().filter(|row| !form.value(&row.price).is_empty());
    let several = usize::from(priced.count() > 1);
    let last = (0..OPTIONS.len()).rfind(|column| used(*column));
    let columns = last.map_or(several, |last| last + 1);
    let mut names = Vec::new();
    for name in &OPTIONS[..columns] {
        match form.optional(name) {
            Some(typed) => names.push(typed),
            None => form.refuse(name, lang.text("variants-option-missing")),
        }
    }
    names
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
    fn up_to_three_options_make_the_variants() {
        let fields = [
            ("name", "Shirt"),
            ("option_name", "Size"),
            ("option_name_2", "Colour"),
            ("option_name_3", "Cut"),
            ("variants_0_options_0_value", "S"),
            ("variants_0_options_1_value", "Red"),
            ("variants_0_options_2_value", "Slim"),
            ("variants_0_price", "10"),
        ];
        let mut form = typed(&fields);
        let new = read(Lang::En, Currency::BRL, &mut form);
        assert!(!form.is_refused());
        let options = new.variants[0].options.iter();
        let said: Vec<String> = options.map(|o| format!("{} {}", o.name, o.value)).collect();
        assert_eq!(said, ["Size S", "Colour Red", "Cut Slim"]);
        for (without, refused) in [
            ("option_name_2", "option_name_2"),
            ("option_name", "option_name"),
            ("variants_0_options_2_value", "variants_0_options_2_value"),
        ] {
            let left = fields.iter().filter(|(name, _)| *name != without);
            let mut form = typed(&left.copied().collect::<Vec<_>>());
            read(Lang::En, Currency::BRL, &mut form);
            assert!(form.error(refused).is_some(), "{without}");
        }
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
