use proptest::prelude::*;

use super::*;

/// Three of one company, one of its branch, one of another company, one of a person.
const GOOD: [&str; 3] = [
    "35260311222333000181550010000000011123456010",
    "35260311222333000181550010000000021123456026",
    "35260311222333000181550010000000031123456031",
];
const BRANCH: &str = "35260311222333000262550010000000011876543215";
const OTHER: &str = "35260311444777000161550010000000011876543212";
const PERSON: &str = "35260300052998224725559200000000071111111111";

fn code(typed: &str) -> String {
    AccessKey::read(typed).unwrap_err().code
}

#[test]
fn a_key_tells_its_series_and_number() {
    for (key, number) in GOOD.iter().zip(1..) {
        let read = AccessKey::read(key).unwrap();
        assert_eq!((read.series, read.number), (1, number));
        assert_eq!(read.digits, *key);
    }
    let read = AccessKey::read(PERSON).unwrap();
    assert_eq!((read.series, read.number), (920, 7));
    let printed = "3526 0311 2223 3300 0181 5500 1000 0000 0111 2345 6010";
    assert_eq!(AccessKey::read(printed).unwrap().digits, GOOD[0]);
}

#[test]
fn what_is_no_key_is_refused_and_says_why() {
    let [first, ..] = GOOD;
    for (typed, why) in [
        (String::new(), "order.fiscal_key"),
        (first[..43].to_owned(), "order.fiscal_key"),
        (format!("{first}0"), "order.fiscal_key"),
        (format!("{}A", &first[..43]), "order.fiscal_key"),
        (format!("NFe{}", &first[..41]), "order.fiscal_key"),
        (format!("{}1", &first[..43]), "order.fiscal_key_digit"),
        (first.replacen("3526", "3527", 1), "order.fiscal_key_digit"),
        ("0".repeat(44), "order.fiscal_key"),
        ("1".repeat(44), "order.fiscal_key_digit"),
    ] {
        assert_eq!(code(&typed), why, "{typed}");
    }
}

#[test]
fn a_key_is_of_its_company_and_its_branches() {
    let read = |key| AccessKey::read(key).unwrap();
    for (key, tax_id, own) in [
        (GOOD[0], "11222333000181", true),
        (GOOD[0], "11.222.333/0001-81", true),
        (BRANCH, "11222333000181", true),
        (OTHER, "11222333000181", false),
        (PERSON, "11222333000181", false),
        (PERSON, "529.982.247-25", true),
        (GOOD[0], "52998224725", false),
        // Letters cannot be compared, nor what is no tax id of this country.
        (GOOD[0], "12ABC34501DE35", true),
        (GOOD[0], "", true),
    ] {
        assert_eq!(read(key).may_be_of(tax_id), own, "{key} {tax_id}");
    }
}

proptest! {
    /// The last digit says so, unless it is 0, which two remainders share.
    #[test]
    fn one_wrong_digit_is_found(at in 0..43_usize, other in 0..9_u8) {
        let [_, key, _] = GOOD;
        let was = key.as_bytes()[at] - b'0';
        let digit = if other >= was { other + 1 } else { other };
        let mut typed = key.to_owned();
        typed.replace_range(at..=at, &digit.to_string());
        let refused = code(&typed);
        prop_assert_eq!(refused, "order.fiscal_key_digit");
    }
}
