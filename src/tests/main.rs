//! The system over HTTP, one file per user story; and the walls between modules.

mod boundaries;
mod contract;
mod support;

mod bad_input;
mod check;
mod cli;
mod purchase;
mod races;
mod split;
