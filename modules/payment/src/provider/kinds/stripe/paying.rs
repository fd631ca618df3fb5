//! Connected accounts, and transfers to them: separate charges and transfers, as Stripe calls it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    StripeProvider, amounts,
    api::Pair,
    looking::APART,
    wire::{Listed, is_web},
};
use crate::{
    PayoutId,
    provider::{
        Failure,
        http::{broken, path_part},
        paying::{
            NewReversal, NewStoreAccount, NewTransfer, PaysStores, Reversal, ToldReversal,
            ToldStoreAccount, Transfer, TransferAnswer,
        },
    },
};

/// Where an account, a transfer and a reversal say whose they are.
const ACCOUNT: &str = "feira_account";
const PAYOUT: &str = "feira_payout";
const REVERSAL: &str = "feira_reversal";
/// Such are the ids of accounts.
const ID: &str = "acct_";
/// The most of what is missing that is told.
const MOST_MISSING: usize = 50;

static NOTHING: BTreeMap<String, String> = BTreeMap::new();

#[derive(Deserialize)]
struct Account {
    id: String,
    #[serde(default)]
    payouts_enabled: bool,
    #[serde(default)]
    details_submitted: bool,
    #[serde(default)]
    capabilities: AccountCapabilities,
    requirements: Option<Requirements>,
    metadata: Option<BTreeMap<String, String>>,
}

#[derive(Default, Deserialize)]
struct AccountCapabilities {
    transfers: Option<String>,
}

#[derive(Deserialize)]
struct Requirements {
    currently_due: Option<Vec<String>>,
    past_due: Option<Vec<String>>,
    disabled_reason: Option<String>,
}

#[derive(Deserialize)]
struct Link {
    url: String,
}

#[derive(Deserialize)]
struct TransferObject {
    id: String,
    amount: i64,
    currency: String,
    destination: Option<String>,
    metadata: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct ReversalObject {
    id: String,
    amount: i64,
    currency: String,
    metadata: Option<BTreeMap<String, String>>,
}

impl Listed for Account {
    fn id(&self) -> &str {
        &self.id
    }

    fn metadata(&self) -> &BTreeMap<String, String> {
        self.metadata.as_ref().unwrap_or(&NOTHING)
    }
}

impl Listed for TransferObject {
    fn id(&self) -> &str {
        &self.id
    }

    fn metadata(&self) -> &BTreeMap<String, String> {
        self.metadata.as_ref().unwrap_or(&NOTHING)
    }
}

impl Listed for ReversalObject {
    fn id(&self) -> &str {
        &self.id
    }

    fn metadata(&self) -> &BTreeMap<String, String> {
        self.metadata.as_ref().unwrap_or(&NOTHING)
    }
}

/// It stands in rows and in paths.
fn usable(id: &str) -> Result<(), Failure> {
    let fits = (4..=128).contains(&id.len());
    match path_part(id) {
        Ok(_) if fits => Ok(()),
        _ => Err(broken("it has no usable id")),
    }
}

/// A field of theirs, or a reason: what is none is not passed on.
fn word(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    (1..=100).contains(&text.len()) && text.bytes().all(plain)
}

impl Account {
    fn read(self) -> Result<ToldStoreAccount, Failure> {
        usable(&self.id)?;
        let key = self.metadata().get(ACCOUNT);
        let key: Option<Uuid> = key.and_then(|key| key.parse().ok());
        let (mut missing, mut disabled_reason) = (Vec::new(), None);
        if let Some(due) = self.requirements {
            // Of what is late a part is due as well.
            missing = due.past_due.unwrap_or_default();
            missing.extend(due.currently_due.unwrap_or_default());
            missing.retain(|field| word(field));
            missing.sort_unstable();
            missing.dedup();
            missing.truncate(MOST_MISSING);
            disabled_reason = due.disabled_reason.filter(|reason| word(reason));
        }
        Ok(ToldStoreAccount {
            id: self.id,
            key,
            submitted: self.details_submitted,
            takes_transfers: self.capabilities.transfers.as_deref() == Some("active"),
            pays_out: self.payouts_enabled,
            missing,
            disabled_reason,
        })
    }
}

impl TransferObject {
    fn read(self) -> Result<Transfer, Failure> {
        usable(&self.id)?;
        Ok(Transfer {
            amount: amounts::read(self.amount, &self.currency)?,
            account: self.destination.unwrap_or_default(),
            id: self.id,
        })
    }

    /// What was sent before under the key must be what is asked for now.
    fn of(self, new: &NewTransfer) -> Result<TransferAnswer, Failure> {
        let sent = self.read()?;
        if sent.account == new.account && sent.amount == new.amount {
            Ok(TransferAnswer::Made(sent))
        } else {
            Err(another())
        }
    }
}

impl ReversalObject {
    fn of(self, new: &NewReversal) -> Result<Reversal, Failure> {
        usable(&self.id)?;
        let amount = amounts::read(self.amount, &self.currency)?;
        if amount == new.amount {
            Ok(Reversal {
                id: self.id,
                amount,
            })
        } else {
            Err(another())
        }
    }
}

/// Something else has the key: whether this was done nobody can say, and nothing is asked for once more.
fn another() -> Failure {
    Failure::Unknown("the key was used for another".to_owned())
}

/// By which the transfer of a payout is found: the list is filtered by it.
fn group(payout: PayoutId) -> String {
    format!("feira_payout_{payout}")
}

/// What is not there takes no money: that is an answer for good.
fn refused(failure: Failure) -> Failure {
    match failure {
        Failure::NotFound => Failure::Refused("no such account or transfer".to_owned()),
        failure => failure,
    }
}

impl StripeProvider {
    async fn sent(&self, payout: PayoutId) -> Result<Option<TransferObject>, Failure> {
        let of_group = [("transfer_group", group(payout))];
        let key = payout.to_string();
        self.api
            .find("transfers", &of_group, (PAYOUT, key.as_str()))
            .await
    }

    fn account_form(&self, new: &NewStoreAccount) -> Result<Vec<Pair>, Failure> {
        let connect = self.settings.connect.as_ref();
        let connect = connect.ok_or(Failure::NotSupported)?;
        Ok(vec![
            ("country", new.country.clone()),
            ("business_profile[name]", new.name.clone()),
            // Who bears their losses must bear their fees.
            ("controller[fees][payer]", "application".to_owned()),
            ("controller[losses][payments]", connect.losses.clone()),
            (
                "controller[stripe_dashboard][type]",
                connect.dashboard.clone(),
            ),
            // Transfers alone would be another agreement, of recipients.
            ("capabilities[card_payments][requested]", "true".to_owned()),
            ("capabilities[transfers][requested]", "true".to_owned()),
            ("metadata[feira_account]", new.id.to_string()),
            ("metadata[feira_store]", new.store.to_string()),
        ])
    }
}

#[async_trait]
impl PaysStores for StripeProvider {
    async fn open_account(&self, new: &NewStoreAccount) -> Result<ToldStoreAccount, Failure> {
        let form = self.account_form(new)?;
        let from = (new.created_at - APART).unix_timestamp();
        let since = [("created[gte]", from.to_string())];
        let key = new.id.to_string();
        let known: Option<Account> = self
            .api
            .find("accounts", &since, (ACCOUNT, key.as_str()))
            .await?;
        if let Some(known) = known {
            return known.read();
        }
        let request = self.api.post("accounts", &form)?;
        let request = request.header("idempotency-key", key);
        let opened = self.api.told::<Account>(request).await?.read()?;
        if opened.key == Some(new.id) {
            Ok(opened)
        } else {
            Err(broken("about another account"))
        }
    }

    async fn account(&self, id: &str) -> Result<ToldStoreAccount, Failure> {
        if !id.starts_with(ID) {
            return Err(Failure::NotFound);
        }
        let request = self.api.get(&format!("accounts/{}", path_part(id)?), &[])?;
        // Of an account that is not connected any more it is said that the key may not.
        let told = self.api.told::<Account>(request).await?.read()?;
        if told.id == id {
            Ok(told)
        } else {
            Err(broken("about another account"))
        }
    }

    async fn onboarding(&self, account: &str, back: &str) -> Result<String, Failure> {
        let form = [
            ("account", account.to_owned()),
            ("type", "account_onboarding".to_owned()),
            // There she asks for another one.
            ("refresh_url", back.to_owned()),
            ("return_url", back.to_owned()),
        ];
        let request = self.api.post("account_links", &form)?;
        let link = self.api.told::<Link>(request).await?;
        match is_web(&link.url) {
            true => Ok(link.url),
            false => Err(broken("the link is no address")),
        }
    }

    async fn transfer(&self, new: &NewTransfer) -> Result<TransferAnswer, Failure> {
        if let Some(sent) = self.sent(new.payout).await? {
            return sent.of(new);
        }
        let form = [
            ("amount", amounts::write(new.amount)?.to_string()),
            (
                "currency",
                new.amount.currency().code().to_ascii_lowercase(),
            ),
            ("destination", new.account.clone()),
            ("transfer_group", group(new.payout)),
            ("metadata[feira_payout]", new.payout.to_string()),
        ];
        let request = self.api.post("transfers", &form)?;
        let request = request.header("idempotency-key", new.key());
        match self.api.ask::<TransferObject>(request).await? {
            Ok(sent) => sent.of(new),
            Err(fault) if fault.is_short() => Ok(TransferAnswer::Short),
            // Settings may have changed since it was asked for: whether it was done is not known.
            Err(fault) if fault.is_reused_key() => match self.sent(new.payout).await? {
                Some(sent) => sent.of(new),
                None => Err(Failure::Unknown("the key was used before".to_owned())),
            },
            Err(fault) => Err(refused(self.api.failure(&fault))),
        }
    }

    async fn reverse(&self, new: &NewReversal) -> Result<Reversal, Failure> {
        let path = format!("transfers/{}/reversals", path_part(&new.transfer)?);
        let key = new.id.to_string();
        let made: Option<ReversalObject> =
            match self.api.find(&path, &[], (REVERSAL, key.as_str())).await {
                Err(failure) => return Err(refused(failure)),
                Ok(made) => made,
            };
        if let Some(made) = made {
            return made.of(new);
        }
        let form = [
            ("amount", amounts::write(new.amount)?.to_string()),
            ("metadata[feira_reversal]", key.clone()),
        ];
        let request = self.api.post(&path, &form)?;
        let request = request.header("idempotency-key", key);
        match self.api.ask::<ReversalObject>(request).await? {
            Ok(made) => made.of(new),
            Err(fault) => Err(refused(self.api.failure(&fault))),
        }
    }

    async fn reversals(&self, transfer: &str) -> Result<Vec<ToldReversal>, Failure> {
        let path = format!("transfers/{}/reversals", path_part(transfer)?);
        let all: Vec<ReversalObject> = self.api.all(&path).await?;
        all.into_iter().map(ReversalObject::told).collect()
    }
}

impl ReversalObject {
    fn told(self) -> Result<ToldReversal, Failure> {
        usable(&self.id)?;
        let key = self.metadata().get(REVERSAL);
        Ok(ToldReversal {
            key: key.and_then(|key| key.parse().ok()),
            amount: amounts::read(self.amount, &self.currency)?,
            id: self.id,
        })
    }
}

#[cfg(test)]
#[path = "paying_tests.rs"]
mod tests;
