use proptest::prelude::*;

use super::*;

const BCB: &str = "00020101021226770014BR.GOV.BCB.PIX2555pix.example.com/qr/93598be0-1bd0-4997-8318-81776a1d8a995204000053039865802BR5907EMPRESA6009SAO PAULO62070503***6304EEAB";
/// The central bank's static example up to field 62, which is copied around with a length of one
/// too many and a checksum that fits.
const STATIC: &str = "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal6008BRASILIA";

fn corrected() -> BrCode {
    BrCode {
        merchant: Merchant::Static {
            key: "123e4567-e12b-12d1-a456-426655440000".to_owned(),
            text: None,
        },
        amount: None,
        name: "Fulano de Tal".to_owned(),
        city: "BRASILIA".to_owned(),
        txid: None,
    }
}

#[test]
fn the_checksum_is_ccitt_false() {
    assert_eq!(checksum("123456789"), "29B1");
}

#[test]
fn the_central_banks_example_is_read() {
    let code = BrCode::parse(BCB).unwrap();
    let url = "pix.example.com/qr/93598be0-1bd0-4997-8318-81776a1d8a99".to_owned();
    assert_eq!(code.merchant, Merchant::Dynamic { url });
    assert_eq!(
        (code.name.as_str(), code.city.as_str()),
        ("EMPRESA", "SAO PAULO")
    );
    assert_eq!((code.amount, code.txid), (None, None));
}

#[test]
fn a_wrong_length_is_refused_even_under_a_checksum_that_fits() {
    let written = corrected().write().unwrap();
    assert_eq!(written, format!("{STATIC}62070503***63041D3D"));
    assert_eq!(BrCode::parse(&written).unwrap(), corrected());
    let copied = format!("{STATIC}62080503***6304");
    let copied = format!("{copied}{}", checksum(&copied));
    assert_eq!(BrCode::parse(&copied), Err(BrCodeError::Length));
}

#[test]
fn a_changed_byte_a_short_code_and_a_length_past_the_end_are_refused() {
    assert_eq!(
        BrCode::parse(&BCB.replace("EMPRESA", "EMPRESB")),
        Err(BrCodeError::Checksum)
    );
    assert_eq!(
        BrCode::parse(&BCB.replace("EEAB", "eeab")),
        Err(BrCodeError::Checksum)
    );
    for end in 0..BCB.len() {
        assert!(BrCode::parse(&BCB[..end]).is_err(), "cut at {end}");
    }
    for bad in [
        "",
        "0",
        "0099",
        "000201",
        "00020163041D3D",
        "é",
        "0002é1",
        &"9".repeat(600),
    ] {
        assert!(BrCode::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn lengths_are_bytes() {
    let code = BrCode {
        name: "Açaí & Pães".to_owned(),
        city: "SÃO JOÃO".to_owned(),
        ..corrected()
    };
    let written = code.write().unwrap();
    assert!(written.contains("5914Açaí & Pães6010SÃO JOÃO"), "{written}");
    assert_eq!(BrCode::parse(&written).unwrap(), code);
    let long = BrCode {
        name: "ã".repeat(13),
        ..corrected()
    };
    assert_eq!(long.write(), Err(BrCodeError::Field("59")));
}

#[test]
fn amounts_have_two_decimals() {
    for (text, ok) in [
        ("1", true),
        ("19.9", true),
        ("0.01", true),
        ("9999999999.99", true),
        ("10000000000", false),
        ("99999999999.00", false),
        ("1.999", false),
        ("-1", false),
    ] {
        let code = BrCode {
            amount: Some(text.parse().unwrap()),
            ..corrected()
        };
        assert_eq!(code.write().is_ok(), ok, "{text}");
    }
    for bad in ["1", "1.2", ".50", "1,00", "+1.00", "12345678901.00"] {
        assert!(read_amount(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_code_becomes_a_picture() {
    let svg = qr_svg(BCB).unwrap();
    assert!(svg.starts_with("<?xml") && svg.contains("<svg") && svg.ends_with("</svg>"));
}

#[test]
fn the_png_has_the_modules_of_the_code_and_a_quiet_zone() {
    let long = "A".repeat(500);
    for code in [BCB, "1", long.as_str()] {
        let file = std::io::Cursor::new(qr_png(code).unwrap());
        let mut reader = png::Decoder::new(file).read_info().unwrap();
        let mut image = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut image).unwrap();
        let drawn = qr(code).unwrap();
        let (modules, width) = (drawn.width(), drawn.width() + 2 * QUIET_ZONE);
        let side = u32::try_from(width * PIXELS).unwrap();
        assert_eq!((reader.info().width, reader.info().height), (side, side));
        for (y, line) in image.chunks(width).enumerate() {
            for (x, pixels) in line.iter().enumerate() {
                let inside = |at: usize| at.checked_sub(QUIET_ZONE).filter(|at| *at < modules);
                let module = inside(x).zip(inside(y / PIXELS)).map(|at| drawn[at]);
                let dark = module == Some(qrcode::Color::Dark);
                assert_eq!(*pixels, if dark { DARK } else { LIGHT }, "{x}, {y}");
            }
        }
    }
    assert_eq!(qr_png(&"x".repeat(4_000)), Err(BrCodeError::Length));
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        dynamic in any::<bool>(),
        path in "[a-z0-9./-]{1,60}",
        cents in proptest::option::of(0_i64..99_999_999),
        name in "[A-Za-zãéç ]{1,12}",
        city in "[A-Z ]{1,15}",
        txid in proptest::option::of("[A-Za-z0-9]{1,25}"),
    ) {
        let merchant = if dynamic {
            Merchant::Dynamic { url: path }
        } else {
            Merchant::Static { key: path, text: None }
        };
        let amount = cents.map(|cents| Decimal::new(cents, 2));
        let code = BrCode { merchant, amount, name, city, txid };
        let written = code.write().unwrap();
        prop_assert!(written.len() <= 512);
        prop_assert_eq!(BrCode::parse(&written).unwrap(), code);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,200}") {
        let _ = BrCode::parse(&text);
    }
}
