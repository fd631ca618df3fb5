//! The kinds of providers, each a file beside this one with its settings and its adapter.

mod manual;
mod pix_api;
mod sandbox;
mod stripe;

use std::sync::Arc;

use feira_kernel::Env;

use super::Provider;
use crate::StartError;

pub use manual::ManualSettings;
pub use pix_api::{PixApiSettings, TokenRequest};
pub use sandbox::SandboxSettings;
pub use stripe::StripeSettings;

/// What it is, and how it is reached.
#[derive(Debug, Clone)]
pub enum ProviderKind {
    Manual(ManualSettings),
    PixApi(Box<PixApiSettings>),
    Sandbox(SandboxSettings),
    Stripe(StripeSettings),
    #[cfg(any(test, feature = "testing"))]
    Fake(crate::testing::FakeProvider),
}

impl ProviderKind {
    /// The adapter of one that is configured by this name.
    pub(crate) fn adapter(&self, name: &str, env: &Env) -> Result<Arc<dyn Provider>, StartError> {
        let name = name.to_owned();
        let provider: Arc<dyn Provider> = match self {
            Self::Manual(settings) => {
                Arc::new(manual::ManualProvider::new(name, settings, env.clone()))
            }
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
            #[cfg(any(test, feature = "testing"))]
            Self::Fake(fake) => Arc::new(fake.named(name)),
        };
        Ok(provider)
    }
}
