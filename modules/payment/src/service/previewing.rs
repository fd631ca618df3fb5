//! What a refund would come to, before anybody asks for it.

use feira_kernel::{Money, MoneyError, db::Find};
use rust_decimal::Decimal;
use sea_orm::EntityTrait;

use super::{
    Service,
    refund_fees::fee_bearer,
    rows::{self, internal},
    split_rows::{self, SplitRow},
};
use crate::{
    BorneBy, PartPreview, PartReference, PaymentError, RefundDraft, RefundPart, RefundPreview,
    entities::payment,
    reversal::{self, Bearer},
    status, validate,
};

impl Service {
    /// Whether what goes back so leaves the commission to the marketplace.
    pub(super) fn keeps_commission(&self, borne_by: Option<BorneBy>) -> bool {
        borne_by == Some(BorneBy::Store) && self.settings.refund_keeps_commission
    }

    pub(super) async fn would_give_back(
        &self,
        draft: RefundDraft,
    ) -> Result<RefundPreview, PaymentError> {
        validate::validate_draft(&draft)?;
        let db = self.env.pool.read();
        let payment = payment::Entity::find_by_id(draft.payment).row(db).await?;
        let payment = payment.ok_or(PaymentError::NotFound)?;
        let splits = split_rows::splits(db, payment.id).await?;
        status::gives_back(payment.status, splits.iter().any(SplitRow::is_paid_leg))?;
        of_one_store(&splits, draft.parts.len())?;
        let (amount, parts) = meant(&payment, &splits, &draft.parts)?;
        self.can_give_back(&payment, amount)?;
        let bearer = Bearer::of(draft.borne_by, self.keeps_commission(draft.borne_by));
        let parts = parts.into_iter();
        let parts = parts.map(|(split, amount)| preview(split, amount, bearer));
        let costs = self.provider(&payment.gateway)?.capabilities().refunds_cost;
        Ok(RefundPreview {
            fee_borne_by: fee_bearer(bearer, self.settings.refund_fee_borne_by),
            fee: (!costs).then(|| Money::zero(amount.currency())),
            amount,
            parts: parts.collect::<Result<_, PaymentError>>()?,
        })
    }
}

/// What runs counts as done, and as borne by both sides.
fn preview(split: &SplitRow, amount: Money, bearer: Bearer) -> Result<PartPreview, PaymentError> {
    let (taken, running) = (split.taken()?, split.refunding()?);
    let (left, earning_left) = (split.left()?, split.earning_left()?);
    let count = || -> Result<PartPreview, MoneyError> {
        let sides = reversal::reverse(&taken, running)?;
        let reversed = taken.commission_reversed.checked_add(sides.commission)?;
        let done = reversal::Taken {
            refunded: taken.refunded.checked_add(running)?,
            commission_reversed: reversed,
            ..taken
        };
        let borne = reversal::reverse(&done, amount)?.borne(bearer)?;
        let earning_left = earning_left.checked_sub(sides.earning)?;
        Ok(PartPreview {
            part: feira_kernel::Ref::new(split.part),
            amount,
            commission: borne.commission,
            earning: borne.earning,
            promotion: borne.promotion,
            left: left.checked_sub(amount)?,
            earning_left: earning_left.checked_sub(borne.earning)?,
        })
    };
    count().map_err(internal)
}

/// Splits, and how much of each.
type ChosenSplits<'a> = Vec<(&'a SplitRow, Money)>;

/// Each store gives back itself what it was paid itself: a refund is of one of them.
pub(super) fn of_one_store(splits: &[SplitRow], parts: usize) -> Result<(), PaymentError> {
    let to_stores = splits.iter().any(|split| split.leg.is_some());
    match to_stores && parts > 1 {
        true => Err(PaymentError::PaidToStores),
        false => Ok(()),
    }
}

/// Of which splits it is asked, and how much of each, none more than it has left; and the sum.
pub(super) fn meant<'a>(
    payment: &payment::Model,
    splits: &'a [SplitRow],
    parts: &[RefundPart],
) -> Result<(Money, ChosenSplits<'a>), PaymentError> {
    let currency = rows::money(payment.amount, &payment.currency)?.currency();
    let mut total = Money::zero(currency);
    let mut meant = Vec::with_capacity(parts.len());
    for part in parts {
        let split = splits.iter().find(|split| split.part == part.part.0);
        let split = split.ok_or(PaymentError::NotFound)?;
        fits(split, part.amount)?;
        total = total.checked_add(part.amount).map_err(internal)?;
        meant.push((split, part.amount));
    }
    Ok((total, meant))
}

/// All that is left of the splits, or of one of them; what is disputed may yet be left.
pub(super) fn rest<'a>(
    payment: &payment::Model,
    splits: &'a [SplitRow],
    of: Option<PartReference>,
) -> Result<(Money, ChosenSplits<'a>), PaymentError> {
    let mut total = rows::money(Decimal::ZERO, &payment.currency)?;
    let mut meant = Vec::with_capacity(splits.len());
    let splits_meant = splits
        .iter()
        .filter(|split| of.is_none_or(|of| of.0 == split.part));
    for split in splits_meant {
        if split.disputed()?.is_positive() {
            return Err(PaymentError::Disputed);
        }
        let left = split.left()?;
        if left.is_positive() {
            total = total.checked_add(left).map_err(internal)?;
            meant.push((split, left));
        }
    }
    of_one_store(splits, meant.len())?;
    match meant.is_empty() {
        true => Err(PaymentError::RefundTooLarge),
        false => Ok((total, meant)),
    }
}

/// Whether as much is left of a split; what is short only because it is disputed is told as that.
fn fits(split: &SplitRow, amount: Money) -> Result<(), PaymentError> {
    let left = split.left()?;
    let within = |left: Money| amount.compare(left).is_ok_and(std::cmp::Ordering::is_le);
    let otherwise = left.checked_add(split.disputed()?).map_err(internal)?;
    match within(left) {
        true => Ok(()),
        false if within(otherwise) => Err(PaymentError::Disputed),
        false => Err(PaymentError::RefundTooLarge),
    }
}
