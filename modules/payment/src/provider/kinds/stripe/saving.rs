//! Cards that Stripe keeps: a customer of its own for each person, and a SetupIntent by which the card is
//! added from her own program.

use feira_kernel::db::Secret;
use serde::Deserialize;
use serde_json::Value;

use super::{StripeProvider, api::Pair};
use crate::provider::{
    ChargeMethod, Failure, KeptCard, NewSetup, Setup, SetupFact,
    http::{broken, path_part},
};

/// Such are the ids of what adds a card.
const SETUP: &str = "seti_";

#[derive(Deserialize)]
struct Customer {
    id: String,
}

#[derive(Deserialize)]
struct SetupIntent {
    id: String,
    customer: Option<String>,
    client_secret: Option<String>,
    status: String,
    /// Its id where nobody asked for the whole.
    payment_method: Option<Value>,
}

#[derive(Deserialize)]
struct PaymentMethod {
    id: String,
    customer: Option<String>,
    card: Option<Card>,
}

#[derive(Deserialize)]
struct Card {
    brand: String,
    last4: String,
    exp_month: i64,
    exp_year: i64,
}

impl SetupIntent {
    fn read(self) -> Result<Setup, Failure> {
        let fact = match self.status.as_str() {
            "requires_payment_method"
            | "requires_confirmation"
            | "requires_action"
            | "processing" => SetupFact::Waiting,
            "canceled" => SetupFact::Ended,
            "succeeded" => {
                let whole = self.payment_method.unwrap_or_default();
                let method = serde_json::from_value::<PaymentMethod>(whole);
                let method = method.map_err(|_| broken("the card is missing"))?;
                SetupFact::Kept(method.read()?)
            }
            _ => return Err(broken("an unknown status")),
        };
        if !self.id.starts_with(SETUP) || self.id.len() > 128 {
            return Err(broken("the setup has no usable id"));
        }
        let customer = self.customer.filter(|id| is_id(id));
        let customer = customer.ok_or_else(|| broken("a setup of nobody"))?;
        let client_secret = self.client_secret.unwrap_or_default();
        if client_secret.is_empty() {
            return Err(broken("a setup without its secret"));
        }
        Ok(Setup {
            id: Secret(self.id),
            customer: Secret(customer),
            client_secret: Secret(client_secret),
            fact,
        })
    }
}

impl PaymentMethod {
    fn read(self) -> Result<KeptCard, Failure> {
        let card = self.card.ok_or_else(|| broken("it is no card"))?;
        let expiry = (card.exp_month, card.exp_year);
        let read = KeptCard::read(&self.id, &card.brand, &card.last4, expiry);
        read.ok_or_else(|| broken("it cannot be a card"))
    }
}

/// A card by its token, or one that is kept for its holder.
pub(super) fn paid_with(method: &ChargeMethod) -> Result<Vec<Pair>, Failure> {
    match method {
        ChargeMethod::Card { token } if token.starts_with("ctoken_") => {
            Ok(vec![("confirmation_token", token.clone())])
        }
        ChargeMethod::Card { token } => Ok(vec![("payment_method", token.clone())]),
        ChargeMethod::SavedCard { customer, token } => Ok(vec![
            ("customer", customer.0.clone()),
            ("payment_method", token.0.clone()),
        ]),
        ChargeMethod::Pix
        | ChargeMethod::BankTransfer
        | ChargeMethod::Paypal
        | ChargeMethod::Whatsapp
        | ChargeMethod::CashOnDelivery => Err(Failure::NotSupported),
    }
}

fn is_id(id: &str) -> bool {
    (1..=128).contains(&id.len()) && path_part(id).is_ok()
}

impl StripeProvider {
    pub(super) async fn begin_setup(&self, new: &NewSetup) -> Result<Setup, Failure> {
        let customer = match &new.customer {
            Some(known) => known.0.clone(),
            None => self.customer(new).await?,
        };
        let form = [
            ("customer", customer),
            ("payment_method_types[]", "card".to_owned()),
            // She is there when she pays with it.
            ("usage", "on_session".to_owned()),
            ("metadata[feira_method]", new.id.to_string()),
        ];
        let request = self.api.post("setup_intents", &form)?;
        let request = request.header("idempotency-key", new.id.to_string());
        self.api.told::<SetupIntent>(request).await?.read()
    }

    /// Under a key of the person's, so that two that begin at the same time make one. No more is told of
    /// her than who she is here.
    async fn customer(&self, new: &NewSetup) -> Result<String, Failure> {
        let user = new.user.to_string();
        let form = [("metadata[feira_user]", user.clone())];
        let request = self.api.post("customers", &form)?;
        let request = request.header("idempotency-key", format!("customer-{user}"));
        let made: Customer = self.api.told(request).await?;
        match is_id(&made.id) {
            true => Ok(made.id),
            false => Err(broken("the customer has no usable id")),
        }
    }

    pub(super) async fn made_setup(&self, id: &Secret) -> Result<Setup, Failure> {
        if !id.0.starts_with(SETUP) {
            return Err(Failure::NotFound);
        }
        let path = format!("setup_intents/{}", path_part(&id.0)?);
        let whole = [("expand[]", "payment_method".to_owned())];
        let request = self.api.get(&path, &whole)?;
        self.api.told::<SetupIntent>(request).await?.read()
    }

    /// What is nobody's any more cannot be detached again: the refusal says too little, so it is looked at.
    pub(super) async fn detach(&self, token: &Secret) -> Result<(), Failure> {
        let path = format!("payment_methods/{}", path_part(&token.0)?);
        let request = self.api.post(&format!("{path}/detach"), &[])?;
        let refused = match self.api.told::<PaymentMethod>(request).await {
            Ok(_) => return Ok(()),
            Err(refused @ Failure::Refused(_)) => refused,
            Err(failure) => return Err(failure),
        };
        let request = self.api.get(&path, &[])?;
        match self.api.told::<PaymentMethod>(request).await?.customer {
            None => Ok(()),
            Some(_) => Err(refused),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(change: Value) -> Result<SetupFact, Failure> {
        let mut setup = json!({
            "id": "seti_1", "object": "setup_intent", "customer": "cus_1", "status": "succeeded",
            "client_secret": "seti_1_secret_x", "usage": "on_session",
            "payment_method": {
                "id": "pm_1", "object": "payment_method", "customer": "cus_1", "type": "card",
                "card": {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2030},
            },
        });
        for (name, value) in change.as_object().unwrap() {
            setup[name] = value.clone();
        }
        let setup: SetupIntent = serde_json::from_value(setup).unwrap();
        setup.read().map(|setup| setup.fact)
    }

    #[test]
    fn each_status_is_a_fact() {
        let card = KeptCard::read("pm_1", "visa", "4242", (12, 2030)).unwrap();
        assert_eq!(read(json!({})), Ok(SetupFact::Kept(card)));
        for status in [
            "requires_payment_method",
            "requires_confirmation",
            "requires_action",
            "processing",
        ] {
            let waiting = json!({"status": status, "payment_method": null});
            assert_eq!(read(waiting), Ok(SetupFact::Waiting), "{status}");
        }
        let tried = json!({"status": "requires_payment_method", "payment_method": "pm_1"});
        assert_eq!(read(tried), Ok(SetupFact::Waiting));
        let ended = json!({"status": "canceled", "payment_method": null});
        assert_eq!(read(ended), Ok(SetupFact::Ended));
    }

    #[test]
    fn what_cannot_be_understood_is_no_answer() {
        for change in [
            json!({"status": "teleported"}),
            json!({"id": "pi_1"}),
            json!({"customer": null}),
            json!({"customer": "cus/../1"}),
            json!({"client_secret": null}),
            json!({"payment_method": null}),
            json!({"payment_method": "pm_1"}),
            json!({"payment_method": {"id": "pm_1", "customer": "cus_1", "card": null}}),
        ] {
            let broken = read(change.clone());
            assert!(matches!(broken, Err(Failure::Unknown(_))), "{change}");
        }
    }
}
