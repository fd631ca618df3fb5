//! The Pix API as the central bank of Brazil defines it, which any bank there has: the money is in the
//! account at once, without anybody between.

mod bank;
mod registering;
mod settings;
mod wire;

use async_trait::async_trait;
use feira_kernel::{Clock, Currency, Money, Time};
use reqwest::Method;
use serde::de::IgnoredAny;
use serde_json::json;

use crate::{
    MethodKind, PaymentId, ProviderWebhook, RefundId, StartError,
    provider::{
        Capabilities, Charge, DisputesBegin, Fact, Failure, Hint, HintError, Lookup, NewCharge,
        Provider, RefundAnswer, ToldDispute, http::broken, paid_by, path_tokens::PathTokens,
        tokens::Tokens,
    },
    validate,
};
use bank::{Bank, Made};
use registering::Registering;
pub(super) use settings::{FIELDS, check, settings};
pub use settings::{PixApiSettings, TokenRequest};
use wire::{Cob, Devolucao, Payee, Received};

/// How long after it came a Pix can go back.
const REFUND_WINDOW: time::Duration = time::Duration::days(90);

/// What a Pix that was sent in time takes to come, and clocks differ.
const SETTLING: time::Duration = time::Duration::minutes(5);

pub(crate) struct PixApiProvider {
    name: String,
    capabilities: Capabilities,
    bank: Bank,
    pix_key: String,
    payee: Payee,
    webhook_tokens: PathTokens,
    registering: Option<Registering>,
    clock: Clock,
}

impl PixApiProvider {
    pub(crate) fn new(
        name: String,
        settings: PixApiSettings,
        clock: Clock,
    ) -> Result<Self, StartError> {
        if settings.webhook_token.is_empty() {
            return Err(StartError::ShortSecret("the webhook token"));
        }
        let tokens = [&settings.webhook_token, &settings.webhook_token_previous];
        let webhook_tokens = PathTokens::new(tokens.map(String::as_str))?;
        let payee = settings.payee()?;
        let http = settings.client()?;
        let limits = validate::limits(MethodKind::Pix, Currency::BRL);
        let taken = limits.map(|limits| (MethodKind::Pix, limits));
        Ok(Self {
            registering: Registering::of(&name, &settings),
            name,
            capabilities: Capabilities {
                takes: Some(taken.into_iter().collect()),
                refund_window: Some(REFUND_WINDOW),
                disputes: DisputesBegin::ByHandThenTold,
                ..Capabilities::all()
            },
            bank: Bank {
                tokens: Tokens::new(http.clone(), settings.tokens(), clock.clone())?,
                api_key: settings.api_key()?,
                base: settings.url.trim_end_matches('/').to_owned(),
                http,
            },
            pix_key: settings.pix_key,
            payee,
            webhook_tokens,
            clock,
        })
    }

    /// A charge that is there by this txid.
    async fn cob(&self, txid: &str) -> Result<Cob, Failure> {
        let path = format!("cob/{txid}");
        let cob: Cob = self.bank.ask(Method::GET, &path, None).await?;
        if cob.txid == txid {
            Ok(cob)
        } else {
            Err(broken("about another charge"))
        }
    }

    fn read(&self, cob: &Cob) -> Result<Charge, Failure> {
        let (fact, amount) = cob.fact()?;
        let pix = fact.code(cob.code(&self.payee))?;
        if fact == Fact::Waiting && pix.is_none() {
            return Err(broken("nothing to pay it by"));
        }
        // Banks write a key as they like: letters of a key are the same, small or large.
        let ours = cob.chave.eq_ignore_ascii_case(&self.pix_key);
        let payee = if ours { &self.pix_key } else { &cob.chave };
        Ok(Charge {
            id: cob.txid.clone(),
            payment: cob.txid.parse().ok().map(PaymentId),
            amount,
            payee: payee.clone(),
            fact,
            pix,
            action_url: None,
            client_secret: None,
            instructions: None,
            paid: None,
            paid_by: paid_by::pix(cob.received().first().map(Received::end_to_end_id)),
        })
    }
}

/// Ours, by which a charge is found and made once: 32 letters and digits of the 26 to 35 that may be.
fn txid(payment: PaymentId) -> String {
    payment.0.simple().to_string()
}

fn brl(amount: Money) -> String {
    format!("{:.2}", amount.amount())
}

#[async_trait]
impl Provider for PixApiProvider {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn payee(&self) -> &str {
        &self.pix_key
    }

    /// What is made again under its txid is refused, or answered as it was made or is revised, which
    /// therefore changes nothing: then only a look says whether it is paid.
    async fn charge(&self, charge: &NewCharge) -> Result<Charge, Failure> {
        let (method, currency) = (charge.method.kind(), charge.amount.currency());
        let limits = self.capabilities.limits(method, currency);
        let limits = limits.ok_or(Failure::NotSupported)?;
        validate::accept(limits, charge.amount).map_err(|_| Failure::NotSupported)?;
        let lasts = (charge.expires_at - charge.created_at).whole_seconds();
        let body = json!({
            "calendario": { "expiracao": lasts.max(1) },
            "valor": { "original": brl(charge.amount) },
            "chave": self.pix_key,
            "solicitacaoPagador": charge.description,
        });
        let txid = txid(charge.id);
        let path = format!("cob/{txid}");
        match self.bank.make::<Cob>(&path, body).await? {
            Made::Done(cob) if cob.txid != txid => Err(broken("about another charge")),
            Made::Done(cob) if cob.is_open() => self.read(&cob),
            Made::Done(_) => self.read(&self.cob(&txid).await?),
            Made::Denied(denied) => match self.cob(&txid).await {
                Ok(cob) => self.read(&cob),
                Err(Failure::NotFound) => Err(denied),
                Err(failure) => Err(failure),
            },
        }
    }

    async fn fetch(&self, lookup: &Lookup) -> Result<Charge, Failure> {
        let txid = match lookup {
            Lookup::Charge(id) => id.clone(),
            Lookup::Key(key, _) => txid(*key),
        };
        // It stands in a path.
        if !wire::is_txid(&txid) {
            return Err(Failure::NotFound);
        }
        self.read(&self.cob(&txid).await?)
    }

    /// The bank refuses to remove what is paid or has ended; one may call ATIVA what nobody can pay any
    /// more, and it is over all the same.
    async fn cancel(&self, charge_id: &str) -> Result<Charge, Failure> {
        if !wire::is_txid(charge_id) {
            return Err(Failure::NotFound);
        }
        let path = format!("cob/{charge_id}");
        let body = json!({ "status": "REMOVIDA_PELO_USUARIO_RECEBEDOR" });
        let removed = self.bank.ask::<Cob>(Method::PATCH, &path, Some(body));
        let refused = match removed.await {
            Ok(_) => false,
            Err(Failure::Refused(_)) => true,
            Err(failure) => return Err(failure),
        };
        let cob = self.cob(charge_id).await?;
        let charge = self.read(&cob)?;
        let now = self.clock.now();
        let over = cob.ends_at().is_some_and(|end| now - end >= SETTLING);
        let fact = if refused && over && charge.fact == Fact::Waiting {
            Fact::Cancelled
        } else {
            charge.fact
        };
        Ok(Charge { fact, ..charge })
    }

    /// The id of the return is ours: one that the bank has is not asked for again.
    async fn refund(
        &self,
        charge_id: &str,
        refund: RefundId,
        amount: Money,
    ) -> Result<RefundAnswer, Failure> {
        if !wire::is_txid(charge_id) {
            return Err(Failure::NotFound);
        }
        let cob = self.cob(charge_id).await?;
        let id = refund.0.simple().to_string();
        let known = cob.received().iter().find_map(|pix| pix.returned(&id));
        if let Some(known) = known {
            return same(known, amount);
        }
        cob.fact()?;
        let [pix] = cob.received() else {
            let why = "it is not one Pix that paid it";
            return Err(Failure::Refused(why.to_owned()));
        };
        let path = format!("pix/{}/devolucao/{id}", pix.id()?);
        let body = json!({ "valor": brl(amount) });
        let denied = match self.bank.make::<Devolucao>(&path, body).await? {
            Made::Done(returned) => return same(&returned, amount),
            Made::Denied(denied) => denied,
        };
        // Perhaps for being asked for twice: not every bank tells of returns with the charge.
        match self.bank.ask::<Devolucao>(Method::GET, &path, None).await {
            Ok(known) => same(&known, amount),
            Err(Failure::NotFound) => Err(denied),
            Err(failure) => Err(failure),
        }
    }

    /// A charge that was never made: who may not ask for it is told so. And where notifications come, which is
    /// registered if that is another place.
    async fn check(&self) -> Result<(), Failure> {
        let path = format!("cob/{}", "0".repeat(32));
        let asked = self.bank.ask::<IgnoredAny>(Method::GET, &path, None);
        match asked.await {
            Ok(_) | Err(Failure::NotFound) => {}
            Err(failure) => return Err(failure),
        }
        match &self.registering {
            Some(registering) => registering.ensure(&self.bank).await,
            None => Ok(()),
        }
    }

    /// What goes back by the special return stands with the Pix, as our own returns do.
    async fn disputes(&self, charge_id: &str, _: &[String]) -> Result<Vec<ToldDispute>, Failure> {
        if !wire::is_txid(charge_id) {
            return Err(Failure::NotFound);
        }
        self.cob(charge_id).await?.special_returns()
    }

    fn tells_of_disputes(&self, kind: &str) -> bool {
        kind == wire::RETURN
    }

    fn hints(&self, told: &ProviderWebhook, _: Time) -> Result<Vec<Hint>, HintError> {
        // Some banks append to the address that they are given.
        let token = told.path.split('/').next().unwrap_or_default();
        if !self.webhook_tokens.know(token) {
            return Err(HintError::Signature);
        }
        wire::hints(&told.body)
    }
}

/// A return of this amount; one of another is another refund's.
fn same(returned: &Devolucao, amount: Money) -> Result<RefundAnswer, Failure> {
    let answer = returned.read()?;
    if answer.amount == amount {
        Ok(answer)
    } else {
        Err(Failure::Refused("the id is another return's".to_owned()))
    }
}
