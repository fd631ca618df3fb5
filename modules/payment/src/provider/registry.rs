//! The configured providers, by name. A payment's row names its own, whatever is chosen today.

use std::{collections::BTreeSet, sync::Arc};

use feira_kernel::{Currency, Env, Money, StoreId};

use super::{Limits, Provider};
use crate::{Method, MethodKind, PaymentError, ProviderSettings, StartError, validate};

/// In the order in which new payments are offered to them.
#[derive(Clone)]
pub(crate) struct Providers(Arc<[Configured]>);

struct Configured {
    provider: Arc<dyn Provider>,
    takes_new: bool,
    /// Empty: all.
    stores: Vec<StoreId>,
}

impl Providers {
    pub(crate) fn new(settings: &[ProviderSettings], env: &Env) -> Result<Self, StartError> {
        let mut names = BTreeSet::new();
        let configured = settings.iter().map(|one| {
            if !is_name(&one.name) || !names.insert(&one.name) {
                return Err(StartError::ProviderName(one.name.clone()));
            }
            let refused = |error| StartError::Provider(one.name.clone(), Box::new(error));
            Ok(Configured {
                provider: one.kind.adapter(&one.name, env).map_err(refused)?,
                takes_new: one.takes_new,
                stores: one.stores.clone(),
            })
        });
        Ok(Self(configured.collect::<Result<_, _>>()?))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<dyn Provider>> {
        self.0.iter().map(|one| &one.provider)
    }

    pub(crate) fn named(&self, name: &str) -> Option<&Arc<dyn Provider>> {
        self.all().find(|provider| provider.name() == name)
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.all()
            .map(|provider| provider.name().to_owned())
            .collect()
    }

    /// By which some provider takes new payments in the currency.
    pub(crate) fn methods(&self, currency: Currency) -> Vec<MethodKind> {
        let taken = |kind: &MethodKind| {
            let mut new = self.0.iter().filter(|one| one.takes_new);
            new.any(|one| {
                one.provider
                    .capabilities()
                    .limits(*kind, currency)
                    .is_some()
            })
        };
        MethodKind::ALL.into_iter().filter(taken).collect()
    }

    /// The first that takes such a payment of these stores.
    pub(crate) fn choose(
        &self,
        method: &Method,
        amount: Money,
        stores: &[StoreId],
    ) -> Result<&Arc<dyn Provider>, PaymentError> {
        let mut widest: Option<Limits> = None;
        for one in self.0.iter().filter(|one| one.takes(stores)) {
            let limits = one
                .provider
                .capabilities()
                .limits(method.kind(), amount.currency());
            let Some(limits) = limits else { continue };
            if validate::accept(limits, amount).is_ok() {
                return Ok(&one.provider);
            }
            // If nobody takes it, the refusal tells of the one that takes the most.
            if widest.is_none_or(|widest| widest.most.minor() < limits.most.minor()) {
                widest = Some(limits);
            }
        }
        let Limits { least, most } = widest.ok_or(PaymentError::NotOffered)?;
        Err(PaymentError::AmountNotAccepted { least, most })
    }
}

impl Configured {
    fn takes(&self, stores: &[StoreId]) -> bool {
        let allowed = |store: &StoreId| self.stores.is_empty() || self.stores.contains(store);
        self.takes_new && stores.iter().all(allowed)
    }
}

/// It stands in rows and in the path of notifications.
fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b);
    (1..=32).contains(&name.len()) && name.bytes().all(plain)
}
