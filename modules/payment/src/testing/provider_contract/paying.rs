use feira_kernel::StoreId;

use super::{Tried, denied};
use crate::{
    PayoutId,
    provider::{
        Failure,
        paying::{
            NewReversal, NewStoreAccount, NewTransfer, PaysStores, ToldStoreAccount, Transfer,
            TransferAnswer,
        },
    },
    testing::{brl, random},
};

/// More than anybody has.
const TOO_MUCH: i64 = 5_000_000_000;

/// An account is opened once, and ready when its holder has given what is missing; a payout is sent once, never
/// without money, and never to an account that is closed; what comes back is no more than was sent. Who does not
/// pay stores has nothing to be asked.
pub(super) async fn stores(tried: &Tried<'_>) {
    let Some(paying) = tried.provider.paying() else {
        assert!(!tried.provider.capabilities().pays_stores);
        assert!(!tried.provider.tells_of_accounts("account.updated"));
        return;
    };
    assert!(tried.provider.capabilities().pays_stores);
    assert!(tried.provider.tells_of_accounts("account.updated"));
    // So much is there at least.
    let left = tried.captured().await.amount.minor();
    let account = accounts(tried, paying).await;
    let new = asked(&account, left / 2);
    let sent = made(paying, &new).await;
    let again = made(paying, &new).await;
    assert_eq!(again, sent);
    // However often it was refused before, and whatever the key is.
    let refused_before = NewTransfer {
        refusals: 3,
        ..new.clone()
    };
    assert_eq!(made(paying, &refused_before).await, sent);
    let other = NewTransfer {
        amount: brl(new.amount.minor() + 1),
        ..new.clone()
    };
    let reused = paying.transfer(&other).await;
    assert!(matches!(reused, Err(Failure::Unknown(_))), "{reused:?}");
    let short = paying.transfer(&asked(&account, TOO_MUCH)).await;
    assert_eq!(short, Ok(TransferAnswer::Short));
    closed(tried, paying, &account).await;
    back(tried, paying, &sent).await;
    // Longer than any key is known.
    tried.harness.pass(super::AGES);
    assert_eq!(made(paying, &new).await, sent);
    // What was told of the accounts is not looked at.
    tried.harness.notifications().await;
}

fn asked(account: &str, minor: i64) -> NewTransfer {
    NewTransfer {
        payout: PayoutId(random()),
        refusals: 0,
        account: account.to_owned(),
        amount: brl(minor),
    }
}

async fn made(paying: &dyn PaysStores, new: &NewTransfer) -> Transfer {
    match paying.transfer(new).await {
        Ok(TransferAnswer::Made(sent)) => {
            assert_eq!((&sent.account, sent.amount), (&new.account, new.amount));
            sent
        }
        other => panic!("{other:?}"),
    }
}

async fn told(paying: &dyn PaysStores, id: &str) -> ToldStoreAccount {
    paying.account(id).await.expect("it is found")
}

/// One that is ready.
async fn accounts(tried: &Tried<'_>, paying: &dyn PaysStores) -> String {
    let new = NewStoreAccount {
        id: random(),
        store: StoreId(random()),
        name: "Loja".to_owned(),
        country: "BR".to_owned(),
        created_at: tried.now(),
    };
    let opened = paying.open_account(&new).await.expect("it is opened");
    assert_eq!(opened.key, Some(new.id));
    assert!(
        !opened.is_ready() && !opened.missing.is_empty(),
        "{opened:?}"
    );
    let again = paying.open_account(&new).await.expect("it is a repeat");
    assert_eq!(again.id, opened.id);
    assert_eq!(told(paying, &opened.id).await, opened);
    let back = "https://feira.example/seller/payouts/account";
    let link = paying.onboarding(&opened.id, back).await.expect("a link");
    assert!(link.starts_with("http"), "{link}");
    let early = paying.transfer(&asked(&opened.id, 100)).await;
    assert!(early.as_ref().is_err_and(denied), "{early:?}");
    tried.harness.set_account_open(&opened.id, true).await;
    let ready = told(paying, &opened.id).await;
    assert!(ready.is_ready() && ready.missing.is_empty(), "{ready:?}");
    let nobodys = paying.account("acct_nobodys").await;
    assert_eq!(nobodys, Err(Failure::NotFound));
    opened.id
}

/// What is refused has not moved: the same payout is sent when the account is open again.
async fn closed(tried: &Tried<'_>, paying: &dyn PaysStores, account: &str) {
    tried.harness.set_account_open(account, false).await;
    assert!(!told(paying, account).await.is_ready());
    let new = asked(account, 100);
    let refused = paying.transfer(&new).await;
    assert!(refused.as_ref().is_err_and(denied), "{refused:?}");
    tried.harness.set_account_open(account, true).await;
    let again = NewTransfer { refusals: 1, ..new };
    made(paying, &again).await;
}

async fn back(tried: &Tried<'_>, paying: &dyn PaysStores, sent: &Transfer) {
    let part = |minor: i64| NewReversal {
        id: random(),
        transfer: sent.id.clone(),
        amount: brl(minor),
    };
    let whole = sent.amount.minor();
    let first = part(whole / 3);
    let came = paying.reverse(&first).await.expect("it comes back");
    assert_eq!(came.amount, first.amount);
    assert_eq!(paying.reverse(&first).await, Ok(came));
    let other = NewReversal {
        amount: brl(whole / 3 + 1),
        ..first
    };
    let reused = paying.reverse(&other).await;
    assert!(matches!(reused, Err(Failure::Unknown(_))), "{reused:?}");
    refused(paying, &part(whole), "more than is left").await;
    let nobodys = NewReversal {
        transfer: "tr_nobodys".to_owned(),
        ..part(1)
    };
    refused(paying, &nobodys, "nobody's").await;
    tried.harness.drain_account(&sent.account).await;
    refused(paying, &part(1), "nothing is there").await;
}

async fn refused(paying: &dyn PaysStores, new: &NewReversal, why: &str) {
    let refused = paying.reverse(new).await;
    assert!(refused.as_ref().is_err_and(denied), "{why}: {refused:?}");
}
