//! How an invoice to a store ends, and what of it is in the books.

use feira_kernel::{
    Actor, audit,
    db::{self, Change},
    idempotency::{self, IdempotencyKey, Keyed},
    validate::Fields,
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;
use uuid::Uuid;

use super::{
    Service,
    debts::open_money,
    invoicing::load,
    netting::receivable,
    rows::{self, internal, total},
};
use crate::{
    DebtInvoice, InvoiceEnding, InvoiceId, InvoiceStatus, LedgerKind, PaymentError, access,
    acts::INVOICE_ENDED,
    entities::{
        debt_invoice::{self, Column, Entity},
        debt_settlement,
    },
    ledger, postings,
};

/// An ending as the tables keep it.
#[derive(Debug, Clone)]
struct Ended {
    status: InvoiceStatus,
    /// What it is in the books, if that changes them.
    kind: Option<LedgerKind>,
    note: String,
}

impl Service {
    pub(crate) async fn end_invoice(
        &self,
        actor: &Actor,
        id: InvoiceId,
        ending: InvoiceEnding,
        key: Option<IdempotencyKey>,
    ) -> Result<DebtInvoice, PaymentError> {
        access::manage_payouts(actor)?;
        let ended = checked(ending)?;
        let keyed = IdempotencyKey::of(key, actor);
        let input = (self.clone(), actor.clone(), ended, keyed);
        self.env
            .pool
            .transaction(input, move |tx, (service, by, ended, keyed)| {
                Box::pin(async move { service.end_invoice_in(tx, &by, id, (ended, keyed)).await })
            })
            .await
    }

    async fn end_invoice_in(
        &self,
        tx: &db::Tx,
        by: &Actor,
        id: InvoiceId,
        (ended, keyed): (Ended, Option<Keyed>),
    ) -> Result<DebtInvoice, PaymentError> {
        let known = idempotency::first(tx, &self.env, keyed.as_ref(), &id).await?;
        let found = load(tx, id).await?;
        let amount = rows::money(found.amount, &found.currency)?;
        // The same lock as whoever else ends debts of the store.
        open_money(tx, found.store_id, amount.currency()).await?;
        let row = load(tx, id).await?;
        let same = row.status == ended.status && row.ended_note.as_ref() == Some(&ended.note);
        if known.is_some() || same {
            return row.view();
        }
        if row.status != InvoiceStatus::Open {
            return Err(PaymentError::InvoiceMove(row.status));
        }
        let settlement = match ended.kind {
            Some(kind) => Some(
                self.settle_invoice_in(tx, &row, (kind, &ended.note))
                    .await?,
            ),
            None => None,
        };
        let now = self.env.now();
        let set = debt_invoice::ActiveModel {
            status: Set(ended.status),
            ended_note: Set(Some(ended.note)),
            ended_at: Set(Some(now)),
            settlement_id: Set(settlement),
            updated_at: Set(now),
            ..Default::default()
        };
        let changed = Entity::update_many()
            .set(set)
            .filter(Column::Id.eq(id))
            .filter(Column::Status.eq(InvoiceStatus::Open));
        changed.run(&**tx).await?;
        let details =
            json!({"store": row.store_id, "amount": amount, "ended": ended.status.as_str()});
        audit::record(tx, &self.env, by, INVOICE_ENDED, id.0, details).await?;
        load(tx, id).await?.view()
    }

    /// Of what the store owes beside its open items, for that is where an invoice has put it.
    async fn settle_invoice_in(
        &self,
        tx: &db::Tx,
        row: &debt_invoice::Model,
        (kind, note): (LedgerKind, &str),
    ) -> Result<Uuid, PaymentError> {
        if row.amount > receivable(tx, row.store_id, &row.currency).await? {
            return Err(PaymentError::MoreThanOwed);
        }
        let id = self.env.uuid();
        let settlement = debt_settlement::ActiveModel {
            id: Set(id),
            store_id: Set(row.store_id),
            kind: Set(kind),
            amount: Set(row.amount),
            currency: Set(row.currency.clone()),
            note: Set(note.to_owned()),
            at: Set(self.env.now()),
            ..Default::default()
        };
        debt_settlement::Entity::insert(settlement)
            .run(&**tx)
            .await?;
        let nothing = total(Decimal::ZERO, &row.currency)?;
        let sides = (nothing, total(row.amount, &row.currency)?);
        let posting = postings::debt_ended(kind, id, row.store_id, sides).map_err(internal)?;
        ledger::post(tx, &self.env, &posting).await?;
        Ok(id)
    }
}

fn checked(ending: InvoiceEnding) -> Result<Ended, PaymentError> {
    let mut fields = Fields::default();
    let (status, kind, note) = match ending {
        InvoiceEnding::Paid { reference } => {
            let note = fields.text("/reference", &reference, 1..=140);
            (InvoiceStatus::Paid, Some(LedgerKind::SettledByStore), note)
        }
        InvoiceEnding::WrittenOff { reason } => {
            let note = fields.text("/reason", &reason, 1..=500);
            (InvoiceStatus::WrittenOff, Some(LedgerKind::WriteOff), note)
        }
        InvoiceEnding::Withdrawn { reason } => {
            let note = fields.text("/reason", &reason, 1..=500);
            (InvoiceStatus::Withdrawn, None, note)
        }
    };
    Ok(fields.or(Ended { status, kind, note })?)
}
