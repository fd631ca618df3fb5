//! The demo marketplace: four accounts, two stores, products with pictures, a few orders and what
//! became of them. Made through the modules' traits, as people would, so that it can be nothing that
//! they refuse.

mod actors;
mod afterwards;
mod goods;
mod orders;
mod payouts;
mod picture;

use std::sync::Arc;

use anyhow::{Context, ensure};
use feira_catalog::{Catalog, ImageUpload, SellerFilter};
use feira_gateway::Gateway;
use feira_kernel::{Actor, Currency, Money, PageRequest, StoreId, Surface, UserId, failpoint};
use feira_store::{
    Address, Application, NewShippingMethod, ShippingPrice, StoreFilter, StoreKey, StoreStatus,
    Stores,
};
use feira_user::{LogIn, NewUser, User, UserError, Users};
use feira_web::{
    accounts::{ACCOUNTS, Account},
    state::AppState,
};

use crate::compose::Started;

pub(crate) use orders::orders;

static DEMO: Actor = Actor::system("demo");
/// The shipping method beside the one that a store starts with.
const EXPRESS: &str = "Express";

/// An earlier start began to fill; whoever finds this goes on.
const BEGUN: &str = "demo.begun";
/// All of it is there: what people change from then on stays as they left it.
const FILLED: &str = "demo.filled";
/// Passed after each thing that is made, for a test that ends the process there.
const MADE: &str = "demo.made";

/// The traits that the demo is made through.
struct Market {
    users: Arc<dyn Users>,
    stores: Arc<dyn Stores>,
    catalog: Arc<dyn Catalog>,
    gateway: Gateway,
    currency: Currency,
}

impl From<&AppState> for Market {
    fn from(state: &AppState) -> Self {
        Self {
            users: state.users.clone(),
            stores: state.stores.clone(),
            catalog: state.catalog.clone(),
            gateway: state.gateway.clone(),
            currency: state.settings.currency,
        }
    }
}

/// Production never serves a database that holds the demo, whole or in part: its operator's
/// password is public.
pub(crate) async fn refuse(gateway: &Gateway) -> anyhow::Result<()> {
    ensure!(
        !gateway.has_reached(BEGUN).await? && !gateway.has_reached(FILLED).await?,
        "the database holds the demo marketplace, whose passwords are public: start production in \
         a new data directory (FEIRA_DATA), or with another database (FEIRA_DATABASE__URL)"
    );
    Ok(())
}

/// Whether there is something to fill: nobody is here yet, or an earlier start did not finish.
pub(crate) async fn wanted(state: &AppState) -> anyhow::Result<bool> {
    Market::from(state).wanted().await
}

/// Makes what is missing; what an earlier start made is found again.
pub(crate) async fn fill(state: &AppState) -> anyhow::Result<()> {
    Market::from(state).fill().await
}

/// The same without a server; `false` if the database is not empty.
pub(crate) async fn fill_modules(started: &Started, currency: Currency) -> anyhow::Result<bool> {
    let modules = &started.modules;
    let market = Market {
        users: modules.users.clone(),
        stores: modules.stores.clone(),
        catalog: modules.catalog.clone(),
        gateway: started.gateway.clone(),
        currency,
    };
    let wanted = market.wanted().await?;
    if wanted {
        market.fill().await?;
    }
    Ok(wanted)
}

impl Market {
    async fn wanted(&self) -> anyhow::Result<bool> {
        if self.gateway.has_reached(FILLED).await? {
            return Ok(false);
        }
        Ok(self.gateway.has_reached(BEGUN).await? || self.is_empty().await?)
    }

    /// Nobody has an account and nobody sells: where an operator waits for the first seller, the
    /// demo's operator, whose password is public, would be a second one.
    async fn is_empty(&self) -> anyhow::Result<bool> {
        if !self.users.is_empty(&DEMO).await? {
            return Ok(false);
        }
        let anybody = actors::operator(UserId(uuid::Uuid::nil()));
        let one = PageRequest::first(1);
        let found = self.stores.list(&anybody, StoreFilter::default(), one);
        Ok(found.await?.items.is_empty())
    }

    async fn fill(&self) -> anyhow::Result<()> {
        self.gateway.reach(BEGUN).await?;
        let mut people = Vec::with_capacity(ACCOUNTS.len());
        for account in ACCOUNTS {
            people.push(
                self.person(account)
                    .await
                    .with_context(|| format!("the account {}", account.email))?,
            );
            failpoint::pass(MADE);
        }
        let [operator, ana, bento, _] = &people[..] else {
            anyhow::bail!("the demo has four accounts")
        };
        let reviewer = actors::operator(operator.id);
        for (owner, store) in [(ana, &goods::CERAMICS), (bento, &goods::COFFEE)] {
            let id = self
                .store(owner, store, &reviewer)
                .await
                .with_context(|| format!("the store {}", store.name))?;
            let seller = actors::seller(owner.id, id);
            self.payout_account(&seller, owner).await?;
            for (index, item) in store.items.iter().enumerate() {
                self.product(&seller, item, index)
                    .await
                    .with_context(|| format!("the product {}", item.name))?;
            }
        }
        self.gateway.reach(FILLED).await?;
        Ok(())
    }

    async fn person(&self, account: Account) -> anyhow::Result<User> {
        let roles = if account.role == "operator" {
            vec!["admin".to_owned()]
        } else {
            Vec::new()
        };
        let new = NewUser {
            email: account.email.to_owned(),
            password: account.password.to_owned(),
            first_name: account.first_name.to_owned(),
            last_name: account.last_name.to_owned(),
            locale: Some("en".to_owned()),
            roles,
        };
        match self.users.create(&DEMO, new).await {
            Err(UserError::EmailTaken) => self.known(account).await,
            made => Ok(made?),
        }
    }

    /// The account that an earlier start made: it has the demo's password.
    async fn known(&self, account: Account) -> anyhow::Result<User> {
        let log_in = LogIn {
            login: account.email.to_owned(),
            password: account.password.to_owned(),
            surface: Surface::Shop,
            device: None,
            address: None,
            device_token: None,
        };
        let stranger = Actor::stranger();
        let opened = self.users.log_in(&stranger, log_in).await?;
        self.users.log_out(&stranger, opened.refresh_token).await?;
        Ok(opened.user)
    }

    async fn store(
        &self,
        owner: &User,
        store: &goods::DemoStore,
        reviewer: &Actor,
    ) -> anyhow::Result<StoreId> {
        let application = Application {
            business_name: store.business_name.to_owned(),
            tax_id: store.tax_id.to_owned(),
            phone: "+5511987654321".to_owned(),
            name: store.name.to_owned(),
            description: store.description.to_owned(),
            address: address(store.city, store.state, store.postal_code),
        };
        let memberships = self.stores.memberships(&DEMO, owner.id).await?;
        let applied = match memberships.first() {
            Some(known) => {
                let key = StoreKey::Id(known.store);
                self.stores.store(&DEMO, key).await?
            }
            None => {
                let customer = Actor::customer(owner.id);
                self.stores.apply(&customer, application, None).await?
            }
        };
        failpoint::pass(MADE);
        if applied.status == StoreStatus::Pending {
            self.stores.approve(reviewer, applied.id, None).await?;
        }
        failpoint::pass(MADE);
        self.express(&actors::seller(owner.id, applied.id)).await?;
        Ok(applied.id)
    }

    async fn express(&self, seller: &Actor) -> anyhow::Result<()> {
        let known = self.stores.shipping_methods(seller).await?;
        if known.iter().any(|method| method.name == EXPRESS) {
            return Ok(());
        }
        let express = NewShippingMethod {
            name: EXPRESS.to_owned(),
            price: ShippingPrice::FreeAbove {
                price: Money::from_minor(2990, self.currency)?,
                threshold: Money::from_minor(30_000, self.currency)?,
            },
            transit_days: 2,
        };
        self.stores
            .add_shipping_method(seller, express, None)
            .await?;
        failpoint::pass(MADE);
        Ok(())
    }

    /// Its name and its picture's content are the same at every start, so that a repeat finds both.
    async fn product(
        &self,
        seller: &Actor,
        item: &goods::Item,
        index: usize,
    ) -> anyhow::Result<()> {
        let categories = self.catalog.categories(seller).await?;
        let category = categories
            .iter()
            .find(|c| c.name == item.category)
            .map(|c| c.id);
        let (all, page) = (SellerFilter::default(), PageRequest::first(100));
        let known = self.catalog.seller_products(seller, all, page).await?.items;
        let known = known.into_iter().find(|known| known.name == item.name);
        let id = if let Some(known) = known {
            known.id
        } else {
            let new = item.to_product(self.currency, category)?;
            self.catalog.create_product(seller, new, None).await?.id
        };
        failpoint::pass(MADE);
        let picture = picture::draw(item.name, u32::try_from(index).unwrap_or(0))?;
        let upload = ImageUpload {
            bytes: picture,
            alt_text: item.name.to_owned(),
        };
        self.catalog.add_image(seller, id, upload, None).await?;
        failpoint::pass(MADE);
        Ok(())
    }
}

fn address(city: &str, state: &str, postal_code: &str) -> Address {
    Address {
        recipient: None,
        street: "Rua das Flores".to_owned(),
        number: Some("100".to_owned()),
        complement: None,
        district: Some("Centro".to_owned()),
        city: city.to_owned(),
        state: Some(state.to_owned()),
        postal_code: postal_code.to_owned(),
        country: "BR".to_owned(),
        phone: None,
    }
}
