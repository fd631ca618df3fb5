//! What may be done next with what was read. Pages and shops ask here, so that the rules stay in
//! the state machine; the command itself decides again, under its lock.

use crate::{
    BuyerAction, Fulfilment, Order, SellerAction, SellerOrder, SellerOrderSummary, Settlement,
    StoreOrder,
    status::{MoneyStep, Step, StoreOrderState},
};

impl Order {
    /// What its buyer may do now, in the order in which a page offers it.
    pub fn allowed(&self) -> Vec<BuyerAction> {
        let parts: Vec<StoreOrderState> = self.store_orders.iter().map(StoreOrder::part).collect();
        let can = |step: Step| move |part: &StoreOrderState| part.step(step).is_ok();
        let living: Vec<StoreOrderState> = parts
            .iter()
            .copied()
            .filter(|part| !part.is_gone())
            .collect();
        let mut allowed = Vec::new();
        if parts.iter().any(can(Step::Deliver)) {
            allowed.push(BuyerAction::ConfirmDelivery);
        }
        if !living.is_empty() && living.iter().all(can(Step::Cancel)) {
            allowed.push(BuyerAction::Cancel);
        }
        allowed
    }
}

/// Whether a store earns by its part, at once or later: not by what was cancelled or came back, nor by what
/// the buyer got her money back for.
fn earns(fulfilment: Fulfilment, settlement: Settlement) -> bool {
    let gone = [Fulfilment::Cancelled, Fulfilment::Returned];
    !gone.contains(&fulfilment) && settlement != Settlement::Refunded
}

impl SellerOrderSummary {
    /// As [`StoreOrder::earns`].
    pub fn earns(&self) -> bool {
        earns(self.fulfilment, self.settlement)
    }
}

impl SellerOrder {
    /// The same order as a row of the list.
    pub fn summary(&self) -> SellerOrderSummary {
        let part = &self.store_order;
        let units = part.lines.iter().map(|line| line.quantity);
        let recipient = self.shipping_address.recipient.as_ref();
        SellerOrderSummary {
            id: part.id,
            number: part.number.clone(),
            fulfilment: part.fulfilment,
            settlement: part.settlement,
            total: part.totals.total,
            units: units.fold(0, u32::saturating_add),
            recipient: recipient.unwrap_or(&self.buyer_email).clone(),
            placed_at: self.placed_at,
            totals: part.totals,
            commission: self.commission,
            earning: self.earning,
            return_window_ends_at: part.return_window_ends_at,
            completed_at: part.completed_at,
            documented: part.fiscal_document.is_some(),
            lacks_document: self.lacks_document,
        }
    }
}

impl StoreOrder {
    /// What its seller may do now.
    pub fn allowed(&self) -> Vec<SellerAction> {
        [
            (Step::Accept, SellerAction::Accept),
            (Step::Ship, SellerAction::Ship),
            (Step::Deliver, SellerAction::Deliver),
        ]
        .into_iter()
        .filter(|(step, _)| self.part().step(*step).is_ok())
        .map(|(_, action)| action)
        .chain(self.settled_on_delivery())
        .collect()
    }

    /// What its seller says of what is paid on delivery.
    fn settled_on_delivery(&self) -> Vec<SellerAction> {
        match self.part().settle(MoneyStep::Collect) {
            Ok(_) => vec![SellerAction::Collect, SellerAction::GiveUp],
            Err(_) => Vec::new(),
        }
    }

    /// Whether its store earns by it, at once or later: not by what was cancelled or came back, nor by
    /// what the buyer got her money back for.
    pub fn earns(&self) -> bool {
        earns(self.fulfilment, self.settlement)
    }

    /// Whether it is paid, and something of that may be left to give back.
    pub fn is_refundable(&self) -> bool {
        matches!(
            self.settlement,
            Settlement::Paid | Settlement::PartiallyRefunded
        )
    }

    fn part(&self) -> StoreOrderState {
        StoreOrderState {
            fulfilment: self.fulfilment,
            settlement: self.settlement,
            completed: self.completed_at.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Fulfilment as F, Settlement as S, testing};

    fn order(parts: &[(F, S)]) -> Order {
        let mut order = testing::order();
        let one = order.store_orders[0].clone();
        order.store_orders = parts
            .iter()
            .map(|(fulfilment, settlement)| StoreOrder {
                fulfilment: *fulfilment,
                settlement: *settlement,
                ..one.clone()
            })
            .collect();
        order
    }

    #[test]
    fn nothing_is_earned_by_what_was_cancelled_or_given_back() {
        for (fulfilment, settlement, earns) in [
            (F::Cancelled, S::Refunded, false),
            (F::Cancelled, S::Paid, false),
            (F::Cancelled, S::Unpaid, false),
            (F::Returned, S::Paid, false),
            (F::Delivered, S::Refunded, false),
            (F::Delivered, S::PartiallyRefunded, true),
            (F::Pending, S::Unpaid, true),
            (F::Shipped, S::Paid, true),
        ] {
            let order = order(&[(fulfilment, settlement)]);
            let found = order.store_orders[0].earns();
            assert_eq!(found, earns, "{fulfilment:?} {settlement:?}");
        }
    }

    #[test]
    fn a_buyer_cancels_before_anything_is_sent_and_confirms_what_was() {
        use BuyerAction::{Cancel, ConfirmDelivery};
        for (parts, allowed) in [
            (&[(F::Pending, S::Unpaid)][..], &[Cancel][..]),
            (&[(F::Accepted, S::Paid), (F::Packed, S::Paid)], &[Cancel]),
            (
                &[(F::Accepted, S::Paid), (F::Shipped, S::Paid)],
                &[ConfirmDelivery],
            ),
            (&[(F::Delivered, S::Paid)], &[]),
            (&[(F::Cancelled, S::Refunded)], &[]),
            (&[], &[]),
        ] {
            assert_eq!(order(parts).allowed(), allowed, "{parts:?}");
        }
    }

    #[test]
    fn a_seller_sends_what_is_paid_once() {
        use SellerAction::{Accept, Collect, Deliver, GiveUp, Ship};
        for (state, allowed) in [
            ((F::Pending, S::Unpaid), &[][..]),
            ((F::Pending, S::Paid), &[Accept, Ship]),
            ((F::Accepted, S::PartiallyRefunded), &[Ship]),
            ((F::Shipped, S::Paid), &[Deliver]),
            ((F::Delivered, S::Paid), &[]),
            ((F::Cancelled, S::Refunded), &[]),
            ((F::Pending, S::OnDelivery), &[Accept, Ship]),
            ((F::Shipped, S::OnDelivery), &[Deliver, Collect, GiveUp]),
            ((F::Delivered, S::OnDelivery), &[Collect, GiveUp]),
            ((F::Returned, S::Unpaid), &[]),
        ] {
            assert_eq!(
                order(&[state]).store_orders[0].allowed(),
                allowed,
                "{state:?}"
            );
        }
    }
}
