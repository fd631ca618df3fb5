use feira_kernel::Entropy;
use serde_json::{Value, json};
use time::{Duration, macros::datetime};
use uuid::Uuid;

use super::*;

const NOW: Time = datetime!(2026-03-02 12:00 UTC);
const ISSUER: &str = "https://feira.example";

fn key(seed: u64) -> JwtKey {
    generate_jwt_key(&Entropy::seeded(seed)).expect("a key")
}

fn keyring(keys: &[JwtKey]) -> Keyring {
    Keyring::new(keys, ISSUER).expect("a keyring")
}

fn claims() -> Claims {
    let at = NOW.unix_timestamp();
    Claims {
        iss: ISSUER.to_owned(),
        aud: Surface::Seller,
        sub: UserId(Uuid::from_u128(1)),
        sid: SessionId(Uuid::from_u128(2)),
        iat: at,
        nbf: at,
        exp: at + 900,
        locale: "en".to_owned(),
    }
}

/// Signs whatever is asked with the right key, as no client of ours can.
fn forged(key: &JwtKey, header: &Header, claims: &Value) -> String {
    let private = EncodingKey::from_ed_pem(key.private_pem.as_bytes()).unwrap();
    jsonwebtoken::encode(header, claims, &private).unwrap()
}

fn header(key: &JwtKey) -> Header {
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(key.kid.clone());
    header
}

#[test]
fn what_is_signed_is_verified_until_it_expires() {
    let ring = keyring(&[key(1)]);
    let token = ring.sign(&claims()).unwrap();
    assert_eq!(ring.verify(&token, NOW), Some(claims()));
    let minutes = |n| NOW + Duration::minutes(n);
    assert!(ring.verify(&token, minutes(15)).is_some(), "within leeway");
    assert!(ring.verify(&token, minutes(16)).is_none(), "expired");
    assert!(ring.verify(&token, minutes(-2)).is_none(), "not yet valid");
}

#[test]
fn keys_rotate_and_a_dropped_one_ends_its_tokens() {
    let (old, new) = (key(1), key(2));
    let token = keyring(std::slice::from_ref(&old)).sign(&claims()).unwrap();
    let retired = JwtKey {
        private_pem: String::new(),
        ..old
    };
    let both = keyring(&[new.clone(), retired]);
    assert!(both.verify(&token, NOW).is_some());
    let newer = both.sign(&claims()).unwrap();
    assert_eq!(
        jsonwebtoken::decode_header(&newer).unwrap().kid.as_deref(),
        Some(new.kid.as_str())
    );
    assert!(keyring(&[new]).verify(&token, NOW).is_none());
}

#[test]
fn the_algorithm_is_ours_to_say() {
    let key = key(1);
    let ring = keyring(std::slice::from_ref(&key));
    let body = serde_json::to_value(claims()).unwrap();
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());

    for alg in ["none", "None", "NONE", "EdDSA"] {
        let unsigned = json!({"alg": alg, "typ": TYPE, "kid": key.kid});
        let token = format!("{}.{}.", part(&unsigned), part(&body));
        assert!(ring.verify(&token, NOW).is_none(), "{alg}");
    }
    // The classic swap: our public key taken as the secret of an HMAC.
    for secret in [
        key.public_pem.as_bytes(),
        VerifyingKey::from_public_key_pem(&key.public_pem)
            .unwrap()
            .as_bytes(),
    ] {
        let mut swapped = header(&key);
        swapped.alg = Algorithm::HS256;
        let hmac = EncodingKey::from_secret(secret);
        let token = jsonwebtoken::encode(&swapped, &body, &hmac).unwrap();
        assert!(ring.verify(&token, NOW).is_none());
    }
    // Another key that calls itself ours.
    let other = generate_jwt_key(&Entropy::seeded(9)).unwrap();
    let token = forged(&other, &header(&key), &body);
    assert!(ring.verify(&token, NOW).is_none());
    assert!(
        ring.verify(&forged(&key, &header(&key), &body), NOW)
            .is_some()
    );
}

#[test]
fn a_token_names_neither_its_key_nor_another_type() {
    let key = key(1);
    let ring = keyring(std::slice::from_ref(&key));
    let body = serde_json::to_value(claims()).unwrap();
    let changes: [fn(&mut Header); 8] = [
        |h| h.kid = None,
        |h| h.kid = Some("../../dev/null".to_owned()),
        |h| h.kid = Some("' OR 1=1 --".to_owned()),
        |h| h.typ = Some("JWT".to_owned()),
        |h| h.typ = None,
        |h| h.jku = Some("https://thief.example/jwks".to_owned()),
        |h| h.x5u = Some("https://thief.example/x5u".to_owned()),
        |h| h.crit = Some(vec!["b64".to_owned()]),
    ];
    for (index, change) in changes.iter().enumerate() {
        let mut header = header(&key);
        change(&mut header);
        let token = forged(&key, &header, &body);
        assert!(ring.verify(&token, NOW).is_none(), "change {index}");
    }
}

#[test]
fn every_claim_is_required_and_of_its_type() {
    let key = key(1);
    let ring = keyring(std::slice::from_ref(&key));
    let good = serde_json::to_value(claims()).unwrap();
    let refused = |name: &str, value: Option<Value>| {
        let mut body = good.clone();
        match &value {
            Some(value) => body[name] = value.clone(),
            None => drop(body.as_object_mut().unwrap().remove(name)),
        }
        let token = forged(&key, &header(&key), &body);
        assert!(ring.verify(&token, NOW).is_none(), "{name}: {value:?}");
    };
    for name in ["iss", "aud", "sub", "sid", "iat", "nbf", "exp", "locale"] {
        refused(name, None);
        refused(name, Some(Value::Null));
        refused(name, Some(json!({})));
    }
    for exp in [
        json!("9999999999"),
        json!(9_999_999_999.5),
        json!(-1),
        json!(0),
        json!([9_999_999_999_u64]),
        json!(u64::MAX),
        json!(true),
    ] {
        refused("exp", Some(exp));
    }
    refused("iss", Some(json!("https://other.example")));
    refused("aud", Some(json!("payment")));
    refused("aud", Some(json!(["shop", "admin"])));
    refused("sub", Some(json!("1 OR 1=1")));
    refused("nbf", Some(json!(NOW.unix_timestamp() + 120)));
}

#[test]
fn rubbish_is_refused() {
    let ring = keyring(&[key(1)]);
    let token = ring.sign(&claims()).unwrap();
    let (head, tail) = token.split_at(token.len() / 2);
    for bad in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "a.b.c".to_owned(),
        "\0.\0.\0".to_owned(),
        format!("{head}x{tail}"),
        format!("{token}.x"),
        format!("{token}="),
        format!(" {token}"),
        "x".repeat(1_000_000),
    ] {
        assert!(ring.verify(&bad, NOW).is_none(), "{:.60}", bad);
    }
}

#[test]
fn keys_that_cannot_work_do_not_start() {
    let (one, two) = (key(1), key(2));
    let said = |keys: &[JwtKey]| Keyring::new(keys, ISSUER).err().map(|e| e.to_string());
    let broken = |change: fn(&mut JwtKey)| {
        let mut key = one.clone();
        change(&mut key);
        said(&[key])
    };
    let sentences = [
        said(&[]),
        said(&[one.clone(), one.clone()]),
        broken(|k| k.kid.clear()),
        broken(|k| k.private_pem.clear()),
        broken(|k| {
            k.public_pem = "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----".into()
        }),
        said(&[JwtKey {
            private_pem: two.private_pem.clone(),
            ..one.clone()
        }]),
        Keyring::new(std::slice::from_ref(&one), "")
            .err()
            .map(|e| e.to_string()),
    ];
    for sentence in sentences {
        let sentence = sentence.expect("to be refused");
        assert!(
            sentence.len() > 20 && !sentence.contains("BEGIN"),
            "{sentence}"
        );
    }
    assert!(said(&[one.clone(), two]).is_none());
    assert!(!format!("{one:?}").contains("PRIVATE"));
}
