//! Stores, providers and payments of one sequence, to which it is done.

use std::sync::Arc;

use feira_kernel::{Currency, PageRequest, StoreId};
use feira_payment::{
    BorneBy, Debt, FeeBearer, InstalmentSettings, InterestBearer, NewRefund, NewReserve,
    PaymentError, PaymentStatus, Payments, PayoutFilter, PayoutStatus, ProviderKind,
    ProviderSettings, RefundId, ReleaseEarning, ReserveFilter, ReserveStatus, SandboxSettings,
    StartPayment,
    testing::{self, FakeProvider},
};
use feira_testkit::TestDb;
use proptest::sample::Index;
use time::Duration;

use super::{action::Action, disputing::Disputed};
use crate::{
    legs::before::by_stores,
    provider::{Fault, Stub},
    world::{Paid, World, operator, sandbox},
};

/// In which stores owe, are billed and keep reserves here.
pub(super) const HOME: Currency = Currency::BRL;
/// What an instalment is at least, in cents.
const LEAST: i64 = 100;

/// Two processes over one database: the same providers, of which each prefers another. One of them says
/// what it took. The second leaves fees to the stores, and a commission with the marketplace.
pub(super) struct Market {
    worlds: [World; 2],
    pub(super) stub: Stub,
    pub(super) fake: FakeProvider,
}

/// What one sequence has made.
pub(super) struct Shop<'a> {
    pub(super) market: &'a Market,
    pub(super) stores: Vec<StoreId>,
    pub(super) paid: Vec<Paid>,
    /// What stores are paid themselves.
    pub(super) agreed: Vec<Paid>,
    /// Refunds of that, which were sent and did not come back.
    pub(super) sent: Vec<RefundId>,
    pub(super) disputed: Vec<Disputed>,
    /// Of its stores, at the provider that pays some of them.
    pub(super) accounts: Vec<String>,
    /// Those that were lost.
    pub(super) lost: Vec<Disputed>,
    /// How many the other sequences had made at `b`.
    pub(super) refunds_before: usize,
    here: usize,
}

impl Market {
    pub(super) async fn start(db: &TestDb) -> Self {
        let stub = Stub::start().await;
        let fake = FakeProvider::new(db.clock().clock())
            .taking_a_fee()
            .telling_disputes_late();
        let fake = fake.dividing(3, testing::brl(LEAST));
        // Cards are paid in instalments at the other one alone.
        let a = SandboxSettings {
            instalments: 1,
            ..sandbox(&stub.base_url)
        };
        let a = ProviderSettings::new("a", ProviderKind::Sandbox(a));
        let divided = |bearer| InstalmentSettings {
            interest_borne_by: bearer,
            most: 3,
            least: vec![testing::brl(LEAST)],
        };
        let b = ProviderSettings::new("b", ProviderKind::Fake(fake.clone()));
        let door = by_stores("door");
        let first = World::with(db, |settings| {
            settings.providers = vec![a.clone(), b.clone(), door.clone()];
            settings.instalments = divided(InterestBearer::Buyer);
        })
        .await;
        let second = World::with(db, |settings| {
            settings.providers = vec![b, a, door];
            settings.provider_fee_borne_by = FeeBearer::Store;
            settings.dispute_fee_borne_by = FeeBearer::Store;
            settings.refund_keeps_commission = true;
            settings.instalments = divided(InterestBearer::Store);
        })
        .await;
        Self {
            worlds: [first, second],
            stub,
            fake,
        }
    }

    pub(super) fn payments(&self) -> &Arc<dyn Payments> {
        &self.worlds[0].payments
    }

    /// In which stores are.
    pub(super) fn first(&self) -> &World {
        &self.worlds[0]
    }

    pub(super) fn with_stores(&self, count: usize) -> Shop<'_> {
        Shop {
            market: self,
            stores: (0..count).map(|_| self.worlds[0].store()).collect(),
            paid: Vec::new(),
            agreed: Vec::new(),
            sent: Vec::new(),
            disputed: Vec::new(),
            accounts: Vec::new(),
            lost: Vec::new(),
            refunds_before: self.fake.made().1,
            here: 0,
        }
    }
}

impl Shop<'_> {
    pub(super) fn world(&self) -> &World {
        &self.market.worlds[self.here]
    }

    pub(super) async fn does(&mut self, action: &Action) {
        match action {
            Action::Capture(parts, count) => self.capture(parts, *count).await,
            Action::CaptureAbroad(parts) => self.capture_abroad(parts).await,
            Action::Release(paid, part) => self.release(paid, part).await,
            Action::Refund(paid, part, share) => self.refund(paid, part, *share, None).await,
            Action::RefundBorne(paid, part, share, by) => {
                self.refund(paid, part, *share, Some(*by)).await;
            }
            Action::RefundRefused(paid, part, share) => {
                self.faulty_refund(Fault::ErrorBefore(422), paid, part, *share)
                    .await;
            }
            Action::RefundUnknown(paid, part, share) => {
                self.faulty_refund(Fault::DropAfter, paid, part, *share)
                    .await;
            }
            Action::Agree(parts, before) => self.agree(parts, *before).await,
            Action::SettleLeg(of, part, paid) => self.settle_leg(of, part, *paid).await,
            Action::CancelLegs(of) => self.cancel_legs(of).await,
            Action::GiveLegBack(of, part, share, by) => {
                self.give_leg_back(of, part, *share, *by).await;
            }
            Action::WithdrawLegRefund(of, part, share, by) => {
                self.withdraw_leg_refund(of, part, *share, *by).await;
            }
            Action::LegRefundBack(of, part, share) => {
                self.leg_refund_back(of, part, *share).await;
            }
            Action::RefundBack(which) => self.refund_back(which).await,
            Action::Dispute(paid, share, fee) => self.dispute(paid, *share, *fee).await,
            Action::DisputeWon(which) => self.end_dispute(which, true).await,
            Action::DisputeLost(which) => self.end_dispute(which, false).await,
            Action::DisputeChanged(which, share) => self.change_dispute(which, *share).await,
            Action::DisputeOfRest(paid) => self.dispute_rest(paid).await,
            Action::DisputeRegained(which) => self.regain(which).await,
            Action::RunPayouts => {
                let made = self.world().payments.run_payouts(&operator(), None).await;
                made.unwrap();
            }
            Action::PayoutPaid => self.pay_payouts().await,
            Action::PayoutReturned(which) => self.end_payout(which, PayoutStatus::Paid).await,
            Action::PayoutCancelled(which) => self.end_payout(which, PayoutStatus::Pending).await,
            Action::PayoutFile(again) => {
                let payments = &self.world().payments;
                let made = payments.payout_file(&operator(), *again, None).await;
                made.unwrap();
            }
            Action::WriteOff(store, share) => self.end_debt(store, *share, true).await,
            Action::SettleDebt(store, share) => self.end_debt(store, *share, false).await,
            Action::Bill(store, share) => self.bill(store, *share).await,
            Action::EndInvoice(store, which, how) => self.end_invoice(store, which, *how).await,
            Action::HoldReserve(store, share) => self.hold(store, *share).await,
            Action::ReleaseReserve(one) => self.release_reserve(one).await,
            Action::Fee(cents) => self.market.fake.settles(testing::brl(*cents)),
            Action::ChangeProvider => self.here = 1 - self.here,
            Action::AtProvider(what) => self.at_provider(what),
            Action::Wait(hours) => self.world().after(Duration::hours(*hours)).await,
        }
    }

    async fn capture(&mut self, parts: &[(Index, i64)], count: u8) {
        let split = |(store, cents): &(Index, i64)| {
            testing::split(*store.get(&self.stores), testing::random(), *cents)
        };
        let splits = parts.iter().map(split).collect();
        let sum: i64 = parts.iter().map(|(_, cents)| cents).sum();
        // Of less than that no instalment is.
        let card = match sum < i64::from(count) * LEAST {
            true => testing::card("tok_approved"),
            false => testing::card_in("tok_approved", count),
        };
        let start = testing::start(testing::random(), card, splits);
        self.pay(start).await;
    }

    pub(super) async fn pay(&mut self, mut start: StartPayment) {
        start.expires_at = self.world().env.now() + Duration::minutes(30);
        let payment = self.world().begin(start.clone()).await.unwrap();
        // One whose answer was lost is captured when somebody looks.
        if payment.status == PaymentStatus::Completed {
            self.paid.push(Paid { payment, start });
        }
    }

    /// One of the payments, and one of its parts.
    fn chosen(&self, paid: &Index, part: &Index) -> Option<(&Paid, usize)> {
        let paid = (!self.paid.is_empty()).then(|| paid.get(&self.paid))?;
        Some((paid, part.index(paid.start.splits.len())))
    }

    async fn release(&self, paid: &Index, part: &Index) {
        let Some((paid, part)) = self.chosen(paid, part) else {
            return;
        };
        let release = ReleaseEarning {
            key: testing::random(),
            reference: paid.payment.reference,
            part: paid.start.splits[part].part,
            payment: None,
        };
        let payments = &self.world().payments;
        payments
            .release_earning(&testing::order(), release)
            .await
            .unwrap();
    }

    async fn refund(&self, paid: &Index, part: &Index, share: i64, by: Option<BorneBy>) {
        let Some((paid, part)) = self.chosen(paid, part) else {
            return;
        };
        let whole = paid.start.splits[part].amount.minor();
        let amount = (whole * share / 100).max(1);
        let refund = NewRefund {
            borne_by: by,
            ..paid.refund(&[(part, amount)])
        };
        match self.world().refund(refund).await {
            Ok(_)
            | Err(
                PaymentError::RefundTooLarge
                | PaymentError::IllegalMove(_)
                | PaymentError::Disputed,
            ) => {}
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn faulty_refund(&self, fault: Fault, paid: &Index, part: &Index, share: i64) {
        let Some((of, _)) = self.chosen(paid, part) else {
            return;
        };
        match of.payment.gateway.as_str() {
            "a" => self.market.stub.next_refund(fault),
            _ => self.market.fake.lose_next(),
        }
        self.refund(paid, part, share, None).await;
        // Of what was refused before it was asked for: it would meet whatever comes next.
        self.market.stub.no_refund_faults();
        self.market.fake.lose_no_more();
    }

    /// All that wait.
    async fn pay_payouts(&self) {
        let payments = &self.world().payments;
        let page = PageRequest::first(100);
        let payouts = payments
            .payouts(&operator(), PayoutFilter::default(), page)
            .await
            .unwrap();
        for payout in payouts.items {
            // What its provider transfers nobody pays by hand.
            let by_hand = payout.status == PayoutStatus::Pending && payout.provider.is_none();
            if by_hand && self.stores.contains(&payout.store) {
                let reference = format!("TED {}", payout.id);
                let paid = payments
                    .mark_payout_paid(&operator(), payout.id, reference, None)
                    .await;
                paid.unwrap();
            }
        }
    }

    /// So many hundredths of a sum, one cent at least.
    pub(super) fn part_of(sum: i128, share: i64) -> i64 {
        let part = sum.max(0) * i128::from(share) / 100;
        i64::try_from(part).unwrap().max(1)
    }

    /// For certain: what a dispute or a refund that runs holds is not. The stores of earlier sequences owe, too.
    pub(super) async fn owed(&self, store: StoreId) -> i128 {
        let mut page = PageRequest::first(100);
        loop {
            let debts = self.world().payments.debts(&operator(), page).await;
            let debts = debts.unwrap();
            let of_store = |debt: &&Debt| debt.store == store && debt.owed.currency() == HOME;
            if let Some(debt) = debts.items.iter().find(of_store) {
                return debt.owed.minor();
            }
            let Some(next) = debts.next_cursor else {
                return 0;
            };
            page = PageRequest::new(Some(100), Some(next)).unwrap();
        }
    }

    async fn end_debt(&self, store: &Index, share: i64, given_up: bool) {
        let (payments, store) = (&self.world().payments, *store.get(&self.stores));
        // What is billed ends with its invoice.
        let owed = self.owed(store).await - self.billed(store).await;
        let amount = testing::brl(Self::part_of(owed, share));
        let note = "so it is".to_owned();
        let ended = match given_up {
            true => {
                payments
                    .write_off_debt(&operator(), store, amount, note, None)
                    .await
            }
            false => {
                payments
                    .settle_debt(&operator(), store, amount, note, None)
                    .await
            }
        };
        match (owed, ended) {
            (1.., Ok(_)) | (..=0, Err(PaymentError::MoreThanOwed)) => {}
            (owed, ended) => panic!("{owed}: {ended:?}"),
        }
    }

    async fn hold(&self, store: &Index, share: i64) {
        let (payments, store) = (&self.world().payments, *store.get(&self.stores));
        let balances = payments.balance(&operator(), Some(store)).await.unwrap();
        let mut home = balances.iter().filter(|b| b.payable.currency() == HOME);
        let payable = home.next().map_or(0, |b| b.payable.minor());
        let reserve = NewReserve {
            store,
            amount: testing::brl(Self::part_of(payable, share)),
            reason: "returns".to_owned(),
            release_at: self.world().env.now() + Duration::days(2),
        };
        let held = payments.hold_reserve(&operator(), reserve, None).await;
        match (payable, held) {
            (1.., Ok(_)) | (..=0, Err(PaymentError::MoreThanPayable)) => {}
            (payable, held) => panic!("{payable}: {held:?}"),
        }
    }

    async fn release_reserve(&self, one: &Index) {
        let payments = &self.world().payments;
        let page = PageRequest::first(100);
        let all = payments
            .reserves(&operator(), ReserveFilter::default(), page)
            .await;
        let all = all.unwrap();
        if !all.items.is_empty() {
            let id = one.get(&all.items).id;
            let released = payments.release_reserve(&operator(), id, None).await;
            assert_eq!(released.unwrap().status, ReserveStatus::Released);
        }
    }

    /// What went back is what the provider gave or a bank took, and no more than was charged.
    pub(super) async fn is_sound(&self, what: &str) {
        for paid in &self.paid {
            let id = paid.payment.id;
            let payment = self.world().payment(id).await;
            let (told, lost) = (payment.refunded.minor(), self.lost(id).await);
            let given = match payment.gateway.as_str() {
                "a" => {
                    let charge = self.market.stub.charge(id);
                    charge.refunds.iter().map(|(_, cents)| cents).sum()
                }
                _ => self.market.fake.given_of(id),
            };
            let pending = format!("refunds WHERE payment_id = '{id}' AND status = 'pending'");
            let runs = self.world().count(&pending).await > 0;
            assert!(told <= given + lost, "{what}: {told} of {given} and {lost}");
            assert!(
                runs || told == given + lost,
                "{what}: {told}, not {given} and {lost}"
            );
            assert!(given <= payment.amount.minor(), "{what}");
        }
        self.next_payouts_are_there(what).await;
        // No payout, and no earning, is in the ledger twice.
        let twice = "(SELECT 1 FROM ledger_entries WHERE kind IN ('payout', 'payout_paid') \
                      GROUP BY kind, account, payout_id HAVING count(*) > 1) AS twice";
        assert_eq!(self.world().count(twice).await, 0, "{what}");
    }
}
