//! Validation and normalization of store fields. All faults are reported at once.

use feira_kernel::{
    FieldError,
    validate::{Fields, is_time_zone},
};

use crate::{
    api::{Address, Application, Destination, ProfileChange, StoreError},
    field_codes::TIME_ZONE,
};

const MAX_NAME: usize = 120;
const MAX_DESCRIPTION: usize = 5_000;
const MAX_REASON: usize = 1_000;
const MAX_TIME_ZONE: usize = 60;

/// Validates an application.
pub(crate) fn application(given: &Application) -> Result<Application, StoreError> {
    let mut fields = Fields::default();
    let address = given.address.checked(&mut fields, "/address");
    let application = Application {
        business_name: fields.text("/business_name", &given.business_name, 1..=MAX_NAME),
        tax_id: fields.tax_id("/tax_id", &address.country, &given.tax_id),
        phone: fields.phone("/phone", &given.phone),
        name: fields.text("/name", &given.name, 1..=MAX_NAME),
        description: fields.free_text("/description", &given.description, 0..=MAX_DESCRIPTION),
        address,
    };
    Ok(fields.or(application)?)
}

/// Validates the given fields of a profile.
pub(crate) fn profile(given: ProfileChange) -> Result<ProfileChange, StoreError> {
    let mut fields = Fields::default();
    let change = ProfileChange {
        name: given
            .name
            .map(|name| fields.text("/name", &name, 1..=MAX_NAME)),
        description: given
            .description
            .map(|text| fields.free_text("/description", &text, 0..=MAX_DESCRIPTION)),
        phone: given.phone.map(|phone| fields.phone("/phone", &phone)),
        address: given
            .address
            .map(|given| given.checked(&mut fields, "/address")),
        time_zone: given.time_zone.map(|zone| time_zone(&mut fields, &zone)),
        expected_version: given.expected_version,
    };
    Ok(fields.or(change)?)
}

fn time_zone(fields: &mut Fields, zone: &str) -> String {
    let zone = fields.text("/time_zone", zone, 1..=MAX_TIME_ZONE);
    if (1..=MAX_TIME_ZONE).contains(&zone.chars().count()) && !is_time_zone(&zone) {
        fields.push(no_time_zone());
    }
    zone
}

pub(crate) fn no_time_zone() -> FieldError {
    let detail = "an IANA time zone, such as America/Sao_Paulo";
    FieldError::new("/time_zone", TIME_ZONE, detail)
}

/// Validates a reason, which the applicant reads.
pub(crate) fn reason(given: &str) -> Result<String, StoreError> {
    let mut fields = Fields::default();
    let reason = fields.free_text("/reason", given, 1..=MAX_REASON);
    Ok(fields.or(reason)?)
}

impl Address {
    /// Validates an address; `at` is its pointer in the request.
    pub fn checked(&self, fields: &mut Fields, at: &str) -> Self {
        let field = |name: &str| format!("{at}/{name}");
        let country = fields.country(&field("country"), &self.country);
        let mut optional = |name: &str, text: &Option<String>, max: usize| {
            fields.optional(&field(name), text.as_deref(), max)
        };
        let recipient = optional("recipient", &self.recipient, 200);
        let number = optional("number", &self.number, 20);
        let complement = optional("complement", &self.complement, 120);
        let district = optional("district", &self.district, 120);
        let phone = fields.optional_phone(&field("phone"), self.phone.as_deref());
        Self {
            recipient,
            street: fields.text(&field("street"), &self.street, 1..=200),
            number,
            complement,
            district,
            city: fields.text(&field("city"), &self.city, 1..=120),
            state: fields.state(&field("state"), &country, self.state.as_deref()),
            postal_code: fields.postal_code(&field("postal_code"), &country, &self.postal_code),
            country,
            phone,
        }
    }

    /// The postal code for display: a CEP with its hyphen.
    pub fn written_postal_code(&self) -> String {
        match self.postal_code.split_at_checked(5) {
            Some((region, place)) if self.country == "BR" && place.len() == 3 => {
                format!("{region}-{place}")
            }
            _ => self.postal_code.clone(),
        }
    }
}

impl Destination {
    /// Validates a destination; a state is not required yet.
    pub fn checked(&self, fields: &mut Fields) -> Self {
        let country = fields.country("/country", &self.country);
        let state = fields.optional("/state", self.state.as_deref(), 10);
        Self {
            state: state.map(|state| state.to_ascii_uppercase()),
            postal_code: fields.postal_code("/postal_code", &country, &self.postal_code),
            country,
        }
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
        assert_eq!(kept.address.written_postal_code(), "01310-200");
        let mut given = testing::application("\u{feff}Łódź\u{a0}Čaj");
        given.tax_id = "11.222.333/0001\u{2011}81".to_owned();
        given.description = "One\u{2028}two \u{202e}".to_owned();
        given.address.recipient = Some("\u{3164}".to_owned());
        let kept = application(&given).unwrap();
        assert_eq!((&*kept.name, &*kept.tax_id), ("Łódź Čaj", "11222333000181"));
        assert_eq!(
            (&*kept.description, kept.address.recipient),
            ("One\ntwo", None)
        );
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
                "/address/city request.control_character",
                "/address/state request.state",
                "/address/postal_code request.postal_code",
                "/business_name request.too_long",
                "/tax_id request.tax_id",
                "/phone request.phone",
                "/name request.required",
                "/description request.control_character",
            ]
        );
    }

    fn going(country: &str, state: Option<&str>, postal_code: &str) -> Destination {
        Destination {
            country: country.to_owned(),
            state: state.map(str::to_owned),
            postal_code: postal_code.to_owned(),
        }
    }

    #[test]
    fn destinations_are_made_uniform() {
        for (given, kept) in [
            (
                going("BR", Some("sp"), " 01304 001 "),
                going("BR", Some("SP"), "01304001"),
            ),
            (
                going("GB", Some(" "), "sw1a1aa"),
                going("GB", None, "SW1A 1AA"),
            ),
            (
                going("IE", Some("co. cork"), "t12"),
                going("IE", Some("CO. CORK"), "T12"),
            ),
            (going("HK", None, " "), going("HK", None, "")),
        ] {
            let mut fields = Fields::default();
            assert_eq!(given.checked(&mut fields), kept);
            assert_eq!(fields.finish(), Ok(()));
        }
        for (wrong, pointer) in [
            (going("XX", None, "01310200"), "/country"),
            (going("BR", Some("S\0"), "01310200"), "/state"),
            (going("IE", Some("county cork"), "t12"), "/state"),
            (going("BR", None, "0131020"), "/postal_code"),
            (going("GB", None, ""), "/postal_code"),
            (going("GB", None, "nul\0"), "/postal_code"),
        ] {
            let mut fields = Fields::default();
            wrong.checked(&mut fields);
            let faults = fields.finish().unwrap_err();
            assert_eq!(faults[0].pointer, pointer, "{wrong:?}");
        }
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
        for zone in ["posixrules", "Mars/Olympus_Mons", &"x".repeat(61)] {
            let wrong = ProfileChange {
                time_zone: Some(zone.to_owned()),
                ..ProfileChange::default()
            };
            assert_eq!(kept(wrong).unwrap_err(), ["/time_zone"], "{zone}");
        }
    }

    #[test]
    fn elsewhere_the_tax_id_is_free_text() {
        let mut given = testing::application("Souk");
        given.address.country = "MA".to_owned();
        given.address.postal_code = "20000".to_owned();
        given.address.state = None;
        given.tax_id = "ICE 001".to_owned();
        assert_eq!(application(&given).unwrap().tax_id, "ICE 001");
        for unknown in ["Maroc", "XX", "EU"] {
            given.address.country = unknown.to_owned();
            assert_eq!(faults(&given), ["/address/country request.country"]);
        }
        given.address.country = "AE".to_owned();
        given.address.postal_code = String::new();
        assert!(application(&given).is_ok());
    }
}
