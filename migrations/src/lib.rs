//! The schemas of Feira: one migrator, one history table and two database roles per module.

mod cart;
mod catalog;
mod gateway;
mod notification;
mod order;
mod payment;
mod roles;
mod run;
mod sandbox;
mod sql;
mod store;
mod user;

pub use run::{Error, Options, Report, drop_unused, migrate, pending, restored};

use sql::Migrations;

/// One module's schema.
struct Schema {
    /// The PostgreSQL schema, plural because `user` and `order` are reserved words.
    name: &'static str,
    migrations: fn() -> Migrations,
    /// Tables of the module's own that its role may add to and read, never change.
    append_only: &'static [&'static str],
}

/// Who did what, in every schema: nobody who is written down there changes it.
const AUDIT: &str = "audit";

impl Schema {
    fn append_only(&self) -> impl Iterator<Item = &'static str> {
        self.append_only.iter().copied().chain([AUDIT])
    }
}

/// All schemas in the order in which they are migrated.
const SCHEMAS: &[Schema] = &[
    Schema {
        name: "users",
        migrations: user::migrations,
        append_only: user::APPEND_ONLY,
    },
    Schema {
        name: "stores",
        migrations: store::migrations,
        append_only: store::APPEND_ONLY,
    },
    Schema {
        name: "catalog",
        migrations: catalog::migrations,
        append_only: catalog::APPEND_ONLY,
    },
    Schema {
        name: "carts",
        migrations: cart::migrations,
        append_only: cart::APPEND_ONLY,
    },
    Schema {
        name: "orders",
        migrations: order::migrations,
        append_only: order::APPEND_ONLY,
    },
    Schema {
        name: "payments",
        migrations: payment::migrations,
        append_only: payment::APPEND_ONLY,
    },
    Schema {
        name: "notifications",
        migrations: notification::migrations,
        append_only: notification::APPEND_ONLY,
    },
    Schema {
        name: "gateway",
        migrations: gateway::migrations,
        append_only: gateway::APPEND_ONLY,
    },
    Schema {
        name: "sandbox",
        migrations: sandbox::migrations,
        append_only: sandbox::APPEND_ONLY,
    },
];

/// The names of all schemas, for tests and `feira check`.
pub fn schemas() -> impl Iterator<Item = &'static str> {
    SCHEMAS.iter().map(|schema| schema.name)
}

/// The tables that their module may add to and read only: schema and table, for tests.
pub fn append_only() -> impl Iterator<Item = (&'static str, &'static str)> {
    SCHEMAS
        .iter()
        .flat_map(|schema| schema.append_only().map(|table| (schema.name, table)))
}
