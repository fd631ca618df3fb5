//! The provider's own writer of dynamic BR Codes.

use crc::{CRC_16_IBM_3740, Crc};
use rust_decimal::Decimal;

/// Known as CRC-16/CCITT-FALSE, too.
static CRC: Crc<u16> = Crc::<u16>::new(&CRC_16_IBM_3740);

/// What fits beside the rest of field 26.
const LONGEST_URL: usize = 77;

/// A code that leads to the charge; PIX is paid in reais, whose minor unit is a hundredth.
pub(super) fn dynamic(public_url: &str, payee: &str, txid: &str, minor: i64) -> String {
    let account = tlv("00", "br.gov.bcb.pix") + &tlv("25", &location(public_url, txid));
    let name: String = payee.chars().filter(char::is_ascii).take(25).collect();
    let amount = Decimal::new(minor, 2).to_string();
    let fields = [
        tlv("00", "01"),
        tlv("01", "12"),
        tlv("26", &account),
        "520400005303986".to_owned(),
        tlv("54", &amount),
        "5802BR".to_owned(),
        tlv("59", if name.is_empty() { "SANDBOX" } else { &name }),
        tlv("60", "SAO PAULO"),
        tlv("62", "0503***"),
        "6304".to_owned(),
    ];
    let code = fields.concat();
    let checksum = CRC.checksum(code.as_bytes());
    format!("{code}{checksum:04X}")
}

/// Without a scheme, as the standard wants it; a host that is too long for a code is left out.
fn location(public_url: &str, txid: &str) -> String {
    let host = public_url
        .split_once("://")
        .map_or(public_url, |(_, host)| host);
    let url = format!("{}/sandbox/pix/{txid}", host.trim_end_matches('/'));
    if url.len() <= LONGEST_URL {
        url
    } else {
        format!("sandbox.invalid/sandbox/pix/{txid}")
    }
}

fn tlv(id: &str, value: &str) -> String {
    format!("{id}{:02}{value}", value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_has_the_checksum_of_the_standard() {
        assert_eq!(CRC.checksum(b"123456789"), 0x29B1);
        let code = dynamic("http://localhost:8080", "Feira", &"a".repeat(32), 1990);
        assert!(code.contains("540519.90"), "{code}");
        assert!(code.contains("localhost:8080/sandbox/pix/aaaa"), "{code}");
        let long = dynamic(&"h".repeat(60), "", &"a".repeat(32), 5);
        assert!(
            long.contains("sandbox.invalid") && long.contains("54040.05"),
            "{long}"
        );
    }
}
