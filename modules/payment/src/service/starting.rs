//! Taking money: the row first, then one call to the provider, then what came of it.

use feira_kernel::{Money, StoreId, db, values};
use uuid::Uuid;

use super::{
    Service,
    batch_rows::NewPaymentRow,
    batches::Begun,
    pass,
    receivers::split_rows,
    rows::{self, PaymentRow},
    saved_methods::Vaulted,
    split_rows as splits_kept,
    splitting::ToAccounts,
    verdict::{Observation, Purpose},
};
use crate::{
    MethodKind, Payment, PaymentError, PaymentId, StartPayment,
    ledger::Share,
    provider::{ChargeMethod, Divided, Failure, NewCharge, Taker, heard},
    receiving::Receives,
    status, validate,
};

/// Tries to take an older attempt's place.
const ATTEMPTS: u32 = 3;
/// How long after the deadline nobody else asks about a charge that is being made.
const LEASE: time::Duration = time::Duration::seconds(5);

struct Chosen {
    taker: Taker,
    /// Of stores that are paid themselves before anything is sold, in the order of the splits.
    receivers: Vec<Receives>,
    vaulted: Option<Vaulted>,
    divided: Option<Divided>,
    /// What the payer pays in all, if that is known before.
    total: Option<Money>,
}

enum Inserted {
    New(Box<PaymentRow>, Vec<Share>),
    /// The key is known.
    Known(Box<PaymentRow>),
    /// Another attempt of the reference is open, or was paid.
    Other(Box<PaymentRow>),
}

impl Service {
    pub(super) async fn begin(&self, start: StartPayment) -> Result<Payment, PaymentError> {
        validate::validate_start(&start, self.env.now())?;
        for _ in 0..ATTEMPTS {
            match self.insert(&start).await? {
                Inserted::New(row, shares) => {
                    pass("payment.inserted");
                    let row = self.charge(*row, Some(shares)).await?;
                    pass("payment.applied");
                    return self.with_legs(row).await;
                }
                Inserted::Known(row) => return self.repeated(*row, &start).await,
                Inserted::Other(row) if row.is_live() => {
                    let ended = self.end(row.id).await?;
                    if status::is_captured(ended.status) {
                        return Err(PaymentError::IllegalMove(ended.status));
                    }
                }
                Inserted::Other(row) if status::blocks_new_attempt(row.status) => {
                    return Err(PaymentError::IllegalMove(row.status));
                }
                // It ended meanwhile.
                Inserted::Other(_) => {}
            }
        }
        let reason = "another attempt began at the same time";
        Err(PaymentError::Unavailable(reason.to_owned()))
    }

    /// The same key again: the same payment, unless something else is asked. One whose provider
    /// was perhaps never asked is looked after now, if nobody else is at it.
    async fn repeated(
        &self,
        row: PaymentRow,
        start: &StartPayment,
    ) -> Result<Payment, PaymentError> {
        let splits = splits_kept::splits(self.env.pool.read(), row.id).await?;
        let kept: Result<Vec<_>, _> = splits.iter().map(splits_kept::SplitRow::split).collect();
        let same = row.reference == start.reference.0
            && row.amount()? == start.amount
            && row.method == start.method.kind()
            && row.payer == start.payer
            && row.divided().map_or(1, |divided| divided.count) == start.method.instalments()
            && kept? == start.splits;
        if !same {
            return Err(PaymentError::KeyReused);
        }
        if row.is_live() && row.transaction_id.is_none() && self.claim(row.id).await? {
            let row = self.settle(row).await?;
            return self.with_legs(row).await;
        }
        self.with_legs(row).await
    }

    /// Asks the provider for the money and applies the answer. An outcome that is not known
    /// leaves the payment to the poller.
    pub(super) async fn charge(
        &self,
        row: PaymentRow,
        shares: Option<Vec<Share>>,
    ) -> Result<PaymentRow, PaymentError> {
        heard::during(self.charged(row, shares)).await
    }

    async fn charged(
        &self,
        row: PaymentRow,
        shares: Option<Vec<Share>>,
    ) -> Result<PaymentRow, PaymentError> {
        let method = match (row.method, &row.card_token) {
            (MethodKind::Pix, _) => ChargeMethod::Pix,
            (MethodKind::Card, Some(token)) => match &row.card_customer {
                Some(customer) => ChargeMethod::SavedCard {
                    customer: customer.clone(),
                    token: token.clone(),
                },
                None => ChargeMethod::Card {
                    token: token.0.clone(),
                },
            },
            (MethodKind::Card, None) => return Ok(row),
            (MethodKind::BankTransfer, _) => ChargeMethod::BankTransfer,
            (MethodKind::Paypal, _) => ChargeMethod::Paypal,
            (MethodKind::Whatsapp, _) => ChargeMethod::Whatsapp,
            (MethodKind::CashOnDelivery, _) => ChargeMethod::CashOnDelivery,
        };
        let charge = NewCharge {
            id: row.id,
            method,
            to_stores: row.to_stores,
            amount: row.amount()?,
            divided: row.divided(),
            description: row.description.clone(),
            created_at: row.created_at,
            expires_at: row.expires_at,
        };
        let provider = self.provider(&row.gateway)?;
        let answer = self.charge_at(&*provider, &charge).await?;
        let observed = match answer {
            Ok(charge) => self.seen_to(&row, charge).await?.into(),
            Err(Failure::Refused(reason)) => Observation::Refused(reason),
            Err(failure @ Failure::NotSupported) => Observation::Refused(failure.to_string()),
            Err(failure) => {
                tracing::warn!(payment = %row.id, %failure, "the outcome of a charge is not known; it will be asked for");
                let exchange = rows::Exchanged {
                    kind: "charge",
                    gateway_id: None,
                    outcome: failure.to_string(),
                };
                rows::exchanged(self.env.pool.write(), &self.env, row.id, exchange).await?;
                self.providers.failed(provider.name(), &failure).await;
                return Ok(row);
            }
        };
        pass("payment.charged");
        self.apply(row, observed, Purpose::Charge, shares).await
    }

    async fn insert(&self, start: &StartPayment) -> Result<Inserted, PaymentError> {
        let chosen = self.chosen(start).await;
        let Chosen {
            taker,
            receivers,
            vaulted,
            divided,
            total,
        } = match chosen {
            Ok(chosen) => chosen,
            // A repeat is answered, whoever would take it today.
            Err(error) => {
                let found = self.in_the_way(start).await?;
                let known = found.filter(|found| found.key == start.key);
                let known = known.map(|row| Inserted::Known(Box::new(row)));
                return known.ok_or(error);
            }
        };
        let (id, now) = (PaymentId(self.env.uuid()), self.env.now());
        let mut row = PaymentRow::fresh(id, start, &taker, now);
        if let Some(vaulted) = vaulted {
            row.card_token = Some(vaulted.token);
            row.card_customer = Some(vaulted.customer);
        }
        if let Some(divided) = divided {
            row.divided_into(divided, total);
        }
        let splits: Vec<Uuid> = start.splits.iter().map(|_| self.env.uuid()).collect();
        let accounts = self.accounts_to_split_to(&*taker.provider, start).await?;
        let begun = self.begun(&row, &splits, start, (&receivers, &accounts))?;
        if self.batches.beginnings.submit(begun).await? {
            let to_store = row.has_legs();
            let shares = start.splits.iter().zip(splits).map(|(split, id)| Share {
                split: id,
                store: split.store,
                commission: split.commission,
                earning: split.earning,
                released: false,
                to_store,
            });
            return Ok(Inserted::New(Box::new(row), shares.collect()));
        }
        let found = self.in_the_way(start).await?;
        let found = found.ok_or_else(|| rows::internal("nothing stands in a payment's way"))?;
        if found.key == start.key {
            Ok(Inserted::Known(Box::new(found)))
        } else {
            Ok(Inserted::Other(Box::new(found)))
        }
    }

    /// Who takes it, the saved card that it is paid with, and what its instalments come to.
    async fn chosen(&self, start: &StartPayment) -> Result<Chosen, PaymentError> {
        let stores: Vec<StoreId> = start.splits.iter().map(|split| split.store).collect();
        let vaulted = self.vaulted(&start.method, start.payer).await?;
        let keeper = vaulted.as_ref().map(|kept| kept.provider.as_str());
        let providers = &self.providers;
        let taker = providers.choose(&start.method, start.amount, &stores, keeper)?;
        let receivers = self.receivers(&taker, start.method.kind(), &stores).await?;
        let divided = self.divided(&start.method);
        let total = match divided {
            Some(divided) => {
                self.promised(&*taker.provider, divided, start.amount)
                    .await?
            }
            None => None,
        };
        Ok(Chosen {
            taker,
            receivers,
            vaulted,
            divided,
            total,
        })
    }

    async fn in_the_way(&self, start: &StartPayment) -> Result<Option<PaymentRow>, PaymentError> {
        let found = db::optional(
            self.env.pool.read(),
            include_str!("../sql/payment_in_the_way.sql"),
            values![start.key, start.reference],
        );
        Ok(found.await?)
    }

    /// The rows of the payment and its splits.
    fn begun(
        &self,
        row: &PaymentRow,
        splits: &[Uuid],
        start: &StartPayment,
        (receivers, accounts): (&[Receives], &ToAccounts),
    ) -> Result<Begun, PaymentError> {
        let first_look = row.created_at + self.settings.charge_deadline + LEASE;
        let divided = row.divided();
        let payment = NewPaymentRow {
            id: row.id,
            key: start.key,
            reference: start.reference,
            payer: row.payer,
            description: row.description.clone(),
            method: row.method,
            gateway: row.gateway.clone(),
            amount: start.amount.amount(),
            currency: start.amount.currency().code().to_owned(),
            first_look,
            expires_at: row.expires_at,
            created_at: row.created_at,
            card_token: row.card_token.as_ref().map(|token| token.0.clone()),
            card_customer: row
                .card_customer
                .as_ref()
                .map(|customer| customer.0.clone()),
            instalments: divided.map(|divided| divided.count),
            total: row.instalments_total()?.map(|total| total.amount()),
            interest: divided.map(|divided| divided.interest),
            to_stores: row.to_stores,
        };
        let of = (row.id, row.has_legs());
        Ok(Begun {
            payment,
            splits: split_rows(start, of, splits, (receivers, accounts))?,
        })
    }
}
