use super::*;
use crate::ImportFormat;

const FILE: &str = include_str!("../../tests/data/shopify.csv");

pub(super) fn read(file: &[u8], currency: Currency) -> Result<Parsed, CatalogError> {
    crate::import::parse(ImportFormat::Shopify, file, currency)
}

pub(super) fn parsed(text: &str) -> Parsed {
    read(text.as_bytes(), Currency::BRL).unwrap()
}

/// `9 bad_price Variant Price, 13 no_handle Handle`.
pub(super) fn codes(parsed: &Parsed, refused: bool) -> String {
    let kinds = parsed.notes.clone().by_kind().into_iter();
    let mut notes: Vec<_> = kinds.flat_map(|kind| kind.first).collect();
    notes.retain(|note| note.refused == refused);
    notes.sort_by_key(|note| note.line);
    let told = notes.iter().map(|note| {
        let code = note.code.trim_start_matches("catalog.");
        format!(
            "{} {code} {}",
            note.line,
            note.column.as_deref().unwrap_or("-")
        )
    });
    told.collect::<Vec<_>>().join(", ")
}

#[test]
fn rows_of_a_handle_are_one_product() {
    let parsed = parsed(FILE);
    let names: Vec<_> = parsed
        .products
        .iter()
        .filter_map(|p| p.name.as_deref())
        .collect();
    assert_eq!(names, ["Clay Mug", "Linen Shirt", "Paper Lamp", "Same SKU"]);
    let mug = &parsed.products[0];
    assert_eq!(mug.kind, Some(Some("Kitchen".to_owned())));
    assert_eq!(mug.key, "shopify:clay-mug");
    assert!(parsed.earlier_keys.is_empty());
    let category = mug.headers.place(2, &[], "/category_id");
    assert_eq!(category, (2, Some("Type".to_owned())));
    assert_eq!(
        mug.description.as_deref(),
        Some("Thrown by hand.\n\nHolds 300 ml, & keeps warm.")
    );
    assert_eq!(mug.tags.as_deref().unwrap(), ["mug", "clay", "handmade"]);
    let only = &mug.variants[0];
    assert_eq!(only.options, Some(Vec::new()));
    assert_eq!(only.price.unwrap().to_string(), "50.00 BRL");
    assert_eq!(only.barcode, Some(Some("7891234567895".to_owned())));
    assert_eq!(
        (only.stock.quantity, only.weight_grams),
        (Some(12), Some(350))
    );
    let shirt = &parsed.products[1];
    let text = shirt.description.as_deref();
    assert_eq!(text, Some("Light linen,\nmade for \"hot\" days."));
    let sand = &shirt.variants[2];
    let options = sand.options.iter().flatten();
    let options: Vec<_> = options
        .map(|o| (o.name.as_str(), o.value.as_str()))
        .collect();
    assert_eq!(options, [("Size", "Medium"), ("Colour", "Sand")]);
    assert_eq!((&sand.sku, sand.stock.quantity), (&None, Some(-2)));
    assert_eq!(parsed.products[2].status, Some(ProductStatus::Draft));
}

#[test]
fn a_column_that_is_not_there_says_nothing_and_an_empty_one_clears() {
    let absent = &parsed("Handle\na\n").products[0];
    let only = &absent.variants[0];
    assert!(absent.name.is_none() && absent.description.is_none() && absent.tags.is_none());
    assert!(absent.brand.is_none() && absent.kind.is_none() && absent.status.is_none());
    assert!(only.options.is_none() && only.compare_at.is_none() && only.barcode.is_none());
    assert!(only.weight_grams.is_none() && only.stock.tracked.is_none() && only.bare);

    let columns = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Status,Option1 Name,Variant SKU,Variant Price,\
                   Variant Compare At Price,Variant Grams,Variant Barcode,Variant Inventory Tracker,Variant Inventory Qty\n";
    let empty = &parsed(&format!("{columns}a{}\n", ",".repeat(15))).products[0];
    let only = &empty.variants[0];
    assert_eq!(empty.description.as_deref(), Some(""));
    assert_eq!((&empty.brand, &empty.kind), (&Some(None), &Some(None)));
    assert_eq!(empty.tags, Some(Vec::new()));
    assert_eq!((only.compare_at, &only.barcode), (Some(None), &Some(None)));
    assert_eq!(
        (only.weight_grams, only.stock.tracked),
        (Some(0), Some(false))
    );
    // Neither can be empty.
    assert!(empty.name.is_none() && empty.status.is_none());
    assert!(only.sku.is_none() && only.price.is_none());
    // A row that ends early says nothing of the columns after it.
    assert!(
        parsed(&format!("{columns}a,A\n")).products[0]
            .tags
            .is_none()
    );
}

#[test]
fn status_and_stock_are_read_as_they_are_written() {
    let status = |published: &str, status: &str| {
        let file = format!("Handle,Published,Status\na,{published},{status}\n");
        parsed(&file).products.first().and_then(|p| p.status)
    };
    use ProductStatus::{Active, Archived, Draft};
    for (published, said, expected) in [
        ("", "", None),
        ("true", "", Some(Active)),
        ("FALSE", "", Some(Draft)),
        ("false", "active", Some(Draft)),
        ("", "Active", Some(Active)),
        ("true", "draft", Some(Draft)),
        ("true", "archived", Some(Archived)),
    ] {
        assert_eq!(status(published, said), expected, "{published} {said}");
    }
    let stock = |tracker: &str, policy: &str| {
        let columns = "Handle,Variant Inventory Tracker,Variant Inventory Policy";
        let parsed = parsed(&format!("{columns}\na,{tracker},{policy}\n"));
        let stock = parsed.products.first().map(|p| p.variants[0].stock);
        stock.map(|s| (s.tracked, s.oversell))
    };
    assert_eq!(stock("shopify", "deny"), Some((Some(true), Some(false))));
    assert_eq!(stock("", "CONTINUE"), Some((Some(false), Some(true))));
    assert_eq!(stock("amazon", ""), Some((Some(true), None)));
    assert_eq!(stock("shopify", "perhaps"), None);
}

#[test]
fn every_refusal_and_every_change_has_its_line() {
    let parsed = parsed(FILE);
    assert_eq!(
        codes(&parsed, true),
        "9 bad_price Variant Price, 12 no_option_value Option1 Value, 13 no_handle Handle"
    );
    assert_eq!(
        codes(&parsed, false),
        "2 image_not_fetched Image Src, 3 image_not_fetched Image Src, 7 image_not_fetched Image Src"
    );
}

#[test]
fn other_line_ends_and_a_byte_order_mark_change_nothing() {
    let windows = format!("\u{feff}{}", FILE.replace('\n', "\r\n"));
    let (plain, windows) = (parsed(FILE), parsed(&windows));
    assert_eq!(plain.notes.by_kind(), windows.notes.by_kind());
    assert_eq!(plain.products.len(), windows.products.len());
    assert_eq!(
        windows.products[1].description,
        plain.products[1].description
    );
}

#[test]
fn what_cannot_be_seen_in_a_file_is_not_compared() {
    let file = "Handle,Title,Variant SKU,Variant Price\nma\u{301}gica,Ma\u{301}\u{a0}gica\u{200b},AB\u{2011}1,10\n\
                m\u{e1}gica,,\u{feff}AB-2,11\n";
    let parsed = parsed(file);
    assert_eq!(parsed.products.len(), 1);
    let product = &parsed.products[0];
    assert_eq!(product.name.as_deref(), Some("Má gica"));
    let skus = product.variants.iter().map(|v| v.sku.as_deref());
    assert_eq!(Vec::from_iter(skus), [Some("AB-1"), Some("AB-2")]);
    // What was made of it before anything was cleaned is still known.
    let earlier = ("shopify:m\u{e1}gica", "shopify:ma\u{301}gica");
    let known = parsed.earlier_keys.iter();
    let known = known.map(|(key, earlier)| (key.as_str(), earlier.as_str()));
    assert_eq!(Vec::from_iter(known), [earlier]);
}

#[test]
fn other_files_are_no_import() {
    let refused = |bytes: &[u8]| match read(bytes, Currency::BRL) {
        Err(CatalogError::BadImport(why)) => why,
        other => panic!("must be refused: {other:?}"),
    };
    for unknown in [
        "",
        "name,price\nshirt,10\n",
        "Post;Título\n1;x\n",
        "{\"Handle\": 1}",
    ] {
        let why = refused(unknown.as_bytes());
        assert!(why.contains("the known format is shopify"), "{why}");
    }
    refused(b"\xff\xfe\x00");
    refused(&vec![b'a'; 20 * 1024 * 1024 + 1]);
    let many = "Handle,Title,Variant Price\n".to_owned() + &"a,b,1\n".repeat(MAX_ROWS + 1);
    refused(many.as_bytes());
    let why = refused(b"URL handle\tTitle\na\tA\nb\t\"B\nc\tC\n");
    assert!(why.contains("line 3 is never closed"), "{why}");
    assert!(parsed("Handle,Title,Variant Price\n").products.is_empty());
    // A currency without decimals refuses cents; the row says so.
    let yen = read(b"Handle,Title,Variant Price\na,A,10.50\n", Currency::JPY);
    assert_eq!(codes(&yen.unwrap(), true), "2 bad_price Variant Price");
}
