//! What is done with an order, each once: taking its money, holding it, and giving up what is held.

use reqwest::Method;

use super::{
    PaypalProvider,
    wire::{Order, Taken},
};
use crate::provider::{Failure, http::path_part};

impl PaypalProvider {
    pub(super) async fn order(&self, id: &str) -> Result<Order, Failure> {
        let path = format!("v2/checkout/orders/{}", path_part(id)?);
        self.api.told(Method::GET, &path, None, None).await
    }

    /// Takes, or holds, what is approved. What is refused is as it is; if that is as before, it is
    /// declined, and no more is tried.
    pub(super) async fn act(&self, order: &Order, what: &str) -> Result<Order, Failure> {
        let id = order.id();
        let path = format!("v2/checkout/orders/{}/{what}", path_part(id)?);
        let key = format!("{what}-{id}");
        let acted = self
            .api
            .told::<Order>(Method::POST, &path, Some(&key), Some("{}"));
        let refused = match acted.await {
            // It may say less than the order itself.
            Ok(_) => return self.order(id).await,
            Err(Failure::Refused(reason)) => reason,
            Err(failure) => return Err(failure),
        };
        let now = self.order(id).await?;
        if now.is_approved() && refused.contains("ALREADY") {
            // What is looked at lags behind what was done.
            return Err(Failure::Unknown(refused));
        }
        Ok(now)
    }

    /// Takes what is held, or gives it up if that is refused.
    pub(super) async fn take_held(&self, order: &Order, held: &str) -> Result<Order, Failure> {
        let path = format!("v2/payments/authorizations/{}/capture", path_part(held)?);
        let key = format!("capture-{held}");
        let body = r#"{"final_capture":true}"#;
        let taken = self
            .api
            .told::<Taken>(Method::POST, &path, Some(&key), Some(body));
        match taken.await {
            Ok(_) => self.order(order.id()).await,
            Err(Failure::Refused(_)) => {
                let now = self.order(order.id()).await?;
                match now.held() {
                    Some(held) => self.give_up(&now, held).await,
                    None => Ok(now),
                }
            }
            Err(failure) => Err(failure),
        }
    }

    pub(super) async fn give_up(&self, order: &Order, held: &str) -> Result<Order, Failure> {
        let path = format!("v2/payments/authorizations/{}/void", path_part(held)?);
        let key = format!("void-{held}");
        match self.api.done(Method::POST, &path, &key).await {
            Ok(()) | Err(Failure::Refused(_)) => self.order(order.id()).await,
            Err(failure) => Err(failure),
        }
    }
}
