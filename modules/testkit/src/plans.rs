//! What entities ask stands in no file that [`prepares`](crate::prepares) could read: it is taken
//! down while the tests of a module run, and its plans are looked at when a test is over. They are
//! made in a database without rows, as a connection may make them that is opened early.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use feira_database::throwaway;
use sqlx::{Connection, PgConnection};

use crate::explain::{plan, scans, session};

/// A clone of the template that nobody writes to.
pub(crate) const DATABASE: &str = "feira_plans";

/// In any schema.
const EACH: &str = "*";

/// What may read a table or an index from its beginning: schema, what the statement has in it, why
/// that is bounded.
const SCANS: &[(&str, &str, &str)] = &[
    (
        "users",
        r#""used_at" IS NULL"#,
        "an index allows one open invitation",
    ),
    (
        "stores",
        r#"FROM "commission_rules""#,
        "there are as many as operators may make",
    ),
    (
        "stores",
        "lower(name) LIKE",
        "a search, planned for its prefix: the index of names has it",
    ),
    (
        "stores",
        r#""status" <> 'approved'"#,
        "an index of those only, which are few",
    ),
    (
        "stores",
        r#""slug" LIKE"#,
        "names of stores, looked through for a new application",
    ),
    (
        "stores",
        r#""stores"."owner_id" = $1 ORDER BY"#,
        "stores, looked through for an application that is sent twice",
    ),
    (
        "catalog",
        "ORDER BY cardinality(path)",
        "the tree of categories is read whole, and kept",
    ),
    (
        "catalog",
        r#"FROM "products" AS "p""#,
        "a search: planned for its values, and it shows or ranks only so many",
    ),
    (
        "orders",
        "search_text(",
        "a search, planned for its values: an index has the words of orders",
    ),
    (
        "orders",
        r#"IN (SELECT "order_id" FROM "store_orders""#,
        "a search: an index has the orders that lack a document, newest first",
    ),
    (
        "carts",
        r#""carts"."held_at" <= $"#,
        "an index of held carts only, which are so for minutes",
    ),
    (
        "payments",
        r#""removed_at" IS NULL ORDER BY"#,
        "no more than fifty providers are kept",
    ),
    (
        "payments",
        r#"FROM "method_limits" ORDER BY"#,
        "no more than a thousand limits are kept",
    ),
    (
        "notifications",
        r#""status" = '"#,
        "newest first: nearly all are sent, and the others have indexes of their own",
    ),
    (
        EACH,
        r#"SET "lease_until" = $1 WHERE "lease_until" IS NOT NULL"#,
        "once, by a process that starts alone",
    ),
    (
        "gateway",
        r#"WHERE "idempotency"."status" IS NULL"#,
        "once, by a process that starts alone",
    ),
];

/// Schema and text.
type Asked = (String, String);

struct Seen {
    /// By database: what is to be looked at.
    asked: BTreeMap<String, BTreeSet<Asked>>,
    good: BTreeSet<Asked>,
}

static SEEN: Mutex<Seen> = Mutex::new(Seen {
    asked: BTreeMap::new(),
    good: BTreeSet::new(),
});

fn seen() -> MutexGuard<'static, Seen> {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes down what an entity asks, or a search that is composed: known by their quotes. Who only adds
/// rows looks for none.
pub(crate) fn record(database: &str, session: &str, sql: &str) {
    let of_entity = sql.contains("FROM \"") || sql.contains("UPDATE \"");
    // A list without anything in it: the condition is looked at once, and no row.
    let of_nothing = sql.contains("WHERE $1 = $2");
    let known = |schema: &&str| feira_migrations::schemas().any(|known| known == *schema);
    let Some(schema) = session.split('/').nth(1).filter(known) else {
        return;
    };
    if !of_entity || of_nothing || sql.starts_with("--") {
        return;
    }
    let asked = (schema.to_owned(), sql.to_owned());
    let mut seen = seen();
    if !seen.good.contains(&asked) {
        let of_database = seen.asked.entry(database.to_owned()).or_default();
        of_database.insert(asked);
    }
}

/// How long a list may be of which a test has asked a shorter one: another plan may be the cheapest then.
const LENGTHS: [usize; 4] = [2, 10, 40, 100];

/// The statement as it was asked, and with lists of other lengths, so that chance does not decide which
/// plans are looked at.
fn lengths(sql: &str) -> Vec<String> {
    let mut all = vec![sql.to_owned()];
    if sql.contains("IN ($") {
        all.extend(LENGTHS.map(|length| stretched(sql, length)));
    }
    all
}

/// With so many values in each `IN ($1, $2)`: the parameters are counted anew, from the left.
fn stretched(sql: &str, length: usize) -> String {
    let (mut made, mut rest, mut count) = (String::new(), sql, 0);
    let mut next = |made: &mut String| {
        count += 1;
        made.push_str(&format!("${count}"));
    };
    while let Some(at) = rest.find('$') {
        let before = &rest[..at];
        made.push_str(before);
        rest = &rest[at..];
        if before.ends_with("IN (") {
            let end = rest.find(')').unwrap_or(rest.len());
            for number in 0..length {
                if number > 0 {
                    made.push_str(", ");
                }
                next(&mut made);
            }
            rest = &rest[end..];
        } else {
            next(&mut made);
            rest = rest[1..].trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
    made + rest
}

/// What was asked of the database and is not found by key. What another test has asked already is
/// not looked at again, unless it was refused there too.
pub(crate) async fn refused(database: &str) -> Vec<String> {
    let asked = seen().asked.remove(database).unwrap_or_default();
    let mut refused = Vec::new();
    let mut open: Option<(String, PgConnection)> = None;
    for (schema, sql) in asked {
        let mut role = match open.take() {
            Some((of, role)) if of == schema => role,
            other => {
                if let Some((_, role)) = other {
                    role.close().await.expect("closes");
                }
                session(&throwaway::cluster().url(DATABASE), &schema).await
            }
        };
        let mut good = true;
        for asked in lengths(&sql) {
            if let Some(fault) = fault(&mut role, &schema, &asked).await {
                refused.push(format!("{schema}: {fault}: {asked}"));
                good = false;
                break;
            }
        }
        if good {
            seen().good.insert((schema.clone(), sql));
        }
        open = Some((schema, role));
    }
    if let Some((_, role)) = open {
        role.close().await.expect("closes");
    }
    refused
}

async fn fault(role: &mut PgConnection, schema: &str, sql: &str) -> Option<String> {
    let plan = match plan(role, sql).await {
        Ok(plan) => plan,
        Err(error) => {
            let code = error.as_database_error().and_then(|refusal| refusal.code());
            // A table that a test has made for itself.
            let own = code.is_some_and(|code| code == "42P01");
            return (!own).then(|| error.to_string());
        }
    };
    let whole = scans(&plan).into_iter().filter(|scan| !scan.bounded);
    let whole: Vec<String> = whole.map(|scan| scan.of).collect();
    let said = SCANS
        .iter()
        .any(|(of, part, _)| (*of == schema || *of == EACH) && sql.contains(part));
    (!said && !whole.is_empty()).then(|| format!("reads all of {}", whole.join(", ")))
}

#[cfg(test)]
mod tests {
    use feira_kernel::{db, values};

    use super::*;
    use crate::run_module;

    #[test]
    fn what_an_entity_asks_must_be_found_by_an_index() {
        run_module("stores", |test| async move {
            let pool = test.env("stores").pool;
            let by_key = r#"SELECT 1 FROM "store_owners" WHERE "user_id" = $1"#;
            let nobody = values![uuid::Uuid::nil()];
            db::exec(pool.read(), by_key, nobody).await.unwrap();
            let first = r#"SELECT 1 FROM "store_owners" LIMIT $1"#;
            db::exec(pool.read(), first, values![1_i64]).await.unwrap();
            assert_eq!(refused(&test.name).await, Vec::<String>::new());

            let all = r#"SELECT 1 FROM "store_owners" WHERE "business_name" = $1"#;
            for sql in [all, first, by_key] {
                // Known to be good, or seen for the first time.
                record(&test.name, "feira/stores/", sql);
            }
            let found = refused(&test.name).await;
            let expected = format!("stores: reads all of store_owners: {all}");
            assert_eq!(found, [expected]);
            pool.close().await;
        });
    }

    #[test]
    fn a_list_is_looked_at_in_other_lengths() {
        let sql = r#"SELECT 1 FROM "t" WHERE "a" = $1 AND "b" IN ($2) AND "c" < $3 LIMIT $4"#;
        let longer =
            r#"SELECT 1 FROM "t" WHERE "a" = $1 AND "b" IN ($2, $3, $4) AND "c" < $5 LIMIT $6"#;
        assert_eq!(stretched(sql, 3), longer);
        assert_eq!(stretched(longer, 1), sql);
        assert_eq!(lengths(sql).len(), 1 + LENGTHS.len());
        let none = r#"SELECT 1 FROM "t" WHERE "a" = $1"#;
        assert_eq!(lengths(none), [none]);
    }

    #[test]
    fn a_limit_bounds_what_is_read_in_order_and_counts_whole() {
        let scan = |filter: Option<&str>| {
            serde_json::json!({
                "Node Type": "Index Scan", "Index Name": "i", "Parent Relationship": "Outer",
                "Filter": filter,
            })
        };
        let under = |node: &str, inner: serde_json::Value| {
            serde_json::json!({
                "Node Type": node, "Parent Relationship": "Outer", "Plans": [inner],
            })
        };
        let bounded = |root: serde_json::Value| {
            let found = scans(&serde_json::json!([{ "Plan": root }]));
            assert_eq!(found.len(), 1);
            found[0].bounded
        };
        assert!(bounded(under("Limit", under("LockRows", scan(None)))));
        assert!(!bounded(under("Limit", scan(Some("(status = 'sent')")))));
        assert!(!bounded(under("Limit", under("Sort", scan(None)))));
        assert!(!bounded(scan(None)));
    }
}
