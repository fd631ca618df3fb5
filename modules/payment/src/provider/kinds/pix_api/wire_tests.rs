use serde_json::{Value, json};

use super::*;

fn cob(change: Value) -> Result<Cob, serde_json::Error> {
    let mut cob = json!({
        "txid": "7978c0c97ea847e78e8849634473c1f1", "revisao": 0, "status": "ATIVA",
        "location": "https://pix.example.com/qr/v2/1", "valor": {"original": "37.00"},
        "chave": "7d9f0335-8dcc-4054-9bf9-0dbd61d36906", "solicitacaoPagador": null,
        "calendario": {"criacao": "2020-09-09T20:15:00.358Z", "expiracao": "3600"},
    });
    for (name, value) in change.as_object().cloned().unwrap_or_default() {
        cob[name] = value;
    }
    serde_json::from_value(cob)
}

fn fact(change: Value) -> Result<(Fact, i64), Failure> {
    let (fact, amount) = cob(change).unwrap().fact()?;
    Ok((fact, amount.minor()))
}

fn came(amount: &str) -> Value {
    json!({"endToEndId": "E12345678202009091221kkkkkkkkkkk", "valor": amount})
}

/// With returns of these amounts and states.
fn back(returns: &[(&str, &str)]) -> Value {
    let one =
        |(amount, status): &(&str, &str)| json!({"id": "r", "valor": amount, "status": status});
    let mut pix = came("37.00");
    pix["devolucoes"] = returns.iter().map(one).collect();
    json!({"status": "CONCLUIDA", "pix": [pix]})
}

#[test]
fn what_went_back_as_a_whole_pays_nothing() {
    for (returns, fact_now) in [
        (&[("37.00", "DEVOLVIDO")][..], Fact::Cancelled),
        (
            &[("7.00", "DEVOLVIDO"), ("30.00", "DEVOLVIDO")],
            Fact::Cancelled,
        ),
        (&[("36.99", "DEVOLVIDO")], Fact::Captured),
        (&[("37.00", "EM_PROCESSAMENTO")], Fact::Captured),
        (&[("37.00", "NAO_REALIZADO")], Fact::Captured),
        (&[], Fact::Captured),
    ] {
        assert_eq!(fact(back(returns)), Ok((fact_now, 3700)), "{returns:?}");
    }
}

#[test]
fn what_came_counts_and_else_the_status() {
    for (change, expected) in [
        (json!({}), (Fact::Waiting, 3700)),
        (json!({"pix": null}), (Fact::Waiting, 3700)),
        (
            json!({"status": "REMOVIDO_PELO_PSP"}),
            (Fact::Cancelled, 3700),
        ),
        (json!({"pix": [came("37.00")]}), (Fact::Captured, 3700)),
        (
            json!({"status": "REMOVIDA_PELO_USUARIO_RECEBEDOR", "pix": [came("0.01")]}),
            (Fact::Captured, 1),
        ),
        (
            json!({"status": "CONCLUIDA", "pix": [came("37.00"), came("37.00")]}),
            (Fact::Captured, 7400),
        ),
    ] {
        assert_eq!(fact(change.clone()), Ok(expected), "{change}");
    }
    for change in [
        json!({"status": "CONCLUIDA"}),
        json!({"valor": {"original": "37,00"}}),
        json!({"pix": [came("")]}),
    ] {
        let unknown = fact(change.clone());
        assert!(matches!(unknown, Err(Failure::Unknown(_))), "{change}");
    }
    assert!(cob(json!({"status": "ATIVO"})).is_err());
}

#[test]
fn a_charge_ends_where_the_bank_says_when() {
    let end = |calendar: Value| cob(json!({ "calendario": calendar })).unwrap().ends_at();
    let made = "2020-09-09T20:15:00.358Z";
    let expected = time::macros::datetime!(2020-09-09 21:15:00.358 UTC);
    for lasts in [json!(3600), json!("3600")] {
        let calendar = json!({"criacao": made, "expiracao": lasts});
        assert_eq!(end(calendar), Some(expected));
    }
    for odd in [
        json!(null),
        json!("2020"),
        json!({"criacao": made}),
        json!({"criacao": "09/09/2020", "expiracao": 3600}),
        json!({"criacao": made, "expiracao": "1h"}),
        json!({"criacao": made, "expiracao": i64::MAX}),
    ] {
        assert_eq!(end(odd.clone()), None, "{odd}");
    }
    let mut without = json!({"txid": "t", "status": "ATIVA", "valor": {"original": "1.00"}});
    without["chave"] = json!("k");
    let cob: Cob = serde_json::from_value(without).unwrap();
    assert_eq!(cob.ends_at(), None);
}

#[test]
fn a_return_in_a_new_state_hides_no_money() {
    let mut pix = came("37.00");
    pix["devolucoes"] = json!([
        {"id": "r1", "rtrId": "D1", "valor": "7.00", "status": "DEVOLVIDO"},
        {"id": "r2", "valor": "1.00", "status": "NAO_REALIZADO", "motivo": "saldo"},
        {"id": "r3", "valor": "2.00", "status": "EM_ANALISE"},
    ]);
    let cob = cob(json!({"status": "CONCLUIDA", "pix": [pix]})).unwrap();
    assert_eq!(cob.fact().unwrap().0, Fact::Captured);
    let read = |id: &str| cob.received()[0].returned(id).unwrap().read();
    let (first, second) = (read("r1").unwrap(), read("r2").unwrap());
    assert_eq!(
        (first.gateway_id.as_str(), first.fact),
        ("D1", RefundFact::Completed)
    );
    assert_eq!(
        (second.gateway_id.as_str(), second.fact),
        ("r2", RefundFact::Failed)
    );
    assert_eq!((first.amount.minor(), second.amount.minor()), (700, 100));
    assert!(matches!(read("r3"), Err(Failure::Unknown(_))));
    assert!(cob.received()[0].returned("r4").is_none());
}

#[test]
fn the_code_is_the_banks_or_made_of_the_location() {
    let payee = Payee {
        name: "LOJA".to_owned(),
        city: "RECIFE".to_owned(),
    };
    let code = |change| cob(change).unwrap().code(&payee);
    let made = code(json!({})).unwrap().unwrap();
    let read = BrCode::parse(&made.br_code).unwrap();
    let url = "pix.example.com/qr/v2/1".to_owned();
    assert_eq!(read.merchant, Merchant::Dynamic { url });
    assert_eq!((read.name.as_str(), read.txid), ("LOJA", None));
    // Of the central bank's manual: without an amount.
    let theirs = "00020101021226770014BR.GOV.BCB.PIX2555pix.example.com/qr/93598be0-1bd0-4997-\
        8318-81776a1d8a995204000053039865802BR5907EMPRESA6009SAO PAULO62070503***6304EEAB";
    let given = code(json!({"pixCopiaECola": theirs})).unwrap().unwrap();
    assert_eq!(given.br_code, theirs);
    assert_eq!(code(json!({"location": null})), Ok(None));
    let other = BrCode {
        amount: Some("0.00".parse().unwrap()),
        ..BrCode::parse(theirs).unwrap()
    };
    let dynamic = other.write().unwrap();
    let given = code(json!({"pixCopiaECola": dynamic})).unwrap().unwrap();
    assert_eq!(given.br_code, dynamic);
    let fixed = |amount: &str| {
        let code = BrCode {
            merchant: Merchant::Static {
                key: "loja@example.com".to_owned(),
                text: None,
            },
            amount: Some(amount.parse().unwrap()),
            ..other.clone()
        };
        code.write().unwrap()
    };
    assert!(code(json!({"pixCopiaECola": fixed("37.00")})).is_ok());
    for broken in ["", &fixed("37.01"), &theirs.to_lowercase()] {
        let refused = code(json!({"pixCopiaECola": broken}));
        assert!(matches!(refused, Err(Failure::Unknown(_))), "{broken}");
    }
}
