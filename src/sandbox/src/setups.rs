//! Cards that are kept for a customer: added once per idempotency key, confirmed by their holder, forgotten.

use feira_kernel::db::{Change, Find};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, sea_query::OnConflict};
use serde::{Deserialize, Serialize};

use super::{
    Sandbox, SandboxError,
    charges::{SavedCard, is_known},
    entities::setup::{ActiveModel, Column, Entity, Model},
};

/// Of a card whose holder says nothing else.
const EXPIRY: (i32, i32) = (12, 2030);

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSetup {
    /// Whom the marketplace means; it is one customer here.
    user: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirmation {
    client_secret: String,
    /// A test card.
    token: String,
    expiry_month: Option<i32>,
    expiry_year: Option<i32>,
}

/// A setup on the wire.
#[derive(Debug, Serialize)]
pub(super) struct SetupView {
    id: String,
    customer: String,
    client_secret: String,
    /// Once it is confirmed.
    card: Option<CardView>,
}

#[derive(Debug, Serialize)]
struct CardView {
    id: String,
    brand: &'static str,
    last4: &'static str,
    expiry_month: Option<i32>,
    expiry_year: Option<i32>,
}

impl From<Model> for SetupView {
    fn from(setup: Model) -> Self {
        Self {
            id: setup.id,
            customer: setup.customer,
            client_secret: setup.client_secret,
            card: setup.card.map(|id| CardView {
                id,
                brand: "visa",
                last4: "4242",
                expiry_month: setup.expiry_month,
                expiry_year: setup.expiry_year,
            }),
        }
    }
}

impl Sandbox {
    /// The setup of this key; made if there is none.
    pub(super) async fn set_up(
        &self,
        key: &str,
        new: &NewSetup,
    ) -> Result<SetupView, SandboxError> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        let user = &new.user;
        let good = (1..=64).contains(&user.len()) && user.bytes().all(plain);
        if !good || key.is_empty() || key.len() > 255 {
            let reason = "the user is an id, the key has from 1 to 255 characters";
            return Err(SandboxError::Invalid(reason.to_owned()));
        }
        let env = &self.0.env;
        let customer = format!("cus_{user}");
        let row = ActiveModel {
            id: Set(self.id("seti")),
            idempotency_key: Set(key.to_owned()),
            customer: Set(customer.clone()),
            client_secret: Set(self.id("secret")),
            created_at: Set(env.now()),
            ..Default::default()
        };
        let once = OnConflict::column(Column::IdempotencyKey)
            .do_nothing()
            .to_owned();
        let insert = Entity::insert(row).on_conflict(once);
        insert.run(env.pool.write()).await?;
        let known = self.by(Column::IdempotencyKey, key).await?;
        if known.customer == customer {
            return Ok(known.into());
        }
        let reason = "the key was used for another customer".to_owned();
        Err(SandboxError::Invalid(reason))
    }

    pub(super) async fn setup(&self, id: &str) -> Result<SetupView, SandboxError> {
        Ok(self.by(Column::Id, id).await?.into())
    }

    /// Confirmed once; again it is as it is.
    pub(super) async fn confirm_setup(
        &self,
        given: &Confirmation,
    ) -> Result<SetupView, SandboxError> {
        let setup = self.by(Column::ClientSecret, &given.client_secret).await?;
        let month = given.expiry_month.unwrap_or(EXPIRY.0);
        let year = given.expiry_year.unwrap_or(EXPIRY.1);
        let there = (1..=12).contains(&month) && (2000..=2999).contains(&year);
        if !there || !is_known(&given.token) {
            return Err(SandboxError::Invalid("this is no test card".to_owned()));
        }
        let card = ActiveModel {
            token: Set(Some(given.token.clone())),
            card: Set(Some(self.id("card"))),
            expiry_month: Set(Some(month)),
            expiry_year: Set(Some(year)),
            updated_at: Set(self.0.env.now()),
            ..Default::default()
        };
        let confirmed = Entity::update_many()
            .set(card)
            .filter(Column::Id.eq(setup.id.as_str()))
            .filter(Column::Card.is_null());
        confirmed.run(self.0.env.pool.write()).await?;
        self.setup(&setup.id).await
    }

    /// What is forgotten is charged no more; it stays so.
    pub(super) async fn forget(&self, card: &str) -> Result<SetupView, SandboxError> {
        let now = self.0.env.now();
        let forgotten = Entity::update_many()
            .set(ActiveModel {
                forgotten_at: Set(Some(now)),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Column::Card.eq(card))
            .filter(Column::ForgottenAt.is_null());
        forgotten.run(self.0.env.pool.write()).await?;
        Ok(self.by(Column::Card, card).await?.into())
    }

    /// The test card that is kept under this name for this customer; of another no token that is known.
    pub(super) async fn kept_token(&self, saved: &SavedCard) -> Result<String, SandboxError> {
        let found = match self.by(Column::Card, &saved.card).await {
            Err(SandboxError::NotFound) => return Ok(String::new()),
            found => found?,
        };
        let is_kept = found.customer == saved.customer && found.forgotten_at.is_none();
        Ok(found.token.filter(|_| is_kept).unwrap_or_default())
    }

    /// By a unique column.
    async fn by(&self, column: Column, value: &str) -> Result<Model, SandboxError> {
        let found = Entity::find().filter(column.eq(value));
        let found = found.row(self.0.env.pool.read()).await?;
        found.ok_or(SandboxError::NotFound)
    }
}
