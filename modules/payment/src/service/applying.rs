//! The one place where what a provider says becomes what is true here: called for the answer to
//! a charge, for a notification and by the poller alike.

use feira_kernel::db::Secret;

use super::{
    Service,
    batch_rows::ChargeRow,
    moving::Move,
    rows::{self, PaymentRow},
    verdict::{Observation, Purpose, Verdict, outcome, verdict},
};
use crate::{
    PaidBy, PaymentError, PaymentFailure, PaymentStatus,
    ledger::Share,
    provider::{Charge, Declined, heard},
    status::{self, Action},
};

/// A charge that was ended without the provider's word is looked at once more after this time.
const LAST_LOOK: time::Duration = time::Duration::minutes(10);

impl Service {
    /// Applies what was seen. Seen again, or seen too late to matter, it changes nothing.
    pub(super) async fn apply(
        &self,
        row: PaymentRow,
        mut observed: Observation,
        purpose: Purpose,
        shares: Option<Vec<Share>>,
    ) -> Result<PaymentRow, PaymentError> {
        if let Observation::Charge(charge) = &observed
            && let Some(wrong) = self.differs(&row, charge)?
        {
            self.alarm(row.id, &charge.id, wrong).await?;
            if !matches!(purpose, Purpose::Cancel | Purpose::Expire) {
                return Ok(row);
            }
            // It is not this payment's charge, which therefore has none.
            observed = Observation::Nothing;
        }
        if let Observation::Charge(charge) = &observed
            && let Some(wrong) = row.otherwise_paid(charge)?
        {
            // What is bought is paid for all the same.
            self.alarm(row.id, &charge.id, wrong).await?;
        }
        let late = self.env.now() >= row.expires_at;
        let (action, why) = match (verdict(&observed, purpose, late), &observed) {
            (Verdict::Waiting, Observation::Charge(charge)) => {
                return self.waiting(row, charge, purpose).await;
            }
            (Verdict::Waiting, _) => return Ok(row),
            (Verdict::Move(Action::Expire), _) => {
                (Action::Expire, Some(PaymentFailure::Expired.into()))
            }
            (Verdict::Move(action), _) => (action, None),
            (Verdict::Failed(why), _) => (Action::Fail, Some(why)),
        };
        if action == Action::Capture && row.has_legs() {
            // Its legs alone capture it, each by its store's word.
            return rows::payment(&self.env, row.id).await;
        }
        let mut change = self.change_of(&row, &observed, (action, why), purpose, shares);
        if let (Action::Authorize, Observation::Charge(charge)) = (action, &observed) {
            change.row.instructions = charge.instructions.clone();
        }
        match self.carry_out(change).await? {
            Some(row) => {
                if action == Action::Capture {
                    self.book_split_of(&row).await;
                }
                Ok(row)
            }
            None => self.unmoved(row, action).await,
        }
    }

    fn change_of(
        &self,
        row: &PaymentRow,
        observed: &Observation,
        (action, why): (Action, Option<Declined>),
        purpose: Purpose,
        shares: Option<Vec<Share>>,
    ) -> Move {
        let told = outcome(action, why.as_ref());
        let (gateway_id, outcome) = match observed {
            Observation::Charge(charge) => (Some(charge.id.clone()), told),
            Observation::Refused(reason) => (None, format!("{told}: {reason}")),
            Observation::Nothing => (None, told),
        };
        // An authorized payment is still open; one that ended without the provider's word may
        // yet turn out to be charged by a request that was on its way.
        let next_look = match (action, observed) {
            // Its legs are settled by people, at any time.
            (Action::Authorize, _) if row.has_legs() => None,
            (Action::Authorize, _) => Some(row.expires_at),
            (_, Observation::Nothing) => Some(self.env.now() + LAST_LOOK),
            _ => None,
        };
        let (paid, paid_by) = match observed {
            Observation::Charge(charge) => (charge.paid, charge.paid_by.clone()),
            Observation::Refused(_) | Observation::Nothing => (None, PaidBy::default()),
        };
        Move {
            paid,
            paid_by,
            row: row.clone(),
            action,
            failure: why.map(|why| why.failure),
            gateway_id,
            outcome,
            purpose,
            shares,
            next_look,
            heard: heard::take(),
        }
    }

    /// The guard refused: somebody else was first, or the provider contradicts itself.
    async fn unmoved(&self, row: PaymentRow, action: Action) -> Result<PaymentRow, PaymentError> {
        let row = rows::payment(&self.env, row.id).await?;
        // What was given back as a whole is told as cancelled by some.
        let captured = status::is_captured(row.status) && row.status != PaymentStatus::Refunded;
        if captured && action != Action::Capture {
            tracing::warn!(payment = %row.id, status = row.status.as_str(), ?action, "the provider takes back what it said; nothing is changed");
        }
        Ok(row)
    }

    /// Keeps what the payer needs; the first answer only, so that later looks write nothing.
    async fn waiting(
        &self,
        mut row: PaymentRow,
        charge: &Charge,
        purpose: Purpose,
    ) -> Result<PaymentRow, PaymentError> {
        if row.transaction_id.is_some() || !row.is_live() {
            return Ok(row);
        }
        row.transaction_id = Some(charge.id.clone());
        row.action_url = charge.action_url.clone();
        row.client_secret = charge.client_secret.clone().map(Secret);
        row.txid = charge.pix.as_ref().map(|pix| pix.txid.clone());
        row.br_code = charge.pix.as_ref().map(|pix| pix.br_code.clone());
        row.instructions = charge.instructions.clone();
        let texts = heard::texts(heard::take());
        let kept = ChargeRow {
            id: row.id,
            charge: charge.id.clone(),
            action_url: row.action_url.clone(),
            client_secret: charge.client_secret.clone(),
            txid: row.txid.clone(),
            br_code: row.br_code.clone(),
            instructions: row.instructions.clone(),
            record: self.env.uuid(),
            purpose: purpose.name(),
            request: texts.as_ref().map(|texts| texts.request.clone()),
            response: texts.map(|texts| texts.response),
        };
        if self.batches.charges.submit(kept).await? {
            Ok(row)
        } else {
            rows::payment(&self.env, row.id).await
        }
    }
}
