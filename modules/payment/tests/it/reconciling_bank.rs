//! A bank's statement against the books: sales by PIX, refunds and payouts, each in it or named.

use feira_kernel::Currency;
use feira_payment::{
    BankStatementColumns, BankStatementRequest, DifferenceKind as D, ManualSettings, Method,
    PaymentError, ProviderKind, ProviderSettings, ReconcileRequest, Reconciliation, ReportFormat,
    StatementAccount, pix_account::PixAccount,
};
use feira_testkit::TestDb;
use time::Duration;

use crate::{
    provider::Stub,
    world::{Paid, World, at, operator},
};

async fn world(db: &TestDb) -> World {
    let settings = ManualSettings {
        currency: Currency::BRL,
        payee: feira_payment::PayeeKind::Marketplace,
        pix: Some(PixAccount::new("52998224725", "Ana", "Recife").unwrap()),
        transfer: None,
        whatsapp: None,
        on_delivery: None,
    };
    let hand = ProviderSettings::new("hand", ProviderKind::Manual(settings));
    let stub = Stub::start().await;
    World::at(db, vec![hand, at("sandbox", &stub)]).await
}

/// A PIX by hand that somebody said was paid.
async fn paid(world: &World, minor: i64) -> Paid {
    let start = world.asked(Method::Pix {}, minor);
    let open = world.begin(start.clone()).await.unwrap();
    let (payments, operator) = (&world.payments, operator());
    let payment = payments.mark_payment_paid(&operator, open.id, None, None);
    let payment = payment.await.unwrap();
    let payment = feira_payment::Payment {
        statement: open.statement,
        ..payment
    };
    Paid { payment, start }
}

/// A file of the bank, each row of the present day: what is on it, and the amount in cents.
fn csv(world: &World, rows: &[(&str, i64)]) -> Vec<u8> {
    let (year, month, day) = world.env.now().date().to_calendar_date();
    let rows = rows.iter().map(|(text, cents)| {
        let (whole, rest) = (cents.abs() / 100, cents.abs() % 100);
        let sign = if *cents < 0 { "-" } else { "" };
        let month = u8::from(month);
        format!("{day:02}/{month:02}/{year};{text};{sign}{whole},{rest:02}\n")
    });
    format!("Data;Histórico;Valor\n{}", rows.collect::<String>()).into_bytes()
}

fn ofx(world: &World, text: &str, amount: &str) -> Vec<u8> {
    let (year, month, day) = world.env.now().date().to_calendar_date();
    let month = u8::from(month);
    format!(
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>BRL\
         <BANKACCTFROM><BANKID>001<ACCTID>1<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>\
         <STMTTRN><TRNTYPE>CREDIT<DTPOSTED>{year}{month:02}{day:02}<TRNAMT>{amount}<FITID>77<MEMO>{text}</STMTTRN>\
         </BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )
    .into_bytes()
}

async fn reconcile(
    world: &World,
    file: Vec<u8>,
    format: Option<ReportFormat>,
    payouts: bool,
) -> Result<Reconciliation, PaymentError> {
    let request = ReconcileRequest {
        provider: "hand".to_owned(),
        format,
        file,
        account: Some(StatementAccount {
            currency: Currency::BRL,
            time_zone: "UTC".to_owned(),
            payouts,
        }),
    };
    world.payments.reconcile(&operator(), request).await
}

async fn held(world: &World, rows: &[(&str, i64)], payouts: bool) -> Reconciliation {
    let format = Some(ReportFormat::BankStatement);
    let file = csv(world, rows);
    reconcile(world, file, format, payouts).await.unwrap()
}

fn kinds(found: &Reconciliation) -> Vec<(D, Option<u64>)> {
    let differences = found.differences.iter();
    differences.map(|one| (one.kind, one.line)).collect()
}

/// Two sales, of which one went back in part, and the payout of the other: as the bank writes them.
async fn business(world: &World) -> Vec<(String, i64)> {
    let (sale, other) = (paid(world, 6_480).await, paid(world, 1_000).await);
    let refund = world.refund(other.refund(&[(0, 300)])).await.unwrap();
    let (payments, operator) = (&world.payments, operator());
    let sent = payments.mark_refund_sent(&operator, refund.id, "DEV-7788".to_owned(), None);
    sent.await.unwrap();
    world.release(&sale, 0).await;
    let payout = payments.run_payouts(&operator, None).await.unwrap();
    let (payout, cents) = (payout[0].id, payout[0].amount.minor());
    let done = payments.mark_payout_paid(&operator, payout, "TED 1".to_owned(), None);
    done.await.unwrap();
    let txid = |paid: &Paid| paid.payment.statement.clone().unwrap();
    vec![
        (format!("PIX recebido {} José", txid(&sale)), 6_480),
        (format!("PIX recebido {}", txid(&other)), 1_000),
        ("PIX devolvido DEV7788".to_owned(), -300),
        (
            format!("Pagamento {}", payout.0.simple()),
            -i64::try_from(cents).unwrap(),
        ),
    ]
}

fn borrowed(rows: &[(String, i64)]) -> Vec<(&str, i64)> {
    rows.iter()
        .map(|(text, cents)| (text.as_str(), *cents))
        .collect()
}

#[feira_testkit::test("payments")]
async fn sales_refunds_and_payouts_agree_with_the_statement(db: TestDb) {
    let world = world(&db).await;
    let rows = business(&world).await;
    let found = held(&world, &borrowed(&rows), true).await;
    assert_eq!(kinds(&found), []);
    assert_eq!((found.lines, found.matched, found.by_amount), (4, 4, 0));
    assert_eq!(found.format, ReportFormat::BankStatement);
    assert_eq!(found.sums[0].reported, found.sums[0].booked);

    // Whose payouts leave from elsewhere has none in it.
    let found = held(&world, &borrowed(&rows[..3]), false).await;
    assert_eq!(kinds(&found), []);
}

#[feira_testkit::test("payments")]
async fn what_never_came_or_never_left_is_named(db: TestDb) {
    let world = world(&db).await;
    let rows = business(&world).await;
    for (missing, of_payout) in [(0, false), (2, false), (3, true)] {
        let mut some = rows.clone();
        some.remove(missing);
        let found = held(&world, &borrowed(&some), true).await;
        assert_eq!(kinds(&found), [(D::NotInReport, None)], "{missing}");
        let named = &found.differences[0];
        assert_eq!(named.payment.is_none(), of_payout, "{missing}");
        assert_eq!(named.payout.is_some(), of_payout, "{missing}");
    }
    let mut other = rows.clone();
    other[0].1 = 6_479;
    other.push(("Tarifa do pacote".to_owned(), -990));
    let found = held(&world, &borrowed(&other), true).await;
    assert_eq!(
        kinds(&found),
        [(D::OtherAmount, Some(2)), (D::NotInBooks, Some(6))]
    );
    let sum = &found.sums[0];
    assert_eq!(sum.reported.minor() - sum.booked.minor(), -991);
}

#[feira_testkit::test("payments")]
async fn a_line_that_names_nothing_is_known_by_amount_and_day(db: TestDb) {
    let world = world(&db).await;
    paid(&world, 6_480).await;
    paid(&world, 6_480).await;
    let row = ("PIX recebido", 6_480);
    let found = held(&world, &[row, row], true).await;
    assert_eq!((kinds(&found), found.by_amount), (vec![], 2));
    // As many as there are, and no more.
    let found = held(&world, &[row, row, row], true).await;
    assert_eq!(kinds(&found), [(D::NotInBooks, Some(4))]);
    let found = held(&world, &[row], true).await;
    assert_eq!(kinds(&found), [(D::NotInReport, None)]);
    // The other way is another thing.
    let back = ("PIX enviado", -6_480);
    let found = held(&world, &[row, row, back], true).await;
    assert_eq!(kinds(&found), [(D::NotInBooks, Some(4))]);
    world.db.clock().advance(Duration::days(5));
    let found = held(&world, &[row], true).await;
    assert_eq!(kinds(&found), [(D::NotInBooks, Some(2))]);
}

#[feira_testkit::test("payments")]
async fn an_ofx_is_known_and_so_is_a_line_that_was_imported(db: TestDb) {
    let world = world(&db).await;
    let open = world.started(Method::Pix {}, 6_480).await;
    let txid = open.statement.clone().unwrap();
    let file = ofx(&world, &format!("PIX {txid}"), "64.80");
    let request = BankStatementRequest {
        dry_run: false,
        currency: Currency::BRL,
        columns: BankStatementColumns::default(),
        file: file.clone(),
    };
    let (payments, operator) = (&world.payments, operator());
    let report = payments.import_bank_statement(&operator, request, None);
    assert_eq!(report.await.unwrap().matched, 1);
    let found = reconcile(&world, file, None, true).await.unwrap();
    assert_eq!(kinds(&found), []);
    assert_eq!(found.format, ReportFormat::BankStatement);
    assert_eq!((found.matched, found.by_amount), (1, 0));

    let refused = reconcile(
        &world,
        b"Data;Valor\n1;x\n".to_vec(),
        Some(ReportFormat::BankStatement),
        true,
    );
    let refused = refused.await;
    assert!(
        matches!(refused, Err(PaymentError::BadReport(_))),
        "{refused:?}"
    );
}
