//! What people keep in the market beside goods, orders and money, whose ids routes take.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, Market, Seller, picture, save_card};

/// The customer's card, what is the first seller's, and what operators made.
pub(crate) struct Kept {
    card: String,
    product: String,
    image: String,
    import: String,
    shipping: String,
    category: String,
    slug: String,
    rule: String,
    limit: String,
    entry: String,
}

async fn made(operator: &Client, route: &str, body: Value) -> Value {
    let path = format!("/api/v1/admin/{route}");
    operator.post(&path, body).await.expect(201).json
}

fn id(found: &Value) -> String {
    found["id"].as_str().expect("an id").to_owned()
}

impl Kept {
    /// After something was sold.
    pub(crate) async fn of(
        market: &Market,
        (operator, customer): (&Client, &Client),
        seller: &Seller,
    ) -> Self {
        let product = id(&seller.product);
        let path = format!("/api/v1/seller/products/{product}/images");
        let image = seller.client.request(Method::POST, &path);
        let image = image.header("content-type", "image/png").body(picture());
        let file = "Handle,Title,Variant Price,Variant Inventory Qty\njug,Jug,30.00,5\n";
        let import = "/api/v1/seller/imports?format=shopify";
        let import = seller.client.request(Method::POST, import);
        let import = import.header("content-type", "text/csv").body(file);
        let shipping = seller.client.get("/api/v1/seller/shipping-methods").await;
        let category = made(operator, "categories", json!({"name": "Kept"})).await;
        let rule = json!({
            "store_id": seller.store, "category_id": null,
            "value": {"kind": "percentage", "percent": "7"},
        });
        let limit = json!({"method": "card", "currency": "USD", "enabled": true});
        let entry = "SELECT id::text AS id FROM payments.ledger_transactions LIMIT 1";
        Self {
            card: save_card(market, customer, "tok_approved").await,
            image: seller.client.send(image).await.expect(201).str("/id"),
            import: seller.client.send(import).await.expect(200).str("/id"),
            product,
            shipping: shipping.expect(200).str("/items/0/id"),
            slug: category["slug"].as_str().expect("a slug").to_owned(),
            category: id(&category),
            rule: id(&made(operator, "commission-rules", rule).await),
            limit: id(&made(operator, "method-limits", limit).await),
            entry: id(&market.rows(entry).await[0]),
        }
    }

    /// The route's path with the id of what is there, if it takes one of these.
    pub(crate) fn at(&self, route: &str) -> Option<String> {
        if route.ends_with("/images/{image_id}") {
            let path = route.replace("{id}", &self.product);
            return Some(path.replace("{image_id}", &self.image));
        }
        let of = |prefix: &str| route.starts_with(&format!("/api/v1/{prefix}/{{"));
        let id = match route {
            _ if of("me/payment-methods") => &self.card,
            _ if of("seller/imports") => &self.import,
            _ if of("seller/shipping-methods") => &self.shipping,
            _ if of("categories") => &self.slug,
            _ if of("admin/categories") => &self.category,
            _ if of("admin/commission-rules") => &self.rule,
            _ if of("admin/method-limits") => &self.limit,
            _ if of("admin/ledger/transactions") => &self.entry,
            _ => return None,
        };
        Some(route.replace("{id}", id).replace("{key}", id))
    }
}
