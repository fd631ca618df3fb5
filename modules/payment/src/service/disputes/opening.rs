//! A dispute begins: as much of its money as is there is kept back, under the lock of the payment.

use feira_kernel::{
    Money, Ref, Time,
    db::{self, Change},
    outbox::publish,
};
use rust_decimal::Decimal;
use sea_orm::{EntityTrait, IntoActiveModel};
use uuid::Uuid;

use crate::{
    DisputeId, DisputeKind, DisputeState, PaymentDisputed, PaymentError,
    entities::{dispute, dispute_part, payment},
    ledger::{self, Disputed, Share},
    reversal,
    sentences::OPENED_OVER,
    service::{
        Service,
        rows::internal,
        split_rows::{self, SplitRow},
    },
    status::Action,
};

/// A dispute that is not in the books yet.
#[derive(Clone)]
pub(super) struct Opening {
    pub(super) provider_id: String,
    pub(super) by_hand: bool,
    pub(super) kind: DisputeKind,
    pub(super) amount: Money,
    /// Whether no amount was named: it takes what has not gone back otherwise.
    pub(super) of_rest: bool,
    pub(super) reason: String,
    pub(super) evidence_due_at: Option<Time>,
    pub(super) next_look_at: Option<Time>,
}

/// What one split gives, and its own row.
pub(super) struct HeldSplit {
    pub(super) split: Uuid,
    part: Uuid,
    pub(super) amount: Money,
    pub(super) share: Share,
}

impl Service {
    /// Keeps back as much as is there, each split in proportion to what is left of it.
    pub(super) async fn open(
        &self,
        tx: &db::Tx,
        payment: &mut payment::Model,
        opening: Opening,
    ) -> Result<dispute::Model, PaymentError> {
        let now = self.env.now();
        let splits = split_rows::splits(&**tx, payment.id).await?;
        let kept = kept(&splits, opening.amount)?;
        let currency = opening.amount.currency();
        let held = Money::sum(currency, kept.iter().map(|kept| kept.amount)).map_err(internal)?;
        let row = dispute::Model {
            id: DisputeId(self.env.uuid()),
            payment_id: payment.id,
            gateway: payment.gateway.clone(),
            provider_id: opening.provider_id,
            told_as: None,
            by_hand: opening.by_hand,
            kind: opening.kind,
            amount: opening.amount.amount(),
            held: held.amount(),
            of_rest: opening.of_rest,
            currency: currency.code().to_owned(),
            state: DisputeState::Opened,
            reason: opening.reason,
            evidence_due_at: opening.evidence_due_at,
            fee: Decimal::ZERO,
            fee_currency: None,
            written_off: Decimal::ZERO,
            version: 1,
            next_look_at: opening.next_look_at,
            untold_since: None,
            looks: 0,
            told_as_of: None,
            reopened_at: None,
            opened_at: now,
            evidence_sent_at: None,
            closed_at: None,
            created_at: now,
            updated_at: now,
        };
        let insert = dispute::Entity::insert(row.clone().into_active_model());
        insert.run(&**tx).await?;
        for kept in &kept {
            self.keep_back(tx, &row, kept).await?;
        }
        let shares: Vec<Share> = kept.iter().map(|kept| kept.share).collect();
        let posting = ledger::disputed(Disputed::Opened, payment.id.0, row.id.0, &shares);
        self.post(tx, &posting.map_err(internal)?).await?;
        self.release_given_back(tx, payment.id).await?;
        let action = held.is_positive().then_some(Action::Dispute);
        self.payment_after(tx, payment, action, Decimal::ZERO)
            .await?;
        let outcome = OPENED_OVER.of(&[&opening.amount]);
        self.dispute_exchange(&**tx, payment.id, &row.provider_id, outcome)
            .await?;
        let event = PaymentDisputed {
            payment: payment.id,
            version: payment.version,
            reference: Ref::new(payment.reference),
            dispute: row.id,
            kind: row.kind,
            stores: shares.iter().map(|share| share.store).collect(),
            evidence_due_at: row.evidence_due_at,
        };
        publish(tx, &self.env, &event).await?;
        Ok(row)
    }

    pub(super) async fn keep_back(
        &self,
        tx: &db::Tx,
        row: &dispute::Model,
        kept: &HeldSplit,
    ) -> Result<(), PaymentError> {
        let part = dispute_part::Model {
            dispute_id: row.id,
            split_id: kept.split,
            store_id: kept.share.store,
            part: kept.part,
            amount: kept.amount.amount(),
            commission: kept.share.commission.amount(),
            earning: kept.share.earning.amount(),
            fee: Decimal::ZERO,
            opened_at: row.opened_at,
            created_at: row.opened_at,
        };
        let amounts = [part.amount, part.commission, Decimal::ZERO, Decimal::ZERO];
        let insert = dispute_part::Entity::insert(part.into_active_model());
        insert.run(&**tx).await?;
        self.change_split(tx, kept.split, amounts).await
    }
}

/// Divides what is disputed among the splits, up to all that is left of them.
pub(super) fn kept(splits: &[SplitRow], disputed: Money) -> Result<Vec<HeldSplit>, PaymentError> {
    let left: Vec<Money> = splits
        .iter()
        .map(SplitRow::left)
        .collect::<Result<_, PaymentError>>()?;
    let all = Money::sum(disputed.currency(), left.iter().copied()).map_err(internal)?;
    let held = match disputed.compare(all).map_err(internal)? {
        std::cmp::Ordering::Greater => all,
        _ => disputed,
    };
    if !held.is_positive() {
        return Ok(Vec::new());
    }
    let weights: Vec<u64> = left
        .iter()
        .map(|left| left.minor().unsigned_abs())
        .collect();
    let amounts = splits.iter().zip(held.allocate(&weights));
    let given = amounts.filter(|(_, amount)| amount.is_positive());
    given
        .map(|(split, amount)| HeldSplit::of(split, amount))
        .collect()
}

impl HeldSplit {
    fn of(split: &SplitRow, amount: Money) -> Result<Self, PaymentError> {
        let taken = split.taken_with_running()?;
        let back = reversal::reverse(&taken, amount).map_err(internal)?;
        Ok(Self {
            split: split.id,
            part: split.part,
            amount,
            share: Share {
                commission: back.commission,
                earning: back.earning,
                ..split.share()?
            },
        })
    }
}
