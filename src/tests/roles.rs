//! With whom the modules sign in: roles of their own or none, those of an earlier key, those of a
//! release that had none, and with how many connections.

use feira_database::throwaway;
use feira_kernel::{db::Roles, token::TokenKey};
use feira_migrations::{Options, migrate};
use feira_testkit::TestDb;
use futures::future::join_all;
use sea_orm::{ConnectOptions, ConnectionTrait, Database};
use serde_json::Value;

use crate::support::{Answer, Market, Seller, card, cart_with, choose_shipping, one_seller};

/// A prefix for one test: roles are those of the whole server.
fn settings(prefix: &str, key: char, more: &str) -> String {
    let key = String::from(key).repeat(32);
    format!("[database]\nrole_prefix = '{prefix}'\n[secrets]\ntoken_key = '{key}'\n{more}")
}

fn roles(prefix: &str, key: char) -> Roles {
    let key = TokenKey::new(String::from(key).repeat(32).into_bytes());
    Roles::new(prefix, key.expect("long enough"))
}

/// The names of those of all modules that sign in, sorted.
fn logins(prefix: &str, key: char) -> Vec<String> {
    let roles = roles(prefix, key);
    let logins = feira_migrations::schemas().flat_map(|schema| roles.logins(schema));
    let mut names: Vec<String> = logins.map(|role| role.name).collect();
    names.sort();
    names
}

/// A guest's order, whose mails are still to be written.
async fn bought(market: &Market, seller: &Seller) -> Answer {
    let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest
        .check_out("one", &cart, card("tok_approved"))
        .await
        .expect(201);
    assert_eq!(placed.str("/order/status"), "confirmed");
    placed
}

async fn buys(market: &Market) {
    let (_, seller) = one_seller(market, 1).await;
    bought(market, &seller).await;
}

/// The roles of a prefix that can sign in.
async fn there(market: &Market, prefix: &str) -> Vec<String> {
    let rows = market
        .rows(&format!(
            "SELECT rolname FROM pg_roles WHERE starts_with(rolname, '{prefix}_') AND rolcanlogin ORDER BY 1"
        ))
        .await;
    let name = |row: &Value| row["rolname"].as_str().expect("a name").to_owned();
    rows.iter().map(name).collect()
}

#[feira_testkit::test]
async fn a_host_that_forbids_roles_serves_as_well(db: TestDb) {
    let market = Market::start_with(&db, "[database]\nroles = false").await;
    buys(&market).await;
    let owner = "SELECT count(DISTINCT usename) FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name LIKE 'feira/%'";
    assert_eq!(market.count(owner).await, 1, "nobody but the owner");
    market.stop().await;
}

/// 0.2.0 signed in as the owner and took a role that could not sign in itself.
#[feira_testkit::test]
async fn what_signed_in_as_the_owner_goes_on_beside_roles_that_sign_in(db: TestDb) {
    let owner = db.owner().await;
    let as_made_then = "CREATE ROLE moved_orders NOLOGIN; GRANT moved_orders TO CURRENT_USER; \
         GRANT USAGE ON SCHEMA orders, extensions TO moved_orders; \
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA orders TO moved_orders";
    owner
        .execute_unprepared(as_made_then)
        .await
        .expect("a role");
    let way = if db.url().contains('?') { '&' } else { '?' };
    let url = format!("{}{way}options=-c%20role%3Dmoved_orders", db.url());
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let before = Database::connect(options).await.expect("it signs in");
    let read = "SELECT 1 FROM orders.orders";
    before
        .execute_unprepared(read)
        .await
        .expect("its own schema");

    let market = Market::start_with(&db, &settings("moved", 'a', "")).await;
    buys(&market).await;
    assert_eq!(there(&market, "moved").await, logins("moved", 'a'));
    before.execute_unprepared(read).await.expect("as before");
    let foreign = before.execute_unprepared("SELECT 1 FROM users.users").await;
    assert!(foreign.is_err(), "no other schema");
    // Once more changes nothing.
    let again = Options {
        url: db.url(),
        roles: Some(roles("moved", 'a')),
    };
    assert!(
        migrate(&again)
            .await
            .expect("it migrates")
            .applied
            .is_empty()
    );
    market.stop().await;
}

#[feira_testkit::test]
async fn a_new_key_has_its_own_roles_and_the_old_go_when_nobody_needs_them(db: TestDb) {
    let turned = "previous_token_key = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'";
    let old = Market::start_live(&db, &settings("turned", 'a', "")).await;
    let signed_in = old.client().get("/api/v1/products").await;
    signed_in.expect(200);
    let new = Market::start_live(&db, &settings("turned", 'b', turned)).await;
    let (a, b) = (logins("turned", 'a'), logins("turned", 'b'));
    let mut both = [a, b.clone()].concat();
    both.sort();
    assert_eq!(there(&new, "turned").await, both, "both sign in");
    // One that works with the key before goes on, new connections included.
    buys(&old).await;
    old.stop().await;
    let last = Market::start_live(&db, &settings("turned", 'b', turned)).await;
    assert_eq!(there(&last, "turned").await, b);
    new.stop().await;
    last.stop().await;
}

#[feira_testkit::test]
async fn a_guests_link_opens_her_order_while_the_key_before_is_named(db: TestDb) {
    let turned = "previous_token_key = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'";
    let old = Market::start_with(&db, &settings("links", 'a', "")).await;
    let (_, seller) = one_seller(&old, 1).await;
    let placed = bought(&old, &seller).await;
    old.stop_at_once().await;
    // The mail is written with the new key.
    let new = Market::start_with(&db, &settings("links", 'b', turned)).await;
    new.settle().await;
    let mail = new.newest_mail("guest@test.example").await;
    let token = mail.link_after("/l/order/");
    assert_eq!(
        token,
        placed.str("/order_token"),
        "the one that she was given"
    );
    new.client()
        .get(&format!("/l/order/{token}"))
        .await
        .expect(200);
    new.stop().await;
}

#[feira_testkit::test]
async fn databases_of_one_server_make_the_same_roles_at_the_same_time(db: TestDb) {
    let owner = db.owner().await;
    let mut urls = Vec::new();
    for name in ["roles_a", "roles_b", "roles_c"] {
        let create = format!("CREATE DATABASE {name} TEMPLATE feira_template");
        owner.execute_unprepared(&create).await.expect("a copy");
        urls.push(throwaway::cluster().url(name));
    }
    for prefix in ["race_a", "race_b", "race_c"] {
        let all = urls.iter().map(|url| {
            let options = Options {
                url: url.clone(),
                roles: Some(roles(prefix, 'r')),
            };
            async move { migrate(&options).await }
        });
        for done in join_all(all).await {
            done.expect("its roles are there");
        }
    }
    for name in ["roles_a", "roles_b", "roles_c"] {
        let drop = format!("DROP DATABASE {name} WITH (FORCE)");
        owner.execute_unprepared(&drop).await.expect("it is gone");
    }
}

/// A role that somebody has changed is as it was at the next start.
#[feira_testkit::test]
async fn a_spoilt_role_is_mended_and_a_foreign_session_refused(db: TestDb) {
    let market = Market::start_with(&db, &settings("mended", 'm', "")).await;
    market.stop().await;
    let name = roles("mended", 'm').login("orders").name;
    let owner = db.owner().await;
    for spoil in [
        format!("ALTER ROLE {name} NOLOGIN"),
        format!("REVOKE mended_orders FROM {name}"),
        format!("COMMENT ON ROLE {name} IS NULL; ALTER ROLE {name} SET search_path TO public"),
    ] {
        owner
            .execute_unprepared(&spoil)
            .await
            .expect("it is spoilt");
        let market = Market::start_with(&db, &settings("mended", 'm', "")).await;
        market.stop().await;
    }
    // In this database it is somebody else, as behind a pooler that signs in for all.
    let foreign = format!(
        "DO $$ BEGIN EXECUTE format('ALTER ROLE {name} IN DATABASE %I SET role TO mended_carts', current_database()); END $$; \
         GRANT mended_carts TO {name}"
    );
    owner.execute_unprepared(&foreign).await.expect("it is set");
    let refused = Market::refused(&db, &settings("mended", 'm', "")).await;
    assert!(
        refused.contains("schema orders") && refused.contains("role mended_carts"),
        "{refused}"
    );
}

#[feira_testkit::test]
async fn a_process_has_no_more_connections_than_its_setting_says(db: TestDb) {
    let market = Market::start_live(&db, "").await;
    let (_, seller) = one_seller(&market, 100).await;
    let variant = seller.variant(0);
    let buyers = (0..64).map(|n| {
        let (market, lines) = (&market, [(variant.clone(), 1)]);
        async move {
            let (guest, cart) = cart_with(market, &lines).await;
            let cart = choose_shipping(&guest, &cart).await.json;
            let key = format!("buyer-{n}");
            guest.check_out(&key, &cart, card("tok_approved")).await
        }
    });
    join_all(buyers).await;
    let sessions = "SELECT count(*) FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name LIKE 'feira/%'";
    let open = market.count(sessions).await;
    let schemas = i64::try_from(feira_migrations::schemas().count()).expect("a few");
    assert!((schemas..=45).contains(&open), "{open} connections");
    // They are kept for minutes, so that is also what was needed at most.
    let most = "SELECT max(n) FROM (SELECT count(*) AS n FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name LIKE 'feira/%' \
         GROUP BY split_part(application_name, '/', 2)) by_module";
    assert_eq!(market.count(most).await, 45 / schemas, "one pool a module");
    market.stop().await;
}
