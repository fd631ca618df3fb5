//! What can be done with money. One more is a variant, its weight, and an arm of `Shop::does`.

use feira_payment::BorneBy;
use proptest::{prelude::*, sample::Index};

use super::transferring::Paying;

#[derive(Debug, Clone)]
pub(super) enum Action {
    /// A payment of these amounts, each a store's, in so many instalments.
    Capture(Vec<(Index, i64)>, u8),
    /// The same in another currency, at once.
    CaptureAbroad(Vec<(Index, i64)>),
    Release(Index, Index),
    /// So many hundredths of what a part was.
    Refund(Index, Index, i64),
    /// The same, and who bears it is said.
    RefundBorne(Index, Index, i64, BorneBy),
    /// The provider says no, or does not say.
    RefundRefused(Index, Index, i64),
    RefundUnknown(Index, Index, i64),
    /// The payer's bank sends back what was refunded.
    RefundBack(Index),
    /// What stores are paid themselves, on delivery or before; and one of them says that it was, or never will be; somebody gives up all
    /// that is open; so many hundredths go back.
    Agree(Vec<(Index, i64)>, bool),
    SettleLeg(Index, Index, bool),
    CancelLegs(Index),
    GiveLegBack(Index, Index, i64, Option<BorneBy>),
    /// The same, and its store, or an operator, says that nobody will send it; or it is sent, and comes back.
    WithdrawLegRefund(Index, Index, i64, Option<BorneBy>),
    LegRefundBack(Index, Index, i64),
    /// So many hundredths of a payment, and what the provider takes for it.
    Dispute(Index, i64, i64),
    DisputeWon(Index),
    DisputeLost(Index),
    /// From now on one is over so many hundredths of its payment.
    DisputeChanged(Index, i64),
    /// One is told of whatever has not gone back otherwise.
    DisputeOfRest(Index),
    /// One that was lost is won on appeal.
    DisputeRegained(Index),
    RunPayouts,
    PayoutPaid,
    /// The bank sends one back that was paid.
    PayoutReturned(Index),
    PayoutCancelled(Index),
    /// Those that wait are put into a file, or all again.
    PayoutFile(bool),
    WriteOff(Index, i64),
    SettleDebt(Index, i64),
    /// So many hundredths of what a store owes and was not billed; one of its invoices is paid, written off or
    /// withdrawn.
    Bill(Index, i64),
    EndInvoice(Index, Index, u8),
    HoldReserve(Index, i64),
    ReleaseReserve(Index),
    /// One of the providers says from now on that each charge has cost so much.
    Fee(i64),
    /// New payments go to the other provider; who bears fees, and the commission of what goes back, changes.
    ChangeProvider,
    /// Something happens at the provider that pays stores.
    AtProvider(Paying),
    /// Time passes, and whatever comes due is done.
    Wait(i64),
}

fn index() -> impl Strategy<Value = Index> {
    any::<Index>()
}

fn hundredths() -> impl Strategy<Value = i64> {
    1_i64..=100
}

fn bearer() -> impl Strategy<Value = BorneBy> {
    prop_oneof![Just(BorneBy::Store), Just(BorneBy::Marketplace)]
}

impl Action {
    pub(super) fn any() -> impl Strategy<Value = Self> {
        let amounts = || prop::collection::vec((index(), 1_i64..30_000), 1..=4);
        let part = || (index(), index(), hundredths());
        let borne = (part(), bearer());
        let disputed = (index(), hundredths(), 0_i64..2000);
        let store = || (index(), hundredths());
        prop_oneof![
            6 => (amounts(), 1_u8..=3).prop_map(|(parts, count)| Self::Capture(parts, count)),
            3 => amounts().prop_map(Self::CaptureAbroad),
            5 => (index(), index()).prop_map(|(paid, part)| Self::Release(paid, part)),
            3 => part().prop_map(|(paid, part, share)| Self::Refund(paid, part, share)),
            1 => part().prop_map(|(paid, part, share)| Self::RefundRefused(paid, part, share)),
            1 => part().prop_map(|(paid, part, share)| Self::RefundUnknown(paid, part, share)),
            3 => borne.prop_map(|((paid, part, cut), by)| Self::RefundBorne(paid, part, cut, by)),
            3 => (amounts(), any::<bool>()).prop_map(|(parts, before)| Self::Agree(parts, before)),
            5 => (index(), index(), prop::bool::weighted(0.8)).prop_map(|(of, part, paid)| Self::SettleLeg(of, part, paid)),
            1 => index().prop_map(Self::CancelLegs),
            2 => (part(), prop::option::of(bearer())).prop_map(|((of, leg, cut), by)| Self::GiveLegBack(of, leg, cut, by)),
            2 => (part(), prop::option::of(bearer())).prop_map(|((of, leg, cut), by)| Self::WithdrawLegRefund(of, leg, cut, by)),
            2 => part().prop_map(|(of, leg, cut)| Self::LegRefundBack(of, leg, cut)),
            2 => index().prop_map(Self::RefundBack),
            3 => disputed.prop_map(|(paid, share, fee)| Self::Dispute(paid, share, fee)),
            3 => (index(), hundredths()).prop_map(|(which, share)| Self::DisputeChanged(which, share)),
            2 => index().prop_map(Self::DisputeOfRest),
            2 => index().prop_map(Self::DisputeWon),
            2 => index().prop_map(Self::DisputeLost),
            2 => index().prop_map(Self::DisputeRegained),
            2 => Just(Self::RunPayouts),
            2 => Just(Self::PayoutPaid),
            1 => index().prop_map(Self::PayoutReturned),
            1 => index().prop_map(Self::PayoutCancelled),
            1 => any::<bool>().prop_map(Self::PayoutFile),
            2 => store().prop_map(|(store, share)| Self::WriteOff(store, share)),
            2 => store().prop_map(|(store, share)| Self::SettleDebt(store, share)),
            2 => store().prop_map(|(store, share)| Self::Bill(store, share)),
            2 => (index(), index(), 0_u8..3).prop_map(|(store, which, how)| Self::EndInvoice(store, which, how)),
            2 => store().prop_map(|(store, share)| Self::HoldReserve(store, share)),
            2 => index().prop_map(Self::ReleaseReserve),
            1 => (0_i64..300).prop_map(Self::Fee),
            1 => Just(Self::ChangeProvider),
            3 => Paying::any().prop_map(Self::AtProvider),
            2 => (1_i64..=40).prop_map(Self::Wait),
        ]
    }
}
