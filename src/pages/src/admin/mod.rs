//! The operator's pages: one file per section, each handler beside its template's struct and what
//! registers the page.

mod audit;
mod books;
mod caller;
mod categories;
mod category;
mod commission;
mod events;
mod mailbox;
mod message;
mod order;
mod orders;
mod overview;
mod payment;
mod payments;
mod payouts;
mod rule;
mod rule_form;
mod store;
mod stores;

#[cfg(test)]
mod tests;

use crate::page::Registered;

/// In the order of the navigation.
pub(crate) const PAGES: &[&Registered] = &[
    &overview::PAGE,
    &stores::APPLICATIONS,
    &stores::PAGE,
    &store::PAGE,
    &orders::PAGE,
    &order::PAGE,
    &payments::PAGE,
    &payment::PAGE,
    &payouts::PAGE,
    &books::PAGE,
    &categories::PAGE,
    &category::PAGE,
    &commission::PAGE,
    &rule::PAGE,
    &audit::PAGE,
    &events::PAGE,
    &mailbox::PAGE,
    &message::PAGE,
];
