use super::*;
use feira_kernel::ModuleError;

fn registration_of(change: impl FnOnce(&mut Registration)) -> Result<Profile, UserError> {
    let mut new = Registration {
        email: " Ana@Feira.example ".to_owned(),
        password: "correct horse".to_owned(),
        first_name: " Ana ".to_owned(),
        last_name: "Souza".to_owned(),
        username: None,
        phone_number: None,
        locale: None,
        address: None,
    };
    change(&mut new);
    registration(&new, "en")
}

fn refused(result: Result<Profile, UserError>) -> Vec<String> {
    let error = result.expect_err("to be refused");
    error
        .fields()
        .iter()
        .map(|field| format!("{} {}", field.pointer, field.code))
        .collect()
}

#[test]
fn what_is_typed_is_trimmed_and_empty_is_absent() {
    let profile = registration_of(|new| {
        new.username = Some(String::new());
        new.phone_number = Some("  ".to_owned());
        new.last_name = String::new();
    })
    .expect("acceptable");
    assert_eq!(profile.email, "Ana@Feira.example");
    assert_eq!(profile.first_name, "Ana");
    assert_eq!((profile.username, profile.phone_number), (None, None));
}

#[test]
fn every_refused_field_is_named_at_once() {
    let all = registration_of(|new| {
        new.email = "ana".to_owned();
        new.password = "short".to_owned();
        new.first_name = " ".to_owned();
        new.last_name = "x".repeat(101);
        new.username = Some("Ana!".to_owned());
        new.phone_number = Some("call me".to_owned());
    });
    assert_eq!(
        refused(all),
        [
            "/password request.too_short",
            "/email request.email",
            "/username user.username",
            "/first_name request.required",
            "/last_name request.too_long",
            "/phone_number request.phone",
        ]
    );
}

#[test]
fn control_characters_are_refused_everywhere() {
    for bad in ["a\0b", "a\u{7}b", "a\u{85}b"] {
        let name = registration_of(|new| new.first_name = bad.to_owned());
        assert_eq!(
            refused(name),
            ["/first_name request.control_character"],
            "{bad:?}"
        );
        let name = registration_of(|new| new.last_name = bad.to_owned());
        assert_eq!(
            refused(name),
            ["/last_name request.control_character"],
            "{bad:?}"
        );
        let username = registration_of(|new| new.username = Some(bad.to_owned()));
        assert_eq!(refused(username), ["/username user.username"], "{bad:?}");
        let phone = registration_of(|new| new.phone_number = Some(format!("55555{bad}")));
        assert_eq!(refused(phone), ["/phone_number request.phone"], "{bad:?}");
    }
}

#[test]
fn what_nobody_sees_is_taken_out_of_a_person() {
    let profile = registration_of(|new| {
        new.email = "\u{feff}Ana@Feira.example\u{a0}".to_owned();
        new.first_name = "Joa\u{303}o\u{202e}".to_owned();
        new.last_name = "de\u{a0}S\u{200b}á".to_owned();
        new.username = Some("\u{200e}ana\u{2011}9 ".to_owned());
        new.phone_number = Some("\u{202a}+55 11 91234-5678\u{202c}".to_owned());
    })
    .expect("acceptable");
    assert_eq!(profile.email, "Ana@Feira.example");
    assert_eq!(
        (&*profile.first_name, &*profile.last_name),
        ("João", "de Sá")
    );
    assert_eq!(profile.username.as_deref(), Some("ana-9"));
    assert_eq!(profile.phone_number.as_deref(), Some("+55 11 91234-5678"));
    let unseen = registration_of(|new| new.first_name = "\u{200b}\u{2060}".to_owned());
    assert_eq!(refused(unseen), ["/first_name request.required"]);
}

#[test]
fn usernames_cannot_be_mistaken_for_addresses() {
    for good in ["ana", "a.b-c_9", &"x".repeat(32)] {
        assert!(registration_of(|new| new.username = Some(good.to_owned())).is_ok());
    }
    for bad in ["an", "ana@x", "Ana", "aña", "a b c", &"x".repeat(33)] {
        let result = registration_of(|new| new.username = Some(bad.to_owned()));
        assert_eq!(refused(result), ["/username user.username"], "{bad}");
    }
}

#[test]
fn a_locale_is_known_or_the_default() {
    for (wanted, got) in [
        (Some("pt-BR"), "pt-BR"),
        (Some("en"), "en"),
        (Some("xx\0"), "en"),
        (None, "en"),
    ] {
        let profile = registration_of(|new| new.locale = wanted.map(str::to_owned));
        assert_eq!(profile.expect("acceptable").locale, got);
    }
}

#[test]
fn remarks_of_a_client_are_cut_and_cleaned() {
    assert_eq!(
        remark(Some(" Fire\0fox\r\n "), 200).as_deref(),
        Some("Firefox")
    );
    assert_eq!(remark(Some("çãé"), 2).as_deref(), Some("çã"));
    assert_eq!(remark(Some("\0"), 2), None);
    assert_eq!(remark(None, 2), None);
}
