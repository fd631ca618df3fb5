use super::Tried;
use crate::{
    EvidenceKind,
    provider::{Charge, DisputeFact, Failure, Lookup, Over, SentEvidence, SentFile, ToldDispute},
};

/// What is disputed is told of, and then known as a fact: of this charge, over no more than it, open, and lost at last.
/// Where a person says first that there is one, nothing is told until the money goes. Who denies it tells of nothing.
pub(super) async fn told(tried: &Tried<'_>) {
    let provider = &tried.provider;
    let charge = tried.captured().await;
    let begin = provider.capabilities().disputes;
    if !begin.are_told() {
        let denied = provider.disputes(&charge.id, &[]).await;
        assert_eq!(denied, Err(Failure::NotSupported));
        assert!(!provider.may_tell_of_disputes());
        return evidence(tried, &charge, "nobodys").await;
    }
    assert_eq!(provider.disputes(&charge.id, &[]).await, Ok(Vec::new()));
    tried.harness.notifications().await;
    tried.harness.dispute(&charge.id).await;
    let named = named(tried, &charge).await;
    if begin.by_hand() {
        let told = provider.disputes(&charge.id, &named).await;
        assert_eq!(told, Ok(Vec::new()), "a person is told first");
        evidence(tried, &charge, "nobodys").await;
    } else {
        assert!(!named.is_empty(), "nobody is told of a dispute");
        let one = only(tried, &charge, &named).await;
        assert_eq!(one.fact, DisputeFact::Open);
        evidence(tried, &charge, &one.id).await;
    }
    tried.harness.lose_dispute(&charge.id).await;
    let hints = self::named(tried, &charge).await;
    if !tried.harness.tells_what_went_back() {
        let known = provider.disputes(&charge.id, &hints).await;
        return assert_eq!(known, Ok(Vec::new()), "a person says how it ends");
    }
    assert!(!hints.is_empty(), "nobody is told how it ended");
    let lost = only(tried, &charge, &[named, hints].concat()).await;
    assert_eq!(lost.fact, DisputeFact::Lost);
}

/// What notifications say of the charge that may be of its disputes.
async fn named(tried: &Tried<'_>, charge: &Charge) -> Vec<String> {
    let provider = &tried.provider;
    let mut named = Vec::new();
    for sent in tried.harness.notifications().await {
        for hint in provider.hints(&sent, tried.now()).expect("it can be read") {
            let looks = provider.may_tell_of_disputes() || provider.tells_of_disputes(&hint.kind);
            let lookup = Lookup::Charge(hint.charge_id.clone());
            let found = provider.fetch(&lookup).await.expect("it is found");
            if looks && found.id == charge.id {
                named.push(hint.charge_id);
            }
        }
    }
    named
}

/// The only one that is told, also to whoever knows it by its own name.
async fn only(tried: &Tried<'_>, charge: &Charge, named: &[String]) -> ToldDispute {
    let provider = &tried.provider;
    let told = provider.disputes(&charge.id, named).await;
    let mut told = told.expect("they are told");
    assert_eq!(told.len(), 1, "{told:?}");
    let one = told.remove(0);
    assert_eq!(one.charge, charge.id);
    if let Over::Amount(amount) = one.over {
        assert!(amount.is_positive() && amount.minor() <= charge.amount.minor());
    }
    let again = provider
        .disputes(&charge.id, std::slice::from_ref(&one.id))
        .await;
    assert_eq!(again, Ok(vec![one.clone()]));
    one
}

/// What is claimed to be sent is taken, once; after a denial nothing has moved.
async fn evidence(tried: &Tried<'_>, charge: &Charge, dispute: &str) {
    let provider = &tried.provider;
    let pieces = [SentEvidence {
        kind: EvidenceKind::Receipt,
        text: Some("Invoice 1".to_owned()),
        file: Some(SentFile {
            name: "nota.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            bytes: b"%PDF-1.7 an invoice".to_vec(),
        }),
    }];
    let named = [dispute.to_owned()];
    let before = provider.disputes(&charge.id, &named).await;
    let sent = provider.send_evidence(dispute, &pieces).await;
    let after = provider.disputes(&charge.id, &named).await;
    if provider.capabilities().evidence {
        assert_eq!(sent, Ok(()));
        let after = after.expect("they are told");
        let one = after.iter().find(|one| one.id == dispute);
        assert_eq!(one.expect("it is told").fact, DisputeFact::Answered);
    } else {
        assert_eq!(sent, Err(Failure::NotSupported));
        assert_eq!(after, before);
    }
}
