//! What became of the demo's orders: people of the stores send and give back, the operator says what
//! came to the bank account, and what the bank asks back.

use std::time::Duration;

use anyhow::Context;
use feira_kernel::{Actor, Money, StoreId};
use feira_order::{
    NewFiscalDocument, NewShipment, OrderId, RefundOf, RefundReason, RefundRequest, StoreOrder,
};
use feira_payment::{
    BorneBy, CONFIGURE_PAYMENTS, DisputeKind, Entered, KindName, NewDispute, NewProvider, Payment,
    PaymentStatus,
};
use feira_web::state::AppState;

use super::{DEMO, actors, goods::CERAMICS};

/// An order, and who holds it.
pub(super) struct Bought {
    pub(super) guest: Actor,
    pub(super) order: OrderId,
    pub(super) payment: Payment,
}

/// The provider by hand.
const BANK: &str = "bank";
const TRANSFER: &str = "Bank 001, branch 1234, account 56789-0";
/// Of a document that Ana gave out: its last digit follows from the others.
const ACCESS_KEY: &str = "35261111222333000181550010000000011000000014";
/// How long evidence is waited for.
const DUE: time::Duration = time::Duration::days(7);
/// That an order is paid is looked for so often, after so much time.
const LOOKS: u32 = 300;
const PAUSE: Duration = Duration::from_millis(200);

/// Buyers transfer money to the marketplace's account.
pub(super) async fn by_hand(state: &AppState) -> anyhow::Result<()> {
    let operator = operator(state).await?;
    let known = state.payments.providers(&operator).await?;
    if known.iter().any(|one| one.name == BANK) {
        return Ok(());
    }
    let transfer = ("transfer".to_owned(), Some(TRANSFER.to_owned()));
    let new = NewProvider {
        name: BANK.to_owned(),
        kind: KindName::Manual,
        settings: Entered([transfer].into()),
    };
    state.payments.add_provider(&operator, new, None).await?;
    Ok(())
}

/// All of it was sent, and arrived: after the return window its earnings are payable.
pub(super) async fn delivered(state: &AppState, bought: &Bought) -> anyhow::Result<()> {
    for part in paid(state, bought).await? {
        let seller = seller(state, part.store).await?;
        let sent = NewShipment {
            carrier: "Correios".to_owned(),
            tracking_number: format!("BR {}", part.number),
        };
        state.orders.ship(&seller, part.id, sent, None).await?;
        state.orders.deliver(&seller, part.id, None).await?;
    }
    Ok(())
}

pub(super) async fn refunded(state: &AppState, bought: &Bought) -> anyhow::Result<()> {
    if paid(state, bought).await?.is_empty() {
        return Ok(());
    }
    let request = RefundRequest {
        of: RefundOf::Order(bought.order),
        amount: Some(Money::from_minor(1000, state.settings.currency)?),
        reason: RefundReason::Damaged,
        note: None,
        borne_by: BorneBy::Store,
    };
    let operator = operator(state).await?;
    state.orders.refund(&operator, request, None).await?;
    Ok(())
}

pub(super) async fn disputed(state: &AppState, bought: &Bought) -> anyhow::Result<()> {
    let (payments, payment) = (&state.payments, bought.payment.id);
    let operator = operator(state).await?;
    payments
        .mark_payment_paid(&operator, payment, None, None)
        .await?;
    let parts = paid(state, bought).await?;
    if let Some(part) = parts.iter().find(|part| part.store_name == CERAMICS.name) {
        document(state, part).await?;
    }
    let new = NewDispute {
        payment,
        kind: DisputeKind::Chargeback,
        amount: Money::from_minor(2000, state.settings.currency)?,
        reason: "product_not_received".to_owned(),
        bank_reference: format!("CB {}", bought.order),
        evidence_due_at: Some(state.clock.now() + DUE),
    };
    payments.open_dispute(&operator, new, None).await?;
    Ok(())
}

/// What the store gave out for the tax office.
async fn document(state: &AppState, part: &StoreOrder) -> anyhow::Result<()> {
    let seller = seller(state, part.store).await?;
    let new = NewFiscalDocument {
        key: ACCESS_KEY.to_owned(),
        file: Vec::new(),
    };
    let set = state
        .orders
        .set_fiscal_document(&seller, part.id, new, None);
    if let Err(error) = set.await {
        // Of an order of an earlier start, which ended before it could remember that.
        tracing::debug!(%error, "the demo's fiscal document is another order's");
    }
    Ok(())
}

/// The order's parts once all of them are paid, which providers tell a moment later; none where the card
/// was declined, as by another provider than the simulated one.
async fn paid(state: &AppState, bought: &Bought) -> anyhow::Result<Vec<StoreOrder>> {
    if bought.payment.status == PaymentStatus::Failed {
        return Ok(Vec::new());
    }
    for _ in 0..LOOKS {
        let order = state.orders.order(&bought.guest, bought.order).await?;
        if order.store_orders.iter().all(StoreOrder::is_refundable) {
            return Ok(order.store_orders);
        }
        tokio::time::sleep(PAUSE).await;
    }
    anyhow::bail!("the order {} is not paid", bought.order)
}

async fn operator(state: &AppState) -> anyhow::Result<Actor> {
    let permission = CONFIGURE_PAYMENTS.to_owned();
    let operators = state.users.operators(&DEMO, permission).await?;
    let first = operators.first().context("there is an operator")?;
    Ok(actors::operator(*first))
}

/// Somebody of the store.
async fn seller(state: &AppState, store: StoreId) -> anyhow::Result<Actor> {
    let people = state.stores.people(&DEMO, store).await?;
    let first = people.first().context("somebody sells")?;
    Ok(actors::seller(*first, store))
}
