use actix_web::{
    http::StatusCode,
    web::{Path, Query, get, post},
};
use askama::Template;
use feira_catalog::{
    CatalogError, Movement, Product, ProductId, ProductKey, Variant, VariantChange, VariantId,
};
use feira_kernel::Currency;
use feira_web::{auth::CsrfForm, error::PageError, idempotent::of_form};
use uuid::Uuid;

use super::{
    caller::SellerPage,
    products,
    variant_form::{Reader, fields_of, policies, policy_of},
    variant_stock,
};
use crate::page::{
    Action, Answer, Choice, Fields, Flash, Form, ListView, Page, Place, Registered, Wanted, act,
    people, person_of, press, respond,
};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Lang,
        samples::{self, ago, id},
    },
    feira_catalog::MovementReason,
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/products/{id}/variants/{variant}",
    place: Place::Below("products"),
    show: || get().to(show),
    actions: &[
        Action::at("/seller/products/{id}/variants/{variant}", || {
            post().to(save)
        }),
        Action::at("/seller/products/{id}/variants/{variant}/stock", || {
            post().to(adjust)
        }),
        Action::at("/seller/products/{id}/variants/{variant}/remove", || {
            post().to(remove)
        }),
    ],
    #[cfg(test)]
    samples,
};

#[derive(Template)]
#[template(path = "seller/variant.html")]
struct VariantPage {
    p: Page,
    product: Product,
    variant: Variant,
    form: Form,
    stock: Form,
    policies: Vec<Choice>,
    modes: Vec<Choice>,
    reasons: Vec<Choice>,
    movements: Vec<Movement>,
    currency: Currency,
    list: ListView,
}

/// A refused form to show again, by the form's name.
enum Sent {
    Nothing,
    Details(Form),
    Stock(Form),
}

fn address((id, variant): (Uuid, Uuid)) -> String {
    format!("{}/{id}/variants/{variant}", products::PAGE.path)
}

pub(super) async fn product_of(seller: &SellerPage, id: Uuid) -> Result<Product, PageError> {
    let key = ProductKey::Id(ProductId(id));
    Ok(seller.state.catalog.product(&seller.actor, key).await?)
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
async fn show(seller: SellerPage, ids: Path<(Uuid, Uuid)>, wanted: Query<Wanted>) -> Answer {
    detail(&seller, *ids, wanted.into_inner(), Sent::Nothing).await
}

async fn detail(seller: &SellerPage, ids: (Uuid, Uuid), wanted: Wanted, sent: Sent) -> Answer {
    let product = product_of(seller, ids.0).await?;
    let mut variants = product.variants.iter();
    let variant = variants.find(|v| v.id.0 == ids.1).cloned();
    let variant = variant.ok_or_else(PageError::not_found)?;
    let catalog = &seller.state.catalog;
    let movements = catalog
        .movements(&seller.actor, variant.id, wanted.part())
        .await?;
    let who = movements
        .items
        .iter()
        .filter_map(|one| person_of(&one.actor));
    let people = people(&seller.state, who).await;
    let p = seller.frame(&PAGE).await.knowing(people);
    let key = Uuid::from_bytes(seller.state.entropy.bytes());
    let mut page = view(p, product, variant, key)?;
    page.list = ListView::new(address(ids), wanted, movements.next_cursor);
    page.movements = movements.items;
    let status = page.show_again(sent);
    respond(&seller.request, status, &page)
}

impl VariantPage {
    fn show_again(&mut self, sent: Sent) -> StatusCode {
        match sent {
            Sent::Nothing => StatusCode::OK,
            Sent::Details(typed) => {
                let now = std::mem::take(&mut self.form);
                self.form = typed.beside(self.p.lang, now);
                self.form.status()
            }
            Sent::Stock(typed) => {
                self.stock = variant_stock::beside(typed, self.p.lang, &self.variant);
                self.stock.status()
            }
        }
    }
}

fn view(p: Page, product: Product, variant: Variant, key: Uuid) -> Result<VariantPage, PageError> {
    let back = format!("{}/{}", products::PAGE.path, product.id);
    let title = name_of(&p, &variant);
    let p = p
        .below(products::PAGE.path, "products-title")
        .below_named(back, product.name.clone())
        .titled(title);
    let here = address((product.id.0, variant.id.0));
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
        list: ListView::new(here, Wanted::default(), None),
        product,
        variant,
        p,
    })
}

/// POST /seller/products/{id}/variants/{variant}?cursor=
async fn save(
    seller: SellerPage,
    ids: Path<(Uuid, Uuid)>,
    wanted: Query<Wanted>,
    form: CsrfForm<Fields>,
) -> Answer {
    let (id, variant) = *ids;
    let lang = seller.lang;
    let currency = currency_of(&product_of(&seller, id).await?)?;
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
    let catalog = &seller.state.catalog;
    act(
        &seller.state,
        lang,
        form,
        catalog.update_variant(&seller.actor, ProductId(id), VariantId(variant), change),
        |_| (wanted.at(&address(*ids)), Flash::good("saved")),
        async |form| detail(&seller, *ids, wanted.0.clone(), Sent::Details(form)).await,
    )
    .await
}

/// POST /seller/products/{id}/variants/{variant}/stock
async fn adjust(
    seller: SellerPage,
    ids: Path<(Uuid, Uuid)>,
    wanted: Query<Wanted>,
    form: CsrfForm<Fields>,
) -> Answer {
    let lang = seller.lang;
    let mut form = Form::new(form.0);
    let key = of_form(&seller.request, form.value("key"), form.fields());
    let adjustment = variant_stock::adjustment(VariantId(ids.1), lang, &mut form);
    let catalog = &seller.state.catalog;
    act(
        &seller.state,
        lang,
        form,
        catalog.adjust_stock(&seller.actor, adjustment, key),
        |level| {
            let flash = Flash::good("stock-done").count(level.on_hand);
            (address(*ids), flash)
        },
        async |mut form| {
            form.rename("by", "amount");
            form.rename("to", "amount");
            detail(&seller, *ids, wanted.0.clone(), Sent::Stock(form)).await
        },
    )
    .await
}

/// POST /seller/products/{id}/variants/{variant}/remove
async fn remove(seller: SellerPage, ids: Path<(Uuid, Uuid)>, _form: CsrfForm<Fields>) -> Answer {
    let (id, variant) = *ids;
    let catalog = &seller.state.catalog;
    press(
        &seller.state,
        &format!("{}/{id}", products::PAGE.path),
        catalog.remove_variant(&seller.actor, ProductId(id), VariantId(variant), None),
        |_| Flash::good("variant-removed"),
        |error| {
            let last = matches!(error, CatalogError::LastVariant);
            last.then(|| Flash::bad("variant-last"))
        },
    )
    .await
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let movement = |n: u128, reason, on_hand_change, reserved_change, actor: &str| Movement {
        id: id(n),
        variant: VariantId(id(11)),
        on_hand_change,
        reserved_change,
        reason,
        reference: None,
        note: (n == 1).then(|| "contagem do mês".to_owned()),
        actor: actor.to_owned(),
        at: ago(60 * i64::try_from(n).expect("small")),
    };
    let product = samples::product();
    let one = product.variants[0].clone();
    let mut page = view(frame(lang, &PAGE), product, one, id(99)).expect("a page");
    page.movements = vec![
        movement(1, MovementReason::Adjustment, -2, 0, &samples::by_maria()),
        movement(2, MovementReason::OrderPlaced, -1, -1, "system:order"),
        movement(3, MovementReason::Reserved, 0, 1, "system:order"),
        movement(4, MovementReason::Initial, 10, 0, &samples::by_maria()),
    ];
    vec![("variant", samples::shown(&page))]
}

#[cfg(test)]
mod tests {
    use feira_catalog::StockPolicy;

    use super::*;
    use crate::page::rules::checked;

    #[test]
    fn what_is_not_counted_shows_no_number_and_what_is_sold_on_its_debt() {
        let mut product = samples::product();
        product.variants[0].stock_policy = StockPolicy::NotCounted;
        product.variants[1].stock_policy = StockPolicy::Continue;
        product.variants[1].on_hand = Some(-3);
        let page = |index: usize| {
            let one = product.variants[index].clone();
            let frame = frame(Lang::En, &PAGE);
            let page = view(frame, product.clone(), one, id(99)).expect("a page");
            checked("policies", Lang::En, &samples::shown(&page))
        };
        let not_counted = page(0);
        assert!(not_counted.contains("<strong>Not counted</strong>"));
        assert!(
            !not_counted.contains("name=\"amount\""),
            "there is nothing to book"
        );
        let sold_on = page(1);
        assert!(sold_on.contains("<strong>-3</strong>"));
        assert!(sold_on.contains("name=\"amount\""));
    }
    #[test]
    fn stock_is_booked_above_the_movements() {
        for lang in Lang::ALL {
            let (_, html) = samples(lang).remove(0);
            let place = |text: &str| html.find(text).expect("it is there");
            let booked = place("name=\"amount\"");
            let movements = format!("<h2>{}</h2>", lang.text("movements-title"));
            assert!(booked < place(&movements), "{html}");
        }
    }
}
