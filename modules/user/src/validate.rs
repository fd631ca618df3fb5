//! What is acceptable in the fields of a person: pure rules, each error with its place and code.

mod email;

use std::collections::BTreeSet;

use feira_kernel::{Actor, FieldError, UserId};

use crate::{LogIn, LostConfirmation, NewUser, Registration, UserError, access, password};

pub(crate) use email::is_email;

const MAX_BATCH: usize = 100;
const MAX_NAME: usize = 100;
const MAX_LOGIN: usize = 254;
const MAX_ROLES: usize = 10;
const LOCALES: [&str; 2] = ["en", "pt-BR"];

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
    let mut errors = Errors::default();
    errors.password(&new.password, &new.email);
    let profile = Profile {
        email: errors.email(&new.email),
        username: new.username.as_deref().and_then(|u| errors.username(u)),
        first_name: errors.name("/first_name", &new.first_name, true),
        last_name: errors.name("/last_name", &new.last_name, false),
        phone_number: new.phone_number.as_deref().and_then(|p| errors.phone(p)),
        locale: known_locale(new.locale.as_deref()).unwrap_or(locale).into(),
    };
    errors.or(profile)
}

/// The profile and the roles, each once.
pub(crate) fn new_user(
    new: &NewUser,
    locale: &str,
) -> Result<(Profile, BTreeSet<String>), UserError> {
    let mut errors = Errors::default();
    errors.password(&new.password, &new.email);
    if new.roles.len() > MAX_ROLES {
        errors.add("/roles", "too_many", "at most 10 roles");
    }
    for (index, role) in new.roles.iter().enumerate() {
        if role.len() > 64 || has_control(role) {
            errors.add(&format!("/roles/{index}"), "unknown", "no such role");
        }
    }
    let profile = Profile {
        email: errors.email(&new.email),
        username: None,
        first_name: errors.name("/first_name", &new.first_name, true),
        last_name: errors.name("/last_name", &new.last_name, false),
        phone_number: None,
        locale: known_locale(new.locale.as_deref()).unwrap_or(locale).into(),
    };
    errors.or((profile, new.roles.iter().cloned().collect()))
}

/// The address whose link was lost.
pub(crate) fn lost_confirmation(lost: &LostConfirmation) -> Result<String, UserError> {
    let mut errors = Errors::default();
    let email = errors.email(&lost.email);
    errors.or(email)
}

/// The login in the form in which it is looked up.
pub(crate) fn login(log_in: &LogIn) -> Result<String, UserError> {
    let mut errors = Errors::default();
    let login = log_in.login.trim();
    if login.len() > MAX_LOGIN {
        errors.add("/email", "too_long", "at most 254 characters");
    } else if has_control(login) {
        errors.control("/email");
    }
    errors.or(login.to_ascii_lowercase())
}

/// The ids of a batch, each once, if the actor may ask for them.
pub(crate) fn batch(actor: &Actor, ids: Vec<UserId>) -> Result<BTreeSet<UserId>, UserError> {
    if !access::may_see_all(actor) {
        return Err(UserError::Forbidden);
    }
    if ids.len() > MAX_BATCH {
        return Err(invalid("/ids", "too_many", "at most 100 people at once"));
    }
    Ok(ids.into_iter().collect())
}

/// What a client says of itself, which nobody must rely on: cut and cleaned, never refused.
pub(crate) fn remark(text: Option<&str>, max: usize) -> Option<String> {
    let clean: String = text?
        .chars()
        .filter(|c| !is_control(*c))
        .take(max)
        .collect();
    let clean = clean.trim().to_owned();
    (!clean.is_empty()).then_some(clean)
}

pub(crate) fn known_locale(wanted: Option<&str>) -> Option<&'static str> {
    LOCALES.into_iter().find(|known| Some(*known) == wanted)
}

pub(crate) fn has_control(text: &str) -> bool {
    text.chars().any(is_control)
}

pub(crate) fn invalid(pointer: &str, code: &str, detail: &str) -> UserError {
    UserError::Invalid(vec![FieldError::new(pointer, code, detail)])
}

/// Control characters (PostgreSQL cannot keep NUL at all), line separators, and the marks that
/// turn the direction of text, with which a name can pose as another.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[derive(Default)]
struct Errors(Vec<FieldError>);

impl Errors {
    fn add(&mut self, pointer: &str, code: &str, detail: &str) {
        self.0.push(FieldError::new(pointer, code, detail));
    }

    fn control(&mut self, pointer: &str) {
        self.add(pointer, "control_character", "no control characters");
    }

    fn or<T>(self, value: T) -> Result<T, UserError> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(UserError::Invalid(self.0))
        }
    }

    fn password(&mut self, password: &str, email: &str) {
        if let Err((code, detail)) = password::check(password, email.trim()) {
            self.add("/password", code, detail);
        }
    }

    fn email(&mut self, raw: &str) -> String {
        let email = raw.trim();
        if !is_email(email) {
            self.add("/email", "format", "this is no e-mail address");
        }
        email.to_owned()
    }

    fn username(&mut self, raw: &str) -> Option<String> {
        if raw.is_empty() {
            return None;
        }
        let fits = (3..=32).contains(&raw.len())
            && raw
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-'));
        if !fits {
            let detail = "3 to 32 of: lower-case letters a to z, digits, point, hyphen, underscore";
            self.add("/username", "format", detail);
        }
        Some(raw.to_owned())
    }

    fn name(&mut self, pointer: &str, raw: &str, required: bool) -> String {
        let name = raw.trim();
        if name.is_empty() && required {
            self.add(pointer, "required", "say a name");
        } else if name.chars().count() > MAX_NAME {
            self.add(pointer, "too_long", "at most 100 characters");
        } else if has_control(name) {
            self.control(pointer);
        }
        name.to_owned()
    }

    fn phone(&mut self, raw: &str) -> Option<String> {
        let phone = raw.trim();
        if phone.is_empty() {
            return None;
        }
        let digits = phone.bytes().filter(u8::is_ascii_digit).count();
        let rest = phone.strip_prefix('+').unwrap_or(phone);
        let fits = (5..=15).contains(&digits)
            && phone.len() <= 32
            && rest
                .bytes()
                .all(|b| b.is_ascii_digit() || b" ().-".contains(&b));
        if !fits {
            self.add(
                "/phone_number",
                "format",
                "5 to 15 digits, such as +55 11 91234-5678",
            );
        }
        Some(phone.to_owned())
    }
}

#[cfg(test)]
mod tests;
