//! What a buyer or a seller may write into an order. It is kept as it was written.

use feira_kernel::validate::{Fields, REQUIRED};
use feira_payment::Method;
use feira_store::Address;

use crate::{Checkout, NewShipment, OrderError};

pub(crate) fn key(fields: &mut Fields, key: &str) {
    fields.line("/key", key, 1..=255);
}

pub(crate) fn method(fields: &mut Fields, method: &Method) {
    if let Err(fault) = method.validate("/payment") {
        fields.push(fault);
    }
}

fn optional(fields: &mut Fields, pointer: &str, text: Option<&str>, max: usize) {
    if let Some(text) = text {
        fields.line(pointer, text, 0..=max);
    }
}

fn address(fields: &mut Fields, at: &str, address: &Address) {
    let field = |name: &str| format!("{at}/{name}");
    fields.line(&field("street"), &address.street, 1..=200);
    fields.line(&field("city"), &address.city, 1..=100);
    if let Some(recipient) = &address.recipient {
        let at = field("recipient");
        fields.length(&at, recipient, 0..=200);
        fields.nothing_hidden(&at, recipient);
    }
    for (name, text, max) in [
        ("number", &address.number, 20),
        ("complement", &address.complement, 100),
        ("district", &address.district, 100),
        ("state", &address.state, 10),
        // For whoever brings the parcel: an extension or a name may stand in it.
        ("phone", &address.phone, 30),
    ] {
        optional(fields, &field(name), text.as_deref(), max);
    }
    fields.country(&field("country"), &address.country);
    fields.postal_code(
        &field("postal_code"),
        &address.country,
        &address.postal_code,
    );
    if address.country == "BR" {
        fields.brazilian_state(&field("state"), address.state.as_deref());
    }
}

/// Everything of a checkout that can be judged without asking anybody.
pub(crate) fn checkout(checkout: &Checkout, guest: bool) -> Result<(), OrderError> {
    let mut fields = Fields::default();
    key(&mut fields, &checkout.key);
    match (&checkout.email, guest) {
        (Some(email), true) => fields.email("/email", email),
        (None, true) => fields.refuse("/email", REQUIRED, "a guest must give an e-mail address"),
        (_, false) => {}
    }
    address(&mut fields, "/shipping_address", &checkout.shipping_address);
    if let Some(billing) = &checkout.billing_address {
        address(&mut fields, "/billing_address", billing);
    }
    optional(&mut fields, "/locale", checkout.locale.as_deref(), 20);
    method(&mut fields, &checkout.method);
    fields.not_negative("/expected_total", checkout.expected_total);
    Ok(fields.finish()?)
}

pub(crate) fn shipment(shipment: &NewShipment) -> Result<(), OrderError> {
    let mut fields = Fields::default();
    fields.line("/carrier", &shipment.carrier, 1..=100);
    fields.line("/tracking_number", &shipment.tracking_number, 1..=100);
    Ok(fields.finish()?)
}

pub(crate) fn reason(reason: &str) -> Result<(), OrderError> {
    let mut fields = Fields::default();
    fields.line("/reason", reason, 0..=500);
    Ok(fields.finish()?)
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
