//! The implementation of the trait: who may, then one room per kind of work.

mod account_looks;
mod alarming;
mod alarms;
mod applying;
mod at_the_bank;
mod batch_rows;
mod batches;
mod books;
mod by_hand;
mod capturing;
mod commands;
mod configuring;
mod debts;
mod disputes;
mod dropping;
mod earnings;
mod ending_invoices;
mod entered;
mod entering;
mod entries;
mod exchange_texts;
mod fees;
mod forgetting;
mod given_back;
mod giving_up;
mod instalments;
mod invoice_views;
mod invoicing;
mod late_legs;
mod leg_views;
mod leg_writing;
mod legs;
mod limiting;
mod marking_paid;
mod moving;
mod naming;
mod netting;
mod noting;
mod orphans;
mod overviews;
mod paging;
mod paying_out;
mod payout_ends;
mod payout_runs;
mod payout_schedule;
mod payout_views;
mod payouts;
mod previewing;
mod queries;
mod reading;
mod receivers;
mod reconciling;
mod reconciling_bank;
mod reconciling_transfers;
mod refund_books;
mod refund_ends;
mod refund_fees;
mod refund_holds;
mod refund_looks;
mod refundable;
mod refunded;
mod refunding;
mod releasing;
mod reports;
mod reserving;
mod returning;
mod reversed_there;
mod reversing;
mod rows;
mod saved_methods;
mod saving;
mod setting_aside;
mod settling;
mod split_accounts;
mod split_books;
mod split_rows;
mod split_words;
mod splitting;
mod starting;
mod statement_book;
mod statement_deciding;
mod statement_lines;
mod statements;
mod store_accounts;
mod store_money;
mod store_statements;
mod stuck;
mod told_charges;
mod transfer_views;
mod transferring;
mod verdict;
mod vouching;
mod waiting;
mod webhooks;
mod withdrawals;
mod withdrawing;

use std::sync::Arc;

use feira_files::Documents;
use feira_kernel::{Env, failpoint};
use feira_store::Stores;

use batches::Batches;

use crate::{
    Deps, PaymentError, Settings,
    provider::{Provider, Providers},
};

/// Where a test may have the process killed: each lies between two commits, or between a commit
/// and the provider.
pub const FAILPOINTS: &[&str] = &[
    "payment.inserted",
    "payment.charged",
    "payment.applied",
    "payment.leg_settled",
    "payment.notified",
    "payment.refund_reserved",
    "payment.refund_sent",
    "payment.refund_withdrawn",
    "payment.refund_returned",
    "payment.payout_claimed",
    "payment.payout_paid",
    "payment.payout_returned",
    "payment.payout_filed",
    "payment.transfer_asked",
    "payment.transfer_answered",
    "payment.transfer_written",
    "payment.split_answered",
    "payment.split_told",
    "payment.split_booked",
    "payment.withdrawal_asked",
    "payment.withdrawal_answered",
    "payment.withdrawal_written",
    "payment.reversal_asked",
    "payment.reversal_answered",
    "payment.reversal_written",
    "payment.statement_line",
    "payment.dispute_told",
    "payment.dispute_written",
    "payment.dispute_opened_by_hand",
    "payment.dispute_closed_by_hand",
    "payment.evidence_read",
    "payment.evidence_sent",
];

fn pass(point: &'static str) {
    debug_assert!(FAILPOINTS.contains(&point), "{point} is not listed");
    failpoint::pass(point);
}

#[derive(Clone)]
pub(crate) struct Service {
    env: Env,
    stores: Arc<dyn Stores>,
    documents: Documents,
    providers: Providers,
    pub(crate) settings: Arc<Settings>,
    batches: Batches,
}

impl Service {
    pub(crate) fn new(env: Env, deps: Deps, providers: Providers, settings: Settings) -> Self {
        Self {
            batches: Batches::new(&env, settings.poll_every),
            env,
            stores: deps.stores,
            documents: deps.documents,
            providers,
            settings: Arc::new(settings),
        }
    }

    /// The provider that a row names.
    fn provider(&self, name: &str) -> Result<Arc<dyn Provider>, PaymentError> {
        self.providers.named(name).ok_or_else(|| {
            tracing::error!(
                provider = name,
                "nothing can be done about a payment: its provider is not configured"
            );
            PaymentError::Unavailable(format!("the provider {name} is not configured"))
        })
    }
}
