use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::Search;

/// What a cluster is started with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Feira's data directory; the cluster is in `pg/` below it.
    pub data_dir: PathBuf,
    pub search: Search,
    /// Gets the socket when the data directory's path is too long for one.
    pub temp_dir: PathBuf,
    /// Trades the data's safety for speed, and a server that ends is not started again. For tests.
    pub fast: bool,
    pub max_connections: u16,
    /// Server settings, given as `-c name=value` after those of this crate: the later one wins.
    pub extra: Vec<(String, String)>,
    /// How long the server may take until it accepts connections, recovery included.
    pub startup_timeout: Duration,
}

impl Settings {
    pub fn new(data_dir: impl Into<PathBuf>, path: Option<OsString>) -> Self {
        Self {
            data_dir: data_dir.into(),
            search: Search::new(path),
            temp_dir: PathBuf::from("/tmp"),
            fast: false,
            max_connections: 100,
            extra: Vec::new(),
            startup_timeout: Duration::from_secs(120),
        }
    }

    /// The `name=value` pairs for the server's command line, the socket aside.
    pub(crate) fn server_options(&self) -> Vec<String> {
        let mut options = vec![
            "listen_addresses=".to_owned(),
            "port=5432".to_owned(),
            "unix_socket_permissions=0700".to_owned(),
            "timezone=UTC".to_owned(),
            "log_timezone=UTC".to_owned(),
            "log_checkpoints=off".to_owned(),
            "logging_collector=off".to_owned(),
            // Written anew with each statement, for nobody to read.
            "update_process_title=off".to_owned(),
            "log_destination=stderr".to_owned(),
            format!("max_connections={}", self.max_connections),
        ];
        if self.fast {
            for name in ["fsync", "synchronous_commit", "full_page_writes"] {
                options.push(format!("{name}=off"));
            }
        }
        options.extend(
            self.extra
                .iter()
                .map(|(name, value)| format!("{name}={value}")),
        );
        options
    }
}
