//! The legs of payments, as they are read.

use std::collections::BTreeMap;

use feira_kernel::{
    Actor, FieldError, Money, Ref, StoreId,
    db::{self, Find},
    values,
};
use rust_decimal::Decimal;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::{
    Service,
    refunding::MOST_PARTS,
    rows::{self, PaymentRow, internal},
};
use crate::{
    LegNote, LegStatus, NextAction, PartReference, PartRefund, Payment, PaymentError, PaymentId,
    PaymentLeg, PaymentStatus, Reference, Refund, RefundId, RefundStatus, access, br_code,
    entities::{
        payment_leg::{self, Column, Model as Leg},
        refund_part,
    },
};

/// As many as a payment has splits, of as many payments as are read at once.
const MOST_LEGS: u64 = 10_000;

/// Parts that are asked about at once.
const MOST_ASKED: usize = 100;

#[derive(FromQueryResult)]
struct OfLeg {
    part: Uuid,
}

#[derive(FromQueryResult)]
struct RefundOfLeg {
    part: Uuid,
    id: RefundId,
    payment_id: PaymentId,
    amount: Decimal,
    currency: String,
    status: RefundStatus,
    gateway_id: Option<String>,
}

impl RefundOfLeg {
    fn view(self) -> Result<PartRefund, PaymentError> {
        Ok(PartRefund {
            part: Ref::new(self.part),
            refund: Refund {
                id: self.id,
                payment: self.payment_id,
                amount: rows::money(self.amount, &self.currency)?,
                status: self.status,
                came_back: false,
                withdrawn: false,
                given_back_there: false,
                reference: self.gateway_id,
            },
        })
    }
}

impl Leg {
    pub(super) fn amount(&self) -> Result<Money, PaymentError> {
        rows::money(self.amount, &self.currency)
    }

    /// What its payer does for it: nothing of what is paid on delivery, or has ended.
    fn next_action(&self, payment: &PaymentRow) -> Result<NextAction, PaymentError> {
        let waits = payment.status == PaymentStatus::Pending && payment.waits_for_stores();
        Ok(match (&self.br_code, &self.pay_to, &self.chat) {
            _ if !waits || self.status != LegStatus::Open => NextAction::None {},
            (Some(code), ..) => NextAction::PixCode {
                qr_svg: br_code::qr_svg(code).map_err(internal)?,
                br_code: code.clone(),
            },
            (_, Some(to), _) => NextAction::BankAccount {
                to: serde_json::from_value(to.clone()).map_err(internal)?,
            },
            (.., Some(number)) => NextAction::Whatsapp {
                number: number.clone(),
            },
            (None, None, None) => NextAction::None {},
        })
    }

    fn view(self, payment: &PaymentRow) -> Result<PaymentLeg, PaymentError> {
        let reads = self.pay_to.is_some() || self.chat.is_some();
        let reads = reads.then(|| payment.description.clone());
        Ok(PaymentLeg {
            next_action: self.next_action(payment)?,
            statement: self.txid.clone().or(reads),
            store: self.store_id,
            part: Ref::new(self.part),
            amount: self.amount()?,
            status: self.status,
            paid_at: self.paid_at,
            page: None,
        })
    }
}

impl Service {
    pub(crate) async fn parts_to_expect(
        &self,
        actor: &Actor,
        reference: Reference,
    ) -> Result<Vec<PartReference>, PaymentError> {
        access::order(actor)?;
        let most = i64::try_from(MOST_ASKED).map_err(internal)?;
        let found: Vec<OfLeg> = db::rows(
            self.env.pool.read(),
            include_str!("../sql/parts_to_expect.sql"),
            values![reference, most],
        )
        .await?;
        Ok(found.into_iter().map(|row| Ref::new(row.part)).collect())
    }

    /// As operators read them.
    pub(super) async fn leg_notes(&self, id: PaymentId) -> Result<Vec<LegNote>, PaymentError> {
        let found = payment_leg::Entity::find()
            .filter(Column::PaymentId.eq(id))
            .filter(Column::Note.is_not_null())
            .order_by_asc(Column::Position)
            .limit(MOST_LEGS);
        let found = found.rows(self.env.pool.read()).await?.into_iter();
        let noted = found.filter_map(|leg| {
            let part = Ref::new(leg.part);
            leg.note.map(|note| LegNote { part, note })
        });
        Ok(noted.collect())
    }

    /// With its legs, if it may have any.
    pub(super) async fn with_legs(&self, row: PaymentRow) -> Result<Payment, PaymentError> {
        let shown = self.all_with_legs(vec![row]).await?;
        let shown = shown.into_iter().next();
        shown.ok_or_else(|| internal("a payment that is not shown"))
    }

    pub(super) async fn all_with_legs(
        &self,
        rows: Vec<PaymentRow>,
    ) -> Result<Vec<Payment>, PaymentError> {
        let may_have = rows.iter().filter(|row| row.has_legs());
        let ids: Vec<PaymentId> = may_have.map(|row| row.id).collect();
        let mut legs: BTreeMap<PaymentId, Vec<Leg>> = BTreeMap::new();
        if !ids.is_empty() {
            for leg in legs_of(self.env.pool.read(), ids).await? {
                legs.entry(leg.payment_id).or_default().push(leg);
            }
        }
        let shown = rows.into_iter().map(|row| {
            let of_it = legs.remove(&row.id).unwrap_or_default().into_iter();
            let of_it = of_it.map(|leg| leg.view(&row));
            let legs = of_it.collect::<Result<_, PaymentError>>()?;
            Ok(Payment {
                legs,
                ..row.view()?
            })
        });
        shown.collect()
    }

    /// Those of them that are so.
    pub(super) async fn refunds_of_legs(
        &self,
        store: Option<StoreId>,
        parts: Vec<PartReference>,
        status: Option<RefundStatus>,
    ) -> Result<Vec<PartRefund>, PaymentError> {
        if parts.len() > MOST_ASKED {
            return Err(FieldError::too_many("/parts", MOST_ASKED).into());
        }
        let parts: Vec<Uuid> = parts.into_iter().map(|part| part.0).collect();
        let found: Vec<RefundOfLeg> = db::rows(
            self.env.pool.read(),
            include_str!("../sql/refunds_of_legs.sql"),
            values![
                parts,
                store.map(|store| store.0),
                status.map(RefundStatus::as_str)
            ],
        )
        .await?;
        found.into_iter().map(RefundOfLeg::view).collect()
    }

    /// Whether the store alone has the money of this refund, so that it gives it back: any other is not there.
    pub(super) async fn gives_back_itself(
        &self,
        store: StoreId,
        refund: RefundId,
    ) -> Result<(), PaymentError> {
        let db = self.env.pool.read();
        let parts = refund_part::Entity::find()
            .filter(refund_part::Column::RefundId.eq(refund))
            .limit(MOST_PARTS)
            .rows(db)
            .await?;
        let splits: Vec<Uuid> = parts.iter().map(|part| part.split_id).collect();
        let legs = payment_leg::Entity::find()
            .filter(Column::SplitId.eq_any(splits))
            .limit(MOST_PARTS)
            .rows(db)
            .await?;
        let own = legs.iter().filter(|leg| leg.store_id == store).count();
        match own > 0 && own == parts.len() {
            true => Ok(()),
            false => Err(PaymentError::NotFound),
        }
    }
}

/// In the order of their payments' splits.
pub(super) async fn legs_of(
    db: &impl ConnectionTrait,
    payments: Vec<PaymentId>,
) -> Result<Vec<Leg>, PaymentError> {
    let found = payment_leg::Entity::find()
        .filter(Column::PaymentId.eq_any(payments))
        .order_by_asc(Column::PaymentId)
        .order_by_asc(Column::Position)
        .limit(MOST_LEGS);
    Ok(found.rows(db).await?)
}
