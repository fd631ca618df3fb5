use time::Duration;

use super::Tried;
use crate::provider::HintError;

/// A payment is told of, and only what is signed, whole and new is listened to. Where a person confirms
/// it, nobody else does.
pub(super) async fn notifications(tried: &Tried<'_>) {
    let (open, txid) = tried.open().await;
    tried.harness.notifications().await;
    tried.harness.pay(&txid).await;
    let sent = tried.harness.notifications().await;
    if tried.provider.capabilities().by_hand {
        assert!(sent.is_empty(), "{sent:?}");
        let body = br#"{"charge_id":"any"}"#;
        let told = tried.provider.hint(&[], body, tried.harness.now());
        assert_eq!(told, Err(HintError::Signature));
        return;
    }
    assert!(!sent.is_empty(), "nobody is told of a payment");
    let now = tried.harness.now();
    for told in sent {
        let read = |headers: &[(String, String)], body: &[u8], now| {
            tried.provider.hint(headers, body, now)
        };
        let hint = read(&told.headers, &told.body, now).expect("it can be read");
        assert_eq!(hint.charge_id, open.id);
        let mut changed = told.body.clone();
        changed.push(b' ');
        let late = now + Duration::seconds(301);
        for forged in [
            read(&[], &told.body, now),
            read(&told.headers, &changed, now),
            read(&told.headers, &told.body, late),
        ] {
            assert_eq!(forged, Err(HintError::Signature));
        }
    }
}
