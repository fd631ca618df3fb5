//! Where payouts go.

use std::collections::BTreeSet;

use feira_testkit::TestDb;

use super::{broken, execute};

#[feira_testkit::test]
async fn a_payout_to_an_account_that_nobody_gave_is_found(db: TestDb) {
    let owner = db.owner().await;
    execute(&owner, include_str!("purchase.sql")).await;
    let name = "i65_payouts_to_accounts_of_their_stores";
    let store = "WITH o AS (INSERT INTO stores.store_owners (user_id, business_name, tax_id, phone) \
                            VALUES ('00000000-0000-0000-0000-00000000005f', 'S', '1', '1')) \
                 INSERT INTO stores.stores (id, owner_id, name, slug, description, status, currency, time_zone, version) \
                 VALUES ('00000000-0000-0000-0000-00000000005e', '00000000-0000-0000-0000-00000000005f', 'S', 's', '', 'pending', 'BRL', 'UTC', 1)";
    execute(&owner, store).await;
    let payout = "INSERT INTO payments.payouts (id, store_id, store_name, amount, currency, status, items, \
                      account_changed_at, account_held_until, created_at) \
                  SELECT gen_random_uuid(), id, 'S', 1, 'BRL', 'pending', 1, '2026-01-01', '2026-01-02', '2026-01-03' \
                  FROM stores.stores LIMIT 1";
    execute(&owner, payout).await;
    assert!(broken(&db).await.contains(name));
    let given = |version, at: &str| {
        format!(
            "INSERT INTO stores.payout_accounts (id, store_id, version, kind, destination, masked, actor, changed_at) \
             SELECT gen_random_uuid(), store_id, {version}, 'pix', '{{\"kind\": \"pix\"}}', '***', 'test', '{at}' \
             FROM payments.payouts"
        )
    };
    execute(&owner, &given(1, "2026-01-01")).await;
    assert!(!broken(&db).await.contains(name));
    // Another one was given before the payout was made.
    execute(&owner, &given(2, "2026-01-02")).await;
    assert!(broken(&db).await.contains(name));
    let gone = "DELETE FROM payments.payouts; DELETE FROM stores.payout_accounts; \
                DELETE FROM stores.stores; DELETE FROM stores.store_owners";
    execute(&owner, gone).await;
    assert_eq!(broken(&db).await, BTreeSet::new());
}
