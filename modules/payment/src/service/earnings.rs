//! What stores earn by the parts that are theirs.

use feira_kernel::{FieldError, Ref, StoreId, Time, db, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{
    Service,
    instalments::{chosen, divided},
    rows::{internal, money},
};
use crate::{
    Earning, EarningState, Instalments, InterestBearer, PartReference, PaymentError, PayoutStatus,
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
    commission_kept: Decimal,
    promoted: Decimal,
    /// Kept back in open disputes, and of that the marketplace's side.
    disputed: Decimal,
    disputed_commission: Decimal,
    /// Of what went back, what disputes took.
    lost: Decimal,
    /// Of what is on its way back, what the marketplace bears, and that of which it keeps the commission.
    promoting: Decimal,
    keeping: Decimal,
    captured: bool,
    /// Whether its store is paid by the buyer itself.
    to_store: bool,
    /// Whether the provider paid it to the store's account there.
    paid_there: bool,
    released: bool,
    released_at: Option<Time>,
    /// Of the payout that claims it.
    payout: Option<PayoutStatus>,
    paid_at: Option<Time>,
    /// That the store bears.
    fees: Decimal,
    card_instalments: Option<i16>,
    instalments_total: Option<Decimal>,
    interest_borne_by: Option<InterestBearer>,
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
            _ if self.to_store => EarningState::PaidToStore,
            _ if self.paid_there => EarningState::PaidAtProvider,
            Some(PayoutStatus::Paid) => EarningState::PaidOut,
            Some(PayoutStatus::Pending) => EarningState::InPayout,
            // What is disputed is not: it comes when the dispute is won.
            Some(PayoutStatus::Failed | PayoutStatus::Returned) | None
                if self.released && self.disputed.is_zero() =>
            {
                EarningState::Payable
            }
            Some(PayoutStatus::Failed | PayoutStatus::Returned) | None => EarningState::Pending,
        }
    }

    fn is_given_back(&self) -> bool {
        self.amount > Decimal::ZERO && self.given() >= self.amount
    }

    /// What went back, or is on its way, but for what the marketplace bears of its own.
    fn given(&self) -> Decimal {
        self.refunded + self.refunding - self.promoted - self.promoting
    }

    fn instalments(&self) -> Result<Option<Instalments>, PaymentError> {
        let divided = divided(self.card_instalments, self.interest_borne_by);
        let total = self.instalments_total;
        chosen(divided, total, &self.currency)
    }

    fn view(self) -> Result<Earning, PaymentError> {
        let money = |amount| money(amount, &self.currency);
        let taken = Taken {
            amount: money(self.amount)?,
            commission: money(self.commission)?,
            refunded: money(self.refunded + self.disputed)?,
            commission_reversed: money(self.commission_reversed + self.disputed_commission)?,
            commission_kept: money(self.commission_kept)?,
        };
        // What runs counts as if it were done.
        let running = self.refunding - self.promoting - self.keeping;
        let running = reverse(&taken, money(running)?).map_err(internal)?;
        let refunded = self.given();
        let reversed = self.commission_reversed + running.commission.amount();
        let commission = self.commission - reversed;
        Ok(Earning {
            state: self.state(),
            part: Ref::new(self.part),
            refunded: money(refunded)?,
            commission: money(commission)?,
            earning: money(self.amount - refunded - commission - self.fees)?,
            fees: money(self.fees)?,
            lost: money(self.lost)?,
            instalments: self.instalments()?,
            released_at: self.released_at,
            paid_at: self.paid_at,
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
            commission_kept: Decimal::ZERO,
            promoted: Decimal::ZERO,
            disputed: Decimal::ZERO,
            disputed_commission: Decimal::ZERO,
            lost: Decimal::ZERO,
            promoting: Decimal::ZERO,
            keeping: Decimal::ZERO,
            captured: true,
            to_store: false,
            paid_there: false,
            released: false,
            released_at: None,
            payout: None,
            paid_at: None,
            fees: Decimal::ZERO,
            card_instalments: None,
            instalments_total: None,
            interest_borne_by: None,
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
    fn what_the_marketplace_bears_costs_the_store_nothing() {
        let told = |row: EarningRow| {
            let told = row.view().unwrap();
            (
                told.state.as_str(),
                [told.refunded, told.commission, told.earning].map(Money::minor),
            )
        };
        let amount = |minor| brl(minor).amount();
        let goodwill = EarningRow {
            commission_kept: amount(1199),
            promoted: amount(9890),
            ..row(9890, 0, 0)
        };
        assert_eq!(told(goodwill), ("pending", [0, 1199, 8691]));
        let on_its_way = EarningRow {
            promoting: amount(9890),
            ..row(0, 9890, 0)
        };
        assert_eq!(told(on_its_way), ("pending", [0, 1199, 8691]));
        let kept = EarningRow {
            commission_kept: amount(1199),
            ..row(9890, 0, 0)
        };
        assert_eq!(told(kept), ("refunded", [9890, 1199, -1199]));
        let keeping = EarningRow {
            keeping: amount(9890),
            ..row(0, 9890, 0)
        };
        assert_eq!(told(keeping), ("refunded", [9890, 1199, -1199]));
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
        assert_eq!(at(true, true, Some(P::Returned)), "payable");
        let to_store = EarningRow {
            to_store: true,
            ..row(0, 0, 0)
        };
        assert_eq!(to_store.state().as_str(), "paid_to_store");
        let there = EarningRow {
            paid_there: true,
            released: true,
            ..row(0, 0, 0)
        };
        assert_eq!(there.state().as_str(), "paid_at_provider");
        let disputed = EarningRow {
            released: true,
            disputed: brl(100).amount(),
            ..row(0, 0, 0)
        };
        assert_eq!(disputed.state().as_str(), "pending");
    }
}
