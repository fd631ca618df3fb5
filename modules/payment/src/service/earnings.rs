//! What stores earn by the parts that are theirs.

use feira_kernel::{FieldError, Ref, StoreId, db, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{
    Service,
    rows::{internal, money},
};
use crate::{
    Earning, EarningState, PartReference, PaymentError, PayoutStatus,
    reversal::{Taken, reverse},
};

const MOST_PARTS: usize = 100;

#[derive(FromQueryResult)]
struct EarningRow {
    part: Uuid,
    store_id: StoreId,
    currency: String,
    amount: Decimal,
    commission: Decimal,
    refunded: Decimal,
    refunding: Decimal,
    commission_reversed: Decimal,
    captured: bool,
    released: bool,
    /// Of the payout that claims it.
    payout: Option<PayoutStatus>,
}

impl Service {
    pub(super) async fn earnings_of(
        &self,
        store: Option<StoreId>,
        parts: Vec<PartReference>,
    ) -> Result<Vec<Earning>, PaymentError> {
        if parts.len() > MOST_PARTS {
            return Err(FieldError::too_many("/parts", MOST_PARTS).into());
        }
        let ids: Vec<Uuid> = parts.into_iter().map(|part| part.0).collect();
        let rows: Vec<EarningRow> = db::rows(
            self.env.pool.read(),
            include_str!("../sql/earnings_of_parts.sql"),
            values![ids],
        )
        .await?;
        let seen = |row: &EarningRow| store.is_none_or(|own| row.store_id == own);
        rows.into_iter()
            .filter(seen)
            .map(EarningRow::view)
            .collect()
    }
}

impl EarningRow {
    fn state(&self) -> EarningState {
        match self.payout {
            _ if !self.captured => EarningState::Unpaid,
            _ if self.is_given_back() => EarningState::Refunded,
            Some(PayoutStatus::Paid) => EarningState::PaidOut,
            Some(PayoutStatus::Pending) => EarningState::InPayout,
            Some(PayoutStatus::Failed) | None if self.released => EarningState::Payable,
            Some(PayoutStatus::Failed) | None => EarningState::Pending,
        }
    }

    fn is_given_back(&self) -> bool {
        self.amount > Decimal::ZERO && self.refunded + self.refunding >= self.amount
    }

    fn view(self) -> Result<Earning, PaymentError> {
        let money = |amount| money(amount, &self.currency);
        let taken = Taken {
            amount: money(self.amount)?,
            commission: money(self.commission)?,
            refunded: money(self.refunded)?,
            commission_reversed: money(self.commission_reversed)?,
        };
        // What runs counts as if it were done.
        let running = reverse(&taken, money(self.refunding)?).map_err(internal)?;
        let refunded = self.refunded + self.refunding;
        let reversed = self.commission_reversed + running.commission.amount();
        let commission = self.commission - reversed;
        Ok(Earning {
            state: self.state(),
            part: Ref::new(self.part),
            refunded: money(refunded)?,
            commission: money(commission)?,
            earning: money(self.amount - refunded - commission)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use feira_kernel::{Currency, Money};

    use super::*;

    fn brl(minor: i64) -> Money {
        Money::from_minor(minor, Currency::BRL).unwrap()
    }

    /// Of 98.90 with a commission of 11.99, as so much went back, in cents.
    fn row(refunded: i64, refunding: i64, commission_reversed: i64) -> EarningRow {
        let amount = |minor| brl(minor).amount();
        EarningRow {
            part: Uuid::from_u128(1),
            store_id: StoreId(Uuid::from_u128(2)),
            currency: "BRL".to_owned(),
            amount: amount(9890),
            commission: amount(1199),
            refunded: amount(refunded),
            refunding: amount(refunding),
            commission_reversed: amount(commission_reversed),
            captured: true,
            released: false,
            payout: None,
        }
    }

    #[test]
    fn what_went_back_is_not_earned() {
        for (row, state, sums) in [
            (row(0, 0, 0), EarningState::Pending, [0, 1199, 8691]),
            (row(9890, 0, 1199), EarningState::Refunded, [9890, 0, 0]),
            // The provider was asked, and has not answered.
            (row(0, 9890, 0), EarningState::Refunded, [9890, 0, 0]),
            (row(4945, 0, 600), EarningState::Pending, [4945, 599, 4346]),
            (row(0, 4945, 0), EarningState::Pending, [4945, 599, 4346]),
            (
                row(4945, 2000, 600),
                EarningState::Pending,
                [6945, 357, 2588],
            ),
        ] {
            let told = row.view().unwrap();
            let found = [told.refunded, told.commission, told.earning];
            assert_eq!((told.state, found), (state, sums.map(brl)));
        }
    }

    #[test]
    fn an_earning_goes_from_the_payer_to_the_payout() {
        let at = |captured, released, payout| {
            let row = EarningRow {
                captured,
                released,
                payout,
                ..row(0, 0, 0)
            };
            row.state().as_str()
        };
        use PayoutStatus as P;
        assert_eq!(at(false, false, None), "unpaid");
        assert_eq!(at(true, false, None), "pending");
        assert_eq!(at(true, true, None), "payable");
        assert_eq!(at(true, true, Some(P::Pending)), "in_payout");
        assert_eq!(at(true, true, Some(P::Paid)), "paid_out");
        assert_eq!(at(true, true, Some(P::Failed)), "payable");
    }
}
