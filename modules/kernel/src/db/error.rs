use std::cell::Cell;

use sea_orm::{DbErr, RuntimeErr};

/// What befell the statements of one try of a unit of work.
#[derive(Debug, Default)]
pub(super) struct Tried {
    pub(super) failed: Cell<bool>,
    /// Failed in a way that a repeat mends.
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
    /// Serialization failure or deadlock: the unit of work is repeated.
    Retry,
    /// The database cannot be reached, is starting, has no room or memory, or a lock or statement
    /// timed out.
    Unavailable,
    /// An idempotency key came with another request than before: the caller's mistake.
    KeyReused,
    /// A value that PostgreSQL cannot keep, such as text with a NUL: the caller's mistake.
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

    /// Whether the caller's value is one that cannot be kept or compared.
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

    /// What was there a moment ago is gone: the unit of work is repeated.
    pub fn lost_race() -> Self {
        let _ = TRIED.try_with(|marks| marks.retry.set(true));
        Self::new(Class::Retry, "a row was taken away meanwhile".to_owned())
    }

    /// Nothing is known of what was asked for: to be asked again.
    pub(crate) fn unanswered(why: &str) -> Self {
        Self::new(Class::Unavailable, why.to_owned())
    }

    /// What was asked for ended in the middle, by a defect.
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

/// No room, no memory, a disk that fails, or a server that takes no writes, as many hosts make one
/// whose disk is full.
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
        // Outside a unit of work there is nobody to tell.
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
