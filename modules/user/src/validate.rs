//! What is acceptable in the fields of a person: pure rules, each error with its place and code.

use std::collections::BTreeSet;

use feira_kernel::{
    Actor, FieldError, UserId,
    validate::{Fields, UNKNOWN, is_hidden, uniform_email},
};

use crate::{
    EmailChange, ForgottenPassword, LogIn, LostConfirmation, NewUser, Registration, UserError,
    access, field_codes::USERNAME, password,
};

const MAX_BATCH: usize = 100;
const MAX_NAME: usize = 100;
const MAX_LOGIN: usize = 254;
const MAX_ROLES: usize = 10;
const LOCALES: &[&str] = &["en", "pt-BR"];

/// A person's fields after all rules: trimmed, bounded, free of control characters.
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
    let phone = new.phone_number.as_deref().map(str::trim);
    let phone = phone.filter(|phone| !phone.is_empty());
    let profile = Profile {
        email: email(&mut fields, &new.email),
        username: username(&mut fields, new.username.as_deref()),
        first_name: fields.name("/first_name", &new.first_name, 1..=MAX_NAME),
        last_name: fields.name("/last_name", &new.last_name, 0..=MAX_NAME),
        phone_number: phone.map(|phone| fields.phone("/phone_number", phone)),
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
        if role.len() > 64 || has_control(role) {
            fields.refuse(format!("/roles/{index}"), UNKNOWN, "no such role");
        }
    }
    let profile = Profile {
        email: email(&mut fields, &new.email),
        username: None,
        first_name: fields.name("/first_name", &new.first_name, 1..=MAX_NAME),
        last_name: fields.name("/last_name", &new.last_name, 0..=MAX_NAME),
        phone_number: None,
        locale: known_locale(new.locale.as_deref()).unwrap_or(locale).into(),
    };
    Ok(fields.or((profile, new.roles.iter().cloned().collect()))?)
}

/// The address whose link was lost.
pub(crate) fn lost_confirmation(lost: &LostConfirmation) -> Result<String, UserError> {
    let mut fields = Fields::default();
    let email = email(&mut fields, &lost.email);
    Ok(fields.or(email)?)
}

/// The address whose password was forgotten.
pub(crate) fn forgotten(forgotten: &ForgottenPassword) -> Result<String, UserError> {
    let mut fields = Fields::default();
    let email = email(&mut fields, &forgotten.email);
    Ok(fields.or(email)?)
}

/// The new address.
pub(crate) fn email_change(change: &EmailChange) -> Result<String, UserError> {
    let mut fields = Fields::default();
    let email = email(&mut fields, &change.email);
    Ok(fields.or(email)?)
}

/// A new password for an account with this address.
pub(crate) fn new_password(pointer: &str, password: &str, email: &str) -> Result<(), UserError> {
    let mut fields = Fields::default();
    password::check(&mut fields, pointer, password, email);
    Ok(fields.or(())?)
}

/// The login in the form in which it is looked up.
pub(crate) fn login(log_in: &LogIn) -> Result<String, UserError> {
    let mut fields = Fields::default();
    let login = fields.name("/email", &log_in.login, 0..=MAX_LOGIN);
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

/// What a client says of itself, which nobody must rely on: cut and cleaned, never refused.
pub(crate) fn remark(text: Option<&str>, max: usize) -> Option<String> {
    let clean: String = text?.chars().filter(|c| !is_hidden(*c)).take(max).collect();
    let clean = clean.trim().to_owned();
    (!clean.is_empty()).then_some(clean)
}

pub(crate) fn known_locale(wanted: Option<&str>) -> Option<&'static str> {
    LOCALES.iter().copied().find(|known| Some(*known) == wanted)
}

pub(crate) fn has_control(text: &str) -> bool {
    text.chars().any(is_hidden)
}

fn email(fields: &mut Fields, given: &str) -> String {
    let email = given.trim();
    fields.email("/email", email);
    uniform_email(email).unwrap_or_default()
}

fn username(fields: &mut Fields, given: Option<&str>) -> Option<String> {
    let name = given.filter(|name| !name.is_empty())?;
    let fits = (3..=32).contains(&name.len())
        && name
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-'));
    if !fits {
        let detail = "3 to 32 of: lower-case letters a to z, digits, point, hyphen, underscore";
        fields.refuse("/username", USERNAME, detail);
    }
    Some(name.to_owned())
}

#[cfg(test)]
mod tests;
