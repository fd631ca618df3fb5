//! Charges: made once per idempotency key, captured, cancelled, listed.

use feira_kernel::{
    db::{self, Change, Find},
    values,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set, sea_query::OnConflict,
};

use super::{
    Sandbox, SandboxError,
    entities::charge::{ActiveModel, Column, Entity},
    instalments::interest,
    status::{ChargeStatus, InterestBearer, Method},
};

mod wire;

pub(super) use super::entities::charge::Model as Charge;
use wire::validate;
pub(super) use wire::{ChargeView, NewCharge, SavedCard};

/// The most charges that are listed, or captured, at once.
const MOST: u64 = 100;

/// Of a token that is none.
const UNKNOWN: &str = "card_token_unknown";

/// What a test card does.
struct Card {
    status: ChargeStatus,
    failure: Option<&'static str>,
    confirms: bool,
    delayed: bool,
    holds: bool,
}

/// What is no card waits for its payer.
const NO_CARD: Card = Card {
    status: ChargeStatus::Pending,
    failure: None,
    confirms: false,
    delayed: false,
    holds: false,
};

/// Whether a card of this token can be kept: one that is declined when it is charged can.
pub(super) fn is_known(token: &str) -> bool {
    card(token).failure != Some(UNKNOWN)
}

fn card(token: &str) -> Card {
    let (status, failure) = match token {
        "tok_approved" | "tok_timeout_after_charge" => (ChargeStatus::Captured, None),
        "tok_delayed" | "tok_needs_confirmation" => (ChargeStatus::Pending, None),
        "tok_declined" => (ChargeStatus::Declined, Some("card_declined")),
        _ => (ChargeStatus::Declined, Some(UNKNOWN)),
    };
    Card {
        status,
        failure,
        confirms: token == "tok_needs_confirmation",
        delayed: token == "tok_delayed",
        holds: token == "tok_timeout_after_charge",
    }
}

/// Why a charge is captured now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Capture {
    Paid,
    /// The money was on its way when the charge ended: it arrives all the same.
    PaidLate,
}

impl Sandbox {
    /// The charge of this key; made if there is none. The second value says whether the answer
    /// is to be held.
    pub(super) async fn charge(
        &self,
        key: &str,
        new: &NewCharge,
    ) -> Result<(Charge, bool), SandboxError> {
        validate(key, new)?;
        let kept = match &new.saved {
            Some(saved) => Some(self.kept_token(saved).await?),
            None => new.token.clone(),
        };
        let card = kept.as_deref().map_or(NO_CARD, card);
        let once = OnConflict::column(Column::IdempotencyKey)
            .do_nothing()
            .to_owned();
        let made = Entity::insert(self.row(key, new, &card))
            .on_conflict(once)
            .exec_with_returning_many(self.0.env.pool.write())
            .await
            .map_err(db::Error::from)?;
        if let Some(charge) = made.into_iter().next() {
            return Ok((charge, card.holds));
        }
        let known = self.find(Column::IdempotencyKey, key).await?;
        let same = known.method == new.method
            && known.amount == new.amount
            && known.instalments == i16::from(new.instalments.unwrap_or(1))
            && known.currency == new.currency;
        if same {
            Ok((known, false))
        } else {
            Err(SandboxError::Invalid(
                "the key was used for another charge".to_owned(),
            ))
        }
    }

    fn row(&self, key: &str, new: &NewCharge, card: &Card) -> ActiveModel {
        let env = &self.0.env;
        let now = env.now();
        let txid = (new.method == Method::Pix).then(|| env.uuid().simple().to_string());
        let captured = card.status == ChargeStatus::Captured;
        let count = new.instalments.unwrap_or(1);
        ActiveModel {
            id: Set(self.id("ch")),
            idempotency_key: Set(key.to_owned()),
            method: Set(new.method),
            amount: Set(new.amount),
            instalments: Set(count.into()),
            interest_borne_by: Set(new.interest_borne_by.unwrap_or(InterestBearer::Payer)),
            interest: Set(interest(new.amount, count)),
            currency: Set(new.currency.clone()),
            description: Set(new.description.clone()),
            status: Set(card.status),
            failure: Set(card.failure.map(str::to_owned)),
            txid: Set(txid),
            confirms: Set(card.confirms),
            capture_at: Set(card.delayed.then(|| now + self.0.settings.delay)),
            captured_at: Set(captured.then_some(now)),
            expires_at: Set(new.expires_at),
            created_at: Set(now),
            ..Default::default()
        }
    }

    /// By a unique column of ours.
    pub(super) async fn find(&self, column: Column, value: &str) -> Result<Charge, SandboxError> {
        let found = Entity::find().filter(column.eq(value));
        let found = found.row(self.0.env.pool.read()).await?;
        found.ok_or(SandboxError::NotFound)
    }

    /// The whole record in order of id, for reconciliation.
    pub(super) async fn list(&self, limit: i64, after: &str) -> Result<Vec<Charge>, SandboxError> {
        let limit = u64::try_from(limit).unwrap_or_default().clamp(1, MOST);
        let charges = Entity::find()
            .filter(Column::Id.gt(after))
            .order_by_asc(Column::Id)
            .limit(limit);
        Ok(charges.rows(self.0.env.pool.read()).await?)
    }

    /// Ends what is not paid; what is ended already stays as it is.
    pub(super) async fn cancel(&self, id: &str) -> Result<Charge, SandboxError> {
        Entity::update_many()
            .set(ActiveModel {
                status: Set(ChargeStatus::Cancelled),
                updated_at: Set(self.0.env.now()),
                ..Default::default()
            })
            .filter(Column::Id.eq(id))
            .filter(Column::Status.eq(ChargeStatus::Pending))
            .run(self.0.env.pool.write())
            .await?;
        self.find(Column::Id, id).await
    }

    /// The payer pays; the marketplace is told.
    pub(super) async fn capture(&self, id: &str, how: Capture) -> Result<Charge, SandboxError> {
        let captured: Option<Charge> = db::optional(
            self.0.env.pool.write(),
            include_str!("sql/capture_charge.sql"),
            values![
                id,
                self.0.env.now(),
                how == Capture::PaidLate,
                self.id("evt")
            ],
        )
        .await?;
        let Some(charge) = captured else {
            let found = self.find(Column::Id, id).await?;
            // Paid twice is paid once.
            return if found.status == ChargeStatus::Captured {
                Ok(found)
            } else {
                Err(SandboxError::Conflict)
            };
        };
        self.tell();
        Ok(charge)
    }

    /// Captures what waited for its time.
    pub(super) async fn capture_delayed(&self) -> Result<(), SandboxError> {
        let due: Vec<String> = Entity::find()
            .filter(db::is(Column::Status, ChargeStatus::Pending))
            .filter(Column::CaptureAt.lte(self.0.env.now()))
            .order_by_asc(Column::CaptureAt)
            .limit(MOST)
            .select_only()
            .column(Column::Id)
            .into_tuple()
            .rows(self.0.env.pool.read())
            .await?;
        for id in due {
            // Cancelled or expired meanwhile: nothing is captured.
            match self.capture(&id, Capture::Paid).await {
                Ok(_) | Err(SandboxError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
