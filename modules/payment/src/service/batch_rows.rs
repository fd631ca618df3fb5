//! Rows that statements over several payments are given as lists.

use feira_kernel::{StoreId, Time, UserId, recordset};
use feira_store::PayoutDestination;
use rust_decimal::Decimal;
use serde::Serialize;
use time::serde::rfc3339;
use uuid::Uuid;

use crate::{
    Account, BankStatementLineId, BankStatementLineState, BankStatementReason, InterestBearer,
    MethodKind, PartReference, PaymentFailure, PaymentId, PaymentStatus, Reference,
};

recordset! {
    /// Of `start_payments.sql`.
    #[derive(Clone, Serialize)]
    pub(super) struct NewPaymentRow {
        pub(super) id: PaymentId,
        pub(super) key: Uuid,
        pub(super) reference: Reference,
        pub(super) payer: Option<UserId>,
        pub(super) description: String,
        pub(super) method: MethodKind,
        pub(super) gateway: String,
        pub(super) amount: Decimal,
        pub(super) currency: String,
        #[serde(with = "rfc3339")]
        pub(super) first_look: Time,
        #[serde(with = "rfc3339")]
        pub(super) expires_at: Time,
        #[serde(with = "rfc3339")]
        pub(super) created_at: Time,
        pub(super) card_token: Option<String>,
        pub(super) card_customer: Option<String>,
        pub(super) instalments: Option<u8>,
        pub(super) total: Option<Decimal>,
        pub(super) interest: Option<InterestBearer>,
        pub(super) to_stores: bool,
    }
}

recordset! {
    /// A part of one that begins.
    #[derive(Clone, Serialize)]
    pub(super) struct NewSplitRow {
        pub(super) id: Uuid,
        pub(super) payment: PaymentId,
        pub(super) position: usize,
        pub(super) store: StoreId,
        pub(super) part: PartReference,
        pub(super) amount: Decimal,
        pub(super) commission: Decimal,
        pub(super) earning: Decimal,
        pub(super) to_store: bool,
        pub(super) txid: Option<String>,
        pub(super) br_code: Option<String>,
        pub(super) pay_to: Option<PayoutDestination>,
        pub(super) chat: Option<String>,
        pub(super) account: Option<String>,
        pub(super) account_refunds: bool,
    }
}

recordset! {
    /// Of `move_payments.sql`.
    #[derive(Clone, Serialize)]
    pub(super) struct MoveRow {
        pub(super) id: PaymentId,
        /// The states that it may be in.
        pub(super) sources: Vec<String>,
        pub(super) status: PaymentStatus,
        pub(super) failure: Option<PaymentFailure>,
        pub(super) charge: Option<String>,
        #[serde(with = "rfc3339::option")]
        pub(super) captured_at: Option<Time>,
        #[serde(with = "rfc3339::option")]
        pub(super) next_look: Option<Time>,
        /// The id of its row in `transactions`.
        pub(super) record: Uuid,
        pub(super) purpose: &'static str,
        pub(super) outcome: String,
        /// The id of its transaction in the ledger.
        pub(super) posting: Option<Uuid>,
        pub(super) event: Option<Uuid>,
        pub(super) event_name: Option<&'static str>,
        pub(super) payload: Option<serde_json::Value>,
        /// By the payer in all, where it is paid in instalments.
        pub(super) paid: Option<Decimal>,
        pub(super) card_brand: Option<String>,
        pub(super) card_last4: Option<String>,
        pub(super) card_expires: Option<String>,
        pub(super) end_to_end_id: Option<String>,
        /// What was asked and answered.
        pub(super) request: Option<String>,
        pub(super) response: Option<String>,
    }
}

recordset! {
    /// An entry of the posting of one that is captured.
    #[derive(Clone, Serialize)]
    pub(super) struct EntryRow {
        pub(super) id: Uuid,
        pub(super) payment: PaymentId,
        pub(super) account: Account,
        pub(super) store: Option<StoreId>,
        pub(super) amount: Decimal,
        pub(super) currency: String,
        pub(super) split: Option<Uuid>,
    }
}

recordset! {
    /// Of `keep_charges.sql`: what the payer has to do.
    #[derive(Clone, Serialize)]
    pub(super) struct ChargeRow {
        pub(super) id: PaymentId,
        pub(super) charge: String,
        pub(super) action_url: Option<String>,
        pub(super) client_secret: Option<String>,
        pub(super) txid: Option<String>,
        pub(super) br_code: Option<String>,
        pub(super) instructions: Option<String>,
        pub(super) record: Uuid,
        pub(super) purpose: &'static str,
        pub(super) request: Option<String>,
        pub(super) response: Option<String>,
    }
}

recordset! {
    /// Of `add_statement_lines.sql`.
    #[derive(Clone, Serialize)]
    pub(super) struct StatementLineRow {
        pub(super) id: BankStatementLineId,
        pub(super) key: String,
        pub(super) number: u32,
        pub(super) booked_on: String,
        pub(super) amount: Decimal,
        pub(super) currency: &'static str,
        pub(super) text: String,
        pub(super) state: BankStatementLineState,
        pub(super) reason: Option<BankStatementReason>,
        pub(super) payment: Option<PaymentId>,
    }
}

#[cfg(test)]
mod tests {
    use feira_kernel::db::Recordset;
    use feira_testkit::reads;

    use super::*;

    #[test]
    fn rows_have_what_the_statements_read() {
        let start = include_str!("../sql/start_payments.sql");
        reads(start, 1, NewPaymentRow::FIELDS);
        reads(start, 2, NewSplitRow::FIELDS);
        let moves = include_str!("../sql/move_payments.sql");
        reads(moves, 1, MoveRow::FIELDS);
        reads(moves, 2, EntryRow::FIELDS);
        let keep = include_str!("../sql/keep_charges.sql");
        reads(keep, 1, ChargeRow::FIELDS);
        let lines = include_str!("../sql/add_statement_lines.sql");
        reads(lines, 1, StatementLineRow::FIELDS);
    }
}
