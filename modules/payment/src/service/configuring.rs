//! Who takes payments, by what, and within which amounts: operators with [`crate::CONFIGURE_PAYMENTS`] say it.

use feira_kernel::{Actor, IdempotencyKey, Versions};

use super::Service;
use crate::{
    MethodLimit, MethodLimitId, MethodRule, NewProvider, PaymentError, ProviderChange,
    ProviderCheck, ProviderOverview, access,
};

impl Service {
    pub(crate) async fn providers(
        &self,
        actor: &Actor,
    ) -> Result<Vec<ProviderOverview>, PaymentError> {
        access::configure(actor)?;
        self.overviews().await
    }

    pub(crate) async fn provider_names(&self, actor: &Actor) -> Result<Vec<String>, PaymentError> {
        access::see_payments(actor)?;
        let mut names = Vec::new();
        for one in self.overviews().await? {
            // One of the settings hides one that was entered.
            if !names.contains(&one.name) {
                names.push(one.name);
            }
        }
        Ok(names)
    }

    pub(crate) async fn add_provider(
        &self,
        actor: &Actor,
        new: NewProvider,
        key: Option<IdempotencyKey>,
    ) -> Result<ProviderOverview, PaymentError> {
        access::configure(actor)?;
        let keyed = IdempotencyKey::of(key, actor);
        self.enter_provider(actor, new, keyed).await
    }

    pub(crate) async fn change_provider(
        &self,
        actor: &Actor,
        name: String,
        change: ProviderChange,
    ) -> Result<ProviderOverview, PaymentError> {
        access::configure(actor)?;
        self.alter_provider(actor, name, change).await
    }

    pub(crate) async fn remove_provider(
        &self,
        actor: &Actor,
        name: String,
        expected: Option<Versions>,
    ) -> Result<(), PaymentError> {
        access::configure(actor)?;
        self.drop_provider(actor, name, expected).await
    }

    pub(crate) async fn check_provider(
        &self,
        actor: &Actor,
        name: String,
    ) -> Result<ProviderCheck, PaymentError> {
        access::configure(actor)?;
        self.ask_provider(&name).await
    }

    pub(crate) async fn method_limits(
        &self,
        actor: &Actor,
    ) -> Result<Vec<MethodLimit>, PaymentError> {
        access::configure(actor)?;
        self.kept_limits().await
    }

    pub(crate) async fn set_method_limit(
        &self,
        actor: &Actor,
        rule: MethodRule,
        expected: Option<Versions>,
        key: Option<IdempotencyKey>,
    ) -> Result<MethodLimit, PaymentError> {
        access::configure(actor)?;
        let keyed = IdempotencyKey::of(key, actor);
        self.keep_limit(actor, rule, expected, keyed).await
    }

    pub(crate) async fn remove_method_limit(
        &self,
        actor: &Actor,
        id: MethodLimitId,
        expected: Option<Versions>,
    ) -> Result<(), PaymentError> {
        access::configure(actor)?;
        self.drop_limit(actor, id, expected).await
    }
}
