//! Things to render in tests.

use askama::Template;
use feira_catalog::{
    Category, CategoryId, CategoryNames, ImageRef, OptionValue, Product, ProductId, ProductStatus,
    StockPolicy, Variant, VariantId,
};
use feira_kernel::{Currency, Money, StoreId, Time, UserId};
use feira_store::{Address, Store, StoreStatus};
use uuid::Uuid;

use super::Lang;

mod rows;
mod selling;

pub(crate) use rows::{
    balance, invoices, message, orders, pay_to, payout_account, payout_details, payout_transfer,
    payouts, reserves, sales, seller_orders, settlements, split_account, store_accounts,
};
pub(crate) use selling::{
    divided, earning, fiscal_document, instalments, order, refund_preview, seller_order, totals,
};

/// A page in each of its looks, by name.
pub(crate) type Samples = fn(Lang) -> Vec<(&'static str, String)>;

pub(crate) fn shown(page: &impl Template) -> String {
    page.render().expect("renders")
}

pub(crate) const NOW: Time = time::macros::datetime!(2026-11-21 15:00 UTC);

pub(crate) fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// A person whose name the pages know.
pub(crate) fn maria() -> (UserId, String) {
    (UserId(id(4)), "Maria Souza".to_owned())
}

/// As histories keep her.
pub(crate) fn by_maria() -> String {
    format!("user:{}", maria().0)
}

pub(crate) fn brl(minor: i64) -> Money {
    Money::from_minor(minor, Currency::BRL).expect("small")
}

pub(crate) fn ago(minutes: i64) -> Time {
    NOW - time::Duration::minutes(minutes)
}

pub(crate) fn address() -> Address {
    Address {
        recipient: Some("João <Pereira>".to_owned()),
        street: "Rua das Flores".to_owned(),
        number: Some("123".to_owned()),
        complement: Some("ap. 45".to_owned()),
        district: Some("Pinheiros".to_owned()),
        city: "São Paulo".to_owned(),
        state: Some("SP".to_owned()),
        postal_code: "05422-000".to_owned(),
        country: "BR".to_owned(),
        phone: Some("+55 11 99999-0000".to_owned()),
    }
}

pub(crate) fn categories() -> Vec<Category> {
    let category = |n, parent: Option<u128>, name: &str| Category {
        id: CategoryId(id(n)),
        parent: parent.map(|p| CategoryId(id(p))),
        name: name.to_owned(),
        slug: name.to_lowercase(),
        position: 0,
        names: CategoryNames::default(),
        version: 1,
    };
    vec![
        category(20, None, "Casa"),
        category(21, Some(20), "Cozinha"),
        category(22, Some(21), "Canecas"),
    ]
}

pub(crate) fn product() -> Product {
    let variant = |n: u128, size: &str, available| Variant {
        id: VariantId(id(n)),
        sku: format!("CAN-{size}"),
        options: vec![OptionValue {
            name: "Tamanho".to_owned(),
            value: size.to_owned(),
        }],
        price: brl(5_990),
        compare_at: Some(brl(7_990)),
        weight_grams: 350,
        barcode: None,
        available,
        stock_policy: StockPolicy::Counted,
        on_hand: Some(i64::from(available) + 2),
        reserved: Some(2),
        stock_version: Some(3),
    };
    Product {
        id: ProductId(id(10)),
        store: StoreId(id(3)),
        store_name: "Ateliê da Maria".to_owned(),
        store_slug: "atelie-da-maria".to_owned(),
        name: "Caneca de cerâmica azul".to_owned(),
        slug: "caneca-de-ceramica-azul".to_owned(),
        description: "Feita à mão.".to_owned(),
        brand: None,
        tags: vec!["azul".to_owned(), "cozinha".to_owned()],
        status: ProductStatus::Active,
        category_path: categories(),
        variants: vec![variant(11, "Grande", 7), variant(12, "Pequena", 0)],
        images: Vec::new(),
        version: 4,
        created_at: ago(50_000),
        updated_at: ago(70),
    }
}

pub(crate) fn image() -> ImageRef {
    ImageRef {
        key: "sample.svg".to_owned(),
        width: 320,
        height: 320,
    }
}

pub(crate) fn store(status: StoreStatus) -> Store {
    Store {
        id: StoreId(id(3)),
        owner: maria().0,
        name: "Ateliê da Maria".to_owned(),
        slug: "atelie-da-maria".to_owned(),
        description: "Cerâmica feita à mão em São Paulo.".to_owned(),
        status,
        status_reason: None,
        business_name: "Maria Souza ME".to_owned(),
        tax_id: "11.222.333/0001-81".to_owned(),
        phone: "+55 11 98888-0000".to_owned(),
        address: address(),
        currency: Currency::BRL,
        time_zone: "America/Sao_Paulo".to_owned(),
        version: 1,
        created_at: ago(600),
    }
}
