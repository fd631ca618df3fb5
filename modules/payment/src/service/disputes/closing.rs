//! A dispute ends: what was kept back goes where it belongs, under the lock of the payment.

use feira_kernel::{
    Money, Ref,
    db::{self, Find},
    outbox::publish,
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::rows as found;
use crate::{
    DisputeState, PaymentDisputeClosed, PaymentError,
    dispute_status::{self, DisputeStep},
    entities::{dispute, payment},
    ledger::{self, Disputed, Share},
    sentences::{REGAINED, Said, WRITTEN_OFF},
    service::{
        Service,
        rows::{self, internal},
        split_rows,
    },
    status::Action,
};

impl Service {
    /// Won or lost: what was kept back goes where it belongs, exactly as much as was taken. Won on appeal: what
    /// was lost is there again, exactly as much.
    pub(super) async fn close(
        &self,
        tx: &db::Tx,
        payment: &mut payment::Model,
        row: &mut dispute::Model,
        step: DisputeStep,
    ) -> Result<(), PaymentError> {
        let to = dispute_status::next(row.state, step)?;
        let what = match (row.state, to) {
            (_, DisputeState::Lost) => Disputed::Lost,
            (DisputeState::Lost, _) => Disputed::Regained,
            _ => Disputed::Won,
        };
        let shares = self.close_parts(tx, payment, row, what).await?;
        let source = self.source_of_end(row);
        let posting = ledger::disputed(what, payment.id.0, source, &shares);
        self.post(tx, &posting.map_err(internal)?).await?;
        if row.of_rest && what == Disputed::Lost {
            // Of what refunds that run hold it takes what they leave.
            row.amount = row.held + running(tx, payment).await?.amount();
        }
        self.write_off(tx, row, what).await?;
        self.move_dispute(tx, row, to).await?;
        let back = match what {
            Disputed::Lost => row.held,
            Disputed::Regained => -row.held,
            Disputed::Opened | Disputed::Won => Decimal::ZERO,
        };
        let action = match what {
            Disputed::Regained => regained(payment, row),
            _ => self.over(tx, payment, row, back).await?,
        };
        self.payment_after(tx, payment, action, back).await?;
        self.release_given_back(tx, payment.id).await?;
        let outcome = match what {
            Disputed::Regained => REGAINED.into(),
            _ => Said::from(to),
        };
        self.dispute_exchange(&**tx, payment.id, &row.provider_id, outcome)
            .await?;
        let event = PaymentDisputeClosed {
            payment: payment.id,
            version: payment.version,
            reference: Ref::new(payment.reference),
            dispute: row.id,
            won: what != Disputed::Lost,
            stores: shares.iter().map(|share| share.store).collect(),
        };
        publish(tx, &self.env, &event).await?;
        Ok(())
    }

    async fn close_parts(
        &self,
        tx: &db::Tx,
        payment: &payment::Model,
        row: &dispute::Model,
        what: Disputed,
    ) -> Result<Vec<Share>, PaymentError> {
        let splits = split_rows::splits(&**tx, payment.id).await?;
        let mut shares = Vec::new();
        for part in found::parts(&**tx, row.id).await? {
            let split = splits.iter().find(|split| split.id == part.split_id);
            let split = split.ok_or_else(|| internal("a dispute of another payment's split"))?;
            let told = part.view(&row.currency)?;
            shares.push(Share {
                commission: told.commission,
                earning: told.earning,
                ..split.share()?
            });
            let (amount, commission, none) = (part.amount, part.commission, Decimal::ZERO);
            let change = match what {
                Disputed::Lost => [-amount, -commission, amount, commission],
                Disputed::Regained => [none, none, -amount, -commission],
                Disputed::Opened | Disputed::Won => [-amount, -commission, none, none],
            };
            self.change_split(tx, part.split_id, change).await?;
        }
        Ok(shares)
    }

    /// Of what was lost, what had gone back before is the marketplace's loss; regained, it is none.
    async fn write_off(
        &self,
        tx: &db::Tx,
        row: &mut dispute::Model,
        what: Disputed,
    ) -> Result<(), PaymentError> {
        let before = row.written_off()?;
        let now = match what {
            Disputed::Lost if !row.of_rest => {
                row.total()?.checked_sub(row.held()?).map_err(internal)?
            }
            _ => Money::zero(before.currency()),
        };
        row.written_off = now.amount();
        let more = now.checked_sub(before).map_err(internal)?;
        self.post_write_off(tx, row, what, more).await
    }

    /// What is posted has a source once: this one is not the dispute's own.
    pub(super) async fn post_write_off(
        &self,
        tx: &db::Tx,
        row: &dispute::Model,
        what: Disputed,
        more: Money,
    ) -> Result<(), PaymentError> {
        if more.is_zero() {
            return Ok(());
        }
        let source = self.env.uuid();
        let posting = ledger::dispute_written_off(what, row.payment_id.0, source, more);
        self.post(tx, &posting).await?;
        let outcome = WRITTEN_OFF.of(&[&row.written_off()?]);
        self.dispute_exchange(&**tx, row.payment_id, &row.provider_id, outcome)
            .await
    }

    /// What the end of a dispute is to its payment, as much of which went back by it.
    async fn over(
        &self,
        tx: &db::Tx,
        payment: &payment::Model,
        row: &dispute::Model,
        back: Decimal,
    ) -> Result<Option<Action>, PaymentError> {
        if row.held.is_zero() {
            return Ok(None);
        }
        let open = dispute::Entity::find()
            .filter(dispute::Column::PaymentId.eq(payment.id))
            .filter(dispute::Column::Id.ne(row.id))
            .filter(dispute::Column::ClosedAt.is_null())
            .filter(dispute::Column::Held.gt(Decimal::ZERO))
            .limit(1)
            .row(&**tx)
            .await?;
        let refunded = payment.refunded + back;
        Ok(Some(match open {
            Some(_) => Action::Dispute,
            None if refunded.is_zero() => Action::DisputeOver,
            None if refunded == payment.amount => Action::DisputeOverRest,
            None => Action::DisputeOverPart,
        }))
    }
}

/// What refunds that run hold of it.
async fn running(tx: &db::Tx, payment: &payment::Model) -> Result<Money, PaymentError> {
    let splits = split_rows::splits(&**tx, payment.id).await?;
    let running = splits.iter().map(split_rows::SplitRow::refunding);
    let running: Vec<Money> = running.collect::<Result<_, PaymentError>>()?;
    let currency = rows::money(payment.amount, &payment.currency)?.currency();
    Money::sum(currency, running).map_err(internal)
}

/// What it is to a payment that so much of it is there again.
fn regained(payment: &payment::Model, row: &dispute::Model) -> Option<Action> {
    match (row.held.is_zero(), payment.refunded > row.held) {
        (true, _) => None,
        (false, true) => Some(Action::ReturnPart),
        (false, false) => Some(Action::ReturnAll),
    }
}
