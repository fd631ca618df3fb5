//! The operator's pages: one file per section, each handler beside its template's struct.

pub(crate) mod audit;
pub(crate) mod books;
pub(crate) mod events;
pub(crate) mod mailbox;
pub(crate) mod orders;
pub(crate) mod overview;
pub(crate) mod payouts;
pub(crate) mod store;
pub(crate) mod stores;

#[cfg(test)]
mod tests;
