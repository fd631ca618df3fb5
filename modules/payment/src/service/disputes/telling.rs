//! Providers are asked what they tell of disputes, whether a notification led to it, the poller, or what was answered
//! to evidence.

use std::collections::BTreeSet;

use feira_kernel::{
    db::{self, Change, Find},
    values,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set,
};

use crate::{
    PaymentError, PaymentId,
    entities::dispute::{self, Column},
    provider::{self, Failure, ToldDispute, heard},
    sentences::MANY_DISPUTES,
    service::{
        Service, pass,
        rows::{self, PaymentRow},
        settling::unavailable,
    },
    status,
};

/// Disputes that are looked at together, and how long after that again: they last for weeks, and
/// notifications tell of them at once.
const BATCH: i64 = 20;
pub(super) const AGAIN_SECONDS: i64 = 3600;
/// Of one charge; nobody disputes one as often.
const MOST: usize = 20;
const MOST_KNOWN: u64 = 20;

#[derive(FromQueryResult)]
struct Due {
    payment_id: PaymentId,
}

impl Service {
    /// Asks the provider for all disputes of a payment and applies what is true. What was told before changes
    /// nothing.
    pub(in crate::service) async fn look_at_disputes(
        &self,
        row: &PaymentRow,
    ) -> Result<(), PaymentError> {
        self.look_at_disputes_of(row, row.transaction_id.as_deref())
            .await
    }

    /// With what a notification named, which may be a dispute.
    pub(in crate::service) async fn look_at_disputes_of(
        &self,
        row: &PaymentRow,
        told_of: Option<&str>,
    ) -> Result<(), PaymentError> {
        heard::during(self.looked_at_disputes(row, told_of)).await
    }

    async fn looked_at_disputes(
        &self,
        row: &PaymentRow,
        told_of: Option<&str>,
    ) -> Result<(), PaymentError> {
        let Some(charge) = &row.transaction_id else {
            return Ok(());
        };
        match self.disputes_told(row, charge, told_of).await? {
            Ok(told) => {
                let beside: BTreeSet<String> =
                    told.iter().flat_map(|one| one.beside.clone()).collect();
                self.apply_disputes(row, charge, told).await?;
                self.look_beside(row, beside).await
            }
            Err(Failure::NotSupported) => Ok(()),
            Err(failure) => Err(unavailable(failure)),
        }
    }

    /// Of one over several charges a notification names one: the payments of the others are looked at with it.
    async fn look_beside(
        &self,
        row: &PaymentRow,
        beside: BTreeSet<String>,
    ) -> Result<(), PaymentError> {
        for charge in beside.iter().take(MOST) {
            let Some(other) = rows::of_charge(&self.env, &row.gateway, charge).await? else {
                continue;
            };
            if other.id == row.id || !status::is_captured(other.status) {
                continue;
            }
            match self.disputes_told(&other, charge, None).await? {
                Ok(told) => self.apply_disputes(&other, charge, told).await?,
                Err(failure) => return Err(unavailable(failure)),
            }
        }
        Ok(())
    }

    /// The same for a person who says what became of one: a charge that the provider does not know any more has
    /// no disputes there.
    pub(super) async fn look_for_a_person(&self, row: &PaymentRow) -> Result<(), PaymentError> {
        let Some(charge) = &row.transaction_id else {
            return Ok(());
        };
        match self.disputes_told(row, charge, None).await? {
            Ok(told) => self.apply_disputes(row, charge, told).await,
            Err(Failure::NotFound) => self.apply_disputes(row, charge, Vec::new()).await,
            Err(Failure::NotSupported) => Ok(()),
            Err(failure) => Err(unavailable(failure)),
        }
    }

    async fn disputes_told(
        &self,
        row: &PaymentRow,
        charge: &str,
        told_of: Option<&str>,
    ) -> Result<Result<Vec<ToldDispute>, Failure>, PaymentError> {
        let provider = self.provider(&row.gateway)?;
        let mut named = self.told_before(row.id).await?;
        named.extend(told_of.filter(|of| *of != charge).map(str::to_owned));
        let asked = provider.disputes(charge, &named);
        let told = provider::by(self.settings.charge_deadline, asked).await;
        if !matches!(told, Err(Failure::NotSupported)) {
            self.note(provider.name(), &told).await;
            pass("payment.dispute_told");
        }
        Ok(told)
    }

    async fn apply_disputes(
        &self,
        row: &PaymentRow,
        charge: &str,
        told: Vec<ToldDispute>,
    ) -> Result<(), PaymentError> {
        if told.len() > MOST {
            self.alarm(row.id, charge, MANY_DISPUTES).await?;
        }
        let (heard, mut true_ones) = (heard::take(), Vec::new());
        for told in told.into_iter().take(MOST) {
            let id = told.id.clone();
            let applied = self.apply_dispute(row, charge, told);
            if heard::carried(heard.clone(), applied).await? {
                true_ones.push(id);
            }
        }
        self.mark_untold(row.id, true_ones).await?;
        pass("payment.dispute_written");
        Ok(())
    }

    /// The disputes of a payment that its provider told, as it calls them.
    async fn told_before(&self, id: PaymentId) -> Result<Vec<String>, PaymentError> {
        let rows = dispute::Entity::find()
            .filter(Column::PaymentId.eq(id))
            .filter(Column::ByHand.eq(false))
            .order_by_desc(Column::OpenedAt)
            .limit(MOST_KNOWN)
            .rows(self.env.pool.read())
            .await?;
        Ok(rows.into_iter().map(dispute::Model::name_there).collect())
    }

    /// Those that are open and of which the provider tells no longer, or what cannot be, are a person's from now on;
    /// the others are not any more.
    async fn mark_untold(&self, payment: PaymentId, told: Vec<String>) -> Result<(), PaymentError> {
        let open = dispute::Entity::find()
            .filter(Column::PaymentId.eq(payment))
            .filter(Column::ByHand.eq(false))
            .filter(Column::ClosedAt.is_null())
            .limit(MOST_KNOWN)
            .rows(self.env.pool.read())
            .await?;
        for row in open {
            let (id, since) = (row.id, row.untold_since);
            let is_told = told.contains(&row.name_there());
            if is_told == since.is_none() {
                continue;
            }
            let now = self.env.now();
            dispute::Entity::update_many()
                .set(dispute::ActiveModel {
                    untold_since: Set((!is_told).then_some(now)),
                    updated_at: Set(now),
                    ..Default::default()
                })
                .filter(Column::Id.eq(id))
                .filter(Column::ClosedAt.is_null())
                .run(self.env.pool.write())
                .await?;
        }
        Ok(())
    }

    /// Looks at open disputes that are due, whatever was told of them.
    pub(crate) async fn poll_disputes(&self) -> Result<(), PaymentError> {
        self.providers.refresh().await?;
        let due: Vec<Due> = db::rows(
            self.env.pool.write(),
            include_str!("../../sql/claim_disputes.sql"),
            values![self.env.now(), BATCH, AGAIN_SECONDS, self.providers.names()],
        )
        .await?;
        for due in due {
            let row = rows::payment(&self.env, due.payment_id).await?;
            if let Err(error) = self.look_at_disputes(&row).await {
                tracing::warn!(payment = %row.id, %error, "the disputes of a payment could not be looked at; they will be again");
            }
        }
        Ok(())
    }
}
