//! The thread that keeps the server: it starts it, starts it again when it was killed, keeps its
//! log small and stops it. The kernel ends the server together with this thread, so nothing else
//! may start one.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::error::At;
use crate::files::rotate;
use crate::lock::Lock;
use crate::plan::Plan;
use crate::server::Server;
use crate::{Error, socket};

const LOOK: Duration = Duration::from_millis(500);
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Stops the server when dropped.
pub(crate) struct Supervisor {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
    pid: Arc<AtomicU32>,
}

impl Supervisor {
    /// Returns when the server accepts connections.
    pub(crate) fn start(plan: Plan, lock: Lock) -> Result<Self, Error> {
        let data = plan.place.layout.data.clone();
        let pid = Arc::new(AtomicU32::new(0));
        let (stop, stopped) = mpsc::channel();
        let (outcome, started) = mpsc::channel();
        let keeper = Keeper {
            plan,
            lock,
            pid: Arc::clone(&pid),
        };
        let thread = thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || keeper.run(&outcome, &stopped))
            .at("start a thread for", &data)?;
        let supervisor = Self {
            stop: Some(stop),
            thread: Some(thread),
            pid,
        };
        started
            .recv()
            .map_err(|_| io::Error::other("its thread ended"))
            .at("start the database in", &data)??;
        Ok(supervisor)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid.load(Ordering::Relaxed)
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

struct Keeper {
    plan: Plan,
    lock: Lock,
    pid: Arc<AtomicU32>,
}

impl Keeper {
    fn run(self, outcome: &Sender<Result<(), Error>>, stopped: &Receiver<()>) {
        match self.plan.ensure_cluster().and_then(|()| self.start()) {
            Ok(server) => {
                outcome.send(Ok(())).ok();
                self.keep(server, stopped);
            }
            Err(error) => {
                outcome.send(Err(error)).ok();
            }
        }
        socket::remove(
            &self.plan.connection.socket_dir,
            &self.plan.place.layout.cluster(),
        );
    }

    fn start(&self) -> Result<Server, Error> {
        let server = Server::start(&self.plan)?;
        self.pid.store(server.pid(), Ordering::Relaxed);
        let recorded = self
            .lock
            .record(server.pid(), &self.plan.connection.socket_dir);
        if let Err(error) = recorded {
            // On a full disk, say: a server that runs is worth more than who else finds it.
            tracing::warn!(%error, "other commands do not find the database");
        }
        Ok(server)
    }

    fn keep(&self, mut server: Server, stopped: &Receiver<()>) {
        let mut pause = LOOK;
        while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(pause) {
            rotate(&self.plan.place.layout.log());
            if self.plan.settings.fast || !server.has_ended() {
                continue;
            }
            tracing::error!("PostgreSQL ended unexpectedly; starting it again");
            pause = match self.start() {
                Ok(again) => {
                    server = again;
                    LOOK
                }
                Err(error) => {
                    tracing::error!(%error, "PostgreSQL does not start");
                    AFTER_FAILURE
                }
            };
        }
        // From here on other commands find no server, though the data is still ours.
        if let Err(error) = self.lock.forget() {
            tracing::warn!(%error, "cannot withdraw the database's address");
        }
        server.stop();
    }
}
