//! The settings of a provider's kind as form fields, and a provider as it is shown.

use std::collections::BTreeMap;

use feira_kernel::Time;
use feira_payment::{
    Entered, FieldForm, KindName, ProviderField, ProviderOverview, ProviderSource, ProviderTrouble,
};

use crate::page::{Choice, Fields, Page};
#[cfg(test)]
use {
    crate::page::samples::{ago, brl},
    feira_payment::{MethodKind, MethodTaken, SecretSet},
};

/// The prefix of settings in field names, as in the module's error pointers.
const PREFIX: &str = "settings_";

/// The prefix of what removes a secret: one that is left empty stays.
const REMOVES: &str = "remove_";

/// One field of the form.
pub(super) struct Asked {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) required: bool,
    pub(super) secret: bool,
    /// Ticked, the secret that is set is removed; only of one that may be absent.
    pub(super) removes: Option<String>,
    /// Shown as a textarea.
    pub(super) long: bool,
    pub(super) choices: Vec<Choice>,
}

/// A provider as it is shown.
pub(super) struct Shown {
    pub(super) one: ProviderOverview,
    pub(super) kind: String,
    pub(super) methods: String,
    pub(super) state: String,
    pub(super) tone: &'static str,
    pub(super) address: String,
    /// The last failed call, with its time.
    pub(super) failed: Option<(String, Time)>,
    /// The last refused notification in its name, with its time.
    pub(super) refused: Option<(String, Time)>,
    /// Whether it was entered here and can be changed here.
    pub(super) entered: bool,
}

impl Shown {
    /// Whether it is confirmed by hand, without calls and notifications.
    pub(super) fn is_by_hand(&self) -> bool {
        self.one.kind == Some(KindName::Manual)
    }

    pub(super) fn of(p: &Page, one: ProviderOverview) -> Self {
        let (state, tone) = match (&one.trouble, one.takes_new) {
            (Some(_), _) => ("provider-unusable", "bad"),
            (None, true) => ("provider-on", "good"),
            (None, false) => ("provider-off", "calm"),
        };
        let methods = one.methods.iter().map(|taken| {
            let currency = taken.least.currency().code();
            format!("{} {currency}", p.name(&taken.method))
        });
        let methods: Vec<String> = methods.collect();
        Self {
            kind: one
                .kind
                .map_or_else(String::new, |kind| p.word("provider-kind", kind.as_str())),
            methods: methods.join(", "),
            state: p.t(state),
            tone,
            address: format!("/admin/providers/{}", one.name),
            failed: one.failure.clone().zip(one.failed_at),
            refused: one.refusal.clone().zip(one.refused_at),
            entered: one.source == ProviderSource::Operator,
            one,
        }
    }

    /// The address of this step's button.
    pub(super) fn at(&self, step: &str) -> String {
        format!("{}/{step}", self.address)
    }

    /// The reason why it cannot be used.
    pub(super) fn trouble(&self, p: &Page) -> Option<String> {
        let said = match self.one.trouble.as_ref()? {
            ProviderTrouble::KeysLost {} => p.t1("provider-keys-lost", &self.one.name),
            ProviderTrouble::Overridden {} => p.t("provider-overridden"),
            ProviderTrouble::Refused { field, code, .. } => {
                let label = p.lang.find(&format!("label-{PREFIX}{field}"));
                let label = label.unwrap_or_else(|| field.clone());
                let said = p.lang.error(code, (None, None)).unwrap_or_default();
                format!("{label}: {said}")
            }
            ProviderTrouble::UnknownKind {} => p.t("provider-unknown-kind"),
            ProviderTrouble::Unusable { .. } => p.t("provider-unusable-why"),
        };
        Some(said)
    }
}

/// The fields of a kind; for an existing provider with the times at which its secrets were set.
pub(super) fn asked(p: &Page, kind: KindName, there: Option<&ProviderOverview>) -> Vec<Asked> {
    let fields = kind.fields().iter().chain(kind.field("stores"));
    fields.map(|field| ask(p, field, there)).collect()
}

fn ask(p: &Page, field: &ProviderField, there: Option<&ProviderOverview>) -> Asked {
    let name = format!("{PREFIX}{}", field.name);
    let set = there.and_then(|one| {
        let mut kept = one.secrets.iter();
        kept.find(|set| set.field == field.name).map(|set| set.at)
    });
    let words = field.form.words().iter();
    let own = |word: &str| {
        p.lang
            .find(&format!("setting-choice-{}-{word}", field.name))
    };
    let told = |word: &str| own(word).unwrap_or_else(|| p.word("setting-choice", word));
    let choices = words.map(|word| Choice::new(*word, told(word)));
    let hint = p.lang.find(&format!("hint-{name}"));
    Asked {
        label: p.t(&format!("label-{name}")),
        hint: match set {
            Some(at) => p.t1("provider-secret-set", p.exact(&at)),
            None => hint.unwrap_or_default(),
        },
        required: field.required && set.is_none(),
        removes: (set.is_some() && !field.required).then(|| format!("{REMOVES}{name}")),
        secret: field.form.is_secret(),
        long: matches!(
            field.form,
            FieldForm::Text | FieldForm::List | FieldForm::Pem | FieldForm::SecretPem
        ),
        choices: choices.collect(),
        name,
    }
}

/// The typed values, and the same without secrets, which are never shown again, not even in a refused
/// form.
pub(super) fn typed(kind: KindName, fields: Fields) -> (Entered, Fields) {
    let mut entered = BTreeMap::new();
    let mut open = fields.clone();
    for field in kind.fields().iter().chain(kind.field("stores")) {
        let name = format!("{PREFIX}{}", field.name);
        let text = fields.text(&name);
        if field.form.is_secret() {
            open = open.with(&name, "");
            if text.is_empty() {
                if !field.required && fields.get(&format!("{REMOVES}{name}")) == "yes" {
                    entered.insert(field.name.to_owned(), None);
                }
                continue;
            }
        }
        entered.insert(field.name.to_owned(), Some(text));
    }
    (Entered(entered), open)
}

/// The form filled with the current values.
pub(super) fn fields_of(kind: KindName, settings: &BTreeMap<String, String>) -> Fields {
    let all = kind.fields().iter().chain(kind.field("stores"));
    let open = all.filter(|field| !field.form.is_secret());
    open.fold(Fields::default(), |fields, field| {
        let value = settings
            .get(field.name)
            .map_or(field.default, String::as_str);
        fields.with(&format!("{PREFIX}{}", field.name), value)
    })
}

/// One from the configuration, one that was entered, one whose keys cannot be decrypted.
#[cfg(test)]
pub(super) fn samples_of() -> Vec<ProviderOverview> {
    let one = |name: &str, kind, source, trouble| ProviderOverview {
        name: name.to_owned(),
        kind: Some(kind),
        source,
        takes_new: true,
        stores: Vec::new(),
        settings: BTreeMap::new(),
        secrets: Vec::new(),
        methods: vec![MethodTaken {
            method: MethodKind::Pix,
            payee: feira_payment::PayeeKind::Marketplace,
            least: brl(1),
            most: brl(900_000),
        }],
        trouble,
        notified_at: None,
        failure: None,
        failed_at: None,
        refusal: None,
        refused_at: None,
        open: 0,
        used: false,
        version: 1,
    };
    let bank = ProviderOverview {
        notified_at: Some(ago(5)),
        open: 12,
        used: true,
        version: 0,
        ..one("bank", KindName::PixApi, ProviderSource::Settings, None)
    };
    let pix = ProviderOverview {
        settings: BTreeMap::from([("pix_key".to_owned(), "ana@feira.example".to_owned())]),
        ..one("pix", KindName::Manual, ProviderSource::Operator, None)
    };
    let lost = Some(ProviderTrouble::KeysLost {});
    let cards = ProviderOverview {
        methods: Vec::new(),
        secrets: vec![SecretSet {
            field: "api_key".to_owned(),
            at: ago(60),
        }],
        failure: Some("not accepted by the provider: answered 401 Unauthorized".to_owned()),
        failed_at: Some(ago(2)),
        refusal: Some("signature".to_owned()),
        refused_at: Some(ago(3)),
        ..one("cards", KindName::Stripe, ProviderSource::Operator, lost)
    };
    vec![bank, pix, cards]
}

#[cfg(test)]
mod tests {
    use super::{
        super::{caller::frame, providers},
        *,
    };
    use crate::page::Lang;

    #[test]
    fn every_field_and_kind_and_choice_has_a_word() {
        for lang in Lang::ALL {
            for kind in KindName::ALL {
                let word = lang.find(&format!("provider-kind-{}", kind.as_str()));
                assert!(word.is_some(), "{kind:?}");
                for field in kind.fields().iter().chain(kind.field("stores")) {
                    let label = lang.find(&format!("label-{PREFIX}{}", field.name));
                    assert!(label.is_some(), "{}", field.name);
                    for word in field.form.words() {
                        let said = lang.find(&format!("setting-choice-{word}"));
                        assert!(said.is_some(), "{word}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_trouble_is_said_in_both_languages() {
        let refused = ProviderTrouble::Refused {
            field: "pix_key".to_owned(),
            code: "payment.pix_key".to_owned(),
            why: "in English".to_owned(),
        };
        let unusable = ProviderTrouble::Unusable {
            why: "in English".to_owned(),
        };
        for trouble in [
            ProviderTrouble::KeysLost {},
            ProviderTrouble::Overridden {},
            refused,
            ProviderTrouble::UnknownKind {},
            unusable,
        ] {
            let said = Lang::ALL.map(|lang| {
                let p = frame(lang, &providers::PAGE);
                let mut one = samples_of().remove(1);
                one.trouble = Some(trouble.clone());
                Shown::of(&p, one).trouble(&p).expect("a text")
            });
            assert_ne!(said[0], said[1], "{trouble:?}");
            for text in said {
                let is_word = text.contains(' ') && !text.contains("in English");
                assert!(is_word && !text.ends_with(": "), "{trouble:?}: {text}");
            }
        }
    }

    #[test]
    fn a_secret_that_was_typed_is_entered_and_not_shown_again() {
        let fields = Fields::default()
            .with("settings_api_key", " sk_live_1 ")
            .with("settings_webhook_secret", "")
            .with("remove_settings_webhook_secret", "yes")
            .with("remove_settings_webhook_secret_previous", "yes")
            .with("settings_takes", "BRL 0.50");
        let (entered, open) = typed(KindName::Stripe, fields);
        let of = |name: &str| entered.0.get(name).cloned().flatten();
        assert_eq!(of("api_key").as_deref(), Some("sk_live_1"));
        assert_eq!(of("takes").as_deref(), Some("BRL 0.50"));
        assert!(
            !entered.0.contains_key("webhook_secret"),
            "it must be there"
        );
        assert_eq!(entered.0.get("webhook_secret_previous"), Some(&None));
        assert!(!entered.0.contains_key("connect_webhook_secret"));
        assert_eq!(open.get("settings_api_key"), "");
        assert_eq!(open.get("settings_takes"), "BRL 0.50");
    }
}
