//! The statements of the gateway and of the simulated provider, under their roles.

use feira_testkit::prepares;

fn below(folder: &str) -> String {
    format!("{}/src/{folder}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_gateways_can_be_prepared() {
    prepares("gateway", below("gateway"));
}

#[test]
fn those_of_the_simulated_provider_can_be_prepared() {
    prepares("sandbox", below("sandbox"));
}

#[test]
fn those_about_the_database_itself_can_be_prepared() {
    for folder in ["app", "sql"] {
        prepares("gateway", below(folder));
    }
}
