//! The account that a static PIX code pays: a key of one of the five kinds, a name and a city.

use any_ascii::any_ascii;
use feira_kernel::{Money, text};
use feira_store::pix_key::PixKey;

use crate::br_code::{BrCode, BrCodeError, Merchant};

/// What a code has room for.
const MAX_NAME: usize = 25;
const MAX_CITY: usize = 15;

/// Whom a code pays, as it is written there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PixAccount {
    key: String,
    name: String,
    city: String,
}

/// What of it cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PixAccountError {
    #[error(
        "must be a PIX key: a CPF or CNPJ with its check digits, a telephone number such as \
         +5511912345678, an e-mail address, or a random key such as 123e4567-e12b-12d1-a456-426655440000"
    )]
    Key,
    #[error("must be the name of whom the key pays, of at most 25 letters")]
    Name,
    #[error("must be the city of whom the key pays, of at most 15 letters")]
    City,
}

impl PixAccount {
    /// Punctuation goes; name and city lose their accents, which not every bank reads.
    pub fn new(key: &str, name: &str, city: &str) -> Result<Self, PixAccountError> {
        Ok(Self {
            key: PixKey::read(key).ok_or(PixAccountError::Key)?.key,
            name: plain(name, MAX_NAME).ok_or(PixAccountError::Name)?,
            city: plain(city, MAX_CITY).ok_or(PixAccountError::City)?,
        })
    }

    /// That of a store: its name and city are cut to what a code has room for, because a bank tells the payer the
    /// true name.
    pub(crate) fn of_store(key: &str, name: &str, city: &str) -> Result<Self, PixAccountError> {
        let cut = |text: &str, most: usize| {
            let plain = any_ascii(&text::line(text));
            plain.chars().take(most).collect::<String>()
        };
        Self::new(key, &cut(name, MAX_NAME), &cut(city, MAX_CITY))
    }

    pub fn key(&self) -> &str {
        &self.key
    }

    /// What the payer copies or scans.
    pub(crate) fn code(&self, amount: Money, txid: &str) -> Result<String, BrCodeError> {
        let code = BrCode {
            merchant: Merchant::Static {
                key: self.key.clone(),
                text: None,
            },
            amount: Some(amount.amount()),
            name: self.name.clone(),
            city: self.city.clone(),
            txid: Some(txid.to_owned()),
        };
        code.write()
    }
}

fn plain(typed: &str, most: usize) -> Option<String> {
    let plain = any_ascii(&text::line(typed)).trim().to_owned();
    let fits = (1..=most).contains(&plain.len()) && !plain.chars().any(char::is_control);
    fits.then_some(plain)
}

#[cfg(test)]
mod tests {
    use feira_kernel::Currency;
    use feira_store::pix_key::MAX_EMAIL;

    use super::*;

    const RANDOM: &str = "123e4567-e12b-12d1-a456-426655440000";

    fn account(key: &str) -> Result<PixAccount, PixAccountError> {
        PixAccount::new(key, "Ateliê da Ana", "São Paulo")
    }

    #[test]
    fn each_kind_of_key_is_taken_in_the_form_that_banks_know() {
        for (typed, key) in [
            ("529.982.247-25", "52998224725"),
            ("52998224725", "52998224725"),
            ("11.222.333/0001-81", "11222333000181"),
            ("12.abc.345/01de-35", "12ABC34501DE35"),
            ("+55 (11) 91234-5678", "+5511912345678"),
            ("+551132345678", "+551132345678"),
            ("Ana@Feira.example", "ana@feira.example"),
            (" 123E4567-E12B-12D1-A456-426655440000 ", RANDOM),
        ] {
            let found = account(typed).map(|account| account.key);
            assert_eq!(found.as_deref(), Ok(key), "{typed}");
        }
    }

    #[test]
    fn a_wrong_key_of_each_kind_is_refused() {
        let long = format!("{}@feira.example", "a".repeat(64));
        for typed in [
            "",
            "529.982.247-24",
            "111.111.111-11",
            "11.222.333/0001-82",
            "12.ABC.345/01DE-36",
            "+5511812345678",
            "+550112345678",
            "+55119123456789",
            "+5511 9123x5678",
            "+1 212 555 0123",
            "11912345678",
            "ana@feira",
            "@feira.example",
            "ana@exämple.com",
            &long,
            "123e4567-e12b-12d1-a456-42665544000g",
            "123e4567e12b12d1a456426655440000",
            "{123e4567-e12b-12d1-a456-426655440000}",
        ] {
            assert_eq!(account(typed), Err(PixAccountError::Key), "{typed}");
        }
    }

    #[test]
    fn name_and_city_fit_the_code_without_accents() {
        let account = account(RANDOM).unwrap();
        assert_eq!(
            (account.name.as_str(), account.city.as_str()),
            ("Atelie da Ana", "Sao Paulo")
        );
        let (name, city) = ("n".repeat(26), "c".repeat(16));
        for (name, city, refused) in [
            ("", "Recife", PixAccountError::Name),
            (" ", "Recife", PixAccountError::Name),
            (&*name, "Recife", PixAccountError::Name),
            ("Ana\n", "Re\tcife", PixAccountError::City),
            ("Ana", "", PixAccountError::City),
            ("Ana", &*city, PixAccountError::City),
        ] {
            let account = PixAccount::new(RANDOM, name, city);
            assert_eq!(account, Err(refused), "{name:?} {city:?}");
        }
    }

    #[test]
    fn the_code_has_key_amount_and_txid() {
        let account = PixAccount::new(RANDOM, "Fulano de Tal", "BRASILIA").unwrap();
        let amount = Money::from_minor(6_480, Currency::BRL).unwrap();
        let code = account.code(amount, "F1001").unwrap();
        let said = "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039\
                    86540564.805802BR5913Fulano de Tal6008BRASILIA62090505F10016304";
        assert!(code.starts_with(said), "{code}");
        let read = BrCode::parse(&code).unwrap();
        assert_eq!(read.amount, Some(amount.amount()));
        assert_eq!(read.txid.as_deref(), Some("F1001"));
        // The longest of everything has room.
        let key = format!("{}@{}.example", "a".repeat(30), "b".repeat(38));
        assert_eq!(key.len(), MAX_EMAIL);
        let account = PixAccount::new(&key, &"n".repeat(25), &"c".repeat(15)).unwrap();
        assert!(account.code(amount, &"9".repeat(25)).is_ok());
    }
}
