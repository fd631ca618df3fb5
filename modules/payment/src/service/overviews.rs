//! Providers as an operator sees to them.

use std::collections::BTreeMap;

use feira_kernel::{Currency, Time, db, values};
use sea_orm::FromQueryResult;

use super::Service;
use crate::{
    CheckOutcome, MethodKind, MethodTaken, PayeeKind, PaymentError, ProviderCheck,
    ProviderOverview,
    provider::{self, Capabilities, Configured, Failure, Limits},
};

#[derive(Default, FromQueryResult)]
struct Figures {
    name: String,
    notified_at: Option<Time>,
    failure: Option<String>,
    failed_at: Option<Time>,
    refusal: Option<String>,
    refused_at: Option<Time>,
    open: i64,
    used: bool,
}

impl Service {
    pub(super) async fn overviews(&self) -> Result<Vec<ProviderOverview>, PaymentError> {
        self.providers.refresh().await?;
        let now = self.providers.now();
        let names: Vec<String> = now.all().iter().map(|one| one.name.clone()).collect();
        let found: Vec<Figures> = db::rows(
            self.env.pool.read(),
            include_str!("../sql/provider_figures.sql"),
            values![names],
        )
        .await?;
        let found = found.into_iter().map(|one| (one.name.clone(), one));
        let mut figures: BTreeMap<String, Figures> = found.collect();
        let currency = self.providers.installation().currency;
        let all = now.all().iter().map(|one| {
            let figures = figures.remove(&one.name).unwrap_or_default();
            overview(one, figures, currency)
        });
        Ok(all.collect())
    }

    pub(super) async fn overview(&self, name: &str) -> Result<ProviderOverview, PaymentError> {
        let mut all = self.overviews().await?.into_iter();
        let found = all.find(|one| one.name == name);
        found.ok_or(PaymentError::NoSuchProvider)
    }

    /// Keeps why a provider did not answer, if it did not.
    pub(super) async fn note<T: Sync>(&self, provider: &str, answer: &Result<T, Failure>) {
        if let Err(failure) = answer {
            self.providers.failed(provider, failure).await;
        }
    }

    pub(super) async fn ask_provider(&self, name: &str) -> Result<ProviderCheck, PaymentError> {
        self.providers.refresh().await?;
        let now = self.providers.now();
        let found = now.named(name).ok_or(PaymentError::NoSuchProvider)?;
        let Some(provider) = found.usable() else {
            return Ok(ProviderCheck {
                outcome: CheckOutcome::Refused,
                said: "it cannot be used as it was entered".to_owned(),
            });
        };
        let asked = provider::by(self.settings.charge_deadline, provider.check()).await;
        self.note(name, &asked).await;
        let outcome = match &asked {
            Ok(()) => CheckOutcome::Good,
            Err(Failure::NotSupported) => CheckOutcome::NotSupported,
            Err(Failure::Unknown(_)) => CheckOutcome::Unreachable,
            Err(
                Failure::Refused(_)
                | Failure::Misconfigured(_)
                | Failure::NotFound
                | Failure::GivenBack,
            ) => CheckOutcome::Refused,
        };
        Ok(ProviderCheck {
            outcome,
            said: asked.map_or_else(|failure| failure.to_string(), |()| String::new()),
        })
    }
}

fn overview(one: &Configured, figures: Figures, currency: Currency) -> ProviderOverview {
    let row = one.row.as_ref();
    let can = one.usable().map(|adapter| adapter.capabilities().clone());
    ProviderOverview {
        name: one.name.clone(),
        kind: one.kind,
        source: one.source,
        takes_new: one.takes_new,
        stores: one.stores.clone(),
        settings: row
            .and_then(|row| row.open().ok())
            .map_or_else(BTreeMap::new, |config| config.shown()),
        secrets: row.map_or_else(Vec::new, |row| row.secrets_set()),
        methods: can.map_or_else(Vec::new, |can| methods(&can, currency)),
        trouble: one.adapter.as_ref().err().cloned(),
        notified_at: figures.notified_at,
        failure: figures.failure,
        failed_at: figures.failed_at,
        refusal: figures.refusal,
        refused_at: figures.refused_at,
        open: u64::try_from(figures.open).unwrap_or_default(),
        used: figures.used,
        version: row.map_or(0, |row| row.version),
    }
}

/// As the provider is configured: what pays stores, and else what the marketplace is paid.
fn taken_by(
    can: &Capabilities,
    method: MethodKind,
    currency: Currency,
) -> Option<(PayeeKind, Limits)> {
    let to = |payee| Some((payee, can.limits_to(payee, method, currency)?));
    match method.is_on_delivery() {
        true => to(PayeeKind::Store),
        false => to(can.pays).or_else(|| to(PayeeKind::Marketplace)),
    }
}

/// In the currency of the marketplace, and in others that a provider names.
fn methods(can: &Capabilities, currency: Currency) -> Vec<MethodTaken> {
    let mut currencies = vec![currency];
    for (_, limits) in can.takes.iter().flatten().chain(&can.to_stores) {
        let other = limits.least.currency();
        if !currencies.contains(&other) {
            currencies.push(other);
        }
    }
    let all = MethodKind::ALL.into_iter();
    let taken = all.flat_map(|method| {
        let limits = currencies
            .iter()
            .filter_map(move |one| taken_by(can, method, *one));
        limits.map(move |(payee, limits)| MethodTaken {
            method,
            payee,
            least: limits.least,
            most: limits.most,
        })
    });
    taken.collect()
}
