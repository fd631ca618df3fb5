//! Filling the demo marketplace, ended at any point, goes on at the next start.

use super::process::{Serving, create_user, feira, get, run};

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
