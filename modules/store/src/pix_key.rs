//! PIX keys: the five kinds, their checks, and their normalized form.

use feira_kernel::{
    text,
    validate::{Fields, ascii_email, brazilian_phone},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The longest e-mail address that can be a key.
pub const MAX_EMAIL: usize = 77;

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum PixKeyKind {
        Cpf = "cpf",
        /// With letters too.
        Cnpj = "cnpj",
        Email = "email",
        /// A Brazilian number.
        Phone = "phone",
        /// A random key: a UUID that a bank assigned.
        Random = "random",
    }
}

/// A valid key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PixKey {
    pub kind: PixKeyKind,
    pub key: String,
}

impl PixKey {
    /// Normalizes a key by removing punctuation. The kinds cannot be confused.
    pub fn read(typed: &str) -> Option<Self> {
        let typed = text::code(typed).trim().to_owned();
        let (kind, key) = if typed.contains('@') {
            (PixKeyKind::Email, email(&typed)?)
        } else if typed.starts_with('+') {
            (PixKeyKind::Phone, brazilian_phone(&typed)?)
        } else if typed.len() == 36 {
            // Only the hyphenated form of a UUID is a key.
            (
                PixKeyKind::Random,
                Uuid::try_parse(&typed).ok()?.to_string(),
            )
        } else {
            tax_id(&typed)?
        };
        Some(Self { kind, key })
    }
}

fn tax_id(typed: &str) -> Option<(PixKeyKind, String)> {
    let mut fields = Fields::default();
    let id = fields.tax_id("", "BR", typed);
    let id = fields.or(id).ok()?;
    let kind = match id.len() {
        11 => PixKeyKind::Cpf,
        _ => PixKeyKind::Cnpj,
    };
    Some((kind, id))
}

fn email(typed: &str) -> Option<String> {
    let email = typed.to_lowercase();
    let fits = email.is_ascii() && email.len() <= MAX_EMAIL;
    fits.then(|| ascii_email(&email)).flatten()
}

#[cfg(test)]
mod tests {
    use super::{PixKeyKind as K, *};

    const RANDOM: &str = "123e4567-e12b-12d1-a456-426655440000";

    #[test]
    fn each_kind_of_key_is_taken_in_the_form_that_banks_know() {
        for (typed, kind, key) in [
            ("529.982.247-25", K::Cpf, "52998224725"),
            ("52998224725", K::Cpf, "52998224725"),
            ("111.444.777-35", K::Cpf, "11144477735"),
            ("11.222.333/0001-81", K::Cnpj, "11222333000181"),
            ("12.abc.345/01de-35", K::Cnpj, "12ABC34501DE35"),
            ("11222333000181", K::Cnpj, "11222333000181"),
            ("Ana@Feira.example", K::Email, "ana@feira.example"),
            ("a.b@c.example", K::Email, "a.b@c.example"),
            (" ana@feira.example ", K::Email, "ana@feira.example"),
            ("+55 (11) 91234-5678", K::Phone, "+5511912345678"),
            ("+551132345678", K::Phone, "+551132345678"),
            ("+55 21 3234.5678", K::Phone, "+552132345678"),
            (" 123E4567-E12B-12D1-A456-426655440000 ", K::Random, RANDOM),
            (RANDOM, K::Random, RANDOM),
            (
                "00000000-0000-4000-8000-00000000000f",
                K::Random,
                "00000000-0000-4000-8000-00000000000f",
            ),
        ] {
            let key = key.to_owned();
            assert_eq!(PixKey::read(typed), Some(PixKey { kind, key }), "{typed}");
        }
    }

    #[test]
    fn a_wrong_key_of_each_kind_is_refused() {
        let long = format!("{}@feira.example", "a".repeat(64));
        for typed in [
            "",
            // A CPF.
            "529.982.247-24",
            "111.111.111-11",
            "5299822472",
            // A CNPJ.
            "11.222.333/0001-82",
            "12.ABC.345/01DE-36",
            "11.222.333/0001-8A",
            // A telephone.
            "+5511812345678",
            "+550112345678",
            "+55119123456789",
            "+5511 9123x5678",
            "+1 212 555 0123",
            "11912345678",
            // An e-mail address.
            "ana@feira",
            "@feira.example",
            "ana@exämple.com",
            &long,
            // A random key.
            "123e4567-e12b-12d1-a456-42665544000g",
            "123e4567e12b12d1a456426655440000",
            "{123e4567-e12b-12d1-a456-426655440000}",
        ] {
            assert_eq!(PixKey::read(typed), None, "{typed}");
        }
    }
}
