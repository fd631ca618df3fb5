//! What buyers pay to the stores themselves: a leg per split, of which its store, or an operator, says what
//! became of it. Paid on delivery it is agreed upon first, and the goods are sold; by PIX, by a transfer or in a chat
//! it is paid before that, by what its leg tells (`receiving`), until its time is over.
//!
//! ```text
//! leg:      open ---> paid         its store has the money: the commission is owed by it, in one transaction
//!             |
//!             +-----> unpaid       nobody will pay it
//!
//! payment:  pending -> authorized  on delivery: agreed upon
//!              |           |
//!              +-----------+       so it stays while a leg is open, whatever became of others
//!                          |
//!                          +-----> completed, partially_refunded, refunded: the last leg ended and one was
//!                          |       paid, by what went back meanwhile; `uncollected` is what nobody paid
//!                          +-----> cancelled: the last leg ended, or all were given up, and none was paid
//!                          +-----> expired: the same, because the time to pay is over
//! ```
//!
//! - A leg is settled under the lock of its payment, so that of two who say something at once, or of one who
//!   says it and one who cancels, the first is right: the other is told `LegMove`, or the same once more.
//! - What is to be paid before has a deadline, at which the poller looks while a leg is open: nobody says from then on that it was paid (`PaidTooLate`), and whoever
//!   comes first, the poller or the module above, gives up the legs that are open. What came later its store says, and
//!   sends back (`late_legs`).
//! - Whoever cancels gives up the legs that are open. What is paid stays, and makes the payment a captured one,
//!   which the module above gives back: by its store, by hand.
//! - A leg that is paid may go back, whole or in part, while others are open: the payment stays authorized.
//! - A leg of nothing is paid from the start, and captures nothing.
//! - No provider is asked: the book of payments by hand is this module's, and follows in the same transaction, once
//!   no leg is open.
//!   A crash leaves either nothing or all of it, and the event tells the module above.

use feira_kernel::{
    Actor, Ref, Time, audit,
    db::{self, Change},
    outbox::publish,
    validate::Fields,
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Set};
use serde_json::json;

use super::{
    Service,
    leg_views::legs_of,
    pass,
    rows::{self, Exchanged, internal},
};
use crate::{
    LegStatus, Payment, PaymentError, PaymentFailed, PaymentFailure, PaymentId, PaymentStatus,
    SettleLeg,
    acts::{LEG_PAID, LEG_UNPAID},
    entities::{
        manual_charge::ManualChargeState,
        payment,
        payment_leg::{self, Column, Model as Leg},
    },
    status::{self, Action},
};

const MOST_NOTE: usize = 500;

#[derive(FromQueryResult)]
struct OfPart {
    payment_id: PaymentId,
}

impl Service {
    pub(super) async fn say_leg(&self, settle: SettleLeg) -> Result<Payment, PaymentError> {
        let mut fields = Fields::default();
        if let Some(note) = &settle.note {
            fields.length("/note", note, 1..=MOST_NOTE);
        }
        fields.finish()?;
        let found: Option<OfPart> = db::optional(
            self.env.pool.read(),
            include_str!("../sql/payment_of_leg.sql"),
            values![settle.reference, settle.part],
        )
        .await?;
        let id = found.ok_or(PaymentError::NotFound)?.payment_id;
        let input = (self.clone(), settle);
        self.env
            .pool
            .transaction(input, move |tx, (service, settle)| {
                Box::pin(async move { service.write_leg(tx, id, &settle).await })
            })
            .await?;
        pass("payment.leg_settled");
        self.with_legs(rows::payment(&self.env, id).await?).await
    }

    async fn write_leg(
        &self,
        tx: &db::Tx,
        id: PaymentId,
        settle: &SettleLeg,
    ) -> Result<(), PaymentError> {
        let mut payment = rows::lock(tx, id).await?;
        let mut legs = legs_of(&**tx, vec![id]).await?;
        let to = match settle.paid {
            true => LegStatus::Paid,
            false => LegStatus::Unpaid,
        };
        let leg = legs.iter().find(|leg| leg.part == settle.part.0);
        match leg.ok_or(PaymentError::NotFound)?.status {
            LegStatus::Open => {}
            status if status == to => return Ok(()),
            LegStatus::Unpaid if settle.late && !payment.method.is_on_delivery() => {
                return self.write_late(tx, payment, &legs, settle).await;
            }
            status => return Err(PaymentError::LegMove(status)),
        }
        let leg = legs.iter_mut().find(|leg| leg.part == settle.part.0);
        let leg = leg.ok_or(PaymentError::NotFound)?;
        self.may_be_said(&payment, settle.paid)?;
        self.end_leg(tx, leg, to, Some((&settle.by, settle.note.as_deref())))
            .await?;
        let (split, amount) = (leg.split_id, leg.amount()?);
        if settle.paid {
            self.post_leg(tx, id, split).await?;
        }
        self.tell_leg(tx, &mut payment, settle).await?;
        let act = match settle.paid {
            true => LEG_PAID,
            false => LEG_UNPAID,
        };
        let details = json!({"part": settle.part, "amount": amount});
        audit::record(tx, &self.env, &settle.by, act, id.0, details).await?;
        self.write_legs_ended(tx, payment, &legs, Action::Cancel)
            .await
    }

    /// Whether its legs wait for somebody's word: it has begun, and what is paid before is paid in time.
    fn may_be_said(&self, payment: &payment::Model, paid: bool) -> Result<(), PaymentError> {
        let before = !payment.method.is_on_delivery();
        let begun = match before {
            true => payment.transaction_id.is_some(),
            false => payment.status == PaymentStatus::Authorized,
        };
        if !begun {
            let why = "it has only just begun".to_owned();
            return Err(PaymentError::Unavailable(why));
        }
        match paid && before && self.env.now() >= payment.expires_at {
            true => Err(PaymentError::PaidTooLate),
            false => Ok(()),
        }
    }

    /// The payment as its legs make it: captured, or over, once none is open. Its version is one that was
    /// raised by what was told before. `unpaid` is why it is over, if none was paid.
    pub(super) async fn write_legs_ended(
        &self,
        tx: &db::Tx,
        mut payment: payment::Model,
        legs: &[Leg],
        unpaid: Action,
    ) -> Result<(), PaymentError> {
        let (id, before) = (payment.id, payment.status);
        let open = legs.iter().any(|leg| leg.status == LegStatus::Open);
        // Those that are open are given up when their time is over.
        let waits = open && !payment.method.is_on_delivery();
        payment.next_poll_at = waits.then_some(payment.expires_at);
        if !open {
            let paid = is_any_paid(&payment, legs);
            let given_up = legs.iter().filter(|leg| leg.status == LegStatus::Unpaid);
            let uncollected = given_up.map(|leg| leg.amount).sum();
            payment.status = status::legs_ended(
                before,
                if paid { Action::Capture } else { unpaid },
                (payment.refunded, payment.amount - uncollected),
            )?;
            if paid {
                payment.uncollected = uncollected;
                payment.captured_at = Some(self.env.now());
                self.tell_captured(tx, &mut payment).await?;
                // Not before: a release before this one takes all of it for captured by that.
                self.write_book(tx, id, ManualChargeState::Paid).await?;
            } else {
                self.write_book(tx, id, ManualChargeState::Cancelled)
                    .await?;
                self.tell_expired(tx, &mut payment).await?;
            }
            let exchange = Exchanged {
                kind: "by_hand",
                gateway_id: payment.transaction_id.as_deref(),
                outcome: payment.status.as_str().to_owned(),
            };
            rows::exchanged(&**tx, &self.env, id, exchange).await?;
        }
        self.write_payment(tx, &payment, before).await
    }

    /// Of one that nobody paid in time the module above is told: whoever cancels has the answer.
    async fn tell_expired(
        &self,
        tx: &db::Tx,
        payment: &mut payment::Model,
    ) -> Result<(), PaymentError> {
        if payment.status != PaymentStatus::Expired {
            return Ok(());
        }
        payment.version += 1;
        payment.failure = Some(PaymentFailure::Expired);
        let event = PaymentFailed {
            payment: payment.id,
            version: payment.version,
            reference: Ref::new(payment.reference),
            failure: PaymentFailure::Expired,
        };
        publish(tx, &self.env, &event).await?;
        Ok(())
    }

    /// Under the payment's lock; with who says so, and what she wrote.
    pub(super) async fn end_leg(
        &self,
        tx: &db::Tx,
        leg: &mut Leg,
        to: LegStatus,
        said: Option<(&Actor, Option<&str>)>,
    ) -> Result<(), PaymentError> {
        let now = self.env.now();
        let paid_at: Option<Time> = (to == LegStatus::Paid).then_some(now);
        let changed = payment_leg::Entity::update_many()
            .set(payment_leg::ActiveModel {
                status: Set(to),
                paid_at: Set(paid_at),
                settled_by: Set(said.map(|(by, _)| by.label())),
                note: Set(said.and_then(|(_, note)| note.map(str::to_owned))),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Column::PaymentId.eq(leg.payment_id))
            .filter(Column::Position.eq(leg.position))
            .filter(Column::Status.eq(LegStatus::Open))
            .run(&**tx)
            .await?;
        if changed != 1 {
            return Err(internal("a leg that is open has ended"));
        }
        leg.status = to;
        leg.paid_at = paid_at;
        Ok(())
    }
}

/// Whether a store has money of it: by a leg of nothing none has, unless it handed something over for that.
pub(super) fn is_any_paid(payment: &payment::Model, legs: &[Leg]) -> bool {
    let counts = |leg: &Leg| payment.method.is_on_delivery() || !leg.amount.is_zero();
    legs.iter()
        .any(|leg| leg.status == LegStatus::Paid && counts(leg))
}
