//! What a batch costs, whatever its size: the table of `modules/README.md` says it, and tests count it.

use std::{future::Future, pin::Pin};

use feira_kernel::{
    Env,
    db::{Pool, PoolSettings},
};
use futures::{future::join_all, poll};

use crate::{Proxy, TestDb, roles};

const README: &str = include_str!("../../README.md");

/// One command of a module.
pub type Item = Pin<Box<dyn Future<Output = ()> + Send>>;

/// How often the database is asked by a batch of this step: "one statement", or a list of what is asked.
///
/// # Panics
/// If the table has no such step.
pub fn questions(step: &str) -> usize {
    let begin = format!("| {step} |");
    let row = README.lines().find_map(|line| line.strip_prefix(&begin));
    let asked = row.and_then(|row| row.split('|').nth(1)).map(str::trim);
    asked.expect("the table has this step").split(',').count()
}

/// The module's environment over the line, on one connection, so that nothing is prepared twice.
pub fn on_the_line(db: &TestDb, line: &Proxy, schema: &'static str) -> Env {
    let mut settings = PoolSettings::new(line.url(), schema, Some(roles().logins(schema)));
    settings.size = settings.searches + 1;
    let pool = Pool::connect(&settings).expect("the URL is valid");
    Env {
        pool,
        ..db.env(schema)
    }
}

/// Runs one command, and while its first question is held those that wait behind it: they are one batch,
/// and what both ask is counted. Something like it was done before, so that each statement is known.
///
/// # Panics
/// If one of those does not wait, or if it is not what the table says.
pub async fn costs_as_told(step: &str, line: &Proxy, schema: &str, first: Item, rest: Vec<Item>) {
    line.asked();
    let held = line.hold_after(0);
    let first = tokio::spawn(first);
    let held = held.await.expect("it asks the database");
    let mut rest = rest;
    for one in &mut rest {
        assert!(poll!(one).is_pending(), "it waits");
    }
    held.release();
    first.await.expect("it is done");
    join_all(rest).await;
    let role = roles().login(schema).name;
    let asked = line.asked().get(&role).copied().unwrap_or_default();
    assert_eq!(asked, 2 * questions(step), "{step}: of two batches");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_read_from_the_table() {
        assert_eq!(questions("place"), 1);
        assert_eq!(questions("hold stock"), 5);
    }
}
