//! Validation of people's fields: pure rules; each fault has a pointer and a code.

use std::collections::BTreeSet;

use feira_kernel::{
    Actor, FieldError, UserId, text,
    validate::{Fields, UNKNOWN, uniform_email},
};

use crate::{
    EmailChange, ForgottenPassword, LostConfirmation, NewUser, Registration, UserError, access,
    field_codes::USERNAME, password,
};

const MAX_BATCH: usize = 100;
const MAX_NAME: usize = 100;
const MAX_LOGIN: usize = 254;
const MAX_ROLES: usize = 10;
const LOCALES: &[&str] = &["en", "pt-BR"];

/// A person's validated fields: cleaned, bounded, without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) email: String,
    pub(crate) username: Option<String>,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) phone_number: Option<String>,
    pub(crate) locale: String,
}

pub(crate) fn registration(new: &Registration, locale: &str) -> Result<Profile, UserError> {
    let mut fields = Fields::default();
    password::check(&mut fields, "/password", &new.password, new.email.trim());
    let profile = Profile {
        email: fields.email("/email", &new.email),
        username: username(&mut fields, new.username.as_deref()),
        first_name: fields.text("/first_name", &new.first_name, 1..=MAX_NAME),
        last_name: fields.text("/last_name", &new.last_name, 0..=MAX_NAME),
        phone_number: fields.optional_phone("/phone_number", new.phone_number.as_deref()),
        locale: known_locale(new.locale.as_deref()).unwrap_or(locale).into(),
    };
    Ok(fields.or(profile)?)
}

/// The profile and the roles, each once.
pub(crate) fn new_user(
    new: &NewUser,
    locale: &str,
) -> Result<(Profile, BTreeSet<String>), UserError> {
    let mut fields = Fields::default();
    password::check(&mut fields, "/password", &new.password, new.email.trim());
    fields.count("/roles", new.roles.len(), MAX_ROLES);
    for (index, role) in new.roles.iter().enumerate() {
        if role.len() > 64 || role.chars().any(char::is_control) {
            fields.refuse(format!("/roles/{index}"), UNKNOWN, "no such role");
        }
    }
    let profile = Profile {
        email: fields.email("/email", &new.email),
        username: None,
        first_name: fields.text("/first_name", &new.first_name, 1..=MAX_NAME),
        last_name: fields.text("/last_name", &new.last_name, 0..=MAX_NAME),
        phone_number: None,
        locale: known_locale(new.locale.as_deref()).unwrap_or(locale).into(),
    };
    Ok(fields.or((profile, new.roles.iter().cloned().collect()))?)
}

/// Validates the address of a lost link.
pub(crate) fn lost_confirmation(lost: &LostConfirmation) -> Result<String, UserError> {
    let mut fields = Fields::default();
    let email = fields.email("/email", &lost.email);
    Ok(fields.or(email)?)
}

/// Validates the address of a lost password.
pub(crate) fn forgotten(forgotten: &ForgottenPassword) -> Result<String, UserError> {
    let mut fields = Fields::default();
    let email = fields.email("/email", &forgotten.email);
    Ok(fields.or(email)?)
}

/// The new address.
pub(crate) fn email_change(change: &EmailChange) -> Result<String, UserError> {
    let mut fields = Fields::default();
    let email = fields.email("/email", &change.email);
    Ok(fields.or(email)?)
}

/// A new password for an account with this address.
pub(crate) fn new_password(pointer: &str, password: &str, email: &str) -> Result<(), UserError> {
    let mut fields = Fields::default();
    password::check(&mut fields, pointer, password, email);
    Ok(fields.or(())?)
}

/// The login normalized for lookup.
pub(crate) fn login(given: &str) -> Result<String, UserError> {
    let mut fields = Fields::default();
    let login = fields.text("/email", given, 0..=MAX_LOGIN);
    let login = uniform_email(&login).unwrap_or(login);
    Ok(fields.or(login.to_ascii_lowercase())?)
}

/// The ids of a batch, each once, if the actor may ask for them.
pub(crate) fn batch(actor: &Actor, ids: Vec<UserId>) -> Result<BTreeSet<UserId>, UserError> {
    if !access::may_see_all(actor) {
        return Err(UserError::Forbidden);
    }
    if ids.len() > MAX_BATCH {
        return Err(FieldError::too_many("/ids", MAX_BATCH).into());
    }
    Ok(ids.into_iter().collect())
}

/// The client's description of itself, which is not trusted: cut and cleaned, never refused.
pub(crate) fn remark(text: Option<&str>, max: usize) -> Option<String> {
    let clean = text::line(text?);
    let clean: String = clean
        .chars()
        .filter(|c| !c.is_control())
        .take(max)
        .collect();
    let clean = clean.trim().to_owned();
    (!clean.is_empty()).then_some(clean)
}

pub(crate) fn known_locale(wanted: Option<&str>) -> Option<&'static str> {
    LOCALES.iter().copied().find(|known| Some(*known) == wanted)
}

fn username(fields: &mut Fields, given: Option<&str>) -> Option<String> {
    let name = text::code(given?).trim().to_owned();
    if name.is_empty() {
        return None;
    }
    let fits = (3..=32).contains(&name.len())
        && name
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-'));
    if !fits {
        let detail = "3 to 32 of: lower-case letters a to z, digits, point, hyphen, underscore";
        fields.refuse("/username", USERNAME, detail);
    }
    Some(name)
}

#[cfg(test)]
mod tests;
