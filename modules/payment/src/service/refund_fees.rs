//! What a provider took for a refund, or gave back of its fee for the charge.

use feira_kernel::{Money, db, values};
use rust_decimal::Decimal;

use super::{
    Service,
    refunding::RefundRow,
    rows::{internal, money},
};
use crate::{
    BorneBy, FeeBearer, PaymentError,
    entities::payment,
    ledger::{self, Share},
    provider::{RefundAnswer, RefundFee},
    reversal::Bearer,
};

impl Service {
    /// Books it, with the refund itself: the shares are of the parts that went back, with what of each did.
    pub(super) async fn book_refund_fee(
        &self,
        tx: &db::Tx,
        (payment, row, answer): (&payment::Model, &RefundRow, &RefundAnswer),
        shares: &[(Share, u64)],
    ) -> Result<(), PaymentError> {
        let fee = match answer.fee {
            None => return Ok(()),
            Some(RefundFee::Of(fee)) => fee,
            Some(RefundFee::BackInAll(all)) => {
                let booked = self.refund_fees(tx, payment, all).await?;
                all.negated().checked_sub(booked).map_err(internal)?
            }
        };
        if fee.is_zero() {
            return Ok(());
        }
        let by = match fee.is_negative() {
            true => back_to(self.settings.provider_fee_borne_by),
            false => fee_bearer(row.bearer, self.settings.refund_fee_borne_by),
        };
        // A store's part of the payment is in its currency, and so is what can be taken of it.
        let same = fee.currency().code() == payment.currency;
        let weights: Vec<u64> = shares.iter().map(|(_, weight)| *weight).collect();
        let stores = match by {
            BorneBy::Store if same => fee.allocate(&weights),
            BorneBy::Store | BorneBy::Marketplace => Vec::new(),
        };
        let stores: Vec<_> = shares.iter().map(|(share, _)| *share).zip(stores).collect();
        let posting = ledger::refund_fee(payment.id.0, row.id.0, fee, &stores);
        self.post(tx, &posting.map_err(internal)?).await?;
        let borne = stores.iter().map(|(share, fee)| (share.split, *fee));
        self.bear(tx, borne.collect()).await
    }

    /// What the books have of earlier refunds of the payment: below zero, it was given back.
    async fn refund_fees(
        &self,
        tx: &db::Tx,
        payment: &payment::Model,
        all: Money,
    ) -> Result<Money, PaymentError> {
        let currency = all.currency().code();
        let booked = db::scalar::<Decimal>(
            &**tx,
            include_str!("../sql/refund_fees_of_payment.sql"),
            values![payment.id, currency.to_owned()],
        )
        .await?;
        money(booked.unwrap_or_default(), currency)
    }
}

/// What the marketplace gives for goodwill costs no store anything.
pub(super) fn fee_bearer(bearer: Bearer, setting: BorneBy) -> BorneBy {
    match bearer {
        Bearer::Marketplace => BorneBy::Marketplace,
        Bearer::BothSides | Bearer::StoreAlone => setting,
    }
}

/// What is given back of the charge's fee is of whoever bears that.
fn back_to(setting: FeeBearer) -> BorneBy {
    match setting {
        FeeBearer::Marketplace => BorneBy::Marketplace,
        FeeBearer::Store => BorneBy::Store,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fee_follows_the_setting_but_for_goodwill() {
        use BorneBy::{Marketplace, Store};
        for (bearer, setting, expected) in [
            (Bearer::BothSides, Store, Store),
            (Bearer::StoreAlone, Store, Store),
            (Bearer::Marketplace, Store, Marketplace),
            (Bearer::BothSides, Marketplace, Marketplace),
            (Bearer::StoreAlone, Marketplace, Marketplace),
            (Bearer::Marketplace, Marketplace, Marketplace),
        ] {
            assert_eq!(fee_bearer(bearer, setting), expected, "{bearer:?}");
        }
    }
}
