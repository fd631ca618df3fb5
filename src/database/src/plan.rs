use std::iter::once;
use std::path::PathBuf;

use crate::account::Account;
use crate::connection::Connection;
use crate::files::{make_dir, remove_dir, resolve};
use crate::layout::{self, Content, Layout};
use crate::{Binaries, Error, Settings, initdb, leftover, password, socket};

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

/// All that is needed to start the server, any number of times.
pub(crate) struct Plan {
    pub(crate) settings: Settings,
    pub(crate) place: Place,
    pub(crate) binaries: Binaries,
    pub(crate) connection: Connection,
    /// No file has the password yet.
    new_password: bool,
}

impl Plan {
    /// The caller holds the lock of the place.
    pub(crate) fn new(settings: Settings, place: Place) -> Result<Self, Error> {
        place.check()?;
        let binaries = place.binaries(&settings)?;
        let cluster = place.layout.cluster();
        let socket_dir = socket::choose(&cluster, &settings.temp_dir, &place.account);
        let stored = password::read(&place.layout)?;
        Ok(Self {
            settings,
            place,
            binaries,
            new_password: stored.is_none(),
            connection: Connection {
                socket_dir,
                password: stored.unwrap_or_else(password::random),
            },
        })
    }

    /// Makes the cluster unless it is there. Called by the thread that keeps the server, for
    /// the programs that run here end with that thread.
    pub(crate) fn ensure_cluster(&self) -> Result<(), Error> {
        let cluster = self.place.layout.cluster();
        remove_dir(&self.place.layout.init())?;
        socket::prepare(&self.connection.socket_dir, &cluster, &self.place.account)?;
        match layout::content(&cluster) {
            Content::Part => Err(Error::Damaged { dir: cluster }),
            Content::Nothing => {
                self.store_password()?;
                initdb::create(self)
            }
            Content::Cluster => {
                self.place.account.take_over(&cluster)?;
                if self.new_password {
                    leftover::clear(&cluster, &self.connection.socket_dir)?;
                    password::reset(self)?;
                }
                self.store_password()
            }
        }
    }

    fn store_password(&self) -> Result<(), Error> {
        if self.new_password {
            password::store(&self.place.layout, &self.connection.password)?;
        }
        Ok(())
    }
}
