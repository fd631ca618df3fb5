//! Giving money back: reserved under the payment's lock, asked of the provider outside any
//! transaction, then written into the books.

use std::collections::BTreeMap;

use feira_kernel::{
    Money, Time,
    db::{self, Find},
    values,
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{
    Service, pass,
    rows::{self, internal},
};
use crate::{
    NewRefund, PaymentError, PaymentId, Refund, RefundId, RefundStatus,
    entities::{payment, refund, refund_part},
    provider::AskedRefund,
    reversal::Bearer,
    validate,
};

const BATCH: i64 = 20;
pub(super) const RETRY_SECONDS: i64 = 15;
const LONGEST_SECONDS: i64 = 3600;

/// The most parts of one refund.
pub(super) const MOST_PARTS: u64 = 100;

/// A refund, and the charge that it takes from.
#[derive(Debug, Clone)]
pub(super) struct RefundRow {
    pub(super) id: RefundId,
    pub(super) payment_id: PaymentId,
    pub(super) amount: Decimal,
    pub(super) currency: String,
    pub(super) status: RefundStatus,
    pub(super) bearer: Bearer,
    /// Whether it was completed once, and its money came back.
    pub(super) came_back: bool,
    /// Whether somebody must say if it is what was given back there.
    pub(super) given_back_there: bool,
    /// At the provider, once it was completed.
    pub(super) reference: Option<String>,
    /// Of the payment: who gives it back.
    pub(super) gateway: String,
    /// At the provider.
    pub(super) charge: Option<String>,
    /// Under which the provider told of it, where it is not found by its id.
    pub(super) told: Option<String>,
    pub(super) withdrawn: bool,
    /// How often it was asked for again, this time too.
    pub(super) attempts: i32,
    pub(super) created_at: Time,
}

#[derive(FromQueryResult)]
struct Due {
    id: RefundId,
    attempts: i32,
}

impl refund::Model {
    pub(super) fn is_given_back_there(&self) -> bool {
        self.status == RefundStatus::Pending && self.given_back_at.is_some()
    }
}

impl RefundRow {
    pub(super) fn of(row: refund::Model, payment: &payment::Model) -> Self {
        Self {
            given_back_there: row.is_given_back_there(),
            id: row.id,
            payment_id: row.payment_id,
            amount: row.amount,
            currency: row.currency,
            status: row.status,
            bearer: Bearer::of(row.borne_by, row.keeps_commission),
            came_back: row.returned_at.is_some(),
            reference: row.gateway_id,
            gateway: payment.gateway.clone(),
            charge: payment.transaction_id.clone(),
            told: row.told_id,
            withdrawn: row.withdrawn_at.is_some(),
            attempts: row.attempts,
            created_at: row.created_at,
        }
    }

    pub(super) fn asked(&self) -> Result<AskedRefund, PaymentError> {
        let charge = self.charge.clone();
        Ok(AskedRefund {
            charge: charge.ok_or_else(|| internal("a captured payment without a charge"))?,
            id: self.id,
            amount: self.amount()?,
            told: self.told.clone().or_else(|| self.reference.clone()),
        })
    }

    pub(super) fn amount(&self) -> Result<Money, PaymentError> {
        rows::money(self.amount, &self.currency)
    }

    /// What each split gives, by split.
    pub(super) async fn parts(&self, tx: &db::Tx) -> Result<Vec<(Uuid, Money)>, PaymentError> {
        let parts = refund_part::Entity::find()
            .filter(refund_part::Column::RefundId.eq(self.id))
            .order_by_asc(refund_part::Column::SplitId)
            .limit(MOST_PARTS)
            .rows(&**tx)
            .await?;
        parts
            .into_iter()
            .map(|part| Ok((part.split_id, rows::money(part.amount, &self.currency)?)))
            .collect()
    }

    pub(super) fn view(&self) -> Result<Refund, PaymentError> {
        Ok(Refund {
            id: self.id,
            payment: self.payment_id,
            amount: self.amount()?,
            status: self.status,
            came_back: self.came_back,
            withdrawn: self.withdrawn,
            given_back_there: self.given_back_there && self.status == RefundStatus::Pending,
            reference: self.reference.clone(),
        })
    }
}

impl Service {
    pub(super) async fn give_back(&self, refund: NewRefund) -> Result<Refund, PaymentError> {
        validate::validate_refund(&refund)?;
        let (row, fresh) = self
            .env
            .pool
            .transaction((self.clone(), refund), |tx, (service, refund)| {
                Box::pin(async move { service.reserve(tx, &refund).await })
            })
            .await?;
        pass("payment.refund_reserved");
        if fresh {
            return self.ask_refund(row).await?.view();
        }
        row.view()
    }

    /// Asks again for refunds whose outcome is not known; the provider knows them by their id. Each
    /// provider is asked by itself.
    pub(crate) async fn retry_refunds(&self) -> Result<(), PaymentError> {
        self.settle_holds().await?;
        self.providers.refresh().await?;
        let mut tries = JoinSet::new();
        for name in self.providers.names() {
            let service = self.clone();
            tries.spawn(async move { service.retry_refunds_of(name).await });
        }
        tries.join_all().await.into_iter().collect()
    }

    async fn retry_refunds_of(&self, provider: String) -> Result<(), PaymentError> {
        let due: Vec<Due> = db::rows(
            self.env.pool.write(),
            include_str!("../sql/claim_refunds.sql"),
            values![
                self.env.now(),
                BATCH,
                RETRY_SECONDS,
                LONGEST_SECONDS,
                provider
            ],
        )
        .await?;
        for row in self.refunds(due).await? {
            let id = row.id;
            if let Err(error) = self.ask_refund(row).await {
                tracing::warn!(refund = %id, %error, "a refund could not be made; it will be tried again");
            }
        }
        Ok(())
    }

    /// Asks for those of a payment whose outcome is not known.
    pub(super) async fn ask_open_refunds(&self, id: PaymentId) -> Result<(), PaymentError> {
        let open: Vec<Due> = db::rows(
            self.env.pool.write(),
            include_str!("../sql/ask_refunds_of_payment.sql"),
            values![id, BATCH, self.env.now()],
        )
        .await?;
        for row in self.refunds(open).await? {
            self.ask_refund(row).await?;
        }
        Ok(())
    }

    async fn refunds(&self, due: Vec<Due>) -> Result<Vec<RefundRow>, PaymentError> {
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let db = self.env.pool.read();
        let found = refund::Entity::find()
            .filter(refund::Column::Id.eq_any(due.iter().map(|due| due.id)))
            .rows(db)
            .await?;
        let payments = payment::Entity::find()
            .filter(payment::Column::Id.eq_any(found.iter().map(|refund| refund.payment_id)))
            .rows(db)
            .await?;
        let payments: BTreeMap<PaymentId, payment::Model> = payments
            .into_iter()
            .map(|payment| (payment.id, payment))
            .collect();
        let of = |refund: refund::Model| -> Result<RefundRow, PaymentError> {
            let payment = payments.get(&refund.payment_id);
            let payment = payment.ok_or_else(|| internal("a refund of no payment"))?;
            let asked = due.iter().find(|due| due.id == refund.id);
            let attempts = asked.map_or(refund.attempts, |due| due.attempts);
            Ok(RefundRow {
                attempts,
                ..RefundRow::of(refund, payment)
            })
        };
        found.into_iter().map(of).collect()
    }
}
