//! What the bank writes on the wire, read strictly where money depends on it.

mod special;

use feira_kernel::{Currency, Money, Time};
use serde::Deserialize;
use serde_json::Value;
use time::{Duration, format_description::well_known::Rfc3339};

use crate::{
    br_code::{BrCode, BrCodeError, Merchant},
    provider::{Fact, Failure, Hint, HintError, Pix, RefundAnswer, RefundFact, http::broken},
};

/// The kind of a notification of what went back.
pub(super) const RETURN: &str = "devolucao";

/// A charge.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cob {
    pub(super) txid: String,
    status: Status,
    valor: Valor,
    /// Not read before it matters: no form of it keeps anybody from what came.
    #[serde(default)]
    calendario: Value,
    pub(super) chave: String,
    location: Option<String>,
    pix_copia_e_cola: Option<String>,
    /// What was paid for it; not told by the answer to its making.
    pix: Option<Vec<Received>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
enum Status {
    /// Whether or not its time is over.
    #[serde(rename = "ATIVA")]
    Active,
    #[serde(rename = "CONCLUIDA")]
    Paid,
    #[serde(
        rename = "REMOVIDA_PELO_USUARIO_RECEBEDOR",
        alias = "REMOVIDO_PELO_USUARIO_RECEBEDOR",
        alias = "REMOVIDA_PELO_PSP",
        alias = "REMOVIDO_PELO_PSP"
    )]
    Removed,
}

#[derive(Deserialize)]
struct Valor {
    original: String,
}

/// One Pix that came in.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Received {
    end_to_end_id: String,
    valor: String,
    devolucoes: Option<Vec<Devolucao>>,
}

/// What goes back of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Devolucao {
    id: String,
    /// Of the return itself, as banks know it.
    rtr_id: Option<String>,
    valor: String,
    status: Returned,
    /// Why: ours are `ORIGINAL`.
    natureza: Option<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Returned {
    EmProcessamento,
    Devolvido,
    NaoRealizado,
    /// The standard may get more: it keeps nobody from what came.
    #[serde(other)]
    Other,
}

/// The payee as a code names it that is made here.
pub(super) struct Payee {
    pub(super) name: String,
    pub(super) city: String,
}

impl Payee {
    /// The code of a charge that the payer's bank finds at a location, with or without its scheme.
    pub(super) fn code(&self, location: &str) -> Result<String, BrCodeError> {
        let bare = location
            .split_once("://")
            .map_or(location, |(_, bare)| bare);
        let code = BrCode {
            merchant: Merchant::Dynamic {
                url: bare.to_owned(),
            },
            amount: None,
            name: self.name.clone(),
            city: self.city.clone(),
            txid: None,
        };
        code.write()
    }
}

impl Cob {
    pub(super) fn is_open(&self) -> bool {
        self.status == Status::Active
    }

    pub(super) fn asked(&self) -> Result<Money, Failure> {
        money(&self.valor.original)
    }

    /// When it can be paid no more, where the bank says it.
    pub(super) fn ends_at(&self) -> Option<Time> {
        let made = self.calendario.get("criacao")?.as_str()?;
        let made = Time::parse(made, &Rfc3339).ok()?;
        let lasts = self.calendario.get("expiracao")?;
        // Some banks write the number as text.
        let seconds = lasts.as_i64().or_else(|| lasts.as_str()?.parse().ok())?;
        made.checked_add(Duration::seconds(seconds))
    }

    /// What is true of it, over how much. Money that came counts whatever the bank calls the charge,
    /// and as much as came; what went back as a whole pays for nothing any more, where the bank tells of returns with
    /// the charge. What is called paid by no Pix at all is asked for again.
    pub(super) fn fact(&self) -> Result<(Fact, Money), Failure> {
        let asked = self.asked()?;
        if let Some((first, more)) = self.received().split_first() {
            let (mut came, mut back) = (money(&first.valor)?, first.went_back()?);
            for pix in more {
                came = sum(came, money(&pix.valor)?)?;
                back = sum(back, pix.went_back()?)?;
            }
            let fact = match back == came {
                true => Fact::Cancelled,
                false => Fact::Captured,
            };
            return Ok((fact, came));
        }
        match self.status {
            Status::Active => Ok((Fact::Waiting, asked)),
            Status::Removed => Ok((Fact::Cancelled, asked)),
            Status::Paid => Err(broken("it is paid, and no Pix is told")),
        }
    }

    pub(super) fn received(&self) -> &[Received] {
        self.pix.as_deref().unwrap_or_default()
    }

    /// What the payer copies or scans; a code that no bank would read is a broken answer. Of one with
    /// a location, what is found there decides on the amount.
    pub(super) fn code(&self, payee: &Payee) -> Result<Option<Pix>, Failure> {
        let br_code = match (&self.pix_copia_e_cola, &self.location) {
            (Some(code), _) => code.clone(),
            (None, Some(location)) => payee.code(location).map_err(|e| broken(&e.to_string()))?,
            (None, None) => return Ok(None),
        };
        let read = BrCode::parse(&br_code).map_err(|e| broken(&e.to_string()))?;
        let asked = self.asked()?.amount();
        let fixed = matches!(read.merchant, Merchant::Static { .. });
        if fixed && read.amount.is_some_and(|amount| amount != asked) {
            return Err(broken("its code is over another amount"));
        }
        Ok(Some(Pix {
            txid: self.txid.clone(),
            br_code,
        }))
    }
}

impl Received {
    /// If it may stand in a path.
    pub(super) fn id(&self) -> Result<&str, Failure> {
        if is_id(&self.end_to_end_id, 32..=32) {
            Ok(&self.end_to_end_id)
        } else {
            Err(broken("a Pix without a usable endToEndId"))
        }
    }

    pub(super) fn end_to_end_id(&self) -> &str {
        &self.end_to_end_id
    }

    pub(super) fn returned(&self, id: &str) -> Option<&Devolucao> {
        let all = self.devolucoes.as_deref().unwrap_or_default();
        all.iter().find(|one| one.id == id)
    }
}

impl Received {
    fn went_back(&self) -> Result<Money, Failure> {
        let all = self.devolucoes.as_deref().unwrap_or_default();
        let gone = all.iter().filter(|one| one.status == Returned::Devolvido);
        let mut back = Money::zero(Currency::BRL);
        for one in gone {
            back = sum(back, money(&one.valor)?)?;
        }
        Ok(back)
    }
}

impl Devolucao {
    pub(super) fn read(&self) -> Result<RefundAnswer, Failure> {
        Ok(RefundAnswer {
            gateway_id: self.rtr_id.clone().unwrap_or_else(|| self.id.clone()),
            amount: money(&self.valor)?,
            fact: match self.status {
                Returned::EmProcessamento => RefundFact::Waiting,
                Returned::Devolvido => RefundFact::Completed,
                Returned::NaoRealizado => RefundFact::Failed,
                Returned::Other => return Err(broken("a return in a state that is not known")),
            },
            fee: None,
        })
    }
}

/// Several Pix in one call, each with what went back of it. A call without any is a bank that tries
/// the address.
#[derive(Deserialize)]
struct Notification {
    #[serde(default)]
    pix: Vec<Told>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    end_to_end_id: String,
    txid: Option<String>,
    devolucoes: Option<Vec<ToldReturn>>,
}

#[derive(Deserialize)]
struct ToldReturn {
    id: String,
    status: String,
}

/// What a notification tells of charges; a Pix that pays none of ours has another txid, or none.
pub(super) fn hints(body: &[u8]) -> Result<Vec<Hint>, HintError> {
    let told: Notification =
        serde_json::from_slice(body).map_err(|e| HintError::Unreadable(e.to_string()))?;
    let mut hints = Vec::new();
    for pix in told.pix {
        let Some(txid) = pix.txid.filter(|txid| is_txid(txid)) else {
            continue;
        };
        let came = pix.end_to_end_id;
        let returns = pix.devolucoes.unwrap_or_default();
        let fits = |one: &ToldReturn| is_id(&one.id, 1..=35) && one.status.len() <= 32;
        if !is_id(&came, 32..=32) || !returns.iter().all(fits) {
            return Err(HintError::Unreadable("an id that is none".to_owned()));
        }
        let hint = |event_id: String, kind: &str| Hint {
            event_id,
            kind: kind.to_owned(),
            charge_id: txid.clone(),
        };
        for one in returns {
            let event = format!("{came}:{}:{}", one.id, one.status);
            hints.push(hint(event, RETURN));
        }
        hints.push(hint(came, "pix"));
    }
    Ok(hints)
}

pub(super) fn is_txid(text: &str) -> bool {
    is_id(text, 26..=35)
}

fn is_id(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn sum(one: Money, other: Money) -> Result<Money, Failure> {
    one.checked_add(other).map_err(|e| broken(&e.to_string()))
}

fn money(text: &str) -> Result<Money, Failure> {
    Money::parse(text, Currency::BRL).map_err(|e| broken(&e.to_string()))
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
