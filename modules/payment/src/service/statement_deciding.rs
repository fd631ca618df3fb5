//! What a person decides of a line of a statement that no payment was found for: it is the money of one, or of
//! none.

use feira_kernel::{
    Actor, audit,
    db::{self, Change, Find},
    idempotency::{self, Keyed},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;

use super::{Service, rows};
use crate::{
    BankStatementLine, BankStatementLineId, BankStatementLineState, BankStatementReason,
    PaymentError, PaymentId, acts::STATEMENT_LINE_IGNORED, entities::statement_line,
};

impl Service {
    /// A person says which payment an open line is the money of.
    pub(super) async fn match_line(
        &self,
        by: &Actor,
        id: BankStatementLineId,
        payment: PaymentId,
        keyed: Option<Keyed>,
    ) -> Result<BankStatementLine, PaymentError> {
        // Another payment under the same key is refused, also one that is not there.
        idempotency::earlier::<BankStatementLineId>(&self.env, keyed.as_ref()).await?;
        let row = rows::payment(&self.env, payment).await?;
        self.by_hand(&row.gateway)?;
        let amount = row.amount()?;
        let input = (self.clone(), keyed);
        let line = self
            .env
            .pool
            .transaction(input, move |tx, (service, keyed)| {
                Box::pin(async move {
                    // Else two lines, or a file that is imported, could take the payment at once.
                    let lock = include_str!("../sql/lock_statements.sql");
                    db::exec(&**tx, lock, values![]).await?;
                    let line = locked(tx, id).await?;
                    let known = idempotency::first(tx, &service.env, keyed.as_ref(), &id).await?;
                    if known.is_some() || line.is_of(payment) {
                        return Ok::<_, PaymentError>(line);
                    }
                    if line.state != BankStatementLineState::Open {
                        return Err(PaymentError::StatementLineMove(line.state));
                    }
                    if rows::money(line.amount, &line.currency)? != amount {
                        return Err(PaymentError::StatementAmount);
                    }
                    service.begin_match(tx, line, payment).await
                })
            });
        let line = line.await?;
        if line.state == BankStatementLineState::Matching {
            self.finish_line(by, &line).await?;
        }
        let line = self.line(id).await?;
        match line.reason {
            Some(BankStatementReason::PaidTooLate)
                if line.state == BankStatementLineState::Open =>
            {
                Err(PaymentError::PaidTooLate)
            }
            _ => line.view(),
        }
    }

    async fn begin_match(
        &self,
        tx: &db::Tx,
        line: statement_line::Model,
        payment: PaymentId,
    ) -> Result<statement_line::Model, PaymentError> {
        use statement_line::Column;
        let taken = [
            BankStatementLineState::Matching,
            BankStatementLineState::Matched,
        ];
        let other = statement_line::Entity::find()
            .filter(Column::PaymentId.eq(payment))
            .filter(Column::State.is_in(taken))
            .filter(Column::Id.ne(line.id))
            .limit(1)
            .row(&**tx)
            .await?;
        if other.is_some() {
            return Err(PaymentError::PaidByAnotherLine);
        }
        let begun = statement_line::ActiveModel {
            state: Set(BankStatementLineState::Matching),
            reason: Set(None),
            payment_id: Set(Some(payment)),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        statement_line::Entity::update_many()
            .set(begun)
            .filter(Column::Id.eq(line.id))
            .run(&**tx)
            .await?;
        Ok(statement_line::Model {
            state: BankStatementLineState::Matching,
            payment_id: Some(payment),
            ..line
        })
    }

    pub(super) async fn ignore_line(
        &self,
        by: &Actor,
        id: BankStatementLineId,
        keyed: Option<Keyed>,
    ) -> Result<BankStatementLine, PaymentError> {
        let input = (self.clone(), by.clone(), keyed);
        let ignored = self
            .env
            .pool
            .transaction(input, move |tx, (service, by, keyed)| {
                Box::pin(async move {
                    let line = locked(tx, id).await?;
                    let known = idempotency::first(tx, &service.env, keyed.as_ref(), &id).await?;
                    match line.state {
                        _ if known.is_some() => Ok::<_, PaymentError>(()),
                        BankStatementLineState::Ignored => Ok(()),
                        BankStatementLineState::Open => service.write_ignored(tx, &by, &line).await,
                        other => Err(PaymentError::StatementLineMove(other)),
                    }
                })
            });
        ignored.await?;
        self.line(id).await?.view()
    }

    async fn write_ignored(
        &self,
        tx: &db::Tx,
        by: &Actor,
        line: &statement_line::Model,
    ) -> Result<(), PaymentError> {
        let ignored = statement_line::ActiveModel {
            state: Set(BankStatementLineState::Ignored),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        statement_line::Entity::update_many()
            .set(ignored)
            .filter(statement_line::Column::Id.eq(line.id))
            .run(&**tx)
            .await?;
        let amount = rows::money(line.amount, &line.currency)?;
        let details = json!({"statement": line.statement_id, "amount": amount});
        audit::record(
            tx,
            &self.env,
            by,
            STATEMENT_LINE_IGNORED,
            line.id.0,
            details,
        )
        .await?;
        Ok(())
    }

    async fn line(&self, id: BankStatementLineId) -> Result<statement_line::Model, PaymentError> {
        let found = statement_line::Entity::find_by_id(id);
        let found = found.row(self.env.pool.read()).await?;
        found.ok_or(PaymentError::NotFound)
    }
}

impl statement_line::Model {
    /// Whether it is the money of this payment already.
    fn is_of(&self, payment: PaymentId) -> bool {
        let taken = matches!(
            self.state,
            BankStatementLineState::Matching | BankStatementLineState::Matched
        );
        taken && self.payment_id == Some(payment)
    }
}

async fn locked(
    tx: &db::Tx,
    id: BankStatementLineId,
) -> Result<statement_line::Model, PaymentError> {
    let found = statement_line::Entity::find_by_id(id).lock_exclusive();
    found.row(&**tx).await?.ok_or(PaymentError::NotFound)
}
