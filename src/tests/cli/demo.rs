//! Filling the demo marketplace, ended at any point, goes on at the next start.

use feira_web::accounts::ACCOUNTS;
use serde_json::{Value, json};

use super::process::{Serving, create_user, feira, get, run};
use crate::support::Client;

#[test]
fn a_demo_that_was_killed_while_it_was_filled_is_completed() {
    let data = feira_testkit::directory();
    // Among the accounts; after an application; before a shipping method; among the products.
    for nth in ["2", "1", "5", "3", "9", "11", "14"] {
        let mut command = feira(&data);
        command.env("FEIRA_DEVELOPMENT__KILL_AT", format!("demo.made:{nth}"));
        let (ok, _, error) = run(command.arg("demo"));
        assert!(!ok && !error.contains("feira:"), "it was killed: {error}");
    }
    let (ok, said, error) = run(feira(&data).arg("demo"));
    assert!(ok && said.contains("is there"), "{said}{error}");
    let (ok, said, error) = run(feira(&data).arg("demo"));
    assert!(ok && said.contains("nothing was changed"), "{said}{error}");

    let serving = Serving::start(&mut feira(&data), 1);
    let products = get(&serving.url()).expect(200);
    let products = products.json["items"].as_array().expect("a list");
    assert_eq!(products.len(), 12, "each once");
    for product in products {
        assert!(product["image"].is_object(), "{product} has no picture");
    }
    serving.stop();
    let (ok, said, error) = run(feira(&data).arg("check"));
    assert!(ok, "{said}{error}");
}

#[test]
fn where_somebody_has_an_account_no_demo_is_made() {
    let data = feira_testkit::directory();
    let (ok, _, error) = create_user(&data, "op@test.example", "a long enough password");
    assert!(ok, "{error}");
    let (ok, said, error) = run(feira(&data).arg("demo"));
    assert!(ok && said.contains("nothing was changed"), "{said}{error}");
    let mut command = feira(&data);
    let serving = Serving::start(command.env("FEIRA_DEVELOPMENT__DEMO", "true"), 1);
    let products = get(&serving.url()).expect(200);
    assert_eq!(products.json["items"].as_array().map(Vec::len), Some(0));
    serving.stop();
}

#[test]
fn the_demos_orders_are_made_in_every_currency() {
    let mut accounts = ACCOUNTS.into_iter();
    let operator = accounts.find(|account| account.role == "operator");
    let operator = operator.expect("there is one");
    let body = json!({"email": operator.email, "password": operator.password, "audience": "admin"});
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for currency in ["JPY", "KWD"] {
        let data = feira_testkit::directory();
        let mut command = feira(&data);
        command
            .env("FEIRA_DEVELOPMENT__DEMO", "true")
            .env("FEIRA_MARKETPLACE__CURRENCY", currency);
        let serving = Serving::start(&mut command, 1);
        runtime.block_on(async {
            let client = Client::new(&serving.url());
            let signed = client.post("/api/v1/auth/login", body.clone()).await;
            let client = client.with_bearer(&signed.expect(200).str("/access_token"));
            for order in listed(&client, "/api/v1/admin/orders", 4).await {
                assert!(order.to_string().contains(currency), "{order}");
            }
            let of = "/api/v1/admin/disputes";
            let disputes = listed(&client, of, 1).await;
            assert_eq!(disputes[0]["state"], "opened");
            assert_eq!(disputes[0]["amount"]["currency"], currency);
            let books = client.get("/api/v1/admin/books").await.expect(200);
            assert_eq!(books.json["balanced"], true, "{}", books.text);
        });
        serving.stop();
    }
}

/// What a list has once it has so many: the demo's orders are made beside what is served.
async fn listed(client: &Client, path: &str, count: usize) -> Vec<Value> {
    let mut items = Vec::new();
    for _ in 0..20_000 {
        let found = client.get(path).await.expect(200);
        items = found.json["items"].as_array().cloned().unwrap_or_default();
        if items.len() == count {
            break;
        }
    }
    assert_eq!(items.len(), count, "{items:?}");
    items
}
