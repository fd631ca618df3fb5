//! What sellers add: pictures by the API and on the page, products from a file, ways of sending.

use feira_testkit::TestDb;
use reqwest::Method;
use serde_json::json;

use crate::support::{
    Answer, Browser, Market, Seller, cart_with, hidden_fields, large_picture, one_seller, picture,
    product,
};

const SMALL_UPLOADS: &str = "[server]\nmax_upload_bytes = 65536";

const CSV: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,\
Variant Grams,Variant Inventory Qty,Variant Price,Image Src\n\
tray,Tray,<p>Wood</p>,Ana,,,true,Size,S,,400,5,30.00,https://example.com/tray.jpg\ntray,,,,,,,,L,,500,5,40.00,\n\
bad,Bad,,,,,true,,,,0,1,minus one,\n";

#[feira_testkit::test]
async fn pictures_imports_and_shipping_choices(db: TestDb) {
    let market = Market::start_with(&db, SMALL_UPLOADS).await;
    let (_, seller) = one_seller(&market, 10).await;
    let id = seller.product["id"].as_str().expect("an id").to_owned();

    // A picture by the API; what is no picture is refused.
    let path = format!("/api/v1/seller/products/{id}/images?alt_text=A%20mug");
    let send = |kind: &'static str, bytes: Vec<u8>| {
        let request = seller.client.request(Method::POST, &path);
        seller
            .client
            .send(request.header("content-type", kind).body(bytes))
    };
    let made = send("image/png", picture()).await.expect(201);
    let url = made.str("/small/url");
    let file = market.client().get(&url).await.expect(200);
    assert!(
        file.header("cache-control")
            .is_some_and(|c| c.contains("immutable"))
    );
    send("image/svg+xml", b"<svg/>".to_vec())
        .await
        .problem(415, "request.unsupported_media_type");
    for kind in ["image/png", "image/jpg", "IMAGE/JPEG; q=1", "Image/Pjpeg"] {
        let refused = send(kind, b"<svg/>".to_vec()).await;
        refused.problem(422, "catalog.bad_image");
    }
    send("image/png", large_picture())
        .await
        .problem(413, "request.too_large");

    // The same on the page, with the token of the form.
    let browser = Browser::sign_in(&market, "/seller/login", &seller.email).await;
    let page = format!("/seller/products/{id}");
    for (token, picture, status) in [
        (Some("forged"), picture(), 403),
        (None, picture(), 303),
        (None, large_picture(), 422),
    ] {
        browser
            .add_picture(&page, token, &picture)
            .await
            .expect(status);
    }

    // A file of products: a dry run changes nothing, a bad row is reported, a repeat updates.
    let import = |query: &str| {
        let path = format!("/api/v1/seller/imports?format=shopify{query}");
        let request = seller.client.request(Method::POST, &path);
        seller.client.send(
            request
                .header("content-type", "Text/CSV; header=present")
                .body(CSV),
        )
    };
    let products = "SELECT count(*) FROM catalog.products";
    assert_eq!(
        import("&dry_run=true").await.expect(200).json["products_created"],
        1
    );
    assert_eq!(market.count(products).await, 1);
    let report = import("").await.expect(200);
    assert_eq!(
        (&report.json["products_created"], &report.json["variants"]),
        (&json!(1), &json!(2))
    );
    notes_are_asked_for(&seller, &report).await;
    a_file_is_given_on_its_page(&browser, &report).await;
    assert_eq!(import("").await.expect(200).json["products_updated"], 1);
    assert_eq!(market.count(products).await, 2);

    shipping_is_chosen(&market, &seller).await;
    market.stop().await;
}

async fn notes_are_asked_for(seller: &Seller, report: &Answer) {
    assert_eq!(report.str("/notes/0/code"), "catalog.bad_price");
    let path = format!("/api/v1/seller/imports/{}/notes", report.str("/id"));
    let all = seller.client.get(&path).await.expect(200);
    let first = &report.json["notes"][0]["first"][0];
    assert_eq!(all.json["items"][0], *first);
    assert_eq!(
        (&first["line"], &first["column"]),
        (&json!(4), &json!("Variant Price"))
    );
    let of_images = format!("{path}?code=catalog.image_not_fetched&limit=1");
    let images = seller.client.get(&of_images).await.expect(200);
    assert_eq!(images.json["items"][0]["column"], "Image Src");
    assert_eq!(images.json["items"].as_array().map(Vec::len), Some(1));
    // Of a format or a file that is not known it is told which are.
    for (format, file) in [("woo", CSV), ("shopify", "Post,Prix\n1,2\n")] {
        let path = format!("/api/v1/seller/imports?format={format}");
        let request = seller.client.request(Method::POST, &path);
        let request = request.header("content-type", "text/csv").body(file);
        let refused = seller.client.send(request).await;
        assert!([400, 422].contains(&refused.status), "{}", refused.text);
        assert!(
            refused.str("/detail").contains("shopify"),
            "{}",
            refused.text
        );
    }
}

/// First to be checked, then to be imported: a page that is loaded again does nothing, and neither does
/// a form that is sent again.
async fn a_file_is_given_on_its_page(browser: &Browser, report: &Answer) {
    let path = "/seller/products/import";
    let page = browser.open(path).await;
    let hidden = hidden_fields(&page.text, path);
    let of_form = |name: &str| {
        let found = hidden.iter().find(|(field, _)| field == name);
        found.expect(name).1.clone()
    };
    let (own, key) = (of_form("csrf"), of_form("key"));
    let send = async |token: &str, button: &str, file: &str| {
        let part = |name: &str, value: &str| {
            format!("--feira\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let fields = part("csrf", token) + &part("key", &key) + button + &part("file", file);
        let request = browser
            .client
            .request(Method::POST, path)
            .header("content-type", "multipart/form-data; boundary=feira")
            .header("sec-fetch-site", "same-origin")
            .body(fields + "--feira--\r\n");
        browser.client.send(request).await
    };
    let check = "--feira\r\ncontent-disposition: form-data; name=\"dry_run\"\r\n\r\ntrue\r\n";
    send("forged", check, CSV).await.expect(403);
    let unknown = send(&own, check, "Post,Prix\n1,2\n").await.expect(422);
    assert!(unknown.text.contains("URL handle"), "{}", unknown.text);
    let mut seen = Vec::new();
    for (button, heading) in [
        (check, "<h2>Checked"),
        (check, "<h2>Checked"),
        ("", "<h2>Imported"),
        ("", "<h2>Imported"),
    ] {
        let done = send(&own, button, CSV).await.expect(303);
        let to = done.header("location").expect("a place").to_owned();
        let shown = browser.open(&to).await.text;
        assert!(shown.contains(heading), "{shown}");
        let note = "Variant Price: &#34;minus one&#34;";
        assert!(shown.contains(note), "{shown}");
        seen.push(to);
    }
    assert_ne!(seen[0], seen[1], "checked twice");
    assert_eq!(seen[2], seen[3], "imported once");
    let rest = format!("{path}?import={}&code=catalog.bad_price", report.str("/id"));
    let told = browser.open(&rest).await;
    assert!(told.text.contains("minus one"), "{}", told.text);
    assert!(!told.text.contains("Image Src"), "{}", told.text);
}

async fn shipping_is_chosen(market: &Market, seller: &Seller) {
    let express = json!({"name": "Express", "transit_days": 1, "price": {"kind": "flat", "price": {"amount": "29.90", "currency": "BRL"}}});
    let method = seller
        .client
        .post("/api/v1/seller/shipping-methods", express)
        .await
        .expect(201)
        .str("/id");
    let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
    let path = format!("/api/v1/carts/{cart}");
    let choose = |method: &str| {
        json!({"country": "BR", "state": "SP", "postal_code": "01304-001",
            "choices": [{"store_id": seller.store, "shipping_method_id": method}]})
    };
    let cart = guest
        .put(&format!("{path}/shipping"), choose(&method))
        .await
        .expect(200);
    assert_eq!(cart.str("/groups/0/shipping_method_id"), method);
    assert_eq!(cart.str("/totals/total/amount"), "79.80");
    let foreign = choose("00000000-0000-7000-8000-000000000000");
    guest
        .put(&format!("{path}/shipping"), foreign)
        .await
        .problem(422, "cart.invalid");
}

#[feira_testkit::test]
async fn a_suspended_store_sells_and_publishes_nothing_from_then_on(market: Market) {
    let (operator, seller) = one_seller(&market, 10).await;
    let (guest, id) = cart_with(&market, &[(seller.variant(0), 2)]).await;
    let cart = format!("/api/v1/carts/{id}");
    let line = guest
        .get(&cart)
        .await
        .expect(200)
        .str("/groups/0/items/0/id");
    let line = format!("{cart}/items/{line}");
    let products = "/api/v1/seller/products";
    let mut draft = product("Ana", "10.00", 1, None);
    draft["status"] = "draft".into();
    let made = seller.client.post(products, draft.clone()).await;
    let draft_id = made.expect(201).str("/id");
    let suspend = format!("/api/v1/admin/stores/{}/suspend", seller.store);
    let reason = json!({"reason": "a test"});
    operator.post(&suspend, reason).await.expect(200);

    // No event was delivered yet.
    let more = guest.patch(&line, json!({"quantity": 3})).await;
    more.problem(409, "cart.store_closed");
    let item = json!({"variant_id": seller.variant(1), "quantity": 1});
    let another = guest.post(&format!("{cart}/items"), item).await;
    another.problem(409, "cart.store_closed");
    let less = guest.patch(&line, json!({"quantity": 1})).await.expect(200);
    assert_eq!(less.str("/problems/0/code"), "store_closed");

    let publish = json!({"status": "active"});
    let path = format!("{products}/{draft_id}");
    let published = seller.client.patch(&path, publish).await;
    published.problem(409, "catalog.store_closed");
    draft["status"] = "active".into();
    let published = seller.client.post(products, draft).await;
    published.problem(409, "catalog.store_closed");
    market.stop().await;
}
