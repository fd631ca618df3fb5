use anyhow::Context;
use feira_cart::{Carts, NewItem, ShippingSelection};
use feira_catalog::{ProductKey, Search, VariantId};
use feira_kernel::{Actor, PageRequest, token::TokenHash};
use feira_order::{Checkout, Orders};
use feira_payment::{Method, MethodKind};
use feira_store::{Address, Destination};
use feira_web::{auth::GATEWAY, state::AppState};

use super::{
    FILLED, address,
    afterwards::{self, Bought},
};

/// What becomes of an order.
#[derive(Clone, Copy)]
enum Story {
    /// It waits for its PIX, where there is PIX.
    Bought,
    Delivered,
    /// A part of it is given back.
    Refunded,
    /// It is paid by transfer, and the bank asks a part back.
    Disputed,
}

/// The last one is the first that lists show, and leads to most.
const ORDERS: [Story; 4] = [
    Story::Bought,
    Story::Delivered,
    Story::Refunded,
    Story::Disputed,
];

/// A few orders, so that the pages have something to show; needs the server to be running,
/// because the simulated provider answers over HTTP. Those that an earlier start made stay.
pub(crate) async fn orders(state: &AppState) -> anyhow::Result<()> {
    if !state.gateway.has_reached(FILLED).await? {
        return Ok(());
    }
    let variants = variants(state).await?;
    // The list goes store by store: every fourth product makes a cart of both.
    for (index, story) in ORDERS.into_iter().enumerate() {
        let made = format!("demo.order.{index}");
        if state.gateway.has_reached(&made).await? {
            continue;
        }
        let lines = variants.iter().skip(index).step_by(ORDERS.len());
        let lines: Vec<VariantId> = lines.copied().collect();
        let method = method(state, story).await?;
        let (carts, orders) = (state.carts.as_ref(), state.orders.as_ref());
        let bought = buy(carts, orders, &lines, method, index).await?;
        match story {
            Story::Bought => {}
            Story::Delivered => afterwards::delivered(state, &bought).await?,
            Story::Refunded => afterwards::refunded(state, &bought).await?,
            Story::Disputed => afterwards::disputed(state, &bought).await?,
        }
        state.gateway.reach(&made).await?;
    }
    Ok(())
}

/// One of each product.
async fn variants(state: &AppState) -> anyhow::Result<Vec<VariantId>> {
    let (stranger, page) = (Actor::stranger(), PageRequest::first(12));
    let catalog = &state.catalog;
    let cards = catalog.search(&stranger, Search::default(), page).await?;
    let mut variants = Vec::new();
    for card in &cards.items {
        let key = ProductKey::Id(card.id);
        let product = catalog.product(&stranger, key).await?;
        variants.extend(product.variants.first().map(|v| v.id));
    }
    Ok(variants)
}

async fn method(state: &AppState, story: Story) -> anyhow::Result<Method> {
    let currency = state.settings.currency;
    let card = Method::Card {
        token: "tok_approved".to_owned(),
        instalments: 1,
    };
    Ok(match story {
        Story::Bought => {
            // PIX is paid in reais only.
            let methods = state.payments.methods(&GATEWAY, currency).await?;
            match methods.contains(&MethodKind::Pix) {
                true => Method::Pix {},
                false => card,
            }
        }
        Story::Delivered | Story::Refunded => card,
        Story::Disputed => {
            afterwards::by_hand(state).await?;
            Method::BankTransfer {}
        }
    })
}

async fn buy(
    carts: &dyn Carts,
    orders: &dyn Orders,
    lines: &[VariantId],
    method: Method,
    index: usize,
) -> anyhow::Result<Bought> {
    let new = carts.create(&Actor::stranger(), None).await?;
    let token = new.token.context("a guest's cart has a token")?;
    let guest = Actor::guest(TokenHash::of(&token));
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
                None,
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
    let cart = carts.set_shipping(&guest, id, shipping, None).await?;
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
    let placed = orders.checkout(&guest, checkout).await?;
    Ok(Bought {
        guest,
        order: placed.order.id,
        payment: placed.payment,
    })
}
