use std::sync::OnceLock;

/// Takes the database, what the session calls itself (`feira/<schema>/<instance>`) and the text of
/// a statement.
pub type Watcher = fn(database: &str, session: &str, sql: &str);

static WATCHER: OnceLock<Watcher> = OnceLock::new();

/// Sets, once, a callback for each statement with parameters of this process: for tests that look at
/// query plans.
pub fn watch(watcher: Watcher) {
    WATCHER.get_or_init(|| watcher);
}

pub(super) fn watcher() -> Option<Watcher> {
    WATCHER.get().copied()
}
