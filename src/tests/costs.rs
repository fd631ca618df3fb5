//! What the steps of a purchase cost: how often the database is asked, and how many rows it writes.
//! The table in `modules/README.md` has these numbers.

use std::{collections::BTreeMap, fs, path::Path};

use feira_testkit::{Proxy, TestDb};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::{
    ledger::sold,
    support::{
        Browser, Client, Market, PASSWORD, card, checkout_body, choose_shipping, two_sellers,
    },
};

/// How the table begins; its columns are schemas. One that a purchase does not touch may be absent.
const HEAD: &str = "| | carts |";

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("modules/README.md");
    fs::read_to_string(path).expect("a text file")
}

fn columns() -> Vec<String> {
    let readme = readme();
    let head = readme.lines().find(|line| line.starts_with(HEAD));
    let names = head.expect("the table").split('|').map(str::trim);
    let names = names.filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// Counts each row that is written. A lock is not a row.
const COUNTING: &str = "CREATE TABLE public.written (schema text NOT NULL, rows bigint NOT NULL); \
     CREATE FUNCTION public.count_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS \
         $$ BEGIN INSERT INTO public.written SELECT TG_TABLE_SCHEMA, count(*) FROM made; RETURN NULL; END $$; \
     DO $$ DECLARE t record; action text; BEGIN \
         FOR t IN SELECT n.nspname AS s, c.relname AS r FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind = 'r' AND c.relname <> 'seaql_migrations' \
               AND n.nspname IN (SELECT table_schema FROM information_schema.tables WHERE table_name = 'outbox_event') \
         LOOP FOREACH action IN ARRAY ARRAY['INSERT', 'UPDATE', 'DELETE'] LOOP \
             EXECUTE format('CREATE TRIGGER counted_%s AFTER %s ON %I.%I REFERENCING %s TABLE AS made \
                             FOR EACH STATEMENT EXECUTE FUNCTION public.count_made()', \
                            lower(action), action, t.s, t.r, CASE action WHEN 'DELETE' THEN 'OLD' ELSE 'NEW' END); \
         END LOOP; END LOOP; END $$";

struct Counted {
    market: Market,
    line: Proxy,
    columns: Vec<String>,
    table: Vec<String>,
}

impl Counted {
    /// A line of the table, about what happened since the last one: for each schema how often it
    /// was asked and how many rows it wrote.
    async fn row(&mut self, what: &str) {
        let asked = self.line.asked();
        self.told(what, |schema| {
            let role = feira_testkit::roles().login(schema).name;
            asked.get(&role).map(|trips| format!("{trips}/"))
        })
        .await;
    }

    /// The same of rows only: how often is asked depends on how often is looked for work.
    async fn rows(&mut self, what: &str) {
        self.told(what, |_| Some(String::new())).await;
        self.line.asked();
    }

    async fn told(&mut self, what: &str, asked: impl Fn(&str) -> Option<String>) {
        let rows = self
            .market
            .rows("SELECT schema, sum(rows)::bigint AS rows FROM public.written GROUP BY 1")
            .await;
        self.market
            .rows("WITH gone AS (DELETE FROM public.written RETURNING 1) SELECT count(*) FROM gone")
            .await;
        let rows: BTreeMap<&str, i64> = rows
            .iter()
            .filter_map(|row| Some((row["schema"].as_str()?, row["rows"].as_i64()?)))
            .collect();
        let mut line = format!("| {what} |");
        for schema in rows.keys() {
            assert!(
                self.columns.iter().any(|c| c == schema),
                "no column for {schema}"
            );
        }
        for schema in &self.columns {
            let written = rows.get(schema.as_str()).copied().unwrap_or_default();
            line.push_str(&match asked(schema) {
                Some(trips) if !trips.is_empty() || written > 0 => format!(" {trips}{written} |"),
                _ => " |".to_owned(),
            });
        }
        self.table.push(line);
    }
}

/// One purchase, with a line of the table for each of its steps.
async fn purchase(counted: &mut Counted, key: &str, variants: [String; 2]) {
    let stranger = counted.market.client();
    counted.row("-").await;
    let made = stranger.post("/api/v1/carts", json!({})).await.expect(201);
    let guest: Client = stranger.with("x-cart-token", &made.str("/cart_token"));
    let cart = made.str("/id");
    counted.row("`POST /carts`").await;
    for (variant, which) in variants.iter().zip(["first", "second"]) {
        let items = format!("/api/v1/carts/{cart}/items");
        let line = json!({"variant_id": variant, "quantity": 1});
        guest.post(&items, line).await.expect(200);
        counted
            .row(&format!("`POST /carts/{{id}}/items`, the {which}"))
            .await;
    }
    let cart = choose_shipping(&guest, &cart).await.json;
    counted
        .row("`PUT /carts/{id}/shipping` of two stores, and a look at it")
        .await;
    let body = checkout_body(&cart, card("tok_approved"));
    let placed = guest
        .with("idempotency-key", key)
        .post("/api/v1/checkouts", body)
        .await
        .expect(201);
    assert_eq!(placed.str("/order/status"), "confirmed");
    counted
        .row("`POST /checkouts` by card, of two stores")
        .await;
    counted.market.settle().await;
    counted
        .rows("its events delivered, its messages sent: rows")
        .await;
}

#[feira_testkit::test]
async fn the_table_in_the_readme_is_what_a_purchase_costs(db: TestDb) {
    let line = Proxy::start(&db.url()).await;
    let market = Market::start_narrow(&db, &line).await;
    let (_, a, b) = two_sellers(&market).await;
    market.settle().await;
    let counting = db.owner().await.execute_unprepared(COUNTING).await;
    counting.expect("triggers");
    let mut counted = Counted {
        market,
        line,
        columns: columns(),
        table: Vec::new(),
    };
    // The first time each connection prepares its statements.
    for key in ["first", "second"] {
        counted.table.clear();
        let variants = [a.variant(0), b.variant(0)];
        purchase(&mut counted, key, variants).await;
    }
    counted.table.remove(0);
    let found = counted.table.join("\n");
    assert!(
        readme().contains(&found),
        "modules/README.md must say:\n{found}"
    );
    counted.market.stop().await;
}

#[feira_testkit::test]
async fn of_an_account_is_asked_as_often_as_of_none(db: TestDb) {
    let line = Proxy::start(&db.url()).await;
    let market = Market::start_narrow(&db, &line).await;
    let known = "known@test.example";
    market.customer(known).await;
    market.settle().await;
    let client = market.client();
    let role = feira_testkit::roles().login("users").name;
    for path in ["password/forgot", "login-link", "register"] {
        let mut asked = Vec::new();
        // The first time each connection prepares its statements.
        for email in ["first@test.example", "nobody@test.example", known] {
            line.asked();
            let mut body = json!({"email": email});
            if path == "register" {
                body["password"] = PASSWORD.into();
                body["first_name"] = "Ana".into();
                body["last_name"] = "Souza".into();
            }
            let answer = client.post(&format!("/api/v1/auth/{path}"), body).await;
            answer.expect(202);
            asked.push(line.asked().get(&role).copied());
        }
        assert_eq!(asked[1], asked[2], "{path}");
    }
    market.stop().await;
}

/// What a store earns by an order is one question, and all refunds that it makes itself are another.
#[feira_testkit::test]
async fn the_page_of_a_sellers_order_asks_payments_twice(db: TestDb) {
    let line = Proxy::start(&db.url()).await;
    let market = Market::start_narrow(&db, &line).await;
    let (_, seller, _) = two_sellers(&market).await;
    let placed = sold(&market, &seller.variant(0)).await;
    let browser = Browser::sign_in(&market, "/seller/login", &seller.email).await;
    let page = format!("/seller/orders/{}", placed.str("/order/store_orders/0/id"));
    // The first time the connection prepares its statements.
    browser.open(&page).await;
    line.asked();
    browser.open(&page).await;
    let role = feira_testkit::roles().login("payments").name;
    assert_eq!(line.asked().get(&role).copied(), Some(2));
    market.stop().await;
}
