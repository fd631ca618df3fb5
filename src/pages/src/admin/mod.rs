//! The operator's pages: one file per section, each handler beside its template's struct and what
//! registers the page.

mod alarms;
mod audit;
mod bank_lines;
mod bank_statements;
mod books;
mod caller;
mod categories;
mod category;
mod commission;
mod dac7;
mod debt_invoices;
mod debts;
mod dispute;
mod dispute_new;
mod disputes;
mod events;
mod ledger_account;
mod ledger_transaction;
mod mailbox;
mod message;
mod order;
mod orders;
mod overview;
mod payment;
mod payments;
mod payout;
mod payouts;
mod provider;
mod provider_form;
mod provider_new;
mod providers;
mod reconciliation;
mod refund;
mod rule;
mod rule_form;
mod store;
mod store_money;
mod stores;
mod todo;

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
    &refund::PAGE,
    &payments::PAGE,
    &payment::PAGE,
    &alarms::PAGE,
    &bank_statements::PAGE,
    &bank_lines::PAGE,
    &dispute_new::PAGE,
    &disputes::PAGE,
    &dispute::PAGE,
    &payouts::PAGE,
    &payout::PAGE,
    &books::PAGE,
    &dac7::PAGE,
    &providers::PAGE,
    &provider_new::PAGE,
    &provider::PAGE,
    &ledger_account::PAGE,
    &ledger_transaction::PAGE,
    &debts::PAGE,
    &store_money::PAGE,
    &debt_invoices::PAGE,
    &reconciliation::PAGE,
    &categories::PAGE,
    &category::PAGE,
    &commission::PAGE,
    &rule::PAGE,
    &audit::PAGE,
    &events::PAGE,
    &mailbox::PAGE,
    &message::PAGE,
];
