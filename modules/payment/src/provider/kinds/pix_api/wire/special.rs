//! What goes back by the special mechanism (MED), for which the payer's bank asks.

use super::{Cob, Devolucao, Returned, is_id, money};
use crate::{
    DisputeKind,
    provider::{DisputeFact, Failure, Over, ToldDispute, http::broken},
};

/// How the bank marks it.
const SPECIAL: &str = "MED_";

impl Cob {
    /// Those that the payer's bank asked for, of a charge over what was asked.
    pub(in super::super) fn special_returns(&self) -> Result<Vec<ToldDispute>, Failure> {
        let mut told = Vec::new();
        for pix in self.received() {
            for one in pix.devolucoes.as_deref().unwrap_or_default() {
                if let Some(nature) = one.special() {
                    told.push(one.dispute(&self.txid, pix.id()?, nature)?);
                }
            }
        }
        Ok(told)
    }
}

impl Devolucao {
    fn special(&self) -> Option<&str> {
        let nature = self.natureza.as_deref();
        nature.filter(|nature| nature.starts_with(SPECIAL) && nature.len() <= 64)
    }

    /// Money that goes back is lost, and what does not was asked for in vain.
    fn dispute(&self, txid: &str, pix: &str, nature: &str) -> Result<ToldDispute, Failure> {
        if !is_id(&self.id, 1..=35) {
            return Err(broken("a return without a usable id"));
        }
        Ok(ToldDispute {
            id: format!("{pix}:{}", self.id),
            charge: txid.to_owned(),
            beside: Vec::new(),
            kind: DisputeKind::Med,
            over: Over::Amount(money(&self.valor)?),
            fact: match self.status {
                Returned::EmProcessamento => DisputeFact::Open,
                Returned::Devolvido => DisputeFact::Lost,
                Returned::NaoRealizado => DisputeFact::Won,
                Returned::Other => return Err(broken("a return in a state that is not known")),
            },
            reason: nature.to_owned(),
            evidence_due_at: None,
            fee: None,
            as_of: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::brl;

    fn told(status: &str, nature: Value) -> Result<Vec<ToldDispute>, Failure> {
        let cob: Cob = serde_json::from_value(json!({
            "txid": "7978c0c97ea847e78e8849634473c1f1", "status": "CONCLUIDA", "valor": {"original": "37.00"},
            "chave": "k", "pix": [{"endToEndId": "E12345678202009091221kkkkkkkkkkk", "valor": "37.00",
                "devolucoes": [{"id": "D1", "valor": "30.00", "status": status, "natureza": nature}]}],
        }))
        .unwrap();
        cob.special_returns()
    }

    #[test]
    fn what_the_payers_bank_asks_back_is_disputed_and_what_we_send_is_not() {
        for (status, fact) in [
            ("EM_PROCESSAMENTO", DisputeFact::Open),
            ("DEVOLVIDO", DisputeFact::Lost),
            ("NAO_REALIZADO", DisputeFact::Won),
        ] {
            let told = told(status, json!("MED_FRAUDE")).unwrap();
            assert_eq!(
                (told[0].fact, told[0].over),
                (fact, Over::Amount(brl(3000)))
            );
            assert_eq!(told[0].id, "E12345678202009091221kkkkkkkkkkk:D1");
        }
        for ours in [json!("ORIGINAL"), json!("RETIRADA"), Value::Null] {
            assert!(told("DEVOLVIDO", ours).unwrap().is_empty());
        }
        assert!(told("OUTRA", json!("MED_OPERACIONAL")).is_err());
    }
}
