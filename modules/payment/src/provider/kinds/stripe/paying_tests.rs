use serde_json::{Value, json};

use super::*;

fn read(change: Value) -> Result<ToldStoreAccount, Failure> {
    let mut account = json!({
        "id": "acct_1", "object": "account", "payouts_enabled": true, "details_submitted": true,
        "capabilities": {"transfers": "active", "card_payments": "active"},
        "requirements": {"currently_due": [], "past_due": [], "disabled_reason": null},
        "metadata": {"feira_account": Uuid::from_u128(1)},
    });
    for (name, value) in change.as_object().unwrap() {
        account[name] = value.clone();
    }
    let account: Account = serde_json::from_value(account).unwrap();
    account.read()
}

#[test]
fn an_account_is_ready_when_it_takes_transfers_and_is_paid_out() {
    let account = read(json!({})).unwrap();
    assert!(account.is_ready() && account.key == Some(Uuid::from_u128(1)));
    for change in [
        json!({"payouts_enabled": false}),
        json!({"capabilities": {"transfers": "pending"}}),
        json!({"capabilities": {"transfers": "inactive"}}),
        json!({"capabilities": {}}),
    ] {
        assert!(!read(change.clone()).unwrap().is_ready(), "{change}");
    }
    assert!(matches!(
        read(json!({"id": "../x"})),
        Err(Failure::Unknown(_))
    ));
}

#[test]
fn what_is_missing_is_told_once_and_nothing_else() {
    let due = json!({"requirements": {
        "currently_due": ["external_account", "tos_acceptance.date", "<b>"],
        "past_due": ["external_account"], "disabled_reason": "requirements.past_due",
    }});
    let account = read(due).unwrap();
    assert_eq!(account.missing, ["external_account", "tos_acceptance.date"]);
    let why = account.disabled_reason.as_deref();
    assert_eq!(why, Some("requirements.past_due"));
    let odd = read(json!({"requirements": {"disabled_reason": "<script>"}}));
    assert_eq!(odd.unwrap().disabled_reason, None);
    let none = read(json!({"requirements": null, "metadata": null})).unwrap();
    assert!(none.missing.is_empty() && none.key.is_none());
}
