//! Who may see and move payouts.

use feira_kernel::{Actor, IdempotencyKey, Page, PageRequest, StoreId};

use super::{Service, payout_ends::End};
use crate::{
    NextPayout, PayTo, PaymentError, Payout, PayoutDetails, PayoutFile, PayoutFilter, PayoutId,
    access,
};

impl Service {
    pub(crate) async fn payouts(
        &self,
        actor: &Actor,
        filter: PayoutFilter,
        page: PageRequest,
    ) -> Result<Page<Payout>, PaymentError> {
        let store = access::payouts(actor)?;
        self.list_payouts(store, &filter, page).await
    }

    pub(crate) async fn payout(
        &self,
        actor: &Actor,
        id: PayoutId,
    ) -> Result<PayoutDetails, PaymentError> {
        self.payout_of(access::payouts(actor)?, id).await
    }

    pub(crate) async fn payout_target(
        &self,
        actor: &Actor,
        id: PayoutId,
    ) -> Result<PayTo, PaymentError> {
        access::manage_payouts(actor)?;
        self.show_target(actor, id).await
    }

    pub(crate) async fn payout_file(
        &self,
        actor: &Actor,
        again: bool,
        key: Option<IdempotencyKey>,
    ) -> Result<PayoutFile, PaymentError> {
        access::manage_payouts(actor)?;
        let keyed = IdempotencyKey::of(key, actor);
        self.write_file(actor, again, keyed).await
    }

    pub(crate) async fn next_payouts(
        &self,
        actor: &Actor,
        store: Option<StoreId>,
    ) -> Result<Vec<NextPayout>, PaymentError> {
        self.next_of(access::store(actor, store)?).await
    }

    pub(crate) async fn pay_store(
        &self,
        actor: &Actor,
        store: StoreId,
        key: Option<IdempotencyKey>,
    ) -> Result<Vec<Payout>, PaymentError> {
        access::manage_payouts(actor)?;
        let keyed = IdempotencyKey::of(key, actor);
        self.pay_out_store(actor, store, keyed).await
    }

    pub(crate) async fn return_payout(
        &self,
        actor: &Actor,
        id: PayoutId,
        reason: String,
        key: Option<IdempotencyKey>,
    ) -> Result<Payout, PaymentError> {
        access::manage_payouts(actor)?;
        let keyed = IdempotencyKey::of(key, actor);
        self.end_payout(actor, (id, End::Returned), reason, keyed)
            .await
    }

    pub(crate) async fn cancel_payout(
        &self,
        actor: &Actor,
        id: PayoutId,
        reason: String,
        bank_did_not_pay: bool,
        key: Option<IdempotencyKey>,
    ) -> Result<Payout, PaymentError> {
        access::manage_payouts(actor)?;
        let keyed = IdempotencyKey::of(key, actor);
        let end = End::Cancelled { bank_did_not_pay };
        self.end_payout(actor, (id, end), reason, keyed).await
    }
}
