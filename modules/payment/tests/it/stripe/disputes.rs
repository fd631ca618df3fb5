//! Chargebacks as Stripe tells of them, and the evidence that it takes.

use feira_kernel::PageRequest;
use feira_payment::{
    Account, DisputeFilter, DisputeState, EvidenceKind, EvidenceUpload, NewEvidence,
    PaymentStatus as S,
};
use feira_testkit::TestDb;
use serde_json::json;

use super::{id, tell, world};
use crate::{
    stripe_book::{Answer, Book, Instead, Pairs, error},
    world::{World, operator},
};

impl Book {
    /// A file as it was sent, between its boundaries.
    pub(crate) fn upload(&mut self, body: &str) -> Answer {
        assert!(body.contains("name=\"purpose\"\r\n\r\ndispute_evidence\r\n"));
        self.files.push(body.to_owned());
        (200, json!({"id": format!("file_{}", self.files.len())}))
    }

    /// Evidence is taken once.
    pub(crate) fn answer(&mut self, id: &str, form: Pairs) -> Answer {
        let found = self.disputes.iter_mut().find(|one| one["id"] == id);
        let Some(dispute) = found.filter(|one| one["status"] == "needs_response") else {
            return error(400, "invalid_request_error", "", "evidence");
        };
        assert_eq!(form["submit"], "true");
        dispute["status"] = json!("under_review");
        let dispute = dispute.clone();
        self.answers.push(form);
        self.tell("charge.dispute.updated", dispute.clone());
        (200, dispute)
    }
}

async fn only(world: &World) -> feira_payment::Dispute {
    let all = DisputeFilter::default();
    let found = world
        .payments
        .disputes(&operator(), all, PageRequest::default())
        .await;
    found.unwrap().items.remove(0)
}

async fn fees(world: &World) -> i128 {
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{:?}", books.violations);
    let fees = books.accounts.iter();
    let mut fees = fees.filter(|one| one.account == Account::ProviderFees);
    fees.next().map_or(0, |one| one.total.minor())
}

#[feira_testkit::test("payments")]
async fn a_chargeback_is_kept_back_answered_and_lost(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let paid = world.captured(&[7000]).await;
    let intent = id(&stub, 0);
    stub.dispute(&intent, "warning_needs_response", "charge.dispute.created");
    tell(&world, &stub).await;
    assert_eq!(world.payment(paid.payment.id).await.status, S::Completed);
    stub.dispute(&intent, "needs_response", "charge.dispute.updated");
    tell(&world, &stub).await;
    assert_eq!(world.payment(paid.payment.id).await.status, S::Disputed);
    assert_eq!(fees(&world).await, 1500);

    let dispute = only(&world).await;
    assert!(dispute.evidence_due_at.is_some());
    let file = |kind| NewEvidence {
        kind,
        remove: false,
        text: Some(format!("about the {}", kind.as_str())),
        file: Some(EvidenceUpload {
            name: "nota.pdf".to_owned(),
            bytes: b"%PDF-1.7 text".to_vec(),
        }),
    };
    for kind in [
        EvidenceKind::Receipt,
        EvidenceKind::Product,
        EvidenceKind::Other,
    ] {
        let put = world
            .payments
            .put_evidence(&operator(), dispute.id, file(kind), None)
            .await;
        put.unwrap();
    }
    let (status, body) = error(400, "invalid_request_error", "", "file");
    stub.next("POST files", Instead::Answer(status, body));
    let refused = world
        .payments
        .send_evidence(&operator(), dispute.id, None)
        .await;
    assert!(matches!(
        refused,
        Err(feira_payment::PaymentError::EvidenceRefused(_))
    ));
    let sent = world
        .payments
        .send_evidence(&operator(), dispute.id, None)
        .await;
    assert_eq!(sent.unwrap().dispute.state, DisputeState::EvidenceSent);
    let (answers, files) = stub.answers();
    assert_eq!((answers.len(), files), (1, 3));
    for (field, value) in [
        ("evidence[product_description]", "about the product"),
        (
            "evidence[uncategorized_text]",
            "about the other\n\nabout the receipt",
        ),
    ] {
        assert_eq!(answers[0][field], value);
    }
    assert!(answers[0]["evidence[receipt]"].starts_with("file_"));

    stub.dispute(&intent, "lost", "charge.dispute.closed");
    tell(&world, &stub).await;
    assert_eq!(world.payment(paid.payment.id).await.status, S::Refunded);
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 0]);
    assert_eq!(fees(&world).await, 1500);
}
