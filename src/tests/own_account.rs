//! What a person does with her own account, on pages and by the API; what becomes of a form without
//! its session; and in which language she reads.

use feira_testkit::TestDb;
use serde_json::json;

use crate::support::{Browser, Market, PASSWORD, form_fields, one_seller};

const RITA: &str = "rita@test.example";
const OPERATOR: &str = "operator@test.example";
const OTHER: &str = "quite another password";

/// What follows `path` in a mail to somebody.
async fn mailed(market: &Market, to: &str, path: &str) -> String {
    market.newest_mail(to).await;
    let mails = market.mail(to);
    let with_link = mails.iter().find(|mail| mail.text.contains(path));
    with_link.expect(path).link_after(path)
}

#[feira_testkit::test]
async fn a_stranger_becomes_a_seller_on_pages(market: Market) {
    let client = market.client();
    let typed = [
        ("email", RITA),
        ("password", PASSWORD),
        ("first_name", "Rita"),
        ("last_name", "Nunes"),
    ];
    let register = "/account/register";
    let first = client.form(register, &typed).await.expect(303);
    let token = mailed(&market, RITA, "/l/verify-email/").await;
    let link = format!("/l/verify-email/{token}");
    client.form(&link, &[]).await.expect(200);
    let known = client.form(register, &typed).await.expect(303);
    assert_eq!(known.header("location"), first.header("location"));
    let short = [("email", RITA), ("password", "short"), ("first_name", "R")];
    let short = client.form(register, &short).await.expect(422);
    assert!(short.text.contains("value=\"rita@test.example\""));

    let rita = Browser::sign_in(&market, "/seller/login", RITA).await;
    let sell = "/account/sell";
    for page in ["/seller", "/seller/orders"] {
        let away = rita.client.get(page).await.expect(303);
        assert_eq!(away.header("location"), Some(sell), "{page}");
    }
    let ask = "/l/sign-in-link/seller";
    client.form(ask, &[("login", RITA)]).await.expect(200);
    let link = mailed(&market, RITA, "/l/sign-in/").await;
    let entered = client.form(&format!("/l/sign-in/{link}"), &[]).await;
    let entered = entered.expect(303);
    let cookie = entered.header("set-cookie").unwrap().split(';').next();
    let by_link = client.with("cookie", cookie.unwrap());
    let away = by_link.get("/seller").await.expect(303);
    assert_eq!(away.header("location"), Some(sell), "by a link, too");
    let wrong = [("name", "Ateliê"), ("address_country", "BR")];
    let wrong = rita.submit(sell, sell, &wrong).await.expect(422);
    assert!(wrong.text.contains("value=\"Ateliê\""));
    let application = [
        ("name", "Ateliê"),
        ("description", "Mugs."),
        ("business_name", "Ateliê LTDA"),
        ("tax_id", "11.222.333/0001-81"),
        ("phone", "+5511987654321"),
        ("address_street", "Rua Augusta"),
        ("address_city", "São Paulo"),
        ("address_state", "SP"),
        ("address_postal_code", "01304-001"),
        ("address_country", "BR"),
    ];
    let applied = rita.submit(sell, sell, &application).await.expect(303);
    assert_eq!(applied.header("location"), Some("/seller"));
    rita.open("/seller").await;
    let again = rita.open(sell).await;
    assert!(!again.text.contains("name=\"tax_id\""), "{}", again.text);

    rita.open("/logout").await;
    rita.submit("/account", "/logout", &[]).await.expect(303);
    rita.client.get("/account").await.expect(303);
    client.form("/logout", &[]).await.expect(303);
    market.stop().await;
}

#[feira_testkit::test]
async fn a_password_is_changed_and_replaced_on_pages(market: Market) {
    market.customer(RITA).await;
    let rita = Browser::sign_in(&market, "/seller/login", RITA).await;
    let elsewhere = Browser::sign_in(&market, "/seller/login", RITA).await;
    let change = |current, new| [("current_password", current), ("new_password", new)];
    let action = "/account/password";
    for (current, status) in [("wrong", 422), (PASSWORD, 303)] {
        let typed = change(current, OTHER);
        let answer = rita.submit("/account", action, &typed).await;
        answer.expect(status);
    }
    rita.open("/account").await;
    elsewhere.client.get("/account").await.expect(303);
    mailed(&market, RITA, "/account/forgot").await;

    let client = market.client();
    let mut answers = Vec::new();
    for email in [RITA, "nobody@test.example"] {
        let sent = client.form("/account/forgot", &[("email", email)]).await;
        answers.push(sent.expect(303).header("location").map(str::to_owned));
    }
    assert_eq!(answers[0], answers[1]);
    let token = mailed(&market, RITA, "/l/reset-password/").await;
    let link = format!("/l/reset-password/{token}");
    client.get(&link).await.expect(200);
    let weak = client.form(&link, &[("password", "password")]).await;
    weak.expect(422);
    let reset = client.form(&link, &[("password", PASSWORD)]).await;
    reset.expect(303);
    let used = client.form(&link, &[("password", OTHER)]).await.expect(422);
    assert!(used.text.contains("href=\"/account/forgot\""));
    rita.client.get("/account").await.expect(303);
    Browser::sign_in(&market, "/seller/login", RITA).await;
    market.stop().await;
}

#[feira_testkit::test]
async fn who_sells_and_who_operates_have_accounts_of_their_own(market: Market) {
    market.make_operator(OPERATOR).await;
    market.customer(RITA).await;
    let client = market.client();
    let signed = async |login: &str, email: &str| {
        let typed = [("login", email), ("password", PASSWORD)];
        let answer = client.form(login, &typed).await.expect(303);
        let cookie = answer.header("set-cookie").expect("a session");
        cookie.split(';').next().expect("a pair").to_owned()
    };
    let seller = signed("/seller/login", RITA).await;
    let operator = signed("/admin/login", OPERATOR).await;
    let both = Browser {
        client: client.with("cookie", &format!("{seller}; {operator}")),
    };
    let own = "/account?surface=admin";
    assert!(both.open("/account").await.text.contains(RITA));
    assert!(both.open(own).await.text.contains(OPERATOR));
    let admin = both.open("/admin").await.text;
    assert!(admin.contains(&format!("href=\"{own}\"")));
    let typed = [("current_password", PASSWORD), ("new_password", OTHER)];
    let changed = both.submit(own, "/account/password", &typed).await;
    assert_eq!(changed.expect(303).header("location"), Some(own));
    signed("/seller/login", RITA).await;
    let ask = [("email", OPERATOR)];
    client.form("/account/forgot", &ask).await.expect(303);
    let token = mailed(&market, OPERATOR, "/l/reset-password/").await;
    let link = format!("/l/reset-password/{token}");
    let reset = client.form(&link, &[("password", PASSWORD)]).await;
    let location = reset.expect(303).header("location").map(str::to_owned);
    assert_eq!(location.as_deref(), Some("/admin/login"));
    signed("/admin/login", OPERATOR).await;
    market.stop().await;
}

#[feira_testkit::test]
async fn passwords_and_addresses_are_changed_by_the_api(market: Market) {
    let rita = market.customer(RITA).await;
    let client = market.client();
    let forgot = "/api/v1/auth/password/forgot";
    for email in [RITA, "nobody@test.example", "waits@test.example"] {
        let answer = client.post(forgot, json!({"email": email})).await;
        assert_eq!(answer.expect(202).text, "");
    }
    let token = mailed(&market, RITA, "/l/reset-password/").await;
    let new = "new.rita@test.example";
    let asked = json!({"email": new, "password": PASSWORD});
    rita.post("/api/v1/me/email", asked).await.expect(202);
    let confirms = mailed(&market, new, "/l/verify-email/").await;
    mailed(&market, RITA, "/account/forgot").await;
    let told = market.mail(RITA);
    assert!(told.iter().all(|mail| !mail.text.contains(new)));
    let verify = "/api/v1/auth/verify-email";
    let confirm = json!({"token": confirms});
    client.post(verify, confirm.clone()).await.expect(204);
    let again = client.post(verify, confirm).await;
    again.problem(401, "user.token_invalid");
    rita.get("/api/v1/me").await.expect(401);
    let rita = market.log_in(new, "shop").await;
    let me = rita.get("/api/v1/me").await.expect(200);
    assert_eq!(me.str("/email"), new);
    // The link for a lost password went to the address of before.
    let reset = json!({"token": token, "password": OTHER});
    let late = client.post("/api/v1/auth/password/reset", reset).await;
    late.problem(401, "user.token_invalid");

    let change = |current| json!({"current_password": current, "new_password": OTHER});
    let password = "/api/v1/me/password";
    let wrong = rita.post(password, change("wrong")).await;
    let wrong = wrong.problem(422, "user.invalid");
    assert_eq!(wrong.str("/errors/0/code"), "user.wrong_password");
    rita.post(password, change(PASSWORD)).await.expect(204);
    let old = json!({"email": new, "password": PASSWORD});
    let old = client.post("/api/v1/auth/login", old).await;
    old.problem(401, "user.bad_credentials");
    market.stop().await;
}

#[feira_testkit::test]
async fn a_form_without_its_session_keeps_what_was_typed(market: Market) {
    let (_, ana) = one_seller(&market, 1).await;
    let login = "/seller/login";
    let seller = Browser::sign_in(&market, login, &ana.email).await;
    let new = "/seller/products/new";
    let opened = seller.open(new).await;
    let typed = [("name", "Caneca & pires"), ("variants_0_price", "49,90")];
    // She signed in once more meanwhile: the form is sent again by a button.
    let anew = Browser::sign_in(&market, login, &ana.email).await;
    let refused = anew.save(&opened, new, &typed).await.expect(403);
    assert!(
        refused.text.contains("Caneca &#38; pires"),
        "{}",
        refused.text
    );
    let shown = form_fields(&refused.text, new);
    let made = anew.send(new, &shown, &[]).await.expect(303);

    // The browser has forgotten the session: the form goes along through the sign-in, also past a
    // wrong password, if it is she who signs in.
    let credentials = [("login", ana.email.as_str()), ("password", PASSWORD)];
    let signed = market.client().form(login, &credentials).await.expect(303);
    let cookies = signed.headers.get_all("set-cookie").iter();
    let mut cookies = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
    let device = cookies.find(|pair| pair.contains("_device="));
    let out = Browser {
        client: market.client().with("cookie", device.expect("a device")),
    };
    let mut page = out.save(&opened, new, &typed).await.expect(401);
    market.customer(RITA).await;
    let shown = form_fields(&page.text, login);
    let another = [("login", RITA), ("password", PASSWORD)];
    let away = out.send(login, &shown, &another).await.expect(303);
    assert_eq!(away.header("location"), Some(new));
    for (password, status) in [("wrong", 422), (PASSWORD, 200)] {
        let shown = form_fields(&page.text, login);
        let typed = [("login", ana.email.as_str()), ("password", password)];
        page = out.send(login, &shown, &typed).await.expect(status);
    }
    let cookie = page.header("set-cookie").expect("a session");
    let pair = cookie.split(';').next().expect("a pair");
    let back = Browser {
        client: market.client().with("cookie", pair),
    };
    let shown = form_fields(&page.text, new);
    let again = back.send(new, &shown, &[]).await.expect(303);
    // With the key of the same form it is the same product: nothing was lost.
    assert_eq!(again.header("location"), made.header("location"));

    // No secret is kept.
    let action = "/account/password";
    let secret = [("current_password", PASSWORD), ("new_password", OTHER)];
    let ended = out.client.form(action, &secret).await.expect(401);
    assert!(!ended.text.contains(PASSWORD) && !ended.text.contains(OTHER));
    market.stop().await;
}

#[feira_testkit::test]
async fn pages_speak_the_language_that_was_chosen(db: TestDb) {
    let settings = "[marketplace]\nlanguage = \"pt-BR\"";
    let market = Market::start_with(&db, settings).await;
    let client = market.client();
    let spoken = async |client: &crate::support::Client, path: &str| {
        let page = client.get(path).await;
        let tags = ["en", "pt-BR"].into_iter();
        let mut tags = tags.filter(|tag| page.text.contains(&format!("<html lang=\"{tag}\"")));
        tags.next().expect("a language")
    };
    let english = client.with("accept-language", "de, en;q=0.8, pt;q=0.2");
    for path in ["/", "/seller/login", "/account/forgot", "/l/nothing"] {
        assert_eq!(spoken(&client, path).await, "pt-BR", "{path}");
        assert_eq!(spoken(&english, path).await, "en", "{path}");
    }
    for (next, to) in [
        ("/seller/login?next=/seller", "/seller/login?next=/seller"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
    ] {
        let typed = [("language", "en"), ("next", next)];
        let chosen = client.form("/l/language", &typed).await.expect(303);
        assert_eq!(chosen.header("location"), Some(to));
        let cookie = chosen.header("set-cookie").expect("a cookie");
        let pair = cookie.split(';').next().expect("a pair");
        let english = client.with("cookie", pair);
        let asked = english.with("accept-language", "pt-BR");
        assert_eq!(spoken(&asked, "/seller/login").await, "en");
    }
    // An account that says nothing else speaks the marketplace's.
    market.customer(RITA).await;
    let rita = Browser::sign_in(&market, "/seller/login", RITA).await;
    assert_eq!(spoken(&rita.client, "/account").await, "pt-BR");
    let page = rita.open("/account").await;
    assert!(page.text.contains("name=\"next\" value=\"/account\""));
    market.stop().await;
}
