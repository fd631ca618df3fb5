use feira_kernel::Actor;
use feira_user::NewUser;
use serde_json::{Value, json};
use time::Duration;

use super::{Client, Market};

pub(crate) const PASSWORD: &str = "correct horse battery";

/// A seller with an approved store, one product with two variants, signed in to the API.
pub(crate) struct Seller {
    pub(crate) email: String,
    pub(crate) client: Client,
    pub(crate) store: String,
    pub(crate) product: Value,
}

pub(crate) fn address() -> Value {
    json!({
        "recipient": "Clara Nunes", "street": "Rua Augusta", "number": "1500", "district": "Consolação",
        "city": "São Paulo", "state": "SP", "postal_code": "01304-001", "country": "BR"
    })
}

/// Valid CNPJs for stores of tests.
const TAX_IDS: [&str; 4] = [
    "11.222.333/0001-81",
    "12.ABC.345/01DE-35",
    "529.982.247-25",
    "111.444.777-35",
];

/// What somebody who wants to sell fills in.
pub(crate) fn application(name: &str, number: usize) -> Value {
    json!({
        "business_name": format!("{name} LTDA"), "tax_id": TAX_IDS[number % TAX_IDS.len()], "phone": "+5511987654321",
        "name": name, "description": "A store of a test.", "address": address()
    })
}

/// What an owner sends to say where her store is paid.
pub(crate) fn payout_account(key: &str) -> Value {
    json!({"account": {"kind": "pix", "key": key}, "password": PASSWORD})
}

/// The owner says where her store is paid; a day later it is.
pub(crate) async fn give_payout_account(owner: &Client) {
    let account = payout_account("529.982.247-25");
    let given = owner.post("/api/v1/seller/payout-account", account).await;
    given.expect(200);
}

/// Somebody has so much to be paid, and no job pays it.
pub(crate) async fn payable(market: &Market, seller: &Seller, part: &str) {
    let sent = json!({"carrier": "Correios", "tracking_number": "BR1"});
    give_payout_account(&seller.client).await;
    for (step, body) in [("ship", sent), ("deliver", json!({}))] {
        let path = format!("/api/v1/seller/orders/{part}/{step}");
        seller.client.post(&path, body).await.expect(200);
    }
    let lease = "WITH leased AS (UPDATE payments.job SET lease_until = now() + interval '50 seconds' \
                                 WHERE name = 'payment.payouts' RETURNING 1) SELECT count(*) FROM leased";
    assert_eq!(market.count(lease).await, 1);
    market.pass(Duration::days(40)).await;
}

impl Market {
    /// Registers; gives the token of the link in the mail.
    pub(crate) async fn register(&self, email: &str) -> String {
        let body = json!({"email": email, "password": PASSWORD, "first_name": "Clara", "last_name": "Nunes"});
        self.client()
            .post("/api/v1/auth/register", body)
            .await
            .expect(202);
        self.newest_mail(email).await.link_after("/l/verify-email/")
    }

    /// Registers, sends the token of the mail back, and logs in.
    pub(crate) async fn customer(&self, email: &str) -> Client {
        let token = self.register(email).await;
        self.client()
            .post("/api/v1/auth/verify-email", json!({"token": token}))
            .await
            .expect(204);
        self.log_in(email, "shop").await
    }

    pub(crate) async fn log_in(&self, email: &str, audience: &str) -> Client {
        let body = json!({"email": email, "password": PASSWORD, "audience": audience});
        let answer = self
            .client()
            .post("/api/v1/auth/login", body)
            .await
            .expect(200);
        self.client().with_bearer(&answer.str("/access_token"))
    }

    /// An operator, signed in to the API.
    pub(crate) async fn operator(&self) -> Client {
        let email = "operator@test.example";
        self.make_operator(email).await;
        self.log_in(email, "admin").await
    }

    pub(crate) async fn make_operator(&self, email: &str) {
        self.make_operator_as(email, "admin").await;
    }

    pub(crate) async fn make_operator_as(&self, email: &str, role: &str) {
        let key = feira_user::generate_jwt_key(&self.db.entropy()).expect("a key");
        let token = feira_kernel::token::TokenKey::new(vec![1; 32]).expect("32 bytes");
        let users = feira_user::start(
            self.db.env("users"),
            feira_user::Settings::new(vec![key], "test".to_owned(), token),
        )
        .expect("users");
        let new = NewUser {
            email: email.to_owned(),
            password: PASSWORD.to_owned(),
            first_name: "Olga".to_owned(),
            last_name: "Prado".to_owned(),
            locale: None,
            roles: vec![role.to_owned()],
        };
        users
            .api
            .create(&Actor::system("cli"), new)
            .await
            .expect("an operator");
    }

    /// Applies with a store, is approved over the API, and offers a product of two variants.
    pub(crate) async fn seller(
        &self,
        operator: &Client,
        name: &str,
        number: usize,
        price: &str,
        quantity: u32,
    ) -> Seller {
        let email = format!("seller{number}@test.example");
        let customer = self.customer(&email).await;
        let store = customer
            .post("/api/v1/stores", application(name, number))
            .await
            .expect(201)
            .str("/id");
        operator
            .post(&format!("/api/v1/admin/stores/{store}/approve"), json!({}))
            .await
            .expect(200);
        self.settle().await;
        let client = self.log_in(&email, "seller").await;
        let product = client
            .post(
                "/api/v1/seller/products",
                product(name, price, quantity, None),
            )
            .await
            .expect(201)
            .json;
        Seller {
            email,
            client,
            store,
            product,
        }
    }
}

impl Seller {
    pub(crate) fn variant(&self, index: usize) -> String {
        self.product["variants"][index]["id"]
            .as_str()
            .expect("a variant")
            .to_owned()
    }
}

/// A product in two sizes of one price.
pub(crate) fn product(store: &str, price: &str, quantity: u32, category: Option<&str>) -> Value {
    let variant = |size: &str| {
        json!({
            "options": [{"name": "Size", "value": size}], "price": {"amount": price, "currency": "BRL"},
            "weight_grams": 300, "quantity": quantity
        })
    };
    json!({
        "name": format!("Mug of {store}"), "description": "A mug.", "status": "active", "category_id": category,
        "variants": [variant("S"), variant("L")]
    })
}
