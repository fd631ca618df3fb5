use std::sync::OnceLock;

/// Takes the database, what the session calls itself (`feira/<schema>/<instance>`) and the text of
/// a statement.
pub type Watcher = fn(database: &str, session: &str, sql: &str);

static WATCHER: OnceLock<Watcher> = OnceLock::new();

/// From now on it is told of each statement with parameters that this process sends: for tests that
/// look at the plans. The first one stays.
pub fn watch(watcher: Watcher) {
    WATCHER.get_or_init(|| watcher);
}

pub(super) fn watcher() -> Option<Watcher> {
    WATCHER.get().copied()
}
