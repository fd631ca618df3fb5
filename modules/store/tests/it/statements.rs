//! Every statement of the module, against its schema and under its role.

#[test]
fn all_can_be_prepared() {
    feira_testkit::prepares("stores", concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
}
