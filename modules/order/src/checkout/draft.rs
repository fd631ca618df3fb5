//! From a priced cart to an order's rows. Nothing is priced anew: what the buyer saw is copied.

use feira_cart::{Cart, CartGroup, CartLine, Problem, Totals};
use feira_catalog::StockLine;
use feira_kernel::{Currency, Env, Money};
use feira_store::{CommissionQuote, CommissionRequest, ShippingOption};
use uuid::Uuid;

use crate::OrderError;

pub(super) struct Draft {
    pub(super) currency: Currency,
    pub(super) totals: Totals,
    pub(super) parts: Vec<DraftPart>,
    /// Whether a person will say that it was paid: that takes its time.
    pub(super) by_hand: bool,
}

/// A store order to be.
pub(super) struct DraftPart {
    pub(super) id: Uuid,
    pub(super) group: CartGroup,
    pub(super) shipping: ShippingOption,
    pub(super) lines: Vec<DraftLine>,
    pub(super) commission: Money,
    pub(super) earning: Money,
}

pub(super) struct DraftLine {
    pub(super) id: Uuid,
    pub(super) line: CartLine,
    /// What the commission is taken of: the line without tax.
    pub(super) base: Money,
    pub(super) quote: Option<CommissionQuote>,
}

impl Draft {
    /// Refuses a cart whose amounts do not add up: that would be a defect, not a buyer's mistake.
    pub(super) fn of(env: &Env, cart: &Cart, by_hand: bool) -> Result<Self, OrderError> {
        let zero = Money::zero(cart.currency);
        let mut parts = Vec::with_capacity(cart.groups.len());
        for group in &cart.groups {
            let shipping = group.shipping.clone();
            let shipping = shipping.ok_or_else(|| OrderError::CartProblems {
                problems: vec![Problem::NoShipping { store: group.store }],
            })?;
            let lines = group.lines.iter().map(|line| {
                Ok(DraftLine {
                    id: env.uuid(),
                    base: line.total.checked_sub(line.tax)?,
                    line: line.clone(),
                    quote: None,
                })
            });
            parts.push(DraftPart {
                id: env.uuid(),
                shipping,
                lines: lines.collect::<Result<_, OrderError>>()?,
                group: group.clone(),
                commission: zero,
                earning: group.totals.total,
            });
        }
        let draft = Self {
            currency: cart.currency,
            totals: cart.totals,
            parts,
            by_hand,
        };
        draft.adds_up()?;
        Ok(draft)
    }

    fn adds_up(&self) -> Result<(), OrderError> {
        let sum = |of: fn(&Totals) -> Money| {
            Money::sum(
                self.currency,
                self.parts.iter().map(|part| of(&part.group.totals)),
            )
        };
        let mut right = sum(|t| t.total)? == self.totals.total
            && sum(|t| t.subtotal)? == self.totals.subtotal
            && sum(|t| t.discount)? == self.totals.discount
            && sum(|t| t.shipping)? == self.totals.shipping
            && sum(|t| t.tax)? == self.totals.tax;
        for part in &self.parts {
            let totals = &part.group.totals;
            let goods = part.lines.iter().map(|l| &l.line);
            let mut subtotal = Money::zero(self.currency);
            for line in goods {
                let gross = line.unit_price.times(line.quantity)?;
                let net = gross.checked_sub(line.discount)?.checked_add(line.tax)?;
                right &= net == line.total;
                subtotal = subtotal.checked_add(gross)?;
            }
            let total = totals.subtotal.checked_sub(totals.discount)?;
            let total = total
                .checked_add(totals.shipping)?
                .checked_add(totals.tax)?;
            right &= subtotal == totals.subtotal
                && total == totals.total
                && part.shipping.price == totals.shipping;
        }
        if right {
            Ok(())
        } else {
            Err(OrderError::Internal(
                "the cart's amounts do not add up".to_owned(),
            ))
        }
    }

    /// One request per line, in the order of the lines.
    pub(super) fn commission_requests(&self) -> Result<Vec<CommissionRequest>, OrderError> {
        let requests = self.parts.iter().flat_map(|part| {
            part.lines.iter().map(|line| CommissionRequest {
                store: part.group.store,
                category_path: line.line.category_path.iter().map(|c| c.0).collect(),
                base: line.base,
                quantity: line.line.quantity,
            })
        });
        Ok(requests.collect())
    }

    /// Keeps what each line's commission is, and gives the store the exact rest.
    pub(super) fn freeze_commission(
        &mut self,
        quotes: &[CommissionQuote],
    ) -> Result<(), OrderError> {
        let mut quotes = quotes.iter();
        for part in &mut self.parts {
            let mut commission = Money::zero(self.currency);
            for line in &mut part.lines {
                let missing = || OrderError::Internal("a commission is missing".to_owned());
                let mut quote = quotes.next().cloned().ok_or_else(missing)?;
                // A fee per unit may be more than a cheap line is worth: never more than the line.
                if quote.commission.compare(line.base)?.is_gt() {
                    quote.commission = line.base;
                }
                commission = commission.checked_add(quote.commission)?;
                line.quote = Some(quote);
            }
            part.earning = part.group.totals.total.checked_sub(commission)?;
            part.commission = commission;
        }
        Ok(())
    }

    pub(super) fn stock_lines(&self) -> Vec<StockLine> {
        let lines = self.parts.iter().flat_map(|part| &part.lines);
        lines
            .map(|line| StockLine {
                variant: line.line.variant,
                quantity: line.line.quantity,
            })
            .collect()
    }
}
