//! Bank statements: what their lines pay, what they do not, and that neither a repeat nor a crash pays twice.

use feira_kernel::{Actor, Currency, IdempotencyKey, PageRequest, db, values};
use feira_payment::{
    BankStatementColumns, BankStatementLine, BankStatementLineFilter, BankStatementLineState,
    BankStatementReason as R, BankStatementReport, BankStatementRequest, ManualSettings, Method,
    Payment, PaymentError, PaymentStatus as S, ProviderKind, ProviderSettings,
    pix_account::PixAccount,
};
use feira_testkit::TestDb;
use time::Duration;

use crate::{
    provider::Stub,
    world::{World, at, operator, seller},
};

fn hand() -> ProviderSettings {
    let settings = ManualSettings {
        currency: Currency::BRL,
        payee: feira_payment::PayeeKind::Marketplace,
        pix: Some(PixAccount::new("52998224725", "Ana", "Recife").unwrap()),
        transfer: Some("Bank 001".to_owned()),
        whatsapp: None,
        on_delivery: None,
    };
    ProviderSettings::new("hand", ProviderKind::Manual(settings))
}

async fn world(db: &TestDb) -> World {
    let stub = Stub::start().await;
    World::at(db, vec![hand(), at("sandbox", &stub)]).await
}

/// A row of the bank's file: what is on it, and the amount in cents.
pub(crate) fn csv(rows: &[(&str, i64)]) -> Vec<u8> {
    let rows = rows.iter().map(|(text, cents)| {
        let (whole, rest) = (cents.abs() / 100, cents.abs() % 100);
        let sign = if *cents < 0 { "-" } else { "" };
        format!("17/03/2026;{text};{sign}{whole},{rest:02}\n")
    });
    format!("Data;Histórico;Valor\n{}", rows.collect::<String>()).into_bytes()
}

async fn import(world: &World, file: Vec<u8>) -> Result<BankStatementReport, PaymentError> {
    imported(world, file, false, None).await
}

async fn imported(
    world: &World,
    file: Vec<u8>,
    dry_run: bool,
    key: Option<IdempotencyKey>,
) -> Result<BankStatementReport, PaymentError> {
    let request = BankStatementRequest {
        dry_run,
        currency: Currency::BRL,
        columns: BankStatementColumns::default(),
        file,
    };
    let payments = &world.payments;
    payments
        .import_bank_statement(&operator(), request, key)
        .await
}

/// Why lines like these would wait.
pub(crate) async fn would_wait(world: &World, rows: &[(&str, i64)]) -> Vec<(R, u32)> {
    let report = imported(world, csv(rows), true, None).await;
    reasons(&report.unwrap())
}

fn txid(payment: &Payment) -> String {
    payment.statement.clone().unwrap()
}

async fn open(world: &World, minor: i64) -> Payment {
    world.started(Method::Pix {}, minor).await
}

/// Why, and how many.
fn reasons(report: &BankStatementReport) -> Vec<(R, u32)> {
    report
        .open
        .iter()
        .map(|one| (one.reason, one.count))
        .collect()
}

async fn lines(world: &World, state: BankStatementLineState) -> Vec<BankStatementLine> {
    let filter = BankStatementLineFilter {
        statement: None,
        state: Some(state),
    };
    let page = PageRequest::first(100);
    let payments = &world.payments;
    let found = payments
        .bank_statement_lines(&operator(), filter, page)
        .await;
    found.unwrap().items
}

#[feira_testkit::test("payments")]
async fn lines_that_name_a_payment_pay_it_and_the_others_wait(db: TestDb) {
    let world = world(&db).await;
    let (paid, other, alone) = (
        open(&world, 6_480).await,
        open(&world, 1_000).await,
        open(&world, 777).await,
    );
    let file = csv(&[
        (&format!("PIX {} José", txid(&paid)), 6_480),
        (&format!("PIX {}", txid(&other)), 999),
        ("PIX sem código", 777),
        ("Depósito", 123),
        ("Tarifa", -500),
    ]);
    let dry = imported(&world, file.clone(), true, None).await.unwrap();
    assert_eq!((dry.lines, dry.known, dry.matched), (5, 0, 1));
    assert_eq!(world.count("statements").await, 0);
    assert_eq!(world.payment(paid.id).await.status, S::Pending);

    let report = import(&world, file.clone()).await.unwrap();
    let expected = [
        (R::Unknown, 1),
        (R::AmountOnly, 1),
        (R::OtherAmount, 1),
        (R::MoneyOut, 1),
    ];
    assert_eq!(reasons(&report), expected);
    assert_eq!(reasons(&dry), expected);
    assert_eq!((report.matched, report.first.len()), (1, 3));
    assert_eq!(world.payment(paid.id).await.status, S::Completed);
    for waits in [other.id, alone.id] {
        assert_eq!(world.payment(waits).await.status, S::Pending);
    }
    assert_eq!(world.events().await, ["payment.captured.v1"]);
    let audited =
        "audit WHERE action = 'payment.marked_paid' AND details->>'statement_line' IS NOT NULL";
    assert_eq!(world.count(audited).await, 1);

    // The same file, and another one with the same lines, change nothing.
    let again = import(&world, file.clone()).await.unwrap();
    assert_eq!(
        (again.id, again.known, again.matched),
        (report.id, 5, report.matched)
    );
    let mut longer = file.clone();
    longer.extend_from_slice("18/03/2026;Juros;0,01\n".as_bytes());
    let longer = import(&world, longer).await.unwrap();
    assert_eq!((longer.lines, longer.known, longer.matched), (6, 5, 0));
    assert_eq!(world.count("statement_lines").await, 6);
    assert_eq!(world.count("statements").await, 2);
    assert!(world.payments.books(&operator()).await.unwrap().balanced);
    let page = PageRequest::first(9);
    let all = world
        .payments
        .bank_statements(&operator(), page)
        .await
        .unwrap();
    assert_eq!(all.items.len(), 2);
    assert!(all.items.iter().any(|one| one.id == report.id));
}

#[feira_testkit::test("payments")]
async fn what_came_too_late_or_twice_is_told(db: TestDb) {
    let world = world(&db).await;
    let (late, twice, by_hand) = (
        open(&world, 1_000).await,
        open(&world, 2_000).await,
        open(&world, 3_000).await,
    );
    let marked = world
        .payments
        .mark_payment_paid(&operator(), by_hand.id, None, None)
        .await;
    marked.unwrap();
    let named = |payment: &Payment| format!("PIX {}", txid(payment));
    let first = csv(&[(&named(&twice), 2_000), (&named(&by_hand), 3_000)]);
    let first = import(&world, first).await.unwrap();
    assert_eq!((first.matched, reasons(&first)), (2, vec![]));
    // Of them only one is marked by the statement.
    assert_eq!((first.were_paid, first.marked()), (1, 1));
    let told = lines(&world, BankStatementLineState::Matched).await;
    let mut told: Vec<_> = told
        .iter()
        .map(|line| (line.payment, line.was_paid))
        .collect();
    told.sort();
    let mut expected = [(Some(twice.id), false), (Some(by_hand.id), true)];
    expected.sort();
    assert_eq!(told, expected);
    world.after(Duration::hours(2)).await;
    let second = csv(&[
        (&named(&late), 1_000),
        (&format!("{} again", named(&twice)), 2_000),
    ]);
    let second = import(&world, second).await.unwrap();
    assert_eq!(reasons(&second), [(R::PaidTooLate, 1), (R::AlreadyPaid, 1)]);
    assert_eq!(world.payment(late.id).await.status, S::Expired);
    // Who marked it by hand is not followed by the statement.
    let audited = "audit WHERE action = 'payment.marked_paid'";
    assert_eq!(world.count(audited).await, 2);
    assert_eq!(world.events().await.len(), 3, "two paid, one expired");
}

#[feira_testkit::test("payments")]
async fn a_person_decides_of_the_others(db: TestDb) {
    let world = world(&db).await;
    let (mine, other) = (open(&world, 777).await, open(&world, 778).await);
    let file = csv(&[("PIX Clara", 777), ("PIX Rita", 777), ("Juros", 1)]);
    import(&world, file).await.unwrap();
    let waiting = lines(&world, BankStatementLineState::Open).await;
    let line = |text: &str| waiting.iter().find(|line| line.text == text).unwrap().id;
    let (clara, rita, interest) = (line("PIX Clara"), line("PIX Rita"), line("Juros"));
    let matched = async |line, payment: &Payment| {
        let payments = &world.payments;
        payments
            .match_bank_statement_line(&operator(), line, payment.id, None)
            .await
    };
    let refused = matched(clara, &other).await;
    assert!(
        matches!(refused, Err(PaymentError::StatementAmount)),
        "{refused:?}"
    );
    for _ in 0..2 {
        let done = matched(clara, &mine).await.unwrap();
        assert_eq!(done.state, BankStatementLineState::Matched);
    }
    assert_eq!(world.payment(mine.id).await.status, S::Completed);
    let refused = matched(rita, &mine).await;
    assert!(
        matches!(refused, Err(PaymentError::PaidByAnotherLine)),
        "{refused:?}"
    );
    for _ in 0..2 {
        let ignored = world
            .payments
            .ignore_bank_statement_line(&operator(), interest, None)
            .await;
        assert_eq!(ignored.unwrap().state, BankStatementLineState::Ignored);
    }
    // What was decided stays.
    let ignored = world
        .payments
        .ignore_bank_statement_line(&operator(), clara, None)
        .await;
    for moved in [ignored, matched(interest, &other).await] {
        assert!(
            matches!(moved, Err(PaymentError::StatementLineMove(_))),
            "{moved:?}"
        );
    }
    let report = world
        .payments
        .bank_statement_report(&operator(), waiting[0].statement)
        .await
        .unwrap();
    assert_eq!(
        (report.matched, report.ignored, report.first.len()),
        (1, 1, 1)
    );
}

#[feira_testkit::test("payments")]
async fn whoever_may_not_changes_nothing(db: TestDb) {
    let world = world(&db).await;
    let store = world.store();
    let file = csv(&[("PIX", 1)]);
    let request = |file: Vec<u8>| BankStatementRequest {
        dry_run: true,
        currency: Currency::BRL,
        columns: BankStatementColumns::default(),
        file,
    };
    for actor in [seller(store), Actor::system("order")] {
        let refused = world
            .payments
            .import_bank_statement(&actor, request(file.clone()), None)
            .await;
        assert!(
            matches!(refused, Err(PaymentError::Forbidden)),
            "{refused:?}"
        );
    }
    let cli = Actor::system("cli");
    let taken = world
        .payments
        .import_bank_statement(&cli, request(file), None);
    assert_eq!(taken.await.unwrap().lines, 1);
}

#[feira_testkit::test("payments")]
async fn a_file_that_is_cut_off_leaves_nothing(db: TestDb) {
    let world = world(&db).await;
    let payment = open(&world, 6_480).await;
    let text = format!("PIX {}", txid(&payment));
    let mut file = csv(&[(&text, 6_480), ("PIX", 100)]);
    file.truncate(file.len() - 6);
    match import(&world, file).await {
        Err(PaymentError::BadStatement(fault)) => {
            assert!(fault.detail.starts_with("line 3: "), "{fault:?}");
            let said = (fault.pointer.as_str(), fault.code.as_str());
            assert_eq!(said, ("/lines/3", "payment.statement_cut_off"));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(world.payment(payment.id).await.status, S::Pending);
    assert_eq!(world.count("statements").await, 0);
}

/// As if the process had ended after the lines were kept, and between two of them.
#[feira_testkit::test("payments")]
async fn what_a_crash_left_is_finished_by_the_same_file(db: TestDb) {
    let world = world(&db).await;
    let (first, second) = (open(&world, 1_000).await, open(&world, 2_000).await);
    let named = |payment: &Payment| format!("PIX {}", txid(payment));
    let file = csv(&[(&named(&first), 1_000), (&named(&second), 2_000)]);
    let report = import(&world, file.clone()).await.unwrap();
    assert_eq!(report.matched, 2);
    let third = open(&world, 3_000).await;
    let owner = db.owner().await;
    let half = format!(
        "UPDATE payments.statement_lines SET state = 'matching', payment_id = '{}', amount = 30 \
         WHERE payment_id = '{}'",
        third.id, second.id
    );
    sea_orm::ConnectionTrait::execute_unprepared(&owner, &half)
        .await
        .unwrap();
    import(&world, file).await.unwrap();
    assert_eq!(world.payment(third.id).await.status, S::Completed);
    assert!(
        lines(&world, BankStatementLineState::Matching)
            .await
            .is_empty()
    );
    assert_eq!(world.events().await, ["payment.captured.v1"; 3]);
}

#[feira_testkit::test("payments")]
async fn a_key_is_of_one_file(db: TestDb) {
    let world = world(&db).await;
    let key = |print: &str| {
        Some(IdempotencyKey {
            route: "statements".to_owned(),
            key: "k".to_owned(),
            fingerprint: print.to_owned(),
        })
    };
    let operator = operator();
    let file = |text: &str| BankStatementRequest {
        dry_run: false,
        currency: Currency::BRL,
        columns: BankStatementColumns::default(),
        file: csv(&[(text, 1)]),
    };
    let payments = &world.payments;
    let once = payments.import_bank_statement(&operator, file("a"), key("a"));
    let once = once.await.unwrap();
    let again = payments.import_bank_statement(&operator, file("a"), key("a"));
    assert_eq!(again.await.unwrap(), once);
    let other = payments.import_bank_statement(&operator, file("b"), key("b"));
    assert!(other.await.is_err());
    assert_eq!(world.count("statements").await, 1);
}

#[feira_testkit::test("payments")]
async fn fifty_thousand_lines_are_imported_and_pay_what_they_name(db: TestDb) {
    let world = world(&db).await;
    let payment = open(&world, 6_480).await;
    let row = |n: usize| {
        format!(
            "17/03/2026;PIX E00000000202603171200{n:011} José;{},00\n",
            n + 1
        )
    };
    let rows: String = (1..50_000).map(row).collect();
    let named = txid(&payment);
    let file = format!("Data;Histórico;Valor\n{rows}17/03/2026;PIX {named};64,80\n");
    let report = import(&world, file.into_bytes()).await.unwrap();
    assert_eq!((report.lines, report.matched), (50_000, 1));
    assert_eq!(reasons(&report), [(R::Unknown, 49_999)]);
    assert_eq!(world.payment(payment.id).await.status, S::Completed);
    let kept: Option<i64> = db::scalar(
        world.env.pool.read(),
        "SELECT count(*) FROM statement_lines WHERE state = 'open'",
        values![],
    )
    .await
    .unwrap();
    assert_eq!(kept, Some(49_999));
}
