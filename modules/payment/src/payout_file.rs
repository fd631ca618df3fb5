//! The file of payouts that a bank, or a person with a spreadsheet, pays from.

use std::borrow::Cow;

use feira_kernel::Total;
use feira_store::PayoutDestination;
use uuid::Uuid;

use crate::PayTo;

const COLUMNS: [&str; 16] = [
    "payout_id",
    "store",
    "holder",
    "tax_id",
    "pix_key_kind",
    "pix_key",
    "bank",
    "branch",
    "account",
    "iban",
    "bic",
    "provider",
    "provider_account",
    "amount",
    "currency",
    "reference",
];

/// One payout.
pub(crate) struct Line<'a> {
    pub(crate) id: Uuid,
    pub(crate) store: &'a str,
    pub(crate) to: Option<&'a PayTo>,
    pub(crate) amount: Total,
}

/// Lines end as RFC 4180 has it.
pub(crate) fn csv<'a>(lines: impl Iterator<Item = Line<'a>>) -> String {
    let mut csv = row(COLUMNS.map(Cow::Borrowed));
    for line in lines {
        csv.push_str(&row(cells(&line)));
    }
    csv
}

fn row(cells: [Cow<'_, str>; COLUMNS.len()]) -> String {
    let quoted = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
    quoted.join(",") + "\r\n"
}

fn cells<'a>(line: &Line<'a>) -> [Cow<'a, str>; COLUMNS.len()] {
    let none = || Cow::Borrowed("");
    let mut cells: [Cow<'a, str>; COLUMNS.len()] = std::array::from_fn(|_| Cow::Borrowed(""));
    let mut set = |name: &str, value: Cow<'a, str>| {
        let mut named = COLUMNS.iter().zip(&mut cells);
        if let Some((_, cell)) = named.find(|(column, _)| **column == name) {
            *cell = value;
        }
    };
    set("payout_id", line.id.to_string().into());
    set("store", typed(line.store));
    set("amount", line.amount.amount().to_string().into());
    set("currency", line.amount.currency().code().into());
    // No longer than any bank's field for it.
    set("reference", line.id.simple().to_string().into());
    let Some(to) = line.to else { return cells };
    set("holder", typed(&to.holder));
    set("tax_id", to.tax_id.as_deref().map_or_else(none, typed));
    match &to.destination {
        PayoutDestination::Pix { key_kind, key } => {
            set("pix_key_kind", key_kind.as_str().into());
            // Checked: a telephone's sign is part of the key, and what follows are digits.
            set("pix_key", key.as_str().into());
        }
        PayoutDestination::BankAccount {
            bank,
            branch,
            account,
            ..
        } => {
            set("bank", typed(bank));
            set("branch", typed(branch));
            set("account", typed(account));
        }
        PayoutDestination::Iban { iban, bic, .. } => {
            set("iban", typed(iban));
            set("bic", bic.as_deref().map_or_else(none, typed));
        }
        PayoutDestination::Provider { provider, account } => {
            set("provider", typed(provider));
            set("provider_account", typed(account));
        }
    }
    cells
}

/// What somebody typed is no formula of a spreadsheet.
fn typed(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use feira_kernel::{Currency, Money};
    use feira_store::pix_key::PixKeyKind;

    use super::*;

    fn pix(holder: &str, key_kind: PixKeyKind, key: &str) -> PayTo {
        PayTo {
            holder: holder.to_owned(),
            tax_id: Some("11222333000181".to_owned()),
            destination: PayoutDestination::Pix {
                key_kind,
                key: key.to_owned(),
            },
        }
    }

    fn written(store: &str, to: Option<&PayTo>) -> String {
        let amount = Money::from_minor(123_456, Currency::BRL).unwrap().into();
        let id = Uuid::from_u128(7);
        let line = Line {
            id,
            store,
            to,
            amount,
        };
        let csv = csv(std::iter::once(line));
        csv.lines().nth(1).unwrap_or_default().to_owned()
    }

    #[test]
    fn each_kind_of_account_has_its_columns() {
        let id = Uuid::from_u128(7);
        let (long, short) = (id.to_string(), id.simple().to_string());
        let to = pix("Ana Ltda.", PixKeyKind::Phone, "+5511912345678");
        assert_eq!(
            written("Loja \"A\", e filhos", Some(&to)),
            format!(
                "\"{long}\",\"Loja \"\"A\"\", e filhos\",\"Ana Ltda.\",\"11222333000181\",\"phone\",\
                 \"+5511912345678\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"1234.56\",\"BRL\",\"{short}\""
            )
        );
        let bank = PayTo {
            destination: PayoutDestination::BankAccount {
                bank: "001".to_owned(),
                branch: "1234".to_owned(),
                account: "12345-6".to_owned(),
                holder: "Ana".to_owned(),
                holder_tax_id: "52998224725".to_owned(),
            },
            ..to.clone()
        };
        assert!(written("Loja", Some(&bank)).contains("\"001\",\"1234\",\"12345-6\""));
        let iban = PayTo {
            destination: PayoutDestination::Iban {
                iban: "DE89370400440532013000".to_owned(),
                bic: None,
                holder: "Ana".to_owned(),
            },
            ..to
        };
        assert!(written("Loja", Some(&iban)).contains("\"DE89370400440532013000\",\"\""));
        let header = csv(std::iter::empty());
        assert!(header.starts_with("\"payout_id\",\"store\"") && header.ends_with("\r\n"));
        // Made by a release that kept no account.
        assert!(written("Loja", None).contains("\"1234.56\""));
    }

    #[test]
    fn no_cell_is_a_formula() {
        for begin in ["=", "+", "-", "@", "\t", "\r", "\n"] {
            let name = format!("{begin}cmd()");
            let to = pix(&name, PixKeyKind::Email, "ana@feira.example");
            let csv = csv(std::iter::once(Line {
                id: Uuid::from_u128(7),
                store: &name,
                to: Some(&to),
                amount: Money::from_minor(1, Currency::BRL).unwrap().into(),
            }));
            let harmless = format!("\"'{name}\"");
            assert_eq!(csv.matches(&harmless).count(), 2, "{csv:?}");
        }
    }
}
