//! An installation below a path of its host.

use feira_testkit::TestDb;

use crate::support::{Market, PASSWORD, one_seller, picture, upload};

const BELOW: &str = "/the/market";

#[feira_testkit::test]
async fn all_of_it_is_below_the_path_of_base_url(db: TestDb) {
    let more = format!("[server]\nbase_url = \"http://localhost{BELOW}/\"");
    let market = Market::start_with(&db, &more).await;
    market.register("ana@test.example").await;
    let mail = market.newest_mail("ana@test.example").await;
    let link = format!("http://localhost{BELOW}/l/verify-email/");
    assert!(mail.text.contains(&link), "{}", mail.text);

    let client = market.client();
    // With the path, or without it where a proxy takes it off: the links have it.
    for login in [format!("{BELOW}/admin/login"), "/admin/login".to_owned()] {
        let page = client.get(&login).await.expect(200).text;
        let form = format!("action=\"{BELOW}/admin/login\"");
        assert!(page.contains(&form), "{page}");
        let (_, style) = page.split_once("rel=\"stylesheet\" href=\"").unwrap();
        let (style, _) = style.split_once('"').unwrap();
        assert!(style.starts_with(&format!("{BELOW}/static/")), "{style}");
        client.get(style).await.expect(200);
    }
    let asked = client.get(&format!("{BELOW}/admin/books")).await;
    let to = asked.header("location").unwrap();
    assert!(
        to.starts_with(&format!("{BELOW}/admin/login?next=")),
        "{to}"
    );
    market.make_operator("op@test.example").await;
    let fields = [
        ("login", "op@test.example"),
        ("password", PASSWORD),
        ("next", "/admin/books"),
    ];
    let signed = client.form(&format!("{BELOW}/admin/login"), &fields).await;
    let signed = signed.expect(303);
    let to = signed.header("location").unwrap();
    assert_eq!(to, format!("{BELOW}/admin/books"));
    let cookie = signed.header("set-cookie").unwrap().split(';').next();
    let page = client.with("cookie", cookie.unwrap()).get(to).await;
    let page = page.expect(200).text;
    assert!(!page.contains("href=\"/admin"), "{page}");
    client.get(&format!("{BELOW}place/")).await.expect(404);
}

#[feira_testkit::test]
async fn the_api_and_its_pictures_are_below_it_too(db: TestDb) {
    let more = format!("[server]\nbase_url = \"http://localhost{BELOW}\"");
    let market = Market::start_with(&db, &more).await;
    let (_, seller) = one_seller(&market, 1).await;
    let added = seller.client.send(upload(&seller).body(picture())).await;
    let added = added.expect(201);
    let id = seller.product["id"].as_str().unwrap();
    let shown = market.client().get(&format!("/api/v1/products/{id}")).await;
    let shown = shown.expect(200);
    let card = market.client().get("/api/v1/products").await.expect(200);
    let own = format!("/api/v1/seller/products/{id}");
    let own = seller.client.get(&own).await.expect(200);
    for (answer, pointer) in [
        (&added, "/large/url"),
        (&shown, "/images/0/small/url"),
        (&card, "/items/0/image/url"),
        (&own, "/images/0/medium/url"),
    ] {
        let picture = answer.str(pointer);
        let below = format!("{BELOW}/files/");
        assert!(picture.starts_with(&below), "{picture}");
        market.client().get(&picture).await.expect(200);
    }
    // A client finds the operations from where it found the document.
    let place = format!("http://localhost{BELOW}/api/openapi.json");
    let place = reqwest::Url::parse(&place).unwrap();
    let document = market.document().await;
    let server = document["servers"][0]["url"].as_str().unwrap();
    assert!(!server.ends_with('/'), "{server}");
    let server = place.join(server).unwrap();
    assert_eq!(server.path(), format!("{BELOW}/"));
    market.stop().await;
}
