//! The states of a checkout, the state machines of a store order, and the one function that sums an
//! order up.

mod actions;

use serde::Deserialize;

use crate::{Fulfilment, OrderError, OrderStatus, Settlement};

feira_kernel::text_enum! {
    /// The state of a checkout; the page of `checkout` says what each means.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub(crate) enum CheckoutState {
        Paying = "paying",
        Awaiting = "awaiting",
        Confirmed = "confirmed",
        Cancelling = "cancelling",
        Cancelled = "cancelled",
    }
}

/// What can happen to the goods of a store order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(test),
    expect(
        dead_code,
        reason = "the machine is whole; packing gets a command later"
    )
)]
pub(crate) enum Step {
    Accept,
    Pack,
    Ship,
    Deliver,
    Return,
    Cancel,
}

/// What can happen to the money of a store order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MoneyStep {
    Pay,
    /// It will be paid to the store when it is handed over.
    Agree,
    /// That was paid.
    Collect,
    /// That will never be paid.
    GiveUp,
    RefundPart,
    /// All of it went back; also a capture that came too late for an order that was cancelled.
    RefundAll,
    /// A refund came back, and others hold.
    ReturnPart,
    /// The same, and all of it is here again.
    ReturnAll,
}

/// The move is not in the machine.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Illegal {
    from: &'static str,
    to: &'static str,
}

impl Illegal {
    pub(crate) fn new(from: &'static str, to: &'static str) -> Self {
        Self { from, to }
    }
}

impl From<Illegal> for OrderError {
    fn from(illegal: Illegal) -> Self {
        Self::IllegalMove {
            from: illegal.from.to_owned(),
            to: illegal.to.to_owned(),
        }
    }
}

impl Step {
    fn target(self) -> Fulfilment {
        match self {
            Self::Accept => Fulfilment::Accepted,
            Self::Pack => Fulfilment::Packed,
            Self::Ship => Fulfilment::Shipped,
            Self::Deliver => Fulfilment::Delivered,
            Self::Return => Fulfilment::Returned,
            Self::Cancel => Fulfilment::Cancelled,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Accept => "accepted",
            Self::Pack => "packed",
            Self::Ship => "shipped",
            Self::Deliver => "delivered",
            Self::Return => "returned",
            Self::Cancel => "cancelled",
        }
    }
}

/// The two axes of a store order, and whether its return window is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StoreOrderState {
    pub(crate) fulfilment: Fulfilment,
    pub(crate) settlement: Settlement,
    pub(crate) completed: bool,
}

impl StoreOrderState {
    /// A seller touches nothing before the money is there, unless it is paid on delivery; a buyer cancels
    /// nothing that is on its way. What was to be paid on delivery, and is not, comes back from wherever it is.
    pub(crate) fn step(self, step: Step) -> Result<Self, Illegal> {
        use Fulfilment as F;
        let paid = matches!(
            self.settlement,
            Settlement::Paid | Settlement::PartiallyRefunded | Settlement::OnDelivery
        );
        let on_delivery = self.settlement == Settlement::OnDelivery;
        let allowed = match step {
            Step::Accept => paid && self.fulfilment == F::Pending,
            Step::Pack => paid && matches!(self.fulfilment, F::Pending | F::Accepted),
            Step::Ship => paid && matches!(self.fulfilment, F::Pending | F::Accepted | F::Packed),
            Step::Deliver => self.fulfilment == F::Shipped,
            Step::Return if on_delivery => {
                matches!(self.fulfilment, F::Shipped | F::Delivered) && !self.completed
            }
            Step::Return => self.fulfilment == F::Delivered && !self.completed,
            Step::Cancel => matches!(self.fulfilment, F::Pending | F::Accepted | F::Packed),
        };
        if !allowed {
            let unpaid = !paid && matches!(step, Step::Accept | Step::Pack | Step::Ship);
            let from = if unpaid && self.fulfilment != F::Cancelled {
                self.settlement.as_str()
            } else {
                self.fulfilment.as_str()
            };
            return Err(Illegal::new(from, step.name()));
        }
        Ok(Self {
            fulfilment: step.target(),
            ..self
        })
    }

    pub(crate) fn settle(self, money: MoneyStep) -> Result<Self, Illegal> {
        use Settlement as S;
        let (settlement, to) = match (money, self.settlement) {
            (MoneyStep::Pay, S::Unpaid) if self.fulfilment != Fulfilment::Cancelled => {
                (Some(S::Paid), "paid")
            }
            (MoneyStep::Pay, _) => (None, "paid"),
            (MoneyStep::Agree, S::Unpaid) if self.fulfilment != Fulfilment::Cancelled => {
                (Some(S::OnDelivery), "on_delivery")
            }
            (MoneyStep::Agree, _) => (None, "on_delivery"),
            (MoneyStep::Collect, S::OnDelivery) if self.is_handed_over() => (Some(S::Paid), "paid"),
            (MoneyStep::Collect, _) => (None, "paid"),
            (MoneyStep::GiveUp, S::OnDelivery) => (Some(S::Unpaid), "unpaid"),
            (MoneyStep::GiveUp, _) => (None, "unpaid"),
            (MoneyStep::RefundPart, S::Paid | S::PartiallyRefunded) => {
                (Some(S::PartiallyRefunded), "partially_refunded")
            }
            (MoneyStep::RefundPart, _) => (None, "partially_refunded"),
            (MoneyStep::RefundAll, S::Paid | S::PartiallyRefunded) => {
                (Some(S::Refunded), "refunded")
            }
            (MoneyStep::RefundAll, S::Unpaid) if self.fulfilment == Fulfilment::Cancelled => {
                (Some(S::Refunded), "refunded")
            }
            (MoneyStep::RefundAll, _) => (None, "refunded"),
            (MoneyStep::ReturnPart, S::PartiallyRefunded | S::Refunded) => {
                (Some(S::PartiallyRefunded), "partially_refunded")
            }
            (MoneyStep::ReturnPart, _) => (None, "partially_refunded"),
            (MoneyStep::ReturnAll, S::PartiallyRefunded | S::Refunded) => (Some(S::Paid), "paid"),
            (MoneyStep::ReturnAll, _) => (None, "paid"),
        };
        match settlement {
            Some(settlement) => Ok(Self { settlement, ..self }),
            None => Err(Illegal::new(self.settlement.as_str(), to)),
        }
    }

    /// It is on its way, or there: whoever brings it may have the money before its seller says so.
    fn is_handed_over(self) -> bool {
        matches!(self.fulfilment, Fulfilment::Shipped | Fulfilment::Delivered)
    }

    /// Nobody will have it, and nobody has paid for it.
    pub(crate) fn is_gone(self) -> bool {
        let unpaid = self.settlement == Settlement::Unpaid;
        match self.fulfilment {
            Fulfilment::Cancelled => true,
            Fulfilment::Returned => unpaid,
            _ => false,
        }
    }

    pub(crate) fn complete(self) -> Result<Self, Illegal> {
        let earned = matches!(
            self.settlement,
            Settlement::Paid | Settlement::PartiallyRefunded
        );
        if self.fulfilment != Fulfilment::Delivered || self.completed || !earned {
            return Err(Illegal::new(self.fulfilment.as_str(), "completed"));
        }
        Ok(Self {
            completed: true,
            ..self
        })
    }
}

/// The buyer's status of an order, from its store orders alone.
///
/// Cancelled ones, and those that came back unpaid, do not count as long as another lives; "partially" means that some of the rest
/// is further than others.
pub(crate) fn project(parts: &[StoreOrderState]) -> OrderStatus {
    use Fulfilment as F;
    let live: Vec<_> = parts.iter().filter(|part| !part.is_gone()).collect();
    if live.is_empty() {
        return OrderStatus::Cancelled;
    }
    let all = |test: fn(&StoreOrderState) -> bool| live.iter().all(|part| test(part));
    let any = |test: fn(&StoreOrderState) -> bool| live.iter().any(|part| test(part));
    let arrived = |p: &StoreOrderState| matches!(p.fulfilment, F::Delivered | F::Returned);
    let sent =
        |p: &StoreOrderState| matches!(p.fulfilment, F::Shipped | F::Delivered | F::Returned);
    if all(|p| p.settlement == Settlement::Refunded) {
        OrderStatus::Refunded
    } else if any(|p| p.settlement == Settlement::Unpaid) {
        OrderStatus::Pending
    } else if all(|p| p.completed || p.settlement == Settlement::Refunded) {
        OrderStatus::Completed
    } else if all(arrived) {
        OrderStatus::Delivered
    } else if any(arrived) {
        OrderStatus::PartiallyDelivered
    } else if all(sent) {
        OrderStatus::Shipped
    } else if any(sent) {
        OrderStatus::PartiallyShipped
    } else {
        OrderStatus::Confirmed
    }
}

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
