//! The providers while the process runs: those that files and the environment configure, and behind them
//! those that operators entered, which change meanwhile.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use feira_kernel::{
    Currency, Env, Money, StoreId, Time,
    db::{self, Change, Find},
    seal::Seal,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, sea_query::OnConflict};
use time::Duration;

use super::{
    Failure, Provider,
    fields::Installation,
    kept::{Kept, PURPOSE},
    registry::{Configured, Registry, Wanted, is_name},
};
use crate::{
    InstalmentSettings, KindName, Method, MethodKind, MethodLimit, PaymentError, ProviderSource,
    ProviderTrouble, Settings, StartError,
    entities::{method_limit, provider, provider_failure, provider_version},
};

/// For so long what was read is taken; a change elsewhere counts here within five seconds.
const FRESH: Duration = Duration::seconds(3);
/// How often a failure of one provider is written down at most.
const FAILURES_EVERY: Duration = Duration::seconds(10);
/// What is kept of the words of a failure.
const MOST_SAID: usize = 300;

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct Providers(Arc<Inner>);

struct Inner {
    env: Env,
    installation: Installation,
    seal: Option<Seal>,
    instalments: InstalmentSettings,
    known: RwLock<Known>,
    /// One question at a time.
    asking: tokio::sync::Mutex<()>,
    /// When a failure of each provider was written down.
    told: Mutex<BTreeMap<String, Time>>,
}

struct Known {
    asked_at: Option<Time>,
    /// How many changes there were when this was read.
    version: i64,
    registry: Arc<Registry>,
}

impl Providers {
    /// Those of the settings; the others are read when somebody asks first.
    pub(crate) fn new(settings: &Settings, env: &Env) -> Result<Self, StartError> {
        let mut all: Vec<Arc<Configured>> = Vec::new();
        for one in &settings.providers {
            if !is_name(&one.name) || all.iter().any(|other| other.name == one.name) {
                return Err(StartError::ProviderName(one.name.clone()));
            }
            let refused = |error| StartError::Provider(one.name.clone(), Box::new(error));
            all.push(Arc::new(Configured {
                name: one.name.clone(),
                kind: one.kind.name(),
                source: ProviderSource::Settings,
                takes_new: one.takes_new,
                stores: one.stores.clone(),
                adapter: Ok(one.kind.adapter(&one.name, env).map_err(refused)?),
                row: None,
            }));
        }
        let installation = settings.installation.clone();
        Ok(Self(Arc::new(Inner {
            env: env.clone(),
            seal: installation.key.as_ref().map(|key| Seal::new(key, PURPOSE)),
            installation,
            instalments: settings.instalments.clone(),
            known: RwLock::new(Known {
                asked_at: None,
                version: 0,
                registry: Arc::new(Registry::new(all, Vec::new())),
            }),
            asking: tokio::sync::Mutex::default(),
            told: Mutex::default(),
        })))
    }

    pub(crate) fn installation(&self) -> &Installation {
        &self.0.installation
    }

    pub(crate) fn seal(&self) -> Option<&Seal> {
        self.0.seal.as_ref()
    }

    /// As they were read last.
    pub(crate) fn now(&self) -> Arc<Registry> {
        let known = self.0.known.read();
        let known = known.unwrap_or_else(PoisonError::into_inner);
        known.registry.clone()
    }

    pub(crate) fn all(&self) -> Vec<Arc<dyn Provider>> {
        let now = self.now();
        let all = now.all().iter();
        all.filter_map(|one| one.usable()).collect()
    }

    pub(crate) fn named(&self, name: &str) -> Option<Arc<dyn Provider>> {
        self.now().named(name)?.usable()
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let all = self.all();
        all.iter().map(|one| one.name().to_owned()).collect()
    }

    /// By which some provider takes new payments in the currency.
    pub(crate) fn methods(&self, currency: Currency) -> Vec<MethodKind> {
        self.now().methods(currency)
    }

    /// The first that keeps cards.
    pub(crate) fn saving(&self) -> Option<Arc<dyn Provider>> {
        self.now().saving()
    }

    /// The first that takes such a payment of these stores; of a saved card the one that keeps it.
    pub(crate) fn choose(
        &self,
        method: &Method,
        amount: Money,
        stores: &[StoreId],
        keeper: Option<&str>,
    ) -> Result<Arc<dyn Provider>, PaymentError> {
        let wanted = Wanted {
            kind: method.kind(),
            count: method.instalments(),
            amount,
            keeper,
        };
        self.taker(&wanted, stores)
    }

    /// The same by what is known of it before somebody chose a card.
    pub(crate) fn taker(
        &self,
        wanted: &Wanted<'_>,
        stores: &[StoreId],
    ) -> Result<Arc<dyn Provider>, PaymentError> {
        self.now().taker(wanted, stores, &self.0.instalments)
    }

    /// Reads what operators changed, if that was not asked for in the last seconds. Who has known them once
    /// goes on with what he knows while the database does not answer.
    pub(crate) async fn refresh(&self) -> Result<(), db::Error> {
        if self.is_fresh() {
            return Ok(());
        }
        let _one = self.0.asking.lock().await;
        if self.is_fresh() {
            return Ok(());
        }
        match self.read().await {
            Err(error) if self.asked_at().is_some() => {
                tracing::warn!(%error, "changes of payment providers could not be read");
                Ok(())
            }
            read => read,
        }
    }

    /// After a change of this process.
    pub(crate) async fn changed(&self) -> Result<(), db::Error> {
        let _one = self.0.asking.lock().await;
        self.read().await
    }

    fn asked_at(&self) -> Option<Time> {
        let known = self.0.known.read();
        known.unwrap_or_else(PoisonError::into_inner).asked_at
    }

    fn is_fresh(&self) -> bool {
        let now = self.0.env.now();
        self.asked_at()
            .is_some_and(|at| at <= now && now - at < FRESH)
    }

    async fn read(&self) -> Result<(), db::Error> {
        let (env, at) = (&self.0.env, self.0.env.now());
        let pool = env.pool.read();
        let found = provider_version::Entity::find_by_id(provider_version::ONLY);
        let found = found.row(pool).await?;
        let version = found.map_or(0, |row| row.version);
        let before = {
            let mut known = self.write();
            if known.version == version {
                known.asked_at = Some(at);
                return Ok(());
            }
            known.registry.clone()
        };
        let kept = provider::kept().rows(pool).await?;
        let limits = method_limit::kept().rows(pool).await?;
        let limits: Vec<MethodLimit> = limits.iter().filter_map(|row| row.view()).collect();
        let settings = |one: &&Arc<Configured>| one.source == ProviderSource::Settings;
        let mut all: Vec<Arc<Configured>> = before.all().iter().filter(settings).cloned().collect();
        for row in kept {
            let overridden = all.iter().any(|one| one.name == row.name);
            all.push(Arc::new(self.entered(row, overridden).await));
        }
        let mut known = self.write();
        known.asked_at = Some(at);
        known.version = version;
        known.registry = Arc::new(Registry::new(all, limits));
        Ok(())
    }

    /// What cannot be used is told by its name, and the others go on.
    async fn entered(&self, row: provider::Model, overridden: bool) -> Configured {
        let inner = &self.0;
        let kept = Kept::read(row, inner.seal.as_ref(), &inner.env.entropy);
        if let Some(anew) = &kept.anew {
            self.seal_anew(&kept.row, serde_json::json!(anew)).await;
        }
        let adapter = match overridden {
            true => Err(ProviderTrouble::Overridden {}),
            false => kept.adapter(&inner.installation, &inner.env),
        };
        if let Err(trouble) = &adapter {
            let provider = &kept.row.name;
            tracing::error!(provider, ?trouble, "a payment provider cannot be used");
        }
        Configured {
            name: kept.row.name.clone(),
            kind: KindName::parse(&kept.row.kind),
            source: ProviderSource::Operator,
            takes_new: kept.row.takes_new && !overridden,
            stores: kept.row.stores(),
            adapter,
            row: Some(kept.row),
        }
    }

    /// So that the previous key can go. Nothing is changed of one that somebody changed meanwhile.
    async fn seal_anew(&self, row: &provider::Model, secrets: serde_json::Value) {
        let env = &self.0.env;
        let sealed = provider::Entity::update_many()
            .set(provider::ActiveModel {
                secrets: Set(secrets),
                updated_at: Set(env.now()),
                ..Default::default()
            })
            .filter(provider::Column::Id.eq(row.id))
            .filter(provider::Column::Version.eq(row.version));
        match sealed.run(env.pool.write()).await {
            Ok(_) => tracing::info!(
                provider = row.name,
                "its keys are kept under the present key"
            ),
            Err(error) => tracing::warn!(
                provider = row.name, %error, "its keys are still kept under the previous key"
            ),
        }
    }

    /// Keeps why a call failed. A failure by which nothing was found, or that the provider is known for, is
    /// none.
    pub(crate) async fn failed(&self, provider: &str, failure: &Failure) {
        let env = &self.0.env;
        if matches!(
            failure,
            Failure::NotFound | Failure::NotSupported | Failure::GivenBack
        ) {
            return;
        }
        let now = env.now();
        {
            let told = self.0.told.lock();
            let mut told = told.unwrap_or_else(PoisonError::into_inner);
            let last = told.get(provider);
            if last.is_some_and(|at| *at <= now && now - *at < FAILURES_EVERY) {
                return;
            }
            told.insert(provider.to_owned(), now);
        }
        let said: String = failure.to_string().chars().take(MOST_SAID).collect();
        let last = provider_failure::ActiveModel {
            provider: Set(provider.to_owned()),
            failure: Set(said),
            at: Set(now),
            updated_at: Set(now),
        };
        let mut instead = OnConflict::column(provider_failure::Column::Provider);
        instead.update_columns([
            provider_failure::Column::Failure,
            provider_failure::Column::At,
            provider_failure::Column::UpdatedAt,
        ]);
        let kept = provider_failure::Entity::insert(last).on_conflict(instead);
        if let Err(error) = kept.run(env.pool.write()).await {
            tracing::warn!(provider, %error, "the failure of a provider could not be kept");
        }
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Known> {
        let known = self.0.known.write();
        known.unwrap_or_else(PoisonError::into_inner)
    }
}
