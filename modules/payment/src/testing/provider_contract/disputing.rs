use super::Tried;
use crate::provider::{DisputeFact, Failure, Lookup};

/// What is disputed is told of, and then known as a fact: of this charge, over no more than it, and open. Who
/// denies it tells of nothing.
pub(super) async fn told(tried: &Tried<'_>) {
    let provider = &tried.provider;
    let charge = tried.captured().await;
    if !provider.capabilities().disputes {
        let denied = provider.disputes(&charge.id, &[]).await;
        assert_eq!(denied, Err(Failure::NotSupported));
        return;
    }
    assert_eq!(provider.disputes(&charge.id, &[]).await, Ok(Vec::new()));
    tried.harness.notifications().await;
    if !tried.harness.dispute(&charge.id).await {
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
