//! Feira: a self-hosted multi-vendor marketplace in one process and one PostgreSQL.
//!
//! This crate is the only place that knows HTTP, configuration files and all modules.

mod app;
pub mod check;
pub mod cli;
mod cluster;
mod compose;
pub mod config;
mod demo;
mod keys;
mod memory;
mod routes;

pub use app::App;
pub use feira_web::state::ClockAndEntropy;
