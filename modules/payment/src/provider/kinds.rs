//! The kinds of providers, each a file beside this one with its settings and its adapter.

mod http;
mod sandbox;
mod stripe;

use std::sync::Arc;

use super::Provider;
use crate::StartError;

pub use sandbox::SandboxSettings;
pub use stripe::StripeSettings;

/// What it is, and how it is reached.
#[derive(Debug, Clone)]
pub enum ProviderKind {
    Sandbox(SandboxSettings),
    Stripe(StripeSettings),
    #[cfg(any(test, feature = "testing"))]
    Fake(crate::testing::FakeProvider),
}

impl ProviderKind {
    /// The adapter of one that is configured by this name.
    pub(crate) fn adapter(&self, name: &str) -> Result<Arc<dyn Provider>, StartError> {
        let name = name.to_owned();
        let provider: Arc<dyn Provider> = match self {
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
