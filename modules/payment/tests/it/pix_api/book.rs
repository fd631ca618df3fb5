//! What a bank knows of charges, what was paid for them and what went back.

use feira_kernel::Time;
use feira_payment::br_code::{BrCode, Merchant};
use serde_json::{Value, json};
use time::{Duration, format_description::well_known::Rfc3339};

use super::bank::{KEY, Ways, problem};
use crate::harness::Kept;

pub(super) struct Book {
    ways: Ways,
    cobs: Vec<Value>,
    /// When each Pix came.
    came: Vec<(String, Time)>,
    returns: usize,
    /// Bodies of calls that nobody has asked for yet.
    pub(super) told: Vec<Value>,
}

impl Book {
    pub(super) fn new(ways: Ways) -> Self {
        Self {
            ways,
            cobs: Vec::new(),
            came: Vec::new(),
            returns: 0,
            told: Vec::new(),
        }
    }

    pub(super) fn charges(&self) -> usize {
        self.cobs.len()
    }

    pub(super) fn kept(&self, txid: &str) -> Kept {
        let of: Vec<&Value> = self.cobs.iter().filter(|cob| cob["txid"] == txid).collect();
        let pix = of.iter().filter_map(|cob| cob["pix"].as_array()).flatten();
        let pix: Vec<&Value> = pix.collect();
        let back = pix.iter().filter_map(|one| one["devolucoes"].as_array());
        Kept {
            charges: of.len(),
            taken: pix.len(),
            refunds: back.map(Vec::len).sum(),
        }
    }

    /// A charge that is there, to be looked at or changed.
    pub(super) fn cob(&mut self, txid: &str) -> &mut Value {
        let cob = self.cobs.iter_mut().find(|cob| cob["txid"] == txid);
        cob.expect("the bank knows the charge")
    }

    /// A Pix comes in for a charge, and is told.
    pub(super) fn pay(&mut self, txid: &str, amount: &str, now: Time) {
        let came = format!("E{:031}", self.came.len() + 1);
        self.came.push((came.clone(), now));
        let pix = json!({
            "endToEndId": came, "txid": txid, "valor": amount,
            "horario": now.format(&Rfc3339).unwrap(), "infoPagador": "obrigado",
        });
        let cob = self.cob(txid);
        if cob["status"] == "ATIVA" {
            cob["status"] = json!("CONCLUIDA");
        }
        match cob["pix"].as_array_mut() {
            Some(all) => all.push(pix.clone()),
            None => cob["pix"] = json!([pix]),
        }
        self.told.push(json!({ "pix": [pix] }));
    }

    pub(super) fn make(&mut self, txid: &str, asked: &Value, now: Time) -> (u16, Value) {
        if let Some(known) = self.cobs.iter_mut().find(|cob| cob["txid"] == txid) {
            return match self.ways.repeat {
                200 => {
                    // It is revised.
                    let seconds = &asked["calendario"]["expiracao"];
                    known["calendario"]["expiracao"] = seconds.to_string().into();
                    (200, made(known))
                }
                status => problem(status, "CobOperacaoInvalida", "txid em uso"),
            };
        }
        let amount = asked["valor"]["original"].as_str().unwrap_or_default();
        let seconds = asked["calendario"]["expiracao"].as_i64();
        let violated = if !(26..=35).contains(&txid.len()) {
            "txid"
        } else if cents(amount).is_none_or(|cents| cents == 0) {
            "valor.original"
        } else if seconds.is_none_or(|seconds| seconds <= 0) {
            "calendario.expiracao"
        } else if asked["chave"] != KEY {
            "chave"
        } else {
            ""
        };
        if !violated.is_empty() {
            return problem(400, "CobOperacaoInvalida", violated);
        }
        let location = format!("pix.bank.example/qr/v2/{}", self.cobs.len() + 1);
        let mut cob = json!({
            // As one bank writes the number, and as another writes the key.
            "calendario": {
                "criacao": now.format(&Rfc3339).unwrap(), "expiracao": seconds.map(|s| s.to_string()),
            },
            "txid": txid, "revisao": 0, "status": "ATIVA", "location": location,
            "loc": { "id": 1, "location": location, "tipoCob": "cob" },
            "valor": { "original": amount, "modalidadeAlteracao": 0 },
            "chave": KEY.to_lowercase(), "solicitacaoPagador": asked["solicitacaoPagador"],
        });
        if self.ways.codes {
            cob["pixCopiaECola"] = json!(code(&location, amount));
        }
        self.cobs.push(cob.clone());
        (201, made(&cob))
    }

    pub(super) fn look(&self, txid: &str) -> (u16, Value) {
        let Some(cob) = self.cobs.iter().find(|cob| cob["txid"] == txid) else {
            return self.missing("CobNaoEncontrado", "cobranca_nao_encontrada");
        };
        let mut cob = cob.clone();
        if !self.ways.tells_returns {
            for pix in cob["pix"].as_array_mut().into_iter().flatten() {
                pix.as_object_mut().unwrap().remove("devolucoes");
            }
        }
        (200, cob)
    }

    pub(super) fn change(&mut self, txid: &str, asked: &Value) -> (u16, Value) {
        let Some(cob) = self.cobs.iter_mut().find(|cob| cob["txid"] == txid) else {
            return self.missing("CobNaoEncontrado", "cobranca_nao_encontrada");
        };
        if cob["status"] != "ATIVA" {
            return problem(400, "CobOperacaoInvalida", "não está ATIVA");
        }
        if self.ways.remove != 200 {
            return problem(self.ways.remove, "CobOperacaoInvalida", "não se remove");
        }
        cob["status"] = asked["status"].clone();
        (200, made(cob))
    }

    pub(super) fn give_back(
        &mut self,
        came: &str,
        id: &str,
        asked: &Value,
        now: Time,
    ) -> (u16, Value) {
        let (repeat, at_once) = (self.ways.repeat, self.ways.returns_at_once);
        let since = self.came.iter().find(|(known, _)| known == came);
        let Some((_, since)) = since.cloned() else {
            return self.missing("PixNaoEncontrado", "pix_nao_encontrado");
        };
        let number = self.returns + 1;
        let pix = self.pix(came).expect("what came is for a charge");
        let before = pix["devolucoes"].as_array().cloned().unwrap_or_default();
        if let Some(known) = before.iter().find(|one| one["id"] == id) {
            return match repeat {
                200 => (200, known.clone()),
                status => problem(status, "PixDevolucaoInvalida", "id já utilizado"),
            };
        }
        let given: i64 = before
            .iter()
            .filter(|one| one["status"] != "NAO_REALIZADO")
            .filter_map(|one| cents(one["valor"].as_str()?))
            .sum();
        let most = pix["valor"].as_str().and_then(cents).unwrap();
        let amount = asked["valor"].as_str().and_then(cents).unwrap_or_default();
        if amount <= 0 || given + amount > most {
            return problem(400, "PixDevolucaoInvalida", "excederia o valor do pix");
        }
        if now - since >= Duration::days(90) {
            return problem(400, "PixDevolucaoInvalida", "viola a janela de tempo");
        }
        let status = if at_once {
            "DEVOLVIDO"
        } else {
            "EM_PROCESSAMENTO"
        };
        let one = json!({
            "id": id, "rtrId": format!("D{number:031}"), "valor": asked["valor"], "status": status,
            "horario": { "solicitacao": now.format(&Rfc3339).unwrap() },
        });
        pix["devolucoes"] = [before, vec![one.clone()]].concat().into();
        self.returns = number;
        (201, one)
    }

    /// Somebody gives back at the bank what came for a charge.
    pub(super) fn give_back_by_hand(&mut self, txid: &str, amount: &str) {
        let one = json!({"id": "painel1", "rtrId": "D1", "valor": amount, "status": "DEVOLVIDO"});
        self.cob(txid)["pix"][0]["devolucoes"] = json!([one]);
    }

    /// The payer's bank asks for what came (MED): it is on its way back.
    pub(super) fn return_specially(&mut self, txid: &str) {
        let pix = &mut self.cob(txid)["pix"][0];
        let one = json!({
            "id": "med1", "rtrId": "D2", "natureza": "MED_FRAUDE", "valor": pix["valor"],
            "status": "EM_PROCESSAMENTO",
        });
        pix["devolucoes"] = json!([one]);
        let pix = pix.clone();
        self.told.push(json!({ "pix": [pix] }));
    }

    pub(super) fn look_at_return(&mut self, came: &str, id: &str) -> (u16, Value) {
        let all = self.pix(came).and_then(|pix| pix["devolucoes"].as_array());
        let found = all.and_then(|all| all.iter().find(|one| one["id"] == id));
        match found {
            Some(found) => (200, found.clone()),
            None => self.missing("PixDevolucaoNaoEncontrada", "devolucao_nao_encontrada"),
        }
    }

    /// What was in process goes back or does not, and is told with its Pix.
    pub(super) fn end_returns(&mut self, txid: &str, status: &str) {
        let pix = &mut self.cob(txid)["pix"][0];
        for one in pix["devolucoes"].as_array_mut().into_iter().flatten() {
            if one["status"] == "EM_PROCESSAMENTO" {
                one["status"] = json!(status);
            }
        }
        let pix = pix.clone();
        self.told.push(json!({ "pix": [pix] }));
    }

    fn missing(&self, kind: &str, name: &str) -> (u16, Value) {
        match self.ways.missing {
            404 => problem(404, kind, ""),
            status => (status, json!({ "nome": name, "mensagem": "não há" })),
        }
    }

    fn pix(&mut self, came: &str) -> Option<&mut Value> {
        let all = self.cobs.iter_mut();
        let mut all = all.filter_map(|cob| cob.get_mut("pix")?.as_array_mut());
        all.find_map(|pix| pix.iter_mut().find(|pix| pix["endToEndId"] == came))
    }
}

/// The answer to what makes or changes a charge says nothing of what was paid.
fn made(cob: &Value) -> Value {
    let mut cob = cob.clone();
    cob.as_object_mut().unwrap().remove("pix");
    cob
}

fn code(location: &str, amount: &str) -> String {
    let code = BrCode {
        merchant: Merchant::Dynamic {
            url: location.to_owned(),
        },
        amount: Some(amount.parse().unwrap()),
        name: "LOJA DO BANCO".to_owned(),
        city: "OLINDA".to_owned(),
        txid: None,
    };
    code.write().unwrap()
}

/// `\d{1,10}\.\d{2}`.
fn cents(text: &str) -> Option<i64> {
    let (whole, cents) = text.split_once('.')?;
    if whole.is_empty() || whole.len() > 10 || cents.len() != 2 {
        return None;
    }
    format!("{whole}{cents}").parse().ok()
}
