//! A sample of every mail.

use super::*;

/// A message of every kind, and what it says.
pub(super) fn every_kind(locale: Locale, store_name: &str) -> Vec<(MessageParams, Content)> {
    let mut all = of_accounts();
    all.extend(of_decisions(store_name));
    all.extend(of_orders(locale, store_name));
    all.extend(of_stores(store_name));
    all
}

fn store() -> StoreId {
    StoreId(Uuid::from_u128(3))
}

fn of_accounts() -> Vec<(MessageParams, Content)> {
    let confirmation = ConfirmationId(Uuid::from_u128(8));
    let link = AccountLinkId(Uuid::from_u128(9));
    let user = UserId(Uuid::from_u128(7));
    let token = "Abc-1.x_y".to_owned();
    vec![
        (
            MessageParams::VerifyEmail { confirmation },
            Content::VerifyEmail {
                token: token.clone(),
            },
        ),
        (
            MessageParams::ResetPassword { link },
            Content::ResetPassword {
                token: token.clone(),
            },
        ),
        (
            MessageParams::ChangeEmail { link },
            Content::ChangeEmail {
                token: token.clone(),
            },
        ),
        (
            MessageParams::EmailChangeAsked { link },
            Content::EmailChangeAsked,
        ),
        (
            MessageParams::PasswordChanged { user, version: 3 },
            Content::PasswordChanged,
        ),
        (
            MessageParams::SignInLink {
                link,
                surface: Surface::Seller,
            },
            Content::SignInLink {
                token,
                surface: Surface::Seller,
            },
        ),
    ]
}

fn of_decisions(name: &str) -> Vec<(MessageParams, Content)> {
    let (store, name) = (store(), name.to_owned());
    let reason = "The tax id belongs to somebody else.\nSend a photo.".to_owned();
    vec![
        (
            MessageParams::ApplicationApproved { store, version: 2 },
            Content::ApplicationApproved {
                store: name.clone(),
            },
        ),
        (
            MessageParams::ApplicationRejected {
                store,
                version: 2,
                reason: reason.clone(),
            },
            Content::ApplicationRejected {
                store: name.clone(),
                reason: reason.clone(),
            },
        ),
        (
            MessageParams::StoreSuspended {
                store,
                version: 3,
                reason: reason.clone(),
            },
            Content::StoreSuspended {
                store: name.clone(),
                reason,
            },
        ),
        (
            MessageParams::StoreReinstated { store, version: 4 },
            Content::StoreReinstated { store: name },
        ),
    ]
}

fn of_orders(locale: Locale, store_name: &str) -> Vec<(MessageParams, Content)> {
    let facts = Arc::new(order(locale, store_name));
    let (order, part) = (facts.id, facts.parts[0].store_order);
    let of_part = || OrderPart {
        order: facts.clone(),
        part: facts.parts[0].clone(),
    };
    let [to_buyer, to_store] = of_refunds(&facts);
    let reason = "expired".to_owned();
    let (attempt, until) = (1, datetime!(2026-03-02 14:30 -03:00));
    vec![
        (
            MessageParams::OrderPlaced {
                order,
                attempt,
                until,
            },
            Content::OrderPlaced {
                order: facts.clone(),
                until,
            },
        ),
        (
            MessageParams::OrderConfirmed { order },
            Content::OrderConfirmed {
                order: facts.clone(),
            },
        ),
        (
            MessageParams::OrderShipped { order, part },
            Content::OrderShipped(of_part()),
        ),
        (
            MessageParams::OrderCancelled {
                order,
                reason: reason.clone(),
            },
            Content::OrderCancelled {
                order: facts.clone(),
                reason,
            },
        ),
        to_buyer,
        expected(order, part, until, of_part()),
        (
            MessageParams::NewOrder { order, part },
            Content::NewOrder(of_part()),
        ),
        (
            MessageParams::PartCancelled { order, part },
            Content::PartCancelled(of_part()),
        ),
        to_store,
    ]
}

/// To a store's people, who are paid by a PIX.
fn expected(
    order: Uuid,
    part: Uuid,
    until: feira_kernel::Time,
    mut of: OrderPart,
) -> (MessageParams, Content) {
    of.part.paid = false;
    of.part.leg = Some(crate::LegFacts {
        code: None,
        account: Vec::new(),
        statement: Some("00000000000000000000000AB".to_owned()),
    });
    let params = MessageParams::PaymentExpected {
        order,
        part,
        attempt: 1,
        until,
    };
    (params, Content::PaymentExpected { of, until })
}

/// To the buyer, and to a store's people.
fn of_refunds(facts: &Arc<OrderFacts>) -> [(MessageParams, Content); 2] {
    let (refund, amount) = (Uuid::from_u128(12), facts.total);
    let (order, part) = (facts.id, facts.parts[0].store_order);
    let of = OrderPart {
        order: facts.clone(),
        part: facts.parts[0].clone(),
    };
    let to_buyer = MessageParams::OrderRefunded {
        order,
        refund,
        amount,
    };
    let to_store = MessageParams::PartRefunded {
        order,
        part,
        refund,
        amount,
    };
    let order = facts.clone();
    [
        (to_buyer, Content::OrderRefunded { order, amount }),
        (to_store, Content::PartRefunded { of, amount }),
    ]
}

fn disputed(name: &str) -> Vec<(MessageParams, Content)> {
    let (store, name) = (store(), name.to_owned());
    let (dispute, day) = (Uuid::from_u128(2), date!(2026 - 03 - 02));
    vec![
        (
            MessageParams::PaymentDisputed {
                dispute,
                store: Some(store),
                until: Some(day),
            },
            Content::PaymentDisputed {
                store: Some(name.clone()),
                dispute,
                until: Some(day),
            },
        ),
        (
            MessageParams::DisputeClosed {
                dispute,
                store: Some(store),
                won: false,
            },
            Content::DisputeClosed {
                store: Some(name),
                dispute,
                won: false,
            },
        ),
    ]
}

fn of_stores(name: &str) -> Vec<(MessageParams, Content)> {
    let (store, name) = (store(), name.to_owned());
    let (product, variant) = (Uuid::from_u128(5), Uuid::from_u128(6));
    let (payout, day) = (Uuid::from_u128(2), date!(2026 - 03 - 02));
    let (version, available) = (9, 2);
    let mut all = vec![
        (
            MessageParams::PayoutPaid { payout, store, day },
            Content::PayoutPaid {
                store: name.clone(),
                day,
            },
        ),
        (
            MessageParams::PayoutReturned { payout, store },
            Content::PayoutReturned {
                store: name.clone(),
            },
        ),
        (
            MessageParams::DebtInvoiced {
                invoice: payout,
                store,
            },
            Content::DebtInvoiced {
                store: name.clone(),
            },
        ),
        (
            MessageParams::PayoutAccountChanged { store, version },
            Content::PayoutAccountChanged {
                store: name.clone(),
            },
        ),
        (
            MessageParams::PhoneChanged { store, version },
            Content::PhoneChanged {
                store: name.clone(),
            },
        ),
    ];
    all.extend(disputed(&name));
    all.push((
        MessageParams::StockLow {
            store,
            product,
            variant,
            version,
            available,
        },
        Content::StockLow {
            variant: VariantFacts {
                title: format!("Rede de algodão, {name}"),
                ..variant_facts()
            },
            store: name,
            product,
            available,
        },
    ));
    all
}
