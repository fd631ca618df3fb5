//! Accounts of stores at the sandbox, and what is transferred to them, as it writes them on the wire.

use async_trait::async_trait;
use feira_kernel::StoreId;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{SandboxProvider, send, wire::money};
use crate::{
    PayoutId,
    provider::{
        Failure,
        http::{self, broken, path_part},
        paying::{
            NewReversal, NewStoreAccount, NewTransfer, PaysStores, Reversal, ToldStoreAccount,
            Transfer, TransferAnswer,
        },
    },
};

/// What a refusal of a transfer is called if the balance is less.
const SHORT: &str = "balance_insufficient";

#[derive(Serialize)]
struct AccountRequest<'a> {
    store: StoreId,
    name: &'a str,
}

#[derive(Serialize)]
struct LinkRequest<'a> {
    back: &'a str,
}

#[derive(Serialize)]
struct TransferRequest<'a> {
    account: &'a str,
    /// Minor units.
    amount: i64,
    currency: &'static str,
    /// By which it is found for ever: the key may be another one after a refusal.
    payout: PayoutId,
}

#[derive(Serialize)]
struct ReversalRequest {
    amount: i64,
}

#[derive(Deserialize)]
struct AccountAnswer {
    id: String,
    idempotency_key: String,
    submitted: bool,
    takes_transfers: bool,
    pays_out: bool,
    missing: Vec<String>,
    disabled_reason: Option<String>,
}

#[derive(Deserialize)]
struct LinkAnswer {
    url: String,
}

#[derive(Deserialize)]
struct TransferBody {
    id: String,
    account: String,
    amount: i64,
    currency: String,
}

#[derive(Deserialize)]
struct ReversalBody {
    id: String,
    amount: i64,
    currency: String,
}

#[derive(Deserialize)]
struct RefusalBody {
    code: Option<String>,
}

fn usable(id: &str) -> Result<(), Failure> {
    match path_part(id) {
        Ok(_) if id.len() <= 128 => Ok(()),
        _ => Err(broken("it has no usable id")),
    }
}

impl AccountAnswer {
    fn read(self) -> Result<ToldStoreAccount, Failure> {
        usable(&self.id)?;
        Ok(ToldStoreAccount {
            key: self.idempotency_key.parse().ok(),
            id: self.id,
            submitted: self.submitted,
            takes_transfers: self.takes_transfers,
            pays_out: self.pays_out,
            missing: self.missing,
            disabled_reason: self.disabled_reason,
        })
    }
}

impl TransferBody {
    fn of(self, new: &NewTransfer) -> Result<TransferAnswer, Failure> {
        usable(&self.id)?;
        let amount = money(self.amount, &self.currency)?;
        if self.account != new.account || amount != new.amount {
            return Err(another());
        }
        Ok(TransferAnswer::Made(Transfer {
            id: self.id,
            account: self.account,
            amount,
        }))
    }
}

/// Something else has the key: whether this was done nobody can say, and nothing is asked for once more.
fn another() -> Failure {
    Failure::Unknown("the key was used for another".to_owned())
}

/// The answer, or the code of a refusal: of what is refused nothing moved.
async fn told<T: DeserializeOwned>(request: RequestBuilder) -> Result<Result<T, String>, Failure> {
    let (status, body) = http::exchange(request).await?;
    if status == StatusCode::UNPROCESSABLE_ENTITY {
        let refusal: RefusalBody =
            serde_json::from_slice(&body).map_err(|e| broken(&e.to_string()))?;
        return Ok(Err(refusal.code.unwrap_or_else(|| "refused".to_owned())));
    }
    match status {
        StatusCode::NOT_FOUND => Ok(Err("no_such_account_or_transfer".to_owned())),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Err(Failure::Misconfigured(format!("answered {status}")))
        }
        status if !status.is_success() => Err(http::answered(status)),
        _ => serde_json::from_slice(&body)
            .map(Ok)
            .map_err(|e| broken(&e.to_string())),
    }
}

#[async_trait]
impl PaysStores for SandboxProvider {
    async fn open_account(&self, new: &NewStoreAccount) -> Result<ToldStoreAccount, Failure> {
        let request = self
            .request(Method::POST, "accounts")
            .header("idempotency-key", new.id.to_string())
            .json(&AccountRequest {
                store: new.store,
                name: &new.name,
            });
        let opened = send::<AccountAnswer>(request).await?.read()?;
        match opened.key == Some(new.id) {
            true => Ok(opened),
            false => Err(broken("about another account")),
        }
    }

    async fn account(&self, id: &str) -> Result<ToldStoreAccount, Failure> {
        let request = self.request(Method::GET, &format!("accounts/{}", path_part(id)?));
        send::<AccountAnswer>(request).await?.read()
    }

    async fn onboarding(&self, account: &str, back: &str) -> Result<String, Failure> {
        let path = format!("accounts/{}/links", path_part(account)?);
        let request = self
            .request(Method::POST, &path)
            .json(&LinkRequest { back });
        Ok(send::<LinkAnswer>(request).await?.url)
    }

    async fn transfer(&self, new: &NewTransfer) -> Result<TransferAnswer, Failure> {
        let request = self
            .request(Method::POST, "transfers")
            .header("idempotency-key", new.key())
            .json(&TransferRequest {
                account: &new.account,
                amount: new.amount.minor(),
                currency: new.amount.currency().code(),
                payout: new.payout,
            });
        match told::<TransferBody>(request).await? {
            Ok(sent) => sent.of(new),
            Err(code) if code == SHORT => Ok(TransferAnswer::Short),
            Err(code) => Err(Failure::Refused(code)),
        }
    }

    async fn reverse(&self, new: &NewReversal) -> Result<Reversal, Failure> {
        let path = format!("transfers/{}/reversals", path_part(&new.transfer)?);
        let request = self
            .request(Method::POST, &path)
            .header("idempotency-key", new.id.to_string())
            .json(&ReversalRequest {
                amount: new.amount.minor(),
            });
        let made = told::<ReversalBody>(request).await?;
        let made = made.map_err(Failure::Refused)?;
        usable(&made.id)?;
        let amount = money(made.amount, &made.currency)?;
        match amount == new.amount {
            true => Ok(Reversal {
                id: made.id,
                amount,
            }),
            false => Err(another()),
        }
    }
}
