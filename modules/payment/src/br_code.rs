//! The BR Code of PIX ("copia e cola"): EMV TLV with a CRC-16, written and strictly read.
//!
//! Two-digit id, two-digit length in bytes, value. A code with a wrong length or a wrong
//! checksum is refused, as the central bank asks; nothing is guessed.

use crc::{CRC_16_IBM_3740, Crc};
use rust_decimal::{Decimal, dec};

const GUI: &str = "br.gov.bcb.pix";
/// The largest amount of a code: field 54 has ten digits before the point.
pub const MOST: Decimal = dec!(9_999_999_999.99);
const MAX_LENGTH: usize = 512;
/// Modules around a QR code in which there is nothing, and pixels of a module.
const QUIET_ZONE: usize = 4;
const PIXELS: usize = 8;
/// Eight pixels of one bit.
const DARK: u8 = 0x00;
const LIGHT: u8 = 0xff;

/// Where the payer's bank finds what to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merchant {
    /// A PIX key: the code itself says everything.
    Static { key: String, text: Option<String> },
    /// A URL without scheme: the provider's answer there decides.
    Dynamic { url: String },
}

/// What a code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrCode {
    pub merchant: Merchant,
    /// Optional; for a dynamic code the provider's answer decides.
    pub amount: Option<Decimal>,
    /// At most 25 bytes.
    pub name: String,
    /// At most 15 bytes.
    pub city: String,
    /// At most 25 letters and digits; absent is written as `***`.
    pub txid: Option<String>,
}

/// Why a code cannot be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrCodeError {
    #[error("field {0} is too long, empty or has characters that it may not have")]
    Field(&'static str),
    #[error("a field's length does not fit the code")]
    Length,
    #[error("field {0} is missing, twice or not what PIX wants")]
    Structure(&'static str),
    #[error("the checksum does not fit the code")]
    Checksum,
}

impl BrCode {
    /// The text that the payer copies or scans.
    pub fn write(&self) -> Result<String, BrCodeError> {
        let account = match &self.merchant {
            Merchant::Static { key, text } => {
                let text = text
                    .as_deref()
                    .map(|t| tlv("02", t, "26.02", 72))
                    .transpose()?;
                tlv("00", GUI, "26.00", 14)?
                    + &tlv("01", key, "26.01", 77)?
                    + text.as_deref().unwrap_or_default()
            }
            Merchant::Dynamic { url } => {
                tlv("00", GUI, "26.00", 14)? + &tlv("25", url, "26.25", 77)?
            }
        };
        let mut code = tlv("00", "01", "00", 2)?;
        if matches!(self.merchant, Merchant::Dynamic { .. }) {
            code += &tlv("01", "12", "01", 2)?;
        }
        code += &tlv("26", &account, "26", 99)?;
        code += "520400005303986";
        if let Some(amount) = self.amount {
            code += &tlv("54", &amount_text(amount)?, "54", 13)?;
        }
        code += "5802BR";
        code += &tlv("59", &self.name, "59", 25)?;
        code += &tlv("60", &self.city, "60", 15)?;
        let txid = self.txid.as_deref().unwrap_or("***");
        if self.txid.is_some() && !is_txid(txid) {
            return Err(BrCodeError::Field("62.05"));
        }
        code += &tlv("62", &tlv("05", txid, "62.05", 25)?, "62", 99)?;
        code += "6304";
        code += &checksum(&code);
        if code.len() > MAX_LENGTH {
            return Err(BrCodeError::Field("code"));
        }
        Ok(code)
    }

    /// Reads a whole code; whatever is not exactly as it should be is refused.
    pub fn parse(code: &str) -> Result<Self, BrCodeError> {
        if code.len() > MAX_LENGTH {
            return Err(BrCodeError::Length);
        }
        let fields = Fields::parse(code)?;
        let last = fields.0.last();
        if !matches!(last, Some(("63", sum)) if sum.len() == 4)
            || fields.0.first() != Some(&("00", "01"))
        {
            return Err(BrCodeError::Structure("63"));
        }
        let (signed, sum) = code
            .split_at_checked(code.len() - 4)
            .ok_or(BrCodeError::Checksum)?;
        if checksum(signed) != sum {
            return Err(BrCodeError::Checksum);
        }
        fields.expect("53", "986")?;
        fields.expect("58", "BR")?;
        let amount = fields.get("54").map(read_amount).transpose()?;
        let extra = Fields::parse(fields.get("62").unwrap_or_default())?;
        Ok(Self {
            merchant: merchant(&fields)?,
            amount,
            name: fields.want("59")?.to_owned(),
            city: fields.want("60")?.to_owned(),
            txid: extra
                .get("05")
                .filter(|txid| *txid != "***")
                .map(str::to_owned),
        })
    }
}

fn merchant(fields: &Fields<'_>) -> Result<Merchant, BrCodeError> {
    let account = Fields::parse(fields.want("26")?)?;
    if !account.want("00")?.eq_ignore_ascii_case(GUI) {
        return Err(BrCodeError::Structure("26.00"));
    }
    match (account.get("01"), account.get("25")) {
        (Some(key), None) => Ok(Merchant::Static {
            key: key.to_owned(),
            text: account.get("02").map(str::to_owned),
        }),
        (None, Some(url)) => Ok(Merchant::Dynamic {
            url: url.to_owned(),
        }),
        _ => Err(BrCodeError::Structure("26")),
    }
}

/// Id and value in order; each id once.
struct Fields<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Fields<'a> {
    fn parse(mut rest: &'a str) -> Result<Self, BrCodeError> {
        let mut fields: Vec<(&str, &str)> = Vec::new();
        while !rest.is_empty() {
            let (id, after) = rest.split_at_checked(2).ok_or(BrCodeError::Length)?;
            let (length, after) = after.split_at_checked(2).ok_or(BrCodeError::Length)?;
            if !(id.to_owned() + length).bytes().all(|b| b.is_ascii_digit()) {
                return Err(BrCodeError::Length);
            }
            let length: usize = length.parse().map_err(|_| BrCodeError::Length)?;
            // Not even in the middle of a character.
            let (value, after) = after.split_at_checked(length).ok_or(BrCodeError::Length)?;
            if length == 0 || fields.iter().any(|(seen, _)| *seen == id) {
                return Err(BrCodeError::Structure("id"));
            }
            fields.push((id, value));
            rest = after;
        }
        Ok(Self(fields))
    }

    fn get(&self, id: &str) -> Option<&'a str> {
        self.0
            .iter()
            .find(|(found, _)| *found == id)
            .map(|(_, value)| *value)
    }

    fn want(&self, id: &'static str) -> Result<&'a str, BrCodeError> {
        self.get(id).ok_or(BrCodeError::Structure(id))
    }

    fn expect(&self, id: &'static str, value: &str) -> Result<(), BrCodeError> {
        if self.want(id)? == value {
            Ok(())
        } else {
            Err(BrCodeError::Structure(id))
        }
    }
}

fn tlv(id: &str, value: &str, name: &'static str, most: usize) -> Result<String, BrCodeError> {
    if value.is_empty() || value.len() > most || value.chars().any(char::is_control) {
        return Err(BrCodeError::Field(name));
    }
    Ok(format!("{id}{:02}{value}", value.len()))
}

fn amount_text(amount: Decimal) -> Result<String, BrCodeError> {
    let mut exact = amount.normalize();
    if exact.scale() > 2 || amount.is_sign_negative() || exact > MOST {
        return Err(BrCodeError::Field("54"));
    }
    exact.rescale(2);
    Ok(exact.to_string())
}

/// `\d{1,10}\.\d{2}`.
fn read_amount(text: &str) -> Result<Decimal, BrCodeError> {
    let refused = BrCodeError::Structure("54");
    let (whole, cents) = text.split_once('.').ok_or(refused.clone())?;
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 10 || cents.len() != 2 || !digits(whole) || !digits(cents)
    {
        return Err(refused);
    }
    text.parse().map_err(|_| refused)
}

fn is_txid(text: &str) -> bool {
    text.len() <= 25 && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Four upper-case hexadecimal digits.
fn checksum(text: &str) -> String {
    // Known as CRC-16/CCITT-FALSE, too.
    static CRC: Crc<u16> = Crc::<u16>::new(&CRC_16_IBM_3740);
    format!("{:04X}", CRC.checksum(text.as_bytes()))
}

fn qr(code: &str) -> Result<qrcode::QrCode, BrCodeError> {
    qrcode::QrCode::with_error_correction_level(code, qrcode::EcLevel::M)
        .map_err(|_| BrCodeError::Length)
}

/// The code as a picture: dark on light with the quiet zone that scanners want.
pub fn qr_svg(code: &str) -> Result<String, BrCodeError> {
    Ok(qr(code)?
        .render::<qrcode::render::svg::Color<'_>>()
        .min_dimensions(240, 240)
        .quiet_zone(true)
        .build())
}

/// The same as a PNG, for mail programs and for the galleries of phones, which show no SVG. A module is
/// eight pixels wide: at one bit each, one byte of a line.
pub fn qr_png(code: &str) -> Result<Vec<u8>, BrCodeError> {
    let qr = qr(code)?;
    let width = qr.width() + 2 * QUIET_ZONE;
    let blank = || std::iter::repeat_n(vec![LIGHT; width], QUIET_ZONE);
    let colors = qr.to_colors();
    let rows = colors.chunks(qr.width()).map(|row| {
        let modules = row.iter().map(|module| module.select(DARK, LIGHT));
        let quiet = || std::iter::repeat_n(LIGHT, QUIET_ZONE);
        quiet().chain(modules).chain(quiet()).collect::<Vec<u8>>()
    });
    let lines = blank().chain(rows).chain(blank());
    let image: Vec<u8> = lines.flat_map(|line| line.repeat(PIXELS)).collect();
    let side = u32::try_from(width * PIXELS).map_err(|_| BrCodeError::Length)?;
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&image));
    written.map_err(|_| BrCodeError::Length)?;
    Ok(png)
}

#[cfg(test)]
#[path = "br_code_tests.rs"]
mod tests;
