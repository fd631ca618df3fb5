//! What a provider asks of who has an account there, in the reader's words: its fields are many, and people know few
//! of them by these names. One that is not known here is shown as it is.

use super::Lang;

/// What stands for a field: the last of its parts that has a word, without whose it is.
const KNOWN: &[&str] = &[
    "account_gone",
    "address",
    "bank_account",
    "dob",
    "document",
    "email",
    "external_account",
    "first_name",
    "id_number",
    "last_name",
    "mcc",
    "name",
    "phone",
    "pix_key",
    "pix_key_changed",
    "pix_key_new",
    "pix_key_taken",
    "political_exposure",
    "product_description",
    "representative",
    "statement_descriptor",
    "tax_id",
    "tos_acceptance",
    "url",
];

/// Such as `address` of `company.address.city`.
fn known(field: &str) -> Option<&'static str> {
    let mut parts = field.rsplit('.');
    parts.find_map(|part| KNOWN.iter().copied().find(|known| *known == part))
}

impl Lang {
    /// Each once, in the order in which they are told.
    pub(crate) fn requirements(self, fields: &[String]) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for field in fields {
            let word = match known(field) {
                Some(known) => self.text(&format!("provider-needs-{known}")),
                None => field.clone(),
            };
            if !all.contains(&word) {
                all.push(word);
            }
        }
        all
    }

    /// Why an account is closed.
    pub(crate) fn closed(self, reason: &str) -> String {
        let group = reason.split('.').next().unwrap_or(reason);
        let key = match reason {
            "requirements.past_due" | "requirements.pending_verification" => {
                reason.replace('.', "-")
            }
            _ => group.to_owned(),
        };
        let word = self.find(&format!("provider-closed-{key}"));
        word.unwrap_or_else(|| reason.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn fields_of_providers_have_words_and_each_stands_once() {
        for (lang, birth, file) in [
            (Lang::En, "Date of birth", "A document with a photograph"),
            (Lang::PtBr, "Data de nascimento", "Um documento com foto"),
        ] {
            let asked = [
                "individual.dob.day",
                "individual.dob.month",
                "person_1Abc.verification.document",
                "interchange.of_nobody",
            ];
            let told = lang.requirements(&asked.map(str::to_owned));
            assert_eq!(told, [birth, file, "interchange.of_nobody"]);
            for known in KNOWN {
                let key = format!("provider-needs-{known}");
                assert!(lang.find(&key).is_some(), "{key}");
            }
            assert_ne!(
                lang.closed("requirements.past_due"),
                "requirements.past_due"
            );
            assert_eq!(lang.closed("rejected.fraud"), lang.closed("rejected.other"));
            assert_eq!(lang.closed("unheard_of"), "unheard_of");
        }
    }
}
