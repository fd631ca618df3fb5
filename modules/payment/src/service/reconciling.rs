//! A provider's report of its balance against the books.

use feira_kernel::{Actor, Ref, Time, db, validate::Fields, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use time::Duration;
use uuid::Uuid;

use super::{
    Service,
    rows::{internal, total},
};
use crate::{
    LedgerKind, PaymentError, PaymentId, ReconcileRequest, Reconciliation, ReportFormat,
    StatementAccount, access,
    reconciliation::{Fact, FactKind, matched, read},
    statement,
};

/// A provider books a charge some time before or after we do.
const APART: Duration = Duration::days(3);
/// Transactions that are read at once, and at most: several times what a report can have.
pub(super) const BATCH: i64 = 5_000;
pub(super) const BATCHES: u32 = 40;

#[derive(FromQueryResult)]
struct Booked {
    id: Uuid,
    kind: LedgerKind,
    payment_id: PaymentId,
    reference: Uuid,
    description: String,
    charge: Option<String>,
    txid: Option<String>,
    fee: Option<Decimal>,
    refund: Option<Uuid>,
    refunded_as: Option<String>,
    disputed_as: Option<String>,
    amount: Decimal,
    currency: String,
    at: Time,
}

impl Service {
    pub(crate) async fn reconcile(
        &self,
        actor: &Actor,
        request: ReconcileRequest,
    ) -> Result<Reconciliation, PaymentError> {
        access::reconcile(actor)?;
        let mut fields = Fields::default();
        let provider = fields.text("/provider", &request.provider, 1..=32);
        fields.finish()?;
        let account = self.account(request.account);
        let (file, format) = (request.file, request.format);
        let of_bank = match format {
            Some(format) => format == ReportFormat::BankStatement,
            None => statement::is_ofx(&file),
        };
        let report = if of_bank {
            self.statement_report(file, &account).await?
        } else {
            let report = tokio::task::spawn_blocking(move || read(&file, format)).await;
            report.map_err(internal)??
        };
        let Some((from, until)) = report.period() else {
            let why = "no line says when it was";
            return Err(PaymentError::BadReport(why.to_owned()));
        };
        let around = (from - APART, until + APART);
        let mut facts = self.booked(&provider, around.0, around.1).await?;
        if of_bank {
            self.as_a_bank_tells(&mut facts, &account, around).await?;
        } else {
            self.add_transfers(&mut facts, &provider, around).await?;
        }
        let found = tokio::task::spawn_blocking(move || matched(&report, &facts)).await;
        let found = found.map_err(internal)?.map_err(internal)?;
        Ok(Reconciliation {
            provider,
            format: found.format,
            lines: found.lines,
            matched: found.matched,
            by_amount: found.by_amount,
            from: Some(from),
            until: Some(until),
            sums: found.sums,
            counts: found.counts,
            differences: found.differences,
        })
    }

    /// Of which account a bank's statement is, where that is not said.
    fn account(&self, given: Option<StatementAccount>) -> StatementAccount {
        given.unwrap_or_else(|| StatementAccount {
            currency: self.providers.installation().currency,
            time_zone: "UTC".to_owned(),
            payouts: true,
        })
    }

    async fn booked(
        &self,
        provider: &str,
        from: Time,
        until: Time,
    ) -> Result<Vec<Fact>, PaymentError> {
        let (mut facts, mut after) = (Vec::new(), (from, Uuid::nil()));
        for _ in 0..BATCHES {
            let rows: Vec<Booked> = db::rows(
                self.env.pool.search(),
                include_str!("../sql/reconciled_entries.sql"),
                values![provider.to_owned(), from, until, after.0, after.1, BATCH],
            )
            .await?;
            let Some(last) = rows.last() else {
                return Ok(facts);
            };
            after = (last.at, last.id);
            for row in rows {
                facts.push(row.fact()?);
            }
        }
        let why = "it is of a longer time than can be looked at at once";
        Err(PaymentError::BadReport(why.to_owned()))
    }
}

impl Booked {
    fn fact(self) -> Result<Fact, PaymentError> {
        let kind = match self.kind {
            LedgerKind::Capture => FactKind::Charge,
            LedgerKind::Refund => FactKind::Refund,
            _ => FactKind::Other,
        };
        // Some providers write ids without hyphens.
        let written = |id: Uuid| [id.to_string(), id.simple().to_string()];
        let mut of_payment: Vec<String> = self.charge.into_iter().chain(self.txid).collect();
        of_payment.extend(written(self.payment_id.0));
        of_payment.extend(written(self.reference));
        of_payment.push(self.description);
        let own = match kind {
            FactKind::Charge => std::mem::take(&mut of_payment),
            _ => {
                let of_refund = self.refund.into_iter().flat_map(written);
                let named = self.refunded_as.into_iter().chain(self.disputed_as);
                named.chain(of_refund).collect()
            }
        };
        Ok(Fact {
            kind,
            own,
            of_payment,
            amount: total(self.amount, &self.currency)?,
            fee: self.fee.map(|fee| total(fee, &self.currency)).transpose()?,
            payment: Some(self.payment_id),
            reference: Some(Ref::new(self.reference)),
            payout: None,
            at: self.at,
        })
    }
}
