use super::Tried;
use crate::provider::{Charge, DisputeFact, Failure, Lookup};

/// Who denies that it tells of disputes refuses to, also of a charge that is disputed there, and takes no evidence.
async fn denied(tried: &Tried<'_>, charge: &Charge) {
    let provider = &tried.provider;
    tried.harness.dispute(&charge.id).await;
    let disputes = provider.disputes(&charge.id, &[]).await;
    assert_eq!(disputes, Err(Failure::NotSupported));
    let sent = provider.send_evidence("dp_1", &[]).await;
    assert_eq!(sent, Err(Failure::NotSupported));
}

/// What is disputed is told of, and then known as a fact: of this charge, over no more than it, and open. Who
/// denies it tells of nothing.
pub(super) async fn told(tried: &Tried<'_>) {
    let provider = &tried.provider;
    let charge = tried.captured().await;
    if !provider.capabilities().disputes {
        return denied(tried, &charge).await;
    }
    assert_eq!(provider.disputes(&charge.id, &[]).await, Ok(Vec::new()));
    tried.harness.notifications().await;
    if !tried.harness.dispute(&charge.id).await {
        // A bank that tells nothing of what goes back tells of no special return: nobody could learn of one.
        assert!(!tried.harness.tells_what_went_back());
        return;
    }
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
    assert!(!named.is_empty(), "nobody is told of a dispute");
    let told = provider.disputes(&charge.id, &named).await;
    let told = told.expect("they are told");
    let [one] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert_eq!((&one.charge, one.fact), (&charge.id, DisputeFact::Open));
    assert!(one.amount.is_positive() && one.amount.minor() <= charge.amount.minor());
    // Whoever knows it by its own name is told of the same.
    let again = provider
        .disputes(&charge.id, std::slice::from_ref(&one.id))
        .await;
    assert_eq!(again.as_ref(), Ok(&told));
}
