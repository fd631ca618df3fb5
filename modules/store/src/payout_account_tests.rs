use proptest::prelude::*;

use super::*;

fn bank(bank: &str, branch: &str, account: &str, tax_id: &str) -> NewPayoutAccount {
    NewPayoutAccount::BankAccount {
        bank: bank.to_owned(),
        branch: branch.to_owned(),
        account: account.to_owned(),
        holder: "Ana Souza".to_owned(),
        holder_tax_id: tax_id.to_owned(),
    }
}

fn of_iban(number: &str, code: Option<&str>) -> NewPayoutAccount {
    NewPayoutAccount::Iban {
        iban: number.to_owned(),
        bic: code.map(str::to_owned),
        holder: "Ana Souza".to_owned(),
    }
}

fn refused(given: &NewPayoutAccount) -> Vec<String> {
    let faults = checked(given).err().unwrap_or_default();
    faults.into_iter().map(|fault| fault.pointer).collect()
}

#[test]
fn a_key_is_kept_with_its_kind_and_a_wrong_one_is_refused() {
    let pix = |key: &str| NewPayoutAccount::Pix {
        key: key.to_owned(),
    };
    for (typed, key_kind, key) in [
        ("529.982.247-25", PixKeyKind::Cpf, "52998224725"),
        ("12.ABC.345/01DE-35", PixKeyKind::Cnpj, "12ABC34501DE35"),
        ("+55 11 91234-5678", PixKeyKind::Phone, "+5511912345678"),
    ] {
        let key = key.to_owned();
        let kept = PayoutDestination::Pix { key_kind, key };
        assert_eq!(checked(&pix(typed)), Ok(kept), "{typed}");
    }
    for typed in ["", "529.982.247-24", "+5511812345678"] {
        assert_eq!(refused(&pix(typed)), ["/account/key"], "{typed}");
    }
}

#[test]
fn an_account_at_a_bank_has_its_parts() {
    for (code, branch, account) in [
        ("001", "1234", "12345-6"),
        ("260", "0001", "1234567-X"),
        ("341", "123-4", "12.345-67"),
    ] {
        assert!(
            checked(&bank(code, branch, account, "529.982.247-25")).is_ok(),
            "{code} {branch} {account}"
        );
    }
    let good = ("001", "1234", "12345-6", "529.982.247-25");
    for (given, pointer) in [
        (bank("1", good.1, good.2, good.3), "/account/bank"),
        (bank("0A1", good.1, good.2, good.3), "/account/bank"),
        (bank("0011", good.1, good.2, good.3), "/account/bank"),
        (bank(good.0, "", good.2, good.3), "/account/branch"),
        (bank(good.0, "12345", good.2, good.3), "/account/branch"),
        (bank(good.0, "12a4", good.2, good.3), "/account/branch"),
        (bank(good.0, good.1, "123456", good.3), "/account/account"),
        (bank(good.0, good.1, "-6", good.3), "/account/account"),
        (bank(good.0, good.1, "12345-", good.3), "/account/account"),
        (bank(good.0, good.1, good.2, "1"), "/account/holder_tax_id"),
    ] {
        assert_eq!(refused(&given), [pointer], "{given:?}");
    }
}

#[test]
fn an_iban_has_its_remainder_and_a_bic_its_shape() {
    for number in [
        "DE89 3704 0044 0532 0130 00",
        "gb82 WEST 1234 5698 7654 32",
        "FR1420041010050500013M02606",
        "PT50000201231234567890154",
    ] {
        assert_eq!(
            refused(&of_iban(number, Some("COBADEFFXXX"))),
            [""; 0],
            "{number}"
        );
    }
    for number in [
        "DE88370400440532013000",
        "DE8937040044053201300",
        "D189370400440532013000",
        "DE89-3704-0044-0532-0130-00",
        "",
    ] {
        assert_eq!(
            refused(&of_iban(number, None)),
            ["/account/iban"],
            "{number}"
        );
    }
    let good = "DE89370400440532013000";
    for code in ["COBADEFF", "cobadeffxxx", " "] {
        assert_eq!(refused(&of_iban(good, Some(code))), [""; 0], "{code}");
    }
    for code in ["COBADEF", "C0BADEFF", "COBADEFFXX"] {
        assert_eq!(
            refused(&of_iban(good, Some(code))),
            ["/account/bic"],
            "{code}"
        );
    }
}

#[test]
fn what_is_shown_of_an_account_is_its_end() {
    let shown = |given: &NewPayoutAccount| checked(given).map(|kept| kept.masked());
    let pix = |key: &str| NewPayoutAccount::Pix {
        key: key.to_owned(),
    };
    for (given, masked) in [
        (pix("529.982.247-25"), "***4725"),
        (pix("ana.souza@feira.example"), "a***@feira.example"),
        (pix("+5511912345678"), "***5678"),
        (
            bank("001", "1234", "12345-6", "52998224725"),
            "001 / 1234 / ***5-6",
        ),
        (of_iban("DE89370400440532013000", None), "DE***3000"),
    ] {
        assert_eq!(shown(&given).as_deref(), Ok(masked));
    }
    let provider = PayoutDestination::Provider {
        provider: "stripe".to_owned(),
        account: "acct_1A2B3C4D".to_owned(),
    };
    assert_eq!(provider.masked(), "stripe ***3C4D");
}

proptest! {
    /// Any one digit that is typed wrong is found out.
    #[test]
    fn a_wrong_digit_of_an_iban_is_found(place in 2_usize..22, other in 0_u8..10) {
        let good = "DE89370400440532013000";
        let mut typed = good.as_bytes().to_vec();
        typed[place] = b'0' + other;
        let typed = String::from_utf8(typed).unwrap();
        prop_assert_eq!(iban(&typed).is_some(), typed == good);
    }
}

#[test]
fn an_account_at_a_provider_is_kept_by_both_names() {
    let at = |provider: &str, account: &str| NewPayoutAccount::Provider {
        provider: provider.to_owned(),
        account: account.to_owned(),
    };
    let kept = checked(&at("stripe", "acct_1234567890"));
    let kept = kept.unwrap_or_else(|faults| panic!("{faults:?}"));
    assert_eq!(kept.kind(), PayoutAccountKind::Provider);
    assert_eq!(kept.masked(), "stripe ***7890");
    let long = "x".repeat(129);
    for (given, pointer) in [
        (at("", "acct_1"), "/account/provider"),
        (at("stripe", ""), "/account/account"),
        (at("stripe", &long), "/account/account"),
    ] {
        assert_eq!(refused(&given), [pointer], "{given:?}");
    }
}
