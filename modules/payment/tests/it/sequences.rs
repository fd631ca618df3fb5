//! Whatever happens in whatever order, the books explain every cent. A failing seed replays.

use feira_kernel::Entropy;
use feira_payment::{PaymentError, Payout, PayoutFilter, PayoutStatus, ReleaseEarning, testing};
use feira_testkit::{FromTestDb, run_module};

use crate::{
    provider::Fault,
    world::{Paid, World, operator},
};

#[test]
fn any_sequence_of_events_keeps_the_books() {
    for seed in 1..=4 {
        run_module("payments", move |db| async move {
            println!("seed {seed}");
            let world = World::start(&db).await;
            let dice = Entropy::seeded(seed);
            let mut paid: Vec<Paid> = Vec::new();
            for _ in 0..60 {
                step(&world, &dice, &mut paid).await;
            }
            // Faults that are left over hit the job, which tries again.
            for _ in 0..30 {
                world.after(time::Duration::hours(2)).await;
            }
            let books = world.payments.books(&operator()).await.unwrap();
            assert!(books.balanced, "seed {seed}: {books:?}");
            assert_eq!(
                world.count("refunds WHERE status = 'pending'").await,
                0,
                "seed {seed}"
            );
            for charge in world.provider.charges() {
                let given: i64 = charge.refunds.iter().map(|(_, amount)| amount).sum();
                let payment = world
                    .payment(feira_payment::PaymentId(charge.key.parse().unwrap()))
                    .await;
                assert_eq!(payment.refunded.minor(), given, "seed {seed}");
            }
        });
    }
}

async fn step(world: &World, dice: &Entropy, paid: &mut Vec<Paid>) {
    let below = |bound: usize| usize::try_from(dice.below(bound as u64)).unwrap();
    let cents = |bound: u64| i64::try_from(dice.below(bound)).unwrap() + 1;
    if paid.is_empty() || below(6) == 0 {
        let amounts: Vec<i64> = (0..=below(3)).map(|_| cents(30_000)).collect();
        return paid.push(world.captured(&amounts).await);
    }
    let one = &paid[below(paid.len())];
    let index = below(one.start.splits.len());
    match below(9) {
        0..=2 => {
            if below(4) == 0 {
                world.provider.next_refund(Fault::DropAfter);
            }
            let whole = one.start.splits[index].amount.minor();
            let amount = if below(4) == 0 {
                whole
            } else {
                cents(u64::try_from(whole).unwrap())
            };
            match world.refund(one.refund(&[(index, amount)])).await {
                Ok(_) | Err(PaymentError::RefundTooLarge | PaymentError::IllegalMove(_)) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        3..=4 => {
            let release = ReleaseEarning {
                key: testing::random(),
                reference: one.payment.reference,
                part: one.start.splits[index].part,
                payment: None,
            };
            world
                .payments
                .release_earning(&testing::order(), release)
                .await
                .unwrap();
        }
        5 => {
            world.payments.run_payouts(&operator(), None).await.unwrap();
        }
        6 => {
            let payouts = world
                .payments
                .payouts(
                    &operator(),
                    PayoutFilter::default(),
                    feira_kernel::PageRequest::default(),
                )
                .await
                .unwrap();
            let waits = |p: &&Payout| p.status == PayoutStatus::Pending;
            if let Some(payout) = payouts.items.iter().find(waits) {
                let reference = "by hand".to_owned();
                world
                    .payments
                    .mark_payout_paid(&operator(), payout.id, reference, None)
                    .await
                    .unwrap();
            }
        }
        7 => come_back(world, below(2) == 0).await,
        _ => world.after(time::Duration::minutes(20)).await,
    }
}

/// The newest that was paid is sent back by the bank, or the newest that waits is given up.
async fn come_back(world: &World, was_paid: bool) {
    let status = Some(if was_paid {
        PayoutStatus::Paid
    } else {
        PayoutStatus::Pending
    });
    let (filter, one) = (PayoutFilter { status }, feira_kernel::PageRequest::first(1));
    let payouts = world.payments.payouts(&operator(), filter, one).await;
    let Some(payout) = payouts.unwrap().items.pop() else {
        return;
    };
    let reason = "account closed".to_owned();
    let ended = if was_paid {
        world
            .payments
            .return_payout(&operator(), payout.id, reason, None)
            .await
    } else {
        world
            .payments
            .cancel_payout(&operator(), payout.id, reason, false, None)
            .await
    };
    ended.unwrap();
}
