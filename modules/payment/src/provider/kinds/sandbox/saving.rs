//! Cards that the sandbox keeps, as it writes them on the wire.

use feira_kernel::{UserId, db::Secret};
use serde::{Deserialize, Serialize};

use crate::provider::{Failure, KeptCard, Setup, SetupFact, http::broken};

#[derive(Serialize)]
pub(super) struct SetupRequest {
    /// Whose it is: there it is one customer.
    pub(super) user: UserId,
}

#[derive(Deserialize)]
pub(super) struct SetupAnswer {
    id: String,
    customer: String,
    client_secret: String,
    card: Option<CardAnswer>,
}

#[derive(Deserialize)]
struct CardAnswer {
    id: String,
    brand: String,
    last4: String,
    expiry_month: i64,
    expiry_year: i64,
}

impl SetupAnswer {
    pub(super) fn read(self) -> Result<Setup, Failure> {
        if [&self.id, &self.customer]
            .iter()
            .any(|id| id.is_empty() || id.len() > 128)
        {
            return Err(broken("the setup has no usable id"));
        }
        let fact = match self.card {
            None => SetupFact::Waiting,
            Some(card) => {
                let expiry = (card.expiry_month, card.expiry_year);
                let read = KeptCard::read(&card.id, &card.brand, &card.last4, expiry);
                SetupFact::Kept(read.ok_or_else(|| broken("it cannot be a card"))?)
            }
        };
        Ok(Setup {
            id: Secret(self.id),
            customer: Secret(self.customer),
            client_secret: Secret(self.client_secret),
            fact,
        })
    }
}
