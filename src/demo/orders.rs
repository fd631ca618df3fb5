use anyhow::Context;
use feira_cart::{Carts, NewItem, ShippingSelection};
use feira_catalog::{ProductKey, Search, VariantId};
use feira_kernel::{Actor, Currency, PageRequest, token::TokenHash};
use feira_order::{Checkout, Orders};
use feira_payment::Method;
use feira_store::{Address, Destination};
use feira_web::state::AppState;

use super::{FILLED, address};

const ORDERS: usize = 3;

/// A few orders, so that the pages have something to show; needs the server to be running,
/// because the simulated provider answers over HTTP. Those that an earlier start made stay.
pub(crate) async fn orders(state: &AppState) -> anyhow::Result<()> {
    if !state.gateway.has_reached(FILLED).await? {
        return Ok(());
    }
    let cards = state
        .catalog
        .search(
            &Actor::stranger(),
            Search::default(),
            PageRequest::first(12),
        )
        .await?
        .items;
    let mut variants = Vec::new();
    for card in &cards {
        let product = state
            .catalog
            .product(&Actor::stranger(), ProductKey::Id(card.id))
            .await?;
        variants.extend(product.variants.first().map(|v| v.id));
    }
    // The list goes store by store: every third product makes a cart of both.
    for index in 0..ORDERS {
        let made = format!("demo.order.{index}");
        if state.gateway.has_reached(&made).await? {
            continue;
        }
        let lines: Vec<VariantId> = variants
            .iter()
            .skip(index)
            .step_by(ORDERS)
            .copied()
            .collect();
        // PIX is paid in reais only.
        let method = if index == 2 && state.settings.currency == Currency::BRL {
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
        state.gateway.reach(&made).await?;
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
    orders.checkout(&guest, checkout).await?;
    Ok(())
}
