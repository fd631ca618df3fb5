//! What a buyer or a seller may write into an order, as it is kept.

use feira_kernel::validate::{Fields, REQUIRED};
use feira_payment::Method;

use crate::{
    Checkout, NewFiscalDocument, NewShipment, OrderError,
    field_codes::FISCAL_FILE,
    fiscal::{self, AccessKey},
};

pub(crate) fn key(fields: &mut Fields, key: &str) {
    fields.key("/key", key, 1..=255);
}

pub(crate) fn method(fields: &mut Fields, method: &Method) {
    if let Err(fault) = method.validate("/payment") {
        fields.push(fault);
    }
}

/// Everything of a checkout that can be judged without asking anybody.
pub(crate) fn checkout(given: Checkout, guest: bool) -> Result<Checkout, OrderError> {
    let mut fields = Fields::default();
    key(&mut fields, &given.key);
    let email = match (&given.email, guest) {
        (Some(email), true) => Some(fields.email("/email", email)),
        (None, true) => {
            fields.refuse("/email", REQUIRED, "a guest must give an e-mail address");
            None
        }
        (_, false) => None,
    };
    let shipping = &given.shipping_address;
    let shipping_address = shipping.checked(&mut fields, "/shipping_address");
    let billing = given.billing_address.as_ref();
    let billing_address = billing.map(|to| to.checked(&mut fields, "/billing_address"));
    let locale = fields.optional("/locale", given.locale.as_deref(), 20);
    method(&mut fields, &given.method);
    fields.not_negative("/expected_total", given.expected_total);
    Ok(fields.or(Checkout {
        email,
        shipping_address,
        billing_address,
        locale,
        ..given
    })?)
}

pub(crate) fn shipment(given: &NewShipment) -> Result<NewShipment, OrderError> {
    let mut fields = Fields::default();
    let shipment = NewShipment {
        carrier: fields.text("/carrier", &given.carrier, 1..=100),
        tracking_number: fields.text("/tracking_number", &given.tracking_number, 1..=100),
    };
    Ok(fields.or(shipment)?)
}

/// A fiscal document that may be kept.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) key: AccessKey,
    pub(crate) file: Option<feira_files::Document>,
}

pub(crate) fn fiscal_document(given: NewFiscalDocument) -> Result<Document, OrderError> {
    let mut fields = Fields::default();
    let key = AccessKey::read(&given.key);
    let file = Some(given.file).filter(|file| !file.is_empty());
    let file = file.map(|file| fiscal::FILES.read(file)).transpose();
    if file.is_err() {
        let why = "the file must be XML or PDF, of at most 1 MiB";
        fields.refuse("/file", FISCAL_FILE, why);
    }
    match key {
        Ok(key) => Ok(fields.or(Document {
            key,
            file: file.unwrap_or_default(),
        })?),
        Err(fault) => {
            fields.push(fault);
            fields.finish()?;
            Err(OrderError::Internal("a key was refused".to_owned()))
        }
    }
}

/// Why a buyer cancels, if she says it.
pub(crate) fn reason(given: &str) -> Result<Option<String>, OrderError> {
    let mut fields = Fields::default();
    let reason = fields.optional("/reason", Some(given), 500);
    Ok(fields.or(reason)?)
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
