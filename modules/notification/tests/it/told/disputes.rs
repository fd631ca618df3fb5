//! Who hears of disputes.

use feira_kernel::StoreId;
use serde_json::json;

use super::{
    table::{MONEY, OPERATOR, Row, Told, id, row},
    words::Words,
};

/// To the store, and to the operators who see to it.
pub(super) fn of_disputes(words: &Words, store: StoreId) -> Vec<Row> {
    let mut rows = Vec::new();
    for (dispute, won, outcome) in [(20, false, words.lost), (21, true, words.won)] {
        let [seller, admin] =
            ["seller", "admin"].map(|who| format!("/{who}/disputes/{}", id(dispute)));
        let of = json!({"payment": id(13), "version": 2, "reference": id(1 << 64), "dispute": id(dispute),
                        "kind": "chargeback", "won": won, "stores": [store], "evidence_due_at": "2026-03-02T15:00:00Z"});
        rows.push(row(
            "payment.dispute_opened.v1",
            of.clone(),
            vec![
                Told(
                    "payment_disputed",
                    MONEY,
                    vec!["Casa", words.day],
                    seller.clone(),
                ),
                Told("payment_disputed", OPERATOR, vec![words.day], admin.clone()),
            ],
        ));
        rows.push(row(
            "payment.dispute_closed.v1",
            of,
            vec![
                Told("dispute_closed", MONEY, vec!["Casa", outcome], seller),
                Told("dispute_closed", OPERATOR, vec![outcome], admin),
            ],
        ));
    }
    rows
}
