//! The statements on the tables that each module's schema has.

#[test]
fn all_can_be_prepared() {
    feira_testkit::prepares("orders", concat!(env!("CARGO_MANIFEST_DIR"), "/src/sql"));
}
