//! Legs that nobody will pay, by how their payment ends.

use feira_kernel::db;

use super::{
    Service,
    leg_views::legs_of,
    legs::is_any_paid,
    rows::{self, PaymentRow},
};
use crate::{
    LegStatus, PaymentError, PaymentId,
    status::{self, Action},
};

/// Why the legs that are open are given up.
#[derive(Clone, Copy)]
pub(super) struct Ending {
    why: Action,
    /// Refused if a store has its part.
    unless_paid: bool,
}

impl Ending {
    pub(super) const CANCEL: Self = Self {
        why: Action::Cancel,
        unless_paid: false,
    };
    pub(super) const EXPIRE: Self = Self {
        why: Action::Expire,
        unless_paid: false,
    };
    pub(super) const UNPAID: Self = Self {
        why: Action::Cancel,
        unless_paid: true,
    };
}

impl Service {
    /// Gives up the legs that are open, and so ends the payment, as cancelled or, if its time is over and none was
    /// paid, expired; one that has ended stays as it is.
    pub(super) async fn end_legs(
        &self,
        id: PaymentId,
        ending: Ending,
    ) -> Result<PaymentRow, PaymentError> {
        self.env
            .pool
            .transaction(self.clone(), move |tx, service| {
                Box::pin(async move { service.end_legs_in(tx, id, ending).await })
            })
            .await?;
        rows::payment(&self.env, id).await
    }

    async fn end_legs_in(
        &self,
        tx: &db::Tx,
        id: PaymentId,
        ending: Ending,
    ) -> Result<(), PaymentError> {
        let payment = rows::lock(tx, id).await?;
        if !status::is_live(payment.status) {
            return Ok(());
        }
        let mut legs = legs_of(&**tx, vec![id]).await?;
        if ending.unless_paid && is_any_paid(&payment, &legs) {
            return Err(PaymentError::LegMove(LegStatus::Paid));
        }
        for leg in legs.iter_mut().filter(|leg| leg.status == LegStatus::Open) {
            self.end_leg(tx, leg, LegStatus::Unpaid, None).await?;
        }
        self.write_legs_ended(tx, payment, &legs, ending.why).await
    }

    /// What a move of the payment that is not by its legs does to them: before one can be settled.
    pub(super) async fn legs_moved(
        &self,
        tx: &db::Tx,
        id: PaymentId,
        action: Action,
    ) -> Result<(), PaymentError> {
        if action == Action::Authorize {
            return Ok(());
        }
        for mut leg in legs_of(&**tx, vec![id]).await? {
            // Somebody said so meanwhile: its legs alone end it.
            if leg.status == LegStatus::Paid && !leg.amount.is_zero() {
                return Err(PaymentError::LegMove(leg.status));
            }
            if leg.status == LegStatus::Open {
                self.end_leg(tx, &mut leg, LegStatus::Unpaid, None).await?;
            }
        }
        Ok(())
    }
}
