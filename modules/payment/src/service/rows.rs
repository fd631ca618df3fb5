//! Rows as tables keep them, and as callers see them.

use feira_kernel::{Currency, Env, Money, Ref, StoreId, Time, Total, UserId, db, values};
use rust_decimal::Decimal;
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use crate::{
    Method, NextAction, Payment, PaymentError, PaymentId, PaymentStatus, PayoutId, Split,
    SplitState, StartPayment, br_code, ledger::Share, machine,
};

pub(super) const PAYMENT: &str = "SELECT p.id, p.key, p.reference, p.payer, p.description, p.method, p.gateway, p.amount, \
    p.currency, p.status, p.refunded, p.failure, p.transaction_id, p.action_url, p.expires_at, p.created_at, \
    x.br_code, c.token \
    FROM payments p LEFT JOIN payment_pix x ON x.payment_id = p.id \
    LEFT JOIN payment_credit_card c ON c.payment_id = p.id";

#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct PaymentRow {
    pub(super) id: Uuid,
    pub(super) key: Uuid,
    pub(super) reference: Uuid,
    pub(super) payer: Option<Uuid>,
    pub(super) description: String,
    pub(super) method: String,
    pub(super) gateway: String,
    amount: Decimal,
    currency: String,
    pub(super) status: String,
    refunded: Decimal,
    pub(super) failure: Option<String>,
    pub(super) transaction_id: Option<String>,
    pub(super) action_url: Option<String>,
    pub(super) expires_at: Time,
    pub(super) created_at: Time,
    pub(super) br_code: Option<String>,
    pub(super) token: Option<String>,
}

impl PaymentRow {
    /// As it is inserted.
    pub(super) fn fresh(id: Uuid, start: &StartPayment, gateway: &str, now: Time) -> Self {
        let token = match &start.method {
            Method::Card { token } => Some(token.clone()),
            Method::Pix {} => None,
        };
        Self {
            id,
            key: start.key,
            reference: start.reference.0,
            payer: start.payer.map(|user| user.0),
            description: start.description.clone(),
            method: start.method.name().to_owned(),
            gateway: gateway.to_owned(),
            amount: start.amount.amount(),
            currency: start.amount.currency().code().to_owned(),
            status: machine::name(PaymentStatus::Pending).to_owned(),
            refunded: Decimal::ZERO,
            failure: None,
            transaction_id: None,
            action_url: None,
            expires_at: start.expires_at,
            created_at: now,
            br_code: None,
            token,
        }
    }

    pub(super) fn amount(&self) -> Result<Money, PaymentError> {
        money(self.amount, &self.currency)
    }

    pub(super) fn refunded(&self) -> Result<Money, PaymentError> {
        money(self.refunded, &self.currency)
    }

    pub(super) fn status(&self) -> Result<PaymentStatus, PaymentError> {
        machine::parse(&self.status)
    }

    pub(super) fn is_live(&self) -> Result<bool, PaymentError> {
        self.status().map(machine::is_live)
    }

    pub(super) fn view(self) -> Result<Payment, PaymentError> {
        let status = self.status()?;
        let next_action = match (&self.br_code, &self.action_url) {
            _ if status != PaymentStatus::Pending => NextAction::None {},
            (Some(code), _) => NextAction::PixCode {
                qr_svg: br_code::qr_svg(code).map_err(internal)?,
                br_code: code.clone(),
            },
            (None, Some(url)) => NextAction::CardConfirmation { url: url.clone() },
            (None, None) => NextAction::None {},
        };
        Ok(Payment {
            id: PaymentId(self.id),
            reference: Ref::new(self.reference),
            payer: self.payer.map(UserId),
            status,
            amount: self.amount()?,
            refunded: self.refunded()?,
            method: self.method,
            gateway: self.gateway,
            next_action,
            failure: self.failure,
            expires_at: self.expires_at,
            created_at: self.created_at,
        })
    }
}

#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct SplitRow {
    pub(super) id: Uuid,
    store_id: Uuid,
    pub(super) part: Uuid,
    amount: Decimal,
    commission: Decimal,
    earning: Decimal,
    refunded: Decimal,
    refunding: Decimal,
    commission_reversed: Decimal,
    pub(super) released_at: Option<Time>,
    payout_id: Option<Uuid>,
    currency: String,
}

impl SplitRow {
    pub(super) fn split(&self) -> Result<Split, PaymentError> {
        Ok(Split {
            store: StoreId(self.store_id),
            part: Ref::new(self.part),
            amount: money(self.amount, &self.currency)?,
            commission: money(self.commission, &self.currency)?,
            earning: money(self.earning, &self.currency)?,
        })
    }

    pub(super) fn refunded(&self) -> Result<Money, PaymentError> {
        money(self.refunded, &self.currency)
    }

    /// Neither given back nor on its way back.
    pub(super) fn left(&self) -> Result<Money, PaymentError> {
        money(self.amount - self.refunded - self.refunding, &self.currency)
    }

    pub(super) fn commission_reversed(&self) -> Result<Money, PaymentError> {
        money(self.commission_reversed, &self.currency)
    }

    pub(super) fn share(&self) -> Result<Share, PaymentError> {
        Ok(Share {
            split: self.id,
            store: StoreId(self.store_id),
            commission: money(self.commission, &self.currency)?,
            earning: money(self.earning, &self.currency)?,
            released: self.released_at.is_some(),
        })
    }

    pub(super) fn state(&self) -> Result<SplitState, PaymentError> {
        Ok(SplitState {
            split: self.split()?,
            refunded: self.refunded()?,
            released: self.released_at.is_some(),
            payout: self.payout_id.map(PayoutId),
        })
    }
}

pub(super) async fn payment(env: &Env, id: PaymentId) -> Result<PaymentRow, PaymentError> {
    db::optional(
        env.pool.reads(),
        &format!("{PAYMENT} WHERE p.id = $1"),
        values![id],
    )
    .await?
    .ok_or(PaymentError::NotFound)
}

/// The row, locked until the transaction ends: whoever changes splits holds it.
pub(super) async fn lock(tx: &db::Tx, id: Uuid) -> Result<PaymentRow, PaymentError> {
    db::optional(
        &**tx,
        &format!("{PAYMENT} WHERE p.id = $1 FOR UPDATE OF p"),
        values![id],
    )
    .await?
    .ok_or(PaymentError::NotFound)
}

/// A payment's splits, in the order in which they were given.
pub(super) async fn splits(
    db: &impl ConnectionTrait,
    payment: Uuid,
) -> Result<Vec<SplitRow>, PaymentError> {
    let rows = db::rows(
        db,
        "SELECT s.id, s.store_id, s.part, s.amount, s.commission, s.earning, s.refunded, s.refunding, \
                s.commission_reversed, s.released_at, i.payout_id, p.currency \
         FROM payment_splits s JOIN payments p ON p.id = s.payment_id \
         LEFT JOIN payout_items i ON i.split_id = s.id AND i.amount > 0 \
         WHERE s.payment_id = $1 ORDER BY s.position LIMIT 100",
        values![payment],
    )
    .await?;
    Ok(rows)
}

/// A row of `transactions`: what passed between a provider and us, without secrets.
pub(super) struct Exchanged<'a> {
    pub(super) kind: &'static str,
    pub(super) gateway_id: Option<&'a str>,
    pub(super) outcome: String,
}

pub(super) async fn exchanged(
    db: &impl ConnectionTrait,
    env: &Env,
    payment: Uuid,
    exchange: Exchanged<'_>,
) -> Result<(), PaymentError> {
    let outcome: String = exchange.outcome.chars().take(300).collect();
    db::exec(
        db,
        "INSERT INTO transactions (id, payment_id, kind, gateway_id, outcome, at) VALUES ($1, $2, $3, $4, $5, $6)",
        values![
            env.uuid(),
            payment,
            exchange.kind,
            exchange.gateway_id.map(str::to_owned),
            outcome,
            env.now()
        ],
    )
    .await?;
    Ok(())
}

pub(super) fn money(amount: Decimal, currency: &str) -> Result<Money, PaymentError> {
    let currency: Currency = currency.parse().map_err(internal)?;
    Money::new(amount, currency).map_err(internal)
}

/// What a query added up, or a column that keeps such a sum.
pub(super) fn total(amount: Decimal, currency: &str) -> Result<Total, PaymentError> {
    let currency: Currency = currency.parse().map_err(internal)?;
    Total::new(amount, currency).map_err(internal)
}

pub(super) fn internal(error: impl std::fmt::Display) -> PaymentError {
    PaymentError::Internal(error.to_string())
}
