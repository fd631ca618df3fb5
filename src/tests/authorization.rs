//! Every operation is tried by everybody, on what is hers, on what is somebody else's and on what
//! is not there. One without a row fails.

use std::collections::BTreeSet;

use feira_testkit::TestDb;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    refusals::{NOBODY, fixtures::Fixtures, things::Things},
    repeats,
    schema::{self, Filler},
    support::{Answer, BY_HAND, Client, Market, Seller, access_key, cart_with},
};

mod rows;

use rows::{Access, ROWS, Verdict, Who, verdict};

const FILLER: Filler<'_> = Filler {
    text: "words",
    number: 1,
    amount: "1.00",
};

/// One operation, as the document describes it.
struct Operation<'a> {
    document: &'a Value,
    method: Method,
    path: &'a str,
    access: Access,
}

impl<'a> Operation<'a> {
    fn of(document: &'a Value, (name, access): (&'a str, Access)) -> Self {
        let (method, path) = name.split_once(' ').expect("two words");
        Self {
            document,
            method: method.parse().expect("a method"),
            path,
            access,
        }
    }

    fn described(&self) -> &'a Value {
        &self.document["paths"][self.path][self.method.as_str().to_lowercase()]
    }

    /// Whether the request says on which thing it works, in its path or its body.
    fn names_thing(&self) -> bool {
        self.path.contains('{') || self.path == "/api/v1/checkouts"
    }

    /// Where nothing is.
    fn nowhere(&self) -> String {
        let path = self.path.replace("{module}", "order");
        let words = path.split('/');
        let words = words.map(|w| if w.starts_with('{') { NOBODY } else { w });
        words.collect::<Vec<_>>().join("/")
    }

    /// A well-formed request that changes nothing which has a version.
    fn request(&self, client: &Client, path: &str, named: &Named, key: &str) -> RequestBuilder {
        let operation = self.described();
        let needs = |place: &str, name: &str| {
            let mut parameters = operation["parameters"].as_array().into_iter().flatten();
            parameters.any(|p| p["in"] == place && p["name"] == name && p["required"] == true)
        };
        let document = access_key(9_999);
        let query = [
            ("module", "order"),
            ("format", "shopify"),
            ("key", &*document),
            ("kind", "receipt"),
        ];
        let query = query.iter().find(|(name, _)| needs("query", name));
        let query = query.map(|(name, value)| format!("?{name}={value}"));
        let path = format!("{path}{}", query.unwrap_or_default());
        let mut request = client.request(self.method.clone(), &path);
        if needs("header", "Idempotency-Key") {
            request = request.header("idempotency-key", key);
        }
        if [Method::PUT, Method::PATCH, Method::DELETE].contains(&self.method) {
            request = request.header("if-match", "\"999999-0\"");
        }
        let content = operation.pointer("/requestBody/content");
        let kind = content.and_then(|kinds| kinds.as_object()?.keys().next());
        match (schema::body_of(operation), kind) {
            (Some(schema), _) => {
                let bodies = schema::bodies(self.document, schema, FILLER);
                // With the required fields alone.
                let mut body = bodies[bodies.len() - 2].clone();
                for (field, id) in named {
                    if body[field].is_string() {
                        body[*field] = json!(id);
                    }
                }
                request.json(&body)
            }
            (None, Some(kind)) => request.header("content-type", kind).body("bytes"),
            (None, None) => request,
        }
    }
}

/// What fields of a body name.
type Named = [(&'static str, String)];

/// Who calls, and whose things there are.
struct World {
    callers: Vec<(Who, Client)>,
    customers: Things,
    guests: Things,
    fixtures: Fixtures,
    keys: usize,
}

impl World {
    async fn of(market: &Market) -> Self {
        let mut made = repeats::World::of(market).await;
        let fixtures = Fixtures::of(&mut made).await;
        market
            .make_operator_as("support@test.example", "support")
            .await;
        let support = market.log_in("support@test.example", "admin").await;
        let (seller, other) = (made.a, made.b);
        let (operator, customer) = (made.operator, made.buyer);
        let staff = staff(market, &seller).await;
        let customers = Things::of(market, &customer, &seller).await;
        let (guest, guests) = Things::of_guest(market, &seller).await;
        let (other_guest, _) = cart_with(market, &[(other.variant(0), 1)]).await;
        let callers = vec![
            (Who::Stranger, market.client()),
            (Who::Guest, guest),
            (Who::OtherGuest, other_guest),
            (Who::Customer, customer),
            (
                Who::OtherCustomer,
                market.customer("rita@test.example").await,
            ),
            (Who::Staff, staff),
            (Who::Seller, seller.client),
            (Who::OtherSeller, other.client),
            (Who::Support, support),
            (Who::Operator, operator),
        ];
        Self {
            callers,
            customers,
            guests,
            fixtures,
            keys: 0,
        }
    }

    async fn ask(&mut self, operation: &Operation<'_>, who: Who, at: (&str, &Named)) -> Answer {
        self.keys += 1;
        let key = format!("key {}", self.keys);
        let mut callers = self.callers.iter();
        let (_, client) = callers.find(|(w, _)| *w == who).expect("a caller");
        let (path, named) = at;
        client
            .send(operation.request(client, path, named, &key))
            .await
    }

    /// What one caller is answered, where things are the `owner`'s.
    async fn tried(&mut self, operation: &Operation<'_>, who: Who, owner: Who) {
        let things = match owner {
            Who::Guest => &self.guests,
            _ => &self.customers,
        };
        let nowhere = operation.nowhere();
        let there = self.fixtures.at(operation.path, things);
        let named = self.fixtures.named(operation.path, things);
        let nothing = named.clone().map(|(field, _)| (field, NOBODY.to_owned()));
        let own = there.unwrap_or_else(|| nowhere.clone());
        let found = self.ask(operation, who, (&own, &named)).await;
        let what = format!(
            "{} {} by {who:?}: {} {}",
            operation.method, own, found.status, found.text
        );
        match verdict(operation.access, who, owner) {
            Verdict::AsAnybody => {
                let strangers = self.ask(operation, Who::Stranger, (&own, &named)).await;
                let same = code(&found) == code(&strangers);
                assert!(
                    same || found.status == 429 || strangers.status == 429,
                    "{what}"
                );
            }
            Verdict::Unauthenticated => assert_eq!(found.status, 401, "{what}"),
            Verdict::Forbidden => assert_eq!(found.status, 403, "{what}"),
            Verdict::Hidden if operation.names_thing() => {
                let missing = self.ask(operation, who, (&nowhere, &nothing)).await;
                assert_eq!(code(&found), code(&missing), "{what}");
                let refused = found.status >= 400 && ![401, 403].contains(&found.status);
                assert!(refused, "{what}");
                assert!(
                    operation.method != Method::GET || found.status == 404,
                    "{what}"
                );
            }
            Verdict::Hidden | Verdict::Served => {
                assert!(![401, 403].contains(&found.status), "{what}");
                assert_ne!(found.status, 404, "{what}");
                if operation.path.contains('{') {
                    let missing = self.ask(operation, who, (&nowhere, &nothing)).await;
                    let refused = missing.status >= 400 && ![401, 403].contains(&missing.status);
                    assert!(refused, "{what}, nowhere: {}", missing.text);
                }
            }
        }
    }
}

/// What a caller can tell two answers apart by.
fn code(answer: &Answer) -> (u16, Value) {
    (answer.status, answer.json["code"].clone())
}

/// Somebody who works in the store and does not manage it.
async fn staff(market: &Market, seller: &Seller) -> Client {
    let email = "staff@test.example";
    let person = market.customer(email).await;
    let id = person.get("/api/v1/me").await.expect(200).str("/id");
    let join = format!(
        "INSERT INTO stores.store_members (store_id, user_id, role, created_at, updated_at) \
         VALUES ('{}', '{id}', 'staff', now(), now()) RETURNING 1 AS joined",
        seller.store
    );
    market.rows(&join).await;
    market.log_in(email, "seller").await
}

/// Those who are served come last, what changes most at the very end.
fn order(operation: &Operation<'_>) -> (bool, bool, bool) {
    let is_post = operation.method == Method::POST;
    let is_admin = operation.path.starts_with("/api/v1/admin");
    (operation.method != Method::GET, is_post, is_admin)
}

#[feira_testkit::test]
async fn everybody_is_answered_as_the_matrix_says(db: TestDb) {
    let market = Market::start_with(&db, BY_HAND).await;
    let document = market.document().await;
    let documented = document["paths"].as_object().expect("paths").iter();
    let documented = documented.flat_map(|(path, item)| {
        let methods = item.as_object().expect("an item").keys();
        methods.map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    let documented: BTreeSet<String> = documented.collect();
    let rows: BTreeSet<String> = ROWS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(
        documented, rows,
        "an operation without a row, or the reverse"
    );

    let mut operations: Vec<_> = ROWS
        .iter()
        .map(|row| Operation::of(&document, *row))
        .collect();
    operations.sort_by_key(order);
    let mut world = World::of(&market).await;
    for operation in &operations {
        let there = world.fixtures.at(operation.path, &world.customers);
        let is_there = there.is_some() || !operation.path.contains('{');
        assert!(is_there, "nothing is at {}", operation.path);
    }
    let everybody: Vec<Who> = world.callers.iter().map(|(who, _)| *who).collect();
    for served in [false, true] {
        for operation in &operations {
            let owners: &[Who] = match operation.access {
                Access::Buyer => &[Who::Customer, Who::Guest],
                _ => &[Who::Customer],
            };
            for (owner, who) in owners
                .iter()
                .flat_map(|o| everybody.iter().map(move |w| (*o, *w)))
            {
                let verdict = verdict(operation.access, who, owner);
                if (verdict == Verdict::Served) == served {
                    world.tried(operation, who, owner).await;
                }
            }
        }
    }
    market.stop().await;
}
