use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use feira_kernel::{ErrorKind, ModuleError};
use feira_web::error::PageError;
use serde::{Deserialize, Serialize};

use super::Lang;

mod editing;
mod money;

/// The fields of a form as they were typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// Trimmed; empty when the field is absent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |value| value.trim())
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.get(name).to_owned()
    }

    /// `None` when nothing was typed.
    pub(crate) fn optional(&self, name: &str) -> Option<String> {
        Some(self.get(name))
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    }

    /// All names with their values.
    pub(crate) fn pairs(&self) -> Vec<(&str, &str)> {
        let pairs = self.0.iter();
        pairs
            .map(|(name, value)| (name.as_str(), value.trim()))
            .collect()
    }

    /// Untrimmed, for passwords.
    pub(crate) fn secret(&self, name: &str) -> String {
        self.0.get(name).cloned().unwrap_or_default()
    }

    /// Whether the confirmation box of an irreversible action is checked.
    pub(crate) fn is_sure(&self) -> bool {
        self.get("sure") == "yes"
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }
}

/// One choice of a select.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
}

impl Choice {
    pub(crate) fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }
}

/// A fault of one field, or of the whole form if `field` is empty.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) field: String,
    pub(crate) text: String,
}

/// A form as a page shows it: values, and what is wrong with them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    fields: Fields,
    problems: Vec<Problem>,
    /// Keeps the ids of several forms on one page apart.
    prefix: String,
    /// The current values, if they differ from those the form was made with.
    current: Option<Fields>,
}

impl Form {
    pub(crate) fn new(fields: Fields) -> Self {
        Self {
            fields,
            ..Self::default()
        }
    }

    /// The ids for `aria-describedby`.
    pub(crate) fn described_by(&self, name: &str, hint: &str) -> Option<String> {
        let said = [
            ("error", self.error(name).is_some()),
            ("now", self.now(name).is_some()),
            ("hint", !hint.is_empty()),
        ];
        let id = self.id(name);
        let said = said.iter().filter(|(_, said)| *said);
        let ids: Vec<String> = said.map(|(what, _)| format!("{id}-{what}")).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    pub(crate) fn prefixed(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    pub(crate) fn value(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.fields.text(name)
    }

    pub(crate) fn optional(&self, name: &str) -> Option<String> {
        self.fields.optional(name)
    }

    pub(crate) fn error(&self, name: &str) -> Option<&str> {
        self.problems
            .iter()
            .find(|p| p.field == name)
            .map(|p| p.text.as_str())
    }

    /// The id of a field's input.
    pub(crate) fn id(&self, name: &str) -> String {
        format!("f-{}{name}", self.prefix)
    }

    pub(crate) fn problems(&self) -> &[Problem] {
        &self.problems
    }

    pub(crate) fn is_refused(&self) -> bool {
        !self.problems.is_empty()
    }

    /// The HTTP status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        if self.is_refused() {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::OK
        }
    }

    pub(crate) fn refuse(&mut self, field: &str, text: impl Into<String>) {
        self.problems.push(Problem {
            field: field.to_owned(),
            text: text.into(),
        });
    }

    /// Moves the form's general faults to one field.
    pub(crate) fn blame(&mut self, field: &str) {
        self.rename("", field);
    }

    /// Renames a module's field to the page's field.
    pub(crate) fn rename(&mut self, from: &str, to: &str) {
        for problem in self
            .problems
            .iter_mut()
            .filter(|problem| problem.field == from)
        {
            problem.field = to.to_owned();
        }
    }

    /// Adds a module's faults of values, link or password to the form; other errors are returned. The
    /// pointer `/variants/0/price` becomes the field `variants_0_price`.
    pub(crate) fn take<E>(&mut self, lang: Lang, error: E) -> Result<(), PageError>
    where
        E: ModuleError + Into<PageError>,
    {
        match error.kind() {
            ErrorKind::Invalid
            | ErrorKind::Conflict
            | ErrorKind::Unauthenticated
            | ErrorKind::Throttled => {}
            ErrorKind::PreconditionFailed => {
                self.outdated(lang);
                return Ok(());
            }
            _ => return Err(error.into()),
        }
        if error.fields().is_empty() {
            let text = lang.error(error.code(), (None, None));
            self.refuse("", text.unwrap_or_else(|| error.to_string()));
        }
        for field in error.fields() {
            let name = field.pointer.trim_start_matches('/').replace('/', "_");
            let text = lang.error(&field.code, (field.min, field.max));
            self.refuse(&name, text.unwrap_or_else(|| field.detail.clone()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use feira_catalog::CatalogError;
    use feira_kernel::FieldError;
    use feira_user::UserError;

    use super::*;

    fn refused(lang: Lang, error: CatalogError) -> Form {
        let mut form = Form::new(Fields::default().with("name", "x"));
        form.take(lang, error).expect("can be mended");
        form
    }

    #[test]
    fn a_pointer_is_a_field_and_its_code_a_sentence() {
        let error = || CatalogError::from(FieldError::too_long("/variants/0/sku", 64));
        let english = refused(Lang::En, error());
        assert_eq!(
            english.error("variants_0_sku"),
            Some("At most 64 characters.")
        );
        assert_eq!(
            refused(Lang::PtBr, error()).error("variants_0_sku"),
            Some("No máximo 64 caracteres.")
        );
        assert_eq!(english.value("name"), "x");
    }

    #[test]
    fn a_link_that_is_no_longer_good_is_said_in_the_form() {
        let mut form = Form::default();
        let taken = form.take(Lang::En, UserError::TokenInvalid);
        assert!(taken.is_ok());
        let said = Lang::En.error("user.token_invalid", (None, None));
        assert!(said.is_some());
        assert_eq!(form.error(""), said.as_deref());
    }

    #[test]
    fn what_no_typing_mends_is_an_error_page() {
        let form = refused(Lang::En, CatalogError::SkuTaken);
        assert_eq!(form.problems().len(), 1);
        assert!(form.error("").is_some());
        for error in [
            CatalogError::NotFound,
            CatalogError::Unavailable(String::new()),
        ] {
            assert!(Form::default().take(Lang::En, error).is_err());
        }
    }
}
