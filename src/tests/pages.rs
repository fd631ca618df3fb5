//! What sellers and operators do on pages, with plain forms and no script.

mod taken_away;

use scraper::{Html, Selector};
use time::Duration;

use crate::support::{Browser, Market, card, fill_cart, hidden_fields, two_sellers};

#[feira_testkit::test]
async fn every_page_opens_without_a_script_and_keeps_what_was_typed(market: Market) {
    let (_, ana, bento) = two_sellers(&market).await;
    let (guest, cart) = fill_cart(&market, &ana, &bento).await;
    let placed = guest.check_out("pages", &cart, card("tok_approved"));
    placed.await.expect(201);
    market.settle().await;
    let operator = Browser::sign_in(&market, "/admin/login", "operator@test.example").await;
    open_all(&operator, "admin").await;
    let seller = Browser::sign_in(&market, "/seller/login", &ana.email).await;
    let new = "/seller/products/new";
    open_all(&seller, "seller").await;
    let product = ana.product["id"].as_str().expect("an id");
    let variant = format!("/seller/products/{product}/variants/{}", ana.variant(0));
    let movements = seller.open(&variant).await.text;
    assert!(
        movements.contains("Clara Nunes</td>"),
        "who did it has a name"
    );
    let orders = seller.open("/seller/orders").await;
    let local = " UTC-3</time>";
    assert!(orders.text.contains(local), "times are those of the store");
    let typed = [("name", "Mug"), ("variants_0_price", "ten")];
    let wrong = seller.submit(new, new, &typed).await.expect(422);
    assert!(
        wrong.text.contains("value=\"ten\""),
        "what was typed is kept"
    );
    let opened = seller.open(new).await;
    let typed = [("name", "Mug"), ("variants_0_price", "10")];
    let made = seller.save(&opened, new, &typed).await.expect(303);
    let again = seller.save(&opened, new, &typed).await.expect(303);
    assert_eq!(again.header("location"), made.header("location"));
    market.stop().await;
}

/// Opens every page that somebody sees; those of one thing by the links on those before.
async fn open_all(browser: &Browser, who: &str) {
    let mut links: Vec<String> = Vec::new();
    let pages = feira_pages::paths().filter(|(whose, _)| *whose == who);
    for (_, path) in pages {
        let found = match path.contains('{') {
            false => Some(path.to_owned()),
            true => links.iter().find(|link| leads_to(link, path)).cloned(),
        };
        let page = browser.open(&found.expect(path)).await;
        let link = Selector::parse("main a[href]").expect("a selector");
        let html = Html::parse_document(&page.text);
        let hrefs = html.select(&link).filter_map(|a| a.value().attr("href"));
        links.extend(hrefs.map(str::to_owned));
    }
}

#[feira_testkit::test]
async fn the_navigation_leads_where_each_role_may_go(market: Market) {
    let (_, ana, _) = two_sellers(&market).await;
    let roles = market.rows("SELECT name FROM users.roles").await;
    assert!(roles.len() > 1, "{roles:?}");
    for role in &roles {
        let role = role["name"].as_str().expect("a name");
        let email = format!("{role}@roles.example");
        market.make_operator_as(&email, role).await;
        let browser = Browser::sign_in(&market, "/admin/login", &email).await;
        let hidden = open_as_shown(&browser, "admin").await;
        assert_eq!(hidden == 0, role == "admin", "{role}");
    }
    for (role, hidden) in [("staff", 4), ("manager", 0), ("owner", 0)] {
        let set = format!(
            "UPDATE stores.store_members SET role = '{role}' \
             WHERE user_id = (SELECT id FROM users.users WHERE email = '{}') RETURNING 1::bigint",
            ana.email
        );
        assert_eq!(market.count(&set).await, 1);
        let browser = Browser::sign_in(&market, "/seller/login", &ana.email).await;
        assert_eq!(open_as_shown(&browser, "seller").await, hidden, "{role}");
    }
    market.stop().await;
}

/// Where the navigation of a page leads, and to events, which stand apart from it.
fn entries(html: &str) -> Vec<String> {
    let html = Html::parse_document(html);
    let entry = ".rail nav a, .figures a[href^='/admin/events?']";
    let entry = Selector::parse(entry).expect("a selector");
    let hrefs = html.select(&entry).filter_map(|a| a.value().attr("href"));
    hrefs
        .filter_map(|href| href.split('?').next())
        .map(str::to_owned)
        .collect()
}

/// Opens every page of a surface: those that the navigation leads to, those below them, of things
/// that are not there, and the others, which are refused. How many those are.
async fn open_as_shown(browser: &Browser, who: &str) -> usize {
    let home = format!("/{who}");
    let entries = entries(&browser.open(&home).await.text);
    let nothing = uuid::Uuid::nil().to_string();
    let mut refused = 0;
    let pages = feira_pages::paths().filter(|(whose, _)| *whose == who);
    for (_, path) in pages {
        let below = |entry: &str| entry != home && path.starts_with(&format!("{entry}/"));
        let mut shown = entries.iter().map(String::as_str);
        let shown = shown.any(|entry| path == entry || below(entry));
        let parts = path.split('/').map(|part| match part.starts_with('{') {
            true => nothing.as_str(),
            false => part,
        });
        let address = parts.collect::<Vec<_>>().join("/");
        let status = match (shown, path.contains('{')) {
            (false, _) => 403,
            (true, true) => 404,
            (true, false) => 200,
        };
        browser.client.get(&address).await.expect(status);
        refused += usize::from(!shown);
    }
    refused
}

/// Whether an address is one of a path such as `/seller/orders/{id}`.
fn leads_to(href: &str, path: &str) -> bool {
    let (href, path) = (href.split('/'), path.split('/'));
    href.clone().count() == path.clone().count()
        && href.zip(path).all(|(part, of)| match of.starts_with('{') {
            true => part.parse::<uuid::Uuid>().is_ok(),
            false => part == of,
        })
}

#[feira_testkit::test]
async fn a_blank_carrier_is_refused_in_the_sellers_language(market: Market) {
    let (_, ana, bento) = two_sellers(&market).await;
    let (guest, cart) = fill_cart(&market, &ana, &bento).await;
    let placed = guest.check_out("words", &cart, card("tok_approved"));
    placed.await.expect(201);
    market.settle().await;
    let orders = ana.client.get("/api/v1/seller/orders").await.expect(200);
    let page = format!("/seller/orders/{}", orders.str("/items/0/id"));
    let blank = [("carrier", " "), ("tracking_number", "QB1")];
    for (locale, said) in [
        ("en", "Fill in this field."),
        ("pt-BR", "Preencha este campo."),
    ] {
        let change = format!(
            "UPDATE users.users SET locale = '{locale}' WHERE email = '{}' RETURNING 1::bigint",
            ana.email
        );
        market.count(&change).await;
        let browser = Browser::sign_in(&market, "/seller/login", &ana.email).await;
        let action = format!("{page}/ship");
        let refused = browser.submit(&page, &action, &blank).await.expect(422);
        assert!(refused.text.contains(said), "{}", refused.text);
    }
    market.stop().await;
}

#[feira_testkit::test]
async fn a_dead_invitation_is_said_with_a_way_on(market: Market) {
    let typed = [
        ("email", "first@test.example"),
        ("password", "a long enough password"),
        ("first_name", "Olga"),
        ("last_name", "Prado"),
    ];
    let path = "/l/first-operator/used";
    let refused = market.client().form(path, &typed).await.expect(422);
    assert!(refused.text.contains("class=\"refused\""));
    for page in [refused, market.client().get(path).await.expect(200)] {
        assert!(page.text.contains("href=\"/admin/login\""));
        assert!(!page.text.contains("name=\"first_name\""), "{}", page.text);
    }
    market.stop().await;
}

#[feira_testkit::test]
async fn jobs_that_are_late_are_told_until_they_have_run(market: Market) {
    market.operator().await;
    market.settle().await;
    let operator = Browser::sign_in(&market, "/admin/login", "operator@test.example").await;
    let readiness = async || market.client().get("/readyz").await;
    let told = async || {
        let page = operator.open("/admin").await;
        let task = Selector::parse(".todo a[href='/admin/events']").expect("a selector");
        Html::parse_document(&page.text).select(&task).count()
    };
    // Late is what has been due for five minutes.
    for minutes in [6, 20, 90] {
        readiness().await.expect(200);
        assert_eq!(told().await, 0);
        market.clock().advance(Duration::minutes(minutes));
        let late = readiness().await.expect(503);
        assert_eq!(late.str("/reason"), "jobs are late", "{minutes}");
        assert_eq!(told().await, 1, "{minutes}");
        market.settle().await;
    }
    market.clock().advance(Duration::minutes(4));
    readiness().await.expect(200);
    assert_eq!(told().await, 0);
    // What they are told on does not depend on the figures beside it.
    let sales = "<h2>Turnover and commission</h2>";
    assert!(operator.open("/admin").await.text.contains(sales));
    let money = "ALTER FUNCTION orders.money(numeric, text) RENAME TO away";
    market.rows(money).await;
    let page = operator.open("/admin").await.text;
    assert!(page.contains("class=\"figures\"") && !page.contains(sales));
    let money = "ALTER FUNCTION orders.away(numeric, text) RENAME TO money";
    market.rows(money).await;
    market.stop().await;
}

#[feira_testkit::test]
async fn forms_from_elsewhere_are_refused(market: Market) {
    market.operator().await;
    let operator = Browser::sign_in(&market, "/admin/login", "operator@test.example").await;
    let run = "/admin/payouts/run";
    for fields in [
        vec![],
        vec![("csrf", "")],
        vec![("csrf", "AAAAAAAAAAAAAAAAAAAAAA.AAAA")],
    ] {
        assert_eq!(operator.client.form(run, &fields).await.status, 403);
    }
    let page = operator.open("/admin/payouts").await;
    let hidden = hidden_fields(&page.text, run);
    let fields: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let foreign = operator.client.with("sec-fetch-site", "cross-site");
    let body = fields
        .iter()
        .map(|(n, v)| format!("{n}={v}"))
        .collect::<Vec<_>>()
        .join("&");
    let request = foreign
        .request(reqwest::Method::POST, run)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    assert_eq!(foreign.send(request).await.status, 403);
    operator.client.get(run).await.expect(405);
    // A page without a session leads to the sign-in.
    let away = market.client().get("/admin/payouts").await.expect(303);
    assert_eq!(
        away.header("location"),
        Some("/admin/login?next=/admin/payouts")
    );
    let wrong = [
        ("login", "operator@test.example"),
        ("password", "not the password"),
        ("next", ""),
    ];
    assert_eq!(
        market.client().form("/admin/login", &wrong).await.status,
        422
    );
    operator.client.form("/logout", &fields).await.expect(303);
    operator.client.get("/admin").await.expect(303);
    market.stop().await;
}
