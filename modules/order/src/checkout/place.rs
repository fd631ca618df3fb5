//! The step that makes an order: all of it, or none.

use std::collections::{BTreeMap, HashSet};

use async_trait::async_trait;
use feira_cart::{CartId, CartOwner};
use feira_catalog::Reservation;
use feira_kernel::{
    Env, Money, Time,
    batch::{Failure, Results, Work},
    db, idempotency, outbox,
    token::TokenHash,
    values,
};
use feira_payment::{PartReference, Split};
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use super::{
    Progress, State,
    draft::{Draft, DraftPart},
    request::{Buyer, CheckoutRequest, Known},
    step,
};
use crate::{CheckoutId, OrderError, OrderId, OrderPlaced, keys, service::Service};

/// How often a number that is taken is drawn anew.
const NUMBERS: usize = 4;

/// What another process may write after the statement has looked for it. That refuses the whole
/// batch; its halves find it.
const TAKEN: &[&str] = &["decided_ids_pkey", "checkouts_pkey"];

pub(crate) enum PlaceError {
    /// There is an order of this id or key, or a living one of this cart; or the id was given up.
    Taken,
    /// Another order has the number.
    NumberTaken,
    Failed(OrderError),
}

impl From<db::Error> for PlaceError {
    fn from(error: db::Error) -> Self {
        if TAKEN.iter().any(|constraint| error.violates(constraint)) {
            Self::Taken
        } else {
            Self::Failed(error.into())
        }
    }
}

impl Failure for PlaceError {
    fn is_unavailable(&self) -> bool {
        matches!(self, Self::Failed(error) if error.is_unavailable())
    }
}

impl From<OrderError> for PlaceError {
    fn from(error: OrderError) -> Self {
        Self::Failed(error)
    }
}

/// Orders to be placed together.
pub(crate) struct Placing {
    pub(crate) env: Env,
}

/// The rows of one order.
#[derive(Clone)]
pub(crate) struct Rows {
    id: OrderId,
    checkout_id: CheckoutId,
    cart: CartId,
    order: Value,
    parts: Vec<Value>,
    lines: Vec<Value>,
    checkout: Value,
    event: Value,
    key: Value,
}

/// What became of one.
#[derive(FromQueryResult)]
struct Answer {
    id: OrderId,
    written: bool,
    number_taken: bool,
}

#[async_trait]
impl Work for Placing {
    type Item = Rows;
    type Key = CartId;
    type Done = ();
    type Error = PlaceError;

    /// Two orders of one cart would refuse each other.
    fn key(rows: &Rows) -> CartId {
        rows.cart
    }

    async fn run(&self, all: Vec<Rows>) -> Results<(), PlaceError> {
        let sent = first_of_each(&all);
        let list =
            |of: fn(&Rows) -> &Value| Value::Array(sent.iter().copied().map(of).cloned().collect());
        let many = |of: fn(&Rows) -> &Vec<Value>| {
            Value::Array(sent.iter().copied().flat_map(of).cloned().collect())
        };
        let placing = db::Single {
            sql: include_str!("../sql/place.sql"),
            values: values![
                list(|rows| &rows.order),
                many(|rows| &rows.parts),
                many(|rows| &rows.lines),
                list(|rows| &rows.checkout),
                list(|rows| &rows.event),
                list(|rows| &rows.key),
                self.env.now() - idempotency::KEEP,
            ],
            publishes: true,
        };
        let answers: Vec<Answer> = self.env.pool.single(placing).await?;
        let mut answers: BTreeMap<OrderId, Answer> =
            answers.into_iter().map(|one| (one.id, one)).collect();
        let results = all.iter().map(|rows| match answers.remove(&rows.id) {
            Some(answer) if answer.written => Ok(()),
            Some(answer) if answer.number_taken => Err(PlaceError::NumberTaken),
            Some(_) | None => Err(PlaceError::Taken),
        });
        Ok(results.collect())
    }
}

/// Without those whose id or checkout one before them has: their rows could not be told apart.
fn first_of_each(all: &[Rows]) -> Vec<&Rows> {
    let mut ids = HashSet::new();
    all.iter()
        .filter(|rows| ids.insert(rows.id.0) && ids.insert(rows.checkout_id.0))
        .collect()
}

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
        let expires_at =
            (now + self.expiry(&checkout.request.method)).min(hold.expires_at - margin);
        for _ in 0..NUMBERS {
            let number = number(self.env.entropy.bytes());
            let progress = Progress {
                checkout: checkout.id,
                order: id,
                number,
                user: buyer.user,
                cart: checkout.request.cart,
                cart_held: true,
                state: State::Paying,
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
    ) -> Result<Rows, OrderError> {
        let request = &checkout.request;
        let cart_token = match &checkout.owner {
            CartOwner::Guest(token) => Some(token),
            CartOwner::User(_) => None,
        };
        let token = cart_token.map(|_| TokenHash::of(&self.new_order_token(progress.order)));
        let billing = request.billing_address.as_ref();
        let totals = draft.totals;
        let order = json!({
            "id": progress.order, "checkout_id": checkout.id, "number": progress.number, "user_id": buyer.user,
            "guest_token_hash": token, "email": buyer.email, "locale": buyer.locale,
            "cart_id": request.cart, "cart_token_hash": cart_token, "currency": draft.currency,
            "subtotal": amount(totals.subtotal), "discount": amount(totals.discount),
            "shipping": amount(totals.shipping), "tax": amount(totals.tax),
            "total": amount(totals.total), "shipping_address": request.shipping_address,
            "billing_address": billing.unwrap_or(&request.shipping_address),
            "placed_at": moment(now)?, "expires_at": moment(progress.expires_at)?,
        });
        let checkout_row = json!({
            "id": checkout.id, "fingerprint": keys::fingerprint(request),
            "order_id": progress.order, "method": request.method,
            "reservation": progress.reservation,
            "due_at": moment(now + self.settings.checkout_stale_after)?,
        });
        let parts = draft.parts.iter().zip(1_u32..);
        let lines = draft.parts.iter().flat_map(|p| lines(p, progress.order));
        let placed = OrderPlaced {
            order: progress.order,
            version: 1,
            user: buyer.user,
            parts: progress.part_refs(),
        };
        let known = Known {
            order: progress.order,
            reservation: progress.reservation,
        };
        Ok(Rows {
            id: progress.order,
            checkout_id: progress.checkout,
            cart: request.cart,
            order,
            parts: parts.map(|(p, at)| part(p, at, progress)).collect(),
            lines: lines.collect(),
            checkout: checkout_row,
            event: outbox::record(&self.env, &placed).map_err(OrderError::from)?,
            key: idempotency::record(&self.env, &checkout.keyed, &known)
                .map_err(OrderError::from)?,
        })
    }
}

fn part(part: &DraftPart, position: u32, order: &Progress) -> Value {
    let (totals, number) = (part.group.totals, &order.number);
    json!({
        "id": part.id, "order_id": order.order, "position": position, "number": format!("{number}-{position}"),
        "store_id": part.group.store, "store_name": part.group.store_name,
        "currency": totals.total.currency(), "subtotal": amount(totals.subtotal),
        "discount": amount(totals.discount), "shipping": amount(totals.shipping),
        "tax": amount(totals.tax), "total": amount(totals.total),
        "commission": amount(part.commission), "earning": amount(part.earning),
        "shipping_method_id": part.shipping.method, "shipping_method": part.shipping.name,
    })
}

fn lines(part: &DraftPart, order: OrderId) -> Vec<Value> {
    let numbered = part.lines.iter().zip(1_u32..);
    numbered
        .map(|(draft, position)| {
            let line = &draft.line;
            let quote = draft.quote.as_ref();
            json!({
                "id": draft.id, "order_id": order, "store_order_id": part.id, "position": position,
                "store_id": part.group.store, "variant_id": line.variant,
                "product_id": line.product, "title": line.title, "sku": line.sku,
                "options": line.options, "image": line.image,
                "currency": line.total.currency(), "quantity": line.quantity,
                "unit_price": amount(line.unit_price), "discount": amount(line.discount),
                "tax": amount(line.tax), "total": amount(line.total),
                "commission_rule": quote.map(|q| q.rule), "commission_rate": quote.and_then(|q| q.rate),
                "commission_base": amount(draft.base),
                "commission": quote.map(|q| amount(q.commission)),
            })
        })
        .collect()
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

/// Digits in quotes: a JSON number could pass through a float on its way.
fn amount(money: Money) -> String {
    money.amount().to_string()
}

fn moment(time: Time) -> Result<String, OrderError> {
    time.format(&Rfc3339)
        .map_err(|e| OrderError::Internal(e.to_string()))
}

/// Ten letters and digits without those that look alike: 50 random bits.
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
