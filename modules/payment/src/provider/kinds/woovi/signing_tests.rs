use std::slice;

use sha2::{Digest, Sha256};

use super::*;

const BODY: &str = "{\"event\":\"OPENPIX:CHARGE_COMPLETED\",\"charge\":{\"correlationID\":\
    \"00000000-0000-0000-0000-000000000001\",\"comment\":\"Caf\\u00e9 a\u{e7}a\u{ed}\"}}";

/// Of 2048 bits, and of 1024, as Woovi's own.
const LARGE: &str = include_str!("../../../../tests/it/woovi/signing.pem");
const SMALL: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDEDnvqvR9bi/K7/+j82oqQJCO3
yU9cDx5j3whmpM5dPNtHeBcagtCAUbkVmAUi4GyRnPG1A6dAOh1gRGDWQLJT8oU1
GNZfmMQ3W5mqEgRV22mylCJjAXcfFy6H8MAOni6Zb4vPAdyz7xqpvUFF0GXxYZoW
0sJHHdv2g+jVnZMdtwIDAQAB
-----END PUBLIC KEY-----
";
const BY_LARGE: &str = "G92ge/TDrA9kkPKuRcfsPdN1RM+j3IhcizLeR2Jxa5UaEcWr6WAvnW+NRpylFO4PfdFsGzkWmLPRSyN\
    1wzVgHW5iJ43F2r3k8q1v38OomSezd9gIp2DhyUji9GeOQPKloFG9vr4Tb32QJiTvsXfx7D7nG2kGAtF799CZqrZ9FAJ0mne8iQrl\
    QRxQlmB4hfsADFbX4bWm/9taMkKj2tuMbRm9b62aioc/knHontXTPebcZJn2TyPvNNW3C6KO7JF6Q1vJ3oTnFe/b0rId3cIx3DUH4\
    W2Q5CPDSRrwLcldmo2KOls8wufkQph5sd+le7xfD3dP1RhcsZwhHvb0YVSkCw==";
const BY_SMALL: &str = "uR1gEYcD+9lF/6pK80h5ZJ2GqzZbz5/LJh4FPaDKqRkBC+hFKHCw+eBaeO0Xx819Iq3Ker8581xGue+\
    4pPgzfy3Gu6iSNxV4s/WhTxFbLZSXPqcE4ArzVCE2cQezgD4Jm5o/sMsuWjZtHfX8QNpeTjfchmmr+lX1mXBdaVFJd4w=";
/// With SHA-1 instead.
const OLD: &str = "G5K0u+YjymdRLVQiwaUyZqbIeAxKchxwFqDXVjVwEm7OnXHKxMANIjrxHA2r46ffpSexEyLh/ka+mJQZ2F3bu\
    59bQ0VGeLwsB1w14uuLsBHgykhKkcixYNtscGz3ZWdVZNoRK5J7z6HqXAktcCIS/qKdthvankFskJi/aXSC9vU=";
const OF_A_CURVE: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEH7q72+5/PFwi8cYWMiZDqZpROzCF
GlFNnsDgIPq9jLRfLUI++kIwg2Hkr+/s1iLBQNYgZSYSMDPZ7+MGSD284A==
-----END PUBLIC KEY-----
";

fn signed(keys: &str, signature: &str, body: &str) -> bool {
    let headers = [
        ("content-type".to_owned(), "application/json".to_owned()),
        (SIGNATURE.to_owned(), signature.to_owned()),
    ];
    Keys::read(keys).unwrap().sign(&headers, body.as_bytes())
}

/// Made by `openssl dgst -sha256 -sign <key>`, and found valid by the `verifyPayload` of @woovi/node-sdk
/// 1.3.3 on npm with each key in the place of its own.
#[test]
fn what_another_program_signed_is_good() {
    assert!(signed(LARGE, BY_LARGE, BODY));
    assert!(signed(SMALL, BY_SMALL, BODY));
    // While a key is exchanged both are good, in whatever order.
    for both in [format!("{LARGE}{SMALL}"), format!("{SMALL}\n\n{LARGE}")] {
        assert!(signed(&both, BY_LARGE, BODY) && signed(&both, BY_SMALL, BODY));
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/woovi/signing.pem");
    assert!(signed(file, BY_LARGE, BODY));
}

#[test]
fn everything_else_is_not() {
    let cut = &BY_LARGE[..BY_LARGE.len() - 4];
    let other = BODY.replace("0001", "0002");
    for (keys, signature, body) in [
        (LARGE, BY_SMALL, BODY),
        (SMALL, BY_LARGE, BODY),
        ("", BY_SMALL, BODY),
        (SMALL, OLD, BODY),
        (LARGE, BY_LARGE, other.as_str()),
        (LARGE, BY_LARGE, ""),
        (LARGE, cut, BODY),
        (LARGE, "", BODY),
        (LARGE, "not base64!", BODY),
    ] {
        assert!(!signed(keys, signature, body), "{signature}");
    }
    let keys = Keys::read(LARGE).unwrap();
    let header = (SIGNATURE.to_owned(), BY_LARGE.to_owned());
    assert!(keys.sign(slice::from_ref(&header), BODY.as_bytes()));
    assert!(
        !keys.sign(&[header.clone(), header], BODY.as_bytes()),
        "which one?"
    );
    assert!(!keys.sign(&[], BODY.as_bytes()));
}

/// Its `key_identifier` at `GET /api/v1/webhook/public-keys` is the SHA-256 of the key in DER.
#[test]
fn without_a_setting_it_is_the_key_that_is_published() {
    let keys = pem::blocks(PUBLISHED, LABEL).unwrap();
    let [der] = keys.as_slice() else {
        panic!("one key");
    };
    let identifier = "9dce618794f8986c603915a51b7029126c260e5cfdb2aa47e131d837fd62311c";
    assert_eq!(hex::encode(Sha256::digest(der)), identifier);
    assert_eq!(Keys::read("").unwrap().0, [rsa(der).unwrap().to_vec()]);
}

#[test]
fn what_is_no_public_key_of_rsa_is_refused() {
    let private = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n";
    let cut = LARGE.replace("iQIDAQAB\n", "");
    let open = LARGE.replace("-----END PUBLIC KEY-----", "");
    for bad in [
        "/nowhere/at/all.pem",
        OF_A_CURVE,
        private,
        &cut,
        &open,
        &format!("{LARGE}{OF_A_CURVE}"),
        "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
    ] {
        let refused = Keys::read(bad).err();
        let named = matches!(refused, Some(StartError::Unusable("webhook_key", _)));
        assert!(named, "{bad}: {refused:?}");
    }
    let odd: [&[u8]; 5] = [
        &[],
        &[0x30],
        &[0x30, 0x83, 0, 0, 1, 0],
        &[0x30, 0x82, 1],
        &[0x31, 0],
    ];
    for der in odd {
        assert_eq!(rsa(der), None);
    }
}
