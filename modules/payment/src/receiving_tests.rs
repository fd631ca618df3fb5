use feira_kernel::Currency;
use feira_store::{PayeeAccount, StoreStatus, pix_key::PixKeyKind};

use super::*;
use crate::{br_code::BrCode, testing::NOW, testing::brl};

const HOLD: Duration = Duration::hours(24);

fn payee(destination: PayoutDestination, version: i64, ago: Duration) -> Payee {
    Payee {
        store: feira_kernel::StoreId(Uuid::from_u128(1)),
        name: "Ateliê".to_owned(),
        business_name: "Cerâmica da Ana Comércio de Louças Ltda.".to_owned(),
        tax_id: "11222333000181".to_owned(),
        phone: "(81) 91234-5678".to_owned(),
        phone_changed_at: None,
        city: "São José do Rio Preto".to_owned(),
        country: "BR".to_owned(),
        status: StoreStatus::Approved,
        currency: Currency::BRL,
        approved_at: Some(NOW),
        account: Some(PayeeAccount {
            masked: String::new(),
            destination,
            version,
            changed_at: NOW - ago,
        }),
    }
}

fn pix() -> PayoutDestination {
    PayoutDestination::Pix {
        key_kind: PixKeyKind::Cpf,
        key: "52998224725".to_owned(),
    }
}

fn bank() -> PayoutDestination {
    PayoutDestination::BankAccount {
        bank: "001".to_owned(),
        branch: "1234".to_owned(),
        account: "12345-6".to_owned(),
        holder: "Ana".to_owned(),
        holder_tax_id: "52998224725".to_owned(),
    }
}

#[test]
fn a_key_takes_pix_an_account_transfers_and_a_telephone_chats() {
    use MethodKind::{BankTransfer, Card, CashOnDelivery, Pix, Whatsapp};
    let old = Duration::days(30);
    for (destination, takes) in [(pix(), [Pix, Whatsapp]), (bank(), [BankTransfer, Whatsapp])] {
        let payee = payee(destination, 3, old);
        for method in [Pix, BankTransfer, Whatsapp, Card, CashOnDelivery] {
            let found = receives(&payee, method, (NOW, HOLD)).is_some();
            assert_eq!(found, takes.contains(&method), "{method:?}");
        }
    }
    let mut none = payee(pix(), 1, old);
    none.account = None;
    none.phone = "call me".to_owned();
    for method in MethodKind::ALL {
        assert_eq!(receives(&none, method, (NOW, HOLD)), None, "{method:?}");
    }
}

#[test]
fn a_telephone_that_was_just_changed_is_paid_by_nobody() {
    for (changed, paid) in [
        (None, true),
        (Some(NOW), false),
        (Some(NOW - HOLD + Duration::SECOND), false),
        (Some(NOW - HOLD), true),
    ] {
        let mut payee = payee(pix(), 1, Duration::ZERO);
        payee.phone_changed_at = changed;
        let chat = receives(&payee, MethodKind::Whatsapp, (NOW, HOLD));
        assert_eq!(chat.is_some(), paid, "{changed:?}");
        assert!(receives(&payee, MethodKind::Pix, (NOW, HOLD)).is_some());
    }
}

#[test]
fn an_account_that_was_just_changed_is_paid_by_nobody() {
    for (version, ago, paid) in [
        (1, Duration::ZERO, true),
        (2, Duration::ZERO, false),
        (2, HOLD - Duration::SECOND, false),
        (2, HOLD, true),
    ] {
        let payee = payee(pix(), version, ago);
        let found = receives(&payee, MethodKind::Pix, (NOW, HOLD));
        assert_eq!(found.is_some(), paid, "{version} {ago}");
    }
}

#[test]
fn each_leg_has_a_code_of_its_own() {
    let payee = payee(pix(), 1, HOLD);
    let receives = receives(&payee, MethodKind::Pix, (NOW, HOLD)).unwrap();
    let [one, other] = [1, 2].map(|id| {
        let told = receives.told(Uuid::from_u128(id), brl(6_480)).unwrap();
        let code = BrCode::parse(told.br_code.as_deref().unwrap()).unwrap();
        assert_eq!(code.txid, told.txid);
        assert_eq!(code.amount, Some(brl(6_480).amount()));
        assert_eq!(
            (code.name.as_str(), code.city.as_str()),
            ("Ceramica da Ana Comercio", "Sao Jose do Rio")
        );
        told
    });
    assert_ne!(one.txid, other.txid);
}
