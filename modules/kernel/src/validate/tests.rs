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
    assert_eq!(
        fields.text("", "Joa\u{303}o\u{a0}\u{202e}X\n", 1..=6),
        "João X"
    );
    assert_eq!(fields.free_text("", " a\n\tb ", 0..=4), "a\n\tb");
    assert_eq!(fields.free_text("", "é\u{2028}b\u{feff}", 0..=3), "é\nb");
    assert_eq!(fields.optional("", Some("  "), 3), None);
    assert_eq!(fields.optional("", Some("\u{2060}\u{a0}"), 3), None);
    assert_eq!(fields.optional("", Some(" a "), 1).as_deref(), Some("a"));
    fields.key("", " ab ", 1..=4);
    assert_eq!(fields.finish(), Ok(()));
    for unseen in ["\u{200b}", "\u{3164}", "\u{200e}\u{a0}\u{ad}"] {
        let empty = told(|fields| drop(fields.text("/t", unseen, 1..=9)));
        assert_eq!(empty, ["/t request.required"], "{unseen:?}");
    }
    for bad in ["a\0b", "a\u{7}b", "a\u{85}b", "a\r\nb"] {
        let refused = told(|fields| drop(fields.text("/n", bad, 1..=9)));
        assert_eq!(refused, ["/n request.control_character"], "{bad:?}");
    }
    let blank = told(|fields| fields.key("/a", "  ", 1..=2));
    assert_eq!(blank, ["/a request.required"]);
    let broken = told(|fields| fields.key("/a", "a\r\n", 1..=9));
    assert_eq!(broken, ["/a request.control_character"]);
}

#[test]
fn a_secret_is_taken_as_it_comes_and_hides_nothing() {
    let good = told(|fields| fields.secret("/s", " a\u{200b}\u{a0} ", 1..=5));
    assert_eq!(good, [""; 0]);
    for bad in ["a\0b", "a\u{2028}b", "a\u{202e}b", "a\u{2066}b"] {
        let refused = told(|fields| fields.secret("/s", bad, 1..=9));
        assert_eq!(refused, ["/s request.control_character"], "{bad:?}");
    }
}

#[test]
fn telephone_numbers_are_digits_and_little_else() {
    for good in ["+55 11 91234-5678", "(11) 3333.4444", "(+55) 11 99999-0000"] {
        assert_eq!(told(|fields| drop(fields.phone("/p", good))), [""; 0]);
    }
    let mut fields = Fields::default();
    for (typed, kept) in [
        ("\u{202a}+55 11 91234-5678\u{202c}", "+55 11 91234-5678"),
        ("+55\u{a0}11 91234\u{2011}5678", "+55 11 91234-5678"),
        ("＋８１ 90－1234", "+81 90-1234"),
    ] {
        assert_eq!(fields.phone("/p", typed), kept, "{typed:?}");
        assert_eq!(
            fields.optional_phone("/p", Some(typed)).as_deref(),
            Some(kept)
        );
    }
    assert_eq!(fields.optional_phone("/p", Some(" \u{200b}")), None);
    assert_eq!(fields.finish(), Ok(()));
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
fn an_email_is_kept_in_one_form() {
    let mut fields = Fields::default();
    for (typed, kept) in [
        ("ana@example.com ", "ana@example.com"),
        ("\u{feff}ana@example.com\u{a0}", "ana@example.com"),
        ("Ana@ex\u{ad}ample.com\n", "Ana@example.com"),
        ("x@EXA\u{308}MPLE.com", "x@exämple.com"),
    ] {
        assert_eq!(fields.email("/e", typed), kept, "{typed:?}");
    }
    assert_eq!(fields.finish(), Ok(()));
    for bad in ["ána@example.com", "а@example.com", "ana @example.com"] {
        let refused = told(|fields| drop(fields.email("/e", bad)));
        assert_eq!(refused, ["/e request.email"], "{bad:?}");
    }
}

#[test]
fn what_is_blank_is_required() {
    let refused = told(|fields| {
        fields.email("/e", " \u{200b}");
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
    assert_eq!(fields.country("/c", " B\u{200b}R"), "BR");
    assert_eq!(fields.state("/s", "BR", Some(" sp")).as_deref(), Some("SP"));
    assert_eq!(
        fields.state("/s", "PT", Some("Porto")).as_deref(),
        Some("Porto")
    );
    assert_eq!(fields.state("/s", "HK", None), None);
    for cep in [
        "01310-200",
        " 01310200 ",
        "01310\u{2013}200\u{a0}",
        " 01310 200 ",
    ] {
        assert_eq!(fields.postal_code("/p", "BR", cep), "01310200", "{cep:?}");
    }
    assert_eq!(fields.postal_code("/p", "GB", "sw1a1aa"), "SW1A 1AA");
    let longest = format!(" {} ", "1".repeat(20));
    assert_eq!(fields.postal_code("/p", "IE", &longest), longest.trim());
    for without in ["HK", "AE", "AO"] {
        assert_eq!(fields.postal_code("/p", without, "\u{200b} "), "");
        assert_eq!(fields.postal_code("/p", without, "po box 1"), "PO BOX 1");
    }
    for tax_id in ["11.222.333/0001-81", "11.222.333/0001\u{2011}81\u{a0}"] {
        assert_eq!(fields.tax_id("/t", "BR", tax_id), "11222333000181");
    }
    assert_eq!(fields.tax_id("/t", "MA", " ICE 001 "), "ICE 001");
    assert_eq!(fields.finish(), Ok(()));
    let refused = told(|fields| {
        for country in ["Brasil", "XX", "br"] {
            fields.country("/c", country);
        }
        fields.state("/s", "BR", None);
        fields.state("/s", "US", Some("SP"));
        fields.postal_code("/p", "BR", "1");
        fields.postal_code("/p", "PT", "apartado 12");
        fields.postal_code("/p", "IE", &"1".repeat(21));
        fields.postal_code("/p", "IE", "1000\0");
        fields.tax_id("/t", "BR", "ICE 001");
    });
    assert_eq!(
        refused,
        [
            "/c request.country",
            "/c request.country",
            "/c request.country",
            "/s request.state",
            "/s request.state",
            "/p request.postal_code",
            "/p request.postal_code",
            "/p request.too_long",
            "/p request.control_character",
            "/t request.tax_id",
        ]
    );
}

/// What each kind of field that people type into keeps of the same texts, which `odd` changes.
fn kept(odd: impl Fn(&str) -> String) -> Vec<String> {
    let mut fields = Fields::default();
    let kept = vec![
        fields.text("/name", &odd("Ana Maria-Sá"), 1..=12),
        fields.free_text("/description", &odd("Rua A-1\nCasa 2"), 1..=14),
        fields
            .optional("/complement", Some(&odd("Bloco B-2")), 9)
            .unwrap_or_default(),
        fields.phone("/phone", &odd("+55 11 91234-5678")),
        fields
            .optional_phone("/mobile", Some(&odd("(11) 3333-4444")))
            .unwrap_or_default(),
        fields.email("/email", &odd("ana-maria@example.com")),
        fields.country("/country", &odd("BR")),
        fields
            .state("/state", "BR", Some(&odd("SP")))
            .unwrap_or_default(),
        fields.postal_code("/cep", "BR", &odd("01304-001")),
        fields.postal_code("/postcode", "GB", &odd("SW1A 1AA")),
        fields.tax_id("/tax_id", "BR", &odd("11.222.333/0001-81")),
    ];
    assert_eq!(fields.finish(), Ok(()), "{kept:?}");
    kept
}

#[test]
fn what_cannot_be_seen_is_kept_of_no_kind_of_field() {
    let plain = kept(str::to_owned);
    assert_eq!(plain[8], "01304001");
    let marks = ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}');
    let others = ['\u{200b}', '\u{feff}', '\u{200e}', '\u{2060}', '\u{ad}'];
    for unseen in marks.chain(others) {
        let around = |text: &str| {
            let mut odd = unseen.to_string();
            text.chars().for_each(|c| odd.extend([c, unseen]));
            odd
        };
        assert_eq!(kept(around), plain, "{unseen:?}");
        let alone = unseen.to_string().repeat(3);
        let empty = told(|fields| {
            fields.text("/title", &alone, 1..=9);
            fields.free_text("/text", &alone, 1..=9);
            fields.email("/email", &alone);
            fields.postal_code("/cep", "BR", &alone);
        });
        let required = ["/title", "/text", "/email", "/cep"];
        let required = required.map(|at| format!("{at} request.required"));
        assert_eq!(empty, required, "{unseen:?}");
    }
}

#[test]
fn spaces_and_hyphens_of_every_kind_are_the_plain_ones() {
    let plain = kept(str::to_owned);
    for space in ['\u{a0}', '\u{2007}', '\u{202f}', '\u{3000}'] {
        let typed = |text: &str| format!("{space}{}{space}", text.replace(' ', &space.to_string()));
        assert_eq!(kept(typed), plain, "{space:?}");
    }
    for hyphen in ['\u{2010}', '\u{2011}', '\u{fe63}', '\u{ff0d}'] {
        let typed = |text: &str| text.replace('-', &hyphen.to_string());
        assert_eq!(kept(typed), plain, "{hyphen:?}");
    }
}
