use feira_kernel::Time;
use time::Duration;

use super::Tried;
use crate::{ProviderWebhook, provider::HintError};

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
        let hints = tried.provider.hints(&told, now).expect("it can be read");
        assert!(hints.iter().all(|hint| hint.charge_id == open.id));
        assert_eq!(hints.len(), 1);
        for (forged, at) in forgeries(tried, &told, now) {
            let heard = tried.provider.hints(&forged, at);
            assert_eq!(heard, Err(HintError::Signature));
        }
    }
}

/// What somebody makes of a notification who does not know the secret, and when it arrives.
fn forgeries(tried: &Tried<'_>, told: &ProviderWebhook, now: Time) -> Vec<(ProviderWebhook, Time)> {
    let with = |change: &dyn Fn(&mut ProviderWebhook)| {
        let mut forged = told.clone();
        change(&mut forged);
        forged
    };
    if tried.harness.signs() {
        let late = now + Duration::seconds(301);
        vec![
            (with(&|forged| forged.headers.clear()), now),
            (with(&|forged| forged.body.push(b' ')), now),
            (told.clone(), late),
        ]
    } else {
        vec![
            (with(&|forged| forged.path.clear()), now),
            (with(&|forged| forged.path.insert(0, 'x')), now),
        ]
    }
}
