//! Whoever claims work gets as much as it asked for, whatever plan PostgreSQL takes: a sub-select
//! with a limit may be evaluated once per row, and then leases rows that nobody works on. And what
//! a clock that has gone back since had put far ahead is due.

use feira_kernel::{Env, db, values};
use feira_testkit::TestDb;
use sea_orm::{ConnectionTrait, DatabaseConnection, Value};
use time::Duration;

/// What a plan may not use; alone each, then all together.
const FORCED: &[&[&str]] = &[
    &["enable_hashjoin"],
    &["enable_material"],
    &["enable_sort"],
    &["enable_mergejoin"],
    &["enable_bitmapscan", "enable_indexscan"],
    &["enable_seqscan", "enable_hashagg"],
    &[
        "enable_hashjoin",
        "enable_material",
        "enable_sort",
        "enable_hashagg",
        "enable_mergejoin",
    ],
];

struct Claim {
    schema: &'static str,
    table: &'static str,
    sql: &'static str,
    /// Three rows, due at `$1`.
    seed: &'static str,
    due: &'static str,
    /// The values of a claim of one row.
    values: fn(&Env) -> Vec<Value>,
}

const CLAIMS: &[Claim] = &[
    Claim {
        schema: "orders",
        table: "job",
        sql: include_str!("../../modules/kernel/src/sql/claim_job.sql"),
        seed: "INSERT INTO orders.job (id, name, run_at) SELECT gen_random_uuid(), 'job.' || n, $1 FROM generate_series(1, 3) n",
        due: "run_at",
        values: |env| {
            let now = env.now();
            let names: Vec<String> = (1..=3).map(|n| format!("job.{n}")).collect();
            values![names, now, 60.0, vec![now + Duration::HOUR; 3]]
        },
    },
    Claim {
        schema: "orders",
        table: "outbox_delivery",
        sql: include_str!("../../modules/kernel/src/sql/claim_deliveries.sql"),
        seed: "WITH e AS (INSERT INTO orders.outbox_event (id, name, aggregate_id, aggregate_version, payload, occurred_at, fanned_out_at) \
                          SELECT gen_random_uuid(), 'order.x.v1', gen_random_uuid(), 1, '{}', $1, $1 FROM generate_series(1, 3) RETURNING id) \
               INSERT INTO orders.outbox_delivery (event_id, subscriber, next_attempt_at) SELECT id, 'x', $1 FROM e",
        due: "next_attempt_at",
        values: |env| {
            let now = env.now();
            values![vec!["x".to_owned()], now, 60.0, 1_i64, now + Duration::HOUR]
        },
    },
    Claim {
        schema: "notifications",
        table: "notifications",
        sql: include_str!("../../modules/notification/src/sql/claim_messages.sql"),
        seed: "INSERT INTO notifications.notifications (id, kind, locale, recipient, recipient_name, subject, body_text, body_html, \
                   dedupe_key, message_id, event_id, next_attempt_at) \
               SELECT gen_random_uuid(), 'kind', 'en', 'a@b.c', '', 's', 't', 'h', n, '<' || n || '@x>', gen_random_uuid(), $1 \
               FROM generate_series(1, 3) n",
        due: "next_attempt_at",
        values: |env| {
            values![
                env.now(),
                1_i64,
                60.0,
                env.now() + Duration::HOUR,
                "pending"
            ]
        },
    },
    Claim {
        schema: "payments",
        table: "refunds",
        sql: include_str!("../../modules/payment/src/sql/claim_refunds.sql"),
        seed: "WITH p AS (INSERT INTO payments.payments (id, key, reference, attempt, description, method, gateway, amount, currency, \
                   status, captured_at, expires_at) \
               SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, '', 'pix', 'g', 1, 'BRL', 'completed', $1, $1 \
               FROM generate_series(1, 3) RETURNING id) \
               INSERT INTO payments.refunds (id, key, payment_id, amount, currency, reason, status, next_attempt_at) \
               SELECT gen_random_uuid(), gen_random_uuid(), p.id, 1, 'BRL', '', 'pending', $1 FROM p",
        due: "next_attempt_at",
        values: |env| values![env.now(), 1_i64, 15_i64, 3600_i64, "g"],
    },
    Claim {
        schema: "payments",
        table: "provider_events",
        sql: include_str!("../../modules/payment/src/sql/claim_provider_events.sql"),
        seed: "INSERT INTO payments.provider_events (id, provider, event_id, kind, charge_id, state, next_attempt_at, received_at) \
               SELECT gen_random_uuid(), 'p', n, 'k', 'c', 'received', $1, $1 FROM generate_series(1, 3) n",
        due: "next_attempt_at",
        values: |env| values![env.now(), 1_i64, 15_i64, "p"],
    },
    Claim {
        schema: "payments",
        table: "payments",
        sql: include_str!("../../modules/payment/src/sql/claim_payments.sql"),
        seed: "INSERT INTO payments.payments (id, key, reference, attempt, description, method, gateway, amount, currency, status, \
                   next_poll_at, expires_at) \
               SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, '', 'pix', 'g', 1, 'BRL', 'pending', $1, $1 \
               FROM generate_series(1, 3)",
        due: "next_poll_at",
        values: |env| values![env.now(), 1_i64, 15_i64, 300_i64, "g"],
    },
    Claim {
        schema: "sandbox",
        table: "webhook_events",
        sql: include_str!("../sandbox/src/sql/claim_webhook_events.sql"),
        seed: "INSERT INTO sandbox.webhook_events (id, kind, charge_id, next_attempt_at) SELECT n, 'k', 'c', $1 FROM generate_series(1, 3) n",
        due: "next_attempt_at",
        values: |env| values![env.now(), 1_i64],
    },
];

impl Claim {
    /// Three rows that are due so long from now.
    async fn fill(&self, owner: &DatabaseConnection, env: &Env, ahead: Duration) {
        self.empty(owner).await;
        let quoted = format!("'{}'::timestamptz", env.now() + ahead);
        let sql = format!(
            "SET session_replication_role = replica; {}; RESET session_replication_role",
            self.seed.replace("$1", &quoted)
        );
        owner.execute_unprepared(&sql).await.expect("rows");
    }

    async fn empty(&self, owner: &DatabaseConnection) {
        let (schema, table) = (self.schema, self.table);
        let sql = format!(
            "SET session_replication_role = replica; DELETE FROM {schema}.{table}; \
             DELETE FROM {schema}.outbox_event; RESET session_replication_role"
        );
        owner.execute_unprepared(&sql).await.expect("none are left");
    }

    /// How many rows a claim of one changes, and whether it says so.
    async fn changed(&self, owner: &DatabaseConnection, env: &Env, sql: &str) -> [u64; 2] {
        let (schema, table, due) = (self.schema, self.table, self.due);
        let now = format!("'{}'::timestamptz", env.now());
        let leases = matches!(table, "job" | "outbox_delivery" | "notifications");
        let taken = match leases {
            true => "lease_until IS NOT NULL".to_owned(),
            false => format!("{due} > {now} AND {due} < {now} + interval '2 hours'"),
        };
        let count = format!("SELECT count(*) FROM {schema}.{table} WHERE {taken}");
        let counted = async || {
            let found: Option<i64> = db::scalar(owner, &count, values![])
                .await
                .expect("it counts");
            found.expect("a number").unsigned_abs()
        };
        let before = counted().await;
        let told = db::exec(env.pool.write(), sql, (self.values)(env)).await;
        [told.expect(self.table), counted().await - before]
    }
}

/// The module, from now on with such plans only.
async fn forced(
    db: &TestDb,
    owner: &DatabaseConnection,
    schema: &'static str,
    off: &[&str],
) -> Env {
    let role = feira_testkit::roles().login(schema).name;
    let mut sql = String::from("DO $$ BEGIN ");
    for setting in FORCED.iter().copied().flatten() {
        let value = if off.contains(setting) { "off" } else { "on" };
        sql.push_str(&format!(
            "EXECUTE format('ALTER ROLE {role} IN DATABASE %I SET {setting} = {value}', current_database()); "
        ));
    }
    sql.push_str("END $$");
    owner.execute_unprepared(&sql).await.expect("it is set");
    db.env(schema)
}

#[feira_testkit::test]
async fn a_claim_takes_what_it_asks_for_under_every_plan(db: TestDb) {
    let owner = db.owner().await;
    // How it was once written; shows that the plans are such under which it goes wrong.
    let fragile = "UPDATE job SET lease_until = now() + make_interval(secs => $3) \
         WHERE id IN (SELECT id FROM job WHERE name = ANY($1) AND run_at <= $2 \
                      AND (lease_until IS NULL OR lease_until < now()) AND $4::timestamptz[] IS NOT NULL \
                      ORDER BY run_at, name LIMIT 1 FOR UPDATE SKIP LOCKED)";
    let mut worst = 0;
    for off in FORCED {
        for claim in CLAIMS {
            let env = forced(&db, &owner, claim.schema, off).await;
            claim.fill(&owner, &env, -Duration::SECOND).await;
            for _ in 0..3 {
                let changed = claim.changed(&owner, &env, claim.sql).await;
                assert_eq!(changed, [1, 1], "{} without {off:?}", claim.table);
            }
            let changed = claim.changed(&owner, &env, claim.sql).await;
            assert_eq!(changed, [0, 0], "{}: all are taken", claim.table);
        }
        let env = forced(&db, &owner, "orders", off).await;
        CLAIMS[0].fill(&owner, &env, -Duration::SECOND).await;
        worst = worst.max(CLAIMS[0].changed(&owner, &env, fragile).await[1]);
    }
    assert!(
        worst > 1,
        "no plan shows the fault that this guards against"
    );
    for claim in CLAIMS {
        claim.empty(&owner).await;
    }
}

#[feira_testkit::test]
async fn what_a_clock_that_was_wrong_put_far_ahead_is_due(db: TestDb) {
    let owner = db.owner().await;
    for claim in CLAIMS {
        let env = db.env(claim.schema);
        for (ahead, due) in [
            (Duration::seconds(30), 0),
            (Duration::hours(2), 1),
            (Duration::days(400), 1),
        ] {
            claim.fill(&owner, &env, ahead).await;
            let told = db::exec(env.pool.write(), claim.sql, (claim.values)(&env)).await;
            assert_eq!(told.expect("it is valid"), due, "{}: {ahead}", claim.table);
        }
        claim.empty(&owner).await;
    }
}
