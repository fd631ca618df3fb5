use crate::connection::Connection;
use crate::files::remove_dir;
use crate::layout::{self, Content};
use crate::place::Place;
use crate::{Binaries, Error, Settings, initdb, leftover, password, socket};

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
                let fast = self.settings.fast;
                initdb::create(&self.place, &self.binaries, &self.connection.password, fast)
            }
            Content::Cluster => {
                self.place.account.take_over(&cluster)?;
                if self.new_password {
                    leftover::clear(&cluster, &self.connection.socket_dir)?;
                    password::reset(&self.place, &self.binaries, &self.connection.password)?;
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
