//! Rows as tables keep them, and as callers see them.

use feira_kernel::{
    Currency, Env, Money, Ref, StoreId, Time, Total, UserId,
    db::{self, Change, Find, Secret},
    values,
};
use rust_decimal::Decimal;
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, QuerySelect, Set};
use uuid::Uuid;

use crate::{
    Method, MethodKind, NextAction, Payment, PaymentError, PaymentId, PaymentStatus, Split,
    StartPayment, br_code,
    entities::{payment, transaction},
    ledger::Share,
    reversal::{self, Taken},
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
    currency: String,
    pub(super) status: PaymentStatus,
    refunded: Decimal,
    pub(super) failure: Option<String>,
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
}

impl PaymentRow {
    /// As it is inserted.
    pub(super) fn fresh(id: PaymentId, start: &StartPayment, gateway: &str, now: Time) -> Self {
        let card_token = match &start.method {
            Method::Card { token } => Some(Secret(token.clone())),
            // A saved one is added by who has looked it up.
            Method::SavedCard { .. }
            | Method::Pix {}
            | Method::BankTransfer {}
            | Method::Paypal {}
            | Method::Whatsapp {} => None,
        };
        Self {
            id,
            key: start.key,
            reference: start.reference.0,
            payer: start.payer,
            description: start.description.clone(),
            method: start.method.kind(),
            gateway: gateway.to_owned(),
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
        }
    }

    pub(super) fn amount(&self) -> Result<Money, PaymentError> {
        money(self.amount, &self.currency)
    }

    pub(super) fn is_live(&self) -> bool {
        status::is_live(self.status)
    }

    /// As operators see it: what confirms it is its payer's alone.
    pub(super) fn overview(self) -> Result<Payment, PaymentError> {
        let row = Self {
            client_secret: None,
            ..self
        };
        row.view()
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
            _ if self.status != PaymentStatus::Pending => NextAction::None {},
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
            MethodKind::Pix => self.txid.clone(),
            MethodKind::BankTransfer | MethodKind::Whatsapp => Some(self.description.clone()),
            MethodKind::Card | MethodKind::Paypal => None,
        };
        Ok(Payment {
            id: self.id,
            reference: Ref::new(self.reference),
            payer: self.payer,
            status: self.status,
            amount: self.amount()?,
            refunded: money(self.refunded, &self.currency)?,
            method: self.method,
            gateway: self.gateway,
            next_action,
            statement,
            failure: self.failure,
            expires_at: self.expires_at,
            created_at: self.created_at,
        })
    }
}

#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct SplitRow {
    pub(super) id: Uuid,
    store_id: StoreId,
    pub(super) part: Uuid,
    amount: Decimal,
    commission: Decimal,
    earning: Decimal,
    refunded: Decimal,
    refunding: Decimal,
    commission_reversed: Decimal,
    commission_kept: Decimal,
    promoted: Decimal,
    fee: Decimal,
    settled: Decimal,
    disputed: Decimal,
    disputed_commission: Decimal,
    pub(super) released_at: Option<Time>,
    currency: String,
}

impl SplitRow {
    pub(super) fn split(&self) -> Result<Split, PaymentError> {
        Ok(Split {
            store: self.store_id,
            part: Ref::new(self.part),
            amount: money(self.amount, &self.currency)?,
            commission: money(self.commission, &self.currency)?,
            earning: money(self.earning, &self.currency)?,
        })
    }

    /// Neither given back, nor on its way back, nor kept back in a dispute.
    pub(super) fn left(&self) -> Result<Money, PaymentError> {
        let gone = self.refunded + self.refunding + self.disputed;
        money(self.amount - gone, &self.currency)
    }

    /// Kept back in disputes that are open.
    pub(super) fn disputed(&self) -> Result<Money, PaymentError> {
        money(self.disputed, &self.currency)
    }

    /// As the next refund, or dispute, finds it: what is disputed counts as taken.
    pub(super) fn taken(&self) -> Result<Taken, PaymentError> {
        let money = |amount| money(amount, &self.currency);
        Ok(Taken {
            amount: money(self.amount)?,
            commission: money(self.commission)?,
            refunded: money(self.refunded + self.disputed)?,
            commission_reversed: money(self.commission_reversed + self.disputed_commission)?,
            commission_kept: money(self.commission_kept)?,
        })
    }

    /// The same when all refunds that run are done: whoever bears them, the ratio goes on as if both sides
    /// did.
    pub(super) fn taken_with_running(&self) -> Result<Taken, PaymentError> {
        let taken = self.taken()?;
        let running = money(self.refunding, &self.currency)?;
        let back = reversal::reverse(&taken, running).map_err(internal)?;
        let refunded = taken.refunded.checked_add(running);
        let reversed = taken.commission_reversed.checked_add(back.commission);
        Ok(Taken {
            refunded: refunded.map_err(internal)?,
            commission_reversed: reversed.map_err(internal)?,
            ..taken
        })
    }

    /// Set aside for refunds that run.
    pub(super) fn refunding(&self) -> Result<Money, PaymentError> {
        money(self.refunding, &self.currency)
    }

    /// Of the earning, what refunds, lost disputes and providers' fees have not taken, and no open dispute keeps
    /// back; negative where the store bore more than it had.
    pub(super) fn earning_left(&self) -> Result<Money, PaymentError> {
        let taken = self.refunded - self.commission_reversed - self.promoted + self.fee;
        let disputed = self.disputed - self.disputed_commission;
        money(self.earning - taken - disputed, &self.currency)
    }

    /// What is payable of it, or owed, though nobody has released it.
    pub(super) fn settled(&self) -> Result<Money, PaymentError> {
        money(self.settled, &self.currency)
    }

    /// Whether nothing of it can go back any more: refunds, or disputes that were lost, took it.
    pub(super) fn is_given_back(&self) -> bool {
        self.amount > Decimal::ZERO && self.refunded >= self.amount
    }

    pub(super) fn share(&self) -> Result<Share, PaymentError> {
        Ok(Share {
            split: self.id,
            store: self.store_id,
            commission: money(self.commission, &self.currency)?,
            earning: money(self.earning, &self.currency)?,
            released: self.released_at.is_some(),
        })
    }
}

pub(super) async fn payment(env: &Env, id: PaymentId) -> Result<PaymentRow, PaymentError> {
    let found = payment::Entity::find_by_id(id).into_model::<PaymentRow>();
    let row = found.row(env.pool.read()).await?;
    row.ok_or(PaymentError::NotFound)
}

/// The row, locked until the transaction ends: whoever changes splits holds it.
pub(super) async fn lock(tx: &db::Tx, id: PaymentId) -> Result<payment::Model, PaymentError> {
    let found = payment::Entity::find_by_id(id).lock_exclusive();
    found.row(&**tx).await?.ok_or(PaymentError::NotFound)
}

/// A payment's splits, in the order in which they were given.
pub(super) async fn splits(
    db: &impl ConnectionTrait,
    payment: PaymentId,
) -> Result<Vec<SplitRow>, PaymentError> {
    let sql = include_str!("../sql/splits_of_payment.sql");
    Ok(db::rows(db, sql, values![payment]).await?)
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
    let row = transaction::ActiveModel {
        id: Set(env.uuid()),
        payment_id: Set(payment),
        kind: Set(exchange.kind.to_owned()),
        gateway_id: Set(exchange.gateway_id.map(str::to_owned)),
        outcome: Set(exchange.outcome.chars().take(300).collect()),
        at: Set(env.now()),
        ..Default::default()
    };
    transaction::Entity::insert(row).run(db).await?;
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
