//! What sellers and operators do on pages, with plain forms and no script.

use feira_testkit::run_system;
use scraper::{Html, Selector};
use serde_json::json;

use crate::{
    purchase::{card, checkout_body, fill_cart},
    support::{Answer, Client, Market, PASSWORD, address},
};

/// Somebody at a browser, signed in.
struct Browser {
    client: Client,
}

impl Browser {
    async fn sign_in(market: &Market, login: &str, email: &str) -> Self {
        let fields = [("login", email), ("password", PASSWORD), ("next", "")];
        let answer = market.client().form(login, &fields).await.expect(303);
        let cookie = answer.header("set-cookie").expect("a cookie");
        for word in [
            "__Host-feira_",
            "HttpOnly",
            "Secure",
            "SameSite=Lax",
            "Path=/",
        ] {
            assert!(cookie.contains(word), "{cookie}");
        }
        let pair = cookie.split(';').next().expect("a pair");
        Self {
            client: market.client().with("cookie", pair),
        }
    }

    async fn open(&self, path: &str) -> Answer {
        let page = self.client.get(path).await.expect(200);
        let html = Html::parse_document(&page.text);
        let one = |css: &str| {
            html.select(&Selector::parse(css).expect("a selector"))
                .count()
        };
        assert_eq!(one("h1"), 1, "{path} has one h1");
        assert_eq!(
            one("script:not([src]), [style], [onclick]"),
            0,
            "{path} has something inline"
        );
        assert!(
            page.text.len() < 60_000,
            "{path} is {} bytes",
            page.text.len()
        );
        page
    }

    /// Sends a form of a page with what is hidden in it, and the fields that are typed.
    async fn submit(&self, page: &str, action: &str, typed: &[(&str, &str)]) -> Answer {
        let page = self.open(page).await;
        let hidden = hidden_fields(&page.text, action);
        let mut fields: Vec<(&str, &str)> = hidden
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        fields.retain(|(name, _)| typed.iter().all(|(other, _)| other != name));
        fields.extend(typed);
        self.client.form(action, &fields).await
    }
}

fn hidden_fields(html: &str, action: &str) -> Vec<(String, String)> {
    let document = Html::parse_document(html);
    let css = format!("form[action=\"{action}\"] input[type=hidden]");
    let inputs = Selector::parse(&css).expect("a selector");
    let found: Vec<_> = document
        .select(&inputs)
        .map(|i| {
            (
                i.attr("name").unwrap_or_default().to_owned(),
                i.attr("value").unwrap_or_default().to_owned(),
            )
        })
        .collect();
    assert!(
        found.iter().any(|(name, _)| name == "csrf"),
        "no form to {action} with a token"
    );
    found
}

#[test]
fn operators_approve_and_sellers_offer_and_ship_on_pages() {
    run_system(|db| async move {
        let market = Market::start(&db).await;
        let api_operator = market.operator().await;
        let operator = Browser::sign_in(&market, "/admin/login", "operator@test.example").await;
        for path in [
            "/admin",
            "/admin/applications",
            "/admin/stores",
            "/admin/orders",
            "/admin/payouts",
            "/admin/events",
            "/admin/mailbox",
            "/admin/books",
        ] {
            operator.open(path).await;
        }
        // An application is approved on a page; a second one is rejected with a reason.
        let ana = market.customer("ana@test.example").await;
        let application = json!({
            "business_name": "Ana LTDA", "tax_id": "11.222.333/0001-81", "phone": "+5511987654321",
            "name": "Ana Ceramica", "description": "Clay.", "address": address()
        });
        let store = ana
            .post("/api/v1/stores", application)
            .await
            .expect(201)
            .str("/id");
        let page = format!("/admin/stores/{store}");
        operator
            .submit(&page, &format!("{page}/approve"), &[])
            .await
            .expect(303);
        market.settle().await;
        // She offers a product with two variants.
        let seller = Browser::sign_in(&market, "/seller/login", "ana@test.example").await;
        let wrong = seller
            .submit(
                "/seller/products/new",
                "/seller/products/new",
                &[("name", "Mug"), ("variants_0_price", "ten")],
            )
            .await
            .expect(422);
        assert!(
            wrong.text.contains("value=\"ten\""),
            "what was typed is kept"
        );
        let made = seller
            .submit(
                "/seller/products/new",
                "/seller/products/new",
                &[
                    ("name", "Mug"),
                    ("description", "A mug."),
                    ("status", "active"),
                    ("option_name", "Size"),
                    ("variants_0_options_0_value", "S"),
                    ("variants_0_price", "49.90"),
                    ("variants_0_quantity", "9"),
                    ("variants_1_options_0_value", "L"),
                    ("variants_1_price", "59.90"),
                    ("variants_1_quantity", "9"),
                ],
            )
            .await
            .expect(303);
        let product = made.header("location").expect("a place").to_owned();
        let page = seller.open(&product).await;
        assert!(page.text.contains("Mug"), "{}", page.text);
        seller.open("/seller/products").await;
        seller.open("/seller/payouts").await;
        // A guest buys, and she sends from her page.
        let other = market
            .seller(&api_operator, "Bento Cafe", 1, "39.90", 9)
            .await;
        let id = product.rsplit('/').next().expect("an id").to_owned();
        let own = market
            .client()
            .get(&format!("/api/v1/products/{id}"))
            .await
            .expect(200)
            .json;
        let a = crate::support::Seller {
            email: String::new(),
            client: market.client(),
            store,
            product: own,
        };
        let (token, cart) = fill_cart(&market.client(), &a, &other).await;
        let guest = market
            .client()
            .with("x-cart-token", &token)
            .with("idempotency-key", "pages");
        let placed = guest
            .post(
                "/api/v1/checkouts",
                checkout_body(&cart, card("tok_approved")),
            )
            .await
            .expect(201);
        market.settle().await;
        let orders = seller.open("/seller/orders").await;
        let order = orders
            .text
            .split("href=\"/seller/orders/")
            .nth(1)
            .and_then(|t| t.split('"').next());
        let order = format!("/seller/orders/{}", order.expect("an order in the list"));
        let shipped = seller
            .submit(
                &order,
                &format!("{order}/ship"),
                &[("carrier", "Correios"), ("tracking_number", "QB1")],
            )
            .await;
        shipped.expect(303);
        assert!(seller.open(&order).await.text.contains("QB1"));
        // The guest opens the link of the mail.
        let link = format!("/l/order/{}", placed.str("/order_token"));
        assert!(
            market
                .client()
                .get(&link)
                .await
                .expect(200)
                .text
                .contains("QB1")
        );
        seller.open("/seller").await;
        operator.open("/admin/mailbox").await;
        market.stop().await;
    });
}

#[test]
fn forms_from_elsewhere_are_refused() {
    run_system(|db| async move {
        let market = Market::start(&db).await;
        market.operator().await;
        let operator = Browser::sign_in(&market, "/admin/login", "operator@test.example").await;
        let run = "/admin/payouts/run";
        for fields in [
            vec![],
            vec![("csrf", "")],
            vec![("csrf", "AAAAAAAAAAAAAAAAAAAAAA.AAAA")],
        ] {
            assert_eq!(operator.client.form(run, &fields).await.status, 403);
        }
        let page = operator.open("/admin/payouts").await;
        let hidden = hidden_fields(&page.text, run);
        let fields: Vec<(&str, &str)> = hidden
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        let foreign = operator.client.with("sec-fetch-site", "cross-site");
        let body = fields
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect::<Vec<_>>()
            .join("&");
        let request = foreign
            .request(reqwest::Method::POST, run)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        assert_eq!(foreign.send(request).await.status, 403);
        operator.client.get(run).await.expect(404);
        // A page without a session leads to the sign-in.
        let away = market.client().get("/admin/payouts").await.expect(303);
        assert_eq!(
            away.header("location"),
            Some("/admin/login?next=/admin/payouts")
        );
        let wrong = [
            ("login", "operator@test.example"),
            ("password", "not the password"),
            ("next", ""),
        ];
        assert_eq!(
            market.client().form("/admin/login", &wrong).await.status,
            422
        );
        operator.client.form("/logout", &fields).await.expect(303);
        operator.client.get("/admin").await.expect(303);
        market.stop().await;
    });
}
