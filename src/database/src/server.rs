use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::time::Duration;

use crate::Error;
use crate::error::At;
use crate::files::{open_log, tail};
use crate::initdb::program;
use crate::leftover;
use crate::pid_file::PidFile;
use crate::plan::Plan;
use crate::socket;
use crate::sys::{Signal, die_with_this_thread, send};
use crate::wait::{until, until_every};

const STOP: [(Signal, Duration); 3] = [
    (Signal::Interrupt, Duration::from_secs(10)),
    (Signal::Quit, Duration::from_secs(6)),
    (Signal::Kill, Duration::from_secs(2)),
];

/// Processes of a server whose main process was killed end by themselves, a little later.
const OLD_PROCESSES: Duration = Duration::from_secs(20);

/// A running server process. It ends with the thread that started it.
pub(crate) struct Server {
    child: Child,
}

impl Server {
    /// Starts the server and waits until it accepts connections.
    pub(crate) fn start(plan: &Plan) -> Result<Self, Error> {
        let mut last = None;
        let started =
            until_every(
                Duration::from_millis(250),
                OLD_PROCESSES,
                || match Self::start_once(plan) {
                    Err(Error::Exited { log, tail }) if old_processes_live(&tail) => {
                        last = Some(Error::Exited { log, tail });
                        None
                    }
                    other => Some(other),
                },
            );
        match (started, last) {
            (Some(result), _) => result,
            (None, Some(error)) => Err(error),
            (None, None) => Self::start_once(plan),
        }
    }

    fn start_once(plan: &Plan) -> Result<Self, Error> {
        let cluster = plan.place.layout.cluster();
        leftover::clear(&cluster, &plan.connection.socket_dir)?;
        let path = plan.place.layout.log();
        let log = open_log(&path)?;
        let begin = log.metadata().at("read", &path)?.len();
        let mut command = command(plan);
        command
            .stdout(log.try_clone().at("open", &path)?)
            .stderr(log)
            .process_group(0);
        die_with_this_thread(&mut command, Signal::Interrupt);
        let child = command.spawn().at("run", &plan.binaries.postgres())?;

        let mut server = Self { child };
        let pid = server.pid();
        let limit = plan.settings.startup_timeout;
        let ready = until(limit, || {
            if server.has_ended() {
                return Some(false);
            }
            let file = PidFile::read(&cluster)?;
            (file.ready && file.pid == pid).then_some(true)
        });
        match ready {
            Some(true) => Ok(server),
            Some(false) => Err(Error::Exited {
                tail: tail(&path, begin),
                log: path,
            }),
            None => {
                server.stop();
                Err(Error::Timeout {
                    seconds: limit.as_secs(),
                    tail: tail(&path, begin),
                    log: path,
                })
            }
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        // An error means that there is no such child any more.
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Ends the server, gently as long as it listens.
    pub(crate) fn stop(&mut self) {
        for (signal, patience) in STOP {
            if self.has_ended() {
                return;
            }
            send(self.pid(), signal);
            if until(patience, || self.has_ended().then_some(())).is_some() {
                return;
            }
            tracing::warn!(?signal, "PostgreSQL did not end in time");
        }
    }
}

/// Whatever goes wrong between, no server stays behind.
impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn command(plan: &Plan) -> Command {
    let mut sockets = OsString::from("unix_socket_directories=");
    let quoted = socket::quoted(&plan.connection.socket_dir);
    sockets.push(OsStr::from_bytes(&quoted));
    let mut command = program(&plan.binaries.postgres(), &plan.place.account);
    command.arg("-D").arg(plan.place.layout.cluster());
    command.arg("-c").arg(sockets);
    for option in plan.settings.server_options() {
        command.arg("-c").arg(option);
    }
    command
}

fn old_processes_live(messages: &str) -> bool {
    [
        "pre-existing shared memory block",
        "lock file \"postmaster.pid\" already exists",
        ".lock\" already exists",
    ]
    .iter()
    .any(|message| messages.contains(message))
}
