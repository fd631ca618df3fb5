//! Two people become sellers and offer something.

use std::process::Command;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Browser, Client, Market, PASSWORD, Seller, application, give_payout_account, picture, product,
};

/// A seller at her browser as well.
pub(super) struct Shop {
    pub(super) seller: Seller,
    pub(super) browser: Browser,
}

/// Somebody whose application was approved.
pub(super) struct Approved {
    email: String,
    store: String,
}

const TRAYS: &str = "Handle,Title,Published,Option1 Name,Option1 Value,Variant Grams,Variant Inventory Qty,Variant Price\n\
tray,Tray,true,Size,S,400,5,30.00\ntray,,,,L,500,5,40.00\n";

pub(super) async fn category(operator: &Client) -> String {
    operator
        .post("/api/v1/admin/categories", json!({"name": "Mugs"}))
        .await
        .expect(201)
        .str("/id")
}

/// Verifies her address on the page that the mail links to, and applies.
pub(super) async fn apply_by_link(market: &Market, operator: &Browser, name: &str) -> Approved {
    let email = "ana@test.example";
    let link = format!("/l/verify-email/{}", market.register(email).await);
    market
        .client()
        .post(
            "/api/v1/auth/login",
            json!({"email": email, "password": PASSWORD, "audience": "shop"}),
        )
        .await
        .problem(403, "user.email_not_verified");
    let page = market.client().get(&link).await.expect(200);
    assert!(page.text.contains("<form"), "{}", page.text);
    market.client().form(&link, &[]).await.expect(200);
    let ana = market.log_in(email, "shop").await;
    approve(market, operator, &ana, email, application(name, 0)).await
}

pub(super) async fn apply(market: &Market, operator: &Browser, name: &str) -> Approved {
    let email = "bento@test.example";
    let bento = market.customer(email).await;
    approve(market, operator, &bento, email, application(name, 1)).await
}

/// The operator finds the application in her list and approves it on its page.
async fn approve(
    market: &Market,
    operator: &Browser,
    applicant: &Client,
    email: &str,
    application: Value,
) -> Approved {
    let made = applicant.post("/api/v1/stores", application).await;
    let store = made.expect(201).str("/id");
    let page = format!("/admin/stores/{store}");
    let waiting = operator.open("/admin/applications").await;
    assert!(waiting.text.contains(&page), "{}", waiting.text);
    operator
        .submit(&page, &format!("{page}/approve"), &[])
        .await
        .expect(303);
    market.settle().await;
    Approved {
        email: email.to_owned(),
        store,
    }
}

impl Approved {
    /// With the product as the shop shows it.
    async fn opens(self, market: &Market, browser: Browser, client: Client, id: &str) -> Shop {
        let shown = market.client().get(&format!("/api/v1/products/{id}")).await;
        let product = shown.expect(200).json;
        assert_eq!(product["category_path"][0]["name"], "Mugs", "{product}");
        assert_eq!(product["variants"].as_array().map(Vec::len), Some(2));
        assert_eq!(product["images"].as_array().map(Vec::len), Some(1));
        let seller = Seller {
            email: self.email,
            client,
            store: self.store,
            product,
        };
        Shop { seller, browser }
    }
}

/// A product in two sizes with a picture, and a second way to send it.
pub(super) async fn offer_on_a_page(ana: Approved, market: &Market, category: &str) -> Shop {
    let browser = Browser::sign_in(market, "/seller/login", &ana.email).await;
    let new = "/seller/products/new";
    let typed = [
        ("name", "Mug"),
        ("description", "A mug."),
        ("category", category),
        ("status", "active"),
        ("option_name", "Size"),
        ("variants_0_options_0_value", "S"),
        ("variants_0_price", "49.90"),
        ("variants_0_quantity", "10"),
        ("variants_1_options_0_value", "L"),
        ("variants_1_price", "59.90"),
        ("variants_1_quantity", "10"),
    ];
    let made = browser.submit(new, new, &typed).await.expect(303);
    let page = made.header("location").expect("a place").to_owned();
    let added = browser.add_picture(&page, None, &picture()).await;
    added.expect(303);
    let client = market.log_in(&ana.email, "seller").await;
    let express = json!({"name": "Express", "transit_days": 1,
        "price": {"kind": "flat", "price": {"amount": "29.90", "currency": "BRL"}}});
    client
        .post("/api/v1/seller/shipping-methods", express)
        .await
        .expect(201);
    say_where_to_pay(&browser).await;
    let id = page.rsplit('/').next().expect("an id");
    ana.opens(market, browser, client, id).await
}

/// On the page, which wants her password, and shows only the end of what she gave.
async fn say_where_to_pay(browser: &Browser) {
    let page = "/seller/payouts/account";
    let save = "/seller/payouts/account/pix";
    let typed = |password| [("key", "529.982.247-25"), ("password", password)];
    let refused = browser.submit(page, save, &typed("not hers")).await;
    assert!(!refused.expect(422).text.contains("***4725"));
    let saved = browser.submit(page, save, &typed(PASSWORD)).await;
    saved.expect(303);
    let shown = browser.open(page).await.text;
    assert!(
        shown.contains("***4725") && !shown.contains("52998224725"),
        "{shown}"
    );
}

pub(super) async fn offer_by_the_api(bento: Approved, market: &Market, category: &str) -> Shop {
    let client = market.log_in(&bento.email, "seller").await;
    let new = product("Bento Cafe", "39.90", 10, Some(category));
    let made = client.post("/api/v1/seller/products", new).await;
    let id = made.expect(201).str("/id");
    let request = client.request(
        Method::POST,
        &format!("/api/v1/seller/products/{id}/images?alt_text=A%20mug"),
    );
    let picture = request.header("content-type", "image/png").body(picture());
    client.send(picture).await.expect(201);
    give_payout_account(&client).await;
    let browser = Browser::sign_in(market, "/seller/login", &bento.email).await;
    bento.opens(market, browser, client, &id).await
}

/// The command of the same binary, beside the running server; gives the product.
pub(super) async fn import_by_command(market: &Market, store: &str) -> Value {
    let file = market.data_dir.join("trays.csv");
    std::fs::write(&file, TRAYS).expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_feira"))
        .args(["import", "--store", store])
        .arg(&file)
        .env("FEIRA_DATA", &market.data_dir)
        .env("FEIRA_PROFILE", "development")
        .env("FEIRA_DEVELOPMENT__DEMO", "false")
        .env("FEIRA_DATABASE__URL", market.db.url())
        .env("FEIRA_DATABASE__ROLE_PREFIX", market.db.role_prefix())
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 products created, 0 updated, 2 variants"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let shown = market.client().get("/api/v1/products/tray").await;
    shown.expect(200).json
}
