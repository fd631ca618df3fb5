use feira_cart::CartId;
use feira_kernel::{Currency, Money};
use feira_payment::Method;
use feira_store::testing::address;
use uuid::Uuid;

use super::*;

fn request() -> Checkout {
    Checkout {
        key: "k".to_owned(),
        cart: CartId(Uuid::from_u128(1)),
        email: Some("ana@feira.example".to_owned()),
        shipping_address: address(),
        billing_address: None,
        method: Method::Pix {},
        expected_total: Money::zero(Currency::BRL),
        locale: None,
    }
}

/// The pointers that are refused after the change.
fn refused(change: impl FnOnce(&mut Checkout)) -> Vec<String> {
    let mut request = request();
    change(&mut request);
    match checkout(&request, true) {
        Ok(()) => Vec::new(),
        Err(OrderError::Invalid(fields)) => fields.into_iter().map(|f| f.pointer).collect(),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_good_request_passes_and_bad_fields_are_named() {
    assert_eq!(refused(|_| {}), [""; 0]);
    assert_eq!(refused(|r| r.key = String::new()), ["/key"]);
    assert_eq!(refused(|r| r.key = "k".repeat(256)), ["/key"]);
    assert_eq!(refused(|r| r.email = None), ["/email"]);
    let card = |token: &str| Method::Card {
        token: token.to_owned(),
    };
    assert_eq!(
        refused(|r| r.method = card("4111111111111111")),
        ["/payment/token"]
    );
    assert_eq!(
        refused(|r| {
            r.shipping_address.street = "a\0b".to_owned();
            r.shipping_address.country = "br".to_owned();
            r.billing_address = Some(Address {
                postal_code: "123".to_owned(),
                state: None,
                ..address()
            });
        }),
        [
            "/shipping_address/street",
            "/shipping_address/country",
            "/billing_address/postal_code",
            "/billing_address/state"
        ]
    );
}

#[test]
fn every_text_of_an_address_is_bounded_and_free_of_controls() {
    type Set = fn(&mut Address, String);
    let texts: [(&str, Set); 8] = [
        ("recipient", |a, t| a.recipient = Some(t)),
        ("street", |a, t| a.street = t),
        ("number", |a, t| a.number = Some(t)),
        ("complement", |a, t| a.complement = Some(t)),
        ("district", |a, t| a.district = Some(t)),
        ("city", |a, t| a.city = t),
        ("phone", |a, t| a.phone = Some(t)),
        ("postal_code", |a, t| a.postal_code = t),
    ];
    for (name, set) in texts {
        for bad in ["x".repeat(201), "a\r\nb".to_owned(), "\u{0}".to_owned()] {
            let pointers = refused(|r| set(&mut r.shipping_address, bad.clone()));
            let pointer = format!("/shipping_address/{name}");
            assert!(pointers.contains(&pointer), "{name} {bad:?}: {pointers:?}");
        }
    }
    assert_eq!(
        refused(|r| r.shipping_address.city = "  ".to_owned()),
        ["/shipping_address/city"]
    );
}

#[test]
fn a_recipient_cannot_turn_the_direction_of_text() {
    let turned =
        |r: &mut Checkout| r.shipping_address.recipient = Some("Ana\u{202e}anA".to_owned());
    assert_eq!(refused(turned), ["/shipping_address/recipient"]);
}

#[test]
fn postal_codes_outside_brazil_are_free() {
    let abroad = |code: &str| {
        refused(|r| {
            r.shipping_address.country = "PT".to_owned();
            r.shipping_address.postal_code = code.to_owned();
            r.shipping_address.state = None;
        })
    };
    for free in [
        "1000-001",
        "Apartado 12/3 (A)",
        "〒100-0001",
        &"1".repeat(20),
    ] {
        assert_eq!(abroad(free), [""; 0], "{free}");
    }
    for none in ["", "  ", "1000\n", &"1".repeat(21)] {
        assert_eq!(abroad(none), ["/shipping_address/postal_code"], "{none:?}");
    }
    let spaced = |r: &mut Checkout| r.shipping_address.postal_code = " 01310-200 ".to_owned();
    assert_eq!(refused(spaced), [""; 0]);
}

#[test]
fn a_guest_gives_an_address_to_write_to() {
    for bad in ["", " ana@feira.example", "a@b.example\nBcc: c@d.example"] {
        assert_eq!(refused(|r| r.email = Some(bad.to_owned())), ["/email"]);
    }
    let beyond_ascii = "x@exämple.com".to_owned();
    assert_eq!(refused(|r| r.email = Some(beyond_ascii)), [""; 0]);
}
