//! The tables of the schema `payments`.

pub(crate) mod account_withdrawal;
pub(crate) mod debt_invoice;
pub(crate) mod debt_settlement;
pub(crate) mod dispute;
pub(crate) mod dispute_evidence;
pub(crate) mod dispute_part;
pub(crate) mod exchange_text;
pub(crate) mod ledger_entry;
pub(crate) mod ledger_transaction;
pub(crate) mod manual_charge;
pub(crate) mod manual_refund;
pub(crate) mod method_limit;
pub(crate) mod payment;
pub(crate) mod payment_leg;
pub(crate) mod payment_log;
pub(crate) mod payment_method;
pub(crate) mod payment_split;
pub(crate) mod payout;
pub(crate) mod payout_item;
pub(crate) mod payout_schedule;
pub(crate) mod payout_transfer;
pub(crate) mod provider;
pub(crate) mod provider_event;
pub(crate) mod provider_failure;
pub(crate) mod provider_version;
pub(crate) mod refund;
pub(crate) mod refund_part;
pub(crate) mod reserve;
pub(crate) mod split_account;
pub(crate) mod statement;
pub(crate) mod statement_line;
pub(crate) mod store_account;
pub(crate) mod transaction;
pub(crate) mod transfer_reversal;

#[cfg(test)]
mod tests {
    use feira_testkit::{Table, entities_match};

    use super::*;

    #[test]
    fn they_are_what_the_migrations_made() {
        entities_match(
            "payments",
            vec![
                Table::of::<account_withdrawal::Entity>(),
                Table::of::<debt_invoice::Entity>(),
                Table::of::<debt_settlement::Entity>(),
                Table::of::<dispute::Entity>(),
                Table::of::<dispute_evidence::Entity>(),
                Table::of::<dispute_part::Entity>(),
                Table::of::<exchange_text::Entity>(),
                Table::of::<ledger_entry::Entity>(),
                Table::of::<ledger_transaction::Entity>(),
                Table::of::<manual_charge::Entity>(),
                Table::of::<manual_refund::Entity>(),
                Table::of::<method_limit::Entity>(),
                Table::of::<payment::Entity>(),
                Table::of::<payment_leg::Entity>(),
                Table::of::<payment_log::Entity>(),
                Table::of::<payment_method::Entity>(),
                Table::of::<payment_split::Entity>(),
                Table::of::<payout::Entity>(),
                Table::of::<payout_item::Entity>(),
                Table::of::<payout_schedule::Entity>(),
                Table::of::<payout_transfer::Entity>(),
                Table::of::<provider::Entity>(),
                Table::of::<provider_event::Entity>(),
                Table::of::<provider_failure::Entity>(),
                Table::of::<provider_version::Entity>(),
                Table::of::<refund::Entity>(),
                Table::of::<refund_part::Entity>(),
                Table::of::<reserve::Entity>(),
                Table::of::<split_account::Entity>(),
                Table::of::<statement::Entity>(),
                Table::of::<statement_line::Entity>(),
                Table::of::<store_account::Entity>(),
                Table::of::<transaction::Entity>(),
                Table::of::<transfer_reversal::Entity>(),
            ],
        );
    }
}
