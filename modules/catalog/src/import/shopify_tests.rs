use super::*;

const FILE: &str = include_str!("../../tests/data/shopify.csv");

fn parsed(text: &str) -> Parsed {
    crate::import::parse(crate::ImportFormat::Shopify, text.as_bytes(), Currency::BRL).unwrap()
}

fn codes(parsed: &Parsed, refused: bool) -> Vec<(u64, &str)> {
    let notes = parsed.notes.iter().filter(|n| n.refused == refused);
    notes.map(|n| (n.line, n.code.as_str())).collect()
}

#[test]
fn rows_of_a_handle_are_one_product() {
    let parsed = parsed(FILE);
    let names: Vec<_> = parsed
        .products
        .iter()
        .map(|p| p.product.name.as_str())
        .collect();
    assert_eq!(names, ["Clay Mug", "Linen Shirt", "Paper Lamp"]);
    let mug = &parsed.products[0];
    assert_eq!(mug.kind.as_deref(), Some("Kitchen"));
    assert_eq!(mug.product.key.as_deref(), Some("shopify:clay-mug"));
    assert_eq!(
        mug.product.description,
        "Thrown by hand.\n\nHolds 300 ml, & keeps warm."
    );
    assert_eq!(mug.product.tags, ["mug", "clay", "handmade"]);
    let only = &mug.product.variants[0];
    assert!(only.options.is_empty());
    assert_eq!(only.price.to_string(), "50.00 BRL");
    assert_eq!(only.barcode.as_deref(), Some("7891234567895"));
    assert_eq!((only.quantity, only.weight_grams), (12, 350));
    let shirt = &parsed.products[1].product;
    assert_eq!(shirt.description, "Light linen,\nmade for \"hot\" days.");
    let sand = &shirt.variants[2];
    let options: Vec<_> = sand
        .options
        .iter()
        .map(|o| (o.name.as_str(), o.value.as_str()))
        .collect();
    assert_eq!(options, [("Size", "Medium"), ("Colour", "Sand")]);
    assert_eq!(sand.sku.as_deref(), Some("linen-shirt-3"));
    assert_eq!(sand.quantity, 0);
    assert_eq!(parsed.products[2].product.status, ProductStatus::Draft);
}

#[test]
fn every_refusal_and_every_change_has_its_line() {
    let parsed = parsed(FILE);
    assert_eq!(
        codes(&parsed, true),
        [
            (13, "no_handle"),
            (9, "bad_price"),
            (10, "no_title"),
            (12, "no_option_value"),
            (14, "duplicate_sku"),
        ]
    );
    assert_eq!(
        codes(&parsed, false),
        [
            (2, "image_not_fetched"),
            (3, "image_not_fetched"),
            (7, "image_not_fetched"),
            (5, "compare_at"),
            (6, "negative_quantity"),
        ]
    );
}

#[test]
fn other_line_ends_and_a_byte_order_mark_change_nothing() {
    let windows = format!("\u{feff}{}", FILE.replace('\n', "\r\n"));
    let (plain, windows) = (parsed(FILE), parsed(&windows));
    assert_eq!(plain.notes, windows.notes);
    assert_eq!(plain.products.len(), windows.products.len());
    assert_eq!(
        windows.products[1].product.description,
        plain.products[1].product.description
    );
}

#[test]
fn other_files_are_no_import() {
    let refused = |bytes: &[u8]| {
        let parsed = crate::import::parse(crate::ImportFormat::Shopify, bytes, Currency::BRL);
        assert!(matches!(parsed, Err(CatalogError::BadImport(_))));
    };
    refused(b"");
    refused(b"name,price\nshirt,10\n");
    refused(b"\xff\xfe\x00");
    refused(&vec![b'a'; 20 * 1024 * 1024 + 1]);
    let many = "Handle,Title,Variant Price\n".to_owned() + &"a,b,1\n".repeat(MAX_ROWS + 1);
    refused(many.as_bytes());
    assert!(parsed("Handle,Title,Variant Price\n").products.is_empty());
    // A currency without decimals refuses cents; the row says so.
    let yen = crate::import::parse(
        crate::ImportFormat::Shopify,
        b"Handle,Title,Variant Price\na,A,10.50\n",
        Currency::JPY,
    );
    assert_eq!(codes(&yen.unwrap(), true), [(2, "bad_price")]);
}
