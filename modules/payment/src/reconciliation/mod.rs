//! A provider's report of its balance, held against the books: pure, from bytes and facts to differences.

pub(crate) mod bank;
mod columns;
mod kind;
mod matching;
mod report;
mod sums;
mod values;

pub(crate) use kind::FactKind;
pub(crate) use matching::{Fact, matched};
pub(crate) use report::{Report, read};

#[cfg(test)]
#[path = "matching_tests.rs"]
mod matching_tests;
