//! The same products by both templates, in every form that is read; texts that are too long.

use super::{
    tests::{codes, parsed, read},
    *,
};

/// What is read of a file, but for the lines on which it stands.
fn goods(parsed: &Parsed) -> String {
    let products = parsed.products.iter().map(|product| {
        let mut product = product.clone();
        product.headers = Arc::default();
        format!("{product:?}")
    });
    products.collect()
}

const NEWER: &str = "Title,URL handle,Description,Vendor,Product category,Type,Tags,\
                     Published on online store,Status,SKU,Barcode,Option1 name,Option1 value,\
                     Price,Compare-at price,Inventory tracker,Inventory quantity,\
                     Continue selling when out of stock,Weight value (grams),Product image URL\n\
                     Caneca,caneca,<p>Barro</p>,Olaria,,Kitchen,barro,TRUE,Active,CAN-P,789,Tamanho,\
                     P,1234.50,1300,shopify,4,deny,350,\n\
                     ,caneca,,,,,,,,CAN-G,,,G,60,,shopify,2,CONTINUE,500,\n";

#[test]
fn both_templates_say_the_same_however_they_are_written() {
    let expected = goods(&parsed(
        "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Status,Variant SKU,Variant Barcode,\
         Option1 Name,Option1 Value,Variant Price,Variant Compare At Price,Variant Inventory Tracker,\
         Variant Inventory Qty,Variant Inventory Policy,Variant Grams\n\
         caneca,Caneca,<p>Barro</p>,Olaria,Kitchen,barro,true,active,CAN-P,789,Tamanho,P,1234.50,1300,\
         shopify,4,deny,350\n\
         caneca,,,,,,,,CAN-G,,,G,60,,shopify,2,continue,500\n",
    ));
    assert!(expected.contains("1234.50"), "{expected}");
    let (header, rows) = NEWER.split_once('\n').unwrap();
    let commas = rows
        .replace("1234.50", "\"1.234,50\"")
        .replace("60,", "\"60,00\",");
    let semicolons = format!("{header}\n{commas}")
        .replace(',', ";")
        .replace("\"1.234;50\"", "1.234,50");
    let semicolons = semicolons.replace("\"60;00\"", "60,00");
    for file in [
        NEWER.to_owned(),
        format!("{}\n{rows}", header.to_uppercase()),
        format!("{}\n{rows}", header.to_lowercase()),
        NEWER.replace(',', "\t"),
        NEWER.replace(',', ";"),
        semicolons,
    ] {
        assert_eq!(goods(&parsed(&file)), expected, "{file}");
        let units: Vec<u16> = std::iter::once(0xfeff).chain(file.encode_utf16()).collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for file in [little, big] {
            assert_eq!(goods(&read(&file, Currency::BRL).unwrap()), expected);
        }
    }
}

/// The text in each encoding that is read.
fn encoded(text: &str) -> [Vec<u8>; 4] {
    let units: Vec<u16> = std::iter::once(0xfeff).chain(text.encode_utf16()).collect();
    [
        text.as_bytes().to_vec(),
        format!("\u{feff}{text}").into_bytes(),
        units.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
        units.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
    ]
}

#[test]
fn a_few_columns_of_the_newer_template_are_enough() {
    let header = "Title,URL handle,Description,SKU,Option1 name,Option1 value,Price,\
                  Inventory quantity";
    for (separator, price) in [
        (",", "19.90"),
        (",", "19.9"),
        (";", "19,90"),
        (";", "19,9"),
        (";", "19.90"),
        ("\t", "19.90"),
        ("\t", "19.9"),
    ] {
        let rows = format!(
            "Xícara|xicara|<p>Louça</p>|XIC-P|Tamanho|P|{price}|3\r\n|xicara||XIC-G||G|{price}|0\r\n"
        );
        for header in [
            header.to_owned(),
            header.to_uppercase(),
            header.to_lowercase(),
        ] {
            let text = format!("{}\r\n{rows}", header.replace(',', "|"));
            let text = text.replace('|', separator);
            for file in encoded(&text) {
                let parsed = read(&file, Currency::BRL).unwrap();
                let [cup] = &*parsed.products else {
                    panic!("{text}");
                };
                assert_eq!(cup.key, "shopify:xicara");
                assert_eq!(cup.name.as_deref(), Some("Xícara"), "{text}");
                assert_eq!(cup.description.as_deref(), Some("Louça"));
                let variants = cup.variants.iter().map(|one| {
                    let price = one.price.unwrap().to_string();
                    let options = one.options.iter().flatten();
                    let options: Vec<_> = options.map(|o| (&*o.name, &*o.value)).collect();
                    (one.sku.as_deref(), price, one.stock.quantity, options)
                });
                let price = || "19.90 BRL".to_owned();
                let expected = [
                    (Some("XIC-P"), price(), Some(3), vec![("Tamanho", "P")]),
                    (Some("XIC-G"), price(), Some(0), vec![("Tamanho", "G")]),
                ];
                assert_eq!(Vec::from_iter(variants), expected, "{text}");
            }
        }
    }
}

#[test]
fn a_comma_stands_before_decimals_where_semicolons_separate() {
    let price = |header: &str, price: &str| {
        let parsed = parsed(&format!("{header}\na{}{price}\n", &header[6..7]));
        let price = parsed.products.first().and_then(|p| p.variants[0].price);
        price.map(|price| price.amount().to_string())
    };
    for (text, expected) in [
        ("19,90", Some("19.90")),
        ("1.234,5", Some("1234.50")),
        ("1.234.567,00", Some("1234567.00")),
        ("49.90", Some("49.90")),
        ("1.23,45", None),
        ("1234.567,00", None),
        ("12,345", None),
        ("-1,00", None),
    ] {
        assert_eq!(price("Handle;Price", text).as_deref(), expected, "{text}");
    }
    assert_eq!(price("Handle\tPrice", "19,90"), None);
    assert_eq!(price("Handle\tPrice", "19.90").as_deref(), Some("19.90"));
    let weight = &parsed("handle;WEIGHT VALUE (GRAMS)\na;1.250,5\n").products[0].variants[0];
    assert_eq!(weight.weight_grams, Some(1_250));
    let weight = |text: &str| {
        let parsed = parsed(&format!("Handle;Variant Grams\na;{text}\n"));
        parsed
            .products
            .first()
            .and_then(|p| p.variants[0].weight_grams)
    };
    for (text, grams) in [
        ("1.500", Some(1_500)),
        ("12.500", Some(12_500)),
        ("1.250.000", Some(1_250_000)),
        ("1.50", Some(1)),
        ("0.500", Some(0)),
        ("1500", Some(1_500)),
        ("0.500,5", None),
    ] {
        assert_eq!(weight(text), grams, "{text}");
    }
    let comma = parsed("Handle,Variant Grams\na,1.500\n");
    assert_eq!(comma.products[0].variants[0].weight_grams, Some(1));
    let refused = parsed("url HANDLE;PRICE\na;free\n");
    assert_eq!(codes(&refused, true), "2 bad_price PRICE");
}

#[test]
fn what_is_too_long_is_cut_between_characters_and_told() {
    let long = |what: &str| what.repeat(300);
    let file = format!(
        "Handle,Title,Vendor,Tags,Variant SKU,Variant Price\na,{},{},\"{}, ok\",{},1\n",
        long("ção"),
        long("😀"),
        long("é"),
        long("SKU-")
    );
    let parsed = parsed(&file);
    let product = &parsed.products[0];
    let count = |text: &str| text.chars().count();
    assert_eq!(count(product.name.as_deref().unwrap()), MAX_NAME);
    assert_eq!(product.brand, Some(Some("😀".repeat(MAX_BRAND))));
    let tags = product.tags.as_deref().unwrap();
    assert_eq!(
        (tags[0].as_str(), tags[1].as_str()),
        ("é".repeat(MAX_TAG).as_str(), "ok")
    );
    assert_eq!(count(product.variants[0].sku.as_deref().unwrap()), MAX_SKU);
    assert_eq!(
        codes(&parsed, false),
        "2 text_cut Variant SKU, 2 text_cut Title, 2 text_cut Vendor, 2 text_cut Tags"
    );
}

#[test]
fn a_first_row_without_option_value_has_the_texts() {
    let columns =
        "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant Price";
    for (rows, told) in [
        ("a,A,Size,,,,\na,,,S,,,10\na,,,M,,,11\n", ""),
        (
            "a,A,Size,,,,9\na,,,S,,,10\na,,,M,,,11\n",
            "2 texts_only Option1 Value",
        ),
        ("a,A,Title,,,,\na,,,S,,,10\na,,,M,,,11\n", ""),
        ("a,A,Size,,Colour,,\na,,,S,,Red,10\na,,,M,,Red,11\n", ""),
    ] {
        let parsed = parsed(&format!("{columns}\n{rows}"));
        assert_eq!(
            (
                codes(&parsed, true).as_str(),
                codes(&parsed, false).as_str()
            ),
            ("", told)
        );
        let product = &parsed.products[0];
        let lines: Vec<u64> = product
            .variants
            .iter()
            .map(|variant| variant.line)
            .collect();
        assert_eq!(
            (product.name.as_deref(), lines),
            (Some("A"), vec![3, 4]),
            "{rows}"
        );
    }
    for rows in [
        "a,A,Size,,,,10\n",
        "a,A,Size,,Colour,Red,10\na,,,S,,Red,10\n",
    ] {
        let parsed = parsed(&format!("{columns}\n{rows}"));
        assert_eq!(
            codes(&parsed, true),
            "2 no_option_value Option1 Value",
            "{rows}"
        );
    }
}
