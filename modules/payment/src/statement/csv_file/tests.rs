use feira_kernel::Currency;

use crate::{
    BankStatementColumns,
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
