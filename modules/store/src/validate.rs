//! What people type about a store, checked and made uniform. Every fault is reported at once.

use feira_kernel::validate::Fields;

use crate::api::{Address, Application, ProfileChange, StoreError};

const MAX_NAME: usize = 120;
const MAX_DESCRIPTION: usize = 5_000;
const MAX_REASON: usize = 1_000;
const MAX_TIME_ZONE: usize = 60;

/// The application as it is kept.
pub(crate) fn application(given: &Application) -> Result<Application, StoreError> {
    let mut fields = Fields::default();
    let address = address(&mut fields, &given.address);
    let application = Application {
        business_name: fields.name("/business_name", &given.business_name, 1..=MAX_NAME),
        tax_id: fields.tax_id("/tax_id", &address.country, &given.tax_id),
        phone: fields.phone("/phone", &given.phone),
        name: fields.name("/name", &given.name, 1..=MAX_NAME),
        description: fields.free_text("/description", &given.description, 0..=MAX_DESCRIPTION),
        address,
    };
    Ok(fields.or(application)?)
}

/// What is given of a profile, as it is kept.
pub(crate) fn profile(given: ProfileChange) -> Result<ProfileChange, StoreError> {
    let mut fields = Fields::default();
    let change = ProfileChange {
        name: given
            .name
            .map(|name| fields.name("/name", &name, 1..=MAX_NAME)),
        description: given
            .description
            .map(|text| fields.free_text("/description", &text, 0..=MAX_DESCRIPTION)),
        phone: given.phone.map(|phone| fields.phone("/phone", &phone)),
        address: given.address.map(|given| address(&mut fields, &given)),
        time_zone: given
            .time_zone
            .map(|zone| fields.text("/time_zone", &zone, 1..=MAX_TIME_ZONE)),
        expected_version: given.expected_version,
    };
    Ok(fields.or(change)?)
}

/// Why somebody was refused: she will read it.
pub(crate) fn reason(given: &str) -> Result<String, StoreError> {
    let mut fields = Fields::default();
    let reason = fields.free_text("/reason", given, 1..=MAX_REASON);
    Ok(fields.or(reason)?)
}

fn address(fields: &mut Fields, given: &Address) -> Address {
    let country = given.country.trim().to_owned();
    fields.country("/address/country", &country);
    let postal_code = given.postal_code.trim();
    let postal_code = fields.postal_code("/address/postal_code", &country, postal_code);
    let state = fields.optional("/address/state", given.state.as_deref(), 10);
    if country == "BR" {
        fields.brazilian_state("/address/state", state.as_deref());
    }
    let phone = given
        .phone
        .as_deref()
        .filter(|text| !text.trim().is_empty());
    Address {
        recipient: fields.optional("/address/recipient", given.recipient.as_deref(), MAX_NAME),
        street: fields.text("/address/street", &given.street, 1..=200),
        number: fields.optional("/address/number", given.number.as_deref(), 20),
        complement: fields.optional("/address/complement", given.complement.as_deref(), 120),
        district: fields.optional("/address/district", given.district.as_deref(), 120),
        city: fields.text("/address/city", &given.city, 1..=120),
        state,
        postal_code,
        country,
        phone: phone.map(|text| fields.phone("/address/phone", text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn faults(given: &Application) -> Vec<String> {
        match application(given) {
            Err(StoreError::Invalid(fields)) => fields
                .into_iter()
                .map(|field| format!("{} {}", field.pointer, field.code))
                .collect(),
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn ids_and_codes_are_kept_plain() {
        let kept = application(&testing::application("Ateliê")).unwrap();
        assert_eq!(kept.tax_id, "11222333000181");
        assert_eq!(kept.address.postal_code, "01310200");
    }

    #[test]
    fn every_fault_is_named_at_its_place() {
        let mut given = testing::application(" ");
        given.business_name = "x".repeat(121);
        given.tax_id = "11.222.333/0001-82".to_owned();
        given.phone = "call me".to_owned();
        given.description = "nul \0".to_owned();
        given.address.postal_code = "1".to_owned();
        given.address.state = None;
        given.address.city = "\u{7}".to_owned();
        assert_eq!(
            faults(&given),
            [
                "/address/postal_code request.postal_code",
                "/address/state request.state",
                "/address/city request.control_character",
                "/business_name request.too_long",
                "/tax_id request.tax_id",
                "/phone request.phone",
                "/name request.required",
                "/description request.control_character",
            ]
        );
    }

    #[test]
    fn of_a_profile_only_what_is_given_is_checked() {
        let kept = |change: ProfileChange| match profile(change) {
            Ok(kept) => Ok(kept),
            Err(StoreError::Invalid(fields)) => {
                Err(fields.into_iter().map(|f| f.pointer).collect::<Vec<_>>())
            }
            Err(other) => panic!("{other:?}"),
        };
        let nothing = kept(ProfileChange::default()).unwrap();
        assert!(nothing.name.is_none() && nothing.address.is_none());
        let name = ProfileChange {
            name: Some("  Ateliê ".to_owned()),
            ..ProfileChange::default()
        };
        assert_eq!(kept(name).unwrap().name.as_deref(), Some("Ateliê"));
        let wrong = ProfileChange {
            name: Some(" ".to_owned()),
            phone: Some("call me".to_owned()),
            time_zone: Some(String::new()),
            address: Some(Address {
                city: String::new(),
                ..testing::address()
            }),
            ..ProfileChange::default()
        };
        let refused = ["/name", "/phone", "/address/city", "/time_zone"];
        assert_eq!(kept(wrong).unwrap_err(), refused);
    }

    #[test]
    fn elsewhere_the_tax_id_is_free_text() {
        let mut given = testing::application("Souk");
        given.address.country = "MA".to_owned();
        given.address.postal_code = "20000".to_owned();
        given.address.state = None;
        given.tax_id = "ICE 001".to_owned();
        assert_eq!(application(&given).unwrap().tax_id, "ICE 001");
        given.address.country = "Maroc".to_owned();
        assert_eq!(faults(&given), ["/address/country request.country"]);
    }
}
