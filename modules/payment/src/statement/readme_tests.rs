use feira_kernel::Currency;

use super::*;
use crate::BankStatementColumns;

#[test]
fn the_statement_in_the_readme_is_one_that_is_read() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let begin = "<!-- A bank statement. -->\n```csv\n";
    let (_, rest) = readme.split_once(begin).unwrap();
    let (file, _) = rest.split_once("```\n<!-- End. -->").unwrap();
    let code = "0123456789ABCDEFGHJKMNPQR";
    let named = format!("PIX recebido {code} Clara Nunes");
    let expected = [
        (2, 6_480, named.as_str()),
        (3, 4_990, "PIX recebido Rita Lima"),
        (4, -50, "Tarifa"),
    ];
    let columns = BankStatementColumns::default();
    let read = parse(file.as_bytes(), Currency::BRL, &columns).unwrap();
    let lines = read.lines.iter();
    let lines: Vec<_> = lines
        .map(|line| (line.number, line.amount.minor(), line.text.as_str()))
        .collect();
    assert_eq!(lines, expected);
    assert!(tokens(lines[0].2).contains(code));
}
