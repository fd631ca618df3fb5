//! Money of an order that went back without it: a dispute was lost. What is gone is asked of payment, so that
//! an event which comes twice, or late, changes nothing.

use std::collections::BTreeMap;

use feira_kernel::{Money, db::Change};
use feira_payment::PaymentId;
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

use super::given;
use crate::{
    OrderError, OrderId, Settlement,
    access::SELF,
    entities::store_order,
    neighbours,
    service::{
        Service,
        change::{self, HistoryNote},
    },
    status::MoneyStep,
};

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
        let asked = at.parts.iter().map(|split| split.part);
        let earned = self.deps.payments.earnings(&SELF, asked.collect()).await;
        let earned = earned.map_err(neighbours::payment)?.into_iter();
        let lost: BTreeMap<Uuid, Money> = earned.map(|one| (one.part.0, one.lost)).collect();
        let input = (self.env.clone(), order, payment, lost);
        self.env
            .pool
            .transaction(input, |tx, (env, order, payment, lost)| {
                Box::pin(async move {
                    let order = change::lock(tx, order).await?;
                    let mut order = order.ok_or(OrderError::NotFound)?;
                    for (part, lost) in &lost {
                        let gone = store_order::ActiveModel {
                            lost: Set(lost.amount()),
                            updated_at: Set(env.now()),
                            ..Default::default()
                        };
                        store_order::Entity::update_many()
                            .set(gone)
                            .filter(store_order::Column::Id.eq(*part))
                            .filter(store_order::Column::OrderId.eq(order.id))
                            .filter(store_order::Column::Lost.lt(lost.amount()))
                            .run(&**tx)
                            .await?;
                    }
                    let given = given(&**tx, order.id, payment).await?;
                    let mut changed = false;
                    for part in &mut order.parts {
                        let done = given.completed(part.id);
                        if let Some(step) = step_to(part.state.settlement, done, part.total) {
                            part.settle(step)?;
                            changed = true;
                        }
                    }
                    if changed {
                        let note = HistoryNote::order(Some("disputed"));
                        change::save(tx, &env, &order, 1, &note).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

/// What became of a part's money, if it is not settled so already. One that is not paid any more, or not yet,
/// is nothing to be settled.
fn step_to(settlement: Settlement, gone: Decimal, total: Decimal) -> Option<MoneyStep> {
    match settlement {
        Settlement::Paid | Settlement::PartiallyRefunded
            if gone > Decimal::ZERO && gone >= total =>
        {
            Some(MoneyStep::RefundAll)
        }
        Settlement::Paid if gone > Decimal::ZERO => Some(MoneyStep::RefundPart),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_settled_by_what_is_gone_of_it() {
        use Settlement::{Paid, PartiallyRefunded as Partly, Refunded, Unpaid};
        for (before, gone, step) in [
            (Paid, 0, None),
            (Paid, 40, Some(MoneyStep::RefundPart)),
            (Paid, 100, Some(MoneyStep::RefundAll)),
            (Partly, 40, None),
            (Partly, 100, Some(MoneyStep::RefundAll)),
            (Refunded, 40, None),
            (Refunded, 100, None),
            (Unpaid, 100, None),
        ] {
            let found = step_to(before, Decimal::new(gone, 0), Decimal::new(100, 0));
            assert_eq!(found, step, "{before:?} {gone}");
        }
    }
}
