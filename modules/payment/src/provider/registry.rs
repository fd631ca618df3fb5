//! The providers as they are at one moment, by name. A payment's row names its own, whatever is chosen today.

use std::sync::Arc;

use feira_kernel::{Currency, FieldError, Money, StoreId};

use super::{Limits, Provider, limits};
use crate::{
    InstalmentSettings, KindName, MethodKind, MethodLimit, MethodRule, PayeeKind, PaymentError,
    ProviderSource, ProviderTrouble, entities::provider::Model, field_codes::INSTALMENTS, validate,
};

/// What is to be paid, as far as it decides on who takes it.
pub(crate) struct Wanted<'a> {
    pub(crate) kind: MethodKind,
    /// Of instalments.
    pub(crate) count: u8,
    pub(crate) amount: Money,
    /// The one that keeps the card, of a saved one.
    pub(crate) keeper: Option<&'a str>,
}

impl Wanted<'_> {
    fn is_divided(&self, provider: &dyn Provider, settings: &InstalmentSettings) -> bool {
        let can = provider.capabilities().instalments.as_ref();
        self.count == 1 || can.is_some_and(|can| can.allows(settings, self.count, self.amount))
    }
}

/// Who takes a payment, and whom its payer pays.
pub(crate) struct Taker {
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) payee: PayeeKind,
}

/// Nobody takes the amount in so many.
pub(crate) fn not_in(count: u8) -> FieldError {
    let detail =
        format!("this cannot be paid in {count} instalments; choose a plan that is offered");
    FieldError::new("/method/instalments", INSTALMENTS, detail)
}

/// In the order in which new payments are offered to them.
pub(crate) struct Registry {
    all: Vec<Arc<Configured>>,
    limits: Vec<MethodLimit>,
    rules: Vec<MethodRule>,
}

pub(crate) struct Configured {
    pub(crate) name: String,
    pub(crate) kind: Option<KindName>,
    pub(crate) source: ProviderSource,
    pub(crate) takes_new: bool,
    /// Empty: all.
    pub(crate) stores: Vec<StoreId>,
    pub(crate) adapter: Result<Arc<dyn Provider>, ProviderTrouble>,
    /// Of one that an operator entered.
    pub(crate) row: Option<Model>,
}

impl Registry {
    pub(crate) fn new(all: Vec<Arc<Configured>>, limits: Vec<MethodLimit>) -> Self {
        Self {
            all,
            rules: limits.iter().map(|limit| limit.rule).collect(),
            limits,
        }
    }

    pub(crate) fn all(&self) -> &[Arc<Configured>] {
        &self.all
    }

    pub(crate) fn limits(&self) -> &[MethodLimit] {
        &self.limits
    }

    pub(crate) fn named(&self, name: &str) -> Option<&Arc<Configured>> {
        let mut all = self.all.iter();
        all.find(|one| one.name == name)
    }

    /// By which some provider takes new payments in the currency.
    pub(crate) fn methods(&self, currency: Currency) -> Vec<MethodKind> {
        let taken = |kind: &MethodKind| {
            let mut new = self.all.iter().filter(|one| one.takes_new);
            limits::somewhere(&self.rules, *kind, currency)
                && new.any(|one| one.takes_some(&self.rules, *kind, currency))
        };
        MethodKind::ALL.into_iter().filter(taken).collect()
    }

    /// The first that keeps cards, and takes payments by card of everybody.
    pub(crate) fn saving(&self) -> Option<Arc<dyn Provider>> {
        let mut all = self.all.iter();
        all.find_map(|one| {
            let provider = one
                .usable()
                .filter(|_| one.takes_new && one.stores.is_empty())?;
            provider.capabilities().saved_cards.then_some(provider)
        })
    }

    /// The first that takes such a payment of these stores; of a saved card the one that keeps it.
    pub(crate) fn taker(
        &self,
        wanted: &Wanted<'_>,
        stores: &[StoreId],
        divide: &InstalmentSettings,
    ) -> Result<Taker, PaymentError> {
        let Wanted { kind, amount, .. } = *wanted;
        let currency = amount.currency();
        let allowed = limits::left(&self.rules, kind, currency, stores);
        let allowed = allowed.ok_or(PaymentError::NotOffered)?;
        let mut widest: Option<Limits> = None;
        let mut undivided = false;
        let meant = |one: &&Arc<Configured>| wanted.keeper.is_none_or(|name| one.name == name);
        for one in self
            .all
            .iter()
            .filter(meant)
            .filter(|one| one.takes(stores))
        {
            let payee = limits::payee(&self.rules, (kind, currency), stores, one.pays());
            let takes = one.limits(payee, kind, currency);
            let Some(limits) = takes.and_then(|takes| allowed.within(takes)) else {
                continue;
            };
            if validate::accept(limits, amount).is_ok()
                && let Some(provider) = one.usable()
            {
                if wanted.is_divided(&*provider, divide) {
                    return Ok(Taker { provider, payee });
                }
                undivided = true;
                continue;
            }
            // If nobody takes it, the refusal tells of the one that takes the most.
            if widest.is_none_or(|widest| widest.most.minor() < limits.most.minor()) {
                widest = Some(limits);
            }
        }
        if undivided {
            return Err(not_in(wanted.count).into());
        }
        let Limits { least, most } = widest.ok_or(PaymentError::NotOffered)?;
        Err(PaymentError::AmountNotAccepted { least, most })
    }
}

impl Configured {
    pub(crate) fn usable(&self) -> Option<Arc<dyn Provider>> {
        self.adapter.as_ref().ok().cloned()
    }

    fn limits(&self, payee: PayeeKind, method: MethodKind, currency: Currency) -> Option<Limits> {
        let adapter = self.adapter.as_ref().ok()?;
        adapter.capabilities().limits_to(payee, method, currency)
    }

    /// Whom its payments pay, where no rule says otherwise.
    fn pays(&self) -> PayeeKind {
        let adapter = self.adapter.as_ref().ok();
        adapter.map_or_else(PayeeKind::default, |one| one.capabilities().pays)
    }

    /// Whether it takes payments of some stores by the method.
    fn takes_some(&self, rules: &[MethodRule], method: MethodKind, currency: Currency) -> bool {
        let mut payees = PayeeKind::ALL.into_iter();
        payees.any(|payee| {
            limits::some_pay(rules, (method, currency), payee, self.pays())
                && self.limits(payee, method, currency).is_some()
        })
    }

    fn takes(&self, stores: &[StoreId]) -> bool {
        let allowed = |store: &StoreId| self.stores.is_empty() || self.stores.contains(store);
        self.takes_new && stores.iter().all(allowed)
    }
}

/// It stands in rows and in the path of notifications.
pub(crate) fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b);
    (1..=32).contains(&name.len()) && name.bytes().all(plain)
}
