//! From the sum of an account to its entries, a transaction, a file; stores that owe, and a provider's report.

use std::process::Command;

use feira_testkit::TestDb;
use reqwest::Method;
use serde_json::{Value, json};
use time::{Duration, format_description::well_known::Rfc3339};

use crate::support::{
    Answer, Browser, Client, Market, card, cart_with, choose_shipping, one_seller, payable,
};

/// A paid order: its answer.
pub(crate) async fn sold(market: &Market, variant: &str) -> Answer {
    let (guest, cart) = cart_with(market, &[(variant.to_owned(), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out("sold", &cart, card("tok_approved")).await;
    let placed = placed.expect(201);
    market.settle().await;
    placed
}

async fn upload(operator: &Client, path: &str, file: &str) -> Answer {
    let request = operator.request(Method::POST, path);
    let request = request.header("content-type", "text/csv");
    operator.send(request.body(file.to_owned())).await
}

#[feira_testkit::test]
async fn an_operator_goes_from_a_sum_to_its_order(db: TestDb, market: Market) {
    let (operator, seller) = one_seller(&market, 10).await;
    let placed = sold(&market, &seller.variant(0)).await;
    let (order, number) = (placed.str("/order/id"), placed.str("/order/number"));
    let books = operator.get("/api/v1/admin/books").await.expect(200);
    let accounts = books.json["accounts"].as_array().expect("accounts");
    let pending = accounts.iter().find(|a| a["account"] == "seller_pending");
    let pending = pending.expect("the seller's").clone();

    let of = "account=seller_pending&currency=BRL";
    let entries = operator
        .get(&format!("/api/v1/admin/ledger/entries?{of}"))
        .await
        .expect(200);
    let entry = &entries.json["items"][0];
    assert_eq!(entry["amount"], pending["total"]);
    assert_eq!(
        (entry["order_id"].as_str(), entry["order_number"].as_str()),
        (Some(&*order), Some(&*number))
    );
    assert_eq!(entry["store_id"], json!(seller.store));
    let transaction = entries.str("/items/0/transaction_id");
    let path = format!("/api/v1/admin/ledger/transactions/{transaction}");
    let whole = operator.get(&path).await.expect(200);
    assert_eq!(whole.json["kind"], "capture");
    assert_eq!(whole.json["entries"].as_array().map(Vec::len), Some(3));
    let months = operator
        .get(&format!("/api/v1/admin/ledger/months?{of}"))
        .await
        .expect(200);
    assert_eq!(months.json["items"][0]["total"], pending["total"]);

    // A file of it, which needs a period.
    let export = format!("/api/v1/admin/ledger/export?{of}");
    operator.get(&export).await.problem(422, "payment.invalid");
    let day = |days| {
        (market.clock().now() + Duration::days(days))
            .format(&Rfc3339)
            .expect("a time")
    };
    let export = format!("{export}&from={}&until={}", day(-1), day(1));
    let file = operator.get(&export).await.expect(200);
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    let lines: Vec<&str> = file.text.lines().collect();
    assert_eq!(lines.len(), 2, "{}", file.text);
    assert!(
        lines[1].contains(&number) && lines[1].contains("seller_pending"),
        "{}",
        lines[1]
    );
    let missing = operator.get("/api/v1/admin/ledger/entries").await;
    missing.problem(422, "payment.invalid");

    // The same on pages.
    let browser = Browser::sign_in(&market, "/admin/login", "operator@test.example").await;
    for (page, shown) in [
        (
            "/admin/books".to_owned(),
            "/admin/books/accounts/seller_pending/BRL",
        ),
        (
            "/admin/books/accounts/seller_pending/BRL".to_owned(),
            &*number,
        ),
        (format!("/admin/books/transactions/{transaction}"), &*number),
        ("/admin/books/stores".to_owned(), "</table>"),
    ] {
        let text = browser.open(&page).await.text;
        let there = text.contains(shown);
        // Nobody owes anything.
        assert_eq!(there, !page.ends_with("/stores"), "{page}: {text}");
    }
    let file = "/admin/books/accounts/seller_pending/BRL/export";
    let file = browser.client.get(file).await.expect(200);
    assert!(file.text.contains(&number), "{}", file.text);
    for nowhere in [
        "accounts/nothing/BRL",
        "accounts/tax/XXXX",
        "accounts/tax/nothing",
    ] {
        let page = format!("/admin/books/{nowhere}");
        browser.client.get(&page).await.expect(404);
    }
    assert_eq!(feira::check::run(&db.url()).await.expect("runs"), []);
    market.stop().await;
}

#[feira_testkit::test]
async fn a_store_pays_what_it_owes_and_has_a_part_in_reserve(market: Market) {
    let (_, seller) = one_seller(&market, 10).await;
    let placed = sold(&market, &seller.variant(0)).await;
    payable(&market, &seller, &placed.str("/order/store_orders/0/id")).await;
    let browser = Browser::sign_in(&market, "/admin/login", "operator@test.example").await;
    let page = format!("/admin/books/stores/{}", seller.store);
    let action = format!("{page}/reserve");
    let day = market.clock().now() + Duration::days(90);
    let day = day.date().to_string();
    let typed = [
        ("amount", "1.00"),
        ("currency", "BRL"),
        ("reason", "many returns"),
        ("release_at", &*day),
    ];
    browser.submit(&page, &action, &typed).await.expect(303);
    let too_much = [
        ("amount", "99999.00"),
        ("currency", "BRL"),
        ("reason", "x"),
        ("release_at", &*day),
    ];
    let refused = browser.submit(&page, &action, &too_much).await.expect(422);
    assert!(
        refused.text.contains("As much is not payable"),
        "{}",
        refused.text
    );
    assert!(refused.text.contains("99999.00"), "what was typed is kept");

    // The seller reads why.
    let client = market.log_in(&seller.email, "seller").await;
    let balance = client.get("/api/v1/seller/balance").await.expect(200);
    assert_eq!(balance.json["items"][0]["reserved"]["amount"], "1.00");
    assert_eq!(balance.json["items"][0]["owed"]["amount"], "0.00");
    let reserves = client.get("/api/v1/seller/reserves").await.expect(200);
    assert_eq!(reserves.json["items"][0]["reason"], "many returns");
    let own = Browser::sign_in(&market, "/seller/login", &seller.email).await;
    assert!(
        own.open("/seller/payouts")
            .await
            .text
            .contains("many returns")
    );

    // Paid out, and then all of it goes back: she owes it.
    let operator = market.log_in("operator@test.example", "admin").await;
    let release = format!(
        "/api/v1/admin/ledger/reserves/{}/release",
        reserves.str("/items/0/id")
    );
    operator.post(&release, json!({})).await.expect(200);
    let earned = paid_out(&operator).await;
    let debts = async || {
        let found = operator.get("/api/v1/admin/ledger/debts").await;
        found.expect(200).json["items"].clone()
    };
    assert_eq!(debts().await, json!([]));
    given_back(&market, &operator, &placed).await;
    let owed = debts().await;
    assert_eq!(owed[0]["store_id"], json!(seller.store));
    assert_eq!(owed[0]["owed"], earned);
    let told = client.get("/api/v1/seller/balance").await.expect(200);
    assert_eq!(told.json["items"][0]["owed"], earned);

    // More than it owes it has not paid; what it has is owed no more.
    let action = format!("{page}/paid");
    let paid = |amount: &'static str| [("amount", amount), ("reference", "TED 7788")];
    let opened = browser.open(&page).await;
    let refused = browser.save(&opened, &action, &paid("99999.00")).await;
    refused.expect(422);
    let amount = earned["amount"].as_str().expect("an amount").to_owned();
    let typed = [("amount", amount.as_str()), ("reference", "TED 7788")];
    let shown = browser.fill(&page, &action, &typed).await.text;
    assert!(shown.contains("the store owes less"), "{shown}");
    assert!(!shown.contains(&format!("action=\"{action}\"")), "{shown}");
    assert_eq!(debts().await, json!([]));
    let told = client.get("/api/v1/seller/balance").await.expect(200);
    assert_eq!(told.json["items"][0]["owed"]["amount"], "0.00");
    let books = operator.get("/api/v1/admin/books").await.expect(200);
    assert_eq!(books.json["balanced"], true, "{}", books.text);
    market.stop().await;
}

/// What is payable is paid to its stores by hand: the amount of the only payout.
pub(crate) async fn paid_out(operator: &Client) -> Value {
    let keyed = operator.with("idempotency-key", "run");
    let made = keyed.post("/api/v1/admin/payouts", json!({})).await;
    let made = made.expect(200);
    assert_eq!(made.json["items"].as_array().map(Vec::len), Some(1));
    let paid = format!("/api/v1/admin/payouts/{}/paid", made.str("/items/0/id"));
    let keyed = operator.with("idempotency-key", "paid");
    let paid = keyed.post(&paid, json!({"reference": "TED 1"})).await;
    paid.expect(200).json["amount"].clone()
}

/// All of an order goes back to its buyer.
pub(crate) async fn given_back(market: &Market, operator: &Client, placed: &Answer) {
    let path = format!("/api/v1/admin/orders/{}/refunds", placed.str("/order/id"));
    let keyed = operator.with("idempotency-key", "back");
    let whole = keyed.post(&path, json!({"reason": "damaged"})).await;
    whole.expect(201);
    market.settle().await;
    let order = market.order(placed).await;
    assert_eq!(order.str("/payment/status"), "refunded", "{}", order.text);
}

#[feira_testkit::test]
async fn a_providers_report_is_held_against_the_books(market: Market) {
    let (operator, seller) = one_seller(&market, 10).await;
    let placed = sold(&market, &seller.variant(0)).await;
    let charge = "SELECT transaction_id AS id, amount::text AS amount FROM payments.payments";
    let charge = market.rows(charge).await[0].clone();
    let at = market.clock().now().format(&Rfc3339).expect("a time");
    let line = |amount: &str| {
        let id = charge["id"].as_str().expect("an id");
        format!("date,id,amount,currency,kind\n{at},{id},{amount},BRL,charge\n")
    };
    let path = "/api/v1/admin/ledger/reconciliations?provider=sandbox";
    let amount = placed.str("/payment/amount/amount");
    let agrees = upload(&operator, path, &line(&amount)).await.expect(200);
    assert_eq!(
        (&agrees.json["matched"], &agrees.json["counts"]),
        (&json!(1), &json!([]))
    );
    let differs = upload(&operator, path, &line("0.01")).await.expect(200);
    assert_eq!(differs.json["differences"][0]["kind"], "other_amount");
    assert_eq!(
        differs.json["differences"][0]["order_id"],
        placed.json["order"]["id"]
    );
    let refused = upload(&operator, path, "nothing").await;
    refused.problem(422, "payment.bad_report");
    let browser = Browser::sign_in(&market, "/admin/login", "operator@test.example").await;
    let page = browser.open("/admin/reconciliation").await;
    assert!(page.text.contains("multipart/form-data"), "{}", page.text);
    assert!(
        page.text.contains("<option value=\"sandbox\""),
        "{}",
        page.text
    );
    reported_on_the_page(&browser, &line(&amount), &line("0.01")).await;
    market.stop().await;
}

/// The answer is the report: nothing of it is kept.
async fn reported_on_the_page(browser: &Browser, agrees: &str, differs: &str) {
    const PAGE: &str = "/admin/reconciliation";
    let typed = [("provider", "sandbox")];
    let shown = browser.upload(PAGE, PAGE, &typed, agrees).await.expect(200);
    assert!(
        shown.text.contains("class=\"verdict good\""),
        "{}",
        shown.text
    );
    let shown = browser.upload(PAGE, PAGE, &typed, differs).await;
    let shown = shown.expect(200).text;
    assert!(shown.contains("class=\"verdict bad\""), "{shown}");
    assert!(
        shown.contains("/admin/payments/") && shown.contains("R$0.01"),
        "{shown}"
    );
    let wrong = browser.upload(PAGE, PAGE, &typed, "nothing").await;
    let wrong = wrong.expect(422).text;
    assert!(wrong.contains("id=\"f-file-error\""), "{wrong}");
    let forged = [("provider", "sandbox"), ("csrf", "another")];
    let forged = browser.upload(PAGE, PAGE, &forged, agrees).await;
    forged.expect(403);
}

/// `feira reconcile`: its exit status, and what it says.
async fn held_against(market: &Market, options: &[&str], file: &str) -> (Option<i32>, String) {
    let path = market.data_dir.join("report.csv");
    std::fs::write(&path, file).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_feira"));
    command
        .args(["reconcile", "--provider", "sandbox"])
        .args(options)
        .arg(&path)
        .env("FEIRA_DATA", &market.data_dir)
        .env("FEIRA_PROFILE", "development")
        .env("FEIRA_DEVELOPMENT__DEMO", "false")
        .env("FEIRA_DATABASE__URL", market.db.url())
        .env("FEIRA_DATABASE__ROLE_PREFIX", market.db.role_prefix());
    let run = tokio::task::spawn_blocking(move || command.output().expect("the binary runs"));
    let output = run.await.expect("it ends");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[feira_testkit::test]
async fn the_command_says_what_differs_and_has_a_status_for_it(market: Market) {
    let (_, seller) = one_seller(&market, 10).await;
    let placed = sold(&market, &seller.variant(0)).await;
    let charge = "SELECT transaction_id AS id FROM payments.payments";
    let charge = market.rows(charge).await[0]["id"].clone();
    let charge = charge.as_str().expect("an id");
    let day = market.clock().now();
    let at = day.format(&Rfc3339).expect("a time");
    let line = |id: &str, amount: &str| {
        format!("date,id,amount,currency,kind\n{at},{id},{amount},BRL,charge\n")
    };
    let amount = placed.str("/payment/amount/amount");
    let (status, said) = held_against(&market, &[], &line(charge, &amount)).await;
    assert_eq!(status, Some(0), "{said}");
    assert!(
        said.contains("plain: 1 of 1 lines agree with the books"),
        "{said}"
    );
    let (status, said) = held_against(&market, &[], &line(charge, "0.01")).await;
    assert_eq!(status, Some(3), "{said}");
    let told: Vec<&str> = said.lines().collect();
    let first = format!("line 2: other_amount {charge}, reported ");
    assert!(
        told[0].starts_with(&first) && told[0].contains("payment "),
        "{said}"
    );
    assert_eq!(told[1], "other_amount: 1");
    assert!(
        said.contains("plain: 0 of 1 lines agree with the books"),
        "{said}"
    );
    for (options, file, why) in [
        (&[][..], "nothing", "cannot be read"),
        (
            &["--format", "abacus"][..],
            "nothing",
            "--format abacus: the known formats are",
        ),
    ] {
        let (status, said) = held_against(&market, options, file).await;
        assert!(status == Some(1) && said.contains(why), "{status:?} {said}");
    }

    // The bank's statement of this day has the sale, and not the store's payout, which was of another account.
    payable(&market, &seller, &placed.str("/order/store_orders/0/id")).await;
    let operator = market.log_in("operator@test.example", "admin").await;
    paid_out(&operator).await;
    let day = |day: time::OffsetDateTime| {
        let (year, month, day) = day
            .to_offset(time::macros::offset!(-3))
            .date()
            .to_calendar_date();
        format!("{day:02}/{:02}/{year}", u8::from(month))
    };
    let amount = amount.replace('.', ",");
    let (sale, now) = (
        market.clock().now() - Duration::days(40),
        market.clock().now(),
    );
    let statement = format!(
        "Data;Historico;Valor\n{};{charge};{amount}\n{};Juros;0,10\n",
        day(sale),
        day(now)
    );
    let format = ["--format", "bank_statement"];
    let (status, said) = held_against(&market, &format, &statement).await;
    assert_eq!(status, Some(3), "{said}");
    let of_payouts = said.lines().filter(|line| line.contains("payout ")).count();
    assert_eq!(of_payouts, 1, "{said}");
    let format = ["--format", "bank_statement", "--without-payouts"];
    let (_, said) = held_against(&market, &format, &statement).await;
    assert!(
        !said.contains("payout ") && said.contains("1 of 2 lines"),
        "{said}"
    );
    market.stop().await;
}
