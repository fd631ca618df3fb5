use actix_web::web::{Query, get};
use askama::Template;
use feira_catalog::{EDIT_PRODUCTS, ProductStatus, SellerFilter, SellerProduct};

use super::{caller::SellerPage, product_form::statuses};
use crate::page::{Answer, Choice, ListView, Page, Place, Registered, Wanted, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{
        Flash, Lang,
        samples::{self, ago, brl, id},
    },
    feira_catalog::ProductId,
};

pub(super) const PAGE: Registered = Registered {
    path: "/seller/products",
    place: Place::Section("products", &[EDIT_PRODUCTS]),
    show: || get().to(show),
    actions: &[],
    #[cfg(test)]
    samples,
};

/// The page for a new product.
pub(super) const NEW: &str = "/seller/products/new";
/// The import page.
pub(super) const IMPORT: &str = "/seller/products/import";

#[derive(Template)]
#[template(path = "seller/products.html")]
struct ProductsPage {
    p: Page,
    products: Vec<SellerProduct>,
    list: ListView,
}

/// GET /seller/products?q=&status=&cursor=
async fn show(seller: SellerPage, wanted: Query<Wanted>) -> Answer {
    let status = wanted.get("status");
    let filter = SellerFilter {
        status: ProductStatus::parse(status),
        q: wanted.optional("q"),
        sold_out: status == "sold_out",
    };
    let found = seller
        .state
        .catalog
        .seller_products(&seller.actor, filter, wanted.part())
        .await?;
    let p = seller.frame(&PAGE).await;
    let list = ListView::new(PAGE.path, wanted.into_inner(), found.next_cursor);
    respond_ok(&seller.request, &view(p, found.items, list))
}

fn view(p: Page, products: Vec<SellerProduct>, list: ListView) -> ProductsPage {
    let list = list
        .search("q", p.t("search-products"))
        .select("status", p.t("product-status"), filters(&p))
        .live();
    let list = if list.is_filtered() {
        let clear = p.t("filter-clear");
        list.none_but(&products, p.t("products-none-found"), PAGE.path, clear)
    } else {
        let new = p.t("product-new");
        list.none_but(&products, p.t("products-empty"), NEW, new)
    };
    ProductsPage {
        p: p.called("products-title"),
        products,
        list,
    }
}

fn filters(p: &Page) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", p.t("filter-all"))];
    choices.extend(statuses(p));
    choices.push(Choice::new("sold_out", p.t("stock-sold-out")));
    choices
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let product = |n: u128, name: &str, status, available| SellerProduct {
        id: ProductId(id(n)),
        slug: "x".to_owned(),
        name: name.to_owned(),
        status,
        variants: 2,
        price_from: brl(5_990),
        price_to: brl(5_990 + 1_000 * i64::from(available)),
        available,
        not_counted: false,
        sold_out: available == 0,
        image: (n == 1).then(samples::image),
        updated_at: ago(70),
    };
    let long = "Caneca de cerâmica azul com um nome bastante comprido";
    let products = vec![
        product(1, long, ProductStatus::Active, 7),
        product(2, "Bule", ProductStatus::Draft, 0),
        product(3, "Prato <fundo> & raso", ProductStatus::Archived, 3),
    ];
    let page = |filters: &[(&str, &str)], products| {
        let mut p = frame(lang, &PAGE);
        p.flash = Some(Flash::good("saved"));
        let list = ListView::new(PAGE.path, Wanted::sample(filters), None);
        samples::shown(&view(p, products, list))
    };
    let wanted = [("q", "caneca"), ("status", "active"), ("cursor", "x")];
    vec![
        ("products", page(&wanted, products)),
        ("products_none_found", page(&wanted, Vec::new())),
        ("products_none", page(&[], Vec::new())),
    ]
}
