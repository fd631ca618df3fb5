//! Rows as tables keep them, and as callers see them.

use feira_kernel::{
    Currency, Env, Money, Ref, Time, Total, UserId,
    db::{self, Change, Find, Secret},
};
use rust_decimal::Decimal;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Set,
};
use uuid::Uuid;

use crate::{
    InterestBearer, Method, MethodKind, NextAction, PayeeKind, Payment, PaymentError,
    PaymentFailure, PaymentId, PaymentStatus, StartPayment, br_code,
    entities::{exchange_text, payment, transaction},
    provider::{
        Taker,
        heard::{self, Told},
    },
    status,
};

/// What is read of a payment.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct PaymentRow {
    pub(super) id: PaymentId,
    pub(super) key: Uuid,
    pub(super) reference: Uuid,
    pub(super) payer: Option<UserId>,
    pub(super) description: String,
    pub(super) method: MethodKind,
    pub(super) gateway: String,
    amount: Decimal,
    pub(super) currency: String,
    pub(super) status: PaymentStatus,
    refunded: Decimal,
    pub(super) failure: Option<PaymentFailure>,
    pub(super) transaction_id: Option<String>,
    pub(super) action_url: Option<String>,
    pub(super) expires_at: Time,
    pub(super) created_at: Time,
    pub(super) br_code: Option<String>,
    pub(super) card_token: Option<Secret>,
    /// Of a saved card.
    pub(super) card_customer: Option<Secret>,
    pub(super) client_secret: Option<Secret>,
    pub(super) txid: Option<String>,
    pub(super) instructions: Option<String>,
    pub(super) to_stores: bool,
    pub(super) card_instalments: Option<i16>,
    pub(super) instalments_total: Option<Decimal>,
    pub(super) interest_borne_by: Option<InterestBearer>,
}

impl PaymentRow {
    /// As it is inserted.
    pub(super) fn fresh(id: PaymentId, start: &StartPayment, taker: &Taker, now: Time) -> Self {
        let card_token = match &start.method {
            Method::Card { token, .. } => Some(Secret(token.clone())),
            // A saved one is added by who has looked it up.
            Method::SavedCard { .. }
            | Method::Pix {}
            | Method::BankTransfer {}
            | Method::Paypal {}
            | Method::Whatsapp {}
            | Method::CashOnDelivery {} => None,
        };
        Self {
            id,
            key: start.key,
            reference: start.reference.0,
            payer: start.payer,
            description: start.description.clone(),
            method: start.method.kind(),
            gateway: taker.provider.name().to_owned(),
            to_stores: taker.payee == PayeeKind::Store,
            amount: start.amount.amount(),
            currency: start.amount.currency().code().to_owned(),
            status: PaymentStatus::Pending,
            refunded: Decimal::ZERO,
            failure: None,
            transaction_id: None,
            action_url: None,
            expires_at: start.expires_at,
            created_at: now,
            br_code: None,
            card_token,
            card_customer: None,
            client_secret: None,
            txid: None,
            instructions: None,
            card_instalments: None,
            instalments_total: None,
            interest_borne_by: None,
        }
    }

    pub(super) fn amount(&self) -> Result<Money, PaymentError> {
        money(self.amount, &self.currency)
    }

    pub(super) fn is_live(&self) -> bool {
        status::is_live(self.status)
    }

    /// Whether it is paid to the stores themselves.
    pub(super) fn has_legs(&self) -> bool {
        self.to_stores || self.method.is_on_delivery()
    }

    /// Whether its stores say when they have the money, before anything is sold: nobody else is asked about it.
    pub(super) fn waits_for_stores(&self) -> bool {
        self.has_legs() && !self.method.is_on_delivery() && self.transaction_id.is_some()
    }

    /// Whether it waits for nobody but who pays on delivery.
    pub(super) fn is_agreed(&self) -> bool {
        self.method.is_on_delivery() && self.status == PaymentStatus::Authorized
    }

    /// As operators see it: what confirms it is its payer's alone.
    pub(super) fn overview(self) -> Result<Payment, PaymentError> {
        self.without_secret().view()
    }

    pub(super) fn without_secret(self) -> Self {
        Self {
            client_secret: None,
            ..self
        }
    }

    /// What its payer has given is confirmed, or she goes to where she gives it.
    fn confirmation(&self) -> NextAction {
        match (self.method, self.action_url.clone()) {
            (MethodKind::Paypal, Some(url)) => NextAction::Redirect { url },
            (_, url) => NextAction::CardConfirmation {
                url,
                client_secret: self.client_secret.clone().map(|secret| secret.0),
            },
        }
    }

    pub(super) fn view(self) -> Result<Payment, PaymentError> {
        let confirms = self.action_url.is_some() || self.client_secret.is_some();
        let next_action = match (&self.br_code, &self.instructions) {
            _ if self.status != PaymentStatus::Pending && !self.is_agreed() => NextAction::None {},
            _ if self.waits_for_stores() => NextAction::PayStores {},
            (Some(code), _) => NextAction::PixCode {
                qr_svg: br_code::qr_svg(code).map_err(internal)?,
                br_code: code.clone(),
            },
            (None, _) if confirms => self.confirmation(),
            (None, Some(number)) if self.method == MethodKind::Whatsapp => NextAction::Whatsapp {
                number: number.clone(),
            },
            (None, Some(text)) => NextAction::Instructions { text: text.clone() },
            (None, None) => NextAction::None {},
        };
        let statement = match self.method {
            _ if self.has_legs() => None,
            MethodKind::Pix => self.txid.clone(),
            MethodKind::BankTransfer | MethodKind::Whatsapp => Some(self.description.clone()),
            MethodKind::Card | MethodKind::Paypal | MethodKind::CashOnDelivery => None,
        };
        Ok(Payment {
            id: self.id,
            reference: Ref::new(self.reference),
            payer: self.payer,
            status: self.status,
            amount: self.amount()?,
            refunded: money(self.refunded, &self.currency)?,
            instalments: self.instalments()?,
            method: self.method,
            gateway: self.gateway,
            next_action,
            legs: Vec::new(),
            statement,
            page: None,
            failure: self.failure,
            expires_at: self.expires_at,
            created_at: self.created_at,
        })
    }
}

pub(super) async fn payment(env: &Env, id: PaymentId) -> Result<PaymentRow, PaymentError> {
    let found = payment::Entity::find_by_id(id).into_model::<PaymentRow>();
    let row = found.row(env.pool.read()).await?;
    row.ok_or(PaymentError::NotFound)
}

/// The payment of a provider's charge.
pub(super) async fn of_charge(
    env: &Env,
    gateway: &str,
    charge: &str,
) -> Result<Option<PaymentRow>, PaymentError> {
    use payment::Column;
    let found = payment::Entity::find()
        .filter(Column::Gateway.eq(gateway))
        .filter(Column::TransactionId.eq(charge))
        .into_model::<PaymentRow>();
    Ok(found.row(env.pool.read()).await?)
}

/// The row, locked until the transaction ends: whoever changes splits holds it.
pub(super) async fn lock(tx: &db::Tx, id: PaymentId) -> Result<payment::Model, PaymentError> {
    let found = payment::Entity::find_by_id(id).lock_exclusive();
    found.row(&**tx).await?.ok_or(PaymentError::NotFound)
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
    payment: PaymentId,
    exchange: Exchanged<'_>,
) -> Result<(), PaymentError> {
    let id = env.uuid();
    let row = transaction::ActiveModel {
        id: Set(id),
        payment_id: Set(payment),
        kind: Set(exchange.kind.to_owned()),
        gateway_id: Set(exchange.gateway_id.map(str::to_owned)),
        outcome: Set(bounded(&exchange.outcome)),
        at: Set(env.now()),
        ..Default::default()
    };
    transaction::Entity::insert(row).run(db).await?;
    told(db, env, (id, payment), heard::take()).await
}

/// What was asked and answered in the exchange of this id, of this payment.
async fn told(
    db: &impl ConnectionTrait,
    env: &Env,
    (exchange, payment): (Uuid, PaymentId),
    heard: Vec<Told>,
) -> Result<(), PaymentError> {
    let Some(texts) = heard::texts(heard) else {
        return Ok(());
    };
    let row = exchange_text::ActiveModel {
        transaction_id: Set(exchange),
        payment_id: Set(payment),
        request: Set(texts.request),
        response: Set(texts.response),
        at: Set(env.now()),
        ..Default::default()
    };
    exchange_text::Entity::insert(row).run(db).await?;
    Ok(())
}

/// A provider may say much.
pub(super) fn bounded(outcome: &str) -> String {
    outcome.chars().take(300).collect()
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
