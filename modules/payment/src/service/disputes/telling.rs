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

use super::looks::{AGAIN_SECONDS, Applied, Known};
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

/// Disputes that are looked at together.
const BATCH: i64 = 20;
/// Of one charge; nobody disputes one as often.
const MOST: usize = 20;
const MOST_KNOWN: u64 = 100;
/// How often a provider is asked again because something else was written meanwhile.
const ATTEMPTS: u32 = 3;

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
        match self.asked_and_applied(row, charge, told_of).await? {
            Ok(beside) => self.look_beside(row, beside).await,
            Err(Failure::NotSupported) => Ok(()),
            Err(failure) => Err(unavailable(failure)),
        }
    }

    /// What is told may be older than what was written since the provider was asked, by a look beside this one: then
    /// it is asked again. Gives the other charges that are told of.
    async fn asked_and_applied(
        &self,
        row: &PaymentRow,
        charge: &str,
        told_of: Option<&str>,
    ) -> Result<Result<BTreeSet<String>, Failure>, PaymentError> {
        for _ in 0..ATTEMPTS {
            let known = self.known_disputes(row.id).await?;
            let told = match self.disputes_told(row, charge, (&known, told_of)).await? {
                Ok(told) => told,
                Err(failure) => return Ok(Err(failure)),
            };
            let beside = told.iter().flat_map(|one| one.beside.clone()).collect();
            if self.apply_disputes(row, charge, (&known, told)).await? {
                return Ok(Ok(beside));
            }
        }
        let why = "its disputes are being looked at".to_owned();
        Err(PaymentError::Unavailable(why))
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
            let asked = self.asked_and_applied(&other, charge, None).await?;
            asked.map_err(unavailable)?;
        }
        Ok(())
    }

    /// The same for a person who says what became of one: a charge that the provider does not know any more has
    /// no disputes there.
    pub(super) async fn look_for_a_person(&self, row: &PaymentRow) -> Result<(), PaymentError> {
        let Some(charge) = &row.transaction_id else {
            return Ok(());
        };
        let known = self.known_disputes(row.id).await?;
        match self.asked_and_applied(row, charge, None).await? {
            Err(Failure::NotFound) => {
                let nothing = (&known, Vec::new());
                self.apply_disputes(row, charge, nothing).await.map(|_| ())
            }
            Ok(_) | Err(Failure::NotSupported) => Ok(()),
            Err(failure) => Err(unavailable(failure)),
        }
    }

    async fn disputes_told(
        &self,
        row: &PaymentRow,
        charge: &str,
        (known, told_of): (&Known, Option<&str>),
    ) -> Result<Result<Vec<ToldDispute>, Failure>, PaymentError> {
        let provider = self.provider(&row.gateway)?;
        let mut named = known.names.clone();
        named.extend(told_of.filter(|of| *of != charge).map(str::to_owned));
        let asked = provider.disputes(charge, &named);
        let told = provider::by(self.settings.charge_deadline, asked).await;
        if !matches!(told, Err(Failure::NotSupported)) {
            self.note(provider.name(), &told).await;
            pass("payment.dispute_told");
        }
        Ok(told)
    }

    /// Whether all of it could be, for nothing else was written meanwhile.
    async fn apply_disputes(
        &self,
        row: &PaymentRow,
        charge: &str,
        (known, told): (&Known, Vec<ToldDispute>),
    ) -> Result<bool, PaymentError> {
        if told.len() > MOST {
            self.alarm(row.id, charge, MANY_DISPUTES).await?;
        }
        let (heard, mut true_ones) = (heard::take(), Vec::new());
        for told in told.into_iter().take(MOST) {
            let id = told.id.clone();
            let applied = self.apply_dispute(row, charge, (known, told));
            match heard::carried(heard.clone(), applied).await? {
                Applied::Written => true_ones.push(id),
                Applied::Wrong => {}
                Applied::Late => return Ok(false),
            }
        }
        self.mark_untold(row.id, known, true_ones).await?;
        pass("payment.dispute_written");
        Ok(true)
    }

    async fn known_disputes(&self, id: PaymentId) -> Result<Known, PaymentError> {
        let rows = dispute::Entity::find()
            .filter(Column::PaymentId.eq(id))
            .order_by_desc(Column::OpenedAt)
            .limit(MOST_KNOWN)
            .rows(self.env.pool.read())
            .await?;
        let looks = rows.iter().map(|row| (row.id, row.looks)).collect();
        let told = rows.into_iter().filter(|row| !row.by_hand).take(MOST);
        Ok(Known {
            names: told.map(dispute::Model::name_there).collect(),
            looks,
        })
    }

    /// Those that are open and of which the provider tells no longer, or what cannot be, are a person's from now on;
    /// the others are not any more.
    async fn mark_untold(
        &self,
        payment: PaymentId,
        known: &Known,
        told: Vec<String>,
    ) -> Result<(), PaymentError> {
        let open = dispute::Entity::find()
            .filter(Column::PaymentId.eq(payment))
            .filter(Column::ByHand.eq(false))
            .filter(Column::ClosedAt.is_null())
            .limit(MOST_KNOWN)
            .rows(self.env.pool.read())
            .await?;
        for row in open {
            let (id, since, looks) = (row.id, row.untold_since, row.looks);
            let is_as_it_was = known.is_as_it_was(&row);
            let is_told = told.contains(&row.name_there());
            if is_told == since.is_none() || !(is_told || is_as_it_was) {
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
                .filter(Column::Looks.eq(looks))
                .filter(Column::ClosedAt.is_null())
                .run(self.env.pool.write())
                .await?;
        }
        Ok(())
    }

    /// Looks at disputes that are due, whatever was told of them: open ones, and those that a person ended.
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
