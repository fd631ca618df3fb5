use super::*;

fn told(check: impl FnOnce(&mut Fields)) -> Vec<String> {
    let mut fields = Fields::default();
    check(&mut fields);
    let faults = fields.finish().err().unwrap_or_default();
    faults
        .into_iter()
        .map(|fault| format!("{} {}", fault.pointer, fault.code))
        .collect()
}

#[test]
fn every_fault_is_told_at_once() {
    let all = told(|fields| {
        fields.text("/a", " ", 1..=3);
        fields.text("/b", "long\0", 1..=3);
        fields.length("/c", "x", 2..=3);
        fields.count("/d", 4, 3);
        fields.within("/e", 4, 0..=3);
    });
    assert_eq!(
        all,
        [
            "/a request.required",
            "/b request.too_long",
            "/b request.control_character",
            "/c request.too_short",
            "/d request.too_many",
            "/e request.out_of_range",
        ]
    );
    let mut fields = Fields::default();
    fields.within("/e", 4, -2..=3);
    let fault = fields.finish().unwrap_err().remove(0);
    assert_eq!((fault.min, fault.max), (Some(-2), Some(3)));
    assert_eq!(fault.detail, "from -2 to 3");
}

#[test]
fn texts_are_cleaned_and_lines_stay() {
    let mut fields = Fields::default();
    assert_eq!(fields.text("", " a ", 1..=1), "a");
    assert_eq!(fields.free_text("", " a\n\tb ", 0..=4), "a\n\tb");
    assert_eq!(fields.optional("", Some("  "), 3), None);
    assert_eq!(fields.optional("", Some(" a "), 1).as_deref(), Some("a"));
    fields.line("", " ab ", 0..=4);
    assert_eq!(fields.finish(), Ok(()));
    assert_eq!(told(|fields| fields.line("/a", "  ", 0..=2)), [""; 0]);
    let blank = told(|fields| fields.line("/a", "  ", 1..=2));
    assert_eq!(blank, ["/a request.required"]);
    let broken = told(|fields| fields.line("/a", "a\r\n", 1..=9));
    assert_eq!(broken, ["/a request.control_character"]);
}

#[test]
fn a_name_hides_nothing() {
    for bad in ["a\0b", "a\u{7}b", "a\u{85}b", "a\u{2028}b", "a\u{202e}b"] {
        let refused = told(|fields| drop(fields.name("/n", bad, 1..=9)));
        assert_eq!(refused, ["/n request.control_character"], "{bad:?}");
    }
    let mut fields = Fields::default();
    assert_eq!(fields.name("/n", " Ana ", 1..=3), "Ana");
    assert_eq!(fields.finish(), Ok(()));
}

#[test]
fn telephone_numbers_are_digits_and_little_else() {
    for good in ["+55 11 91234-5678", "(11) 3333.4444", "(+55) 11 99999-0000"] {
        assert_eq!(told(|fields| drop(fields.phone("/p", good))), [""; 0]);
    }
    for bad in [
        "",
        "1234",
        "call me",
        "1234567890123456",
        "+1+23456",
        "1+23456",
        "((+1) 23456",
        "12345\0",
    ] {
        let refused = told(|fields| drop(fields.phone("/p", bad)));
        assert_eq!(refused, ["/p request.phone"], "{bad:?}");
    }
}

#[test]
fn what_is_blank_is_required() {
    let refused = told(|fields| {
        fields.email("/e", " ");
        fields.country("/c", "");
        fields.postal_code("/p", "BR", "  ");
        fields.postal_code("/p", "PT", "");
    });
    let required = ["/e", "/c", "/p", "/p"].map(|at| format!("{at} request.required"));
    assert_eq!(refused, required);
}

#[test]
fn what_depends_on_the_country_does() {
    let mut fields = Fields::default();
    fields.country("/c", "BR");
    fields.brazilian_state("/s", Some("SP"));
    for cep in ["01310-200", " 01310200 "] {
        assert_eq!(fields.postal_code("/p", "BR", cep), "01310200");
    }
    let code = fields.postal_code("/p", "PT", " apartado 12/3 (a) ");
    assert_eq!(code, "APARTADO 12/3 (A)");
    let tax_id = fields.tax_id("/t", "BR", "11.222.333/0001-81");
    assert_eq!(tax_id, "11222333000181");
    assert_eq!(fields.tax_id("/t", "MA", " ICE 001 "), "ICE 001");
    assert_eq!(fields.finish(), Ok(()));
    let refused = told(|fields| {
        fields.country("/c", "Brasil");
        fields.brazilian_state("/s", None);
        fields.postal_code("/p", "BR", "1");
        fields.postal_code("/p", "BR", &format!("01310200{}", " ".repeat(13)));
        fields.postal_code("/p", "PT", &"1".repeat(21));
        fields.postal_code("/p", "PT", "1000\n");
        fields.tax_id("/t", "BR", "ICE 001");
        fields.email("/e", "ana");
    });
    assert_eq!(
        refused,
        [
            "/c request.country",
            "/s request.state",
            "/p request.postal_code",
            "/p request.postal_code",
            "/p request.too_long",
            "/p request.control_character",
            "/t request.tax_id",
            "/e request.email",
        ]
    );
}
