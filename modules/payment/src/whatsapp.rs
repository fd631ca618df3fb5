//! Links that open a chat at WhatsApp with a text in it, and the telephone numbers that they are for.

use feira_kernel::{percent, validate::international_phone};

/// The number as links have it: with its country's code, digits alone. `None` if it is no such number.
pub fn number(typed: &str) -> Option<String> {
    let phone = international_phone(typed)?;
    Some(phone.trim_start_matches('+').to_owned())
}

/// That of a store, which may have been given as it is dialled in its own country: Brazil's area code has two
/// digits, and its numbers eight or nine.
pub(crate) fn of_store(phone: &str, country: &str) -> Option<String> {
    if phone.trim().starts_with('+') || country != "BR" {
        return number(phone);
    }
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let national = digits.trim_start_matches('0');
    match national.len() {
        10 | 11 => number(&format!("+55{national}")),
        _ => None,
    }
}

/// Opens a chat with this number, in which the text stands to be sent.
pub fn link(number: &str, text: &str) -> String {
    format!("https://wa.me/{number}?text={}", percent::encoded(text))
}

/// Opens a chat with this number: how the payment is named, its amount, and the page where the payee sees it.
pub fn asking(number: &str, named: &str, amount: &str, page: Option<&str>) -> String {
    let text = match page {
        Some(page) => format!("{named} {amount}\n{page}"),
        None => format!("{named} {amount}"),
    };
    link(number, &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_its_countrys_code() {
        for (typed, kept) in [
            ("+55 81 91234-5678", Some("5581912345678")),
            (" +1 (555) 010.0000 ", Some("15550100000")),
            ("81 91234-5678", None),
            ("+0 81 91234-5678", None),
            ("+55", None),
            ("+55 81 91234-5678 9999", None),
            ("+55 81 nine", None),
            ("", None),
        ] {
            assert_eq!(number(typed).as_deref(), kept, "{typed}");
        }
    }

    #[test]
    fn a_stores_telephone_gets_its_countrys_code() {
        for (phone, country, found) in [
            ("+55 11 99999-0000", "BR", Some("5511999990000")),
            ("(11) 99999-0000", "BR", Some("5511999990000")),
            ("011 3234-5678", "BR", Some("551132345678")),
            ("99999-0000", "BR", None),
            ("(11) 99999-0000", "PT", None),
            ("+351 912 345 678", "PT", Some("351912345678")),
            ("", "BR", None),
        ] {
            assert_eq!(of_store(phone, country).as_deref(), found, "{phone}");
        }
    }

    #[test]
    fn whatever_is_in_the_text_is_text() {
        let text = "Pedido 7K2M9: R$ 64,80 é já?&a=b#c\nhttps://x/l/order/a.b";
        let link = link("5581912345678", text);
        assert_eq!(
            link,
            "https://wa.me/5581912345678?text=Pedido%207K2M9%3A%20R%24%2064%2C80%20%C3%A9%20j%C3%A1%3F%26a%3Db%23c%0Ahttps%3A%2F%2Fx%2Fl%2Forder%2Fa.b"
        );
    }
}
