//! A seller's commands on a store order, and its completion after the return window.

use feira_kernel::{
    Actor, Env, IdempotencyKey, StoreId, Time,
    db::{self, Change, Find},
    outbox,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};

use super::{
    Service,
    change::{self, HistoryNote, LockedOrder, LockedStoreOrder},
};
use crate::{
    Fulfilment, NewShipment, OrderError, OrderId, SellerOrder, ShipmentId, StoreOrderCompleted,
    StoreOrderDelivered, StoreOrderId, StoreOrderShipped, access,
    entities::{shipment, store_order},
    status::{Illegal, Step},
    validate,
};

/// What a seller does with her part of an order.
#[derive(Clone)]
enum Move {
    Accept,
    Ship(NewShipment),
    Deliver { ends: Time },
}

/// The store order's place among its order's parts.
fn find(order: &mut LockedOrder, id: StoreOrderId) -> Result<&mut LockedStoreOrder, OrderError> {
    let mut parts = order.parts.iter_mut();
    parts.find(|part| part.id == id).ok_or(OrderError::NotFound)
}

/// Whether this shipment was sent by an earlier call.
async fn is_known(
    tx: &db::Tx,
    id: StoreOrderId,
    shipment: &NewShipment,
) -> Result<bool, OrderError> {
    let same = shipment::Entity::find()
        .filter(shipment::Column::StoreOrderId.eq(id))
        .filter(shipment::Column::Carrier.eq(shipment.carrier.as_str()))
        .filter(shipment::Column::TrackingNumber.eq(shipment.tracking_number.as_str()))
        .row(&**tx)
        .await?;
    Ok(same.is_some())
}

async fn record(
    tx: &db::Tx,
    env: &Env,
    id: StoreOrderId,
    shipment: NewShipment,
) -> Result<(), OrderError> {
    let row = shipment::ActiveModel {
        id: Set(ShipmentId(env.uuid())),
        store_order_id: Set(id),
        carrier: Set(shipment.carrier),
        tracking_number: Set(shipment.tracking_number),
        shipped_at: Set(env.now()),
        ..Default::default()
    };
    shipment::Entity::insert(row).run(&**tx).await?;
    Ok(())
}

/// Applies the command and publishes its event, unless the key was used before.
async fn carry_out(
    tx: &db::Tx,
    env: &Env,
    mut order: LockedOrder,
    id: StoreOrderId,
    (what, note): (Move, HistoryNote),
) -> Result<(), OrderError> {
    let part = find(&mut order, id)?;
    let (step, done) = match &what {
        Move::Accept => (Step::Accept, part.state.fulfilment == Fulfilment::Accepted),
        Move::Ship(shipment) => (Step::Ship, is_known(tx, id, shipment).await?),
        Move::Deliver { .. } => (
            Step::Deliver,
            part.state.fulfilment == Fulfilment::Delivered,
        ),
    };
    if done {
        return Ok(());
    }
    part.step(step)?;
    if let Move::Deliver { ends } = what {
        part.return_window_ends_at = Some(ends);
    }
    let part = part.as_ref();
    let version = change::save(tx, env, &order, 1, &note).await?;
    let (order, user) = (order.id, order.user);
    match what {
        Move::Accept => {}
        Move::Ship(shipment) => {
            record(tx, env, id, shipment).await?;
            let shipped = StoreOrderShipped {
                order,
                version,
                user,
                part,
            };
            outbox::publish(tx, env, &shipped).await?;
        }
        Move::Deliver { .. } => {
            let delivered = StoreOrderDelivered {
                order,
                version,
                user,
                part,
            };
            outbox::publish(tx, env, &delivered).await?;
        }
    }
    Ok(())
}

impl Service {
    /// The order of a store order, if it is this store's.
    pub(super) async fn order_of(
        &self,
        id: StoreOrderId,
        store: StoreId,
    ) -> Result<OrderId, OrderError> {
        let found: Option<OrderId> = store_order::Entity::find_by_id(id)
            .filter(store_order::Column::StoreId.eq(store))
            .select_only()
            .column(store_order::Column::OrderId)
            .into_tuple()
            .row(self.env.pool.read())
            .await?;
        found.ok_or(OrderError::NotFound)
    }

    pub(crate) async fn accept(
        &self,
        actor: &Actor,
        id: StoreOrderId,
        key: Option<IdempotencyKey>,
    ) -> Result<SellerOrder, OrderError> {
        self.seller_step(actor, id, Move::Accept, key).await
    }

    pub(crate) async fn ship(
        &self,
        actor: &Actor,
        id: StoreOrderId,
        shipment: NewShipment,
        key: Option<IdempotencyKey>,
    ) -> Result<SellerOrder, OrderError> {
        let shipment = validate::shipment(&shipment)?;
        self.seller_step(actor, id, Move::Ship(shipment), key).await
    }

    pub(crate) async fn deliver(
        &self,
        actor: &Actor,
        id: StoreOrderId,
        key: Option<IdempotencyKey>,
    ) -> Result<SellerOrder, OrderError> {
        let ends = self.env.now() + self.settings.return_window;
        self.seller_step(actor, id, Move::Deliver { ends }, key)
            .await
    }

    async fn seller_step(
        &self,
        actor: &Actor,
        id: StoreOrderId,
        what: Move,
        key: Option<IdempotencyKey>,
    ) -> Result<SellerOrder, OrderError> {
        let order = self.order_of(id, access::seller(actor)?).await?;
        let note = HistoryNote::new(actor.label(), None);
        let keyed = IdempotencyKey::of(key, actor);
        let input = (self.env.clone(), (order, id), what, (note, keyed));
        let done: Result<(), OrderError> = self
            .env
            .pool
            .transaction(input, |tx, (env, (order, id), what, (note, keyed))| {
                Box::pin(async move {
                    let order = change::lock_once(tx, &env, order, keyed.as_ref()).await?;
                    match order {
                        Some(order) => carry_out(tx, &env, order, id, (what, note)).await,
                        None => Ok(()),
                    }
                })
            })
            .await;
        done?;
        self.store_order(actor, id).await
    }

    /// Completes a store order whose return window is over; does nothing to any other.
    pub(crate) async fn complete(
        &self,
        order: OrderId,
        id: StoreOrderId,
    ) -> Result<(), OrderError> {
        let input = (self.env.clone(), order, id);
        self.env
            .pool
            .transaction(input, |tx, (env, order, id)| {
                Box::pin(async move {
                    let order = change::lock(tx, order).await?;
                    let mut order = order.ok_or(OrderError::NotFound)?;
                    let part = find(&mut order, id)?;
                    let now = env.now();
                    let over = part.return_window_ends_at.is_some_and(|ends| ends <= now);
                    if !over || part.completed_at.is_some() {
                        return Ok(());
                    }
                    match part.complete(now) {
                        Ok(()) => {}
                        // Returned or refunded meanwhile: there is nothing to pay out.
                        Err(Illegal { .. }) => return Ok(()),
                    }
                    let done = part.as_ref();
                    let note = HistoryNote::order(Some("return_window"));
                    let version = change::save(tx, &env, &order, 1, &note).await?;
                    let completed = StoreOrderCompleted {
                        order: order.id,
                        version,
                        user: order.user,
                        part: done,
                    };
                    outbox::publish(tx, &env, &completed).await?;
                    Ok(())
                })
            })
            .await
    }
}
