//! The kinds of providers, each a file beside this one with its settings and its adapter.

mod pix_api;
mod sandbox;

use std::sync::Arc;

use feira_kernel::Clock;

use super::Provider;
use crate::StartError;

pub use pix_api::{PixApiSettings, TokenRequest};
pub use sandbox::SandboxSettings;

/// What it is, and how it is reached.
#[derive(Debug, Clone)]
pub enum ProviderKind {
    Sandbox(SandboxSettings),
    PixApi(Box<PixApiSettings>),
    #[cfg(any(test, feature = "testing"))]
    Fake(crate::testing::FakeProvider),
}

impl ProviderKind {
    /// The adapter of one that is configured by this name.
    pub(crate) fn adapter(
        &self,
        name: &str,
        clock: &Clock,
    ) -> Result<Arc<dyn Provider>, StartError> {
        let name = name.to_owned();
        let provider: Arc<dyn Provider> = match self {
            Self::Sandbox(settings) => {
                Arc::new(sandbox::SandboxProvider::new(name, settings.clone())?)
            }
            Self::PixApi(settings) => Arc::new(pix_api::PixApiProvider::new(
                name,
                PixApiSettings::clone(settings),
                clock.clone(),
            )?),
            #[cfg(any(test, feature = "testing"))]
            Self::Fake(fake) => Arc::new(fake.named(name)),
        };
        Ok(provider)
    }
}
