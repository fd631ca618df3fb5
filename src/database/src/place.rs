use std::iter::once;
use std::path::PathBuf;

use crate::account::Account;
use crate::files::{make_dir, resolve};
use crate::layout::{self, Layout};
use crate::{Binaries, Error, Settings};

/// A data directory that exists, and the user for its server.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) layout: Layout,
    pub(crate) account: Account,
}

impl Place {
    /// Makes the data directory, but only where the server's user can reach it.
    pub(crate) fn prepare(settings: &Settings) -> Result<Self, Error> {
        let no_place = |error| match error {
            Error::Io { source, .. } => Error::NoPlace {
                dir: settings.data_dir.clone(),
                source,
            },
            other => other,
        };
        let (existing, missing) = resolve(&settings.data_dir).map_err(no_place)?;
        let data: PathBuf = once(&existing.clone().into_os_string())
            .chain(&missing)
            .collect();
        let layout = Layout { data };
        let account = Account::choose(&layout.cluster())?;
        if !missing.is_empty() {
            account.check_way(&existing, &layout.data)?;
        }
        let mut dir = existing;
        for name in &missing {
            dir.push(name);
            if dir != layout.data {
                make_dir(&dir, 0o755).map_err(no_place)?;
            }
        }
        make_dir(&layout.data, account.passage()).map_err(no_place)?;
        Ok(Self { layout, account })
    }

    /// Whether a server of ours could work here; to use a running one this does not matter.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.account.check_way(&self.layout.data, &self.layout.data)
    }

    pub(crate) fn binaries(&self, settings: &Settings) -> Result<Binaries, Error> {
        Binaries::find(&settings.search, layout::major(&self.layout.cluster()))
    }
}
