//! What a person says of payments that no server tells of: that the money came, that a refund was sent. It is
//! written into the book of their charges; from there it goes the road of any other payment, by the poller
//! if this process ends before.

use std::sync::Arc;

use feira_kernel::{
    Actor, Money, audit,
    db::{self, Change, Find},
    idempotency::{self, Keyed},
    validate::Fields,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::json;

use super::{
    Service, pass,
    refunding::RefundRow,
    rows::{self, PaymentRow},
    settling::unavailable,
    split_rows,
    verdict::{Observation, Purpose},
};
use crate::{
    BankStatementLineId, PaidBy, PaidCard, Payment, PaymentDetails, PaymentError, PaymentId,
    Refund, RefundId, RefundStatus,
    acts::{PAYMENT_MARKED_PAID, REFUND_SENT},
    entities::{
        manual_charge::{self, ManualChargeState},
        manual_refund::{self, ManualRefundState},
        payment, refund,
    },
    provider::Provider,
    status,
};

/// What is known beside that a payment was paid.
#[derive(Debug, Clone, Default)]
pub(super) struct Beside {
    /// The line of a statement that is its money.
    line: Option<BankStatementLineId>,
    note: Option<String>,
}

impl Beside {
    pub(super) fn line(line: BankStatementLineId) -> Self {
        Self {
            line: Some(line),
            note: None,
        }
    }

    pub(super) fn noted(note: Option<String>) -> Result<Self, PaymentError> {
        let mut fields = Fields::default();
        let note = fields.optional("/note", note.as_deref(), MOST_NOTE);
        Ok(fields.or(Self { line: None, note })?)
    }
}

const MOST_NOTE: usize = 500;

/// Of one payment, more than anybody makes.
const MOST_REFUNDS: u64 = 100;

impl Service {
    pub(super) async fn details_of(&self, id: PaymentId) -> Result<PaymentDetails, PaymentError> {
        let row = rows::payment(&self.env, id).await?;
        let to_stores = row.has_legs();
        let payment = self.with_legs(row.without_secret()).await?;
        let (notes, notes_version) = self.notes(id).await?;
        let paid_by = self.paid_by(id).await?;
        let refunds = refund::Entity::find()
            .filter(refund::Column::PaymentId.eq(id))
            .order_by_asc(refund::Column::CreatedAt)
            .order_by_asc(refund::Column::Id)
            .limit(MOST_REFUNDS)
            .rows(self.env.pool.read())
            .await?;
        let refunds = refunds.into_iter().map(|row| {
            Ok(Refund {
                id: row.id,
                payment: row.payment_id,
                amount: rows::money(row.amount, &row.currency)?,
                status: row.status,
                came_back: row.returned_at.is_some(),
                withdrawn: row.withdrawn_at.is_some(),
                given_back_there: row.is_given_back_there(),
                reference: row.gateway_id,
            })
        });
        let splits = split_rows::splits(self.env.pool.read(), id).await?;
        let left = splits.iter().map(split_rows::SplitRow::left);
        let left: Vec<Money> = left.collect::<Result<_, PaymentError>>()?;
        let left = Money::sum(payment.amount.currency(), left).map_err(rows::internal)?;
        let provider = self.providers.named(&payment.gateway);
        let can = provider.as_ref().map(|one| one.capabilities());
        Ok(PaymentDetails {
            by_hand: can.is_some_and(|can| can.by_hand),
            returns_by_hand: can.is_some_and(|can| !can.returns_told),
            disputed_by_hand: can.is_some_and(|can| can.disputes.by_hand()) && !to_stores,
            refunds: refunds.collect::<Result<_, PaymentError>>()?,
            left: Some(left).filter(|_| status::is_captured(payment.status)),
            asked_splits: self.asked_splits(&payment).await?,
            payment,
            paid_by,
            notes,
            notes_version,
            leg_notes: match to_stores {
                true => self.leg_notes(id).await?,
                false => Vec::new(),
            },
        })
    }

    async fn paid_by(&self, id: PaymentId) -> Result<PaidBy, PaymentError> {
        use payment::Column;
        type Text = Option<String>;
        let found: Option<(Text, Text, Text, Text)> = payment::Entity::find_by_id(id)
            .select_only()
            .columns([
                Column::CardBrand,
                Column::CardLast4,
                Column::CardExpires,
                Column::EndToEndId,
            ])
            .into_tuple()
            .row(self.env.pool.read())
            .await?;
        let (brand, last4, expires, end_to_end_id) = found.ok_or(PaymentError::NotFound)?;
        Ok(PaidBy {
            card: last4.map(|last4| PaidCard {
                brand,
                last4,
                expires,
            }),
            end_to_end_id,
        })
    }

    /// The provider, if a person speaks for it.
    pub(super) fn by_hand(&self, name: &str) -> Result<Arc<dyn Provider>, PaymentError> {
        let provider = self.provider(name)?;
        match provider.capabilities().by_hand {
            true => Ok(provider),
            false => Err(PaymentError::NotByHand),
        }
    }

    pub(super) async fn say_paid(
        &self,
        by: &Actor,
        id: PaymentId,
        beside: Beside,
        keyed: Option<Keyed>,
    ) -> Result<Payment, PaymentError> {
        let row = rows::payment(&self.env, id).await?;
        let provider = self.by_hand(&row.gateway)?;
        if row.has_legs() {
            return Err(PaymentError::PaidToStores);
        }
        let input = (self.clone(), by.clone(), row.clone(), beside, keyed);
        self.env
            .pool
            .transaction(input, move |tx, (service, by, row, beside, keyed)| {
                Box::pin(async move {
                    let known = idempotency::first(tx, &service.env, keyed.as_ref(), &row.id);
                    if known.await?.is_some() {
                        return Ok(());
                    }
                    let line = beside.line;
                    let marked = service.write_paid(tx, &by, &row, line).await?;
                    if let (true, Some(note)) = (marked, beside.note) {
                        service.add_note(tx, &by, row.id, &note).await?;
                    }
                    match line {
                        Some(line) => service.write_matched(tx, line, !marked).await,
                        None => Ok(()),
                    }
                })
            })
            .await?;
        if !row.is_live() {
            return row.view();
        }
        let charge = self.look(&provider, &row).await.map_err(unavailable)?;
        let paid = Observation::from(charge);
        self.apply(row, paid, Purpose::Hand, None).await?.view()
    }

    /// Whether it was not said before: said again, it changes nothing.
    async fn write_paid(
        &self,
        tx: &db::Tx,
        by: &Actor,
        row: &PaymentRow,
        line: Option<BankStatementLineId>,
    ) -> Result<bool, PaymentError> {
        let now = self.env.now();
        let charge = manual_charge::Entity::find_by_id(row.id).lock_exclusive();
        let charge = charge.row(&**tx).await?;
        match charge.map(|charge| charge.state) {
            Some(ManualChargeState::Paid) => return Ok(false),
            Some(ManualChargeState::Waiting) if now < row.expires_at => {}
            Some(ManualChargeState::Waiting | ManualChargeState::Cancelled) => {
                return Err(PaymentError::PaidTooLate);
            }
            None => return Err(not_in_the_book()),
        }
        let paid = manual_charge::ActiveModel {
            state: Set(ManualChargeState::Paid),
            updated_at: Set(now),
            ..Default::default()
        };
        manual_charge::Entity::update_many()
            .set(paid)
            .filter(manual_charge::Column::PaymentId.eq(row.id))
            .run(&**tx)
            .await?;
        let mut details = json!({"amount": row.amount()?});
        if let (Some(line), Some(details)) = (line, details.as_object_mut()) {
            details.insert("statement_line".to_owned(), json!(line));
        }
        audit::record(tx, &self.env, by, PAYMENT_MARKED_PAID, row.id.0, details).await?;
        Ok(true)
    }

    pub(super) async fn say_sent(
        &self,
        by: &Actor,
        id: RefundId,
        reference: String,
        keyed: Option<Keyed>,
    ) -> Result<Refund, PaymentError> {
        let mut fields = Fields::default();
        let reference = fields.text("/reference", &reference, 1..=140);
        fields.finish()?;
        let row = self.refund_row(id).await?;
        self.by_hand(&row.gateway)?;
        let input = (self.clone(), by.clone(), row.clone(), reference, keyed);
        self.env
            .pool
            .transaction(input, |tx, (service, by, row, reference, keyed)| {
                Box::pin(async move {
                    let known = idempotency::first(tx, &service.env, keyed.as_ref(), &row.id);
                    match known.await? {
                        Some(_) => Ok(()),
                        None => service.write_sent(tx, &by, &row, reference).await,
                    }
                })
            })
            .await?;
        pass("payment.refund_sent");
        let asked = self.ask_refund(row).await?;
        if asked.status == RefundStatus::Pending {
            // The book could not be asked: it is settled by the job, or by a repeat.
            let why = "it is written down, and not settled yet; send it again";
            return Err(PaymentError::Unavailable(why.to_owned()));
        }
        asked.view()
    }

    /// The same reference again changes nothing.
    async fn write_sent(
        &self,
        tx: &db::Tx,
        by: &Actor,
        row: &RefundRow,
        reference: String,
    ) -> Result<(), PaymentError> {
        let waiting = manual_refund::Entity::find_by_id(row.id).lock_exclusive();
        let waiting = waiting.row(&**tx).await?;
        match waiting {
            Some(sent) if sent.state == ManualRefundState::Waiting => {}
            // Also of one that came back since.
            Some(sent) if sent.reference.as_ref() == Some(&reference) => return Ok(()),
            Some(sent) if sent.state == ManualRefundState::Sent => {
                return Err(PaymentError::RefundMove(RefundStatus::Completed));
            }
            Some(_) => return Err(PaymentError::RefundMove(RefundStatus::Failed)),
            None if row.status == RefundStatus::Pending => return Err(not_in_the_book()),
            None => return Err(PaymentError::RefundMove(row.status)),
        }
        let sent = manual_refund::ActiveModel {
            state: Set(ManualRefundState::Sent),
            reference: Set(Some(reference)),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        manual_refund::Entity::update_many()
            .set(sent)
            .filter(manual_refund::Column::Id.eq(row.id))
            .run(&**tx)
            .await?;
        let details = json!({"payment": row.payment_id, "amount": row.amount()?});
        audit::record(tx, &self.env, by, REFUND_SENT, row.id.0, details).await?;
        Ok(())
    }

    async fn refund_row(&self, id: RefundId) -> Result<RefundRow, PaymentError> {
        let db = self.env.pool.read();
        let refund = refund::Entity::find_by_id(id).row(db).await?;
        let refund = refund.ok_or(PaymentError::NotFound)?;
        let payment = payment::Entity::find_by_id(refund.payment_id);
        let payment = payment.row(db).await?.ok_or(PaymentError::NotFound)?;
        Ok(RefundRow::of(refund, &payment))
    }
}

/// The call that writes it there is on its way, or is made once more by the job.
pub(super) fn not_in_the_book() -> PaymentError {
    PaymentError::Unavailable("it has only just begun".to_owned())
}
