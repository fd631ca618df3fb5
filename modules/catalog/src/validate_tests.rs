use feira_kernel::ModuleError;

use super::*;
use crate::StockPolicy;

type Break = fn(&mut NewProduct);

fn variant(size: &str) -> NewVariant {
    NewVariant {
        sku: None,
        options: vec![OptionValue {
            name: "Size".to_owned(),
            value: size.to_owned(),
        }],
        price: Money::from_minor(1990, Currency::BRL).unwrap(),
        compare_at: None,
        weight_grams: 100,
        barcode: None,
        quantity: 3,
        stock_policy: StockPolicy::Counted,
    }
}

fn product() -> NewProduct {
    NewProduct {
        name: "  Shirt ".to_owned(),
        description: "Two\nlines".to_owned(),
        brand: Some("  ".to_owned()),
        tags: vec!["Cotton".to_owned(), "cotton ".to_owned(), String::new()],
        variants: vec![variant("S"), variant("M")],
        ..NewProduct::default()
    }
}

#[test]
fn texts_are_cleaned() {
    let clean = new_product(product(), Prices::above_zero(Currency::BRL)).unwrap();
    assert_eq!(clean.name, "Shirt");
    assert_eq!(clean.brand, None);
    assert_eq!(clean.tags, ["Cotton"]);
    let mut odd = product();
    odd.name = "\u{202e}Camiseta\u{a0}👩\u{200d}🚀".to_owned();
    odd.description = "Pa\u{303}o\u{200b}\r\n\tde\u{2028}queijo".to_owned();
    odd.tags = vec![
        "pa\u{303}o".to_owned(),
        "pão".to_owned(),
        "\u{200b}".to_owned(),
    ];
    odd.variants[0].sku = Some("\u{feff}AB\u{2011}1".to_owned());
    odd.variants[1].sku = Some("AB-1\u{2060}".to_owned());
    let twice = new_product(odd.clone(), Currency::BRL).unwrap_err();
    assert_eq!(twice.fields()[0].pointer, "/variants/1/sku");
    odd.variants[1].sku = Some("\u{3164}".to_owned());
    let clean = new_product(odd, Currency::BRL).unwrap();
    assert_eq!(clean.name, "Camiseta 👩\u{200d}🚀");
    assert_eq!(clean.description, "Pão\r\n\tde\nqueijo");
    assert_eq!(clean.tags, ["pão"]);
    let skus = clean.variants.iter().map(|v| v.sku.as_deref());
    assert_eq!(Vec::from_iter(skus), [Some("AB-1"), None]);
}

#[test]
fn every_refused_field_is_named() {
    let cases: [(Break, &str); 12] = [
        (|p| p.name = " ".to_owned(), "/name"),
        (|p| p.name = "x".repeat(201), "/name"),
        (|p| p.name = "a\0b".to_owned(), "/name"),
        (|p| p.description = "\u{7}".to_owned(), "/description"),
        (|p| p.variants.clear(), "/variants"),
        (|p| p.variants[1] = variant("S"), "/variants/1/options"),
        (|p| p.variants[1].options.clear(), "/variants/1/options"),
        (
            |p| p.variants[0].price = Money::zero(Currency::BRL),
            "/variants/0/price",
        ),
        (
            |p| p.variants[0].price = Money::from_minor(5, Currency::USD).unwrap(),
            "/variants/0/price",
        ),
        (
            |p| p.variants[0].compare_at = Some(p.variants[0].price),
            "/variants/0/compare_at",
        ),
        (
            |p| p.variants[1].quantity = u32::MAX,
            "/variants/1/quantity",
        ),
        (
            |p| p.tags = (0..21).map(|n| n.to_string()).collect(),
            "/tags",
        ),
    ];
    for (break_it, pointer) in cases {
        let mut new = product();
        break_it(&mut new);
        let refused = new_product(new, Prices::above_zero(Currency::BRL)).unwrap_err();
        let pointers: Vec<_> = refused
            .fields()
            .iter()
            .map(|f| f.pointer.as_str())
            .collect();
        assert_eq!(pointers, [pointer]);
    }
}

#[test]
fn two_variants_may_not_share_a_sku() {
    let mut new = product();
    for variant in &mut new.variants {
        variant.sku = Some("A".to_owned());
    }
    let refused = new_product(new, Prices::above_zero(Currency::BRL)).unwrap_err();
    assert_eq!(refused.fields()[0].pointer, "/variants/1/sku");
}
