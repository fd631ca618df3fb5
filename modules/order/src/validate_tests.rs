use feira_cart::CartId;
use feira_kernel::{Currency, Money};
use feira_payment::Method;
use feira_store::{Address, testing::address};
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
    match checkout(request, true) {
        Ok(_) => Vec::new(),
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
        instalments: 1,
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
            "/shipping_address/country",
            "/shipping_address/street",
            "/billing_address/state",
            "/billing_address/postal_code"
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
fn the_phone_of_an_address_is_one() {
    let given = |phone: &str| {
        let phone = phone.to_owned();
        refused(|r| {
            r.billing_address = Some(Address {
                phone: Some(phone),
                ..address()
            })
        })
    };
    for phone in [
        "\u{202a}+55 11 91234-5678\u{202c}",
        "(11) 3333.4444",
        " \u{200b}",
    ] {
        assert_eq!(given(phone), [""; 0], "{phone:?}");
    }
    for phone in ["call me", "+55 11 91234-5678, Ana", "1234"] {
        assert_eq!(given(phone), ["/billing_address/phone"], "{phone:?}");
    }
}

#[test]
fn what_is_typed_is_kept_clean() {
    let mut request = request();
    request.email = Some("ana@example.com ".to_owned());
    request.shipping_address = Address {
        recipient: Some("Ana\u{202e}anA\u{202c}".to_owned()),
        street: "Rua\u{a0}Joa\u{303}o".to_owned(),
        complement: Some("\u{200b}".to_owned()),
        state: Some("sp".to_owned()),
        postal_code: " 01304 001 ".to_owned(),
        phone: Some("\u{202a}+55 11 91234-5678\u{202c}".to_owned()),
        ..address()
    };
    let kept = checkout(request, true).unwrap();
    assert_eq!(kept.email.as_deref(), Some("ana@example.com"));
    let to = kept.shipping_address;
    assert_eq!(to.recipient.as_deref(), Some("AnaanA"));
    assert_eq!((&*to.street, to.complement), ("Rua João", None));
    assert_eq!(
        (to.state.as_deref(), &*to.postal_code),
        (Some("SP"), "01304001")
    );
    assert_eq!(to.phone.as_deref(), Some("+55 11 91234-5678"));
    let given = NewShipment {
        carrier: "Correios\u{a0}".to_owned(),
        tracking_number: "\u{feff}AA123456789BR".to_owned(),
    };
    let kept = shipment(&given).unwrap();
    assert_eq!(
        (&*kept.carrier, &*kept.tracking_number),
        ("Correios", "AA123456789BR")
    );
    assert_eq!(reason(" \u{2060} ").unwrap(), None);
}

#[test]
fn what_an_address_needs_depends_on_its_country() {
    let abroad = |country: &str, code: &str| {
        refused(|r| {
            r.shipping_address.country = country.to_owned();
            r.shipping_address.postal_code = code.to_owned();
            r.shipping_address.state = None;
        })
    };
    for (country, code) in [
        ("PT", "1000-001"),
        ("HK", ""),
        ("AO", "\u{a0}"),
        ("IE", "t12"),
    ] {
        assert_eq!(abroad(country, code), [""; 0], "{country} {code}");
    }
    for (country, code) in [("PT", ""), ("PT", "apartado"), ("IE", "1000\n1")] {
        let pointers = abroad(country, code);
        assert_eq!(
            pointers,
            ["/shipping_address/postal_code"],
            "{country} {code}"
        );
    }
    for country in ["XX", "UK", "Brasil"] {
        let pointers = abroad(country, "1000");
        assert_eq!(pointers, ["/shipping_address/country"], "{country}");
    }
    assert_eq!(abroad("US", "10001"), ["/shipping_address/state"]);
}

#[test]
fn a_guest_gives_an_address_to_write_to() {
    for bad in ["", "ána@feira.example", "a@b.example\nBcc: c@d.example"] {
        assert_eq!(refused(|r| r.email = Some(bad.to_owned())), ["/email"]);
    }
    let beyond_ascii = "x@exämple.com".to_owned();
    assert_eq!(refused(|r| r.email = Some(beyond_ascii)), [""; 0]);
}
