//! Where the navigation leads people of each role, and what is refused to them.

use scraper::{Html, Selector};

use crate::support::{Browser, Market, two_sellers};

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
    for (role, hidden) in [("staff", 10), ("manager", 0), ("owner", 0)] {
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

/// Pages below an entry of the navigation whose addresses do not begin with its.
const BELOW: [(&str, &str); 6] = [
    ("/admin/bank-statements", "/admin/payments"),
    ("/admin/bank-statement-lines", "/admin/payments"),
    ("/admin/payment-alarms", "/admin/payments"),
    ("/seller/invoices", "/seller/payouts"),
    ("/admin/reconciliation", "/admin/books"),
    ("/admin/reports/dac7", "/admin/books"),
];

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
        let below = |entry: &str| {
            let inside = entry != home && path.starts_with(&format!("{entry}/"));
            inside || BELOW.contains(&(path, entry))
        };
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
