//! Rows of reports, as they are told.

use feira_kernel::{Currency, StoreId, Time};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    Account, LedgerKind, Operation, PaymentError, PayoutId, QuarterSum, StatementLine,
    service::rows::{internal, total},
};

/// A seller below both in a year is left out of the report of sellers (Directive 2011/16/EU, annex V).
const FEW_SALES: i64 = 30;
const LITTLE: i64 = 2000;

#[derive(FromQueryResult)]
pub(super) struct MonthRow {
    pub(super) month: String,
    pub(super) starts_at: Time,
    pub(super) ends_at: Time,
    pub(super) opening: Decimal,
    pub(super) closing: Decimal,
}

#[derive(FromQueryResult)]
pub(super) struct LineRow {
    pub(super) id: Uuid,
    pub(super) kind: LedgerKind,
    pub(super) account: Account,
    pub(super) amount: Decimal,
    pub(super) currency: String,
    pub(super) part: Option<Uuid>,
    pub(super) payout_id: Option<PayoutId>,
    pub(super) at: Time,
    pub(super) local: String,
}

#[derive(FromQueryResult)]
pub(super) struct PeriodRow {
    pub(super) first: String,
    pub(super) last: String,
    pub(super) days: i64,
    pub(super) starts_at: Time,
    pub(super) ends_at: Time,
}

#[derive(FromQueryResult)]
pub(super) struct OperationRow {
    pub(super) at: Time,
    pub(super) transaction_id: Uuid,
    /// Nil where there is none.
    pub(super) split: Uuid,
    pub(super) kind: LedgerKind,
    pub(super) currency: String,
    pub(super) payout_id: Option<PayoutId>,
    pub(super) owed: Decimal,
    pub(super) commission: Decimal,
    pub(super) part: Option<Uuid>,
    pub(super) to_store: Option<Decimal>,
    pub(super) local: String,
}

#[derive(FromQueryResult)]
pub(super) struct QuarterRow {
    pub(super) store_id: StoreId,
    pub(super) currency: String,
    pub(super) quarter: i32,
    pub(super) consideration: Decimal,
    pub(super) fees: Decimal,
    pub(super) taxes: Decimal,
    pub(super) activities: i64,
    pub(super) year_consideration: Decimal,
    pub(super) year_activities: i64,
}

impl LineRow {
    pub(super) fn view(self) -> Result<StatementLine, PaymentError> {
        Ok(StatementLine {
            id: self.id,
            kind: self.kind,
            account: self.account,
            amount: total(self.amount, &self.currency)?,
            part: self.part,
            payout: self.payout_id,
            at: self.at,
            local: self.local,
        })
    }
}

impl OperationRow {
    pub(super) fn view(self) -> Result<Operation, PaymentError> {
        Ok(Operation {
            transaction: self.transaction_id,
            kind: self.kind,
            owed: total(self.owed, &self.currency)?,
            commission: total(self.commission, &self.currency)?,
            to_store: self
                .to_store
                .map(|amount| total(amount, &self.currency))
                .transpose()?,
            part: self.part,
            payout: self.payout_id,
            at: self.at,
            local: self.local,
        })
    }
}

impl QuarterRow {
    pub(super) fn view(self, year: i32) -> Result<QuarterSum, PaymentError> {
        let currency: Currency = self.currency.parse().map_err(internal)?;
        let few = self.year_activities < FEW_SALES;
        let little = self.year_consideration <= Decimal::from(LITTLE);
        let sum = |amount| total(amount, &self.currency);
        Ok(QuarterSum {
            store: self.store_id,
            year,
            quarter: u8::try_from(self.quarter).map_err(internal)?,
            currency,
            consideration: sum(self.consideration)?,
            fees: sum(self.fees)?,
            taxes: sum(self.taxes)?,
            activities: u64::try_from(self.activities).map_err(internal)?,
            excluded: (currency == Currency::EUR).then_some(few && little),
        })
    }
}
