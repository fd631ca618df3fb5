use std::path::{Path, PathBuf};

/// The places in a data directory.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) data: PathBuf,
}

impl Layout {
    pub(crate) fn cluster(&self) -> PathBuf {
        self.data.join("pg")
    }

    pub(crate) fn init(&self) -> PathBuf {
        self.data.join("pg.init")
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.data.join("keys")
    }

    pub(crate) fn password(&self) -> PathBuf {
        self.keys().join("database-password")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.data.join("database.lock")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.data.join("postgres.log")
    }
}

/// What a `pg/` folder holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Cluster,
    /// Neither mark of a cluster: nothing that anyone could lose.
    Nothing,
    Part,
}

pub(crate) fn content(cluster: &Path) -> Content {
    let version = cluster.join("PG_VERSION").is_file();
    let control = cluster.join("global/pg_control").is_file();
    match (version, control) {
        (true, true) => Content::Cluster,
        (false, false) => Content::Nothing,
        _ => Content::Part,
    }
}

/// The major version that a cluster was made with.
pub(crate) fn major(cluster: &Path) -> Option<u32> {
    let text = std::fs::read_to_string(cluster.join("PG_VERSION")).ok()?;
    text.trim().split('.').next()?.parse().ok()
}
