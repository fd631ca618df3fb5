use super::{rows::MAX_ROWS, *};
use crate::ImportFormat;

const FILE: &str = include_str!("../../tests/data/shopify.csv");

fn read(file: &[u8], currency: Currency) -> Result<Parsed, CatalogError> {
    crate::import::parse(ImportFormat::Shopify, file, currency)
}

fn parsed(text: &str) -> Parsed {
    read(text.as_bytes(), Currency::BRL).unwrap()
}

/// `9 bad_price Variant Price, 13 no_handle Handle`.
fn codes(parsed: &Parsed, refused: bool) -> String {
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
fn both_templates_say_the_same_in_any_case_by_any_separator_in_any_encoding() {
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
