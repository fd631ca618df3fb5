use std::path::Path;

use crate::connection::Connection;
use crate::error::At;
use crate::layout::{self, Content, Layout};
use crate::lock::{self, Lock};
use crate::place::Place;
use crate::plan::Plan;
use crate::supervisor::Supervisor;
use crate::wait::until;
use crate::{Binaries, Error, Settings, password, pid_file};

/// A running private cluster: one of our own, which stops when this is dropped, or the one of
/// another process.
///
/// Dropping an own one takes as long as PostgreSQL needs to end: a moment as a rule, 18 s at most.
pub struct Cluster {
    binaries: Binaries,
    connection: Connection,
    server: Server,
}

enum Server {
    Own(Supervisor),
    Other { pid: u32 },
}

impl Cluster {
    /// Makes the data directory as a start would, for what must lie there before.
    pub fn prepare(settings: &Settings) -> Result<(), Error> {
        Place::prepare(settings).map(drop)
    }

    /// Whether the data directory has a cluster; nothing is made to know it.
    pub fn exists(settings: &Settings) -> bool {
        let data = settings.data_dir.clone();
        layout::content(&Layout { data }.cluster()) != Content::Nothing
    }

    /// Becomes the owner of the data directory and starts the server, making the cluster at the
    /// first time. Refused with [`Error::Locked`] while another owner lives.
    pub fn start(settings: Settings) -> Result<Self, Error> {
        let place = Place::prepare(&settings)?;
        match Lock::acquire_soon(&place.layout)? {
            Some(lock) => Self::own(settings, place, lock),
            None => {
                let pid = lock::owner(&place.layout);
                Err(Error::Locked {
                    pid,
                    command: pid.and_then(pid_file::command),
                    dir: place.layout.data,
                })
            }
        }
    }

    /// Uses the server of a live owner; nothing while there is none. It makes nothing and takes
    /// no lock, not for a moment, so that it keeps no owner out.
    pub fn attach(settings: &Settings) -> Result<Option<Self>, Error> {
        let dir = &settings.data_dir;
        if !dir.try_exists().at("read", dir)? {
            return Ok(None);
        }
        let place = Place::prepare(settings)?;
        lock::running(&place.layout)
            .filter(|other| !other.brief)
            .map(|other| Self::of_another(settings, &place, other))
            .transpose()
    }

    /// Uses the server of a live owner, waiting while it starts, or else becomes the owner.
    pub fn attach_or_start(settings: Settings) -> Result<Self, Error> {
        let place = Place::prepare(&settings)?;
        let found = until(settings.startup_timeout, || {
            match Lock::acquire(&place.layout) {
                Ok(Some(lock)) => Some(Ok(Found::Lock(lock))),
                Ok(None) => lock::running(&place.layout).map(|other| Ok(Found::Running(other))),
                Err(error) => Some(Err(error)),
            }
        });
        match found {
            Some(Ok(Found::Lock(lock))) => Self::own(settings, place, lock.for_a_while()?),
            Some(Ok(Found::Running(other))) => Self::of_another(&settings, &place, other),
            Some(Err(error)) => Err(error),
            None => Err(Error::OwnerNotReady {
                pid: lock::owner(&place.layout),
                dir: place.layout.data,
            }),
        }
    }

    fn own(settings: Settings, place: Place, lock: Lock) -> Result<Self, Error> {
        let plan = Plan::new(settings, place)?;
        let binaries = plan.binaries.clone();
        let connection = plan.connection.clone();
        Ok(Self {
            binaries,
            connection,
            server: Server::Own(Supervisor::start(plan, lock)?),
        })
    }

    fn of_another(settings: &Settings, place: &Place, other: lock::Running) -> Result<Self, Error> {
        Ok(Self {
            binaries: place.binaries(settings)?,
            connection: Connection {
                socket_dir: other.socket_dir,
                password: password::read(&place.layout)?.unwrap_or_default(),
            },
            server: Server::Other { pid: other.pid },
        })
    }

    /// The superuser's URL of one database; `postgres` always exists.
    pub fn url(&self, database: &str) -> String {
        self.connection.url(database)
    }

    pub fn socket_dir(&self) -> &Path {
        &self.connection.socket_dir
    }

    /// The server's main process. It changes when a killed server was started again.
    pub fn pid(&self) -> u32 {
        match &self.server {
            Server::Own(supervisor) => supervisor.pid(),
            Server::Other { pid } => *pid,
        }
    }

    /// Whether the server ends with this value.
    pub fn is_owner(&self) -> bool {
        matches!(self.server, Server::Own(_))
    }

    pub fn binaries(&self) -> &Binaries {
        &self.binaries
    }
}

enum Found {
    Lock(Lock),
    Running(lock::Running),
}
