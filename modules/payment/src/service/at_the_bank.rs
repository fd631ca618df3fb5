//! What people say, and statements tell, of money at the bank: who may.

use feira_kernel::{Actor, IdempotencyKey, Page, PageRequest};

use super::{Service, by_hand::Beside};
use crate::{
    BankStatementId, BankStatementLine, BankStatementLineFilter, BankStatementLineId,
    BankStatementReport, BankStatementRequest, BankStatementSummary, Payment, PaymentError,
    PaymentId, Refund, RefundId, access,
};

impl Service {
    pub(crate) async fn mark_payment_paid(
        &self,
        actor: &Actor,
        id: PaymentId,
        note: Option<String>,
        key: Option<IdempotencyKey>,
    ) -> Result<Payment, PaymentError> {
        access::manage_payments(actor)?;
        let beside = Beside::noted(note)?;
        let keyed = IdempotencyKey::of(key, actor);
        self.providers.refresh().await?;
        self.say_paid(actor, id, beside, keyed).await
    }

    pub(crate) async fn import_bank_statement(
        &self,
        actor: &Actor,
        request: BankStatementRequest,
        key: Option<IdempotencyKey>,
    ) -> Result<BankStatementReport, PaymentError> {
        access::import_statements(actor)?;
        let keyed = IdempotencyKey::of(key, actor);
        self.take_statement(actor, request, keyed).await
    }

    pub(crate) async fn bank_statements(
        &self,
        actor: &Actor,
        page: PageRequest,
    ) -> Result<Page<BankStatementSummary>, PaymentError> {
        access::see_payments(actor)?;
        self.list_statements(page).await
    }

    pub(crate) async fn bank_statement_report(
        &self,
        actor: &Actor,
        id: BankStatementId,
    ) -> Result<BankStatementReport, PaymentError> {
        access::see_payments(actor)?;
        self.report_of(id).await
    }

    pub(crate) async fn bank_statement_lines(
        &self,
        actor: &Actor,
        filter: BankStatementLineFilter,
        page: PageRequest,
    ) -> Result<Page<BankStatementLine>, PaymentError> {
        access::see_payments(actor)?;
        self.list_lines(filter, page).await
    }

    pub(crate) async fn match_bank_statement_line(
        &self,
        actor: &Actor,
        id: BankStatementLineId,
        payment: PaymentId,
        key: Option<IdempotencyKey>,
    ) -> Result<BankStatementLine, PaymentError> {
        access::manage_payments(actor)?;
        let keyed = IdempotencyKey::of(key, actor);
        self.match_line(actor, id, payment, keyed).await
    }

    pub(crate) async fn ignore_bank_statement_line(
        &self,
        actor: &Actor,
        id: BankStatementLineId,
        key: Option<IdempotencyKey>,
    ) -> Result<BankStatementLine, PaymentError> {
        access::manage_payments(actor)?;
        let keyed = IdempotencyKey::of(key, actor);
        self.ignore_line(actor, id, keyed).await
    }

    pub(crate) async fn mark_refund_sent(
        &self,
        actor: &Actor,
        id: RefundId,
        reference: String,
        key: Option<IdempotencyKey>,
    ) -> Result<Refund, PaymentError> {
        self.may_say(actor, id).await?;
        let keyed = IdempotencyKey::of(key, actor);
        self.say_sent(actor, id, reference, keyed).await
    }
}
