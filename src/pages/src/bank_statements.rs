//! What the forms for a bank's statement share: a store's own, and the marketplace's.

use actix_multipart::form::{MultipartForm, bytes::Bytes, text::Text};
use feira_kernel::Currency;
use feira_payment::{BankStatementColumns, BankStatementRequest, PaymentError};
use feira_web::error::PageError;

use crate::page::{Fields, Form, Lang, refuse_file};

/// The fields of the multipart form; sizes are limited by `upload_limits`.
#[derive(MultipartForm)]
pub(crate) struct Upload {
    pub(crate) csrf: Text<String>,
    pub(crate) key: Option<Text<String>>,
    file: Bytes,
    date: Option<Text<String>>,
    amount: Option<Text<String>>,
    description: Option<Text<String>>,
    id: Option<Text<String>>,
    /// Set by the button for a dry run.
    dry_run: Option<Text<String>>,
}

/// The columns that somebody chooses.
const COLUMNS: [&str; 4] = ["date", "amount", "description", "id"];

impl Upload {
    /// The columns as they were typed: they are shown again with a refusal, and after a dry run.
    pub(crate) fn typed(&self, fields: Fields) -> Fields {
        let columns = [&self.date, &self.amount, &self.description, &self.id];
        let columns = COLUMNS.into_iter().zip(columns);
        columns.fold(fields, |fields, (name, column)| match column {
            Some(text) => fields.with(name, text.as_str()),
            None => fields,
        })
    }

    pub(crate) fn request(self, form: &Form, currency: Currency) -> BankStatementRequest {
        BankStatementRequest {
            dry_run: self.dry_run.is_some(),
            currency,
            columns: BankStatementColumns {
                date: form.optional("date"),
                amount: form.optional("amount"),
                description: form.optional("description"),
                id: form.optional("id"),
            },
            file: self.file.data.into(),
        }
    }
}

/// Whether a column was chosen, so that its field is not folded away.
pub(crate) fn has_columns(form: &Form) -> bool {
    COLUMNS.iter().any(|name| !form.value(name).is_empty())
}

/// Says beside the file at which line it cannot be read, and why.
pub(crate) fn refuse(form: &mut Form, lang: Lang, error: PaymentError) -> Result<(), PageError> {
    let detail = match &error {
        PaymentError::BadStatement(fault) => {
            let line = fault.pointer.trim_start_matches("/lines/");
            let why = lang.error(&fault.code, (fault.min, fault.max));
            let why = why.unwrap_or_else(|| fault.detail.clone());
            Some(format!("{}: {why}", lang.named("import-line", line)))
        }
        _ => None,
    };
    refuse_file(form, lang, error, detail)
}
