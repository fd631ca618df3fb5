//! Payout accounts: validation and masked display.

use feira_kernel::{FieldCode, FieldError, text, validate::Fields};

use crate::{
    api::{NewPayoutAccount, PayoutAccountKind, PayoutDestination},
    field_codes::{BANK_ACCOUNT, BANK_BRANCH, BANK_CODE, BIC, IBAN, PIX_KEY},
    pix_key::{PixKey, PixKeyKind},
};

const MAX_HOLDER: usize = 120;
/// The longest IBAN of any country, and the shortest.
const IBAN_LETTERS: std::ops::RangeInclusive<usize> = 15..=34;

/// Validates an account; all faults are reported at once.
pub(crate) fn checked(given: &NewPayoutAccount) -> Result<PayoutDestination, Vec<FieldError>> {
    let mut fields = Fields::default();
    let destination = match given {
        NewPayoutAccount::Pix { key } => {
            let detail = "not a PIX key: a CPF or CNPJ with its check digits, a telephone number \
                such as +5511912345678, an e-mail address, or a random key";
            let key = PixKey::read(key).unwrap_or_else(|| {
                fields.refuse("/account/key", PIX_KEY, detail);
                PixKey {
                    kind: PixKeyKind::Random,
                    key: String::new(),
                }
            });
            PayoutDestination::Pix {
                key_kind: key.kind,
                key: key.key,
            }
        }
        NewPayoutAccount::BankAccount {
            bank,
            branch,
            account,
            holder,
            holder_tax_id,
        } => PayoutDestination::BankAccount {
            bank: read(&mut fields, "/account/bank", BANK_CODE, bank, bank_code),
            branch: read(
                &mut fields,
                "/account/branch",
                BANK_BRANCH,
                branch,
                bank_branch,
            ),
            account: read(
                &mut fields,
                "/account/account",
                BANK_ACCOUNT,
                account,
                bank_account,
            ),
            holder: fields.text("/account/holder", holder, 1..=MAX_HOLDER),
            holder_tax_id: fields.tax_id("/account/holder_tax_id", "BR", holder_tax_id),
        },
        NewPayoutAccount::Iban {
            iban: number,
            bic: code,
            holder,
        } => PayoutDestination::Iban {
            iban: read(&mut fields, "/account/iban", IBAN, number, iban),
            bic: code
                .as_deref()
                .filter(|code| !code.trim().is_empty())
                .map(|code| read(&mut fields, "/account/bic", BIC, code, bic)),
            holder: fields.text("/account/holder", holder, 1..=MAX_HOLDER),
        },
        NewPayoutAccount::Provider { provider, account } => PayoutDestination::Provider {
            provider: fields.text("/account/provider", provider, 1..=32),
            account: fields.text("/account/account", account, 1..=128),
        },
    };
    fields.or(destination)
}

fn read(
    fields: &mut Fields,
    pointer: &str,
    code: FieldCode,
    typed: &str,
    read: impl FnOnce(&str) -> Option<String>,
) -> String {
    read(&compact(typed)).unwrap_or_else(|| {
        fields.refuse(
            pointer,
            code,
            "a letter or digit is wrong, missing, or too many",
        );
        String::new()
    })
}

/// Without spaces and dots, in capitals.
fn compact(typed: &str) -> String {
    let typed = text::code(typed);
    let kept = typed.chars().filter(|c| !matches!(c, ' ' | '.'));
    kept.flat_map(char::to_uppercase).collect()
}

fn bank_code(typed: &str) -> Option<String> {
    let digits = typed.len() == 3 && typed.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| typed.to_owned())
}

/// A branch: four digits, perhaps with a check digit.
fn bank_branch(typed: &str) -> Option<String> {
    let (number, digit) = typed.split_once('-').unwrap_or((typed, "0"));
    let right = (1..=4).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_digit())
        && digit.len() == 1
        && digit.bytes().all(|b| b.is_ascii_digit() || b == b'X');
    right.then(|| typed.to_owned())
}

/// An account number: digits, a hyphen and a check digit.
fn bank_account(typed: &str) -> Option<String> {
    let (number, digit) = typed.split_once('-')?;
    let right = (1..=13).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_digit())
        && (1..=2).contains(&digit.len())
        && digit.bytes().all(|b| b.is_ascii_digit() || b == b'X');
    right.then(|| typed.to_owned())
}

/// ISO 13616: country, two check digits, the account; its remainder by 97 is one.
fn iban(typed: &str) -> Option<String> {
    let (head, account) = typed.as_bytes().split_at_checked(4)?;
    let (country, check) = head.split_at_checked(2)?;
    let shaped = IBAN_LETTERS.contains(&typed.len())
        && country.iter().all(u8::is_ascii_uppercase)
        && check.iter().all(u8::is_ascii_digit)
        && account.iter().all(is_letter);
    if !shaped {
        return None;
    }
    let rest = account.iter().chain(head).try_fold(0_u32, |rest, byte| {
        let value = char::from(*byte).to_digit(36)?;
        let shift = if value < 10 { 10 } else { 100 };
        Some((rest * shift + value) % 97)
    })?;
    (rest == 1).then(|| typed.to_owned())
}

/// ISO 9362: bank, country, place, and perhaps a branch.
fn bic(typed: &str) -> Option<String> {
    let (bank, rest) = typed.as_bytes().split_at_checked(6)?;
    let right = bank.iter().all(u8::is_ascii_uppercase)
        && matches!(rest.len(), 2 | 5)
        && rest.iter().all(is_letter);
    right.then(|| typed.to_owned())
}

fn is_letter(byte: &u8) -> bool {
    byte.is_ascii_digit() || byte.is_ascii_uppercase()
}

impl PayoutDestination {
    pub fn kind(&self) -> PayoutAccountKind {
        match self {
            Self::Pix { .. } => PayoutAccountKind::Pix,
            Self::BankAccount { .. } => PayoutAccountKind::BankAccount,
            Self::Iban { .. } => PayoutAccountKind::Iban,
            Self::Provider { .. } => PayoutAccountKind::Provider,
        }
    }

    /// A masked line by which the owner recognises it.
    pub fn masked(&self) -> String {
        match self {
            Self::Pix { key_kind, key } => match (key_kind, key.split_once('@')) {
                (PixKeyKind::Email, Some((name, domain))) => {
                    let first: String = name.chars().take(1).collect();
                    format!("{first}***@{domain}")
                }
                _ => end(key, 4),
            },
            Self::BankAccount {
                bank,
                branch,
                account,
                ..
            } => format!("{bank} / {branch} / {}", end(account, 3)),
            Self::Iban { iban, .. } => {
                let country: String = iban.chars().take(2).collect();
                format!("{country}{}", end(iban, 4))
            }
            Self::Provider { provider, account } => format!("{provider} {}", end(account, 4)),
        }
    }
}

/// Stars and the last characters, at most half of a short text.
fn end(number: &str, letters: usize) -> String {
    let length = number.chars().count();
    let hidden = length - letters.min(length / 2);
    let shown: String = number.chars().skip(hidden).collect();
    format!("***{shown}")
}

#[cfg(test)]
#[path = "payout_account_tests.rs"]
mod tests;
