//! The kinds of providers, each a file beside this one with its settings and its adapter.

mod manual;
mod mercado_pago;
mod paypal;
mod pix_api;
mod sandbox;
mod stripe;
mod woovi;

use std::sync::Arc;

use feira_kernel::Env;

use super::{
    Provider,
    checks::by_table,
    config::ProviderConfig,
    fields::{Field, Installation, Refusal, STORES, refuse},
};
use crate::{KindName, ProviderOverview, StartError, field_codes::SIMULATED};

pub use manual::ManualSettings;
pub(crate) use manual::txid;
pub use mercado_pago::MercadoPagoSettings;
pub use paypal::PaypalSettings;
pub use pix_api::{PixApiSettings, TokenRequest};
pub use sandbox::SandboxSettings;
pub use stripe::{StripeConnect, StripeSettings};
pub use woovi::WooviSettings;

/// The secret that stands in an address.
const IN_PATH: &str = "webhook_secret";

impl KindName {
    /// What one of this kind is told, beside the stores that it is for.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Manual => manual::FIELDS,
            Self::MercadoPago => mercado_pago::FIELDS,
            Self::Paypal => paypal::FIELDS,
            Self::PixApi => pix_api::FIELDS,
            Self::Sandbox => sandbox::FIELDS,
            Self::Stripe => stripe::FIELDS,
            Self::Woovi => woovi::FIELDS,
        }
    }

    pub fn field(self, name: &str) -> Option<&'static Field> {
        let mut all = self.fields().iter().chain([&STORES]);
        all.find(|field| field.name == name)
    }

    /// Whether no money moves: for trying things out, and one of them this process plays itself.
    pub fn is_simulated(self) -> bool {
        self == Self::Sandbox
    }

    /// Whether the address of its notifications ends in its `webhook_secret`, if it has one: who sends them does not
    /// sign them, or may be asked not to.
    fn has_secret_in_path(self) -> bool {
        match self {
            Self::PixApi | Self::Woovi => true,
            Self::Manual | Self::MercadoPago | Self::Paypal | Self::Sandbox | Self::Stripe => false,
        }
    }

    /// Whether one may be entered there: in production only what moves money.
    pub fn is_for(self, production: bool) -> bool {
        !(production && self.is_simulated())
    }

    /// What the table of its fields does not say.
    pub(super) fn check(self, config: &ProviderConfig, production: bool) -> Result<(), Refusal> {
        match self {
            Self::Manual => manual::check(config),
            Self::MercadoPago => mercado_pago::check(config, production),
            Self::Paypal => paypal::check(config, production),
            Self::PixApi => pix_api::check(config),
            Self::Sandbox => sandbox::check(config),
            Self::Stripe => stripe::check(config, production),
            Self::Woovi => woovi::check(config, production),
        }
    }

    /// Of a configuration that passed [`Self::check`].
    pub(super) fn settings(
        self,
        config: &ProviderConfig,
        at: &Installation,
    ) -> Result<ProviderKind, Refusal> {
        Ok(match self {
            Self::Manual => ProviderKind::Manual(manual::settings(config, at)?),
            Self::MercadoPago => {
                ProviderKind::MercadoPago(Box::new(mercado_pago::settings(config, at)?))
            }
            Self::Paypal => ProviderKind::Paypal(Box::new(paypal::settings(config, at)?)),
            Self::PixApi => ProviderKind::PixApi(Box::new(pix_api::settings(config, at))),
            Self::Sandbox => ProviderKind::Sandbox(sandbox::settings(config, at)?),
            Self::Stripe => ProviderKind::Stripe(stripe::settings(config, at)?),
            Self::Woovi => ProviderKind::Woovi(woovi::settings(config, at)?),
        })
    }
}

impl ProviderOverview {
    /// Whether `/` and the `webhook_secret` follow the address of its notifications, as far as is known: what a file
    /// of settings keeps secret is not.
    pub fn secret_follows(&self) -> bool {
        let Some(kind) = self.kind.filter(|kind| kind.has_secret_in_path()) else {
            return false;
        };
        let required = kind.field(IN_PATH).is_some_and(|field| field.required);
        required || self.secrets.iter().any(|set| set.field == IN_PATH)
    }
}

impl ProviderConfig {
    /// What can be refused before anything is asked of anybody; in production also what moves no money.
    pub fn check(&self, production: bool) -> Result<(), Refusal> {
        if !self.kind.is_for(production) {
            let why = "is the simulated provider, which is not for production";
            return refuse("kind", SIMULATED, why);
        }
        by_table(self)?;
        self.kind.check(self, production)
    }

    /// What the adapter is made of.
    pub fn provider(&self, at: &Installation) -> Result<ProviderKind, Refusal> {
        self.check(at.production)?;
        self.kind.settings(self, at)
    }
}

/// What it is, and how it is reached.
#[derive(Debug, Clone)]
pub enum ProviderKind {
    Manual(ManualSettings),
    MercadoPago(Box<MercadoPagoSettings>),
    Paypal(Box<PaypalSettings>),
    PixApi(Box<PixApiSettings>),
    Sandbox(SandboxSettings),
    Stripe(StripeSettings),
    Woovi(WooviSettings),
    #[cfg(any(test, feature = "testing"))]
    Fake(crate::testing::FakeProvider),
}

impl ProviderKind {
    /// Its name; one that only tests have has none.
    pub(crate) fn name(&self) -> Option<KindName> {
        match self {
            Self::Manual(_) => Some(KindName::Manual),
            Self::MercadoPago(_) => Some(KindName::MercadoPago),
            Self::Paypal(_) => Some(KindName::Paypal),
            Self::PixApi(_) => Some(KindName::PixApi),
            Self::Sandbox(_) => Some(KindName::Sandbox),
            Self::Stripe(_) => Some(KindName::Stripe),
            Self::Woovi(_) => Some(KindName::Woovi),
            #[cfg(any(test, feature = "testing"))]
            Self::Fake(_) => None,
        }
    }

    /// The adapter of one that is configured by this name.
    pub(crate) fn adapter(&self, name: &str, env: &Env) -> Result<Arc<dyn Provider>, StartError> {
        let name = name.to_owned();
        let provider: Arc<dyn Provider> = match self {
            Self::Manual(settings) => {
                Arc::new(manual::ManualProvider::new(name, settings, env.clone()))
            }
            Self::MercadoPago(settings) => Arc::new(mercado_pago::MercadoPagoProvider::new(
                name,
                MercadoPagoSettings::clone(settings),
                env.clone(),
            )?),
            Self::Paypal(settings) => Arc::new(paypal::PaypalProvider::new(
                name,
                PaypalSettings::clone(settings),
                env.clock.clone(),
            )?),
            Self::PixApi(settings) => Arc::new(pix_api::PixApiProvider::new(
                name,
                PixApiSettings::clone(settings),
                env.clock.clone(),
            )?),
            Self::Sandbox(settings) => {
                Arc::new(sandbox::SandboxProvider::new(name, settings.clone())?)
            }
            Self::Stripe(settings) => {
                Arc::new(stripe::StripeProvider::new(name, settings.clone())?)
            }
            Self::Woovi(settings) => Arc::new(woovi::WooviProvider::new(name, settings.clone())?),
            #[cfg(any(test, feature = "testing"))]
            Self::Fake(fake) => Arc::new(fake.named(name)),
        };
        Ok(provider)
    }
}
