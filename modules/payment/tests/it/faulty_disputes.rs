//! The faults of calls by which a provider is asked what is disputed, and is sent evidence: at each provider, in each
//! step, several times. What is asked back is kept back, answered, and lost, once.

use feira_kernel::PageRequest;
use feira_payment::{
    Account, Dispute, DisputeFilter, DisputeKind, DisputeState, EvidenceKind, NewDispute,
    NewEvidence, PaymentId, PaymentStatus as S, testing::brl,
};
use feira_testkit::TestDb;
use time::Duration;

use crate::{
    harness::{Harness, at, at_each_provider, begun, faulty_ways, heard},
    reconciling::booked,
    stub::{Book, Fault, Server},
    world::{World, operator},
};

const FAULTS: [Fault; 12] = [
    Fault::Refuse,
    Fault::DropAfter,
    Fault::StallBefore,
    Fault::StallAfter,
    Fault::SlowAfter,
    Fault::Redirect,
    Fault::Before(401),
    Fault::Before(429),
    Fault::Before(500),
    Fault::Page(502),
    Fault::After(503),
    Fault::GarbageAfter,
];

async fn dispute(world: &World, payment: PaymentId) -> Option<Dispute> {
    let page = PageRequest::first(100);
    let all = DisputeFilter::default();
    let found = world.payments.disputes(&operator(), all, page).await;
    let mut of = found.unwrap().items;
    of.retain(|one| one.payment == payment);
    assert!(of.len() < 2, "it is one dispute");
    of.pop()
}

/// Notifications are tried again, and what is open is looked at.
async fn soon(world: &World) {
    for _ in 0..3 {
        world.after(Duration::hours(1)).await;
    }
}

/// Where a person is told first, she writes it down.
async fn written_down(world: &World, payment: PaymentId) {
    let details = world.payments.details(&operator(), payment).await.unwrap();
    if !details.disputed_by_hand {
        return;
    }
    let new = NewDispute {
        payment,
        kind: DisputeKind::Med,
        amount: brl(4200),
        reason: "fraud".to_owned(),
        bank_reference: format!("MED {payment}"),
        evidence_due_at: None,
    };
    // The provider is asked before; what is refused so can be said again.
    if world
        .payments
        .open_dispute(&operator(), new.clone(), None)
        .await
        .is_err()
    {
        world
            .payments
            .open_dispute(&operator(), new, None)
            .await
            .unwrap();
    }
}

async fn answered<B: Book>(
    world: &World,
    server: &Server<B>,
    call: Option<&'static str>,
    (one, fault): (&Dispute, Fault),
) {
    let evidence = NewEvidence {
        kind: EvidenceKind::Delivery,
        remove: false,
        text: Some("She has it.".to_owned()),
        file: None,
    };
    let (payments, by) = (&world.payments, operator());
    let put = payments.put_evidence(&by, one.id, evidence, None);
    put.await.unwrap();
    if let Some(call) = call {
        server.next(call, fault);
    }
    let send = || payments.send_evidence(&by, one.id, None);
    // What is not known to have arrived is sent again.
    let sent = match send().await {
        Ok(sent) => sent,
        Err(_) => send().await.unwrap(),
    };
    assert_eq!(sent.dispute.state, DisputeState::EvidenceSent);
}

/// What is disputed and lost, each time that something could go wrong.
async fn disputed<H: Harness>(world: &World, harness: &H, call: &'static str, fault: Fault) {
    let (what, server) = (format!("{call}: {fault:?}"), harness.server());
    let id = begun(world, harness).await;
    harness.pay(&harness.payable(id)).await;
    heard(world, harness).await;
    world.after(Duration::minutes(6)).await;
    assert_eq!(world.payment(id).await.status, S::Completed, "{what}");
    server.next(call, fault);
    harness.dispute(&harness.id(id)).await;
    heard(world, harness).await;
    written_down(world, id).await;
    soon(world).await;
    assert_eq!(server.left(), 0, "{what}: it was not asked");
    assert_eq!(world.payment(id).await.status, S::Disputed, "{what}");
    let one = dispute(world, id).await.expect("it is kept back");
    assert_eq!(one.held, brl(4200), "{what}");
    answered(world, server, H::EVIDENCE, (&one, fault)).await;
    server.next(call, fault);
    harness.lose_dispute(&harness.id(id)).await;
    heard(world, harness).await;
    soon(world).await;
    assert_eq!(server.left(), 0, "{what}: it was not asked again");
    assert_eq!(world.payment(id).await.status, S::Refunded, "{what}");
    let one = dispute(world, id).await.expect("it is lost");
    assert_eq!(
        (one.state, one.held),
        (DisputeState::Lost, brl(4200)),
        "{what}"
    );
}

async fn what_is_disputed_is_taken_once<H: Harness>(db: TestDb, way: usize) {
    let (world, harness): (World, H) = at(&db, way).await;
    for (number, fault) in FAULTS.into_iter().enumerate() {
        let turns = (number..number + 5).filter(|turn| turn % faulty_ways::<H>() == way);
        for turn in turns {
            let call = H::DISPUTES[turn % H::DISPUTES.len()];
            disputed(&world, &harness, call, fault).await;
        }
    }
    let (lost, there) = (Account::WriteOffs, Account::ProviderDisputed);
    assert_eq!(
        [booked(&world, lost).await, booked(&world, there).await],
        [0, 0]
    );
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
}

at_each_provider!(what_is_disputed_is_taken_once);
