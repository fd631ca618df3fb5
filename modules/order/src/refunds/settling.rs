//! What the outcome of a refund does to its order.

use feira_kernel::{
    Env,
    db::{self, Change},
    outbox,
};
use feira_payment::Refund;
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::{Loaded, OPEN, given, load};
use crate::{
    OrderError, OrderRefundState, OrderRefunded, RefundFailure, RefundedPart, Settlement,
    checkout::step,
    entities::refund::{self, Column},
    service::{
        Service,
        change::{self, HistoryNote, LockedOrder},
    },
    status::MoneyStep,
};

impl Service {
    pub(super) async fn settle_refund(
        &self,
        loaded: &Loaded,
        made: &Refund,
    ) -> Result<(), OrderError> {
        if !loaded.is_open() {
            return Ok(());
        }
        let points = ["refund.settle.before", "refund.settle.after"];
        step(points, self.write_settled(loaded, made)).await
    }

    async fn write_settled(&self, loaded: &Loaded, made: &Refund) -> Result<(), OrderError> {
        let of = &loaded.row;
        let beside = self.is_beside(of.order_id, of.payment_id).await?;
        let input = (self.env.clone(), loaded.clone(), made.clone());
        self.env
            .pool
            .transaction(input, move |tx, (env, loaded, made)| {
                Box::pin(async move {
                    let order = change::lock(tx, loaded.row.order_id).await?;
                    let mut order = order.ok_or(OrderError::NotFound)?;
                    let completed = (OrderRefundState::Completed, None);
                    if !end(tx, &env, &loaded, completed, Some(&made)).await? {
                        return Ok(());
                    }
                    let given = given(&**tx, order.id, loaded.row.payment_id).await?;
                    for part in &mut order.parts {
                        // Cancelled meanwhile, and all of it is back.
                        let settled = part.state.settlement == Settlement::Refunded;
                        if beside || settled || loaded.of(part.id).is_none() {
                            continue;
                        }
                        let done = given.completed(part.id);
                        part.settle(match done >= part.total {
                            true => MoneyStep::RefundAll,
                            false => MoneyStep::RefundPart,
                        })?;
                    }
                    let reason = loaded.row.reason.as_str().to_owned();
                    let note = HistoryNote::new(loaded.row.actor.clone(), Some(reason));
                    let version = change::save(tx, &env, &order, 1, &note).await?;
                    outbox::publish(tx, &env, &refunded(&order, &loaded, version)).await?;
                    Ok(())
                })
            })
            .await
    }

    pub(super) async fn fail_refund(
        &self,
        loaded: &Loaded,
        failure: RefundFailure,
        made: Option<&Refund>,
    ) -> Result<(), OrderError> {
        let input = (self.env.clone(), loaded.clone(), made.cloned());
        self.env
            .pool
            .transaction(input, move |tx, (env, loaded, made)| {
                Box::pin(async move {
                    let failed = (OrderRefundState::Failed, Some(failure));
                    end(tx, &env, &loaded, failed, made.as_ref()).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Its money is here again: the settlements are what they were without it.
    pub(super) async fn refund_came_back(
        &self,
        loaded: &Loaded,
        made: &Refund,
    ) -> Result<(), OrderError> {
        tracing::error!(refund = %loaded.row.id, order = %loaded.row.order_id, "a refund came back from the payer's bank; somebody must give it back in another way");
        let of = &loaded.row;
        let beside = self.is_beside(of.order_id, of.payment_id).await?;
        let input = (self.env.clone(), of.id, of.order_id, made.clone());
        self.env
            .pool
            .transaction(input, move |tx, (env, id, order, made)| {
                Box::pin(async move {
                    let order = change::lock(tx, order).await?;
                    let mut order = order.ok_or(OrderError::NotFound)?;
                    let loaded = load(&**tx, id).await?;
                    let given = given(&**tx, order.id, loaded.row.payment_id).await?;
                    let failed = (OrderRefundState::Failed, Some(RefundFailure::CameBack));
                    let was = loaded.row.state;
                    if !end(tx, &env, &loaded, failed, Some(&made)).await?
                        || was != OrderRefundState::Completed
                        || beside
                    {
                        return Ok(());
                    }
                    for part in &mut order.parts {
                        let Some(amount) = loaded.of(part.id) else {
                            continue;
                        };
                        let before = match part.state.settlement {
                            Settlement::Refunded => part.total,
                            _ => given.completed(part.id),
                        };
                        part.settle(match before - amount.amount() > Decimal::ZERO {
                            true => MoneyStep::ReturnPart,
                            false => MoneyStep::ReturnAll,
                        })?;
                    }
                    let note = HistoryNote::order(Some("refund_came_back"));
                    change::save(tx, &env, &order, 1, &note).await?;
                    Ok(())
                })
            })
            .await
    }
}

/// Whether it was not ended so before: what is open ends in any way, and what is completed may yet come back.
async fn end(
    tx: &db::Tx,
    env: &Env,
    loaded: &Loaded,
    (state, failure): (OrderRefundState, Option<RefundFailure>),
    made: Option<&Refund>,
) -> Result<bool, OrderError> {
    let mut from = OPEN.to_vec();
    if failure == Some(RefundFailure::CameBack) {
        from.push(OrderRefundState::Completed);
    }
    let reference = made.and_then(|made| made.reference.clone());
    let ended = refund::ActiveModel {
        state: Set(state),
        failure: Set(failure),
        refund_id: Set(made.map(|made| made.id).or(loaded.row.refund_id)),
        reference: Set(reference.or(loaded.row.reference.clone())),
        due_at: Set(None),
        updated_at: Set(env.now()),
        ..Default::default()
    };
    let changed = refund::Entity::update_many()
        .set(ended)
        .filter(Column::Id.eq(loaded.row.id))
        .filter(Column::State.is_in(from))
        .run(&**tx)
        .await?;
    Ok(changed == 1)
}

fn refunded(order: &LockedOrder, loaded: &Loaded, version: i64) -> OrderRefunded {
    let parts = order.parts.iter().filter_map(|part| {
        Some(RefundedPart {
            store_order: part.id,
            store: part.store,
            amount: loaded.of(part.id)?,
        })
    });
    OrderRefunded {
        order: order.id,
        version,
        user: order.user,
        refund: loaded.row.id,
        amount: loaded.amount,
        parts: parts.collect(),
        by_operator: loaded.row.by_operator,
    }
}
