//! What a store owes, billed to it: `open -> paid | written_off | withdrawn`.
//!
//! An invoice takes what it asks for out of what the next payouts would net, so that the store does not pay it twice;
//! one transaction each, so that nothing is left half done, and a repeat by its key answers the same invoice. A
//! withdrawn one leaves in the books what is owed beside the open items, which the next payouts net.

use feira_kernel::{
    Actor, Money, StoreId, audit,
    db::{self, Change, Find},
    idempotency::{self, IdempotencyKey},
    outbox::publish,
    validate::{Fields, PAST, REQUIRED},
};
use feira_store::Store;
use rust_decimal::Decimal;
use sea_orm::{EntityTrait, QuerySelect, Set};
use serde_json::json;
use time::Date;

use super::{
    Service,
    debts::owed_for_certain,
    netting::unbilled,
    releasing::open_items,
    rows::{internal, total},
};
use crate::{
    DebtInvoice, DebtInvoiced, InvoiceId, InvoiceStatus, NewInvoice, PaymentError, access,
    acts::DEBT_INVOICED,
    entities::debt_invoice::{self, Entity},
    ledger, postings,
};

const LONGEST_DAYS: i64 = 5 * 366;

/// What was asked for, checked.
#[derive(Debug, Clone)]
struct Asked {
    store: StoreId,
    amount: Money,
    due_on: Date,
    note: String,
}

impl Service {
    pub(crate) async fn invoice_debt(
        &self,
        actor: &Actor,
        invoice: NewInvoice,
        key: Option<IdempotencyKey>,
    ) -> Result<DebtInvoice, PaymentError> {
        access::manage_payouts(actor)?;
        let asked = self.invoice_asked(invoice)?;
        let store = self.known(asked.store).await?;
        let (id, keyed) = (InvoiceId(self.env.uuid()), IdempotencyKey::of(key, actor));
        let input = (self.clone(), actor.clone(), (asked, store), keyed);
        self.env
            .pool
            .transaction(input, move |tx, (service, by, (asked, store), keyed)| {
                Box::pin(async move {
                    let known = idempotency::first(tx, &service.env, keyed.as_ref(), &id);
                    match known.await? {
                        Some(known) => load(tx, known).await?.view(),
                        None => service.invoice_in(tx, &by, id, (asked, store)).await,
                    }
                })
            })
            .await
    }

    fn invoice_asked(&self, invoice: NewInvoice) -> Result<Asked, PaymentError> {
        let today = self.env.now().date();
        let mut fields = Fields::default();
        fields.positive("/amount", invoice.amount);
        let note = fields.free_text("/note", &invoice.note, 1..=1000);
        let typed = invoice.due_on.trim();
        let due_on = fields.day("/due_on", Some(typed));
        match due_on {
            // Wherever the store is, its day is not over.
            Some(due) if due < today.previous_day().unwrap_or(today) => {
                fields.refuse("/due_on", PAST, "a day that is not over");
            }
            Some(due) => {
                let days = (due - today).whole_days();
                fields.within("/due_on", days.max(0), 0..=LONGEST_DAYS);
            }
            None if typed.is_empty() => fields.refuse("/due_on", REQUIRED, "it must be given"),
            None => {}
        }
        fields.finish()?;
        Ok(Asked {
            store: invoice.store,
            amount: invoice.amount,
            due_on: due_on.ok_or_else(|| internal("a day that was checked"))?,
            note,
        })
    }

    async fn invoice_in(
        &self,
        tx: &db::Tx,
        by: &Actor,
        id: InvoiceId,
        (asked, store): (Asked, Store),
    ) -> Result<DebtInvoice, PaymentError> {
        let (amount, currency) = (asked.amount.amount(), asked.amount.currency());
        let owed = owed_for_certain(tx, store.id, currency.code()).await?;
        let beside = unbilled(tx, store.id, currency.code()).await?;
        let moved = amount.min(owed);
        if amount - moved > beside.max(Decimal::ZERO) {
            return Err(PaymentError::MoreThanOwed);
        }
        let now = self.env.now();
        let row = debt_invoice::ActiveModel {
            id: Set(id),
            store_id: Set(store.id),
            store_name: Set(store.name),
            business_name: Set(store.business_name),
            tax_id: Set(store.tax_id),
            amount: Set(amount),
            currency: Set(currency.code().to_owned()),
            moved: Set(moved),
            note: Set(asked.note),
            due_on: Set(asked.due_on),
            status: Set(InvoiceStatus::Open),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        };
        Entity::insert(row).run(&**tx).await?;
        if moved > Decimal::ZERO {
            let moved = total(moved, currency.code())?;
            let posting = postings::invoiced(id.0, store.id, moved);
            let entries = ledger::post(tx, &self.env, &posting).await?;
            open_items(tx, posting.kind, &entries).await?;
        }
        let event = DebtInvoiced {
            invoice: id,
            version: 1,
            store: store.id,
        };
        publish(tx, &self.env, &event).await?;
        let details = json!({"store": store.id, "amount": asked.amount});
        audit::record(tx, &self.env, by, DEBT_INVOICED, id.0, details).await?;
        load(tx, id).await?.view()
    }
}

pub(super) async fn load(tx: &db::Tx, id: InvoiceId) -> Result<debt_invoice::Model, PaymentError> {
    let found = Entity::find_by_id(id).lock_exclusive().row(&**tx).await?;
    found.ok_or(PaymentError::NotFound)
}
