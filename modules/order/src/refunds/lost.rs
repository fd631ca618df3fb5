//! Money of an order that went back without it: a dispute was lost, and perhaps won on appeal. What is gone is
//! asked of payment, so that an event which comes twice, or late, changes nothing.

use std::collections::BTreeMap;

use feira_kernel::{
    Env, Money,
    db::{self, Change},
};
use feira_payment::PaymentId;
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

use super::given;
use crate::{
    OrderError, OrderId, Settlement,
    access::SELF,
    checkout::Progress,
    entities::store_order,
    neighbours,
    service::{
        Service,
        change::{self, HistoryNote},
    },
    status::MoneyStep,
};

/// Retries against changes in between, of which there are as good as none.
const MOST_ROUNDS: usize = 4;

impl Service {
    /// Writes down what disputes took of each part, and brings its settlement to what is gone.
    pub(crate) async fn money_lost(
        &self,
        order: OrderId,
        payment: PaymentId,
    ) -> Result<(), OrderError> {
        let Some(at) = self.progress(order).await? else {
            tracing::warn!(%order, %payment, "a lost dispute of nothing that this module knows");
            return Ok(());
        };
        // One that came when the order was paid already: it goes back whole, and settles nothing.
        if at.payment.is_some_and(|paid| paid != payment) {
            return Ok(());
        }
        for _ in 0..MOST_ROUNDS {
            let lost = self.lost_of(&at).await?;
            if !self.write_lost(order, payment, lost.clone()).await? {
                return Ok(());
            }
            // What was read before another change, and written after it, is written anew.
            if self.lost_of(&at).await? == lost {
                return Ok(());
            }
        }
        let text = format!("what disputes took of payment {payment} changes too fast");
        Err(OrderError::Unavailable(text))
    }

    /// Of each part, what disputes took for good.
    async fn lost_of(&self, at: &Progress) -> Result<BTreeMap<Uuid, Money>, OrderError> {
        let asked = at.parts.iter().map(|split| split.part);
        let earned = self.deps.payments.earnings(&SELF, asked.collect()).await;
        let earned = earned.map_err(neighbours::payment)?.into_iter();
        Ok(earned.map(|one| (one.part.0, one.lost)).collect())
    }

    /// Whether it was otherwise before.
    async fn write_lost(
        &self,
        order: OrderId,
        payment: PaymentId,
        lost: BTreeMap<Uuid, Money>,
    ) -> Result<bool, OrderError> {
        let input = (self.env.clone(), order, payment, lost);
        self.env
            .pool
            .transaction(input, |tx, (env, order, payment, lost)| {
                Box::pin(async move {
                    let order = change::lock(tx, order).await?;
                    let mut order = order.ok_or(OrderError::NotFound)?;
                    let before = given(&**tx, order.id, payment).await?;
                    let mut changed = false;
                    for (part, lost) in &lost {
                        changed |= set_lost(tx, &env, (order.id, *part), lost.amount()).await?;
                    }
                    let given = given(&**tx, order.id, payment).await?;
                    let mut settled = false;
                    for part in &mut order.parts {
                        let (was, done) = (before.completed(part.id), given.completed(part.id));
                        if let Some(step) = step_to(part.state.settlement, (was, done), part.total)
                        {
                            part.settle(step)?;
                            settled = true;
                        }
                    }
                    if settled {
                        let note = HistoryNote::order(Some("disputed"));
                        change::save(tx, &env, &order, 1, &note).await?;
                    }
                    Ok(changed)
                })
            })
            .await
    }
}

/// Whether it was otherwise.
async fn set_lost(
    tx: &db::Tx,
    env: &Env,
    (order, part): (OrderId, Uuid),
    lost: Decimal,
) -> Result<bool, OrderError> {
    let gone = store_order::ActiveModel {
        lost: Set(lost),
        updated_at: Set(env.now()),
        ..Default::default()
    };
    let changed = store_order::Entity::update_many()
        .set(gone)
        .filter(store_order::Column::Id.eq(part))
        .filter(store_order::Column::OrderId.eq(order))
        .filter(store_order::Column::Lost.ne(lost))
        .run(&**tx)
        .await?;
    Ok(changed == 1)
}

/// What became of a part's money, of which so much was gone before and is now, if it is not settled so already. One
/// that is not paid any more, or not yet, is nothing to be settled; but of what is gone something may be there again.
fn step_to(
    settlement: Settlement,
    (was, gone): (Decimal, Decimal),
    total: Decimal,
) -> Option<MoneyStep> {
    match settlement {
        Settlement::Paid | Settlement::PartiallyRefunded
            if gone > Decimal::ZERO && gone >= total =>
        {
            Some(MoneyStep::RefundAll)
        }
        Settlement::Paid if gone > Decimal::ZERO => Some(MoneyStep::RefundPart),
        Settlement::PartiallyRefunded | Settlement::Refunded if gone < was => {
            Some(match gone > Decimal::ZERO {
                true => MoneyStep::ReturnPart,
                false => MoneyStep::ReturnAll,
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_settled_by_what_is_gone_of_it() {
        use Settlement::{Paid, PartiallyRefunded as Partly, Refunded, Unpaid};
        for (before, (was, gone), step) in [
            (Paid, (0, 0), None),
            (Paid, (0, 40), Some(MoneyStep::RefundPart)),
            (Paid, (0, 100), Some(MoneyStep::RefundAll)),
            (Partly, (20, 40), None),
            (Partly, (20, 100), Some(MoneyStep::RefundAll)),
            (Refunded, (40, 40), None),
            (Refunded, (0, 100), None),
            (Unpaid, (0, 100), None),
            // Won on appeal.
            (Refunded, (100, 0), Some(MoneyStep::ReturnAll)),
            (Refunded, (100, 40), Some(MoneyStep::ReturnPart)),
            (Partly, (40, 0), Some(MoneyStep::ReturnAll)),
            (Partly, (60, 40), Some(MoneyStep::ReturnPart)),
        ] {
            let of = |amount| Decimal::new(amount, 0);
            let found = step_to(before, (of(was), of(gone)), of(100));
            assert_eq!(found, step, "{before:?} {was} {gone}");
        }
    }
}
