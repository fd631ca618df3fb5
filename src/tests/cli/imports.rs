//! What an import tells at the terminal.

use std::path::Path;

use super::process::{feira, run};

pub(super) fn refused_lines_have_a_status_of_their_own(data: &Path) {
    let mut file = "HANDLE;Title;PRICE;Product image URL\n".to_owned();
    for number in 1..=7 {
        file += &format!("bowl-{number};Bowl;free;https://img.example/bowl.jpg\n");
    }
    let csv = data.join("bowls.csv");
    std::fs::write(&csv, file).expect("a file");
    let import = |options: &[&str]| {
        let mut command = feira(data);
        command
            .args(["import", "--store", "ana-ceramica"])
            .args(options);
        let output = command.arg(&csv).output().expect("the binary runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), said)
    };
    let (status, said) = import(&["--dry-run"]);
    assert_eq!(status, Some(3), "{said}");
    let told: Vec<&str> = said.lines().collect();
    assert_eq!(told[0], "refused: 7 of catalog.bad_price");
    assert!(told[1].starts_with("  line 2, PRICE: \"free\""), "{said}");
    assert_eq!(told[6], "  and 2 more, which --all shows");
    assert_eq!(told[7], "noted: 7 of catalog.image_not_fetched");
    assert!(
        said.contains("\nnothing of the file could be taken\n"),
        "{said}"
    );
    let (status, said) = import(&["--all"]);
    assert_eq!(
        (status, said.lines().count()),
        (Some(3), 2 * (1 + 7) + 2),
        "{said}"
    );
    std::fs::write(&csv, "Handle,Title,Price\nbowl,Bowl,free\ncup,Cup,5.00\n").expect("a file");
    let (status, said) = import(&["--dry-run"]);
    assert_eq!(status, Some(3), "{said}");
    assert!(!said.contains("nothing of the file"), "{said}");
    std::fs::write(&csv, "Post,Prix\n1,2\n").expect("a file");
    assert_eq!(import(&[]).0, Some(1), "nothing was done");
    for store in ["nostore", "Ana-Ceramica", ""] {
        let mut command = feira(data);
        let (ok, _, error) = run(command.args(["import", "--store", store]).arg(&csv));
        let named = error.contains(&format!("--store {store}: ")) && error.contains("ana-ceramica");
        assert!(!ok && named, "{error}");
    }
    let (_, help, _) = run(feira(data).args(["import", "--help"]));
    assert!(help.contains("3 if lines were refused"), "{help}");
    let readme = include_str!("../../../README.md");
    assert!(readme.contains("exit status 3 where lines were refused"));
}

pub(super) fn a_bank_statement_is_taken_whole_or_not_at_all(data: &Path) {
    let csv = data.join("statement.csv");
    let rows = "Data;Historico;Valor\n17/03/2026;Juros;0,10\n18/03/2026;Tarifa;-0,50\n";
    let import = |text: &str, options: &[&str]| {
        std::fs::write(&csv, text).expect("a file");
        let mut command = feira(data);
        run(command
            .args(["statement", "import"])
            .args(options)
            .arg(&csv))
    };
    let (cut, _) = rows.split_once(";-0,50").expect("it is there");
    let (ok, _, error) = import(cut, &[]);
    assert!(!ok && error.contains("line 3"), "{error}");
    for (options, told) in [
        (
            &["--dry-run"][..],
            "dry run: 2 lines, 0 known before, 0 matched",
        ),
        (&[][..], "2 lines, 0 known before, 0 matched"),
        (&[][..], "2 lines, 2 known before, 0 matched"),
    ] {
        let (ok, said, error) = import(rows, options);
        assert!(ok && said.lines().last() == Some(told), "{said}{error}");
        assert!(said.contains("unknown: 1") && said.contains("money_out: 1"));
    }
}
