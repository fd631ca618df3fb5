//! What was entered of a provider, checked: as the settings are at the start, and by making its adapter.

use feira_kernel::FieldError;

use super::Service;
use crate::{
    Entered, KindName, PaymentError, ProviderConfig, Refusal,
    entities::provider::Model,
    field_codes::{KEYS_AGAIN, SIMULATED, UNUSABLE},
    provider::{Kept, without_files, without_neighbours},
};

/// The configuration with what was entered now over what was there. Nothing is asked of anybody.
pub(super) fn checked(
    service: &Service,
    name: &str,
    kind: KindName,
    before: Option<&Model>,
    entered: &Entered,
) -> Result<ProviderConfig, PaymentError> {
    let installation = service.providers.installation();
    let config = match before {
        Some(row) => over(service, row, kind, entered)?,
        None => ProviderConfig::entered(kind, entered),
    };
    if kind.is_simulated() && config.text("url").is_empty() {
        // This process plays the one of its settings.
        let detail = "where it is: this process plays none for what is entered here";
        return Err(FieldError::new("/settings/url", SIMULATED, detail).into());
    }
    without_files(&config).map_err(refused)?;
    if installation.production {
        without_neighbours(&config).map_err(refused)?;
    }
    let made = config.provider(installation).map_err(refused)?;
    let made = made.adapter(name, &service.env);
    made.map_err(|error| FieldError::new("/settings", UNUSABLE, error.to_string()))?;
    Ok(config)
}

/// Secrets that are not entered again stay, unless they would be sent to another address from now on.
fn over(
    service: &Service,
    row: &Model,
    kind: KindName,
    entered: &Entered,
) -> Result<ProviderConfig, PaymentError> {
    let kept = Kept::read(row.clone(), service.providers.seal(), &service.env.entropy);
    // Of one whose keys are lost all are to be entered.
    let before = kept.config.or_else(|_| row.open());
    let before = before.unwrap_or_else(|_| ProviderConfig::new(kind));
    let config = before.clone().over(entered);
    let mut addresses = kind.fields().iter().filter(|one| one.form.is_address());
    let moved = addresses.find(|one| config.text(one.name) != before.text(one.name));
    if let Some(field) = moved {
        let again = |secret: &String| entered.secret(secret).is_some();
        if !config.secrets().keys().all(again) {
            let detail = "enter the keys again: from now on they would be sent to this address";
            let pointer = format!("/settings/{}", field.name);
            return Err(FieldError::new(pointer, KEYS_AGAIN, detail).into());
        }
    }
    Ok(config)
}

fn refused(refusal: Refusal) -> PaymentError {
    let pointer = format!("/settings/{}", refusal.field);
    FieldError::new(pointer, refusal.code, refusal.why).into()
}
