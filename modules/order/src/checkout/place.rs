//! The step that writes the order.

use feira_cart::CartOwner;
use feira_catalog::Reservation;
use feira_kernel::{Time, idempotency, outbox, token::TokenHash};
use feira_payment::{PartReference, Split};

use super::{
    Progress,
    draft::{Draft, DraftLine, DraftPart},
    request::{Buyer, CheckoutRequest, ExistingCheckout},
    step,
};
use crate::{
    OrderError, OrderId, OrderPlaced,
    order_rows::{CheckoutRow, LineRow, OrderRow, PartRow},
    placement::{OrderRows, PlaceError},
    service::Service,
    status::CheckoutState,
};

/// How often another order number is drawn when one is taken.
const MAX_NUMBER_TRIES: usize = 4;

impl Service {
    pub(super) async fn place(
        &self,
        checkout: &CheckoutRequest,
        buyer: &Buyer,
        draft: Draft,
        hold: &Reservation,
        id: OrderId,
    ) -> Result<Progress, PlaceError> {
        let now = self.env.now();
        let margin = self.settings.reservation_margin;
        let expiry = self.expiry(&checkout.request.method, draft.by_hand);
        let expires_at = (now + expiry).min(hold.expires_at - margin);
        for _ in 0..MAX_NUMBER_TRIES {
            let number = number(self.env.entropy.bytes());
            let progress = Progress {
                checkout: checkout.id,
                order: id,
                number,
                user: buyer.user,
                cart: checkout.request.cart,
                cart_held: true,
                state: CheckoutState::Paying,
                attempt: 1,
                method: Some(checkout.request.method.clone()),
                reservation: hold.key,
                payment: None,
                expires_at,
                total: draft.totals.total,
                parts: draft.parts.iter().map(split).collect(),
                lines: draft.stock_lines(),
            };
            let rows = self.rows(checkout, buyer, &draft, &progress, now)?;
            let points = ["checkout.place.before", "checkout.place.after"];
            match step(points, self.placements.submit(rows)).await {
                Err(PlaceError::NumberTaken) => {}
                other => return other.map(|()| progress),
            }
        }
        Err(OrderError::Internal("no free order number was found".to_owned()).into())
    }

    fn rows(
        &self,
        checkout: &CheckoutRequest,
        buyer: &Buyer,
        draft: &Draft,
        progress: &Progress,
        now: Time,
    ) -> Result<OrderRows, OrderError> {
        let request = &checkout.request;
        let cart_token = match &checkout.owner {
            CartOwner::Guest(token) => Some(token),
            CartOwner::User(_) => None,
        };
        let token = cart_token.map(|_| TokenHash::of(&self.new_order_token(progress.order)));
        let billing = request.billing_address.as_ref();
        let totals = draft.totals;
        let order = OrderRow {
            id: progress.order,
            checkout_id: checkout.id,
            number: progress.number.clone(),
            user_id: buyer.user,
            guest_token_hash: token,
            email: buyer.email.clone(),
            locale: buyer.locale.clone(),
            cart_id: request.cart,
            cart_token_hash: cart_token.cloned(),
            currency: draft.currency,
            subtotal: totals.subtotal.amount(),
            discount: totals.discount.amount(),
            shipping: totals.shipping.amount(),
            tax: totals.tax.amount(),
            total: totals.total.amount(),
            shipping_address: request.shipping_address.clone(),
            billing_address: billing.unwrap_or(&request.shipping_address).clone(),
            placed_at: now,
            expires_at: progress.expires_at,
        };
        let checkout_row = CheckoutRow {
            id: checkout.id,
            fingerprint: checkout.fingerprint.clone(),
            order_id: progress.order,
            method: request.method.clone(),
            reservation: progress.reservation,
            due_at: now + self.settings.checkout_stale_after,
        };
        let parts = draft.parts.iter().zip(1_u32..);
        let lines = draft.parts.iter().flat_map(|part| {
            let numbered = part.lines.iter().zip(1_u32..);
            numbered.map(move |(draft, at)| line(part, at, progress.order, draft))
        });
        let placed = OrderPlaced {
            order: progress.order,
            version: 1,
            user: buyer.user,
            parts: progress.store_order_refs(),
        };
        let known = ExistingCheckout {
            order: progress.order,
            reservation: progress.reservation,
        };
        Ok(OrderRows {
            id: progress.order,
            checkout_id: progress.checkout,
            cart: request.cart,
            order,
            parts: parts.map(|(p, at)| part(p, at, progress)).collect(),
            lines: lines.collect(),
            checkout: checkout_row,
            event: outbox::record(&self.env, &placed).map_err(OrderError::from)?,
            key: idempotency::record(&self.env, &checkout.keyed, &known),
        })
    }
}

fn part(part: &DraftPart, position: u32, order: &Progress) -> PartRow {
    let totals = part.group.totals;
    PartRow {
        id: part.id,
        order_id: order.order,
        position,
        number: format!("{}-{position}", order.number),
        store_id: part.group.store,
        store_name: part.group.store_name.clone(),
        currency: totals.total.currency(),
        subtotal: totals.subtotal.amount(),
        discount: totals.discount.amount(),
        shipping: totals.shipping.amount(),
        tax: totals.tax.amount(),
        total: totals.total.amount(),
        commission: part.commission.amount(),
        earning: part.earning.amount(),
        shipping_method_id: part.shipping.method,
        shipping_method: part.shipping.name.clone(),
    }
}

fn line(part: &DraftPart, position: u32, order: OrderId, draft: &DraftLine) -> LineRow {
    let line = draft.line.clone();
    let quote = draft.quote.as_ref();
    LineRow {
        id: draft.id,
        order_id: order,
        store_order_id: part.id,
        position,
        store_id: part.group.store,
        variant_id: line.variant,
        product_id: line.product,
        title: line.title,
        sku: line.sku,
        options: line.options,
        image: line.image,
        currency: line.total.currency(),
        quantity: line.quantity,
        unit_price: line.unit_price.amount(),
        discount: line.discount.amount(),
        tax: line.tax.amount(),
        total: line.total.amount(),
        commission_rule: quote.map(|q| q.rule),
        commission_rate: quote.and_then(|q| q.rate),
        commission_base: draft.base.amount(),
        commission: quote.map(|q| q.commission.amount()),
    }
}

fn split(part: &DraftPart) -> Split {
    Split {
        store: part.group.store,
        part: PartReference::new(part.id),
        amount: part.group.totals.total,
        commission: part.commission,
        earning: part.earning,
    }
}

/// 50 random bits in Crockford's base 32.
fn number(random: [u8; 10]) -> String {
    const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut text: String = random
        .iter()
        .map(|byte| char::from(CROCKFORD[usize::from(byte % 32)]))
        .collect();
    text.insert(5, '-');
    text
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_number_is_readable_and_uses_all_its_bits() {
        assert_eq!(
            number([0, 1, 9, 10, 17, 18, 19, 31, 32, 255]),
            "019AH-JKZ0Z"
        );
        let numbers: HashSet<_> = (0..=255_u8).map(|n| number([n; 10])).collect();
        assert_eq!(numbers.len(), 32);
    }
}
