//! Idempotency keys of calls to other modules, derived so that a repeated call has the same key.

use feira_catalog::{ReservationKey, StockLine};
use feira_payment::PaymentId;
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::{CheckoutId, OrderId, StoreOrderId};

/// A UUIDv8 of the parts, each with its length, so that no two lists of parts collide.
fn derive(purpose: &str, parts: &[&[u8]]) -> Uuid {
    let mut hash = Sha256::new();
    for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest: [u8; 32] = hash.finalize().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// The same caller and key are the same checkout.
pub(crate) fn checkout(caller: &str, key: &str) -> CheckoutId {
    CheckoutId(derive("checkout", &[caller.as_bytes(), key.as_bytes()]))
}

/// The reservation of a checkout for these lines; other lines are another key.
pub(crate) fn reservation(checkout: CheckoutId, lines: &[StockLine]) -> ReservationKey {
    let mut lines: Vec<_> = lines.iter().map(|l| (l.variant.0, l.quantity)).collect();
    lines.sort_unstable();
    let bytes: Vec<u8> = lines
        .iter()
        .flat_map(|(variant, quantity)| {
            variant
                .as_bytes()
                .iter()
                .copied()
                .chain(quantity.to_be_bytes())
        })
        .collect();
    ReservationKey(derive("reservation", &[checkout.0.as_bytes(), &bytes]))
}

/// The key of the reservation that replaces an ended one.
pub(crate) fn next_reservation(ended: ReservationKey) -> ReservationKey {
    ReservationKey(derive("reservation.next", &[ended.0.as_bytes()]))
}

pub(crate) fn payment(order: OrderId, attempt: i32) -> Uuid {
    derive("payment", &[order.0.as_bytes(), &attempt.to_be_bytes()])
}

pub(crate) fn refund(payment: PaymentId) -> Uuid {
    derive("refund", &[payment.0.as_bytes()])
}

/// Of what one store gives back itself.
pub(crate) fn refund_of_part(whole: Uuid, part: StoreOrderId) -> Uuid {
    derive("refund.part", &[whole.as_bytes(), part.0.as_bytes()])
}

/// The key of the refund that replaces a refused one.
pub(crate) fn next_refund(refused: Uuid) -> Uuid {
    derive("refund.next", &[refused.as_bytes()])
}

pub(crate) fn restock(order: OrderId) -> Uuid {
    derive("restock", &[order.0.as_bytes()])
}

/// Of one part alone, which came back.
pub(crate) fn restock_part(part: StoreOrderId) -> Uuid {
    derive("restock.part", &[part.0.as_bytes()])
}

/// The digest that tells a repeat from another request under the same key.
pub(crate) fn fingerprint(request: &impl serde::Serialize) -> String {
    let json = serde_json::to_vec(request).unwrap_or_default();
    derive("fingerprint", &[&json]).to_string()
}

#[cfg(test)]
mod tests {
    use feira_catalog::VariantId;

    use super::*;

    #[test]
    fn keys_repeat_themselves_and_differ_otherwise() {
        assert_eq!(checkout("user:1", "k"), checkout("user:1", "k"));
        assert_ne!(checkout("user:1", "k"), checkout("user:1k", ""));
        assert_eq!(checkout("user:1", "k").0.get_version_num(), 8);
        let order = OrderId(Uuid::from_u128(1));
        assert_ne!(payment(order, 1), payment(order, 2));
        assert_ne!(payment(order, 1), restock(order));
        let refused = refund(PaymentId(Uuid::from_u128(1)));
        assert_eq!(next_refund(refused), next_refund(refused));
        assert_ne!(next_refund(refused), refused);
        assert_ne!(next_refund(next_refund(refused)), next_refund(refused));
    }

    #[test]
    fn a_hold_belongs_to_its_lines_in_any_order() {
        let line = |n, quantity| StockLine {
            variant: VariantId(Uuid::from_u128(n)),
            quantity,
        };
        let id = checkout("user:1", "k");
        let hold = reservation(id, &[line(1, 2), line(2, 1)]);
        assert_eq!(hold, reservation(id, &[line(2, 1), line(1, 2)]));
        assert_ne!(hold, reservation(id, &[line(1, 2), line(2, 2)]));
        assert_ne!(hold, next_reservation(hold));
    }
}
