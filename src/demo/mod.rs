//! The demo marketplace: four accounts, two stores, products with pictures, a few orders. Made
//! through the modules' traits, as people would, so that it can be nothing that they refuse.

mod picture;
mod shelf;

use std::sync::Arc;

use anyhow::Context;
use feira_cart::{Carts, NewItem, ShippingSelection};
use feira_catalog::{Catalog, EDIT_PRODUCTS, EDIT_STOCK, ImageUpload, ProductId, VariantId};
use feira_kernel::{Actor, Currency, PageRequest, Permission, StoreId, Surface, UserId};
use feira_order::{Checkout, Orders};
use feira_payment::Method;
use feira_store::{
    Address, Application, Destination, NewShippingMethod, REVIEW_STORES, ShippingPrice,
    StoreFilter, Stores,
};
use feira_user::{NewUser, User, Users};

use crate::{compose::Modules, http::state::AppState};

const DEMO: Actor = Actor::system("demo");

/// A demo account, shown on the terminal and on the sign-in pages of a demo.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    pub(crate) role: &'static str,
    pub(crate) email: &'static str,
    pub(crate) password: &'static str,
    first_name: &'static str,
    last_name: &'static str,
}

/// Who can sign in to the demo.
pub(crate) const ACCOUNTS: [Account; 4] = [
    Account {
        role: "operator",
        email: "operator@demo.example",
        password: "feira-demo-operator",
        first_name: "Olga",
        last_name: "Prado",
    },
    Account {
        role: "seller",
        email: "ana@demo.example",
        password: "feira-demo-seller",
        first_name: "Ana",
        last_name: "Lima",
    },
    Account {
        role: "seller",
        email: "bento@demo.example",
        password: "feira-demo-seller",
        first_name: "Bento",
        last_name: "Rocha",
    },
    Account {
        role: "buyer",
        email: "clara@demo.example",
        password: "feira-demo-buyer",
        first_name: "Clara",
        last_name: "Nunes",
    },
];

/// The traits that the demo is made through.
struct Market {
    users: Arc<dyn Users>,
    stores: Arc<dyn Stores>,
    catalog: Arc<dyn Catalog>,
    currency: Currency,
}

/// Whether nobody sells here yet.
pub(crate) async fn wanted(state: &AppState) -> anyhow::Result<bool> {
    is_empty(state.stores.as_ref()).await
}

async fn is_empty(stores: &dyn Stores) -> anyhow::Result<bool> {
    let found = stores
        .list(
            &operator_actor(UserId(uuid::Uuid::nil())),
            StoreFilter::default(),
            PageRequest::first(1),
        )
        .await?;
    Ok(found.items.is_empty())
}

pub(crate) async fn fill(state: &AppState) -> anyhow::Result<()> {
    let market = Market {
        users: state.users.clone(),
        stores: state.stores.clone(),
        catalog: state.catalog.clone(),
        currency: state.config.marketplace.currency,
    };
    market.fill().await
}

/// The same without a server; `false` if the database is not empty.
pub(crate) async fn fill_modules(modules: &Modules, currency: Currency) -> anyhow::Result<bool> {
    if !is_empty(modules.stores.as_ref()).await? {
        return Ok(false);
    }
    let market = Market {
        users: modules.users.clone(),
        stores: modules.stores.clone(),
        catalog: modules.catalog.clone(),
        currency,
    };
    market.fill().await?;
    Ok(true)
}

impl Market {
    async fn fill(&self) -> anyhow::Result<()> {
        let mut people = Vec::with_capacity(ACCOUNTS.len());
        for account in ACCOUNTS {
            people.push(
                self.person(account)
                    .await
                    .with_context(|| format!("the account {}", account.email))?,
            );
        }
        let [operator, ana, bento, _] = &people[..] else {
            anyhow::bail!("the demo has four accounts")
        };
        let reviewer = operator_actor(operator.id);
        for (owner, store) in [(ana, &shelf::CERAMICS), (bento, &shelf::COFFEE)] {
            let id = self.store(owner, store, &reviewer).await?;
            let seller = seller_actor(owner.id, id);
            for (index, item) in store.items.iter().enumerate() {
                self.product(&seller, item, index)
                    .await
                    .with_context(|| format!("the product {}", item.name))?;
            }
        }
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
        Ok(self.users.create(&DEMO, new).await?)
    }

    async fn store(
        &self,
        owner: &User,
        store: &shelf::DemoStore,
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
        let applied = self
            .stores
            .apply(&Actor::customer(owner.id), application)
            .await?;
        let approved = self.stores.approve(reviewer, applied.id).await?;
        let express = NewShippingMethod {
            name: "Express".to_owned(),
            price: ShippingPrice::FreeAbove {
                price: feira_kernel::Money::from_minor(2990, self.currency)?,
                threshold: feira_kernel::Money::from_minor(30_000, self.currency)?,
            },
            transit_days: 2,
        };
        self.stores
            .add_shipping_method(&seller_actor(owner.id, approved.id), express)
            .await?;
        Ok(approved.id)
    }

    async fn product(
        &self,
        seller: &Actor,
        item: &shelf::Item,
        index: usize,
    ) -> anyhow::Result<ProductId> {
        let categories = self.catalog.categories(seller).await?;
        let category = categories
            .iter()
            .find(|c| c.name == item.category)
            .map(|c| c.id);
        let made = self
            .catalog
            .create_product(seller, item.to_product(self.currency, category)?)
            .await?;
        let picture = picture::draw(item.name, u32::try_from(index).unwrap_or(0))?;
        let upload = ImageUpload {
            bytes: picture,
            alt_text: item.name.to_owned(),
        };
        self.catalog.add_image(seller, made.id, upload).await?;
        Ok(made.id)
    }
}

/// A few orders, so that the pages have something to show; needs the server to be running,
/// because the simulated provider answers over HTTP.
pub(crate) async fn orders(state: &AppState) -> anyhow::Result<()> {
    let cards = state
        .catalog
        .search(
            &Actor::stranger(),
            feira_catalog::Search::default(),
            PageRequest::first(12),
        )
        .await?
        .items;
    let mut variants = Vec::new();
    for card in &cards {
        let product = state
            .catalog
            .product(&Actor::stranger(), feira_catalog::ProductKey::Id(card.id))
            .await?;
        variants.extend(product.variants.first().map(|v| v.id));
    }
    // The list goes store by store: every third product makes a cart of both.
    for index in 0..3 {
        let lines: Vec<VariantId> = variants.iter().skip(index).step_by(3).copied().collect();
        let method = if index == 2 {
            Method::Pix {}
        } else {
            Method::Card {
                token: "tok_approved".to_owned(),
            }
        };
        buy(
            state.carts.as_ref(),
            state.orders.as_ref(),
            &lines,
            method,
            index,
        )
        .await?;
    }
    Ok(())
}

async fn buy(
    carts: &dyn Carts,
    orders: &dyn Orders,
    lines: &[VariantId],
    method: Method,
    index: usize,
) -> anyhow::Result<()> {
    let new = carts.create(&Actor::stranger()).await?;
    let token = new.token.context("a guest's cart has a token")?;
    let guest = Actor::guest(feira_kernel::token::TokenHash::of(&token));
    let id = new.cart.id;
    for variant in lines {
        carts
            .add_item(
                &guest,
                id,
                NewItem {
                    variant: *variant,
                    quantity: 1,
                },
            )
            .await?;
    }
    let to = address("Curitiba", "PR", "80010-000");
    let destination = Destination {
        country: to.country.clone(),
        state: to.state.clone(),
        postal_code: to.postal_code.clone(),
    };
    let shipping = ShippingSelection {
        destination: Some(destination),
        choices: Vec::new(),
    };
    let cart = carts.set_shipping(&guest, id, shipping).await?;
    let checkout = Checkout {
        key: format!("demo-{index}"),
        cart: id,
        email: Some(format!("guest{index}@demo.example")),
        shipping_address: Address {
            recipient: Some("Davi Alves".to_owned()),
            ..to
        },
        billing_address: None,
        method,
        expected_total: cart.totals.total,
        locale: Some("pt-BR".to_owned()),
    };
    orders.checkout(&guest, checkout).await?;
    Ok(())
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

fn operator_actor(user: UserId) -> Actor {
    Actor::Person {
        user,
        surface: Surface::Admin,
        store: None,
        permissions: [Permission::new(REVIEW_STORES)].into(),
    }
}

fn seller_actor(user: UserId, store: StoreId) -> Actor {
    let permissions = [EDIT_PRODUCTS, EDIT_STOCK, feira_store::MANAGE_STORE]
        .map(Permission::new)
        .into();
    Actor::Person {
        user,
        surface: Surface::Seller,
        store: Some(store),
        permissions,
    }
}
