use serde_json::json;

use super::*;

/// What must not be found in anything that is kept.
const SECRETS: &[&str] = &[
    "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "APP_USR-123-secret",
    "pi_1_secret_abc",
    "whsec_abcdef",
    "4111111111111111",
    "4111-1111-1111-1111",
    "tok_card_of_maria",
    "cus_maria",
    "maria@example.com",
    "Maria da Silva",
    "123.456.789-09",
    "12345678909",
    "+5581999990000",
    "Rua das Flores",
    "50000-000",
    "00020126580014br.gov.bcb.pix",
    "chave-aleatoria",
];

fn without_secrets(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

fn full() -> serde_json::Value {
    let person = json!({
        "id": "cus_maria", "name": "Maria da Silva", "email": "maria@example.com", "cpf": "12345678909",
        "tax_id": {"value": "123.456.789-09", "type": "CPF"}, "phone": {"number": "+5581999990000"},
        "address": {"line1": "Rua das Flores", "zip_code": "50000-000"}
    });
    json!({
        "id": "pi_1", "status": "captured", "amount": 1990, "currency": "brl", "livemode": true,
        "client_secret": "pi_1_secret_abc", "access_token": "APP_USR-123-secret",
        "api_key": "sk_live_4eC39HqLyjWDarjtT1zdp7dc", "webhook": {"secret": "whsec_abcdef", "id": "whsec_abcdef"},
        "card": {"number": "4111111111111111", "id": "tok_card_of_maria", "status": "tok_card_of_maria"},
        "token": "tok_card_of_maria", "payment_method": "tok_card_of_maria", "customer": "cus_maria",
        "payer": person, "charges": {"data": [{"id": "ch_1", "billing_details": person, "paid": true}]},
        "description": "Maria da Silva", "chave": "chave-aleatoria", "pixKey": "chave-aleatoria",
        "brCode": "00020126580014br.gov.bcb.pix", "pixCopiaECola": "00020126580014br.gov.bcb.pix",
        "pix": [{"txid": "T1", "valor": "19.90", "pagador": {"cpf": "12345678909", "nome": "Maria da Silva"},
                 "infoPagador": "Maria da Silva +5581999990000"}],
        // Where nobody would look for them.
        "reason": "Maria da Silva asked maria@example.com", "code": "maria@example.com",
        "external_reference": "4111111111111111", "custom_id": "4111-1111-1111-1111",
        "error": {"code": "card_declined", "message": "4111111111111111 of Maria da Silva", "param": "maria@example.com"}
    })
}

#[test]
fn of_a_body_full_of_secrets_the_plain_facts_are_kept() {
    let kept = values::kept(full().to_string().as_bytes()).unwrap();
    without_secrets(&kept);
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    let wanted = json!({
        "id": "pi_1", "status": "captured", "amount": 1990, "currency": "brl", "livemode": true,
        "charges": {"data": [{"id": "ch_1", "paid": true}]}, "pix": [{"txid": "T1", "valor": "19.90"}],
        "error": {"code": "card_declined"}
    });
    assert_eq!(kept, wanted);
}

#[test]
fn a_number_that_is_a_card_is_kept_nowhere() {
    let kept = values::kept(br#"{"value": 4111111111111111, "amount": 1990}"#);
    assert_eq!(kept.as_deref(), Some(r#"{"amount":1990}"#));
}

#[test]
fn of_a_form_too() {
    let form = "amount=1990&metadata[feira_payment]=1-2&payment_method_data[card][number]=4111111111111111\
                &receipt_email=maria%40example.com&status=maria%40example.com&customer=cus_maria&items[0][id]=x";
    let kept = values::kept(form.as_bytes()).unwrap();
    without_secrets(&kept);
    let wanted = r#"{"amount":"1990","items[0][id]":"x","metadata[feira_payment]":"1-2"}"#;
    assert_eq!(kept, wanted);
}

#[test]
fn what_is_neither_is_not_kept() {
    for body in [
        "",
        "<html>a=b</html>",
        "Maria da Silva",
        "id=Maria da Silva",
        "[[[\"x\"]]",
        "null",
        "{}",
    ] {
        assert_eq!(values::kept(body.as_bytes()), None, "{body}");
    }
    let deep = "{\"data\":".repeat(100) + "1" + &"}".repeat(100);
    assert_eq!(values::kept(deep.as_bytes()), None);
}

#[test]
fn of_an_address_the_known_words() {
    for (url, path) in [
        (
            "https://x/v1/payments/123?email=maria@example.com",
            "/v1/payments/…",
        ),
        (
            "https://x/api/v1/subaccount/maria@example.com",
            "/api/v1/…/…",
        ),
        ("https://x/v2/webhook/chave-aleatoria", "/v2/…/…"),
    ] {
        assert_eq!(values::path(&url.parse().unwrap()), path);
    }
}

#[tokio::test]
async fn what_was_heard_is_bounded_and_taken_once() {
    let body = json!({"data": vec![json!({"id": "x".repeat(80), "status": "y".repeat(80)}); 20], "errors": vec!["z".repeat(80); 20]});
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::new();
    during(async {
        for _ in 0..20 {
            let request = client
                .post("http://x/v1/payments")
                .json(&body)
                .build()
                .unwrap();
            let place = asked(&request);
            answered(place, StatusCode::OK, body.to_string().as_bytes());
        }
        let lost = client.get("http://x/v1/payments/1").build().unwrap();
        assert_eq!(asked(&lost), None, "there is room for so many");
        let told = take();
        assert_eq!(told.len(), MOST_REQUESTS);
        let texts = texts(told).unwrap();
        assert_eq!(texts.request.chars().count(), MOST_CHARS);
        assert_eq!(texts.response.chars().count(), MOST_CHARS);
        assert!(take().is_empty());
        asked(&lost);
        let unanswered = super::texts(take()).unwrap();
        assert_eq!(unanswered.request, "GET /v1/payments/…");
        assert_eq!(unanswered.response, NO_ANSWER);
    })
    .await;
    assert!(take().is_empty(), "nobody listens here");
}
