//! How a customer says that she pays with a card that she saved.

use feira_kernel::Actor;
use feira_payment::{Method, PaymentError, SavedMethodId};
use feira_web::{error::Problem, state::AppState};
use serde::Deserialize;
use uuid::Uuid;

/// By which the default one is meant.
const DEFAULT: &str = "default";

/// A saved card: its id, or `default`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum SavedCard {
    Named(Uuid),
    Default,
}

impl TryFrom<String> for SavedCard {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == DEFAULT {
            return Ok(Self::Default);
        }
        let id = text.parse().map(Self::Named);
        id.map_err(|_| format!("the id of a saved card, or {DEFAULT:?}"))
    }
}

/// What a body says, before it is known which card is the default one.
#[derive(Debug, Clone)]
pub(crate) enum Paying {
    By(Method),
    ByDefaultCard { instalments: u8 },
}

impl SavedCard {
    pub(crate) fn in_instalments(self, instalments: u8) -> Paying {
        match self {
            Self::Named(id) => Paying::By(Method::SavedCard {
                saved: SavedMethodId(id),
                instalments,
            }),
            Self::Default => Paying::ByDefaultCard { instalments },
        }
    }
}

impl Paying {
    /// Asked for only where nothing is known of the request's key: a repeat is answered as it was, whatever is the
    /// default by now.
    pub(crate) async fn method(self, state: &AppState, actor: &Actor) -> Result<Method, Problem> {
        match self {
            Self::By(method) => Ok(method),
            Self::ByDefaultCard { instalments } => default_card(state, actor, instalments).await,
        }
    }
}

async fn default_card(state: &AppState, actor: &Actor, instalments: u8) -> Result<Method, Problem> {
    let cards = match state.payments.saved_methods(actor).await {
        // Guests keep none.
        Err(PaymentError::Forbidden) => Vec::new(),
        found => found?,
    };
    let card = cards.into_iter().find(|card| card.is_default);
    let method = card.map(|card| Method::SavedCard {
        saved: card.id,
        instalments,
    });
    method.ok_or_else(|| {
        let detail = "no saved card is the default: name one, or send a token";
        Problem::field("request.unknown", "/payment/saved", detail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_card_is_named_or_the_default_one() {
        let read = |text: &str| serde_json::from_value::<SavedCard>(text.into());
        let id = "0196c1de-0f4c-7b1a-9d3f-5a2b7c8e9f01";
        assert_eq!(read(id).ok(), id.parse().ok().map(SavedCard::Named));
        assert_eq!(read("default").ok(), Some(SavedCard::Default));
        for wrong in ["", "Default", "card_1"] {
            let refused = read(wrong).map(|_| ()).map_err(|error| error.to_string());
            assert!(refused.is_err_and(|why| why.contains("default")), "{wrong}");
        }
    }
}
