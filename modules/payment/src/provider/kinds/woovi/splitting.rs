//! Sub-accounts: each is of a PIX key, charges name those to which they are split, and what is in one is sent to its
//! key. Facts of Woovi's published library; which money a refund of a split charge takes it does not say.

use async_trait::async_trait;
use feira_kernel::{Currency, Money, percent};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{WooviProvider, ours, wire};
use crate::provider::{
    Failure, NewCharge,
    http::broken,
    splitting::{MadeSplit, SplitTo, SplitsToStores, SubAccount, Withdrawn},
};

/// To an account of the key's, in which it stays until it is withdrawn.
const KIND: &str = "SPLIT_SUB_ACCOUNT";
/// The longest name of an account, and of a reference, that is passed on.
const MOST: usize = 100;

#[derive(Deserialize)]
struct ToldAccount {
    /// Spelled in both ways.
    #[serde(rename = "SubAccount", alias = "subAccount")]
    account: Account,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    pix_key: String,
    /// Of a new one it may be left out.
    balance: Option<i64>,
}

#[derive(Deserialize)]
struct ToldWithdrawal {
    withdraw: Withdrawal,
}

#[derive(Deserialize)]
struct Withdrawal {
    account: Sent,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    value: i64,
    #[serde(rename = "correlationID")]
    correlation_id: Option<String>,
    destination_alias: Option<String>,
}

/// Letters of a key are the same, small or large.
fn same(told: &str, key: &str) -> bool {
    told.eq_ignore_ascii_case(key)
}

impl Account {
    fn read(self, key: &str) -> Result<SubAccount, Failure> {
        if !same(&self.pix_key, key) {
            return Err(broken("about another account"));
        }
        let balance = Money::from_minor(self.balance.unwrap_or(0), Currency::BRL);
        Ok(SubAccount {
            id: key.to_owned(),
            balance: balance.map_err(|e| broken(&e.to_string()))?,
        })
    }
}

impl Sent {
    /// What went to another key than the account's is nobody's answer.
    fn read(self, key: &str) -> Result<Withdrawn, Failure> {
        let elsewhere = self.destination_alias.filter(|told| !same(told, key));
        if elsewhere.is_some() {
            tracing::error!("Woovi says that it sent what was in a store's account to another key");
            return Err(broken("it was sent to another key"));
        }
        let short = |id: &String| (1..=MOST).contains(&id.len());
        Ok(Withdrawn {
            reference: self.correlation_id.filter(short),
            amount: wire::cents(self.value)?,
        })
    }
}

/// More than is charged cannot be divided.
fn body(charge: &NewCharge, splits: &[SplitTo]) -> Result<Vec<Value>, Failure> {
    let currency = charge.amount.currency();
    let sum = Money::sum(currency, splits.iter().map(|one| one.amount));
    let fits = sum.is_ok_and(|sum| sum.minor() <= charge.amount.minor());
    if !fits || splits.iter().any(|one| !one.amount.is_positive()) {
        return Err(Failure::NotSupported);
    }
    let one = |one: &SplitTo| json!({"value": one.amount.minor(), "pixKey": one.account, "splitType": KIND});
    Ok(splits.iter().map(one).collect())
}

#[async_trait]
impl SplitsToStores for WooviProvider {
    /// One that is there is refused, and looked at.
    async fn register(&self, key: &str, name: &str) -> Result<SubAccount, Failure> {
        if self.capabilities.splits.is_none() {
            return Err(Failure::NotSupported);
        }
        let name: String = name.chars().take(MOST).collect();
        let asked = json!({"pixKey": key, "name": name});
        match self.api.post::<ToldAccount>("subaccount", &asked).await {
            Ok(told) => told.account.read(key),
            Err(Failure::Refused(reason)) => match self.sub_account(key).await {
                Err(Failure::NotFound) => Err(Failure::Refused(reason)),
                known => known,
            },
            Err(failure) => Err(failure),
        }
    }

    async fn sub_account(&self, key: &str) -> Result<SubAccount, Failure> {
        let path = format!("subaccount/{}", percent::encoded(key));
        let told: ToldAccount = self.api.get(&path).await?;
        told.account.read(key)
    }

    async fn charge_split(
        &self,
        charge: &NewCharge,
        splits: &[SplitTo],
    ) -> Result<MadeSplit, Failure> {
        self.asked(charge, body(charge, splits)?).await
    }

    async fn splits(&self, charge_id: &str) -> Result<Option<Vec<SplitTo>>, Failure> {
        self.cob(ours(charge_id)?).await?.splits()
    }

    async fn withdraw(&self, key: &str) -> Result<Withdrawn, Failure> {
        let path = format!("subaccount/{}/withdraw", percent::encoded(key));
        let told: ToldWithdrawal = self.api.post(&path, &json!({})).await?;
        told.withdraw.account.read(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_and_what_left_it_are_of_the_key_that_was_asked_for() {
        let account = |pix_key: &str, balance| Account {
            pix_key: pix_key.to_owned(),
            balance,
        };
        let known = account("Loja@feira.example", Some(90)).read("loja@feira.example");
        assert_eq!(known.unwrap().balance.minor(), 90);
        assert!(
            account("a@feira.example", None)
                .read("a@feira.example")
                .unwrap()
                .balance
                .is_zero()
        );
        assert!(
            account("b@feira.example", Some(1))
                .read("a@feira.example")
                .is_err()
        );
        let sent = |alias: Option<&str>, value| Sent {
            value,
            correlation_id: Some("w1".to_owned()),
            destination_alias: alias.map(str::to_owned),
        };
        let all = sent(Some("A@feira.example"), 90)
            .read("a@feira.example")
            .unwrap();
        assert_eq!(
            (all.amount.minor(), all.reference.as_deref()),
            (90, Some("w1"))
        );
        assert!(sent(None, 90).read("a@feira.example").is_ok());
        assert!(sent(None, 0).read("a@feira.example").is_err());
        assert!(
            sent(Some("b@feira.example"), 90)
                .read("a@feira.example")
                .is_err()
        );
    }
}
