//! The payment module through its trait: real PostgreSQL, a provider that lies on demand.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "it/alarms.rs"]
mod alarms;
#[path = "it/any_order.rs"]
mod any_order;
#[path = "it/bank_statements.rs"]
mod bank_statements;
#[path = "it/batches.rs"]
mod batches;
#[path = "it/books.rs"]
mod books;
#[path = "it/by_hand.rs"]
mod by_hand;
#[path = "it/capabilities.rs"]
mod capabilities;
#[path = "it/contract.rs"]
mod contract;
#[path = "it/debts.rs"]
mod debts;
#[path = "it/disputes.rs"]
mod disputes;
#[path = "it/disputes_after.rs"]
mod disputes_after;
#[path = "it/disputes_again.rs"]
mod disputes_again;
#[path = "it/disputes_by_hand.rs"]
mod disputes_by_hand;
#[path = "it/disputes_changed.rs"]
mod disputes_changed;
#[path = "it/disputes_told.rs"]
mod disputes_told;
#[path = "it/earlier.rs"]
mod earlier;
#[path = "it/entered.rs"]
mod entered;
#[path = "it/entered_keys.rs"]
mod entered_keys;
#[path = "it/entering.rs"]
mod entering;
#[path = "it/entries.rs"]
mod entries;
#[path = "it/events.rs"]
mod events;
#[path = "it/faults.rs"]
mod faults;
#[path = "it/faulty_disputes.rs"]
mod faulty_disputes;
#[path = "it/fees.rs"]
mod fees;
#[path = "it/given_back.rs"]
mod given_back;
#[path = "it/harness.rs"]
mod harness;
#[path = "it/held_refunds.rs"]
mod held_refunds;
#[path = "it/http.rs"]
mod http;
#[path = "it/instalments.rs"]
mod instalments;
#[path = "it/invariants.rs"]
mod invariants;
#[path = "it/invariants_of_care.rs"]
mod invariants_of_care;
#[path = "it/invariants_of_money.rs"]
mod invariants_of_money;
#[path = "it/invariants_of_time.rs"]
mod invariants_of_time;
#[path = "it/invariants_of_transfers.rs"]
mod invariants_of_transfers;
#[path = "it/invoices.rs"]
mod invoices;
#[path = "it/legs.rs"]
mod legs;
#[path = "it/mercado_pago.rs"]
mod mercado_pago;
#[path = "it/method_limits.rs"]
mod method_limits;
#[path = "it/noting.rs"]
mod noting;
#[path = "it/owed.rs"]
mod owed;
#[path = "it/payout_files.rs"]
mod payout_files;
#[path = "it/payout_holds.rs"]
mod payout_holds;
#[path = "it/payout_items.rs"]
mod payout_items;
#[path = "it/payout_returns.rs"]
mod payout_returns;
#[path = "it/payouts.rs"]
mod payouts;
#[path = "it/paypal.rs"]
mod paypal;
#[path = "it/permissions.rs"]
mod permissions;
#[path = "it/pix_api.rs"]
mod pix_api;
#[path = "it/provider.rs"]
mod provider;
#[path = "it/provider_contract.rs"]
mod provider_contract;
#[path = "it/providers.rs"]
mod providers;
#[path = "it/reconciling.rs"]
mod reconciling;
#[path = "it/reconciling_bank.rs"]
mod reconciling_bank;
#[path = "it/refund_ends.rs"]
mod refund_ends;
#[path = "it/refund_looks.rs"]
mod refund_looks;
#[path = "it/refunds.rs"]
mod refunds;
#[path = "it/report.rs"]
mod report;
#[path = "it/reports.rs"]
mod reports;
#[path = "it/returning.rs"]
mod returning;
#[path = "it/rotating.rs"]
mod rotating;
#[path = "it/sandbox.rs"]
mod sandbox;
#[path = "it/saved_methods.rs"]
mod saved_methods;
#[path = "it/sequences.rs"]
mod sequences;
#[path = "it/settling.rs"]
mod settling;
#[path = "it/signers.rs"]
mod signers;
#[path = "it/starting.rs"]
mod starting;
#[path = "it/statements.rs"]
mod statements;
#[path = "it/stripe.rs"]
mod stripe;
#[path = "it/stripe_book.rs"]
mod stripe_book;
#[path = "it/stripe_connect.rs"]
mod stripe_connect;
#[path = "it/stripe_refunds.rs"]
mod stripe_refunds;
#[path = "it/stripe_saving.rs"]
mod stripe_saving;
#[path = "it/stripe_stub.rs"]
mod stripe_stub;
#[path = "it/stub.rs"]
mod stub;
#[path = "it/sums.rs"]
mod sums;
#[path = "it/transfers.rs"]
mod transfers;
#[path = "it/twelve_faults.rs"]
mod twelve_faults;
#[path = "it/webhooks.rs"]
mod webhooks;
#[path = "it/woovi.rs"]
mod woovi;
#[path = "it/world.rs"]
mod world;
