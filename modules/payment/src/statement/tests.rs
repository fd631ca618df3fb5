use feira_kernel::Currency;
use proptest::prelude::*;
use time::macros::date;

use super::*;
use crate::{
    BankStatementColumns,
    statement::{
        amount::{Mark, Written},
        date::{DayOrder, Written as Day},
    },
};

const SGML: &str = "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n\
<OFX>\r\n<BANKMSGSRSV1><STMTTRNRS><STMTRS>\r\n<CURDEF>BRL\r\n<BANKACCTFROM><BANKID>001<ACCTID>5678-9</BANKACCTFROM>\r\n\
<BANKTRANLIST><DTSTART>20260301<DTEND>20260331\r\n\
<STMTTRN>\r\n<TRNTYPE>CREDIT\r\n<DTPOSTED>20260317120000[-3:BRT]\r\n<TRNAMT>64.80\r\n<FITID>A1\r\n<MEMO>PIX José &amp; filhos\r\n</STMTTRN>\r\n\
<STMTTRN>\r\n<TRNTYPE>DEBIT\r\n<DTPOSTED>20260318\r\n<TRNAMT>10,00\r\n<FITID>A2\r\n<NAME>Tarifa\r\n</STMTTRN>\r\n\
</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r\n";

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?OFX OFXHEADER=\"200\" VERSION=\"211\"?>\n\
<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>BRL</CURDEF>\n<BANKACCTFROM><ACCTID>1</ACCTID></BANKACCTFROM>\n\
<BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20260317</DTPOSTED><TRNAMT>64.80</TRNAMT>\n\
<FITID>A1</FITID><NAME>PIX</NAME><MEMO><![CDATA[José <& filhos>]]></MEMO></STMTTRN>\n\
<!-- nothing --></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n";

const CSV: &str = "Extrato Conta Corrente\nConta ;5678-9\n\n\
Data Lançamento;Histórico;Descrição;Valor;Saldo\n\
17/03/2026;Pix recebido;José;1.064,80;1.064,80\n\
18/03/2026;Tarifa;\"pacote; mensal\";-10,00;1.054,80\n";

fn read(file: &[u8]) -> Result<Vec<Line>, Fault> {
    let columns = BankStatementColumns::default();
    parse(file, Currency::BRL, &columns).map(|statement| statement.lines)
}

fn refused(file: &[u8]) -> Fault {
    let why = read(file);
    why.expect_err("it is not whole")
}

/// Line, amount in cents, text.
fn seen(lines: &[Line]) -> Vec<(u32, i64, &str)> {
    let told = lines.iter();
    told.map(|line| (line.number, line.amount.minor(), line.text.as_str()))
        .collect()
}

/// As Windows-1252 writes it.
fn in_1252(text: &str) -> Vec<u8> {
    let (bytes, _, lossy) = encoding_rs::WINDOWS_1252.encode(text);
    assert!(!lossy);
    bytes.into_owned()
}

fn utf_16(text: &str, units: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
    let mark = mark.then_some(0xfeff);
    let all = mark.into_iter().chain(text.encode_utf16());
    all.flat_map(units).collect()
}

#[test]
fn ofx_is_read_as_sgml_and_as_xml() {
    let lines = read(SGML.as_bytes()).unwrap();
    let told = [(12, 6_480, "PIX José & filhos"), (19, -1_000, "Tarifa")];
    assert_eq!(seen(&lines), told);
    assert_eq!(lines[0].account, "5678-9");
    assert_eq!(
        (lines[0].on, lines[0].bank_id.as_deref()),
        (date!(2026 - 03 - 17), Some("A1"))
    );
    let lines = read(XML.as_bytes()).unwrap();
    assert_eq!(seen(&lines), [(5, 6_480, "PIX José <& filhos>")]);
}

#[test]
fn csv_is_read_with_a_banks_own_lines_around_it() {
    let told = [
        (5, 106_480, "Pix recebido José"),
        (6, -1_000, "Tarifa pacote; mensal"),
    ];
    assert_eq!(seen(&read(CSV.as_bytes()).unwrap()), told);
    let tabs = CSV.replace("\"pacote; mensal\"", "pacote mensal");
    let tabs = tabs.replace(';', "\t");
    assert_eq!(seen(&read(tabs.as_bytes()).unwrap())[0], told[0]);
    let english =
        "Date,Description,Amount,ID\n2026-03-17,Pix,\"1,064.80\",x1\n2026-03-18,Fee,-10.00,x2\n";
    let lines = read(english.as_bytes()).unwrap();
    assert_eq!(seen(&lines), [(2, 106_480, "Pix"), (3, -1_000, "Fee")]);
    assert_eq!(lines[1].bank_id.as_deref(), Some("x2"));
    let two = "Data;Histórico;Crédito;Débito\n17/03/2026;Pix;10,00;\n18/03/2026;Tarifa;;3,00\n19/03/2026;Taxa;;-4,00\n";
    let told = [(2, 1_000, "Pix"), (3, -300, "Tarifa"), (4, -400, "Taxa")];
    assert_eq!(seen(&read(two.as_bytes()).unwrap()), told);
    let remark = format!("{CSV}Saldo final;;;1.054,80\n");
    assert_eq!(read(remark.as_bytes()).unwrap().len(), 2);
}

/// Without the mark, money that went out would be taken as money that came in.
#[test]
fn a_column_of_its_own_says_credit_or_debit() {
    for name in [
        "D/C",
        "Déb/Créd",
        "Cred.Deb",
        "Crédito/Débito",
        "Débito/Crédito",
    ] {
        let file = format!(
            "Data;Histórico;Valor;{name}\n17/03/2026;Pix;10,00;C\n18/03/2026;Tarifa;3,00;D\n\
             19/03/2026;Taxa;-4,00;Débito\n20/03/2026;Pix;5,00;crédito\n21/03/2026;Pix;6,00;\n\
             22/03/2026;Juros;7,00;DR\n"
        );
        let lines = read(file.as_bytes()).unwrap();
        let amounts: Vec<i64> = lines.iter().map(|line| line.amount.minor()).collect();
        assert_eq!(amounts, [1_000, -300, -400, 500, 600, -700], "{name}");
    }
    let head = "Data;Histórico;D/C;Valor";
    let odd = format!("{head}\n17/03/2026;Pix;C;10,00\n18/03/2026;Tarifa;X;3,00\n");
    assert_eq!(refused(odd.as_bytes()).line, 3);
    // Cut off before the mark, it could be either.
    let cut = "Data;Histórico;Valor;D/C\n17/03/2026;Pix;10,00;C\n18/03/2026;Tarifa;3,00;";
    assert_eq!(refused(cut.as_bytes()).line, 3);
    assert_eq!(read(format!("{cut}D").as_bytes()).unwrap().len(), 2);
}

/// What is chosen stays, and the mark is found by its name all the same.
#[test]
fn chosen_columns_leave_the_one_for_credit_or_debit() {
    let some = |text: &str| Some(text.to_owned());
    let columns = |amount: &str| BankStatementColumns {
        amount: some(amount),
        description: some("wer"),
        ..BankStatementColumns::default()
    };
    let file = "Data;wer;wieviel;D/C\n17/03/2026;José;10,00;D\n";
    for amount in ["wieviel", "3"] {
        let statement = parse(file.as_bytes(), Currency::BRL, &columns(amount)).unwrap();
        assert_eq!(seen(&statement.lines), [(2, -1_000, "José")]);
    }
    // Some banks call the amounts themselves so.
    let file = "Data;wer;Débito/Crédito\n17/03/2026;José;-10,00\n";
    let statement = parse(file.as_bytes(), Currency::BRL, &columns("Débito/Crédito"));
    assert_eq!(seen(&statement.unwrap().lines), [(2, -1_000, "José")]);
}

/// Banks give several payments one such number; as an id it would make them one.
#[test]
fn the_number_of_a_document_is_no_id() {
    for name in ["Documento", "Docto.", "Dcto", "N.Doc", "Código"] {
        let row = "17/03/2026;Pix;77;10,00\n";
        let file = format!("Data;Histórico;{name};Valor\n{row}{row}");
        let lines = read(file.as_bytes()).unwrap();
        assert_eq!(lines[0].bank_id, None, "{name}");
        let two = keys(&lines);
        assert_ne!(two[0], two[1], "{name}");
    }
}

/// CURRENCY says what TRNAMT is in; ORIGCURRENCY, what it was before the bank converted it.
#[test]
fn an_ofx_line_may_have_a_currency_of_its_own() {
    let with = |inside: &str| SGML.replace("<FITID>A1", &format!("{inside}\r\n<FITID>A1"));
    let own = "<CURRENCY><CURRATE>5.1<CURSYM>USD</CURRENCY>";
    let before = "<ORIGCURRENCY><CURRATE>5.1<CURSYM>EUR</ORIGCURRENCY>";
    for (inside, currency) in [
        (own.to_owned(), Currency::USD),
        (before.to_owned(), Currency::BRL),
        (format!("{own}{before}"), Currency::USD),
    ] {
        let lines = read(with(&inside).as_bytes()).unwrap();
        let currencies: Vec<_> = lines.iter().map(|line| line.amount.currency()).collect();
        assert_eq!(currencies, [currency, Currency::BRL], "{inside}");
        assert_eq!(lines[0].amount.minor(), 6_480);
    }
    let odd = with("<CURRENCY><CURRATE>5.1<CURSYM>R$</CURRENCY>");
    assert_eq!(refused(odd.as_bytes()).line, 12);
}

#[test]
fn a_file_is_read_in_every_encoding_that_banks_write() {
    for text in [SGML, XML, CSV] {
        let whole = read(text.as_bytes()).unwrap();
        for file in [
            format!("\u{feff}{text}").into_bytes(),
            in_1252(text),
            utf_16(text, u16::to_le_bytes, true),
            utf_16(text, u16::to_be_bytes, true),
            utf_16(text, u16::to_le_bytes, false),
            utf_16(text, u16::to_be_bytes, false),
        ] {
            assert_eq!(read(&file).as_ref(), Ok(&whole));
        }
    }
}

#[test]
fn columns_are_chosen_by_name_and_by_number() {
    let file = "wann,wer,wieviel\n17/03/2026,José,\"10,00\"\n";
    assert_eq!(refused(file.as_bytes()).line, 1);
    let some = |text: &str| Some(text.to_owned());
    for (date, amount, description) in [("wann", "wieviel", "Wer"), ("1", "3", "2")] {
        let columns = BankStatementColumns {
            date: some(date),
            amount: some(amount),
            description: some(description),
            id: None,
        };
        let statement = parse(file.as_bytes(), Currency::BRL, &columns).unwrap();
        assert_eq!(seen(&statement.lines), [(2, 1_000, "José")]);
    }
    let columns = BankStatementColumns {
        date: some("9"),
        ..BankStatementColumns::default()
    };
    assert!(parse(CSV.as_bytes(), Currency::BRL, &columns).is_err());
}

#[test]
fn a_file_that_is_cut_off_is_refused_with_the_line() {
    for (text, at, line) in [
        (SGML, "Tarifa", 24),
        (SGML, "64.80", 15),
        (SGML, "</BANKTRANLIST>", 25),
        (XML, "</STMTTRN>", 6),
        (CSV, ";1.064,80\n", 5),
        (CSV, "/03/2026;Tarifa", 6),
        (CSV, " mensal", 6),
    ] {
        let (cut, _) = text.split_once(at).unwrap();
        let fault = refused(cut.as_bytes());
        assert_eq!(fault.line, line, "{at}: {fault:?}");
    }
    // In the middle of a character, and of an amount.
    let half = CSV.as_bytes().iter().rposition(|byte| *byte == 0xc3);
    assert_eq!(refused(&CSV.as_bytes()[..=half.unwrap()]).line, 5);
    let amounts = "date,description,amount\n2026-03-17,a,10.00\n2026-03-18,b,12.5";
    assert_eq!(refused(amounts.as_bytes()).line, 3);
    assert_eq!(read(format!("{amounts}0").as_bytes()).unwrap().len(), 2);
}

#[test]
fn fifty_thousand_lines_are_read_and_one_more_is_not() {
    let row = |n: usize| format!("{:02}/03/2026;Pix {n};1.234,56\n", n % 28 + 1);
    let rows: String = (0..MOST_LINES).map(row).collect();
    let file = format!("Data;Histórico;Valor\n{rows}");
    let lines = read(&in_1252(&file)).unwrap();
    assert_eq!(lines.len(), MOST_LINES);
    let keys: std::collections::BTreeSet<_> = keys(&lines).into_iter().collect();
    assert_eq!(keys.len(), MOST_LINES);
    let more = format!("{file}{}", row(0));
    assert_eq!(refused(more.as_bytes()).line, 50_002);
}

#[test]
fn lines_are_known_again_by_the_banks_id_or_by_what_they_say() {
    let whole = read(SGML.as_bytes()).unwrap();
    assert_eq!(keys(&whole), keys(&whole.clone()));
    let mut other = whole.clone();
    other[0].text = "another text".to_owned();
    assert_eq!(keys(&other)[0], keys(&whole)[0], "the id is the same");
    other[1].amount = other[0].amount;
    assert_ne!(keys(&other)[1], keys(&whole)[1]);
    // Two of one id that say two things are two, and two that say one thing are one.
    let twice = |first: &str, second: &str| {
        let mut two = vec![whole[0].clone(), whole[0].clone()];
        two[0].text = first.to_owned();
        two[1].text = second.to_owned();
        let keys = keys(&two);
        keys[0] == keys[1]
    };
    assert!(twice("a", "a") && !twice("a", "b"));
    // Without an id, the same payment twice is twice.
    let row = "17/03/2026;Pix;10,00\n";
    let file = format!("Data;Histórico;Valor\n{row}{row}");
    let two = keys(&read(file.as_bytes()).unwrap());
    assert_ne!(two[0], two[1]);
    let one = format!("Data;Histórico;Valor\n{row}");
    assert_eq!(keys(&read(one.as_bytes()).unwrap())[0], two[0]);
}

#[test]
fn amounts_and_days_are_read_as_banks_write_them() {
    for (text, mark, cents) in [
        ("R$ 1.234,56", Mark::Comma, 123_456),
        ("-R$ 10,00", Mark::Comma, -1_000),
        ("R$ -10,00", Mark::Comma, -1_000),
        ("1,234.56", Mark::Point, 123_456),
        ("(10.00)", Mark::Point, -1_000),
        ("10,00-", Mark::Comma, -1_000),
        ("10,00 D", Mark::Comma, -1_000),
        ("10,00 C", Mark::Comma, 1_000),
        ("\u{2212}10,00", Mark::Comma, -1_000),
        ("1.234.567,89", Mark::Comma, 123_456_789),
        (",50", Mark::Comma, 50),
        ("7", Mark::Comma, 700),
    ] {
        let value = Written::read(text).and_then(|one| one.value(mark));
        assert_eq!(value, Some(Decimal::new(cents, 2)), "{text}");
    }
    for text in ["", "R$", "ten", "10,00 X", "10-5", "2026-03-17", "1,2,3"] {
        let value = Written::read(text).and_then(|one| one.value(Mark::Point));
        assert_eq!(value, None, "{text}");
    }
    for text in [
        "2026-03-17",
        "20260317",
        "17/03/2026",
        "17.03.26",
        "17-03-2026 10:15",
    ] {
        let day = Day::read(text).and_then(|day| day.value(DayOrder::DayFirst));
        assert_eq!(day, Some(date!(2026 - 03 - 17)), "{text}");
    }
    for text in [
        "",
        "17/03",
        "1/2/3/4",
        "32/01/2026",
        "17/13/2026",
        "x/y/2026",
    ] {
        let day = Day::read(text).and_then(|day| day.value(DayOrder::DayFirst));
        assert_eq!(day, None, "{text}");
    }
}

/// Were its end looked for at each of them, this would take minutes.
#[test]
fn a_cdata_that_never_ends_is_the_rest_of_the_file() {
    let many = "<MEMO><![CDATA[x".repeat(100_000);
    let file = format!("<OFX><STMTTRN>{many}</STMTTRN></OFX>");
    assert!(read(file.as_bytes()).is_err());
}

proptest! {
    #[test]
    fn what_is_written_either_way_is_read(cents in 1_i64..100_000_000_000, negative in any::<bool>()) {
        let amount = Decimal::new(if negative { -cents } else { cents }, 2);
        let plain = format!("{amount:.2}");
        let comma = plain.replace('.', ",");
        for (text, mark) in [(plain, Mark::Point), (comma, Mark::Comma)] {
            let read = Written::read(&text).unwrap();
            prop_assert_eq!(read.mark(), Some(mark));
            prop_assert_eq!(read.value(mark), Some(amount));
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "(<[A-Z/]{0,9}>|[0-9;,./\"\n A-z]|Data;Valor;Memo\n){0,60}") {
        let _ = read(text.as_bytes());
    }

    #[test]
    fn no_cut_of_an_ofx_file_is_taken(at in 1..SGML.len() - 8) {
        prop_assert!(read(&SGML.as_bytes()[..at]).is_err());
    }
}
