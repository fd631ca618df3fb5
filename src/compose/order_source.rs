use std::sync::Arc;

use async_trait::async_trait;
use feira_kernel::{Actor, ErrorKind, ModuleError};
use feira_notification::{
    InstalmentFacts, LegFacts, LineFacts, NotificationError, OrderFacts, OrderSource, PartFacts,
    PayFacts,
};
use feira_order::{
    HistoryEntry, Order, OrderForMessage, OrderId, Orders, Settlement, StateChange, StoreOrder,
};
use feira_payment::{LegStatus, NextAction, Payment, PaymentStatus};
use feira_store::PayoutDestination;
use uuid::Uuid;

static NOTIFICATION: Actor = Actor::system("notification");

/// Gives messages the facts of an order, because `notification` calls nobody above.
pub(super) struct FromOrders(pub(super) Arc<dyn Orders>);

#[async_trait]
impl OrderSource for FromOrders {
    async fn order(&self, id: Uuid) -> Result<OrderFacts, NotificationError> {
        match self.0.order_for_message(&NOTIFICATION, OrderId(id)).await {
            Ok(found) => Ok(facts(found)),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(NotificationError::NotFound),
            Err(error) => Err(NotificationError::Unavailable(format!(
                "{}: {error}",
                error.code()
            ))),
        }
    }
}

fn facts(found: OrderForMessage) -> OrderFacts {
    let OrderForMessage {
        order,
        order_token,
        expected,
    } = found;
    OrderFacts {
        id: order.id.0,
        number: order.number.clone(),
        user: order.user,
        email: order.email.clone(),
        locale: order.locale.clone(),
        order_token,
        shipping: order.totals.shipping,
        total: order.totals.total,
        instalments: order.payment.as_ref().and_then(divided),
        address: address(&order),
        pay: order.payment.as_ref().and_then(pay),
        expires_at: order.expires_at,
        parts: order
            .store_orders
            .into_iter()
            .map(|one| {
                let leg = order
                    .payment
                    .as_ref()
                    .and_then(|payment| leg(payment, &one));
                let payment = order.payment.as_ref();
                let to_store = payment.is_some_and(|payment| is_to_store(payment, &one))
                    || expected.contains(&one.id);
                PartFacts {
                    to_store,
                    ..part(one, &order.history, leg)
                }
            })
            .collect(),
    }
}

/// In what she pays, or has paid.
fn divided(payment: &Payment) -> Option<InstalmentFacts> {
    let chosen = payment.instalments?;
    Some(InstalmentFacts {
        count: chosen.count,
        amount: chosen.amount,
    })
}

/// What the buyer has to do.
fn pay(payment: &Payment) -> Option<PayFacts> {
    match &payment.next_action {
        _ if payment.status != PaymentStatus::Pending => None,
        NextAction::None {} => None,
        NextAction::PixCode { br_code, .. } => Some(PayFacts::Pix {
            code: br_code.clone(),
        }),
        NextAction::PayStores {} => Some(PayFacts::ToStores {}),
        NextAction::Redirect { .. }
        | NextAction::CardConfirmation { .. }
        | NextAction::Instructions { .. }
        | NextAction::BankAccount { .. }
        | NextAction::Whatsapp { .. } => Some(PayFacts::OnPage {}),
    }
}

/// How the part is paid to its store itself, while that waits.
fn leg(payment: &Payment, part: &StoreOrder) -> Option<LegFacts> {
    let before = payment.status == PaymentStatus::Pending && !payment.method.is_on_delivery();
    let mut legs = payment.legs.iter().filter(|_| before);
    let leg = legs.find(|leg| leg.part.0 == part.id.0 && leg.status == LegStatus::Open)?;
    let (code, account) = match &leg.next_action {
        NextAction::PixCode { br_code, .. } => (Some(br_code.clone()), Vec::new()),
        NextAction::BankAccount { to } => (None, account(to)),
        _ => (None, Vec::new()),
    };
    Some(LegFacts {
        code,
        account,
        statement: leg.statement.clone(),
    })
}

/// Whether its buyer pays the store itself before anything is sent, or was to.
fn is_to_store(payment: &Payment, part: &StoreOrder) -> bool {
    let mut legs = payment.legs.iter();
    !payment.method.is_on_delivery() && legs.any(|leg| leg.part.0 == part.id.0)
}

/// Whom a transfer pays.
fn account(to: &PayoutDestination) -> Vec<String> {
    match to {
        PayoutDestination::BankAccount {
            bank,
            branch,
            account,
            holder,
            holder_tax_id,
        } => vec![
            format!("{bank} / {branch} / {account}"),
            holder.clone(),
            holder_tax_id.clone(),
        ],
        PayoutDestination::Iban { iban, bic, holder } => {
            let lines = [Some(iban), bic.as_ref(), Some(holder)];
            lines.into_iter().flatten().cloned().collect()
        }
        PayoutDestination::Pix { .. } | PayoutDestination::Provider { .. } => Vec::new(),
    }
}

fn part(part: StoreOrder, history: &[HistoryEntry], leg: Option<LegFacts>) -> PartFacts {
    let was = |settlement: Settlement| {
        history.iter().any(|entry| {
            let to = matches!(entry.change, StateChange::Settlement { to, .. } if to == settlement);
            to && entry.store_order == Some(part.id)
        })
    };
    let on_delivery = was(Settlement::OnDelivery);
    PartFacts {
        paid: on_delivery || was(Settlement::Paid),
        on_delivery,
        leg,
        to_store: false,
        store_order: part.id.0,
        number: part.number,
        store: part.store,
        store_name: part.store_name,
        shipping_method: part.shipping_method,
        shipping: part.totals.shipping,
        total: part.totals.total,
        shipments: part
            .shipments
            .into_iter()
            .map(|s| (s.carrier, s.tracking_number))
            .collect(),
        lines: part
            .lines
            .into_iter()
            .map(|line| LineFacts {
                title: line.title,
                options: line
                    .options
                    .into_iter()
                    .map(|o| format!("{}: {}", o.name, o.value))
                    .collect(),
                quantity: line.quantity,
                total: line.total,
            })
            .collect(),
    }
}

fn address(order: &Order) -> Vec<String> {
    let a = &order.shipping_address;
    let street = [
        Some(a.street.clone()),
        a.number.clone(),
        a.complement.clone(),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(", ");
    let city = [
        Some(a.city.clone()),
        a.state.clone(),
        Some(a.written_postal_code()).filter(|code| !code.is_empty()),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" ");
    [
        a.recipient.clone(),
        Some(street),
        a.district.clone(),
        Some(city),
        Some(a.country.clone()),
    ]
    .into_iter()
    .flatten()
    .collect()
}
