//! A bank's statement against the books: beside the payments of a provider whose money comes to that account, what
//! stores were paid from it and what they paid to it.

use std::collections::HashMap;

use feira_kernel::{Time, db, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{
    Service,
    reconciling::{BATCH, BookRow},
    rows::{internal, total},
};
use crate::{
    LedgerKind, PaymentError, PaymentId, PayoutId, StatementAccount,
    reconciliation::{Fact, FactKind, Report, bank},
    statement,
};

#[derive(FromQueryResult)]
struct Days {
    starts_at: Time,
    ends_at: Time,
}

/// An entry of the books that is no payment's.
#[derive(FromQueryResult)]
struct Beside {
    id: Uuid,
    kind: LedgerKind,
    payout: Option<PayoutId>,
    /// Under which it was paid.
    reference: Option<String>,
    amount: Decimal,
    currency: String,
    at: Time,
}

/// A line that was imported and is the money of a payment.
#[derive(FromQueryResult)]
struct Imported {
    payment_id: PaymentId,
    key: String,
    booked_at: Time,
}

impl Service {
    pub(super) async fn statement_report(
        &self,
        file: Vec<u8>,
        account: &StatementAccount,
    ) -> Result<Report, PaymentError> {
        let currency = account.currency;
        let lines = tokio::task::spawn_blocking(move || bank::read(&file, currency)).await;
        let lines = lines.map_err(internal)??;
        let days = bank::days(&lines);
        let (first, last) = days.ok_or_else(|| internal("a statement without lines"))?;
        let days: Days = db::one(
            self.env.pool.read(),
            include_str!("../sql/period.sql"),
            values![
                Some(first.to_string()),
                Some(last.to_string()),
                account.time_zone.clone(),
                self.env.now()
            ],
        )
        .await?;
        Ok(bank::report(lines, (days.starts_at, days.ends_at)))
    }

    /// What the bank may call the facts of payments, and, if the account has them, those of stores beside them.
    pub(super) async fn as_a_bank_tells(
        &self,
        facts: &mut Vec<Fact>,
        account: &StatementAccount,
        (from, until): (Time, Time),
    ) -> Result<(), PaymentError> {
        self.add_imported(facts, account).await?;
        if account.payouts {
            self.add_beside(facts, (from, until)).await?;
        }
        for fact in facts {
            for ids in [&mut fact.own, &mut fact.of_payment] {
                let written = ids.iter().filter_map(|id| statement::reference(id));
                let written: Vec<String> = written.collect();
                ids.extend(written);
            }
        }
        Ok(())
    }

    /// A line that an import, or a person, found to be a payment's money is that again, and of that day.
    async fn add_imported(
        &self,
        facts: &mut [Fact],
        account: &StatementAccount,
    ) -> Result<(), PaymentError> {
        let charges = facts.iter().filter(|fact| fact.kind == FactKind::Charge);
        let payments: Vec<Uuid> = charges.filter_map(|fact| Some(fact.payment?.0)).collect();
        let mut imported = HashMap::new();
        for some in payments.chunks(usize::try_from(BATCH).unwrap_or(usize::MAX)) {
            let rows: Vec<Imported> = db::rows(
                self.env.pool.search(),
                include_str!("../sql/imported_lines.sql"),
                values![some.to_vec(), account.time_zone.clone()],
            )
            .await?;
            imported.extend(rows.into_iter().map(|row| (row.payment_id, row)));
        }
        for fact in facts {
            let line = fact.payment.and_then(|payment| imported.get(&payment));
            if let Some(line) = line.filter(|_| fact.kind == FactKind::Charge) {
                fact.own.push(line.key.clone());
                // Somebody may have said it days later.
                fact.at = line.booked_at;
            }
        }
        Ok(())
    }

    async fn add_beside(
        &self,
        facts: &mut Vec<Fact>,
        (from, until): (Time, Time),
    ) -> Result<(), PaymentError> {
        let sql = include_str!("../sql/reconciled_beside.sql");
        facts.extend(
            self.facts::<Beside>(sql, values![from, until], from)
                .await?,
        );
        Ok(())
    }
}

impl BookRow for Beside {
    fn place(&self) -> (Time, Uuid) {
        (self.at, self.id)
    }

    fn fact(self) -> Result<Fact, PaymentError> {
        let kind = match self.kind {
            LedgerKind::PayoutPaid => FactKind::Payout,
            _ => FactKind::Other,
        };
        let named = self.payout.map(|id| id.0.simple().to_string());
        Ok(Fact {
            kind,
            own: self.reference.into_iter().chain(named).collect(),
            of_payment: Vec::new(),
            amount: total(self.amount, &self.currency)?,
            fee: None,
            payment: None,
            reference: None,
            payout: self.payout,
            at: self.at,
        })
    }
}
