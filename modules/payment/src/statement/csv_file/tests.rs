use feira_kernel::Currency;

use crate::{
    BankStatementColumns,
    field_codes::{
        STATEMENT_COLUMNS as COLUMNS, STATEMENT_CUT_OFF as CUT_OFF, STATEMENT_DAYS as DAYS,
        STATEMENT_DECIMALS as DECIMALS, STATEMENT_EMPTY as EMPTY, STATEMENT_LINE_AMOUNT as AMOUNT,
        STATEMENT_LINE_DAY as DAY,
    },
    statement::{Fault, Line, parse},
};

fn read(file: &str) -> Result<Vec<Line>, Fault> {
    let columns = BankStatementColumns::default();
    parse(file.as_bytes(), Currency::BRL, &columns).map(|statement| statement.lines)
}

#[test]
fn a_row_that_says_the_balance_alone_is_no_money() {
    let file = "Data;Histórico;Valor;Saldo\n\
                17/03/2026;SALDO ANTERIOR;;1.000,00\n\
                17/03/2026;Pix;10,00;1.010,00\n\
                17/03/2026;SALDO DO DIA;;1.010,00\n";
    let lines = read(file).unwrap();
    let amounts: Vec<i64> = lines.iter().map(|line| line.amount.minor()).collect();
    assert_eq!(amounts, [1000]);
    for row in ["17/03/2026;Pix;;", "17/03/2026;Pix;"] {
        let file = format!("Data;Histórico;Valor;Saldo\n{row}\n18/03/2026;Pix;1,00;1,00\n");
        assert_eq!(read(&file).unwrap_err().line, 2, "{row}");
    }
}

#[test]
fn what_is_no_statement_is_refused_with_the_line() {
    for (text, line, why) in [
        ("", 1, COLUMNS),
        ("Handle\nother\n", 1, COLUMNS),
        ("%PDF-1.4\n%\u{fffd}\n", 1, COLUMNS),
        ("date,description,amount\n", 1, EMPTY),
        ("date,description,amount\n2026-02-30,a,1.00\n", 2, DAY),
        (
            "date,description,amount\n2026-03-17,a,1.00\n2026-03-17,b,ten\n",
            3,
            AMOUNT,
        ),
        (
            "date,description,amount\n2026-03-17,a,1.005\n2026-03-17,b,1.10\n",
            2,
            AMOUNT,
        ),
        ("date,description,amount\n2026-03-17,a,1.000\n", 2, DECIMALS),
        (
            "date,description,amount\n2026-03-17,a,1.10\n2026-03-17,b,\"1,10\"\n",
            3,
            DECIMALS,
        ),
        (
            "date,description,amount\n31/01/2026,a,1.10\n01/31/2026,b,1.10\n",
            3,
            DAYS,
        ),
        (
            "date,description,amount\n2026-03-17,\"a,1.10\n2026-03-17,b,1.10\n",
            2,
            CUT_OFF,
        ),
    ] {
        let Fault { line: at, code, .. } = read(text).unwrap_err();
        assert_eq!((at, code), (line, why), "{text:?}");
    }
}
