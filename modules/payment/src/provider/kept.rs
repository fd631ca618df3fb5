//! Providers that operators entered, as a table keeps them: what may be read, and secrets under a seal.

use std::{collections::BTreeMap, sync::Arc};

use feira_kernel::{Entropy, Env, Secret, StoreId, Time, seal::Seal};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    Provider,
    config::ProviderConfig,
    fields::{Installation, Refusal},
};
use crate::{
    KindName, ProviderTrouble, SecretSet, StartError, entities::provider::Model,
    field_codes::UNUSABLE,
};

/// For which the seal's key is derived.
pub(crate) const PURPOSE: &str = "feira.payment.provider-keys.v1";

/// A secret and when it was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptSecret {
    pub(crate) sealed: String,
    #[serde(with = "time::serde::timestamp")]
    pub(crate) at: Time,
}

pub(crate) type KeptSecrets = BTreeMap<String, KeptSecret>;

/// A row that was read.
pub(crate) struct Kept {
    pub(crate) row: Model,
    /// What it is configured by, if its secrets could be opened.
    pub(crate) config: Result<ProviderConfig, ProviderTrouble>,
    /// Its secrets under the present key, where the previous one had sealed some.
    pub(crate) anew: Option<KeptSecrets>,
}

fn of_json<T: DeserializeOwned>(value: &Value) -> Result<T, ProviderTrouble> {
    serde_json::from_value(value.clone()).map_err(|error| ProviderTrouble::Unusable {
        why: error.to_string(),
    })
}

impl Model {
    pub(crate) fn kept_secrets(&self) -> Result<KeptSecrets, ProviderTrouble> {
        of_json(&self.secrets)
    }

    /// When each was entered.
    pub(crate) fn secrets_set(&self) -> Vec<SecretSet> {
        let all = self.kept_secrets().unwrap_or_default().into_iter();
        all.map(|(field, kept)| SecretSet { field, at: kept.at })
            .collect()
    }

    /// What may be shown of it, whatever became of its secrets.
    pub(crate) fn open(&self) -> Result<ProviderConfig, ProviderTrouble> {
        let kind = KindName::parse(&self.kind).ok_or(ProviderTrouble::UnknownKind {})?;
        let settings = of_json(&self.settings)?;
        Ok(ProviderConfig::kept(kind, settings, BTreeMap::new()))
    }
}

impl Model {
    /// Whose payments it takes; empty: everybody's.
    pub(crate) fn stores(&self) -> Vec<StoreId> {
        self.open()
            .map_or_else(|_| Vec::new(), |config| config.stores())
    }
}

impl Kept {
    pub(crate) fn read(row: Model, seal: Option<&Seal>, entropy: &Entropy) -> Self {
        let opened = opened(&row, seal);
        let (config, old) = match opened {
            Ok((config, old)) => (Ok(config), old),
            Err(trouble) => (Err(trouble), false),
        };
        let anew = match (&config, seal) {
            (Ok(config), Some(seal)) if old => {
                let kept = row.kept_secrets().unwrap_or_default();
                let secrets = config.secrets().into_iter();
                let anew = secrets.filter_map(|(field, secret)| {
                    let at = kept.get(&field)?.at;
                    let secret = sealed(seal, entropy, &row.name, &field, &secret, at);
                    Some((field, secret))
                });
                Some(anew.collect())
            }
            _ => None,
        };
        Self { row, config, anew }
    }

    /// The adapter, made of what was entered.
    pub(crate) fn adapter(
        &self,
        at: &Installation,
        env: &Env,
    ) -> Result<Arc<dyn Provider>, ProviderTrouble> {
        let config = self.config.as_ref().map_err(Clone::clone)?;
        let kind = config.provider(at).map_err(refused)?;
        kind.adapter(&self.row.name, env).map_err(unusable)
    }
}

/// The configuration with its secrets, and whether the previous key had sealed one of them.
fn opened(row: &Model, seal: Option<&Seal>) -> Result<(ProviderConfig, bool), ProviderTrouble> {
    let config = row.open()?;
    let (mut secrets, mut old) = (BTreeMap::new(), false);
    for (field, kept) in row.kept_secrets()? {
        let seal = seal.ok_or(ProviderTrouble::KeysLost {})?;
        let opened = seal.open(&[row.name.as_str(), field.as_str()], &kept.sealed);
        let opened = opened.map_err(|_| ProviderTrouble::KeysLost {})?;
        old |= opened.by_previous;
        secrets.insert(field, opened.secret);
    }
    let kind = config.kind;
    Ok((ProviderConfig::kept(kind, config.open(), secrets), old))
}

/// Bound to its provider and its field.
pub(crate) fn sealed(
    seal: &Seal,
    entropy: &Entropy,
    provider: &str,
    field: &str,
    secret: &Secret,
    at: Time,
) -> KeptSecret {
    KeptSecret {
        sealed: seal.seal(entropy, &[provider, field], secret.reveal()),
        at,
    }
}

fn refused(refusal: Refusal) -> ProviderTrouble {
    ProviderTrouble::Refused {
        field: refusal.field,
        code: refusal.code.as_str().to_owned(),
        why: refusal.why,
    }
}

fn unusable(error: StartError) -> ProviderTrouble {
    match error {
        StartError::Unusable(field, why) => ProviderTrouble::Refused {
            field: field.to_owned(),
            code: UNUSABLE.as_str().to_owned(),
            why,
        },
        other => ProviderTrouble::Unusable {
            why: other.to_string(),
        },
    }
}
