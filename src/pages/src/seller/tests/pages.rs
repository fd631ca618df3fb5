//! Each page of the seller, filled in.

use feira_catalog::{
    Image, ImageId, Movement, MovementReason, ProductId, ProductStatus, SellerProduct,
};
use feira_kernel::{Currency, StoreId};
use feira_order::{
    DaySales, Fulfilment, SellerFigures, SellerOrderSummary, Settlement, StoreOrderId,
};
use feira_payment::{Account, Balance, LedgerLine};

use super::super::{
    dashboard::{self, DashboardPage},
    orders::{self, OrdersPage},
    payouts::PayoutsPage,
    product::{self, ProductPage},
    product_new::{self, NewProductPage},
    products::{self, ProductsPage},
    variant, variant_form,
};
use crate::page::{
    Area, Chart, Fields, Flash, Form, Lang, Page,
    samples::{self, NOW, ago, brl, id},
};

pub(super) fn frame(lang: Lang, section: &'static str, title: &str) -> Page {
    Page::sample(lang, Area::Seller, section, NOW).titled(title)
}

fn summaries() -> Vec<SellerOrderSummary> {
    let states = [
        (Fulfilment::Pending, Settlement::Paid),
        (Fulfilment::Accepted, Settlement::Paid),
        (Fulfilment::Pending, Settlement::Unpaid),
        (Fulfilment::Shipped, Settlement::Paid),
        (Fulfilment::Delivered, Settlement::Paid),
        (Fulfilment::Cancelled, Settlement::Refunded),
    ];
    (1..)
        .zip(states)
        .map(|(n, (fulfilment, settlement))| SellerOrderSummary {
            id: StoreOrderId(id(n)),
            number: format!("FR-7K3{n}-A"),
            fulfilment,
            settlement,
            total: brl(12_345 * i64::try_from(n).unwrap()),
            units: 3,
            recipient: "João Pereira da Silva".to_owned(),
            placed_at: ago(35 * i64::try_from(n * n * n).unwrap()),
        })
        .collect()
}

fn days() -> Vec<DaySales> {
    (0..30)
        .map(|n: i64| DaySales {
            day: format!(
                "2026-{:02}-{:02}",
                if n < 9 { 10 } else { 11 },
                if n < 9 { 23 + n } else { n - 8 }
            ),
            orders: u32::try_from(n % 4).unwrap(),
            total: brl((n % 4) * 12_345 + (n % 7) * 3_100 * (n % 4)).into(),
        })
        .collect()
}

fn balance() -> Balance {
    Balance {
        store: StoreId(id(3)),
        currency: Currency::BRL,
        pending: brl(45_600).into(),
        payable: brl(123_450).into(),
        in_payout: brl(0).into(),
        paid: brl(987_654).into(),
    }
}

pub(super) fn dashboard(lang: Lang) -> DashboardPage {
    let p = frame(lang, "home", "Ateliê da Maria");
    let figures = SellerFigures {
        to_ship: 3,
        awaiting_payment: 1,
        days: days(),
    };
    DashboardPage {
        chart: Chart::of(&p, &figures.days),
        todo: dashboard::tasks(&p, &figures, 2),
        balances: vec![balance()],
        recent: summaries(),
        figures,
        p,
    }
}

pub(super) fn orders(lang: Lang) -> OrdersPage {
    let p = frame(lang, "orders", &lang.text("orders-title"));
    OrdersPage {
        tabs: orders::tabs(&p, "all"),
        tab: "all",
        number: String::new(),
        recent: summaries(),
        empty_key: "orders-empty",
        first: None,
        next: Some("/seller/orders?cursor=x".to_owned()),
        p,
    }
}

fn listed() -> Vec<SellerProduct> {
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
    vec![
        product(
            1,
            "Caneca de cerâmica azul com um nome bastante comprido",
            ProductStatus::Active,
            7,
        ),
        product(2, "Bule", ProductStatus::Draft, 0),
        product(3, "Prato <fundo> & raso", ProductStatus::Archived, 3),
    ]
}

pub(super) fn products(lang: Lang) -> ProductsPage {
    let mut p = frame(lang, "products", &lang.text("products-title"));
    p.flash = Some(Flash::good("saved"));
    ProductsPage {
        statuses: products::filters(&p),
        q: "caneca".to_owned(),
        status: "active".to_owned(),
        products: listed(),
        filtered: true,
        first: Some("/seller/products".to_owned()),
        next: None,
        p,
    }
}

pub(super) fn new_product(lang: Lang) -> NewProductPage {
    let p = frame(lang, "products", &lang.text("product-new"))
        .below("/seller/products", "products-title");
    let mut form = Form::new(
        Fields::default()
            .with("variants_0_price", "abc")
            .with("status", "active"),
    );
    assert!(product_new::read(lang, Currency::BRL, &mut form).is_none());
    NewProductPage {
        categories: products::category_choices(&p, &samples::categories()),
        statuses: products::statuses(&p),
        policies: variant_form::policies(&p),
        rows: product_new::rows(),
        currency: Currency::BRL,
        form,
        p,
    }
}

pub(super) fn product(lang: Lang) -> ProductPage {
    let mut product = samples::product();
    let image = samples::image;
    product.images = (1..4)
        .map(|n| Image {
            id: ImageId(id(n)),
            alt_text: "Caneca vista de lado".to_owned(),
            position: 0,
            small: image(),
            medium: image(),
            large: image(),
        })
        .collect();
    let p = frame(lang, "products", &product.name).below("/seller/products", "products-title");
    let mut upload = Form::default().prefixed("image-");
    upload.refuse("image", lang.text("images-unreadable"));
    ProductPage {
        categories: products::category_choices(&p, &samples::categories()),
        statuses: products::statuses(&p),
        form: product::form_of(&product),
        upload,
        add_variant: "/seller/products/1/variants/new".to_owned(),
        product,
        p,
    }
}

fn movements() -> Vec<Movement> {
    let movement = |n: u128, reason, on_hand_change, reserved_change, actor: &str| Movement {
        id: id(n),
        variant: feira_catalog::VariantId(id(11)),
        on_hand_change,
        reserved_change,
        reason,
        reference: None,
        note: (n == 1).then(|| "contagem do mês".to_owned()),
        actor: actor.to_owned(),
        at: ago(60 * i64::try_from(n).unwrap()),
    };
    vec![
        movement(1, MovementReason::Adjustment, -2, 0, "user:1"),
        movement(2, MovementReason::OrderPlaced, -1, -1, "system:order"),
        movement(3, MovementReason::Reserved, 0, 1, "system:order"),
        movement(4, MovementReason::Initial, 10, 0, "user:1"),
    ]
}

pub(super) fn payouts(lang: Lang) -> PayoutsPage {
    let line = |n: u128, account, kind: &str, minor| LedgerLine {
        id: id(n),
        transaction: id(n),
        account,
        kind: kind.to_owned(),
        amount: brl(minor).into(),
        part: (n == 1).then(|| id(2)),
        at: ago(60),
    };
    PayoutsPage {
        p: frame(lang, "payouts", &lang.text("payouts-and-balance")),
        balances: vec![balance()],
        payouts: samples::payouts(),
        ledger: vec![
            line(1, Account::SellerPending, "capture", 113_572),
            line(2, Account::SellerPayable, "release", 113_572),
            line(3, Account::SellerPayable, "payout", -113_572),
        ],
        first: None,
        next: None,
    }
}

pub(super) fn variant_page(lang: Lang) -> variant::VariantPage {
    let product = samples::product();
    let one = product.variants[0].clone();
    let mut page = variant::view(frame(lang, "products", ""), product, one, id(99)).unwrap();
    page.movements = movements();
    page
}

pub(super) fn order_page(
    lang: Lang,
    fulfilment: Fulfilment,
    settlement: Settlement,
    form: Form,
) -> orders::OrderPage {
    let p = frame(lang, "orders", "").below("/seller/orders", "orders-title");
    orders::view(p, samples::seller_order(fulfilment, settlement), form)
}
