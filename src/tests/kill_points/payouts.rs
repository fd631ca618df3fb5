//! Killed while stores are paid, while the file for the bank is taken, while a payout is marked as paid, and while one
//! comes back.

use serde_json::json;

use crate::{
    people::{call, operator, payable},
    server::DataDir,
};

/// What it claims is written, and nobody was told; the file is kept; it is paid, by our books; it came back.
const CLAIMED: &str = "payment.payout_claimed";
const FILED: &str = "payment.payout_filed";
const PAID: &str = "payment.payout_paid";
const RETURNED: &str = "payment.payout_returned";
pub(crate) const POINTS: &[&str] = &[CLAIMED, FILED, PAID, RETURNED];

#[test]
fn killed_while_stores_are_paid_and_payouts_come_back() {
    let data = DataDir::with_demo();
    payable(&data, "payouts");
    let all = call("/admin/payouts", json!({}));
    let made = all.killed(&data, CLAIMED, operator);
    let made = made["items"].as_array().expect("payouts");
    assert_eq!(made.len(), 2, "{made:?}");
    let file = call("/admin/payout-files", json!({}));
    let file = file.killed(&data, FILED, operator);
    assert_eq!(file["payouts"], 2, "the one that was begun");
    let filed = "SELECT count(DISTINCT file_id) AS files, count(file_id) AS payouts, (SELECT count(*) \
                 FROM payments.audit WHERE action = 'payment.payout_file_made') AS written FROM payments.payouts";
    let filed = data.rows(filed)[0].clone();
    assert_eq!(filed, json!({"files": 1, "payouts": 2, "written": 1}));
    let payout = made[0]["id"].as_str().expect("an id");
    let path = format!("/admin/payouts/{payout}/paid");
    let paid = call(&path, json!({"reference": "TED 1"}));
    let paid = paid.killed(&data, PAID, operator);
    assert_eq!(paid["status"], "paid");
    let path = format!("/admin/payouts/{payout}/returned");
    let back = call(&path, json!({"reason": "account closed"}));
    let back = back.killed(&data, RETURNED, operator);
    assert_eq!(back["status"], "returned");
    let store = made[0]["store_id"].as_str().expect("an id");
    let again = format!("/admin/stores/{store}/payouts");
    let again = call(&again, json!({})).killed(&data, CLAIMED, operator);
    assert_eq!(again["items"][0]["amount"], made[0]["amount"]);
    let kept = data.rows("SELECT status FROM payments.payouts ORDER BY status");
    let kept: Vec<_> = kept
        .iter()
        .filter_map(|row| row["status"].as_str())
        .collect();
    assert_eq!(kept, ["pending", "pending", "returned"]);
    data.check();
}
