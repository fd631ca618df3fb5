use feira_kernel::Time;

use super::Tried;
use crate::{
    ProviderWebhook,
    provider::{Hint, HintError},
};

/// A payment is told of, and only what is signed, whole and new is listened to, or what came by the
/// secret path. Where a person confirms it, nobody else does.
pub(super) async fn notifications(tried: &Tried<'_>) {
    let (open, txid) = tried.open().await;
    tried.harness.notifications().await;
    tried.harness.pay(&txid).await;
    let sent = tried.harness.notifications().await;
    if tried.provider.capabilities().by_hand {
        assert!(sent.is_empty(), "{sent:?}");
        let forged = ProviderWebhook {
            provider: tried.provider.name().to_owned(),
            path: String::new(),
            headers: Vec::new(),
            body: br#"{"charge_id":"any"}"#.to_vec(),
        };
        let heard = tried.provider.hints(&forged, tried.now());
        assert_eq!(heard, Err(HintError::Signature));
        return;
    }
    assert!(!sent.is_empty(), "nobody is told of a payment");
    let now = tried.now();
    for told in sent {
        let hints = heard(tried, &told, now).await.expect("it can be read");
        assert!(hints.iter().all(|hint| hint.charge_id == open.id));
        assert_eq!(hints.len(), 1);
        for (forged, at) in forgeries(tried, &told, (open.id.as_str(), now)) {
            let heard = heard(tried, &forged, at).await;
            assert_eq!(heard, Err(HintError::Signature));
        }
    }
}

/// What can be seen here, and what the provider says of it itself.
async fn heard(
    tried: &Tried<'_>,
    told: &ProviderWebhook,
    at: Time,
) -> Result<Vec<Hint>, HintError> {
    let hints = tried.provider.hints(told, at)?;
    match tried.provider.vouches(told).await {
        Ok(true) => Ok(hints),
        Ok(false) => Err(HintError::Signature),
        Err(failure) => panic!("it does not answer: {failure}"),
    }
}

/// What somebody makes of a notification who does not know the secret, and when it arrives.
fn forgeries(
    tried: &Tried<'_>,
    told: &ProviderWebhook,
    (id, now): (&str, Time),
) -> Vec<(ProviderWebhook, Time)> {
    let with = |change: &dyn Fn(&mut ProviderWebhook)| {
        let mut forged = told.clone();
        change(&mut forged);
        forged
    };
    if tried.harness.signs() {
        let other = |forged: &mut ProviderWebhook| {
            let body = String::from_utf8(forged.body.clone()).expect("a text");
            assert!(body.contains(id));
            forged.body = body.replace(id, &"7".repeat(id.len())).into_bytes();
        };
        let mut all = vec![
            (with(&|forged| forged.headers.clear()), now),
            (with(&other), now),
        ];
        if tried.harness.ages() {
            all.push((told.clone(), now + tried.harness.too_old()));
        }
        if tried.harness.signs_every_byte() {
            all.push((with(&|forged| forged.body.push(b' ')), now));
        }
        all
    } else {
        vec![
            (with(&|forged| forged.path.clear()), now),
            (with(&|forged| forged.path.insert(0, 'x')), now),
        ]
    }
}
