//! Lines of statements: their lists, and the payment that each is the money of.

use std::collections::BTreeMap;

use feira_kernel::{
    Actor, Page, PageRequest,
    db::{self, Change, Direction, Find},
    values,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set,
};

use super::{Service, by_hand::Beside, paging, rows};
use crate::{
    BankStatementCount, BankStatementId, BankStatementLine, BankStatementLineFilter,
    BankStatementLineId, BankStatementLineState, BankStatementReason, BankStatementReport,
    BankStatementSummary, PaymentError,
    entities::{statement, statement_line},
};

/// Lines that a report shows.
pub(super) const FIRST: usize = 100;
/// Lines that are finished between two looks at what is left.
const STEP: u64 = 100;

#[derive(FromQueryResult)]
struct Count {
    state: BankStatementLineState,
    reason: Option<BankStatementReason>,
    was_paid: bool,
    count: i64,
}

impl statement::Model {
    fn summary(self) -> Result<BankStatementSummary, PaymentError> {
        Ok(BankStatementSummary {
            id: self.id,
            format: self.format,
            lines: number(self.lines.into())?,
            known: number(self.known.into())?,
            at: self.created_at,
        })
    }
}

impl statement_line::Model {
    pub(super) fn view(self) -> Result<BankStatementLine, PaymentError> {
        Ok(BankStatementLine {
            id: self.id,
            statement: self.statement_id,
            number: number(self.number.into())?,
            on: self.booked_on,
            amount: rows::money(self.amount, &self.currency)?,
            text: self.text,
            state: self.state,
            reason: self.reason,
            payment: self.payment_id,
            was_paid: self.was_paid,
        })
    }
}

fn number(count: i64) -> Result<u32, PaymentError> {
    u32::try_from(count).map_err(rows::internal)
}

/// By reason.
pub(super) fn counted(
    all: impl Iterator<Item = (BankStatementReason, u32)>,
) -> Vec<BankStatementCount> {
    let mut counts: BTreeMap<BankStatementReason, u32> = BTreeMap::new();
    for (reason, count) in all {
        let known = counts.entry(reason).or_default();
        *known = known.saturating_add(count);
    }
    let counts = counts.into_iter();
    counts
        .map(|(reason, count)| BankStatementCount { reason, count })
        .collect()
}

impl Service {
    pub(super) async fn list_statements(
        &self,
        page: PageRequest,
    ) -> Result<Page<BankStatementSummary>, PaymentError> {
        use statement::{Column, Entity, Model};
        let by = [Column::CreatedAt, Column::Id];
        let key = |row: &Model| (row.created_at, row.id.0);
        let (db, found) = (self.env.pool.read(), Entity::find());
        paging::newest(db, found, by, &page, key, Model::summary).await
    }

    pub(super) async fn report_of(
        &self,
        id: BankStatementId,
    ) -> Result<BankStatementReport, PaymentError> {
        let db = self.env.pool.read();
        let found = statement::Entity::find_by_id(id).row(db).await?;
        let summary = found.ok_or(PaymentError::NotFound)?.summary()?;
        let sql = include_str!("../sql/statement_counts.sql");
        let counts: Vec<Count> = db::rows(db, sql, values![id]).await?;
        let of = |state: BankStatementLineState| {
            let all = counts.iter().filter(|one| one.state == state);
            number(all.map(|one| one.count).sum())
        };
        let waiting = counts.iter().filter(|one| {
            matches!(
                one.state,
                BankStatementLineState::Open | BankStatementLineState::Out
            )
        });
        let open: Result<Vec<_>, PaymentError> = waiting
            .filter_map(|one| Some((one.reason?, number(one.count))))
            .map(|(reason, count)| Ok((reason, count?)))
            .collect();
        let first = statement_line::Entity::find()
            .filter(statement_line::Column::StatementId.eq(id))
            .filter(statement_line::Column::State.eq(BankStatementLineState::Open))
            .order_by_asc(statement_line::Column::Number)
            .limit(FIRST as u64)
            .rows(db)
            .await?;
        let first = first.into_iter().map(statement_line::Model::view);
        Ok(BankStatementReport {
            id,
            dry_run: false,
            format: summary.format,
            lines: summary.lines,
            known: summary.known,
            matched: of(BankStatementLineState::Matched)? + of(BankStatementLineState::Matching)?,
            were_paid: {
                let paid = counts.iter().filter(|one| one.was_paid);
                number(paid.map(|one| one.count).sum())?
            },
            ignored: of(BankStatementLineState::Ignored)?,
            open: counted(open?.into_iter()),
            first: first.collect::<Result<_, _>>()?,
            at: summary.at,
        })
    }

    pub(super) async fn list_lines(
        &self,
        filter: BankStatementLineFilter,
        page: PageRequest,
    ) -> Result<Page<BankStatementLine>, PaymentError> {
        use statement_line::{Column, Entity, Model};
        let mut found = Entity::find();
        if let Some(id) = filter.statement {
            found = found.filter(Column::StatementId.eq(id));
        }
        if let Some(state) = filter.state {
            found = found.filter(Column::State.eq(state));
        }
        let by = [Column::Id];
        let (db, by) = (self.env.pool.read(), (by.as_slice(), Direction::Descending));
        let page: Result<Page<Model>, PaymentError> =
            db::page(db, found, by, &page, |row| row.id.0).await;
        page?.try_map(Model::view)
    }

    pub(super) async fn lines_to_finish(
        &self,
        after: Option<BankStatementLineId>,
    ) -> Result<Vec<statement_line::Model>, PaymentError> {
        use statement_line::{Column, Entity};
        let mut found = Entity::find().filter(Column::State.eq(BankStatementLineState::Matching));
        if let Some(after) = after {
            found = found.filter(Column::Id.gt(after));
        }
        let found = found.order_by_asc(Column::Id).limit(STEP);
        Ok(found.rows(self.env.pool.read()).await?)
    }

    /// Its payment is marked as paid, and the line with it. If that is too late it waits for somebody.
    pub(super) async fn finish_line(
        &self,
        by: &Actor,
        line: &statement_line::Model,
    ) -> Result<(), PaymentError> {
        let payment = line
            .payment_id
            .ok_or_else(|| rows::internal("a matched line without a payment"))?;
        match self
            .say_paid(by, payment, Beside::line(line.id), None)
            .await
        {
            Ok(_) => Ok(()),
            Err(PaymentError::PaidTooLate) => self.too_late(line.id).await,
            Err(error) => Err(error),
        }
    }

    async fn too_late(&self, id: BankStatementLineId) -> Result<(), PaymentError> {
        let open = statement_line::ActiveModel {
            state: Set(BankStatementLineState::Open),
            reason: Set(Some(BankStatementReason::PaidTooLate)),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        statement_line::Entity::update_many()
            .set(open)
            .filter(statement_line::Column::Id.eq(id))
            .filter(statement_line::Column::State.eq(BankStatementLineState::Matching))
            .run(self.env.pool.write())
            .await?;
        Ok(())
    }

    /// In the transaction that marks its payment, if that was not marked before.
    pub(super) async fn write_matched(
        &self,
        tx: &db::Tx,
        id: BankStatementLineId,
        was_paid: bool,
    ) -> Result<(), PaymentError> {
        let matched = statement_line::ActiveModel {
            state: Set(BankStatementLineState::Matched),
            was_paid: Set(was_paid),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        statement_line::Entity::update_many()
            .set(matched)
            .filter(statement_line::Column::Id.eq(id))
            .filter(statement_line::Column::State.eq(BankStatementLineState::Matching))
            .run(&**tx)
            .await?;
        Ok(())
    }
}
