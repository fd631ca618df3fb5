use feira_payment::{AddingMethod, SavedMethod};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Timestamp, words::ProviderKind};

/// A card that its provider keeps for the customer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SavedMethodView {
    /// To pay with: `{"method": "card", "saved": "<id>"}`.
    id: Uuid,
    #[schema(example = "visa")]
    brand: String,
    #[schema(example = "4242")]
    last4: String,
    #[schema(example = 12)]
    expiry_month: u8,
    #[schema(example = 2030)]
    expiry_year: u16,
    /// It is refused: its month is over.
    expired: bool,
    /// Offer it first.
    is_default: bool,
    created_at: Timestamp,
}

impl From<SavedMethod> for SavedMethodView {
    fn from(m: SavedMethod) -> Self {
        Self {
            id: m.id.0,
            brand: m.brand,
            last4: m.last4,
            expiry_month: m.expiry_month,
            expiry_year: m.expiry_year,
            expired: m.expired,
            is_default: m.is_default,
            created_at: m.created_at.into(),
        }
    }
}

/// A card that is being added.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddingMethodView {
    id: Uuid,
    /// Whose library sends the card there.
    provider: Option<ProviderKind>,
    /// What that library is given; it never gives the card to this API.
    client_secret: String,
}

impl From<AddingMethod> for AddingMethodView {
    fn from(m: AddingMethod) -> Self {
        Self {
            id: m.id.0,
            provider: m.kind.map(ProviderKind::from),
            client_secret: m.client_secret,
        }
    }
}
