//! What a buyer or a seller may write into an order.

use feira_kernel::{FieldError, PageError};
use feira_payment::Method;
use feira_store::Address;

use crate::{Checkout, NewShipment, OrderError};

impl From<PageError> for OrderError {
    fn from(error: PageError) -> Self {
        let detail = error.to_string();
        Self::Invalid(vec![FieldError::new("/cursor", "order.cursor", detail)])
    }
}

/// Collects refused fields, so that all are told at once.
#[derive(Default)]
pub(crate) struct Fields(Vec<FieldError>);

impl Fields {
    pub(crate) fn refuse(&mut self, pointer: &str, code: &str, detail: impl Into<String>) {
        let code = format!("order.{code}");
        self.0.push(FieldError::new(pointer, code, detail));
    }

    pub(crate) fn done(self) -> Result<(), OrderError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(OrderError::Invalid(self.0))
        }
    }

    /// Text that must be there, of at most `max` characters, none of them a control character.
    fn text(&mut self, pointer: &str, text: &str, max: usize) {
        if text.trim().is_empty() {
            self.refuse(pointer, "required", "must not be empty");
        } else {
            self.short(pointer, text, max);
        }
    }

    fn short(&mut self, pointer: &str, text: &str, max: usize) {
        if text.chars().count() > max {
            self.refuse(pointer, "too_long", format!("at most {max} characters"));
        } else if text.chars().any(char::is_control) {
            let detail = "control characters and line breaks are not allowed";
            self.refuse(pointer, "control_character", detail);
        }
    }

    fn optional(&mut self, pointer: &str, text: Option<&str>, max: usize) {
        if let Some(text) = text {
            self.short(pointer, text, max);
        }
    }

    pub(crate) fn key(&mut self, key: &str) {
        self.text("/key", key, 255);
    }

    pub(crate) fn method(&mut self, method: &Method) {
        if let Err(field) = method.validate("/payment") {
            self.0.push(field);
        }
    }

    fn email(&mut self, pointer: &str, email: &str) {
        if !is_email(email) {
            self.refuse(pointer, "email", "not an e-mail address");
        }
    }

    fn address(&mut self, at: &str, address: &Address) {
        let field = |name: &str| format!("{at}/{name}");
        self.text(&field("street"), &address.street, 200);
        self.text(&field("city"), &address.city, 100);
        self.text(&field("postal_code"), &address.postal_code, 20);
        self.optional(&field("recipient"), address.recipient.as_deref(), 200);
        self.optional(&field("number"), address.number.as_deref(), 20);
        self.optional(&field("complement"), address.complement.as_deref(), 100);
        self.optional(&field("district"), address.district.as_deref(), 100);
        self.optional(&field("state"), address.state.as_deref(), 10);
        self.optional(&field("phone"), address.phone.as_deref(), 30);
        let letters = address.country.bytes().all(|b| b.is_ascii_uppercase());
        if address.country.len() != 2 || !letters {
            let detail = "two upper-case letters, such as BR";
            self.refuse(&field("country"), "country", detail);
        } else if address.country == "BR" {
            self.brazil(&field, address);
        }
    }

    fn brazil(&mut self, field: &impl Fn(&str) -> String, address: &Address) {
        if !is_cep(&address.postal_code) {
            let detail = "a CEP has eight digits, such as 01310-200";
            self.refuse(&field("postal_code"), "postal_code", detail);
        }
        let state = address.state.as_deref().unwrap_or_default();
        if !STATES.contains(&state) {
            let detail = "the state's two letters, such as SP";
            self.refuse(&field("state"), "state", detail);
        }
    }
}

/// Of Brazil, with the federal district.
const STATES: [&str; 27] = [
    "AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA", "PB", "PE",
    "PI", "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO",
];

fn is_cep(text: &str) -> bool {
    let digits = match text.split_once('-') {
        Some((head, tail)) if head.len() == 5 && tail.len() == 3 => format!("{head}{tail}"),
        Some(_) => return false,
        None => text.to_owned(),
    };
    digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Plain enough to be written to: one `@`, a dotted domain, no spaces, nothing that could end a
/// mail header.
fn is_email(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else {
        return false;
    };
    let plain = email
        .chars()
        .all(|c| !c.is_control() && !c.is_whitespace() && !"<>(),;:\\\"[]".contains(c));
    let labels = domain.split('.').all(|label| {
        !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.len() <= 63
    });
    plain
        && email.len() <= 254
        && (1..=64).contains(&local.len())
        && !local.contains('@')
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.contains('.')
        && labels
}

/// Everything of a checkout that can be judged without asking anybody.
pub(crate) fn checkout(checkout: &Checkout, guest: bool) -> Result<(), OrderError> {
    let mut fields = Fields::default();
    fields.key(&checkout.key);
    match (&checkout.email, guest) {
        (Some(email), true) => fields.email("/email", email),
        (None, true) => fields.refuse("/email", "required", "a guest must give an e-mail address"),
        (_, false) => {}
    }
    fields.address("/shipping_address", &checkout.shipping_address);
    if let Some(billing) = &checkout.billing_address {
        fields.address("/billing_address", billing);
    }
    fields.optional("/locale", checkout.locale.as_deref(), 20);
    fields.method(&checkout.method);
    if checkout.expected_total.is_negative() {
        fields.refuse("/expected_total", "negative", "must not be negative");
    }
    fields.done()
}

pub(crate) fn shipment(shipment: &NewShipment) -> Result<(), OrderError> {
    let mut fields = Fields::default();
    fields.text("/carrier", &shipment.carrier, 100);
    fields.text("/tracking_number", &shipment.tracking_number, 100);
    fields.done()
}

pub(crate) fn reason(reason: &str) -> Result<(), OrderError> {
    let mut fields = Fields::default();
    fields.short("/reason", reason, 500);
    fields.done()
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
