//! Feira: a self-hosted multi-vendor marketplace in one process and one PostgreSQL.
//!
//! This crate is the only place that knows HTTP, configuration files and all modules.

mod app;
mod audits;
pub mod check;
pub mod cli;
mod cluster;
mod compose;
pub mod config;
mod demo;
mod gateway;
mod http;
mod keys;
mod memory;
mod outboxes;
mod sandbox;

pub use app::App;
pub use compose::ClockAndEntropy;
