use std::cell::Cell;

use sea_orm::{DbErr, RuntimeErr};

/// What happened to the statements of one try of a transaction.
#[derive(Debug, Default)]
pub(super) struct Tried {
    pub(super) failed: Cell<bool>,
    /// A failure that a retry can fix.
    pub(super) retry: Cell<bool>,
}

tokio::task_local! {
    pub(super) static TRIED: Tried;
}

/// What a failed statement means to the code that issued it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Unique,
    Check,
    ForeignKey,
    /// Serialization failure or deadlock: the transaction is retried.
    Retry,
    /// The database is unreachable, starting, out of disk or memory, or a lock or statement timed out.
    Unavailable,
    /// An idempotency key was used for another request: the caller's mistake.
    KeyReused,
    /// A value that PostgreSQL cannot store, such as text with a NUL: the caller's mistake.
    Value,
    Other,
}

/// A failed statement, free of ORM types.
#[derive(Debug, Clone, thiserror::Error)]
#[error("database: {message}")]
pub struct Error {
    class: Class,
    constraint: Option<String>,
    message: String,
}

impl Error {
    pub fn class(&self) -> Class {
        self.class
    }

    /// The name of the violated constraint.
    pub fn constraint(&self) -> Option<&str> {
        self.constraint.as_deref()
    }

    /// Whether the named constraint was violated.
    pub fn violates(&self, constraint: &str) -> bool {
        self.constraint() == Some(constraint)
    }

    /// Whether a value of the caller cannot be stored or compared.
    pub fn is_unacceptable(&self) -> bool {
        self.class == Class::Value
    }

    pub fn is_unavailable(&self) -> bool {
        matches!(self.class, Class::Unavailable | Class::Retry)
    }

    /// Whether an idempotency key was used for something else before.
    pub fn is_key_reused(&self) -> bool {
        self.class == Class::KeyReused
    }

    pub fn key_reused() -> Self {
        let message = "this key was used for another request; take a new one";
        Self::new(Class::KeyReused, message.to_owned())
    }

    /// A row that was read before was deleted: the transaction is retried.
    pub fn lost_race() -> Self {
        let _ = TRIED.try_with(|marks| marks.retry.set(true));
        Self::new(Class::Retry, "a row was taken away meanwhile".to_owned())
    }

    /// No answer, outcome unknown: the caller may try again.
    pub(crate) fn unanswered(why: &str) -> Self {
        Self::new(Class::Unavailable, why.to_owned())
    }

    /// The work panicked.
    pub(crate) fn broke_off() -> Self {
        Self::new(Class::Other, "the work broke off".to_owned())
    }

    pub(crate) fn unreadable(why: &impl std::fmt::Display) -> Self {
        Self::new(Class::Other, format!("a row cannot be read: {why}"))
    }

    pub(super) fn new(class: Class, message: String) -> Self {
        Self {
            class,
            constraint: None,
            message,
        }
    }
}

fn class_of(code: &str) -> Class {
    match code {
        "23505" => Class::Unique,
        "23514" => Class::Check,
        "23503" => Class::ForeignKey,
        "40001" | "40P01" => Class::Retry,
        // Lock not available, statement cancelled, idle in transaction.
        "55P03" | "57014" | "25P03" => Class::Unavailable,
        // Not a character, not translatable, out of range.
        "22021" | "22P05" | "22003" => Class::Value,
        code if is_storage(code) => Class::Unavailable,
        // Shutdown, crash, starting up, connection exceptions, too many connections and the like.
        code if ["57P", "08", "53"].iter().any(|of| code.starts_with(of)) => Class::Unavailable,
        _ => Class::Other,
    }
}

/// Disk full, out of memory, I/O error, or read-only, as many hosts make a server whose disk is full.
pub(super) fn is_storage(code: &str) -> bool {
    matches!(
        code,
        "53000" | "53100" | "53200" | "58000" | "58030" | "25006"
    )
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        let message = error.to_string();
        let (class, constraint) = match &error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => (Class::Unavailable, None),
            DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e)) => {
                driver(e)
            }
            _ => (Class::Other, None),
        };
        // The task-local is set inside a transaction only.
        let _ = TRIED.try_with(|marks| {
            marks.failed.set(true);
            marks.retry.set(marks.retry.get() || class == Class::Retry);
        });
        Self {
            class,
            constraint,
            message,
        }
    }
}

fn driver(error: &sqlx::Error) -> (Class, Option<String>) {
    match error {
        sqlx::Error::Database(db) => {
            let class = db.code().map_or(Class::Other, |code| class_of(&code));
            (class, db.constraint().map(str::to_owned))
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => (Class::Unavailable, None),
        _ => (Class::Other, None),
    }
}
